package fill

import (
	"strings"
	"sync"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/hi"
	"github.com/go-playground/locales/id"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/km"
	"github.com/go-playground/locales/ko"
	"github.com/go-playground/locales/lo"
	"github.com/go-playground/locales/ms"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/pl"
	"github.com/go-playground/locales/pt"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/th"
	"github.com/go-playground/locales/vi"
	"github.com/go-playground/locales/zh_Hans"
	"github.com/go-playground/locales/zh_Hant"
	"golang.org/x/text/language"
)

// conventions are how a locale writes numbers, dates and plurals.
//
// They come from go-playground/locales, which has the data of CLDR 36. Numbers and
// plurals that it gets wrong, or that the CLDR has corrected since, are set right in
// known, by comparison with CLDR 48 (ICU 78). Of the dates, see day.
type conventions struct {
	words     locales.Translator // dates, and the rule for plurals
	numbers   locales.Translator // group and decimal signs
	decimal   string
	minus     string
	percent   string // what follows a number, with its space
	ungrouped int    // a whole part of so many digits is not grouped

	// newMany: the locale has in newer releases a category many for the multiples of a
	// million ("1 000 000 de projets"), which was other before and still may be.
	newMany bool

	// onlyWhole: numbers with decimals that count are other.
	onlyWhole bool
}

func like(words locales.Translator) conventions {
	return conventions{words: words, minus: "-"}.count(words)
}

// count sets the signs of the numbers.
func (c conventions) count(numbers locales.Translator) conventions {
	c.numbers = numbers
	c.decimal = strings.Trim(numbers.FmtNumber(0.5, 1), "05")
	c.percent = strings.TrimPrefix(numbers.FmtPercent(0, 0), "0")
	return c
}

// known are the conventions by language and script.
var known = sync.OnceValue(func() map[string]conventions {
	all := map[string]conventions{
		"ar-Arab": like(ar.New()), "de-Latn": like(de.New()), "en-Latn": like(en.New()), "es-Latn": like(es.New()),
		"fr-Latn": like(fr.New()), "hi-Deva": like(hi.New()), "id-Latn": like(id.New()), "it-Latn": like(it.New()),
		"ja-Jpan": like(ja.New()), "km-Khmr": like(km.New()), "ko-Kore": like(ko.New()), "lo-Laoo": like(lo.New()),
		"ms-Latn": like(ms.New()), "nl-Latn": like(nl.New()), "pl-Latn": like(pl.New()), "pt-Latn": like(pt.New()),
		"ru-Cyrl": like(ru.New()), "th-Thai": like(th.New()), "vi-Latn": like(vi.New()),
		"zh-Hans": like(zh_Hans.New()), "zh-Hant": like(zh_Hant.New()),
	}
	correct := func(key string, change func(c *conventions)) {
		c := all[key]
		change(&c)
		all[key] = c
	}
	// common/main/ar.xml: the default digits are latn, which have signs of their own;
	// the module puts the signs of the Arabic digits between Latin ones.
	// common/supplemental/plurals.xml: "n % 100 = 3..10" is of whole numbers only
	// (UTS #35, part 3, Plural rules syntax); the module takes 3.5 for few.
	correct("ar-Arab", func(c *conventions) {
		*c = c.count(en.New())
		c.minus, c.percent, c.onlyWhole = "\u200e-", "\u200e%\u200e", true
	})
	// common/main/lo.xml: 1.234,5. The module does not group, and panics for a
	// negative percentage, for want of a minus.
	correct("lo-Laoo", func(c *conventions) { *c = c.count(id.New()) })
	// common/main/km.xml: 1,234.5 in newer releases.
	correct("km-Khmr", func(c *conventions) { *c = c.count(en.New()) })
	// percentFormats: "#,##0 %" with a no-break space, and "#,##0%".
	correct("ru-Cyrl", func(c *conventions) { c.percent = "\u00a0%" })
	correct("nl-Latn", func(c *conventions) { c.percent = "%" })
	for _, key := range []string{"es-Latn", "it-Latn", "pl-Latn"} { // minimumGroupingDigits is 2: 1234, but 12.345
		correct(key, func(c *conventions) { c.ungrouped = 4 })
	}
	for _, key := range []string{"es-Latn", "fr-Latn", "it-Latn", "pt-Latn"} {
		correct(key, func(c *conventions) { c.newMany = true })
	}
	return all
})

// lookup finds the conventions of a locale. A region, a variant and an extension
// are left aside; a script is not: zh-TW is zh-Hant, and ja-Latn is not known.
func lookup(locale string) (conventions, bool) {
	c, ok := known()[keyOf(locale)]
	return c, ok
}

// keyOf returns the language and the script of a locale, "" if it is none.
func keyOf(locale string) string {
	tag, ok := parse(locale)
	if !ok {
		return ""
	}
	base, _, _ := tag.Raw() // Base would guess ja for und-JP
	script, _ := tag.Script()
	return base.String() + "-" + script.String()
}

func parse(locale string) (language.Tag, bool) {
	if len(locale) > 64 {
		return language.Tag{}, false
	}
	tag, err := language.Parse(locale)
	return tag, err == nil
}

// rightToLeft tells the direction of a locale's script; left to right if it
// is no locale at all.
func rightToLeft(locale string) bool {
	tag, _ := parse(locale)
	switch script, _ := tag.Script(); script.String() {
	case "Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa":
		return true
	}
	return false
}

// number writes a decimal with all its digits.
func (c conventions) number(d decimal) string {
	s := d.whole
	if len(s) > c.ungrouped {
		s = c.numbers.FmtNumber(decimal{whole: s}.float(), 0)
	}
	if d.fraction != "" {
		s += c.decimal + d.fraction
	}
	if d.negative {
		s = c.minus + s
	}
	return s
}

// day writes a date. Checked against CLDR 48, the full, long and medium dates of
// vi, en, zh, ja and ko are right. The short date of vi is 05/01/2026, as people
// in Viet Nam write it and as the CLDR had it; it has become 5/1/26 there, which
// is not taken over. Elsewhere a few dates are of the older release, but not wrong:
// the medium one of es is "1 ene. 2026", not "1 ene 2026".
func (c conventions) day(day time.Time, style string) string {
	switch style {
	case "full":
		return c.words.FmtDateFull(day)
	case "medium":
		return c.words.FmtDateMedium(day)
	case "short":
		return c.words.FmtDateShort(day)
	}
	return c.words.FmtDateLong(day)
}
