package graph

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/assets/rendition"
	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/projections"
)

// maxQuery is the longest search query, in bytes.
const maxQuery = 500

// FilePath is the path at which the server answers with a file of a version.
func FilePath(item string, version int, name string) string {
	return "/files/" + url.PathEscape(item) + "/" + strconv.Itoa(version) + "/" + url.PathEscape(name)
}

func approvedFiles(s *projections.Standing) []*gen.ApprovedFile {
	out := make([]*gen.ApprovedFile, len(s.Content.Files))
	for i := range s.Content.Files {
		f := &s.Content.Files[i]
		out[i] = &gen.ApprovedFile{File: f, URL: FilePath(s.Item, s.Version, f.Name)}
	}
	return out
}

// renditionURL writes the address of a rendition, after the same checks that its
// download will make.
func renditionURL(file string, width, height *int, fit *gen.Fit, background *string, format gen.ImageFormat) (string, error) {
	q := url.Values{"format": {strings.ToLower(string(format))}}
	if width != nil {
		q.Set("width", strconv.Itoa(*width))
	}
	if height != nil {
		q.Set("height", strconv.Itoa(*height))
	}
	if fit != nil {
		q.Set("fit", strings.ToLower(string(*fit)))
	}
	if background != nil {
		q.Set("background", strings.TrimPrefix(*background, "#"))
	}
	if _, err := rendition.ParseSpec(q); err != nil {
		return "", err
	}
	return file + "?" + q.Encode(), nil
}

// searchFilter checks a search, and what the viewer may find by it.
func (r *Resolver) searchFilter(ctx context.Context, query string, asOf *time.Time, everything bool) (projections.SearchFilter, error) {
	if len(query) > maxQuery {
		return projections.SearchFilter{}, domain.Refuse(domain.Invalid, "query_too_long", "a search has at most %d bytes", maxQuery).At("query")
	}
	if everything {
		_, err := need(ctx, domain.ReadUnapproved)
		return projections.SearchFilter{}, err
	}
	return projections.SearchFilter{AsOf: r.asOf(ctx, asOf), Public: !access.From(ctx).Can(domain.ReadApproved)}, nil
}

// notices tells what becomes of versions from now on, until the context ends.
func (r *Resolver) notices(ctx context.Context, kinds []domain.Kind, key string) <-chan *projections.Notice {
	out := make(chan *projections.Notice)
	public := !access.From(ctx).Can(domain.ReadApproved)
	mark := r.Views.Now(r.now(ctx))
	go func() {
		defer close(out)
		for {
			advanced := r.Views.Advanced()
			to := r.Views.Now(r.now(ctx))
			rows, err := r.Views.Notices(ctx, mark, to)
			if err != nil {
				return // the connection ends; a client that wants more connects again
			}
			mark = to
			for _, n := range rows {
				if key != "" && n.Item != key || len(kinds) > 0 && !slices.Contains(kinds, n.Kind) || public && !n.Public {
					continue
				}
				select {
				case out <- n:
				case <-ctx.Done():
					return
				}
			}
			if !r.awaitNotice(ctx, advanced, mark.At) {
				return
			}
		}
	}()
	return out
}

// awaitNotice returns when the read models have advanced, or when the next change
// that is known of is due; false when the context has ended.
func (r *Resolver) awaitNotice(ctx context.Context, advanced <-chan struct{}, since time.Time) bool {
	next, err := r.Views.NextNotice(ctx, since)
	if err != nil {
		return false
	}
	var due <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(next.Sub(r.now(ctx)) + time.Millisecond)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-advanced:
	case <-due:
	case <-ctx.Done():
		return false
	}
	return true
}
