package domain

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

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
