package domain

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
