package domain

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// PlaceholdersOf returns the names in {{…}} of a text, in order of first use. A
// name that is not made of a-z, 0-9 and _ is refused.
func PlaceholdersOf(text string) ([]string, error) {
	var names []string
	for _, m := range placeholderPattern.FindAllStringSubmatch(text, -1) {
		if !placeholderName.MatchString(m[1]) {
			return nil, Refuse(Invalid, "invalid_placeholder", "{{%s}}: a placeholder is made of a-z, 0-9 and _, and begins with a letter", clip(m[1]))
		}
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	rest := placeholderPattern.ReplaceAllString(text, " ") // a space, so that no new pair comes about
	if bytes.Contains([]byte(rest), []byte("{{")) || bytes.Contains([]byte(rest), []byte("}}")) {
		return nil, Refuse(Invalid, "invalid_placeholder", "a brace pair {{ or }} stands alone")
	}
	return names, nil
}

// normalisePlaceholders holds every translation of a template to the
// placeholders of its source, and the list of placeholders to those used.
func normalisePlaceholders(kind Kind, source Locale, in []Placeholder, units []Unit) ([]Placeholder, error) {
	if kind != Template {
		if len(in) > 0 {
			return nil, Refuse(Invalid, "not_a_template", "only templates have placeholders").At("content.placeholders")
		}
		return nil, nil
	}
	used, err := usedPlaceholders(source, units)
	if err != nil {
		return nil, err
	}
	if len(used) > MaxPlaceholders {
		return nil, Refuse(Invalid, "too_many_placeholders", "at most %d placeholders", MaxPlaceholders).At("content.placeholders")
	}
	described := map[string]Placeholder{}
	for i, p := range in {
		field := fmt.Sprintf("content.placeholders[%d]", i)
		if !slices.Contains(used, p.Name) {
			return nil, Refuse(Invalid, "unused_placeholder", "{{%s}} is described but not used", clip(p.Name)).At("%s.name", field)
		}
		if _, twice := described[p.Name]; twice {
			return nil, Refuse(Invalid, "duplicate_placeholder", "{{%s}} is described twice", p.Name).At("%s.name", field)
		}
		if p.Note, err = p.Note.normalise(field + ".note"); err != nil {
			return nil, err
		}
		if p.Example, err = NormaliseText(p.Example, MaxReason); err != nil {
			return nil, AsError(err).At("%s.example", field)
		}
		if err := p.checkType(field); err != nil {
			return nil, err
		}
		if p.Forms, err = normaliseForms(p, field); err != nil {
			return nil, err
		}
		described[p.Name] = p
	}
	out := make([]Placeholder, 0, len(used))
	for _, name := range used {
		p := described[name]
		p.Name = name
		if len(p.Note) == 0 {
			p.Note = nil
		}
		out = append(out, p)
	}
	return out, nil
}

// checkType refuses a type or a style that there is not.
func (p Placeholder) checkType(field string) error {
	styles, known := PlaceholderStyles[p.Type]
	if !known {
		return Refuse(Invalid, "unknown_placeholder_type", "%q is not a type of placeholder", clip(string(p.Type))).At("%s.type", field)
	}
	if !slices.Contains(styles, p.Style) {
		return Refuse(Invalid, "unknown_placeholder_style", "%q is not a style of a %s", clip(p.Style), cmp.Or(p.Type, "text")).At("%s.style", field)
	}
	return nil
}

// maxForm bounds one form of a plural, in characters.
const maxForm = 500

// normaliseForms holds plurals, and nothing else, to forms; each locale has at
// least "other", to which every number can fall back.
func normaliseForms(p Placeholder, field string) (map[Locale]PluralForms, error) {
	if p.Type != PlaceholderPlural {
		if len(p.Forms) > 0 {
			return nil, Refuse(Invalid, "not_a_plural", "only plurals have forms").At("%s.forms", field)
		}
		return nil, nil
	}
	if len(p.Forms) == 0 || len(p.Forms) > MaxLocales {
		return nil, Refuse(Invalid, "forms_required", "a plural has forms in 1 to %d locales", MaxLocales).At("%s.forms", field)
	}
	out := make(map[Locale]PluralForms, len(p.Forms))
	for _, l := range slices.Sorted(maps.Keys(p.Forms)) {
		at := fmt.Sprintf("%s.forms.%s", field, clip(string(l)))
		locale, err := ParseLocale(string(l))
		if err != nil {
			return nil, AsError(err).At("%s", at)
		}
		if _, twice := out[locale]; twice {
			return nil, Refuse(Invalid, "duplicate_locale", "two sets of forms for locale %s", locale).At("%s", at)
		}
		forms := make(PluralForms, len(p.Forms[l]))
		for _, category := range slices.Sorted(maps.Keys(p.Forms[l])) {
			if !slices.Contains(PluralCategories, category) {
				return nil, Refuse(Invalid, "unknown_plural_category", "%q is not a plural category", clip(string(category))).At("%s", at)
			}
			text, err := NormaliseText(p.Forms[l][category], maxForm)
			if err != nil {
				return nil, AsError(err).At("%s.%s", at, category)
			}
			forms[category] = text
		}
		if forms["other"] == "" {
			return nil, Refuse(Invalid, "other_form_required", "a plural has at least the form \"other\"").At("%s", at)
		}
		out[locale] = forms
	}
	return out, nil
}

// formsMissing returns the first plural, by its index, that is used in a locale in
// which it has no forms, nor in the language of that locale.
func (c Content) formsMissing() (index int, l Locale, found bool) {
	for i, p := range c.Placeholders {
		if p.Type != PlaceholderPlural {
			continue
		}
		for _, u := range c.Units {
			for _, l := range u.Text.Locales() {
				language, _, _ := strings.Cut(string(l), "-")
				if strings.Contains(u.Text[l], "{{"+p.Name+"}}") && p.Forms[l] == nil && p.Forms[Locale(language)] == nil {
					return i, l, true
				}
			}
		}
	}
	return 0, "", false
}

// usedPlaceholders returns the names used in the source texts, in order, after
// it has compared every translation with its source.
func usedPlaceholders(source Locale, units []Unit) ([]string, error) {
	var used []string
	for i, u := range units {
		if u.Role != UnitBody && u.Role != UnitSubject {
			continue
		}
		wanted, err := PlaceholdersOf(u.Text[source])
		if err != nil {
			return nil, AsError(err).At("content.units[%d].text.%s", i, source)
		}
		for _, name := range wanted {
			if !slices.Contains(used, name) {
				used = append(used, name)
			}
		}
		for _, l := range u.Text.Locales() {
			names, err := PlaceholdersOf(u.Text[l])
			if err != nil {
				return nil, AsError(err).At("content.units[%d].text.%s", i, l)
			}
			if missing, extra := difference(wanted, names), difference(names, wanted); len(missing)+len(extra) > 0 {
				return nil, Refuse(Invalid, "placeholder_mismatch", "the text in %s lacks the placeholders %q and has %q too many", l, missing, extra).
					At("content.units[%d].text.%s", i, l)
			}
		}
	}
	return used, nil
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

func (f *File) normalise(field string) error {
	if !slices.Contains([]LogoColour{FullColour, OneColour, Reversed}, f.Colour) {
		return Refuse(Invalid, "unknown_variant", "%q is not a colour variant", clip(string(f.Colour))).At("%s.colour", field)
	}
	if !slices.Contains([]LogoLayout{Horizontal, Stacked, Mark}, f.Layout) {
		return Refuse(Invalid, "unknown_variant", "%q is not a layout variant", clip(string(f.Layout))).At("%s.layout", field)
	}
	if !digestPattern.MatchString(f.Digest) {
		return Refuse(Invalid, "invalid_digest", "a digest is the lower-case hexadecimal SHA-256 of the bytes").At("%s.digest", field)
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
