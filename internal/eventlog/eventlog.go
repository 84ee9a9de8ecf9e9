// Package eventlog is the contract of the append-only log that every fact of
// the registry is written to, and the form in which a fact is stored.
//
// A log holds streams of events. Within a stream events are numbered 0, 1, 2 …
// (their [Revision]); across streams each has a [Position], which grows but may
// have gaps. Adapters live in sub-packages; logtest holds the suite that each
// of them must pass.
package eventlog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
)

// Revision is the number of an event within its stream, counted from 0.
type Revision int64

// NoStream is the revision of a stream in which nothing has been written.
const NoStream Revision = -1

// Position orders the events of the whole log. It grows with every event and
// may have gaps. 0 is before the first event.
type Position uint64

// Limits of one append. A record's size is len(Data) + len(Meta); they keep an
// append within the 1 MiB that EventStoreDB accepts by default.
const (
	MaxRecordBytes = 900 << 10
	MaxBatchBytes  = 1000 << 10
	MaxStreamName  = 200 // bytes
)

// Record is an event that is to be appended.
type Record struct {
	// ID makes the append idempotent: the same id in the same stream is the
	// same event. It must not be zero; UUIDv7 keeps the index of ids in order.
	ID uuid.UUID
	// Type is the stored name, such as "version.drafted.v1".
	Type string
	// Data is the salted payload and may be erased later; see [Seal].
	Data []byte
	// Meta is the envelope, the part that is never erased; see [Envelope].
	Meta []byte
}

// Recorded is an event that was read, or the marker of [Log.Follow].
type Recorded struct {
	Record
	Stream   string
	Revision Revision
	Position Position
	// CaughtUp marks that everything appended until now has been yielded.
	// A marker carries only Position, that of the last event yielded (or the
	// position that was followed from).
	CaughtUp bool
}

// Log is an append-only log of events. All methods are safe for concurrent
// use. Every error is or wraps one of the errors below, or the context's.
type Log interface {
	// Append writes all records at the end of stream, or none of them, and
	// returns the position of the last one. When it returns without an error the
	// records are durable. The stream must be at expected, otherwise the error
	// is a [*ConflictError]. If the very same records (by id, in order) already
	// stand directly after expected, nothing is written and their position is
	// returned. Appending no records is ErrInvalid. After the context's error,
	// ErrUnavailable or ErrClosed the records may have been written, or be yet:
	// the same append again, or a reading of the stream, tells.
	Append(ctx context.Context, stream string, expected Revision, records ...Record) (Position, error)

	// Read yields the events of stream in order, from revision from (values
	// below 0 mean the beginning) up to the end as it was when Read began. An
	// unknown stream yields nothing.
	Read(ctx context.Context, stream string, from Revision) iter.Seq2[Recorded, error]

	// Last returns the revision of the last event of stream, or NoStream.
	Last(ctx context.Context, stream string) (Revision, error)

	// Follow yields every event after the position, in order, then goes on with
	// new ones as they are appended, until the context ends (its last yield is
	// then the context's error) or the caller stops. Each time all that has been
	// appended was yielded it yields a marker, see Recorded.CaughtUp: first once
	// the history is through, also when there is none, and never in the middle of
	// an append. A log that is elsewhere repeats the marker now and then, to say that
	// nothing is new; while it can't be reached nothing is yielded, and then it goes
	// on where it was. Memory does not grow with the length of the log, and the
	// caller may append between two yields.
	Follow(ctx context.Context, after Position) iter.Seq2[Recorded, error]

	// Head returns the position of the last event in the log, 0 when empty.
	Head(ctx context.Context) (Position, error)

	// Close waits for appends that are under way and releases the log. What is
	// called later returns ErrClosed; running Follows end with it.
	Close() error
}

// Errors of a log, for errors.Is.
var (
	// ErrConflict: the stream is not at the expected revision; the error is a
	// *ConflictError.
	ErrConflict = errors.New("eventlog: stream is at another revision")
	// ErrInvalid: a record without id or type, an empty batch, a bad stream name.
	ErrInvalid = errors.New("eventlog: invalid append")
	// ErrTooLarge: over MaxRecordBytes or MaxBatchBytes.
	ErrTooLarge = errors.New("eventlog: record too large")
	// ErrUnavailable: the log can't be reached or written now; try again.
	ErrUnavailable = errors.New("eventlog: unavailable")
	// ErrUnauthenticated: the log's server does not accept who we say we are, or what
	// we ask for. It wraps ErrUnavailable: for a caller it is the same.
	ErrUnauthenticated = fmt.Errorf("%w: refused by its server", ErrUnavailable)
	// ErrClosed: the log was closed.
	ErrClosed = errors.New("eventlog: closed")
	// ErrCorrupt: what is stored can't be what was written.
	ErrCorrupt = errors.New("eventlog: corrupt")
)

// ConflictError tells at which revision the stream was instead.
type ConflictError struct {
	Stream   string
	Expected Revision
	Actual   Revision
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("eventlog: stream %q is at revision %d, not %d", e.Stream, e.Actual, e.Expected)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// Health says whether a log that is elsewhere can be reached.
type Health struct {
	// Up: the last attempt to reach it succeeded.
	Up bool
	// Since is when that began to be so; the zero time when it was never up.
	Since time.Time
	// Err is why it can't be reached; nil when Up. It may name machines.
	Err error
	// Behind: what is new is not told at once, because much is.
	Behind bool
}

// Remote is a log that can be away.
type Remote interface {
	Log
	// Health answers at once, without asking anybody.
	Health() Health
}

// HealthOf is that of a log; one that is not elsewhere is always up.
func HealthOf(l Log) Health {
	if remote, ok := l.(Remote); ok {
		return remote.Health()
	}
	return Health{Up: true}
}

// Check validates an append's arguments; adapters call it before anything else.
func Check(stream string, records []Record) error {
	if stream == "" || len(stream) > MaxStreamName {
		return fmt.Errorf("%w: stream name of %d bytes", ErrInvalid, len(stream))
	}
	if len(records) == 0 {
		return fmt.Errorf("%w: no records", ErrInvalid)
	}
	total := 0
	seen := make(map[uuid.UUID]struct{}, len(records))
	for i, r := range records {
		if r.ID == uuid.Nil || r.Type == "" {
			return fmt.Errorf("%w: record %d lacks an id or a type", ErrInvalid, i)
		}
		if _, twice := seen[r.ID]; twice {
			return fmt.Errorf("%w: record %d repeats an id of its batch", ErrInvalid, i)
		}
		seen[r.ID] = struct{}{}
		size := len(r.Data) + len(r.Meta)
		if size > MaxRecordBytes {
			return fmt.Errorf("%w: record %d has %d bytes, at most %d", ErrTooLarge, i, size, MaxRecordBytes)
		}
		total += size
	}
	if total > MaxBatchBytes {
		return fmt.Errorf("%w: batch has %d bytes, at most %d", ErrTooLarge, total, MaxBatchBytes)
	}
	return nil
}

// Clock returns the present instant; tests put a fake one in its place.
type Clock func() time.Time
