package fill_test

import (
	"errors"
	"strings"
	"testing"

	"signet/internal/fill"
)

func FuzzRender(f *testing.F) {
	f.Add("Dear {{who}}: {{count}}, {{amount}}", "vi", "Ông Kim", "1234567.5")
	f.Add("{{who}}\n\n{{day}}{{who}}", "ar", "<b>\nא&", "2026-11-16")
	f.Add("{{share}} {{weekday}}", "lo", "", "-7")
	f.Add("{{{who}}}\u0338", "zh-TW", "{note}", "")
	f.Add("{{amount}}{{count}}", "en-u-nu-thai", "\u202e", "0.50")
	f.Fuzz(func(t *testing.T, text, locale, words, figures string) {
		values := map[string]string{}
		for _, name := range fill.Names(text) {
			values[name] = figures
			if name == "who" || name == "note" {
				values[name] = words
			}
		}
		checkTargets(t, text, locale, values)
		_, err := fill.Render(text, locale, placeholders, values, fill.Plain)
		if e := (*fill.Error)(nil); err != nil && (!errors.As(err, &e) || e.Code == "" || e.Field == "" || e.Message == "") {
			t.Errorf("%#v", err)
		}
	})
}

func FuzzCheckValue(f *testing.F) {
	for _, seed := range []string{"", "1234567.5", "-0.000001", "2026-11-16", "2026-02-30", "0999-01-01", "Hải Phòng", "a\r", "\u0338", "{{a}}"} {
		f.Add("number", "", seed)
		f.Add("date", "short", seed)
		f.Add("text", "", seed)
		f.Add("plural", "percent", seed)
	}
	f.Fuzz(func(t *testing.T, kind, style, value string) {
		p := fill.Placeholder{Name: "x", Type: fill.Type(kind), Style: style, Forms: projects.Forms}
		if fill.CheckValue(p, value) != nil {
			return
		}
		// What is taken can be written in every locale that is known.
		for locale := range projects.Forms {
			got, err := fill.Render("{{x}}", locale, []fill.Placeholder{p}, map[string]string{"x": value}, fill.Plain)
			if err != nil {
				t.Errorf("%q: %v", value, err)
			}
			if (kind == "" || kind == "text") && !strings.Contains(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(got), value) {
				t.Errorf("%q became %q", value, got)
			}
		}
	})
}

func FuzzCheckForms(f *testing.F) {
	f.Add("en", "# project", `\#\`)
	f.Add("vi", "", "#\u0301")
	f.Add("ja-Latn", "{{x}}", "")
	f.Fuzz(func(t *testing.T, locale, one, other string) {
		forms := map[string]string{"one": one, "other": other}
		if fill.CheckForms(locale, forms) != nil {
			return
		}
		p := fill.Placeholder{Name: "x", Type: fill.Plural, Forms: map[string]map[string]string{locale: forms}}
		for _, number := range []string{"1", "5", "-1000000"} {
			if _, err := fill.Render("{{x}}", locale, []fill.Placeholder{p}, map[string]string{"x": number}, fill.Plain); err != nil {
				t.Errorf("%s: %v", number, err)
			}
		}
	})
}
