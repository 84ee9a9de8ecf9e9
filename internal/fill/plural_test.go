package fill_test

import (
	"slices"
	"strings"
	"testing"

	"signet/internal/fill"
)

func TestPlurals(t *testing.T) {
	for _, c := range []struct{ locale, number, want string }{
		{"en", "0", "0 projects"},
		{"en", "1", "1 project"},
		{"en", "1.0", "1.0 projects"},
		{"en", "-1", "-1 project"},
		{"en", "1200", "1,200 projects"},
		{"en-GB", "1", "1 project"},
		{"vi", "0", "0 dự án"},
		{"vi", "1", "1 dự án"},
		{"vi", "1200", "1.200 dự án"},
		{"ja", "1", "1件のプロジェクト"},
		{"ja", "1200", "1,200件のプロジェクト"},
		{"zh-CN", "2", "2个项目"},
		{"zh-Hans", "2", "2个项目"},
		{"fr", "0", "0 projet"},
		{"fr", "1.5", "1,5 projet"},
		{"fr", "2", "2 projets"},
		{"fr", "1000000", "1\u202f000\u202f000 projets"},
		{"ru", "1", "1 проект"},
		{"ru", "21", "21 проект"},
		{"ru", "11", "11 проектов"},
		{"ru", "111", "111 проектов"},
		{"ru", "2", "2 проекта"},
		{"ru", "24", "24 проекта"},
		{"ru", "12", "12 проектов"},
		{"ru", "0", "0 проектов"},
		{"ru", "1.5", "1,5 проекта"},
		{"ru", "999999999999991", "999\u00a0999\u00a0999\u00a0999\u00a0991 проект"},
		{"pl", "1", "1 projekt"},
		{"pl", "2", "2 projekty"},
		{"pl", "22", "22 projekty"},
		{"pl", "12", "12 projektów"},
		{"pl", "21", "21 projektów"},
		{"pl", "5", "5 projektów"},
		{"pl", "0", "0 projektów"},
		{"pl", "1.5", "1,5 projektu"},
		{"pl", "1002", "1002 projekty"},
		{"ar", "0", "لا مشاريع"},
		{"ar", "1", "مشروع واحد"},
		{"ar", "2", "مشروعان"},
		{"ar", "3", "3 مشاريع"},
		{"ar", "110", "110 مشاريع"},
		{"ar", "11", "11 مشروعًا"},
		{"ar", "99", "99 مشروعًا"},
		{"ar", "100", "100 مشروع"},
		{"ar", "102", "102 مشروع"},
		{"ar", "3.5", "3.5 مشروع"},
		{"ar", "3.0", "3.0 مشاريع"},
		{"ar", "100000000000003", "100,000,000,000,003 مشاريع"},
		{"ar", "100000000000003.000001", "100,000,000,000,003.000001 مشروع"},
	} {
		if got := render(t, "{{count}}", c.locale, fill.Plain, c.number); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.locale, c.number, got, c.want)
		}
	}
}

func TestTheSignForTheNumber(t *testing.T) {
	for _, c := range []struct{ title, form, want string }{
		{"it may stand nowhere", "a", "a"},
		{"it may stand several times", "#/#", "5/5"},
		{"it is escaped by a backslash", `\# #`, "# 5"},
		{"a backslash before something else is one", `\a \\#`, `\a \#`},
		{"a backslash at the end is one", `#\`, `5\`},
	} {
		p := fill.Placeholder{Name: "n", Type: fill.Plural, Forms: map[string]map[string]string{"en": {"one": "-", "other": c.form}}}
		got, err := fill.Render("{{n}}", "en", []fill.Placeholder{p}, map[string]string{"n": "5"}, fill.Plain)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, want %q, %v", c.title, got, c.want, err)
		}
	}
}

func TestAFormForMillionsMayBeGiven(t *testing.T) {
	for _, locale := range []string{"es", "fr", "it", "pt"} {
		forms := map[string]string{"one": "#1", "many": "#m", "other": "#o"}
		if err := fill.CheckForms(locale, forms); err != nil {
			t.Error(err)
		}
		p := fill.Placeholder{Name: "n", Type: fill.Plural, Forms: map[string]map[string]string{locale: forms}}
		for number, ending := range map[string]string{"1000000": "m", "12000000": "m", "1000000.0": "o", "1000001": "o", "10000000": "m", "1100000": "o", "2": "o", "1": "1"} {
			got, err := fill.Render("{{n}}", locale, []fill.Placeholder{p}, map[string]string{"n": number}, fill.Plain)
			if err != nil || !strings.HasSuffix(got, ending) {
				t.Errorf("%s %s: %q, %v", locale, number, got, err)
			}
		}
	}
}

func TestCategories(t *testing.T) {
	for locale, want := range map[string]string{
		"vi": "other", "en": "one other", "en-US": "one other", "zh": "other", "zh-Hans": "other", "zh-Hant": "other", "zh-TW": "other", "ja": "other", "ko": "other",
		"fr": "one other", "de": "one other", "es": "one other", "ru": "one few many other", "th": "other", "lo": "other", "km": "other", "id": "other",
		"ms": "other", "hi": "one other", "ar": "zero one two few many other", "pt": "one other", "it": "one other", "nl": "one other", "pl": "one few many other",
	} {
		got, ok := fill.Categories(locale)
		if !ok || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", locale, got, ok)
		}
	}
	for _, locale := range []string{"", "und", "sv", "English", "en-Shaw", "ru-Latn", "en-x-" + strings.Repeat("signet-", 10) + "a"} {
		if got, ok := fill.Categories(locale); ok || got != nil {
			t.Errorf("%.20s: %q", locale, got)
		}
	}
}

func TestForms(t *testing.T) {
	type forms = map[string]string
	for locale, good := range projects.Forms {
		if err := fill.CheckForms(locale, good); err != nil {
			t.Error(err)
		}
		for category := range good { // each is needed
			bad := forms{}
			for c, form := range good {
				if c != category {
					bad[c] = form
				}
			}
			fault(t, fill.CheckForms(locale, bad), "missing_form", "forms."+locale+"."+category, category)
		}
	}
	for _, c := range []struct {
		title, locale string
		forms         forms
		code, field   string
		names         []string
	}{
		{"none are given", "ru", nil, "missing_form", "forms.ru", []string{"few", "many", "one", "other"}},
		{"one is blank", "en", forms{"one": " ", "other": "#"}, "missing_form", "forms.en.one", []string{"one"}},
		{"the language has no such category", "vi", forms{"one": "#", "other": "#"}, "unknown_form", "forms.vi.one", []string{"one"}},
		{"nobody has", "en", forms{"one": "#", "other": "#", "=0": "", "None": ""}, "unknown_form", "forms.en", []string{"=0", "None"}},
		{"many is not of English", "en", forms{"one": "#", "many": "#", "other": "#"}, "unknown_form", "forms.en.many", []string{"many"}},
		{"the locale is not known", "tlh", forms{"other": "#"}, "unknown_locale", "locale", nil},
		{"a form holds a placeholder", "vi", forms{"other": "{{who}} #"}, "invalid_text", "forms.vi.other", nil},
		{"a form holds a control character", "vi", forms{"other": "#\x00"}, "invalid_text", "forms.vi.other", nil},
		{"a form puts a mark on the number", "vi", forms{"other": "#\u0301"}, "invalid_text", "forms.vi.other", nil},
		{"a form is too long", "vi", forms{"other": strings.Repeat("#", 20_001)}, "value_too_long", "forms.vi.other", nil},
	} {
		t.Run(c.title, func(t *testing.T) {
			fault(t, fill.CheckForms(c.locale, c.forms), c.code, c.field, c.names...)
		})
	}
}

func TestRenderRefusesAFormThatWasNotChecked(t *testing.T) {
	p := fill.Placeholder{Name: "n", Type: fill.Plural, Forms: map[string]map[string]string{"en": {"one": "\x00", "other": "{{n}}"}}}
	for number, category := range map[string]string{"1": "one", "2": "other"} {
		_, err := fill.Render("{{n}}", "en", []fill.Placeholder{p}, map[string]string{"n": number}, fill.Plain)
		fault(t, err, "invalid_text", "placeholders.n.forms.en."+category)
	}
}

func TestTheFormsOfTheLocaleItselfComeFirst(t *testing.T) {
	p := fill.Placeholder{Name: "n", Type: fill.Plural, Forms: map[string]map[string]string{
		"zh": {"other": "简"}, "zh-Hant": {"other": "繁"}, "zh-Hant-HK": {"other": "港"}, "zh_TW": {"other": "臺"},
	}}
	var got []string
	for _, locale := range []string{"zh", "zh-CN", "zh-Hans", "zh-TW", "zh-Hant", "zh-Hant-HK", "zh_hant_hk", "zh-HK", "zh_TW"} {
		s, err := fill.Render("{{n}}", locale, []fill.Placeholder{p}, map[string]string{"n": "1"}, fill.Plain)
		if err != nil {
			t.Error(err)
		}
		got = append(got, s)
	}
	if want := []string{"简", "简", "简", "繁", "繁", "港", "港", "繁", "臺"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
