package main

import (
	"context"
	"errors"
	"time"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/projections"
)

// localUsage is the registry in a folder.
type localUsage struct{ r *registry }

// pageOfVersions is how many versions are read at once.
const pageOfVersions = 100

func (l localUsage) item(ctx context.Context, key string) (*usageItem, error) {
	if _, err := l.r.views.Item(ctx, key); errors.Is(err, projections.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	} else if err != nil {
		return nil, err
	}
	out := newUsageItem()
	for before := 0; ; {
		page, err := l.r.views.Versions(ctx, key, before, pageOfVersions, true)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			before = v.Number
			out.approved[v.Number] = true
			for _, f := range v.Content.Files {
				out.digests[usageFile{v.Number, f.Name}] = f.Digest
			}
			spans, err := l.r.views.Validities(ctx, key, v.Number)
			if err != nil {
				return nil, err
			}
			for _, s := range spans {
				out.spans = append(out.spans, usageSpan{v.Number, s.From, s.Until})
			}
		}
		if len(page) < pageOfVersions {
			return out, nil
		}
	}
}

func (l localUsage) bring(ctx context.Context, c domain.ImportUsage) (int, error) {
	result, err := commands.Run(ctx, l.r.runner, domain.DownloadLog, c, commands.Request{Actor: kit.Operator, Via: "cli"})
	return len(result.Events), err
}

// remoteUsage is the registry that a server keeps.
type remoteUsage struct{ remote }

const askUsageItem = `query($key: String!, $after: String) { item(key: $key) { versions(first: 50, after: $after) {
	edges { node { number state validities { from until } content { files { name digest } } } } pageInfo { hasNextPage endCursor } } } }`

func (s remoteUsage) item(ctx context.Context, key string) (*usageItem, error) {
	out := newUsageItem()
	for after := (*string)(nil); ; {
		var answer struct {
			Item *struct {
				Versions struct {
					Edges []struct {
						Node struct {
							Number     int
							State      string
							Validities []struct {
								From  time.Time
								Until *time.Time
							}
							Content struct {
								Files []struct{ Name, Digest string }
							}
						}
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
		}
		if err := s.ask(ctx, askUsageItem, map[string]any{"key": key, "after": after}, &answer); err != nil || answer.Item == nil {
			return nil, err
		}
		for _, edge := range answer.Item.Versions.Edges {
			v := edge.Node
			if v.State != "APPROVED" && v.State != "WITHDRAWN" {
				continue
			}
			out.approved[v.Number] = true
			for _, f := range v.Content.Files {
				out.digests[usageFile{v.Number, f.Name}] = f.Digest
			}
			for _, span := range v.Validities {
				var until time.Time
				if span.Until != nil {
					until = *span.Until
				}
				out.spans = append(out.spans, usageSpan{v.Number, span.From, until})
			}
		}
		if after = answer.Item.Versions.PageInfo.EndCursor; !answer.Item.Versions.PageInfo.HasNextPage {
			return out, nil
		}
	}
}

func (s remoteUsage) bring(ctx context.Context, c domain.ImportUsage) (int, error) {
	counts := make([]map[string]any, len(c.Counts))
	for i, n := range c.Counts {
		counts[i] = map[string]any{"key": n.Item, "version": n.Version, "day": n.Day, "requests": n.Requests, "robots": n.Robots}
		if n.Digest != "" {
			counts[i]["digest"] = n.Digest
		}
		if n.Rendition != "" {
			counts[i]["rendition"] = n.Rendition
		}
	}
	var answer struct{ ImportUsage struct{ Recorded int } }
	in := map[string]any{"agency": c.Agency, "channel": c.Channel, "import": c.Import, "counts": counts}
	err := s.ask(ctx, `mutation($in: ImportUsageInput!) { importUsage(input: $in) { recorded } }`, map[string]any{"in": in}, &answer)
	return answer.ImportUsage.Recorded, err
}
