package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/eventlog"
	"signet/internal/webhooks"
	"signet/projections"
)

// errNoWebhooks: this server tells no webhooks.
var errNoWebhooks = errors.New("graph: there is no notifier")

// hooks refuses who may not manage the webhooks of an agency, and then addresses
// that may not be reached, where there is a notifier.
func (r *Resolver) hooks(ctx context.Context, agency, address string) error {
	if err := needWithin(ctx, domain.ManageWebhooks, agency); err != nil {
		return err
	}
	if r.Notifier == nil {
		return errNoWebhooks
	}
	if address == "" {
		return nil
	}
	return r.Notifier.CheckURL(address)
}

// runWebhook runs a command of a webhook, and returns the webhook after it.
func runWebhook(ctx context.Context, r *Resolver, c domain.Command[domain.Webhook], id uuid.UUID, idempotency *string, seen *int) (*projections.Webhook, eventlog.Position, error) {
	result, err := run(ctx, r, domain.Webhooks, c, idempotency, seen)
	if err != nil {
		return nil, 0, err
	}
	webhook, err := r.Views.Webhook(ctx, id)
	return webhook, result.Position, err
}

// ownWebhook finds a webhook that the viewer may manage; another one is not there.
func (r *Resolver) ownWebhook(ctx context.Context, id string) (*projections.Webhook, error) {
	viewer, err := need(ctx, domain.ManageWebhooks)
	if err != nil {
		return nil, err
	}
	unknown := domain.Refuse(domain.NotFound, "unknown_webhook", "there is no such webhook").At("webhook")
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, unknown
	}
	webhook, err := orNothing(r.Views.Webhook(ctx, parsed))
	if err == nil && (webhook == nil || !viewer.May(domain.ManageWebhooks, domain.Scope{Agency: webhook.Agency})) {
		return nil, unknown
	}
	return webhook, err
}

var deliveryStatuses = map[gen.DeliveryStatus]webhooks.Status{
	gen.DeliveryStatusPending: webhooks.Pending, gen.DeliveryStatusDelivered: webhooks.Delivered, gen.DeliveryStatusFailed: webhooks.Failed,
}

// deliveries is a page of what a webhook was or is to be sent.
func (r *Resolver) deliveries(ctx context.Context, id uuid.UUID, status *gen.DeliveryStatus, first *int, after *string) (*gen.DeliveryConnection, error) {
	p, err := pageOf[int64](first, after)
	if err != nil {
		return nil, err
	}
	var only webhooks.Status
	if status != nil {
		only = deliveryStatuses[*status]
	}
	outside(ctx) // they have a queue of their own
	list, err := r.Notifier.Deliveries(ctx, id, only, p.after, p.fetch())
	if err != nil {
		return nil, err
	}
	rows := make([]*webhooks.Delivery, len(list))
	for i := range list {
		rows[i] = &list[i]
	}
	var c gen.DeliveryConnection
	c.Edges, c.PageInfo = edges(p, rows, func(d *webhooks.Delivery) int64 { return d.Sequence }, deliveryEdge)
	return &c, nil
}

func deliveryEdge(c string, d *webhooks.Delivery) *gen.DeliveryEdge {
	node := &gen.Delivery{ID: d.MessageID, Topic: d.Topic, Attempts: d.Attempts, Created: d.Created}
	for name, status := range deliveryStatuses {
		if status == d.Status {
			node.Status = name
		}
	}
	if !d.Next.IsZero() {
		node.NextTry = &d.Next
	}
	if d.Code != 0 {
		node.LastStatus = &d.Code
	}
	if d.Failure != "" {
		failure := string(d.Failure)
		node.LastError = &failure
	}
	return &gen.DeliveryEdge{Cursor: c, Node: node}
}
