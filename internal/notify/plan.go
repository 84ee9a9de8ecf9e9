package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/webhooks"
	"signet/projections"
)

// topics of what becomes of versions.
var topics = map[projections.Change]domain.Topic{
	projections.ChangeApproved:   domain.TopicApproved,
	projections.ChangeInForce:    domain.TopicInForce,
	projections.ChangeSuperseded: domain.TopicSuperseded,
	projections.ChangeWithdrawn:  domain.TopicWithdrawn,
}

// Body is what a webhook is sent, as JSON.
type Body struct {
	Topic domain.Topic `json:"type"`
	// Timestamp is when it came to pass.
	Timestamp time.Time `json:"timestamp"`
	Data      Data      `json:"data"`
}

// Data says what came to pass. What is not meant by the topic is absent.
type Data struct {
	Item     string            `json:"item,omitempty"`
	Kind     domain.Kind       `json:"kind,omitempty"`
	Version  int               `json:"version,omitempty"`
	Edition  int               `json:"edition,omitempty"`
	Decision string            `json:"decision,omitempty"`
	Due      domain.Date       `json:"due,omitempty"`
	Reason   string            `json:"reason,omitempty"`
	Position eventlog.Position `json:"position"`
	// Audit is the opaque id of the audit in which something was found at a site of the
	// receiving agency, and Findings how many findings that were.
	Audit    string `json:"audit,omitempty"`
	Findings int    `json:"findings,omitempty"`
	// Replacement is what is to be used instead of what was withdrawn.
	Replacement *domain.VersionRef `json:"replacement,omitempty"`
	// Yours is how the receiving agency has used what was withdrawn.
	Yours *Use `json:"yours,omitempty"`
}

// Use is how an agency has used a version.
type Use struct {
	Downloads int `json:"downloads"`
	Declared  int `json:"declared"`
	Running   int `json:"running"` // declared uses that have not ended
}

// Plan brings the plan of every webhook up to what is known and has come to pass,
// and forgets those that are gone, whichever node was asked to remove them.
func (n *Notifier) Plan(ctx context.Context) error {
	to := n.o.Views.Now(n.now())
	there := map[string]bool{}
	err := n.each(ctx, func(h *projections.Webhook) error {
		there[h.ID.String()] = true
		return n.plan(ctx, h, to)
	})
	if err != nil {
		return err
	}
	kept, err := n.o.Queue.Receivers(ctx)
	for _, receiver := range kept {
		if !there[receiver] {
			err = errors.Join(err, n.o.Queue.Forget(ctx, receiver))
		}
	}
	return err
}

// plan enqueues what a webhook is to be told up to a mark.
func (n *Notifier) plan(ctx context.Context, h *projections.Webhook, to projections.Mark) error {
	receiver := h.ID.String()
	kept, known, err := n.o.Queue.Mark(ctx, receiver)
	if err != nil {
		return err
	}
	from := projections.Mark{Position: h.Position, At: h.Registered}
	if known {
		from = projections.Mark{Position: eventlog.Position(kept.Position), At: kept.At}
	}
	if from.Position >= to.Position && !from.At.Before(to.At) {
		return nil
	}
	bodies, err := n.bodies(ctx, h, from, to)
	if err != nil {
		return err
	}
	if len(bodies) == 0 && to.At.Sub(from.At) < latest {
		return nil // nothing to tell: that is written down once a minute, not for every event
	}
	messages := make([]webhooks.Message, len(bodies))
	for i, b := range bodies {
		text, err := json.Marshal(b)
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
		messages[i] = webhooks.Message{ID: id(h.ID, b), Topic: string(b.Topic), Body: text, Created: b.Timestamp}
	}
	return n.o.Queue.Enqueue(ctx, receiver, webhooks.Mark{Position: uint64(to.Position), At: to.At}, messages...)
}

// id follows from what is told and to whom, so that a plan that is made again
// tells nothing twice.
func id(hook uuid.UUID, b Body) string {
	what := fmt.Sprintf("%s %d %s %d %d %d", b.Topic, b.Data.Position, b.Data.Item, b.Data.Version, b.Data.Edition, b.Timestamp.UnixMicro())
	return "msg_" + uuid.NewSHA1(hook, []byte(what)).String()
}

// bodies are what a webhook is to be told between two marks, in order of time.
func (n *Notifier) bodies(ctx context.Context, h *projections.Webhook, from, to projections.Mark) ([]Body, error) {
	var out []Body
	notices, err := n.o.Views.Notices(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, c := range notices {
		topic := topics[c.What]
		if !slices.Contains(h.Topics, topic) {
			continue
		}
		b := Body{Topic: topic, Timestamp: c.At, Data: Data{Item: c.Item, Kind: c.Kind, Version: c.Version, Position: c.Position}}
		if topic == domain.TopicWithdrawn {
			if err := n.recall(ctx, h.Agency, &b.Data); err != nil {
				return nil, err
			}
		}
		out = append(out, b)
	}
	tellings, err := n.o.Views.Tellings(ctx, h.Agency, from.Position, to.Position)
	if err != nil {
		return nil, err
	}
	for _, t := range tellings {
		if !slices.Contains(h.Topics, t.Topic) {
			continue
		}
		b := Body{Topic: t.Topic, Timestamp: t.At, Data: Data{Item: t.Item, Version: t.Version, Edition: t.Edition, Due: t.Due, Position: t.Position, Audit: t.Audit, Findings: t.Findings}}
		if t.Topic == domain.TopicIssued {
			edition, err := n.o.Views.Edition(ctx, t.Edition)
			if err != nil {
				return nil, err
			}
			b.Data.Decision = edition.Decision
		}
		out = append(out, b)
	}
	slices.SortStableFunc(out, func(a, b Body) int {
		return cmp.Or(a.Timestamp.Compare(b.Timestamp), cmp.Compare(a.Data.Position, b.Data.Position))
	})
	return out, nil
}

// recall adds why a version was withdrawn, what replaces it, and how an agency has
// used it.
func (n *Notifier) recall(ctx context.Context, agency string, d *Data) error {
	why, replacement, used, err := recalled(ctx, n.o.Views, d.Item, d.Version)
	if err != nil {
		return err
	}
	d.Reason, d.Replacement = why, replacement
	if u, there := used[agency]; there {
		d.Yours = &u
	}
	return nil
}

// recalled tells why a version was withdrawn, what replaces it, if anything does, and
// how agencies have used it.
func recalled(ctx context.Context, views *projections.Views, item string, version int) (why string, replacement *domain.VersionRef, used map[string]Use, err error) {
	v, err := views.Version(ctx, item, version)
	if err != nil {
		return "", nil, nil, err
	}
	if v.Replacement.Item != "" {
		replacement = &v.Replacement
	}
	key := projections.VersionKey{Item: item, Number: version}
	affected, err := views.AffectedByKey(ctx, []projections.VersionKey{key})
	used = map[string]Use{}
	for _, a := range affected[key] {
		used[a.Agency] = Use{Downloads: a.Downloads, Declared: a.Declared, Running: a.Running}
	}
	return v.WithdrawnWhy, replacement, used, err
}
