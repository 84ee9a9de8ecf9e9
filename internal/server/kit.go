package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"signet/assets"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/bundle"
)

const (
	// sumsKept is how many blobs are remembered with what an archive needs of them.
	sumsKept = 50_000
	// kitRendition is how a download is recorded that came with the whole kit.
	kitRendition = "kit"
	// mostPaths is how many files of a kit can be named at once.
	mostPaths = 500
	// askedHeader is the instant that an answer about the kit is of (RFC 3339, UTC): asking
	// for it by asOf asks for the same.
	askedHeader = "Signet-Asked-At"
)

// kit answers with the kit as one ZIP:
//
//	GET /kit.zip?edition=2&kind=logo&locale=ja&audience=investors&channel=portal
//	GET /kit.zip?asOf=2027-03-01T00:00:00+07:00
//
// Without edition and asOf it is what is in force now; kind, locale, audience and item
// (a key) may be repeated. With path, which may be repeated up to mostPaths times, only
// these files are in it; pinned=1 is for who asks for the same again later, see
// [bundle.Selection]. Without a token it is what is public. The same question has the same
// bytes as long as it has the same answer, so a download can be taken up again
// (Range, If-Range). What a member of an agency is sent is recorded, version by
// version, before its last byte is sent.
func (s *Server) kit(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Authorization")
	ctx := r.Context()
	viewer := access.From(ctx)
	if err := viewer.Require(domain.DownloadAssets); err != nil && !viewer.Anonymous() {
		s.fail(w, r, err)
		return
	}
	q := r.URL.Query()
	paths := q["path"]
	delete(q, "path")
	b, asked, err := s.planKit(r, q)
	if err == nil && len(paths) > 0 {
		b, err = some(b, paths)
	}
	if err != nil {
		s.failKit(w, r, err)
		return
	}
	content := b.Open(ctx)
	defer content.Close() //nolint:errcheck // it was only read
	d := assets.Download{
		Content: content, Digest: b.Digest(), Media: bundle.MediaType, Title: kitTitle(asked.Selection) + ".zip", CacheControl: assets.CacheRevalidated,
		Refuse: func(w http.ResponseWriter, refused *assets.Error) { s.fail(w, r, refused) },
	}
	if !viewer.Anonymous() {
		d.Record = func(ctx context.Context) error { return s.recordKit(ctx, viewer, b, asked.channel) }
	}
	assets.Serve(w, r, d)
}

// kitManifest answers with the list of the kit's files alone, the manifest.json of the ZIP
// with the same parameters:
//
//	GET /kit/manifest.json?kind=logo&pinned=1
//
// Its entity tag is the SHA-256 of its bytes, and the header Signet-Asked-At the instant
// that it is of. It is a question, and is not recorded.
func (s *Server) kitManifest(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Authorization")
	b, asked, err := s.planKit(r, r.URL.Query())
	if err != nil {
		s.failKit(w, r, err)
		return
	}
	at := asked.Now
	if !asked.AsOf.IsZero() {
		at = asked.AsOf
	}
	w.Header().Set(askedHeader, at.UTC().Format(time.RFC3339Nano))
	assets.Serve(w, r, assets.Download{
		Content: bytes.NewReader(b.Manifest()), Digest: assets.RefOf(b.Manifest()), Media: "application/json", Title: "manifest.json", CacheControl: assets.CacheRevalidated,
	})
}

// asked is what somebody asks for, and for which channel.
type asked struct {
	bundle.Selection

	channel string
}

// planKit plans the kit that is asked for.
func (s *Server) planKit(r *http.Request, q url.Values) (*bundle.Bundle, asked, error) {
	ctx := r.Context()
	var what asked
	var err error
	if what.Selection, what.channel, err = s.selection(q); err != nil {
		return nil, what, err
	}
	what.Registry = here(r)
	what.Public = !access.From(ctx).Can(domain.ReadApproved)
	b, err := bundle.New(ctx, s.Views, s.Store, s.sums, what.Selection)
	return b, what, err
}

// some is the part of a kit that was named.
func some(b *bundle.Bundle, paths []string) (*bundle.Bundle, error) {
	if len(paths) > mostPaths {
		return nil, domain.Refuse(domain.Invalid, "too_many", "at most %d files at a time", mostPaths).At("path")
	}
	return b.Only(paths)
}

// failKit tells why there is no kit.
func (s *Server) failKit(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, bundle.ErrNothing) {
		s.problem(w, r, problem{http.StatusNotFound, graph.NotFound, "nothing_selected", "", "nothing of this was in force then, or not for you"})
		return
	}
	s.fail(w, r, err)
}

// kitTitle is what the file is called.
func kitTitle(s bundle.Selection) string {
	switch {
	case s.Edition > 0:
		return "signet-kit-" + strconv.Itoa(s.Edition)
	case !s.AsOf.IsZero():
		return "signet-kit-" + s.AsOf.In(domain.CityZone).Format(time.DateOnly)
	}
	return "signet-kit"
}

// selection reads what is wanted, and for which channel. What is not known is refused, by
// its name.
func (s *Server) selection(q url.Values) (bundle.Selection, string, error) {
	selection := bundle.Selection{Now: s.now()}
	channel := ""
	for name, values := range q {
		var err error
		switch name {
		case "edition":
			if selection.Edition, err = strconv.Atoi(values[0]); err != nil || selection.Edition < 1 {
				err = domain.Refuse(domain.Invalid, "invalid_number", "an edition is a number from 1 on").At("%s", name)
			}
		case "asOf":
			if selection.AsOf, err = time.Parse(time.RFC3339, values[0]); err != nil {
				err = domain.Refuse(domain.Invalid, "invalid_time", "an instant is written as in RFC 3339").At("%s", name)
			}
		case "kind":
			selection.Kinds, err = parsed(values, "kind", func(v string) (domain.Kind, error) { return domain.ParseKind(strings.ToLower(v)) })
		case "locale":
			selection.Locales, err = parsed(values, "locale", domain.ParseLocale)
		case "audience":
			selection.Audiences = values
		case "item":
			selection.Items, err = parsed(values, "item", domain.ParseKey)
		case "pinned":
			if selection.Pinned = values[0] == "1"; !selection.Pinned {
				err = domain.Refuse(domain.Invalid, "unknown_parameter", "pinned=1 asks for what can be asked for again").At("%s", name)
			}
		case "channel":
			if channel, err = domain.ParseKey(values[0]); err != nil {
				err = domain.AsError(err).At("%s", name)
			}
		default:
			err = domain.Refuse(domain.Invalid, "unknown_parameter", "the parameters are edition, asOf, kind, locale, audience, item, path, pinned and channel").At("%s", name)
		}
		if err != nil {
			return selection, "", err
		}
	}
	return selection, channel, nil
}

// parsed parses every value of a parameter.
func parsed[T any](values []string, name string, parse func(string) (T, error)) ([]T, error) {
	out := make([]T, len(values))
	for i, v := range values {
		var err error
		if out[i], err = parse(v); err != nil {
			return nil, domain.AsError(err).At("%s", name)
		}
	}
	return out, nil
}

// recordKit records that the agency was sent every version of a kit. It returns when
// all of it is durable; together they are a few appends.
func (s *Server) recordKit(ctx context.Context, viewer access.Viewer, b *bundle.Bundle, channel string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(kitRecords)
	for _, v := range b.Versions() {
		digests := v.Digests
		if len(digests) == 0 {
			digests = []string{""}
		}
		for _, digest := range digests {
			group.Go(func() error {
				_, err := s.downloads.Record(ctx, viewer.Actor, domain.RecordDownload{
					Agency: viewer.Agency, Month: s.now(), Item: v.Item, Version: v.Number, Digest: digest, Rendition: kitRendition, Channel: channel,
				})
				return err
			})
		}
	}
	return group.Wait()
}

// kitRecords is how many downloads wait to be recorded together.
const kitRecords = 200
