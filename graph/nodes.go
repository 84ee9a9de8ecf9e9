package graph

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/node"
	"signet/internal/access"
)

// node finds anything by its id; nil when there is no such thing, or not for
// the viewer.
func (r *Resolver) node(ctx context.Context, id string) (node.Node, error) {
	of, key, ok := node.Parse(id)
	if !ok {
		return nil, nil
	}
	known := access.From(ctx).Can(domain.ReadApproved)
	switch of {
	case node.Item:
		return orNoNode(r.seeItem(ctx, key))
	case node.Version:
		item, number, _ := strings.Cut(key, "/")
		if n, err := strconv.Atoi(number); err == nil {
			return orNoNode(r.seeVersion(ctx, item, n))
		}
	case node.Agency:
		if known {
			return orNoNode(orNothing(r.Views.Agency(ctx, key)))
		}
	case node.Edition:
		if n, err := strconv.Atoi(key); err == nil {
			return orNoNode(r.seeEdition(ctx, n))
		}
	case node.Webhook:
		return orNoNode(orHidden(r.ownWebhook(ctx, key)))
	case node.Audit:
		if audit, err := uuid.Parse(key); err == nil {
			return orNoNode(r.seeAudit(ctx, audit))
		}
	case node.Finding:
		if finding, err := uuid.Parse(key); err == nil {
			return orNoNode(SeeFinding(ctx, r.Views, finding))
		}
	case node.Use:
		if use, err := uuid.Parse(key); err == nil {
			return orNoNode(r.seeUse(ctx, use))
		}
	}
	return nil, nil
}

// orNoNode makes a nil row a nil node.
func orNoNode[T any](row *T, err error) (node.Node, error) {
	if row == nil {
		return nil, err
	}
	return row, err
}
