package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"signet/assets"
	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/merkle"
	"signet/internal/people/peopletest"
	"signet/internal/proof"
)

// memory is a repository in memory, that can fail.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
	times map[string]time.Time
	clock func() time.Time
	// before, if not nil, is asked before something is changed; puts that it refuses are
	// not made.
	before func(what, name string) error
	gets   map[string]int
}

func newMemory() *memory {
	return &memory{files: map[string][]byte{}, times: map[string]time.Time{}, clock: time.Now, gets: map[string]int{}}
}

func (m *memory) change(ctx context.Context, what, name string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if m.before != nil {
		return m.before(what, name)
	}
	return nil
}

func (m *memory) write(ctx context.Context, what, name string, c Content) error {
	if err := m.change(ctx, what, name); err != nil {
		return err
	}
	r, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.files[name]; there && what == "create" {
		return fs.ErrExist
	}
	m.files[name], m.times[name] = content, m.clock()
	return nil
}

func (m *memory) Put(ctx context.Context, name string, c Content) error {
	return m.write(ctx, "put", name, c)
}

func (m *memory) Create(ctx context.Context, name string, c Content) error {
	return m.write(ctx, "create", name, c)
}

func (m *memory) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, there := m.files[name]
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !there:
		return nil, fs.ErrNotExist
	}
	m.gets[name]++
	return io.NopCloser(strings.NewReader(string(content))), nil
}

func (m *memory) List(ctx context.Context, prefix string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		if ctx.Err() != nil {
			yield(File{}, ctx.Err())
			return
		}
		for _, name := range m.names(prefix) {
			m.mu.Lock()
			content, there := m.files[name]
			file := File{Name: name, Size: int64(len(content)), Modified: m.times[name]}
			m.mu.Unlock()
			if there && !yield(file, nil) {
				return
			}
		}
	}
}

func (m *memory) names(prefix string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		if strings.HasPrefix(name, prefix) {
			all = append(all, name)
		}
	}
	return all
}

func (m *memory) Delete(ctx context.Context, name string) error {
	if err := m.change(ctx, "delete", name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, name)
	return nil
}

// copy is another repository with the same files.
func (m *memory) copy() *memory {
	other := newMemory()
	other.files, other.times, other.clock = maps.Clone(m.files), maps.Clone(m.times), m.clock
	return other
}

// world is a registry, and a clock of its own.
type world struct {
	t      *testing.T
	log    *logtest.Memory
	blobs  *blobsInMemory
	people *peopletest.Memory
	keys   map[string][]byte
	now    time.Time
	ends   map[string]eventlog.Revision
	signer *proof.Signer
	leaves []tlog.Hash
	// sign makes backups have a checkpoint.
	sign bool
}

var start = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, log: logtest.NewMemory(), people: peopletest.NewMemory(), now: start, ends: map[string]eventlog.Revision{}}
	w.blobs = newBlobs()
	w.keys = map[string][]byte{"webhooks.key": []byte("w"), "links.key": []byte("l"), CheckpointKey: []byte("c")}
	var err error
	if w.signer, err = proof.OpenKey(t.TempDir()+"/checkpoint.key", "signet/test"); err != nil {
		t.Fatal(err)
	}
	return w
}

// happens appends an event to a stream, a minute after the last one.
func (w *world) happens(stream, kind, payload string) {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	w.recorded(stream, kind, payload, w.now)
}

func (w *world) recorded(stream, kind, payload string, at time.Time) {
	w.t.Helper()
	end, known := w.ends[stream]
	if !known {
		end = eventlog.NoStream
	}
	r, err := eventlog.Seal(eventlog.Envelope{ID: uuid.Must(uuid.NewV7()), Type: kind, Stream: stream, Revision: end + 1, At: at, Recorded: at}, []byte(payload))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.log.Append(w.t.Context(), stream, end, r); err != nil {
		w.t.Fatal(err)
	}
	w.ends[stream] = end + 1
	w.leaves = append(w.leaves, r.Digest())
}

// events lets many things happen.
func (w *world) events(n int) {
	w.t.Helper()
	for i := range n {
		w.happens(fmt.Sprintf("item-%d", i%7), "test.v1", fmt.Sprintf(`{"text":"Hải Phòng \u2028 <%d>"}`, len(w.leaves)))
	}
}

func (w *world) blob(text string) assets.Stat {
	w.t.Helper()
	stat, err := assets.Put(w.t.Context(), w.blobs, strings.NewReader(text), 1<<20)
	if err != nil {
		w.t.Fatal(err)
	}
	return stat
}

func (w *world) erases(id uuid.UUID) {
	w.t.Helper()
	payload, err := json.Marshal(domain.PersonErased{Person: id})
	if err != nil {
		w.t.Fatal(err)
	}
	w.happens(domain.PersonStream(id), domain.PersonErased{}.EventType(), string(payload))
	if err := w.people.Erase(w.t.Context(), id); err != nil {
		w.t.Fatal(err)
	}
}

// root is that of the first events, by the definition of RFC 6962, section 2.1.
func (w *world) root(size int) tlog.Hash { return rootOf(w.leaves[:size]) }

func rootOf(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 0 {
		return (&merkle.Frontier{}).Root()
	}
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return tlog.NodeHash(rootOf(leaves[:k]), rootOf(leaves[k:]))
}

func (w *world) checkpoint(size int, root tlog.Hash) Checkpoint {
	w.t.Helper()
	note, err := w.signer.Sign(int64(size), root)
	if err != nil {
		w.t.Fatal(err)
	}
	return Checkpoint{string(note), w.signer.VerifierKey()}
}

func (w *world) source() Source {
	s := Source{Log: w.log, Blobs: w.blobs, People: w.people, Keys: func(context.Context) (map[string][]byte, error) { return w.keys, nil }}
	if w.sign {
		size := len(w.leaves)
		c := w.checkpoint(size, w.root(size))
		s.Checkpoint = func(context.Context) (Checkpoint, error) { return c, nil }
	}
	return s
}

func (w *world) options() Options {
	return Options{Version: "test", clock: func() time.Time { return w.now }}
}

// backup makes one, an hour later.
func (w *world) backup(repo Repository) Outcome {
	w.t.Helper()
	out, err := w.try(repo)
	if err != nil {
		w.t.Fatal(err)
	}
	if out.Unpruned != nil {
		w.t.Error(out.Unpruned)
	}
	return out
}

func (w *world) try(repo Repository) (Outcome, error) {
	w.t.Helper()
	w.now = w.now.Add(time.Hour)
	return Run(w.t.Context(), repo, w.source(), w.options())
}

// target is nothing yet.
type target struct {
	log    *logtest.Memory
	blobs  *blobsInMemory
	people *peopletest.Memory
}

func newTarget() target {
	return target{logtest.NewMemory(), newBlobs(), peopletest.NewMemory()}
}

func (to target) Target() Target { return Target{to.log, to.blobs, to.people} }

func all(t *testing.T, log eventlog.Log) []eventlog.Recorded {
	t.Helper()
	var found []eventlog.Recorded
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		found = append(found, r)
	}
	return found
}

// sameLog sees that a log is the beginning of the world's.
func (w *world) sameLog(log eventlog.Log, size int) {
	w.t.Helper()
	got, want := all(w.t, log), all(w.t, w.log)
	if len(got) != size {
		w.t.Fatalf("there are %d events, not %d", len(got), size)
	}
	for i, r := range got {
		if r.ID != want[i].ID || r.Stream != want[i].Stream || r.Revision != want[i].Revision || r.Type != want[i].Type ||
			!bytes.Equal(r.Data, want[i].Data) || !bytes.Equal(r.Meta, want[i].Meta) {
			w.t.Fatalf("event %d is %+v, not %+v", i, r, want[i])
		}
	}
}

func isCode(t *testing.T, err error, code Code) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, not %s", err, code)
	}
	return e
}

// whole verifies a repository.
func whole(t *testing.T, repo Repository) {
	t.Helper()
	report, err := Verify(t.Context(), repo, Options{})
	if err != nil || !report.OK() {
		t.Errorf("%v, %v", report.Findings, err)
	}
}
