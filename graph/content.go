package graph

import (
	"context"
	"errors"
	"fmt"

	"signet/assets"
	"signet/domain"
	"signet/graph/gen"
)

// content builds what a version is to say. Of a file, only its name and variant
// are the caller's word: type and size are what the stored bytes are.
func (r *Resolver) content(ctx context.Context, in *gen.ContentInput) (domain.Content, error) {
	c := domain.Content{Licence: or(in.Licence, "")}
	for i, u := range in.Units {
		text, err := texts(u.Texts, fmt.Sprintf("content.units[%d].texts", i))
		if err != nil {
			return c, err
		}
		c.Units = append(c.Units, domain.Unit{ID: u.ID, Role: u.Role, Pillar: or(u.Pillar, ""), Audience: or(u.Audience, ""), Text: text})
	}
	for i, p := range in.Placeholders {
		note, err := texts(p.Notes, fmt.Sprintf("content.placeholders[%d].notes", i))
		if err != nil {
			return c, err
		}
		plural, err := forms(p.Forms, fmt.Sprintf("content.placeholders[%d].forms", i))
		if err != nil {
			return c, err
		}
		c.Placeholders = append(c.Placeholders, domain.Placeholder{Name: p.Name, Note: note, Example: or(p.Example, ""), Type: p.Type, Style: or(p.Style, ""), Forms: plural})
	}
	for i, f := range in.Files {
		file, err := r.file(ctx, f, fmt.Sprintf("content.files[%d].digest", i))
		if err != nil {
			return c, err
		}
		c.Files = append(c.Files, file)
	}
	for i, colour := range in.Colours {
		name, err := texts(colour.Names, fmt.Sprintf("content.colours[%d].names", i))
		if err != nil {
			return c, err
		}
		c.Colours = append(c.Colours, domain.Colour{Name: name, Hex: colour.Hex})
	}
	return c, nil
}

func (r *Resolver) file(ctx context.Context, in *gen.FileInput, field string) (domain.File, error) {
	info, err := assets.Describe(ctx, r.Store, assets.Ref(in.Digest))
	if errors.Is(err, assets.ErrNotFound) {
		return domain.File{}, domain.Refuse(domain.NotFound, "unknown_file", "no file with this digest was uploaded").At("%s", field)
	}
	return domain.File{
		Colour: in.Colour, Layout: in.Layout, Name: in.Name, Digest: in.Digest,
		MediaType: string(info.Media), Size: info.Size, Width: info.Width, Height: info.Height,
	}, err
}

// texts makes a map of a list, in which no locale may stand twice.
func texts(in []*domain.LocalizedText, field string) (domain.Texts, error) {
	out := make(domain.Texts, len(in))
	for i, t := range in {
		if _, twice := out[t.Locale]; twice {
			return nil, domain.Refuse(domain.Invalid, "duplicate_locale", "two texts for locale %s", t.Locale).At("%s[%d].locale", field, i)
		}
		out[t.Locale] = t.Text
	}
	return out, nil
}
