package report

import (
	"fmt"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// words writes a language: its catalogue, its numbers and its dates. Methods that
// take a key fail for one that the catalogue does not have, so that a gap is seen
// in a test and never as an empty heading.
type words struct {
	lang      Lang
	catalogue map[string]string
	printer   *message.Printer
	languages display.Namer
}

var catalogues = map[Lang]map[string]string{Vietnamese: vietnamese, English: english}

// speak returns the words of a language, or an [Error] with the code lang_unknown.
func speak(lang Lang) (words, error) {
	for i, l := range langs {
		if l == lang {
			return words{lang, catalogues[l], message.NewPrinter(tags[i]), display.Tags(tags[i])}, nil
		}
	}
	return words{}, refuse("lang_unknown", "lang", "reports are written in vi and en, not in %q", lang)
}

// T returns a text of the catalogue, with its arguments filled in. Whole numbers
// are grouped; what must not be (a year) is passed as a string.
func (w words) T(key string, args ...any) (string, error) {
	text, ok := w.catalogue[key]
	if !ok {
		return "", fmt.Errorf("report: the catalogue %s has no %q", w.lang, key)
	}
	if len(args) == 0 {
		return text, nil
	}
	return w.printer.Sprintf(text, args...), nil
}

// known returns the catalogue's text for a name of the registry, such as a kind; a
// name that it does not know is shown as it is.
func (w words) known(family, name string) string {
	if text, ok := w.catalogue[family+"."+name]; ok {
		return text
	}
	return name
}

// Kind names a kind of items.
func (w words) Kind(kind string) string { return w.known("kind", kind) }

// Channel names a channel by its key.
func (w words) Channel(key string) string { return w.known("channel", key) }

// YesNo says yes or no.
func (w words) YesNo(yes bool) (string, error) {
	if yes {
		return w.T("yes")
	}
	return w.T("no")
}

// Language names a language by its BCP 47 tag. If CLDR has no name for the whole tag,
// the tag stands behind the name of its language, or alone.
func (w words) Language(locale string) string {
	tag, err := language.Parse(locale)
	if err != nil {
		return locale
	}
	if name := w.languages.Name(tag); name != "" {
		return name
	}
	base, _ := tag.Base()
	if name := w.languages.Name(language.Make(base.String())); name != "" {
		return name + " (" + locale + ")"
	}
	return locale
}

// Number writes a whole number: 12.345 in Vietnamese, 12,345 in English.
func (w words) Number(n int) string { return w.printer.Sprintf("%d", n) }

// Share writes how much of a total is covered: 98,7% in Vietnamese. It is rounded
// down, for 999 of 1000 must not look like all.
func (w words) Share(covered, total int) string {
	return w.printer.Sprint(number.Percent(float64(permille(covered, total))/1000, number.MaxFractionDigits(1)))
}

// permille is the share of a total in thousandths, rounded down; 0 of nothing.
func permille(covered, total int) int {
	if total <= 0 {
		return 0
	}
	return int(int64(covered) * 1000 / int64(total))
}

// Date writes the day of an instant in the city: 16/11/2026 in Vietnamese, 16
// November 2026 in English.
func (w words) Date(t time.Time) string {
	return t.In(city).Format(w.catalogue["format.date"])
}

// Clock writes an instant to the minute, in the city's time.
func (w words) Clock(t time.Time) string {
	return t.In(city).Format(w.catalogue["format.clock"])
}

// Day writes a day that is given as YYYY-MM-DD.
func (w words) Day(day string) (string, error) {
	t, err := parseDay("day", day)
	return t.Format(w.catalogue["format.date"]), err
}

// Title names the report by its period.
func (w words) Title(period string) (string, error) {
	if period == "" {
		return w.T("title.interval")
	}
	p, err := parseSpan(period)
	if err != nil {
		return "", err
	}
	year := fmt.Sprint(p.year)
	switch p.months {
	case 12:
		return w.T("title.year", year)
	case 6:
		return w.T(fmt.Sprintf("title.half.%d", p.nth), year)
	case 3:
		return w.T(fmt.Sprintf("title.quarter.%d", p.nth), year)
	}
	return w.T("title.month", p.from.Format(w.catalogue["format.month"]), year)
}

// Interval says from when until when. Whole days are named by the last of them,
// for nobody says "until 1 July" of a half-year.
func (w words) Interval(from, until time.Time) (string, error) {
	if midnight(from) && midnight(until) {
		return w.T("interval.days", w.Date(from), w.Date(until.In(city).AddDate(0, 0, -1)))
	}
	return w.T("interval.instants", w.Clock(from), w.Clock(until))
}

func midnight(t time.Time) bool {
	t = t.In(city)
	year, month, day := t.Date()
	return t.Equal(time.Date(year, month, day, 0, 0, 0, 0, city))
}
