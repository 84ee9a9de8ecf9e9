package webhooks

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"signet/internal/outbound"
)

// Status is how a message stands with its receiver.
type Status string

// How a message can stand.
const (
	Pending   Status = "pending"   // waits for its turn, or its next attempt
	Delivered Status = "delivered" // the receiver has answered 2xx
	Failed    Status = "failed"    // has been given up
)

// Failure is why an attempt failed; empty if it did not.
type Failure string

// Why an attempt can fail.
const (
	FailedStatus     Failure = "status"                           // answered, but not with 2xx
	FailedGone       Failure = "gone"                             // answered 410: it wants nothing more
	FailedTimeout            = Failure(outbound.FailedTimeout)    // no answer in time
	FailedName               = Failure(outbound.FailedName)       // the name of the host is not known
	FailedAddress            = Failure(outbound.FailedAddress)    // the host is at an address that nothing is sent to
	FailedConnect            = Failure(outbound.FailedConnect)    // nobody takes the connection
	FailedTLS                = Failure(outbound.FailedTLS)        // the certificate or the handshake is not good
	FailedConnection         = Failure(outbound.FailedConnection) // the connection broke, or the answer is no HTTP
	FailedURL        Failure = "url"                              // CheckURL refuses the URL
	FailedSecret     Failure = "secret"                           // there are not one or two good secrets
)

// Delivery is a message and how far it has come. Instants are in UTC, to the
// microsecond.
type Delivery struct {
	Sequence  int64 // grows in the order in which messages were enqueued
	MessageID string
	Topic     string
	Created   time.Time
	Status    Status
	Attempts  int       // since it was enqueued, or last redelivered
	Tried     time.Time // when the last attempt ended; zero if there was none
	Next      time.Time // when the next attempt is due; zero if at its turn, or if none will be made
	Code      int       // HTTP status of the last answer; 0 if there was none
	Failure   Failure   // of the last attempt
}

// maxDeliveries bounds a page.
const maxDeliveries = 1000

// Deliveries lists what a receiver was sent or will be, the newest first: those of
// one status, or all if it is empty; only sequences below before, or all if it is 0;
// at most limit, of 1 to 1000. Errors are *Error: status_unknown, limit_range.
func (q *Queue) Deliveries(ctx context.Context, receiver string, status Status, before int64, limit int) ([]Delivery, error) {
	if limit < 1 || limit > maxDeliveries {
		return nil, refuse("limit_range", "limit", "want 1 to %d", maxDeliveries)
	}
	query, args := "SELECT seq, id, topic, created, status, attempts, tried, next, code, failure FROM message WHERE receiver = ?", []any{receiver}
	switch status {
	case "":
	case Pending, Delivered, Failed:
		query, args = query+" AND status = ?", append(args, string(status))
	default:
		return nil, refuse("status_unknown", "status", "want pending, delivered or failed")
	}
	if before > 0 {
		query, args = query+" AND seq < ?", append(args, before)
	}
	rows, err := q.db.QueryContext(ctx, query+" ORDER BY seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, told(err)
	}
	defer rows.Close()
	var all []Delivery
	for rows.Next() {
		var d Delivery
		var created, next int64
		var tried sql.NullInt64
		if err := rows.Scan(&d.Sequence, &d.MessageID, &d.Topic, &created, &d.Status, &d.Attempts, &tried, &next, &d.Code, &d.Failure); err != nil {
			return nil, told(err)
		}
		d.Created = fromMicros(created)
		if tried.Valid {
			d.Tried = fromMicros(tried.Int64)
		}
		if next > 0 && d.Status == Pending {
			d.Next = fromMicros(next)
		}
		all = append(all, d)
	}
	return all, told(rows.Err())
}

// Redeliver makes a message that was delivered, or has failed, pending again, with
// all its attempts before it. It takes its old place: before all that is pending
// and was enqueued later. One that is pending is tried at once, if it is its turn.
// Error: ErrUnknown.
func (q *Queue) Redeliver(ctx context.Context, receiver, messageID string) error {
	result, err := q.db.ExecContext(ctx,
		"UPDATE message SET attempts = CASE status WHEN 'pending' THEN attempts ELSE 0 END, status = 'pending', next = 0 WHERE receiver = ? AND id = ?", receiver, messageID)
	if err != nil {
		return told(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return orUnknown(err)
	}
	q.touch(receiver)
	return nil
}

func orUnknown(err error) error {
	if err != nil {
		return told(err)
	}
	return ErrUnknown
}

// Backlog is what is not delivered, over all receivers and also those that are gone
// but not forgotten.
type Backlog struct {
	// Pending are those that are still to be delivered; Retrying are those of them
	// that were tried already. Failed have been given up.
	Pending, Retrying, Failed int
	// Oldest is when the oldest that is pending came to pass; zero if none is.
	Oldest time.Time
}

// Backlog counts what is not delivered.
func (q *Queue) Backlog(ctx context.Context) (Backlog, error) {
	var b Backlog
	var oldest sql.NullInt64
	err := q.db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE attempts > 0), min(created), (SELECT count(*) FROM message WHERE status = 'failed')
		FROM message WHERE status = 'pending'`).Scan(&b.Pending, &b.Retrying, &oldest, &b.Failed)
	if oldest.Valid {
		b.Oldest = fromMicros(oldest.Int64)
	}
	return b, told(err)
}

// Receivers lists those of which something is kept, in the order of their ids.
func (q *Queue) Receivers(ctx context.Context) ([]string, error) {
	rows, err := q.db.QueryContext(ctx, "SELECT receiver FROM mark ORDER BY receiver")
	if err != nil {
		return nil, told(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var receiver string
		if err := rows.Scan(&receiver); err != nil {
			return nil, told(err)
		}
		out = append(out, receiver)
	}
	return out, told(rows.Err())
}

// stepRows bounds how many rows one statement deletes: they may hold a quarter of a
// megabyte each, and all else waits.
const stepRows = 100

// Forget drops all that is kept of a receiver, its mark last. If it fails it has
// done a part, and can be called again.
func (q *Queue) Forget(ctx context.Context, receiver string) error {
	for {
		n, err := q.drop(ctx, "receiver = ?", receiver)
		if err != nil {
			return err
		}
		if n < stepRows {
			break
		}
	}
	if _, err := q.db.ExecContext(ctx, "DELETE FROM mark WHERE receiver = ?", receiver); err != nil {
		return told(err)
	}
	q.touch(receiver)
	return nil
}

// How long messages are kept that were delivered, or have failed.
const (
	keepDelivered = 30 * 24 * time.Hour
	keepFailed    = 180 * 24 * time.Hour
)

// prune drops some of what is too old, and tells whether there may be more.
func (q *Queue) prune(ctx context.Context, now time.Time) (more bool, err error) {
	for status, keep := range map[Status]time.Duration{Delivered: keepDelivered, Failed: keepFailed} {
		n, err := q.drop(ctx, "status = ? AND tried < ?", string(status), micros(now.Add(-keep)))
		if err != nil {
			return false, err
		}
		more = more || n == stepRows
	}
	return more, nil
}

// drop deletes at most stepRows messages, and returns how many.
func (q *Queue) drop(ctx context.Context, which string, args ...any) (int64, error) {
	var query strings.Builder
	query.WriteString("DELETE FROM message WHERE seq IN (SELECT seq FROM message WHERE ")
	query.WriteString(which)
	query.WriteString(" LIMIT ?)")
	result, err := q.db.ExecContext(ctx, query.String(), append(args, stepRows)...)
	if err != nil {
		return 0, told(err)
	}
	return result.RowsAffected()
}
