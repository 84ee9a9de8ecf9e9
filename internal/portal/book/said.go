package book

import (
	"slices"
	"strings"
)

// said is what is said in one language.
type said struct{ Locale, Text string }

// sayings are the same in several languages.
type sayings []said

// Of is what is said in a language; empty if nothing is.
func (all sayings) Of(locale string) string {
	for _, s := range all {
		if s.Locale == locale {
			return s.Text
		}
	}
	return ""
}

// In is what a reader of a language is told: in that language, else in the first of
// those in which the kit is written that there is.
func (all sayings) In(lang string) said {
	if sorted := all.For(lang); len(sorted) > 0 {
		return sorted[0]
	}
	return said{}
}

// order is that of languages on a page: the source, then those that the plan names.
var order = []string{"vi", "en", "zh", "ja", "ko"}

// For is all of it in the order in which a reader of a language is shown it.
func (all sayings) For(lang string) sayings {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b said) int { return rank(lang, a.Locale) - rank(lang, b.Locale) })
	return sorted
}

// Rest is all of For but its first.
func (all sayings) Rest(lang string) sayings {
	if len(all) < 2 {
		return nil
	}
	return all.For(lang)[1:]
}

func rank(lang, locale string) int {
	if locale == lang {
		return -1
	}
	if i := slices.Index(order, locale); i >= 0 {
		return i
	}
	return len(order)
}

// title is a name. A remark in brackets at its end stands apart, as in "Open Sea (sample
// proposal)".
type title struct{ Locale, Main, Aside string }

// titled takes the remark off a name.
func titled(s said) title {
	t := title{Locale: s.Locale, Main: s.Text}
	for _, pair := range []string{"()", "（）"} {
		brackets := []rune(pair)
		if !strings.HasSuffix(s.Text, string(brackets[1])) {
			continue
		}
		at := strings.LastIndex(s.Text, string(brackets[0]))
		if main := strings.TrimSpace(s.Text[:max(at, 0)]); main != "" {
			t.Main = main
			t.Aside = strings.TrimSpace(strings.Trim(s.Text[at:], pair))
		}
	}
	return t
}

// Whole is the name as it was given.
func (t title) Whole() string {
	if t.Aside == "" {
		return t.Main
	}
	return t.Main + " (" + t.Aside + ")"
}
