package sqlite_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"sync"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
)

// served is the path of the log that this process, started by the test, opens and
// lets the test use, over its standard input and output, until it is killed.
const served = "SIGNET_TEST_SERVED_LOG"

// question is a call of a method of a log, or the end of the context of one.
type question struct {
	Number  int
	Method  string // as in eventlog.Log; "" ends the context of call Number
	Stream  string
	At      int64 // the revision expected or read from, or the position followed from
	Records []eventlog.Record
}

// reply is what came of a call.
type reply struct {
	Number   int
	Value    int64 // a position or a revision
	Events   []eventlog.Recorded
	Failure  string // "" for none; else the error's text
	Kind     int    // of the failure: its place in kinds, from 1
	Conflict *eventlog.ConflictError
}

// kinds are the errors that are told apart over the pipe.
var kinds = []error{context.Canceled, context.DeadlineExceeded, eventlog.ErrClosed, eventlog.ErrUnavailable, eventlog.ErrInvalid, eventlog.ErrCorrupt}

func (r *reply) fail(err error) {
	if err == nil {
		return
	}
	r.Failure = err.Error()
	_ = errors.As(err, &r.Conflict)
	for i, kind := range kinds {
		if errors.Is(err, kind) {
			r.Kind = i + 1
			return
		}
	}
}

func (r *reply) err() error {
	switch {
	case r.Failure == "":
		return nil
	case r.Conflict != nil:
		return r.Conflict
	case r.Kind > 0:
		return fmt.Errorf("%w: %s", kinds[r.Kind-1], r.Failure)
	}
	return errors.New(r.Failure)
}

// serveLog answers questions until its input ends.
func serveLog(path string) {
	l, err := sqlite.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	out := gob.NewEncoder(os.Stdout)
	contexts := map[int]context.CancelFunc{}
	for in := gob.NewDecoder(os.Stdin); ; {
		var q question
		if err := in.Decode(&q); err != nil {
			break
		}
		mu.Lock()
		if q.Method == "" {
			if end := contexts[q.Number]; end != nil {
				end()
			}
			mu.Unlock()
			continue
		}
		ctx, end := context.WithCancel(context.Background())
		contexts[q.Number] = end
		mu.Unlock()
		go func() {
			defer end()
			r := q.ask(ctx, l)
			mu.Lock()
			defer mu.Unlock()
			delete(contexts, q.Number)
			_ = out.Encode(r) // nobody hears it any more
		}()
	}
	os.Exit(0)
}

func (q question) ask(ctx context.Context, l *sqlite.Log) *reply {
	r := &reply{Number: q.Number}
	switch q.Method {
	case "Append":
		position, err := l.Append(ctx, q.Stream, eventlog.Revision(q.At), q.Records...)
		r.Value = int64(position) //nolint:gosec // positions fit
		r.fail(err)
	case "Last":
		last, err := l.Last(ctx, q.Stream)
		r.Value = int64(last)
		r.fail(err)
	case "Head": //nolint:usestdlibvars // the log's, not HTTP's
		head, err := l.Head(ctx)
		r.Value = int64(head) //nolint:gosec // positions fit
		r.fail(err)
	case "Read":
		r.collect(l.Read(ctx, q.Stream, eventlog.Revision(q.At)))
	case "Follow":
		r.collect(l.Follow(ctx, eventlog.Position(q.At))) //nolint:gosec // it was a position
	}
	return r
}

// collect keeps events up to the first marker or error.
func (r *reply) collect(all iter.Seq2[eventlog.Recorded, error]) {
	for e, err := range all {
		if err != nil {
			r.fail(err)
			return
		}
		if r.Events = append(r.Events, e); e.CaughtUp {
			return
		}
	}
}

// elsewhere is a log in a process of its own, that can be killed.
type elsewhere struct {
	process *exec.Cmd
	input   io.WriteCloser
	// pending are the calls that may do something yet, also for callers that have
	// given them up.
	pending sync.WaitGroup

	mu      sync.Mutex // guards what is below
	out     *gob.Encoder
	waiting map[int]chan *reply
	number  int
	gone    bool
}

var _ eventlog.Log = (*elsewhere)(nil)

func startElsewhere(path string) (*elsewhere, error) {
	l := &elsewhere{process: exec.Command(os.Args[0]), waiting: map[int]chan *reply{}} //nolint:gosec // this very program
	l.process.Env = append(os.Environ(), served+"="+path)
	l.process.Stderr = os.Stderr
	var err error
	if l.input, err = l.process.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := l.process.StdoutPipe()
	if err == nil {
		err = l.process.Start()
	}
	if err != nil {
		return nil, err
	}
	l.out = gob.NewEncoder(l.input)
	go func() {
		for in := gob.NewDecoder(output); ; {
			r := &reply{}
			if err := in.Decode(r); err != nil {
				break
			}
			l.mu.Lock()
			l.waiting[r.Number] <- r
			delete(l.waiting, r.Number)
			l.mu.Unlock()
			l.pending.Done()
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.gone = true
		for _, c := range l.waiting {
			close(c)
			l.pending.Done()
		}
	}()
	return l, nil
}

// end lets the process end by itself.
func (l *elsewhere) end(t testing.TB) {
	t.Helper()
	if err := errors.Join(l.input.Close(), l.process.Wait()); err != nil {
		t.Error(err)
	}
}

// kill ends the process where it stands.
func (l *elsewhere) kill() {
	_ = l.process.Process.Kill()
	_ = l.process.Wait() // it was killed
}

// ask sends a question and waits for its reply, the end of the context, or that of
// the process.
func (l *elsewhere) ask(ctx context.Context, q question) (*reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	gone := fmt.Errorf("%w: its process is gone", eventlog.ErrUnavailable)
	replied := make(chan *reply, 1)
	send := func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.gone {
			return gone
		}
		if q.Method != "" {
			l.number++
			q.Number = l.number
			l.waiting[q.Number] = replied
			l.pending.Add(1)
		}
		if l.out.Encode(q) != nil {
			return gone
		}
		return nil
	}
	if err := send(); err != nil {
		return nil, err
	}
	select {
	case r := <-replied:
		if r == nil {
			return nil, gone
		}
		err := r.err()
		return r, err
	case <-ctx.Done():
		q.Method = ""
		_ = send()
		return nil, ctx.Err()
	}
}

func (l *elsewhere) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	r, err := l.ask(ctx, question{Method: "Append", Stream: stream, At: int64(expected), Records: records})
	if err != nil {
		return 0, err
	}
	return eventlog.Position(r.Value), nil //nolint:gosec // it was a position
}

func (l *elsewhere) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	r, err := l.ask(ctx, question{Method: "Last", Stream: stream})
	if err != nil {
		return 0, err
	}
	return eventlog.Revision(r.Value), nil
}

func (l *elsewhere) Head(ctx context.Context) (eventlog.Position, error) {
	r, err := l.ask(ctx, question{Method: "Head"})
	if err != nil {
		return 0, err
	}
	return eventlog.Position(r.Value), nil //nolint:gosec // it was a position
}

func (l *elsewhere) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return l.all(ctx, question{Method: "Read", Stream: stream, At: int64(from)})
}

// Follow tells no more than up to the first marker.
func (l *elsewhere) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return l.all(ctx, question{Method: "Follow", At: int64(after)}) //nolint:gosec // positions fit
}

func (l *elsewhere) all(ctx context.Context, q question) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		r, err := l.ask(ctx, q)
		if r != nil {
			for _, e := range r.Events {
				if !yield(e, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(eventlog.Recorded{}, err)
		}
	}
}

// Close is not asked for: the process is killed, or ends with the test.
func (*elsewhere) Close() error { return nil }
