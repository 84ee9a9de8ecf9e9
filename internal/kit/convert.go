package kit

import (
	"signet/domain"
)

// domain is the content as the domain knows it, with the files that stand for
// those of its list, one by one.
func (c *content) domain(files []domain.File) domain.Content {
	out := domain.Content{Units: make([]domain.Unit, len(c.Units)), Licence: c.Licence}
	for n, u := range c.Units {
		out.Units[n] = domain.Unit{ID: u.ID, Role: u.Role, Pillar: u.Pillar, Audience: u.Audience, Text: u.Text}
	}
	for _, p := range c.Placeholders {
		out.Placeholders = append(out.Placeholders, domain.Placeholder{Name: p.Name, Note: p.Note, Example: p.Example, Type: p.Type, Style: p.Style, Forms: p.Forms})
	}
	if len(files) > 0 {
		out.Files = files
	}
	for _, k := range c.Colours {
		name := k.Name
		if name == nil {
			name = domain.Texts{} // as the domain keeps a colour without a name
		}
		out.Colours = append(out.Colours, domain.Colour{Name: name, Hex: k.Hex})
	}
	return out
}

// contentOf is the content as the kit has it; paths are those of the item's
// version with the number.
func contentOf(c *domain.Content, key string, number int) content {
	out := content{Units: make([]unit, len(c.Units)), Licence: c.Licence}
	for n, u := range c.Units {
		out.Units[n] = unit{ID: u.ID, Role: u.Role, Pillar: u.Pillar, Audience: u.Audience, Text: u.Text}
	}
	for _, p := range c.Placeholders {
		out.Placeholders = append(out.Placeholders, placeholder{Name: p.Name, Type: p.Type, Style: p.Style, Forms: p.Forms, Note: p.Note, Example: p.Example})
	}
	for _, f := range c.Files {
		out.Files = append(out.Files, file{Colour: f.Colour, Layout: f.Layout, Path: assetFolder(key, number) + "/" + f.Name})
	}
	for _, k := range c.Colours {
		out.Colours = append(out.Colours, colour{Name: k.Name, Hex: k.Hex})
	}
	return out
}

// basis is the decision that orders the edition; nil if none is named.
func (e *edition) basis() *domain.LegalBasis {
	if e.Basis == nil {
		return nil
	}
	return &domain.LegalBasis{Decision: e.Basis.Decision, Decided: domain.Date(e.Basis.Decided)}
}

// replacement is what is to be used instead; nil if nothing is named.
func (w *withdrawal) replacement() *domain.VersionRef {
	if w.Replacement == nil {
		return nil
	}
	return &domain.VersionRef{Item: w.Replacement.Item, Version: w.Replacement.Version}
}
