package merkle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Reasons why a checkpoint is kept.
const (
	Latest    = "latest"    // the newest one; the next takes its place
	Edition   = "edition"   // made when an edition was issued
	Day       = "day"       // the first of a day
	Witnessed = "witnessed" // the newest one with cosignatures; the next takes its place
	Backup    = "backup"    // stands in a backup
)

// replaced tells for each reason whether there is only the last one of it.
var replaced = map[string]bool{Latest: true, Edition: false, Day: false, Witnessed: true, Backup: false}

// Checkpoint is a signed checkpoint of this tree that is kept.
type Checkpoint struct {
	// Size is the number of leaves that it is about.
	Size int64
	// At is when it was made, to the microsecond.
	At time.Time
	// Reason is one of the above.
	Reason string
	// Note is the signed text; here nobody reads it.
	Note []byte
}

// Keep keeps a checkpoint; it is durable when Keep returns. Of Latest and Witnessed one that
// is not smaller takes the place of the one before; for the other reasons the first of
// each size stays. ErrInvalid for a reason that is
// not known, an empty note, or a size that the tree has not; otherwise the errors are
// ErrReadOnly, ErrClosed, the context's and SQLite's.
func (t *Tree) Keep(ctx context.Context, c Checkpoint) error {
	alone, known := replaced[c.Reason]
	switch {
	case !known:
		return fmt.Errorf("%w: kept as %q", ErrInvalid, c.Reason)
	case len(c.Note) == 0:
		return fmt.Errorf("%w: an empty note", ErrInvalid)
	}
	if err := t.begin(); err != nil {
		return err
	}
	defer t.running.Done()
	if head := t.Head(); c.Size < 0 || c.Size > head.Size {
		return fmt.Errorf("%w: of %d leaves, the tree has %d", ErrInvalid, c.Size, head.Size)
	}
	conn, err := t.write.Conn(ctx)
	if err != nil {
		return told(err)
	}
	defer func() { _ = conn.Close() }() // back to the pool
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return told(err)
	}
	err = keep(ctx, conn, c, alone)
	_, after := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
	return errors.Join(told(err), told(after))
}

func keep(ctx context.Context, conn *sql.Conn, c Checkpoint, alone bool) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if alone {
		if _, err := tx.ExecContext(ctx, "DELETE FROM checkpoint WHERE reason = ? AND size <= ?", c.Reason, c.Size); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO checkpoint SELECT ?1, ?2, ?3, ?4
		WHERE NOT (?5 AND EXISTS (SELECT 1 FROM checkpoint WHERE reason = ?1)) ON CONFLICT DO NOTHING`, c.Reason, c.Size, c.At.UnixMicro(), c.Note, alone); err != nil {
		return err
	}
	return tx.Commit()
}

// Kept returns the checkpoints that are kept for a reason, or for any if it is empty, from
// the smallest to the largest.
func (t *Tree) Kept(ctx context.Context, reason string) ([]Checkpoint, error) {
	rows, err := t.read.QueryContext(ctx, "SELECT size, at, reason, note FROM checkpoint WHERE ?1 IN ('', reason) ORDER BY size, reason", reason)
	if err != nil {
		return nil, t.toldOfReading(ctx, err)
	}
	defer rows.Close()
	var all []Checkpoint
	for rows.Next() {
		var c Checkpoint
		var at int64
		if err := rows.Scan(&c.Size, &at, &c.Reason, &c.Note); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		c.At = time.UnixMicro(at).UTC()
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, t.toldOfReading(ctx, err)
	}
	return all, nil
}
