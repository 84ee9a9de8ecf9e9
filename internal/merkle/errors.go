package merkle

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
	"modernc.org/sqlite"

	"signet/internal/eventlog"
	"signet/internal/ownfile"
)

// Errors of a tree, for errors.Is. Others are those of the file system, of SQLite (a full
// disk), or the context's.
var (
	// ErrInUse: another process owns the file.
	ErrInUse = ownfile.ErrInUse
	// ErrNewer: the file was written by a newer program.
	ErrNewer = ownfile.ErrNewer
	// ErrForeign: the file is no tree.
	ErrForeign = ownfile.ErrForeign
	// ErrCorrupt: what the file holds can't be what was written. The tree can be made again
	// from the log in another file; the checkpoints that were kept can't.
	ErrCorrupt = errors.New("merkle: corrupt")
	// ErrNoLeaf: the tree has no such leaf, or is smaller than what was asked about.
	ErrNoLeaf = errors.New("merkle: no such leaf or size")
	// ErrNoTile: the tree has no such tile, or not yet as wide.
	ErrNoTile = errors.New("merkle: no such tile")
	// ErrDiverged: the log is not the one that the tree was made of; the error is a
	// *DivergedError.
	ErrDiverged = errors.New("merkle: the log is not the one that the tree was made of")
	// ErrInvalid: a checkpoint that can't be kept.
	ErrInvalid = errors.New("merkle: no checkpoint of this tree")
	// ErrReadOnly: the tree was opened by OpenReadOnly.
	ErrReadOnly = errors.New("merkle: opened for reading only")
	// ErrFollowing: the tree is following a log already.
	ErrFollowing = errors.New("merkle: follows a log already")
	// ErrClosed: the tree was closed.
	ErrClosed = errors.New("merkle: closed")
)

// DivergedError tells what the tree's last leaf is, and what the log has in its place. The
// log may have been restored from another day, or is another one.
type DivergedError struct {
	// Index, Position and Expected are those of the tree's last leaf.
	Index    int64
	Position eventlog.Position
	Expected tlog.Hash
	// FoundAt and Found are those of the event that the log has instead; FoundAt is 0 when
	// it has none.
	FoundAt eventlog.Position
	Found   tlog.Hash
	// Err is why the log can't be read there; nil when it can.
	Err error
}

func (e *DivergedError) Error() string {
	text := fmt.Sprintf("%v: leaf %d is the event at position %d with the hash %v, ", ErrDiverged, e.Index, e.Position, e.Expected)
	switch {
	case e.Err != nil:
		return text + "the log can't be read there: " + e.Err.Error()
	case e.FoundAt == 0:
		return text + "the log ends before it"
	case e.FoundAt != e.Position:
		return text + fmt.Sprintf("the log has one at position %d in its place", e.FoundAt)
	}
	return text + fmt.Sprintf("the log has one with the hash %v there", e.Found)
}

// Is makes errors.Is(err, ErrDiverged) true.
func (e *DivergedError) Is(target error) bool { return target == ErrDiverged }

// Unwrap returns why the log can't be read.
func (e *DivergedError) Unwrap() error { return e.Err }

// codeCorrupt is a primary result code, see https://www.sqlite.org/rescode.html.
const codeCorrupt = 11

// told gives an error of SQLite its meaning.
func told(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xFF == codeCorrupt {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return ownfile.Told(err)
}
