package graph

import (
	"context"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/projections"
)

// runComment runs a command about a comment, and returns it after it.
func runComment(ctx context.Context, r *Resolver, c domain.Command[domain.Item], of projections.VersionKey, id uuid.UUID, idempotency *string) (*projections.Comment, eventlog.Position, error) {
	result, err := run(ctx, r, domain.Items, c, idempotency, nil)
	if err != nil {
		return nil, 0, err
	}
	comment, err := r.Views.Comment(ctx, of, id)
	return comment, result.Position, err
}

// ownAgency is the agency that an argument names, the viewer's own without one.
func ownAgency(ctx context.Context, agency *string) string {
	return or(agency, access.From(ctx).Agency)
}

// needWithin refuses a viewer without the permission in an agency.
func needWithin(ctx context.Context, p domain.Permission, agency string) error {
	viewer, err := need(ctx, p)
	if err == nil && !viewer.May(p, domain.Scope{Agency: agency}) {
		err = domain.Refuse(domain.Forbidden, "not_permitted", "this needs the permission %s within that agency", p)
	}
	return err
}

// passage reads the part of a text that a comment is about.
func passage(in *gen.PassageInput) (start, end int, err error) {
	if in == nil {
		return 0, 0, nil
	}
	if in.End <= in.Start { // both 0 stand for the whole text
		return 0, 0, domain.Refuse(domain.Invalid, "invalid_passage", "a passage ends after it begins").At("passage")
	}
	return in.Start, in.End, nil
}

func awaitedEdge(c string, a *projections.Awaited) *gen.AwaitedEdge {
	return &gen.AwaitedEdge{Cursor: c, Node: a}
}

// missing returns the agencies whose signatures are still asked for, also those
// whose turn has not come, sorted.
func (r *Resolver) missing(ctx context.Context, v *projections.Version) ([]string, error) {
	if v.State != domain.Submitted {
		return []string{}, nil
	}
	item, err := loadItem(ctx, v.Item)
	if err != nil {
		return nil, err
	}
	state := domain.Version{Content: *v.Content, Policy: v.Policy}
	signatures, err := loadersOf(ctx).signatures.Load(ctx, keyOf(v))
	if err != nil {
		return nil, err
	}
	for _, s := range signatures {
		state.Signatures = append(state.Signatures, domain.Signature{Agency: s.Agency, Member: s.Member, Parts: s.Parts})
	}
	recusals, err := loadersOf(ctx).recusals.Load(ctx, keyOf(v))
	if err != nil {
		return nil, err
	}
	for _, c := range recusals {
		state.Recused = append(state.Recused, domain.Recusal{Agency: c.Agency, Member: c.Member, Whole: c.Whole})
	}
	now, after := state.Awaited(item.Source)
	return domain.PolicyTerms{Required: now, Others: after}.Signers(), nil
}
