package logcopy

import (
	"context"
	"errors"
	"fmt"

	"signet/internal/eventlog"
)

// Side names one of the two logs.
type Side string

// The two sides.
const (
	Source Side = "source"
	Target Side = "target"
)

// Codes of an [Error].
const (
	// CodeInvalidOption: a negative number in Options.
	CodeInvalidOption = "invalid_option"
	// CodeDiffers: the event differs in Field. Position is that in the source.
	CodeDiffers = "target_differs"
	// CodeLonger: the target has an event more than the source. Position is that
	// in the target.
	CodeLonger = "target_longer"
	// CodeShorter: the target lacks an event of the source.
	CodeShorter = "target_shorter"
	// CodeConflict: a stream of the target is not where it was: somebody else
	// writes there.
	CodeConflict = "target_conflict"
	// CodeStream: the last revision of a stream in the target is not that of its
	// last event.
	CodeStream = "target_stream"
	// CodeSourceChanged: the source was read twice, and was not the same.
	CodeSourceChanged = "source_changed"
	// The others begin with the side: it was unavailable for longer than
	// Options.Patience, or is corrupt, or something else is wrong with it.
	CodeSourceUnavailable = "source_unavailable"
	CodeSourceCorrupt     = "source_corrupt"
	CodeSourceFailed      = "source_failed"
	CodeTargetUnavailable = "target_unavailable"
	CodeTargetCorrupt     = "target_corrupt"
	CodeTargetFailed      = "target_failed"
)

// Error tells why a copy has ended, and at which event, if at one.
type Error struct {
	Code string
	// Side is the log that Position belongs to.
	Side     Side
	Position eventlog.Position // 0: no event
	Stream   string
	Revision eventlog.Revision
	// Field is what differs: stream, revision, id, type, data or meta.
	Field string
	// Err is what the log said, or nil; errors.Is finds it.
	Err error
}

func (e *Error) Error() string {
	text := "logcopy: " + e.Code
	if e.Field != "" {
		text += " in " + e.Field
	}
	if e.Position > 0 {
		text += fmt.Sprintf(" at position %d of the %s, stream %q, revision %d", e.Position, e.Side, e.Stream, e.Revision)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what the log said.
func (e *Error) Unwrap() error { return e.Err }

// at is an error at an event.
func at(code string, side Side, r eventlog.Recorded, err error) *Error {
	return &Error{Code: code, Side: side, Position: r.Position, Stream: r.Stream, Revision: r.Revision, Err: err}
}

// failed is what is told of an error of a log.
func failed(ctx context.Context, side Side, err error) error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e), errors.Is(err, eventlog.ErrConflict): // is looked at by who appends
		return err
	case errors.Is(err, eventlog.ErrUnavailable):
		return &Error{Code: string(side) + "_unavailable", Side: side, Err: err}
	case errors.Is(err, eventlog.ErrCorrupt):
		return &Error{Code: string(side) + "_corrupt", Side: side, Err: err}
	}
	return &Error{Code: string(side) + "_failed", Side: side, Err: err}
}
