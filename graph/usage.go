package graph

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"signet/assets"
	"signet/domain"
	"signet/graph/gen"
	"signet/graph/node"
	"signet/internal/access"
	"signet/projections"
)

// usageFilter reads a filter, and narrows it to what the viewer may see of
// usage: all of it, or that of the own agency.
func (r *Resolver) usageFilter(ctx context.Context, in *gen.UsageFilter, asOf *time.Time) (projections.UsageFilter, error) {
	viewer, err := need(ctx, domain.ReadUsage)
	if err != nil {
		return projections.UsageFilter{}, err
	}
	f := projections.UsageFilter{AsOf: r.asOf(ctx, asOf)}
	if in != nil {
		f.Item, f.Version, f.Agency = or(in.Key, ""), or(in.Version, 0), or(in.Agency, "")
		f.Channel, f.Outdated = or(in.Channel, ""), or(in.Outdated, false)
	}
	if viewer.Can(domain.ReadAllUsage) {
		return f, nil
	}
	if f.Agency != "" && f.Agency != viewer.Agency {
		return f, domain.Refuse(domain.Forbidden, "not_permitted", "this shows the usage of your own agency only").At("filter.agency")
	}
	f.Agency = viewer.Agency
	return f, nil
}

// seeUsageOf refuses a viewer who asks what an agency has used, and may not see that.
func seeUsageOf(ctx context.Context, agency *string) error {
	if agency == nil {
		return nil
	}
	viewer, err := need(ctx, domain.ReadUsage)
	if err == nil && *agency != viewer.Agency && !viewer.Can(domain.ReadAllUsage) {
		err = domain.Refuse(domain.Forbidden, "not_permitted", "this shows what your own agency has used only").At("agency")
	}
	return err
}

func (r *Resolver) usageTotals(ctx context.Context, f projections.UsageFilter, first *int, after *string) (*gen.UsageTotalConnection, error) {
	p, err := pageOf[projections.UsageCursor](first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Views.UsageTotals(ctx, f, p.after, p.fetch())
	if err != nil {
		return nil, err
	}
	var c gen.UsageTotalConnection
	c.Edges, c.PageInfo = edges(p, rows, func(t *projections.UsageTotal) projections.UsageCursor {
		return projections.UsageCursor{Item: t.Item, Version: t.Version, Agency: t.Agency, Channel: t.Channel}
	}, func(c string, t *projections.UsageTotal) *gen.UsageTotalEdge {
		return &gen.UsageTotalEdge{Cursor: c, Node: t}
	})
	return &c, nil
}

// useToEnd finds a declared use by its id; that of another agency is not there
// for who looks after one agency only.
func (r *Resolver) useToEnd(ctx context.Context, id string) (*projections.DeclaredUse, error) {
	viewer, err := need(ctx, domain.DeclareUses)
	if err != nil {
		return nil, err
	}
	unknown := domain.Refuse(domain.NotFound, "unknown_use", "there is no such declared use").At("use")
	kind, key, ok := node.Parse(id)
	of, err := uuid.Parse(key)
	if !ok || kind != node.Use || err != nil {
		return nil, unknown
	}
	use, err := r.Views.DeclaredUse(ctx, of, r.present(ctx))
	if errors.Is(err, projections.ErrNotFound) {
		return nil, unknown
	}
	if err == nil && !viewer.May(domain.DeclareUses, domain.Scope{Agency: use.Agency}) {
		return nil, unknown
	}
	return use, err
}

// seeUse returns a declared use if the viewer may see it, else nil.
func (r *Resolver) seeUse(ctx context.Context, id uuid.UUID) (*projections.DeclaredUse, error) {
	viewer := access.From(ctx)
	if !viewer.Can(domain.ReadUsage) {
		return nil, nil
	}
	use, err := r.Views.DeclaredUse(ctx, id, r.present(ctx))
	if err == nil && use.Agency != viewer.Agency && !viewer.Can(domain.ReadAllUsage) {
		return nil, nil
	}
	return orNothing(use, err)
}

// atFile says which argument an upload's refusal is about.
func atFile(err error) error {
	if refused := assets.AsError(err); refused != nil && refused.Field == "" {
		return refused.At("file")
	}
	return err
}

func uploaded(info assets.Info) *gen.UploadFilePayload {
	out := &gen.UploadFilePayload{
		Digest: string(info.Ref), MediaType: string(info.Media), Size: int(info.Size), Warnings: make([]string, len(info.Warnings)),
	}
	if info.Width > 0 && info.Height > 0 {
		out.Width, out.Height = &info.Width, &info.Height
	}
	for i, w := range info.Warnings {
		out.Warnings[i] = w.Sentence
	}
	return out
}
