package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"signet/domain"
	"signet/internal/eventlog"
)

// shape is the version of the tables; another one is built anew from the log.
const shape = 6

// batchEvents is how many events share a transaction while catching up. What was
// appended together is in one, if it is no more than longestAppend: it stands in
// one stream.
const (
	batchEvents   = 2000
	longestAppend = 500
)

// cachedContents is how many contents of versions are kept decoded; they never
// change, so they never go stale. At 2 to 4 KB each they are at most some 100 MB.
const cachedContents = 32_768

// Forever is the end of an interval that has not ended.
const Forever = int64(1<<63 - 1)

// Views are all read models. Their queries are safe for concurrent use.
type Views struct {
	path   string
	read   *sql.DB
	stmts  sync.Map // query → *reading
	texts  sync.Map // together → string
	tables *tables
	// changed are the positions at which tables last changed since Open, by their
	// places in tables.
	changed  [maxTables]atomic.Uint64
	writer   *writer
	contents *lru.Cache[int64, *domain.Content]

	hits, misses atomic.Uint64 // of contents

	state *state // how the filling goes on

	mu       sync.Mutex
	position eventlog.Position // guarded by mu: up to which the log has been read
	advanced chan struct{}     // guarded by mu: closed when position grows
	failed   error             // guarded by mu: why CatchUp ended
	live     bool              // guarded by mu: CatchUp has reached the end once
	asOf     time.Time         // guarded by mu: when the end of the log was reached last
	access   eventlog.Position // guarded by mu: at which access last changed
}

// fact is one event with all that is known of it.
type fact struct {
	event    domain.Event
	envelope eventlog.Envelope
	position eventlog.Position
	record   eventlog.Record
}

func (f fact) at() int64 { return micros(f.envelope.At) }

// projection fills the tables of one question.
type projection struct {
	name   string // for who watches
	schema string
	apply  func(*writer, fact) error
}

// all projections, in the order in which they see an event: translations compare
// with what a version said before items moves on, and editions with what was in
// force before approved does; review asks items what a version waits for.
var all = []projection{translations, items, review, editions, approved, history, usage, search, access, tokenUses, webhooks, audits, people}

// Open opens the read models in the file at path, which is created when it is
// not there, and emptied when its tables have another shape.
func Open(path string) (*Views, error) {
	v := &Views{path: path, advanced: make(chan struct{}), asOf: lastWritten(path)}
	var err error
	if v.contents, err = lru.New[int64, *domain.Content](cachedContents); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	if v.writer, err = openWriter(path); err != nil {
		return nil, err
	}
	version, err := v.writer.prepareTables()
	if err == nil && version != shape {
		if err = v.writer.close(); err == nil {
			if err = Remove(path); err == nil {
				if v.writer, err = openWriter(path); err == nil {
					_, err = v.writer.prepareTables()
				}
			}
		}
	}
	if err != nil {
		return nil, errors.Join(err, v.writer.close())
	}
	if v.position, err = v.writer.checkpoint(); err != nil {
		return nil, errors.Join(err, v.writer.close())
	}
	v.access, v.writer.touched = v.position, v.position
	v.state = v.writer.state
	v.read, err = sql.Open("sqlite", dsn(path)+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("projections: open %s: %w", path, err), v.writer.close())
	}
	v.read.SetMaxOpenConns(readers)
	v.read.SetMaxIdleConns(readers)
	if v.tables, err = readTables(context.Background(), v.read); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	v.writer.tables = v.tables
	return v, nil
}

// readers is how many queries run at once; more would wait for a core anyway.
const readers = 8

func dsn(path string) string {
	// A path may hold what means something in a URI.
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(10000)" +
		"&_pragma=temp_store(MEMORY)&_pragma=mmap_size(1073741824)&_pragma=cache_size(-32768)"
}

// Remove deletes the read models at path; nothing that is not in the log is lost.
func Remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("projections: %w", err)
		}
	}
	return nil
}

// Close ends all queries. CatchUp must have returned.
func (v *Views) Close() error {
	return errors.Join(v.read.Close(), v.writer.close())
}

// CatchUp fills the read models from the log until the context ends, and returns
// its error, or what went wrong. When the storage refuses, as a full disk does, it
// tries again until that is over; Ready tells of it meanwhile. It is the only one who
// writes to them, and may run once at a time. Progress, if not nil, is told each
// position reached.
func (v *Views) CatchUp(ctx context.Context, log eventlog.Log, progress func(eventlog.Position)) error {
	v.mu.Lock()
	v.failed = nil
	v.mu.Unlock()
	for {
		err := v.follow(ctx, log, func(done eventlog.Position, _ bool) bool {
			if progress != nil {
				progress(done)
			}
			return true
		})
		v.stopped(err)
		if !mayPass(err) {
			return err
		}
		if !paused(ctx, storagePause) {
			return ctx.Err()
		}
	}
}

// stopped notes why nothing is applied.
func (v *Views) stopped(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed, v.live = err, false
	close(v.advanced)
	v.advanced = make(chan struct{})
}

// follow applies events in batches; each committed batch is told to reached,
// with whether it was the end of the log, until that answers false.
func (v *Views) follow(ctx context.Context, log eventlog.Log, reached func(eventlog.Position, bool) bool) error {
	v.mu.Lock()
	position := v.position
	v.writer.touched = v.access // an earlier catching up may have lost what it saw last
	v.mu.Unlock()
	if head, err := headOf(ctx, log); err != nil {
		return err
	} else if head < position {
		return fmt.Errorf("projections: the read models have read to position %d, the log ends at %d: it is another log; rebuild them", position, head)
	}
	pending, stream := 0, "" // of the open transaction, and of its last event
	v.state.behind(true)
	defer v.writer.rollback()
	for recorded, err := range log.Follow(ctx, position) {
		if err != nil {
			return err
		}
		full := pending >= batchEvents && recorded.Stream != stream || pending >= batchEvents+longestAppend
		if recorded.CaughtUp || full {
			if pending > 0 {
				if err := v.writer.commit(position); err != nil {
					return err
				}
			}
			pending = 0
			v.state.behind(!recorded.CaughtUp)
			v.advance(position, recorded.CaughtUp)
			if !reached(position, recorded.CaughtUp) {
				return nil
			}
		}
		if !recorded.CaughtUp {
			if err := v.writer.applyAll(ctx, recorded); err != nil {
				return err
			}
			position, stream = recorded.Position, recorded.Stream
			pending++
		}
	}
	return ctx.Err()
}

func (v *Views) advance(position eventlog.Position, caughtUp bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.tables.names {
		if v.writer.changed.has(i) {
			v.changed[i].Store(uint64(position))
		}
	}
	v.writer.changed = tableSet{}
	v.position = position // after changed: who waits for it finds every basis ended that it ends
	v.access = v.writer.touched
	v.live, v.failed = v.live || caughtUp, nil
	if caughtUp {
		v.asOf = time.Now()
	}
	close(v.advanced)
	v.advanced = make(chan struct{})
}

// Position is the position up to which the read models tell the log's story.
func (v *Views) Position() eventlog.Position {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.position
}

// AccessPosition grows whenever it changes who may do what: an answer of the
// access queries holds as long as it is the same.
func (v *Views) AccessPosition() eventlog.Position {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.access
}

// Ready tells whether the read models have caught up and go on doing so; if not,
// why (nil while they still catch up).
func (v *Views) Ready() (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.live && v.failed == nil, v.failed
}

// AsOf is when the read models were known last to tell all that the log held. It
// is at most so old as they were written last; zero if they never were.
func (v *Views) AsOf() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asOf
}

// Advanced returns a channel that is closed when Position grows, or when it is
// known that it need not.
func (v *Views) Advanced() <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.advanced
}

// WaitFor returns when everything up to the position can be read; with an error
// if the context ends before, or catching up has failed.
func (v *Views) WaitFor(ctx context.Context, position eventlog.Position) error {
	for {
		v.mu.Lock()
		reached, failed, advanced := v.position >= position, v.failed, v.advanced
		v.mu.Unlock()
		switch {
		case reached:
			return nil
		case failed != nil:
			return fmt.Errorf("projections: not catching up: %w", failed)
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Rebuild builds the read models at path anew beside the old ones, and swaps
// them when they have reached the end of the log. A crash leaves the old ones.
// Nobody may have the file open.
func Rebuild(ctx context.Context, path string, log eventlog.Log, progress func(eventlog.Position)) error {
	fresh := path + ".new"
	if err := Remove(fresh); err != nil {
		return err
	}
	v, err := Open(fresh)
	if err != nil {
		return err
	}
	err = v.follow(ctx, log, func(done eventlog.Position, end bool) bool {
		if progress != nil {
			progress(done)
		}
		return !end
	})
	if err := errors.Join(err, v.Close()); err != nil {
		return err
	}
	if err := Remove(path); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	return nil
}

// headOf is the head of a log, for which is waited as long as that is away.
func headOf(ctx context.Context, log eventlog.Log) (eventlog.Position, error) {
	const pause = 200 * time.Millisecond
	for {
		head, err := log.Head(ctx)
		if !errors.Is(err, eventlog.ErrUnavailable) || eventlog.HealthOf(log).Up {
			return head, err
		}
		if !paused(ctx, pause) { // the log has waited already
			return 0, ctx.Err()
		}
	}
}

// lastWritten is when the file at path was written last, or zero.
func lastWritten(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// decode opens a stored event. The error wraps eventlog.ErrCorrupt,
// eventlog.ErrErased or domain.ErrUnknownEvent.
func decode(r eventlog.Recorded) (fact, error) {
	envelope, payload, err := eventlog.Open(r)
	if err != nil {
		return fact{}, err
	}
	event, err := domain.Decode(r.Type, payload, envelope.At)
	if err != nil {
		return fact{}, fmt.Errorf("projections: position %d: %w", r.Position, err)
	}
	return fact{event: event, envelope: envelope, position: r.Position, record: r.Record}, nil
}
