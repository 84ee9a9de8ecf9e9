package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/mail"
	"signet/internal/people"
	"signet/internal/webhooks"
	"signet/projections"
)

// MailOptions are what a Mailer needs.
type MailOptions struct {
	Views  *projections.Views
	People people.Store
	// Send hands a letter to the mail server; its error is a *mail.Failure.
	Send func(context.Context, mail.Letter) error
	// Public is where browsers find the registry: an absolute URL without a path.
	Public string
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Sent, if any, is called whenever a letter was handed over, or was not: then the
	// failure is not empty.
	Sent func(webhooks.Failure)
	Log  *slog.Logger
}

// Mailer tells people by mail. What is to be told waits in a file of its own, in which
// a person is an opaque id and no more.
type Mailer struct {
	o     MailOptions
	queue *webhooks.Queue
}

// planner is the receiver under which is kept how far the plan for all has come. It is
// no id of a person, and is sent nothing.
const planner = "plan"

// mailsAtOnce is how many letters are handed over at the same time; mailTime bounds one.
const (
	mailsAtOnce = 4
	mailTime    = time.Minute
)

// OpenMailer opens the file at path, as webhooks.Open does. What happened before the
// file was there is told to nobody.
func OpenMailer(path string, o MailOptions) (*Mailer, error) {
	public, err := url.Parse(o.Public)
	if err != nil || public.Host == "" || public.Scheme != "https" && public.Scheme != "http" {
		return nil, fmt.Errorf("notify: %q is no address to which a mail could lead", o.Public)
	}
	o.Public = strings.TrimSuffix(o.Public, "/")
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Clock == nil {
		o.Clock = time.Now
	}
	m := &Mailer{o: o}
	m.queue, err = webhooks.Open(path, webhooks.Options{Clock: o.Clock, Log: o.Log, What: "mail", Bring: m.bring, Timeout: mailTime, Parallel: mailsAtOnce})
	return m, err
}

// Close gives the file back. Run must have returned. A nil mailer has nothing to give.
func (m *Mailer) Close() error {
	if m == nil {
		return nil
	}
	return m.queue.Close()
}

// Backlog counts what is not sent.
func (m *Mailer) Backlog(ctx context.Context) (webhooks.Backlog, error) { return m.queue.Backlog(ctx) }

// Run plans and sends until the context ends. The read models must be following the
// log. Nothing is done before they have caught up: who seems to be nobody may only not
// be known yet.
func (m *Mailer) Run(ctx context.Context) error {
	if err := m.ready(ctx); err != nil {
		return err
	}
	if err := m.forget(ctx); err != nil {
		m.o.Log.Warn("mails of who has left are kept", "error", err)
	}
	return run(ctx, func(ctx context.Context) error { return m.queue.Run(ctx, m.receivers) }, func(ctx context.Context) error {
		return follow(ctx, m.o.Views, m.now, m.o.Log.With("for", "mails"), m.Plan)
	})
}

func (m *Mailer) ready(ctx context.Context) error {
	for {
		advanced := m.o.Views.Advanced()
		if ready, _ := m.o.Views.Ready(); ready {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-advanced:
		}
	}
}

// forget drops what is kept for people who are members of nothing any more.
func (m *Mailer) forget(ctx context.Context) error {
	kept, err := m.receivers(ctx)
	if err != nil {
		return err
	}
	for _, r := range kept {
		id, _ := uuid.Parse(r.ID)
		members, err := m.o.Views.MembershipsOf(ctx, id)
		if err == nil && len(members) == 0 {
			err = m.queue.Forget(ctx, r.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// receivers are the people for whom something is kept.
func (m *Mailer) receivers(ctx context.Context) ([]webhooks.Receiver, error) {
	kept, err := m.queue.Receivers(ctx)
	var out []webhooks.Receiver
	for _, id := range kept {
		if id != planner {
			out = append(out, webhooks.Receiver{ID: id})
		}
	}
	return out, err
}

func (m *Mailer) now() time.Time { return commands.Instant(m.o.Clock()) }

// Plan brings what people are told up to what is known and has come to pass. When it is
// cut off, it is made again from where it was, and doubles nothing.
func (m *Mailer) Plan(ctx context.Context) error {
	to := m.o.Views.Now(m.now())
	mark := webhooks.Mark{Position: uint64(to.Position), At: to.At}
	kept, known, err := m.queue.Mark(ctx, planner)
	if err != nil {
		return err
	}
	from := projections.Mark{Position: eventlog.Position(kept.Position), At: kept.At}
	if known && from.Position >= to.Position && !from.At.Before(to.At) {
		return nil
	}
	var all []news
	if known {
		if all, err = m.news(ctx, from, to); err != nil {
			return err
		}
		if len(all) == 0 && to.At.Sub(from.At) < latest {
			return nil // nothing to tell: that is written down once a minute, not for every event
		}
	}
	if err := m.enqueue(ctx, mark, all); err != nil {
		return err
	}
	return m.queue.Enqueue(ctx, planner, mark)
}

// enqueue keeps for everybody what they are to be told, one mail for each event.
func (m *Mailer) enqueue(ctx context.Context, mark webhooks.Mark, all []news) error {
	if len(all) == 0 {
		return nil
	}
	audience, err := m.audience(ctx)
	if err != nil {
		return err
	}
	for _, h := range audience {
		var messages []webhooks.Message
		for _, n := range all {
			own, err := m.narrowed(ctx, n, h)
			if err != nil {
				return err
			}
			if len(own.Changes) == 0 {
				continue
			}
			body, err := json.Marshal(own)
			if err != nil {
				return fmt.Errorf("notify: %w", err)
			}
			messages = append(messages, webhooks.Message{ID: n.id(h.person.ID), Topic: string(own.Changes[0].Topic), Body: body, Created: n.At})
		}
		if len(messages) == 0 {
			continue
		}
		if err := m.queue.Enqueue(ctx, h.person.ID.String(), mark, messages...); err != nil {
			return err
		}
	}
	return nil
}

// bring sends a mail, if its receiver is still somebody who is to have it.
func (m *Mailer) bring(ctx context.Context, receiver, id string, body []byte) (webhooks.Failure, int) {
	l, wanted, err := m.letter(ctx, receiver, id, body)
	if err != nil {
		m.o.Log.WarnContext(ctx, "a mail can't be written; trying again", "message", id, "error", err)
		return webhooks.FailedConnection, 0
	}
	if !wanted {
		return "", 0
	}
	failure, code := failureOf(m.o.Send(ctx, l), m.o.Log)
	if m.o.Sent != nil && ctx.Err() == nil {
		m.o.Sent(failure)
	}
	return failure, code
}

// failureOf says in the words of the queue why a letter was not taken. What the operator
// can mend is logged.
func failureOf(err error, log *slog.Logger) (webhooks.Failure, int) {
	var f *mail.Failure
	switch {
	case err == nil:
		return "", 0
	case !errors.As(err, &f):
		return webhooks.FailedConnection, 0
	case f.Unwrap() != nil:
		log.Warn("the mail server takes no mails", "error", f)
	}
	switch {
	case f.Final:
		return webhooks.FailedGone, f.Code
	case f.Code != 0:
		return webhooks.FailedStatus, f.Code
	}
	return webhooks.Failure(f.Way), 0
}
