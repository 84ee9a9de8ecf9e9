package webhooks

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

const (
	maxBody     = 256 << 10 // bytes
	maxTopic    = 200       // bytes
	maxReceiver = 200       // bytes
)

// Mark returns how far the planning for a receiver has come; false if nothing was
// ever enqueued for it, or it was forgotten.
func (q *Queue) Mark(ctx context.Context, receiver string) (Mark, bool, error) {
	var position int64
	var at string
	err := q.db.QueryRowContext(ctx, "SELECT position, at FROM mark WHERE receiver = ?", receiver).Scan(&position, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return Mark{}, false, nil
	}
	if err != nil {
		return Mark{}, false, told(err)
	}
	m := Mark{Position: uint64(position)}
	if err := m.At.UnmarshalText([]byte(at)); err != nil {
		return Mark{}, false, fmt.Errorf("webhooks: mark of %s: %w", receiver, err)
	}
	return m, true, nil
}

// Enqueue keeps messages for a receiver, in their order, and the new mark: all of it
// or, with an error, none. When it has returned they are on the disk. A message of
// which the receiver already has one with the same id is left out, so that planning
// again from an old mark doubles nothing (as long as the old one is kept: 30 days
// from its delivery). Errors are *Error: receiver_id, mark_time, and on a message
// message_id, message_topic, message_body, message_too_large.
func (q *Queue) Enqueue(ctx context.Context, receiver string, to Mark, messages ...Message) error {
	if receiver == "" || len(receiver) > maxReceiver || !utf8.ValidString(receiver) {
		return refuse("receiver_id", "receiver", "want 1 to %d bytes of UTF-8", maxReceiver)
	}
	at, err := to.At.UTC().MarshalText()
	if err != nil {
		return refuse("mark_time", "to.at", "want a year of four digits")
	}
	for i, m := range messages {
		if err := m.check(fmt.Sprintf("messages[%d].", i)); err != nil {
			return err
		}
	}
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return told(err)
	}
	defer tx.Rollback()
	for _, m := range messages {
		_, err := tx.ExecContext(ctx, "INSERT INTO message (receiver, id, topic, created, status, body) VALUES (?, ?, ?, ?, 'pending', ?) ON CONFLICT (receiver, id) DO NOTHING",
			receiver, m.ID, m.Topic, micros(m.Created), m.Body)
		if err != nil {
			return told(err)
		}
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO mark (receiver, position, at) VALUES (?, ?, ?) ON CONFLICT (receiver) DO UPDATE SET position = excluded.position, at = excluded.at",
		receiver, int64(to.Position), string(at)) // the bits of a position come back as they are
	if err != nil {
		return told(err)
	}
	if err := tx.Commit(); err != nil {
		return told(err)
	}
	if len(messages) > 0 {
		q.touch(receiver)
	}
	return nil
}

func (m Message) check(field string) error {
	if err := checkID(m.ID, field+"id"); err != nil {
		return err
	}
	switch {
	case len(m.Topic) > maxTopic || !utf8.ValidString(m.Topic):
		return refuse("message_topic", field+"topic", "want at most %d bytes of UTF-8", maxTopic)
	case len(m.Body) > maxBody:
		return refuse("message_too_large", field+"body", "the body has %d bytes, at most %d are taken", len(m.Body), maxBody)
	case !json.Valid(m.Body):
		return refuse("message_body", field+"body", "want JSON")
	}
	return nil
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
