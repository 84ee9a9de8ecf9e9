package check

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"slices"
	"strconv"
	"time"

	"github.com/disintegration/imaging"

	"signet/assets"
	"signet/assets/rendition"
	"signet/assets/resvg"
	"signet/domain"
	"signet/internal/catalogue"
	"signet/internal/crawl"
	"signet/internal/identify"
	"signet/internal/provenance"
	"signet/internal/sight"
)

const (
	// drawnSide is the width at which a drawing is looked at.
	drawnSide = 640
	// drawing is how long the drawing of one may take.
	drawing = 10 * time.Second
	// evidenceSide bounds the picture that is kept with a finding.
	evidenceSide = 480
)

// isPicture tells of what there may be something to see, or a stamp.
func isPicture(media string) bool {
	return slices.Contains([]assets.Media{assets.PNG, assets.JPEG, assets.WebP, assets.GIF, assets.SVG, assets.PDF}, assets.Media(media))
}

// picture knows a picture by what is stamped into it, or by sight.
func (k *Checker) picture(ctx context.Context, r crawl.Resource, digest string) ([]Finding, error) {
	claims, stamp, err := identify.Read(ctx, bytes.NewReader(r.Body), int64(len(r.Body)), digest)
	if err != nil {
		return nil, err
	}
	look, err := k.look(ctx, r)
	if err != nil {
		return nil, err
	}
	var found []Finding
	if stamp != nil && stamp.Registry == k.registry {
		found = []Finding{k.stamped(claims, *stamp, look)}
	} else {
		found = k.bySight(look)
	}
	if len(found) == 0 && k.options.Unknown {
		found = []Finding{{Outcome: domain.UseUnregistered, Certainty: domain.Likely, By: domain.BySight, Note: "this picture is not recognised"}}
	}
	for i := range found {
		found[i].SHA256 = digest
		if k.options.Evidence && look.picture != nil && found[i].Outcome != domain.UseCurrent {
			found[i].Picture = small(look.picture)
		}
	}
	return found, nil
}

// stamped tells of a picture of which the registry's stamp says what it is. A stamp
// can be copied, and a picture changed under it: an original must have the digest that
// the stamp says, and a rendition look like it.
func (k *Checker) stamped(claims identify.Claims, stamp provenance.Stamp, look looked) Finding {
	v, known := k.versions[stamp.Item+"/"+strconv.Itoa(stamp.Version)]
	if !known {
		return Finding{
			Outcome: domain.UseUnregistered, Certainty: domain.Certain, By: domain.ByStamp,
			Note: "its stamp says that it is " + stamp.Item + " version " + strconv.Itoa(stamp.Version) + ", of which the registry tells nothing",
		}
	}
	f := k.verdict([]use{{version: v}})
	f.Certainty, f.By = domain.Certain, domain.ByStamp
	switch {
	case stamp.Rendition == "" && !slices.Contains(claims.Digests, stamp.Original):
		f.Outcome, f.Note = domain.UseAltered, "it was changed after it was stamped"
	case !k.like(look, v):
		f.Outcome, f.Certainty, f.Note = domain.UseAltered, domain.Look, "it does not look like what its stamp says"
	}
	return f
}

// looked is what a picture looks like.
type looked struct {
	picture image.Image // nil if there is none
	matches []sight.Match
}

// look looks at a picture. What can't be drawn looks like nothing.
func (k *Checker) look(ctx context.Context, r crawl.Resource) (looked, error) {
	var l looked
	var err error
	if l.picture, err = k.drawn(ctx, r); err != nil || l.picture == nil {
		return l, err
	}
	l.matches, err = k.gallery.Find(ctx, l.picture)
	if errors.Is(err, sight.ErrTooLarge) {
		err = nil
	}
	return l, err
}

// uses are those that a match may be of.
func (k *Checker) uses(m sight.Match) []use {
	var out []use
	for _, e := range append([]sight.Entry{m.Entry}, m.Ambiguous...) {
		if n, err := strconv.Atoi(e.ID); err == nil {
			out = append(out, k.looks[n])
		}
	}
	return out
}

// bySight tells of what was recognised: each thing at its place, or else the one that
// it looks like most.
func (k *Checker) bySight(l looked) []Finding {
	var out []Finding
	for _, m := range l.matches {
		taken := slices.ContainsFunc(out, func(f Finding) bool { return f.Box.Overlaps(m.Box) })
		if m.Certainty == sight.Likely && !taken {
			out = append(out, k.seenAs(m))
		}
	}
	if len(out) > 0 || len(l.matches) == 0 {
		return out
	}
	f := k.seenAs(l.matches[0])
	if f.Outcome == domain.UseCurrent {
		return nil // nothing to look at: it is right, or it is chance
	}
	f.Certainty, f.Note = domain.Look, "it looks a little like this: please look"
	return []Finding{f}
}

// seenAs is what a match tells. Small and grey copies lose colours, by which versions
// are told apart: of those it is only said that somebody must look, unless they may be
// of what is in force.
func (k *Checker) seenAs(m sight.Match) Finding {
	f := k.verdict(k.uses(m))
	f.Certainty, f.By, f.Box = domain.Likely, domain.BySight, m.Box
	switch m.Colours {
	case sight.Changed:
		f.Outcome, f.Certainty, f.Note = domain.UseAltered, domain.Look, "in other colours than any version: please look"
	case sight.Grey:
		f.Note = "in grey"
		if f.Outcome != domain.UseCurrent {
			f.Certainty = domain.Look
		}
	case sight.Same:
	}
	return f
}

// like tells whether a picture looks like a version, or that can't be told.
func (k *Checker) like(l looked, v *catalogue.Version) bool {
	if l.picture == nil || !slices.ContainsFunc(v.Files, func(f catalogue.File) bool { return !f.Print.IsZero() }) {
		return true
	}
	return slices.ContainsFunc(l.matches, func(m sight.Match) bool {
		return m.Colours != sight.Changed && slices.ContainsFunc(k.uses(m), func(u use) bool { return u.version == v })
	})
}

// drawn is the picture of a resource; nil if there is none that can be drawn.
func (k *Checker) drawn(ctx context.Context, r crawl.Resource) (image.Image, error) {
	media := assets.Media(r.Media)
	if media == assets.SVG {
		limited, cancel := context.WithTimeout(ctx, drawing)
		defer cancel()
		picture, err := k.renderer.Render(limited, r.Body, resvg.Width, drawnSide)
		if err != nil {
			return nil, ctx.Err()
		}
		return picture, nil
	}
	info, err := assets.Inspect(ctx, bytes.NewReader(r.Body), int64(len(r.Body)))
	if err != nil {
		return nil, ctx.Err()
	}
	picture, err := rendition.Decode(info.Media, bytes.NewReader(r.Body))
	if err != nil {
		return nil, ctx.Err()
	}
	return picture, nil
}

// small is a PNG of a picture that fits into a square.
func small(m image.Image) []byte {
	if b := m.Bounds(); b.Dx() > evidenceSide || b.Dy() > evidenceSide {
		m = imaging.Fit(m, evidenceSide, evidenceSide, imaging.Box)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m); err != nil {
		return nil // a picture of no pixels
	}
	return out.Bytes()
}
