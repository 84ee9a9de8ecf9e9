package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"

	"signet/internal/eventlog"
)

// ErrUnavailable: the storage of the read models can't be read now, as when the system
// has no more file handles; the same question may be answered later.
var ErrUnavailable = errors.New("projections: the storage does not answer")

// storagePause is how long is waited before a storage that refused is tried again.
const storagePause = 250 * time.Millisecond

// Primary result codes of a storage that refuses now and may not later, see
// https://www.sqlite.org/rescode.html. SQLite says "corrupt" also where the system could
// not read (SQLITE_IOERR_CORRUPTFS).
const (
	codePerm     = 3
	codeBusy     = 5
	codeNoMem    = 7
	codeReadOnly = 8
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
)

// mayPass tells whether what went wrong is the storage's doing, that of the read models
// or of the log, and not that of what is stored.
func mayPass(err error) bool {
	if errors.Is(err, eventlog.ErrUnavailable) {
		return true
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xFF {
	case codePerm, codeBusy, codeNoMem, codeReadOnly, codeIOErr, codeCorrupt, codeFull, codeCantOpen:
		return true
	}
	return false
}

// paused waits; false if the context ends before.
func paused(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// readError gives the error of a query its meaning. What may be damaged is no matter of
// asking again.
func readError(err error) error {
	var e *sqlite.Error
	if !mayPass(err) || errors.As(err, &e) && e.Code()&0xFF == codeCorrupt {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
