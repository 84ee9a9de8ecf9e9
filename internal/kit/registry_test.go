package kit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/generate/memlog"
	"signet/internal/kit"
	"signet/projections"
)

// present is when the tests run: after everything that the sample kit tells of.
var present = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// registry is a whole registry in memory, but for its read models.
type registry struct {
	log   eventlog.Log
	files *memoryFiles
}

func newRegistry() *registry {
	return &registry{log: memlog.NewMemory(), files: newMemoryFiles()}
}

func (r *registry) target() kit.Target {
	return kit.Target{
		Runner: &commands.Runner{Log: r.log, Clock: func() time.Time { return present }},
		Files:  r.files,
	}
}

// failer is what testing.TB and *rapid.T have in common.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// views reads the whole log into read models in a fresh folder.
func (r *registry) views(t failer, dir string) *projections.Views {
	t.Helper()
	path := filepath.Join(dir, "views.db")
	if err := projections.Rebuild(context.Background(), path, r.log, nil); err != nil {
		t.Fatal(err)
	}
	v, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// events counts what is in the log.
func (r *registry) events(t failer) int {
	t.Helper()
	n := 0
	for recorded, err := range r.log.Follow(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded.CaughtUp {
			break
		}
		n++
	}
	return n
}

// memoryFiles keeps bytes in memory, and refuses what says that it is broken.
type memoryFiles struct {
	mu    sync.Mutex
	bytes map[string][]byte // guarded by mu
}

func newMemoryFiles() *memoryFiles { return &memoryFiles{bytes: map[string][]byte{}} }

func (m *memoryFiles) Receive(_ context.Context, r io.Reader, limit int64) (domain.File, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return domain.File{}, err
	}
	if int64(len(body)) > limit || bytes.Contains(body, []byte("<script")) {
		return domain.File{}, domain.Refuse(domain.Invalid, "unsafe_svg", "the picture has a script")
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bytes[digest] = body
	media := http.DetectContentType(body)
	if bytes.Contains(body, []byte("<svg")) {
		media = "image/svg+xml"
	}
	return domain.File{Digest: digest, MediaType: media, Size: int64(len(body)), Width: 2, Height: 1}, nil
}

func (m *memoryFiles) Open(_ context.Context, digest string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	body, there := m.bytes[digest]
	if !there {
		return nil, fmt.Errorf("no file %s", digest)
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

// reason is the stable reason of a refusal, with the file and line it names.
func reason(err error) (reason, file string, line int) {
	var e *kit.Error
	if !errors.As(err, &e) {
		return "", "", 0
	}
	if refused := domain.AsError(err); refused != nil {
		reason = refused.Reason
	}
	return reason, e.File, e.Line
}

// contents reads every file of a tree.
func contents(t failer, fsys fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		all[name] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same fails unless two trees have the same files with the same bytes.
func same(t failer, want, got fs.FS) {
	t.Helper()
	if diff := cmp.Diff(contents(t, want), contents(t, got)); diff != "" {
		t.Fatal("the trees differ (-want +got):\n" + diff)
	}
}

// equal fails unless two values are the same.
func equal[T any](t failer, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal("they differ (-want +got):\n" + diff)
	}
}
