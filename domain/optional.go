package domain

import (
	"cmp"
	"maps"
	"slices"
)

// orNil returns nil for the zero value: what is not there.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// LicenceOrNil is the licence, nil when none is given.
func (c Content) LicenceOrNil() *string { return orNil(c.Licence) }

// PillarOrNil is the pillar, nil when there is none.
func (u Unit) PillarOrNil() *string { return orNil(u.Pillar) }

// AudienceOrNil is the audience, nil when there is none.
func (u Unit) AudienceOrNil() *string { return orNil(u.Audience) }

// ExampleOrNil is the example, nil when there is none.
func (p Placeholder) ExampleOrNil() *string { return orNil(p.Example) }

// WidthOrNil is the width in pixels, nil where the format has none.
func (f File) WidthOrNil() *int { return orNil(f.Width) }

// HeightOrNil is the height in pixels, nil where the format has none.
func (f File) HeightOrNil() *int { return orNil(f.Height) }

// StyleOrNil is the style, nil for the usual one.
func (p Placeholder) StyleOrNil() *string { return orNil(p.Style) }

// PluralForm is one text of a plural.
type PluralForm struct {
	Locale   Locale
	Category string
	Text     string
}

// FormList returns the texts of a plural in order of their locales, and of the
// categories.
func (p Placeholder) FormList() []PluralForm {
	out := []PluralForm{}
	for _, l := range slices.Sorted(maps.Keys(p.Forms)) {
		for _, c := range PluralCategories {
			if text, there := p.Forms[l][c]; there {
				out = append(out, PluralForm{l, string(c), text})
			}
		}
	}
	return out
}

// SurvivalRule is the rule of survival, spelled out.
func (t PolicyTerms) SurvivalRule() Survival { return cmp.Or(t.Survival, SurviveTranslations) }

// ItemOrNil is the key of the item, nil for what is not registered.
func (t Tally) ItemOrNil() *string { return orNil(t.Item) }

// VersionOrNil is the number of the version, nil for what is not registered.
func (t Tally) VersionOrNil() *int { return orNil(t.Version) }

// ItemOrNil is the key of the item, nil for what is not registered.
func (f Finding) ItemOrNil() *string { return orNil(f.Item) }

// VersionOrNil is the number of the version, nil for what is not registered.
func (f Finding) VersionOrNil() *int { return orNil(f.Version) }

// LineOrNil is the line, nil where there is none.
func (f Finding) LineOrNil() *int { return orNil(f.Line) }

// PictureOrNil is the digest of a picture, nil when there is none.
func (e Evidence) PictureOrNil() *string { return orNil(e.Picture) }

// TextOrNil is what stood there, nil when there is no text.
func (e Evidence) TextOrNil() *string { return orNil(e.Text) }

// BeforeOrNil is what stood before it, nil for nothing.
func (e Evidence) BeforeOrNil() *string { return orNil(e.Before) }

// AfterOrNil is what stood behind it, nil for nothing.
func (e Evidence) AfterOrNil() *string { return orNil(e.After) }

// FromOrNil is the first day, nil when there is none.
func (s AuditScope) FromOrNil() *Date { return orNil(s.From) }

// UntilOrNil is the first day after it, nil when there is none.
func (s AuditScope) UntilOrNil() *Date { return orNil(s.Until) }
