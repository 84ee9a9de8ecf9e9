package fill

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Categories returns the CLDR plural categories that a locale's cardinal numbers
// must have forms for, in the order zero, one, two, few, many, other; false if the
// locale is not known. The category many of es, fr, it and pt, which newer
// releases have for multiples of a million, is not among them: it may have a form, and is
// other without.
func Categories(locale string) ([]string, bool) {
	c, ok := lookup(locale)
	if !ok {
		return nil, false
	}
	return c.categories(), true
}

func (c conventions) categories() []string {
	var names []string
	for _, rule := range c.words.PluralsCardinal() {
		names = append(names, strings.ToLower(rule.String()))
	}
	return names
}

// CheckForms tells whether the forms of a plural, by category, are those that the
// locale's cardinal rule asks for (see [Categories]). A form is at most 20,000
// bytes of text as [Render] takes it, not blank, and holds no {{name}}, since
// nothing would fill it.
//
// The error is an *[Error]: unknown_locale at locale; unknown_form, missing_form,
// invalid_text or value_too_long at forms.<locale>.<category>.
func CheckForms(locale string, forms map[string]string) error {
	c, ok := lookup(locale)
	if !ok {
		return unknownLocale(locale)
	}
	needed := c.categories()
	var unknown, missing []string
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if !slices.Contains(needed, name) && (!c.newMany || name != "many") {
			unknown = append(unknown, name)
		}
	}
	for _, name := range needed {
		if strings.TrimSpace(forms[name]) == "" {
			missing = append(missing, name)
		}
	}
	field := "forms." + locale
	switch {
	case unknown != nil:
		return refuse("unknown_form", field, "the locale has no such plural categories").naming(unknown...)
	case missing != nil:
		return refuse("missing_form", field, "the locale needs a form for each of its plural categories").naming(missing...)
	}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if _, err := splitForm(field+"."+name, forms[name]); err != nil {
			return err
		}
	}
	return nil
}

// splitForm takes a form apart, at the places of the number.
func splitForm(field, form string) ([]string, error) {
	switch {
	case len(form) > maxText:
		return nil, refuse("value_too_long", field, "a form has at most %d bytes", maxText)
	case use.MatchString(form):
		return nil, refuse("invalid_text", field, "a form holds no placeholder but #")
	}
	var parts []string
	var part strings.Builder
	for i := 0; i < len(form); i++ {
		switch {
		case strings.HasPrefix(form[i:], `\#`):
			part.WriteByte('#')
			i++
		case form[i] == '#':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(form[i])
		}
	}
	parts = append(parts, part.String())
	for _, part := range parts {
		if why := faulty(part); why != "" {
			return nil, refuse("invalid_text", field, "the form %s", why)
		}
	}
	return parts, nil
}

// category returns the category of a number, by the operands of UTS #35, part 3.
func (c conventions) category(d decimal) string {
	switch {
	case c.newMany && d.millions():
		return "many"
	case c.onlyWhole && !d.isWhole():
		return "other"
	}
	return strings.ToLower(c.words.CardinalPluralRule(d.float(), uint64(len(d.fraction))).String())
}

// plural writes a number with the words that it governs.
func (p Placeholder) plural(locale string, c conventions, d decimal) (string, error) {
	key, forms := p.formsFor(locale)
	category := c.category(d)
	if category == "many" && c.newMany && strings.TrimSpace(forms["many"]) == "" {
		category = "other"
	}
	field := "placeholders." + p.Name + ".forms." + key
	if strings.TrimSpace(forms[category]) == "" {
		return "", refuse("missing_form", field, "the plural has no form for this number").naming(category)
	}
	parts, err := splitForm(field+"."+category, forms[category])
	if err != nil {
		return "", err
	}
	return strings.Join(parts, c.number(d)), nil
}

// formsFor finds the forms for a locale: its own, or those of its language, if
// that is written in the same script.
func (p Placeholder) formsFor(locale string) (string, map[string]string) {
	if forms, ok := p.Forms[locale]; ok {
		return locale, forms
	}
	key := keyOf(locale)
	base, _, _ := strings.Cut(key, "-")
	for _, wider := range []string{canonical(locale), key, base} {
		if forms, ok := p.Forms[wider]; ok && keyOf(wider) == key {
			return wider, forms
		}
	}
	return locale, nil
}

// canonical returns a locale as BCP 47 recommends to write it.
func canonical(locale string) string {
	tag, err := language.Parse(locale)
	if err != nil {
		return locale
	}
	return tag.String()
}
