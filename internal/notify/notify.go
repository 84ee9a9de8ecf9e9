// Package notify tells webhooks, and people by mail, what they want to be told: it
// plans messages from the read models, and lets internal/webhooks keep and deliver
// them. It also reports who has not signed in time, which is one of the things that
// are told.
//
// What a webhook was planned to be told is kept together with how far the plan
// has come, so nothing is told twice under another id, and nothing is missed over
// a restart. Of a person only the opaque id is kept: whether and where they are told
// is looked up when it is done.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/webhooks"
	"signet/projections"
)

// overlap is how long the secret before a rotation is used beside the new one.
const overlap = 24 * time.Hour

// pages bounds how many rows are read at a time.
const pages = 100

// Options are what a Notifier needs.
type Options struct {
	Runner *commands.Runner
	Views  *projections.Views
	// Queue is what is to be told; nil where another node of the registry tells.
	Queue *webhooks.Queue
	// Rules say which addresses may be reached, as the queue has them.
	Rules webhooks.Options
	// Mails: the registry sends mails, if perhaps by another node.
	Mails bool
	// Master derives the secrets of all webhooks; at least 32 bytes.
	Master []byte
	Log    *slog.Logger
}

// Notifier plans what is told, and answers what was.
type Notifier struct{ o Options }

// ErrElsewhere: another node of the registry tells webhooks, and knows what it has
// told.
var ErrElsewhere = errors.New("notify: another node tells webhooks")

// New checks the options.
func New(o Options) (*Notifier, error) {
	if len(o.Master) < 32 {
		return nil, fmt.Errorf("notify: the master secret has %d bytes, at least 32", len(o.Master))
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Notifier{o}, nil
}

// Mails tells whether the registry sends mails.
func (n *Notifier) Mails() bool { return n.o.Mails }

// Secret is that of a webhook in a generation, in the form of Standard Webhooks.
func (n *Notifier) Secret(id uuid.UUID, generation int) string {
	return webhooks.Secret(n.o.Master, id.String(), generation)
}

// CheckURL refuses an address that may not be reached; a refusal is a *domain.Error.
func (n *Notifier) CheckURL(address string) error {
	return refusal(webhooks.CheckURL(address, n.o.Rules))
}

// refusal makes an error of the queue a refusal of the domain.
func refusal(err error) error {
	var e *webhooks.Error
	if errors.As(err, &e) {
		return domain.Refuse(domain.Invalid, e.Code, "%s", e.Sentence).At("%s", e.Field)
	}
	if errors.Is(err, webhooks.ErrUnknown) {
		return domain.Refuse(domain.NotFound, "unknown_delivery", "there is no such delivery").At("delivery")
	}
	return err
}

// Deliveries lists what a webhook was sent or will be, as the queue does.
func (n *Notifier) Deliveries(ctx context.Context, id uuid.UUID, status webhooks.Status, before int64, limit int) ([]webhooks.Delivery, error) {
	if n.o.Queue == nil {
		return nil, ErrElsewhere
	}
	return n.o.Queue.Deliveries(ctx, id.String(), status, before, limit)
}

// Redeliver sends something again; an unknown one is refused.
func (n *Notifier) Redeliver(ctx context.Context, id uuid.UUID, delivery string) error {
	if n.o.Queue == nil {
		return ErrElsewhere
	}
	return refusal(n.o.Queue.Redeliver(ctx, id.String(), delivery))
}

// Forget drops what a webhook that was removed was still to be sent. Where another
// node tells, that one forgets by itself, see Plan.
func (n *Notifier) Forget(ctx context.Context, id uuid.UUID) error {
	if n.o.Queue == nil {
		return nil
	}
	n.o.Queue.Changed()
	return n.o.Queue.Forget(ctx, id.String())
}

// Run plans and delivers until the context ends. The read models must be
// following the log. Without a queue it is ErrElsewhere.
func (n *Notifier) Run(ctx context.Context) error {
	if n.o.Queue == nil {
		return ErrElsewhere
	}
	return run(ctx, func(ctx context.Context) error { return n.o.Queue.Run(ctx, n.receivers) }, func(ctx context.Context) error {
		return follow(ctx, n.o.Views, n.now, n.o.Log.With("for", "webhooks"), n.all)
	})
}

// all reports what is overdue, and plans.
func (n *Notifier) all(ctx context.Context) error {
	n.o.Queue.Changed() // a webhook may be gone, or have another address or secret
	return errors.Join(n.Escalate(ctx), n.Plan(ctx))
}

func (n *Notifier) now() time.Time { return commands.Instant(n.o.Runner.Clock()) }

// receivers are the webhooks as the queue knows them. For a day after a rotation
// what is sent is signed with both secrets.
func (n *Notifier) receivers(ctx context.Context) ([]webhooks.Receiver, error) {
	var out []webhooks.Receiver
	err := n.each(ctx, func(h *projections.Webhook) error {
		secrets := []string{n.Secret(h.ID, h.Generation)}
		if h.Generation > 1 && n.now().Sub(h.Rotated) < overlap {
			secrets = append(secrets, n.Secret(h.ID, h.Generation-1))
		}
		out = append(out, webhooks.Receiver{ID: h.ID.String(), URL: h.URL, Secrets: secrets})
		return nil
	})
	return out, err
}

// each calls do for every webhook.
func (n *Notifier) each(ctx context.Context, do func(*projections.Webhook) error) error {
	for after := ""; ; {
		rows, err := n.o.Views.Webhooks(ctx, "", after, pages)
		if err != nil {
			return err
		}
		for _, h := range rows {
			after = h.ID.String()
			if err := do(h); err != nil {
				return err
			}
		}
		if len(rows) < pages {
			return nil
		}
	}
}

// system is who reports what is overdue.
var system = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}

// Escalate reports every version of which a step is overdue today, once each.
func (n *Notifier) Escalate(ctx context.Context) error {
	var after projections.OverdueCursor
	done := map[projections.VersionKey]bool{}
	for {
		rows, err := n.o.Views.Overdue(ctx, domain.DateOf(n.now()), true, after, pages)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = projections.OverdueCursorOf(r)
			key := projections.VersionKey{Item: r.Item, Number: r.Version}
			if done[key] {
				continue
			}
			done[key] = true
			_, err := commands.Run(ctx, n.o.Runner, domain.Items, domain.EscalateReview{Key: r.Item, Version: r.Version}, commands.Request{Actor: system, Via: "deadline"})
			if err != nil && domain.AsError(err) == nil { // a refusal: it is no longer under review
				return err
			}
		}
		if len(rows) < pages {
			return nil
		}
	}
}
