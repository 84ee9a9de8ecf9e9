package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"signet/internal/eventlog"
)

// readers is how many reads run at once; more would wait for a core anyway.
const readers = 8

// Log is a log in one SQLite file. It implements eventlog.Log.
type Log struct {
	path     string
	lock     *flock.Flock // nil when read-only
	read     *sql.DB
	writer   *writer         // nil when read-only; its goroutine's until stopped
	appends  chan *appending // nil when read-only
	stop     chan struct{}   // closed by Close: appends are refused from now on
	stopped  chan struct{}   // closed when the writer has ended
	stopOnce sync.Once

	mu    sync.Mutex
	head  eventlog.Position // guarded by mu: that of the last durable event; who only reads asks the file
	grown chan struct{}     // guarded by mu: closed when head grows
}

var _ eventlog.Log = (*Log)(nil)

// Open opens the log in the file at path and owns it until Close. The file is
// created, durably, when it is not there, and migrated when it is of an older
// version. Errors: ErrInUse, ErrNewer, ErrForeign, eventlog.ErrCorrupt,
// eventlog.ErrUnavailable.
func Open(path string) (*Log, error) {
	lock, err := own(path)
	if err != nil {
		return nil, err
	}
	l, err := open(path)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	l.lock = lock
	return l, nil
}

func open(path string) (*Log, error) {
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	w, err := openWriter(path)
	if err != nil {
		return nil, err
	}
	l, err := openReaders(path)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	l.head = w.head
	l.appends = make(chan *appending, queued)
	l.stopped = make(chan struct{})
	l.writer = w
	go l.write()
	return l, nil
}

// OpenReadOnly opens the log for looking, also beside the process that owns it.
// Appends fail with ErrReadOnly. Follow does not hear of what the owner appends
// after it has begun: it yields its marker, and waits for its context. Errors:
// ErrOlder, ErrNewer, ErrForeign, eventlog.ErrCorrupt, eventlog.ErrUnavailable.
func OpenReadOnly(path string) (*Log, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	l, err := openReaders(path)
	if err != nil {
		return nil, err
	}
	version, known, err := shapeOf(context.Background(), l.read)
	switch {
	case err != nil:
	case !known:
		err = fmt.Errorf("%w: %s", ErrForeign, path)
	case version > shape:
		err = newer(path, version)
	case version < shape:
		err = fmt.Errorf("%w: %s", ErrOlder, path)
	}
	if err != nil {
		return nil, errors.Join(err, l.read.Close())
	}
	return l, nil
}

func openReaders(path string) (*Log, error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=ro", "query_only(1)"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return &Log{path: path, read: db, stop: make(chan struct{}), grown: make(chan struct{})}, nil
}

// dsn names the file for the driver: a path may hold what means something in a URI.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + mode + "&" + q.Encode()
}

// own takes the lock of the file, in which the owner's process id stands.
func own(path string) (*flock.Flock, error) {
	if err := makeDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	name := path + ".lock"
	lock := flock.New(name, flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	if !got {
		// Without a number in it the pid is not told.
		text, _ := os.ReadFile(name) //nolint:gosec // the lock's own file
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &InUseError{Path: path, PID: pid}
	}
	// A full disk must not keep the log from being read; then no pid is told.
	_ = os.WriteFile(name, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
	return lock, nil
}

// Close waits for the appends that are under way, merges the write-ahead log, so
// that the one file holds everything, and gives the file up.
func (l *Log) Close() error {
	var err error
	l.stopOnce.Do(func() {
		close(l.stop)
		if l.appends != nil {
			<-l.stopped
		}
		err = l.read.Close()
		if l.writer != nil {
			err = errors.Join(err, l.writer.merge(), l.writer.close())
		}
		if l.lock != nil {
			err = errors.Join(err, l.lock.Unlock())
		}
	})
	return err
}

// closed tells whether Close was called.
func (l *Log) closed() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}
