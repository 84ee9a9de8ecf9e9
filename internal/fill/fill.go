// Package fill fills templates with values: a translated text with placeholders
// becomes the sentence of a press release, a letter or a backdrop.
//
// A text is plain, with {{name}} where a value goes; what a placeholder is
// stands beside the text, so that translators see nothing but sentences. What is
// filled in is never read again for placeholders. Numbers, dates and plurals are
// written as the locale of the text writes them, by the Unicode CLDR.
package fill

import "time"

// Type is what kind of value a placeholder takes.
type Type string

// The types. The empty Type is Text.
const (
	Text   Type = "text"   // text as is
	Number Type = "number" // a plain decimal, as "1234567.5"
	Date   Type = "date"   // a calendar day, as "2026-11-16"
	Plural Type = "plural" // a plain decimal, with the words that it governs
)

// Placeholder tells what stands in a text as {{name}}.
type Placeholder struct {
	// Name is [a-z][a-z0-9_]{0,39}.
	Name string

	Type Type

	// Style is "full", "long", "medium" or "short" for a date ("" is long), and
	// "percent" for a number that is one ("" is decimal: "12.5" percent is 12.5%,
	// not 1250%). It is empty for the other types.
	Style string

	// Forms are the texts of a plural: locale, then CLDR category (zero, one, two,
	// few, many, other), then text in which # stands for the number and \# for
	// the sign itself: "en": {"one": "# project", "other": "# projects"}.
	Forms map[string]map[string]string
}

// Target is what is made of a text.
type Target string

// The targets.
const (
	// Plain is the text with its values. A value that runs against the direction
	// of the locale's script is surrounded, line by line, by U+2068 and U+2069, so
	// that it does not reorder what stands beside it (Unicode UAX #9).
	Plain Target = "text"

	// HTML is a fragment of <p> elements without attributes. A line break is <br>,
	// one or more lines of nothing but spaces and tabs begin a new <p>, and
	// surrounding ones are dropped: a blank text is "". Everything else, of the text
	// as of the values, is escaped for text and quoted attributes. Values against the
	// direction of the locale's script are in <bdi>.
	HTML Target = "html"
)

// maxResult bounds what Render returns, in bytes, as a short text may use a long
// value very often.
const maxResult = 1 << 20

// Render fills a text in a locale (BCP 47) with values, each by the name of its
// placeholder and in the form that [CheckValue] takes.
//
// Every {{name}} of the text must be among the placeholders and have a value,
// and every value must be of one of the placeholders; whether the text uses it
// is up to the translation. Braces that do not surround a name are text. The
// text is Unicode NFC without control characters but line feed and tab. A
// combining mark must not begin a line, nor follow a placeholder, as it would
// change the character that it is put beside.
//
// A locale that is not known is refused only where the text uses a number, a
// date or a plural. The error is an *[Error] for anything that is wrong with
// what was passed; there is no other. A result of more than 1 MiB is refused.
func Render(text, locale string, placeholders []Placeholder, values map[string]string, target Target) (string, error) {
	if target != Plain && target != HTML {
		return "", refuse("unknown_target", "target", "a text is filled for %q or %q", Plain, HTML)
	}
	pieces, err := split(text)
	if err != nil {
		return "", err
	}
	declared, err := declare(placeholders)
	if err != nil {
		return "", err
	}
	if err := compare(pieces, declared, values); err != nil {
		return "", err
	}
	for _, p := range placeholders {
		if value, given := values[p.Name]; given {
			if err := CheckValue(p, value); err != nil {
				return "", err
			}
		}
	}
	return assemble(pieces, locale, declared, values, target)
}

// assemble puts what was checked together.
func assemble(pieces []piece, locale string, declared map[string]Placeholder, values map[string]string, target Target) (string, error) {
	w := writer{html: target == HTML, rightToLeft: rightToLeft(locale)}
	filled := map[string]string{} // by name, as one text may use a value often
	for _, piece := range pieces {
		switch p := declared[piece.name]; {
		case piece.name == "":
			w.text(piece.text)
		case p.Type == Text || p.Type == "":
			w.foreign(values[p.Name])
		default:
			if _, done := filled[p.Name]; !done {
				s, err := p.format(locale, values[p.Name])
				if err != nil {
					return "", err
				}
				filled[p.Name] = s
			}
			w.text(filled[p.Name])
		}
		if w.Len() > maxResult {
			return "", tooLong()
		}
	}
	result := w.result()
	if len(result) > maxResult {
		return "", tooLong()
	}
	return result, nil
}

// declare finds the placeholders by their names.
func declare(placeholders []Placeholder) (map[string]Placeholder, error) {
	declared := make(map[string]Placeholder, len(placeholders))
	for _, p := range placeholders {
		if _, twice := declared[p.Name]; twice {
			return nil, refuse("duplicate_placeholder", "placeholders."+p.Name, "there are two placeholders of this name").naming(p.Name)
		}
		if err := p.check(); err != nil {
			return nil, err
		}
		declared[p.Name] = p
	}
	return declared, nil
}

// compare compares what is used, what is declared, and what is given.
func compare(pieces []piece, declared map[string]Placeholder, values map[string]string) error {
	var unknown, missing, extra []string
	for _, piece := range pieces {
		if piece.name == "" {
			continue
		}
		if _, ok := declared[piece.name]; !ok {
			unknown = append(unknown, piece.name)
		}
		if _, ok := values[piece.name]; !ok {
			missing = append(missing, piece.name)
		}
	}
	for name := range values {
		if _, ok := declared[name]; !ok {
			extra = append(extra, name)
		}
	}
	switch {
	case unknown != nil:
		return refuse("unknown_placeholder", "text", "the text uses placeholders that are not declared").naming(unknown...)
	case missing != nil:
		return refuse("missing_value", "values", "the text needs values that are not given").naming(missing...)
	case extra != nil:
		return refuse("extra_value", "values", "there are values that no placeholder takes").naming(extra...)
	}
	return nil
}

// format writes a value that was checked, of any type but Text.
func (p Placeholder) format(locale, value string) (string, error) {
	c, ok := lookup(locale)
	if !ok {
		return "", unknownLocale(locale)
	}
	if p.Type == Date {
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return "", p.invalidDate()
		}
		return c.day(day, p.Style), nil
	}
	d, ok := parseDecimal(value)
	switch {
	case !ok:
		return "", p.invalidNumber()
	case p.Type == Plural:
		return p.plural(locale, c, d)
	case p.Style == "percent":
		return c.number(d) + c.percent, nil
	}
	return c.number(d), nil
}
