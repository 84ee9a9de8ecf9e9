package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"

	"signet/internal/eventlog"
)

// ErrReadOnly: the log was opened by OpenReadOnly.
var ErrReadOnly = errors.New("eventlog/sqlite: opened for reading only")

// InUseError: another process owns the file.
type InUseError struct {
	Path string
	PID  int // of the owner; 0 if not known
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("eventlog/sqlite: %s is in use by another process", e.Path)
	}
	return fmt.Sprintf("eventlog/sqlite: %s is in use by process %d", e.Path, e.PID)
}

// Is makes errors.Is(err, ErrInUse) true.
func (e *InUseError) Is(target error) bool { return target == ErrInUse }

var (
	// ErrInUse: another process owns the file; the error is an *InUseError.
	ErrInUse = errors.New("eventlog/sqlite: in use")
	// ErrNewer: the file was written by a newer program.
	ErrNewer = errors.New("eventlog/sqlite: written by a newer version of this program")
	// ErrOlder: the file has an older shape, and can't be migrated read-only.
	ErrOlder = errors.New("eventlog/sqlite: written by an older version of this program; open it once for writing")
	// ErrForeign: the file is not a log.
	ErrForeign = errors.New("eventlog/sqlite: not a log of this program")
)

// Primary result codes, see https://www.sqlite.org/rescode.html.
const (
	codeCorrupt = 11
	codeNotADB  = 26
	// codeUnique is an extended one: a row that would stand twice in an index.
	codeUnique = 19 | 8<<8
)

// code is the primary result code of an error of SQLite, or 0.
func code(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xFF
	}
	return 0
}

// isTwice tells whether a statement was refused because of a unique index.
func isTwice(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code() == codeUnique
}

// told gives an error of SQLite the meaning that the log's contract knows.
func told(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case code(err) == codeCorrupt, code(err) == codeNotADB:
		return fmt.Errorf("%w: %w", eventlog.ErrCorrupt, err)
	default:
		return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
}
