package domain

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// Normalise returns the content as it will be kept: canonical locales, NFC,
// trimmed texts; or the first thing that is wrong with it for an item of the kind
// whose texts are written first in the source locale.
func (c Content) Normalise(kind Kind, source Locale) (Content, error) {
	out := Content{Placeholders: c.Placeholders, Files: c.Files, Colours: c.Colours}
	var err error
	if out.Units, err = normaliseUnits(kind, source, c.Units); err != nil {
		return Content{}, err
	}
	if out.Placeholders, err = normalisePlaceholders(kind, source, c.Placeholders, out.Units); err != nil {
		return Content{}, err
	}
	if out.Files, err = normaliseFiles(kind, c.Files); err != nil {
		return Content{}, err
	}
	if out.Colours, err = normaliseColours(kind, c.Colours); err != nil {
		return Content{}, err
	}
	if out.Licence, err = NormaliseText(c.Licence, MaxReason); err != nil {
		return Content{}, AsError(err).At("content.licence")
	}
	size, err := marshalPlain(out)
	if err != nil {
		return Content{}, err
	}
	if len(size) > MaxContentBytes {
		return Content{}, Refuse(Invalid, "content_too_large", "the version has %d bytes, at most %d", len(size), MaxContentBytes).At("content")
	}
	return out, nil
}

func normaliseUnits(kind Kind, source Locale, in []Unit) ([]Unit, error) {
	if len(in) > MaxUnits {
		return nil, Refuse(Invalid, "too_many_units", "at most %d text units", MaxUnits).At("content.units")
	}
	bounds := unitBounds[kind]
	count := map[UnitRole]int{}
	ids := map[string]bool{}
	out := make([]Unit, 0, len(in))
	for i, u := range in {
		field := fmt.Sprintf("content.units[%d]", i)
		if err := checkUnit(kind, u, field); err != nil {
			return nil, err
		}
		if ids[u.ID] {
			return nil, Refuse(Invalid, "duplicate_unit", "two units have the id %q", u.ID).At("%s.id", field)
		}
		ids[u.ID] = true
		count[u.Role]++
		text, err := u.Text.normalise(field + ".text")
		if err != nil {
			return nil, err
		}
		if text[source] == "" {
			return nil, Refuse(Invalid, "source_missing", "unit %q lacks its text in the source locale %s", u.ID, source).At("%s.text.%s", field, source)
		}
		u.Text = text
		out = append(out, u)
	}
	for _, role := range slices.Sorted(maps.Keys(bounds)) { // sorted, so that the same input has the same answer
		b := bounds[role]
		if n := count[role]; n < b.min || b.max > 0 && n > b.max {
			return nil, Refuse(Invalid, "unit_count", "a %s has %d to %d units of role %s, this one %d", kind, b.min, b.max, role, n).At("content.units")
		}
	}
	if kind == MessageSet && count[UnitPositioning]+count[UnitCore]+count[UnitPillar]+count[UnitMessage] == 0 {
		return nil, Refuse(Invalid, "no_message", "a message set has at least one message").At("content.units")
	}
	return out, nil
}

func checkUnit(kind Kind, u Unit, field string) error {
	if _, err := ParseKey(u.ID); err != nil {
		return AsError(err).At("%s.id", field)
	}
	if _, ok := unitBounds[kind][u.Role]; !ok {
		return Refuse(Invalid, "unknown_unit_role", "a %s has no units of role %q", kind, clip(string(u.Role))).At("%s.role", field)
	}
	if kind != MessageSet && (u.Pillar != "" || u.Audience != "") {
		return Refuse(Invalid, "not_a_message", "only message sets have pillars and audiences").At("%s.pillar", field)
	}
	if _, err := ParseKey(u.Pillar); err != nil && u.Pillar != "" {
		return AsError(err).At("%s.pillar", field)
	}
	if _, err := ParseKey(u.Audience); err != nil && u.Audience != "" {
		return AsError(err).At("%s.audience", field)
	}
	return nil
}

// difference returns what is in a and not in b.
func difference[T comparable](a, b []T) []T {
	out := []T{}
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

func normaliseFiles(kind Kind, in []File) ([]File, error) {
	if kind != Logo {
		if len(in) > 0 {
			return nil, Refuse(Invalid, "not_a_logo", "only logos have files").At("content.files")
		}
		return nil, nil
	}
	if len(in) == 0 || len(in) > MaxFiles {
		return nil, Refuse(Invalid, "file_count", "a logo has 1 to %d files", MaxFiles).At("content.files")
	}
	type variant struct {
		colour LogoColour
		layout LogoLayout
		media  string
	}
	seen, names := map[variant]bool{}, map[string]bool{}
	out := slices.Clone(in)
	for i := range out {
		field := fmt.Sprintf("content.files[%d]", i)
		if err := out[i].normalise(field); err != nil {
			return nil, err
		}
		v := variant{out[i].Colour, out[i].Layout, out[i].MediaType}
		if seen[v] || names[out[i].Name] {
			return nil, Refuse(Invalid, "duplicate_file", "two files of the same variant and format, or of the same name").At("%s", field)
		}
		seen[v], names[out[i].Name] = true, true
	}
	return out, nil
}

// ParseDigest checks a digest: the SHA-256 of some bytes, as 64 lower-case
// hexadecimal digits. Refusal: invalid_digest.
func ParseDigest(s string) (string, error) {
	if !digestPattern.MatchString(s) {
		return "", Refuse(Invalid, "invalid_digest", "a digest is the lower-case hexadecimal SHA-256 of the bytes")
	}
	return s, nil
}

func (f *File) normalise(field string) error {
	if !slices.Contains([]LogoColour{FullColour, OneColour, Reversed}, f.Colour) {
		return Refuse(Invalid, "unknown_variant", "%q is not a colour variant", clip(string(f.Colour))).At("%s.colour", field)
	}
	if !slices.Contains([]LogoLayout{Horizontal, Stacked, Mark}, f.Layout) {
		return Refuse(Invalid, "unknown_variant", "%q is not a layout variant", clip(string(f.Layout))).At("%s.layout", field)
	}
	if _, err := ParseDigest(f.Digest); err != nil {
		return AsError(err).At("%s.digest", field)
	}
	name, err := NormaliseText(f.Name, 150)
	if err != nil {
		return AsError(err).At("%s.name", field)
	}
	if name == "" || name[0] == '.' || bytes.ContainsAny([]byte(name), "/\\:\n\t") || len(name) > 255 {
		return Refuse(Invalid, "invalid_file_name", "a file name is not empty, does not begin with a dot and has no path").At("%s.name", field)
	}
	f.Name = name
	if f.MediaType == "" || f.Size <= 0 {
		return Refuse(Invalid, "unknown_file", "upload the file first").At("%s.digest", field)
	}
	return nil
}

func normaliseColours(kind Kind, in []Colour) ([]Colour, error) {
	if kind != Logo && len(in) > 0 {
		return nil, Refuse(Invalid, "not_a_logo", "only logos have colours").At("content.colours")
	}
	if len(in) > MaxColours {
		return nil, Refuse(Invalid, "too_many_colours", "at most %d colours", MaxColours).At("content.colours")
	}
	out := slices.Clone(in)
	for i := range out {
		field := fmt.Sprintf("content.colours[%d]", i)
		if !hexPattern.MatchString(out[i].Hex) {
			return nil, Refuse(Invalid, "invalid_colour", "a colour is written #RRGGBB in upper case").At("%s.hex", field)
		}
		var err error
		if out[i].Name, err = out[i].Name.normalise(field + ".name"); err != nil {
			return nil, err
		}
	}
	return out, nil
}
