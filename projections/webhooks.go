package projections

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// webhooks answers which addresses want to be told of what, and what there is to
// tell them beside what becomes of versions (see notices).
var webhooks = projection{
	name: "webhooks",
	schema: `
CREATE TABLE webhook (
	id TEXT PRIMARY KEY, agency TEXT NOT NULL, url TEXT NOT NULL, topics TEXT NOT NULL, generation INTEGER NOT NULL, rotated INTEGER NOT NULL,
	registered INTEGER NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_by_agency ON webhook (agency, id);
CREATE TABLE telling (
	position INTEGER NOT NULL, agency TEXT NOT NULL, topic TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, edition INTEGER NOT NULL,
	due TEXT NOT NULL, at INTEGER NOT NULL, audit TEXT NOT NULL, findings INTEGER NOT NULL,
	PRIMARY KEY (position, agency, topic)
) STRICT, WITHOUT ROWID;
`,
	apply: applyWebhooks,
}

func applyWebhooks(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.WebhookRegistered:
		topics, err := asJSON(e.Topics)
		if err != nil {
			return err
		}
		return w.exec("INSERT OR IGNORE INTO webhook VALUES (?,?,?,?,1,0,?,?,?)", e.Webhook.String(), e.Agency, e.URL, topics, f.at(), int64(f.position), f.envelope.Revision)
	case domain.WebhookChanged:
		topics, err := asJSON(e.Topics)
		if err != nil {
			return err
		}
		return w.exec("UPDATE webhook SET url = ?, topics = ?, revision = ? WHERE id = ?", e.URL, topics, f.envelope.Revision, e.Webhook.String())
	case domain.WebhookSecretRotated:
		return w.exec("UPDATE webhook SET generation = ?, rotated = ?, revision = ? WHERE id = ?", e.Generation, f.at(), f.envelope.Revision, e.Webhook.String())
	case domain.WebhookRemoved:
		return w.exec("DELETE FROM webhook WHERE id = ?", e.Webhook.String())
	default:
		return applyTellings(w, f)
	}
}

// applyTellings enters what is to be told.
func applyTellings(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.EditionIssued:
		return w.exec("INSERT INTO telling VALUES (?,'',?,'',0,?,'',?,'',0)", int64(f.position), domain.TopicIssued, e.Number, f.at())
	case domain.ReviewEscalated:
		for _, o := range e.Overdue {
			if err := w.exec("INSERT OR IGNORE INTO telling VALUES (?,?,?,?,?,0,?,?,'',0)", int64(f.position), o.Agency, domain.TopicOverdue, e.Key, e.Version, o.Due, f.at()); err != nil {
				return err
			}
		}
		return nil
	case domain.AuditReported:
		if n := len(e.Opened) + len(e.Reopened); n > 0 {
			return w.exec("INSERT INTO telling VALUES (?,?,?,'',0,0,'',?,?,?)", int64(f.position), e.Site.Agency, domain.TopicFinding, f.at(), e.Audit.String(), n)
		}
	}
	return nil
}

// tellAwaited tells an agency that a version waits for its signature; review knows
// when.
func (w *writer) tellAwaited(f fact, agency, key string, version int, due domain.Date) error {
	return w.exec("INSERT OR IGNORE INTO telling VALUES (?,?,?,?,?,0,?,?,'',0)", int64(f.position), agency, domain.TopicReview, key, version, due, f.at())
}

// Webhook is an address that is told of changes.
type Webhook struct {
	ID         uuid.UUID
	Agency     string
	URL        string
	Topics     []domain.Topic
	Generation int       // of its secret, from 1
	Rotated    time.Time // when the secret was changed last; zero: never
	Registered time.Time
	Position   eventlog.Position // of its registration: it is told what came after
	Revision   eventlog.Revision
}

const selectWebhook = "SELECT id, agency, url, topics, generation, rotated, registered, position, revision FROM webhook "

// Webhooks returns the webhooks of an agency (all when empty) with ids after the
// one given, in order, at most limit.
func (v *Views) Webhooks(ctx context.Context, agency, after string, limit int) ([]*Webhook, error) {
	if agency == "" {
		return many(ctx, v, scanWebhook, selectWebhook+"WHERE id > ? ORDER BY id LIMIT ?", after, limit)
	}
	return many(ctx, v, scanWebhook, selectWebhook+"WHERE agency = ? AND id > ? ORDER BY id LIMIT ?", agency, after, limit)
}

// Webhook returns one webhook, or ErrNotFound.
func (v *Views) Webhook(ctx context.Context, id uuid.UUID) (*Webhook, error) {
	return one(ctx, v, scanWebhook, selectWebhook+"WHERE id = ?", id.String())
}

func scanWebhook(rows columns) (*Webhook, error) {
	var h Webhook
	var id, topics string
	var rotated, registered int64
	if err := rows.Scan(&id, &h.Agency, &h.URL, &topics, &h.Generation, &rotated, &registered, &h.Position, &h.Revision); err != nil {
		return nil, err
	}
	h.Rotated, h.Registered = orZero(rotated), fromMicros(registered)
	var err error
	h.ID, err = uuid.Parse(id)
	return &h, errors.Join(err, json.Unmarshal([]byte(topics), &h.Topics))
}

// Telling is something to tell beside what becomes of versions.
type Telling struct {
	Position eventlog.Position
	Agency   string // whom it concerns; empty: all
	Topic    domain.Topic
	Item     string
	Version  int
	Edition  int
	Due      domain.Date
	At       time.Time
	Audit    string // opaque id of the audit in which something was found
	Findings int    // how many were opened, or opened again
}

// Tellings returns what there is to tell an agency of what was learnt after a
// position and until another, in order.
func (v *Views) Tellings(ctx context.Context, agency string, after, until eventlog.Position) ([]*Telling, error) {
	return many(ctx, v, func(rows columns) (*Telling, error) {
		var t Telling
		var at int64
		err := rows.Scan(&t.Position, &t.Agency, &t.Topic, &t.Item, &t.Version, &t.Edition, &t.Due, &at, &t.Audit, &t.Findings)
		t.At = fromMicros(at)
		return &t, err
	}, `SELECT position, agency, topic, item, version, edition, due, at, audit, findings FROM telling
		WHERE position > ? AND position <= ? AND agency IN ('', ?) ORDER BY position, topic`, int64(after), int64(until), agency)
}
