package fill_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/fill"
)

// projects is what an investor letter counts.
var projects = fill.Placeholder{Name: "count", Type: fill.Plural, Forms: map[string]map[string]string{
	"en": {"one": "# project", "other": "# projects"},
	"vi": {"other": "# dự án"},
	"zh": {"other": "#个项目"},
	"ja": {"other": "#件のプロジェクト"},
	"ko": {"other": "프로젝트 #건"},
	"fr": {"one": "# projet", "other": "# projets"},
	"ru": {"one": "# проект", "few": "# проекта", "many": "# проектов", "other": "# проекта"},
	"pl": {"one": "# projekt", "few": "# projekty", "many": "# projektów", "other": "# projektu"},
	"ar": {"zero": "لا مشاريع", "one": "مشروع واحد", "two": "مشروعان", "few": "# مشاريع", "many": "# مشروعًا", "other": "# مشروع"},
}}

var placeholders = []fill.Placeholder{
	projects,
	{Name: "who"},
	{Name: "note", Type: fill.Text},
	{Name: "amount", Type: fill.Number},
	{Name: "share", Type: fill.Number, Style: "percent"},
	{Name: "day", Type: fill.Date},
	{Name: "weekday", Type: fill.Date, Style: "full"},
	{Name: "brief", Type: fill.Date, Style: "medium"},
	{Name: "figures", Type: fill.Date, Style: "short"},
}

// render fills a text with one value for each name that it uses.
func render(t *testing.T, text, locale string, target fill.Target, values ...string) string {
	t.Helper()
	given := map[string]string{}
	for i, name := range fill.Names(text) {
		given[name] = values[i]
	}
	got, err := fill.Render(text, locale, placeholders, given, target)
	if err != nil {
		t.Errorf("%s: %v", locale, err)
	}
	return got
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		title, locale, text string
		values              []string
		want                string
	}{
		{"a press release in Vietnamese", "vi", "Hải Phòng, {{day}} – {{who}} công bố bộ nhận diện mới.", []string{"2026-11-16", "Ủy ban nhân dân thành phố"}, "Hải Phòng, 16 tháng 11, 2026 – Ủy ban nhân dân thành phố công bố bộ nhận diện mới."},
		{"a press release in English", "en", "HAI PHONG, {{day}} – {{who}} presents its new identity.", []string{"2026-11-16", "The city"}, "HAI PHONG, November 16, 2026 – The city presents its new identity."},
		{"a press release in Chinese", "zh", "海防市{{day}}电 {{who}}发布新的城市形象。", []string{"2026-11-16", "市人民委员会"}, "海防市2026年11月16日电 市人民委员会发布新的城市形象。"},
		{"a press release in Japanese", "ja", "【ハイフォン、{{day}}】{{who}}は新しいブランドを発表しました。", []string{"2026-11-16", "人民委員会"}, "【ハイフォン、2026年11月16日】人民委員会は新しいブランドを発表しました。"},
		{"a press release in Korean", "ko", "[하이퐁, {{day}}] {{who}}는 새 브랜드를 발표했습니다.", []string{"2026-11-16", "하이퐁시"}, "[하이퐁, 2026년 11월 16일] 하이퐁시는 새 브랜드를 발표했습니다."},

		{"an investor letter in Vietnamese", "vi", "Kính gửi {{who}}: {{count}}, {{amount}} tỷ đồng, tăng {{share}}.", []string{"Ông Kim", "1234", "1234567.5", "12.25"}, "Kính gửi Ông Kim: 1.234 dự án, 1.234.567,5 tỷ đồng, tăng 12,25%."},
		{"an investor letter in English", "en", "Dear {{who}}: {{count}}, VND {{amount}} billion, up {{share}}.", []string{"Mr Kim", "1", "1234567.5", "12.25"}, "Dear Mr Kim: 1 project, VND 1,234,567.5 billion, up 12.25%."},
		{"an investor letter in Chinese", "zh-Hans", "尊敬的{{who}}：{{count}}，{{amount}}亿越南盾，增长{{share}}。", []string{"金先生", "1234", "1234567.5", "12.25"}, "尊敬的金先生：1,234个项目，1,234,567.5亿越南盾，增长12.25%。"},
		{"an investor letter in Japanese", "ja", "{{who}} 様：{{count}}、{{amount}}億ドン、前年比{{share}}増。", []string{"金", "1234", "1234567.5", "12.25"}, "金 様：1,234件のプロジェクト、1,234,567.5億ドン、前年比12.25%増。"},
		{"an investor letter in Korean", "ko", "{{who}} 귀하: {{count}}, {{amount}}억 동, {{share}} 증가.", []string{"김 대표", "1234", "1234567.5", "12.25"}, "김 대표 귀하: 프로젝트 1,234건, 1,234,567.5억 동, 12.25% 증가."},

		{"an event backdrop in Vietnamese, with the day of the week", "vi", "{{note}}\n{{weekday}}", []string{"Hội nghị xúc tiến đầu tư", "2026-11-16"}, "Hội nghị xúc tiến đầu tư\nThứ Hai, 16 tháng 11, 2026"},
		{"an event backdrop in English", "en", "{{note}}\n{{weekday}}", []string{"Investment Forum", "2026-11-16"}, "Investment Forum\nMonday, November 16, 2026"},
		{"an event backdrop in Chinese", "zh", "{{note}}\n{{weekday}}", []string{"投资促进会", "2026-11-16"}, "投资促进会\n2026年11月16日星期一"},
		{"an event backdrop in Japanese", "ja", "{{note}}\n{{weekday}}", []string{"投資フォーラム", "2026-11-16"}, "投資フォーラム\n2026年11月16日月曜日"},
		{"an event backdrop in Korean", "ko", "{{note}}\n{{weekday}}", []string{"투자 포럼", "2026-11-16"}, "투자 포럼\n2026년 11월 16일 월요일"},

		{"a short date in Vietnamese has two digits for day and month", "vi", "{{figures}}", []string{"2026-01-05"}, "05/01/2026"},
		{"a medium date in English", "en", "{{brief}}", []string{"2026-01-05"}, "Jan 5, 2026"},
		{"a leap day is a day", "en", "{{day}}", []string{"2028-02-29"}, "February 29, 2028"},
		{"a date in traditional characters", "zh-Hant", "{{day}}", []string{"2026-11-16"}, "2026年11月16日"},
		{"decimals stay as they were written", "vi", "{{amount}}", []string{"-0.50"}, "-0,50"},
		{"all 21 digits are kept", "en", "{{amount}}", []string{"123456789012345.123456"}, "123,456,789,012,345.123456"},
		{"Hindi groups by two after three", "hi", "{{amount}}", []string{"12345678.5"}, "1,23,45,678.5"},
		{"Spanish does not group four digits", "es", "{{amount}}", []string{"1234.5"}, "1234,5"},
		{"Spanish groups five digits", "es", "{{amount}}", []string{"12345"}, "12.345"},
		{"Lao groups, and has a minus in percentages", "lo", "{{share}}", []string{"-1234567.5"}, "-1.234.567,5%"},
		{"Khmer has a decimal point in newer releases of the CLDR", "km", "{{amount}}", []string{"1234.5"}, "1,234.5"},
		{"Arabic has the signs of its Latin digits", "ar", "{{amount}}", []string{"-1234.5"}, "\u200e-1,234.5"},
		{"a percentage is grouped, and not multiplied", "de", "{{share}}", []string{"1234.5"}, "1.234,5\u00a0%"},
		{"Russian has a space before the percent sign", "ru", "{{share}}", []string{"5"}, "5\u00a0%"},
		{"Dutch has none", "nl", "{{share}}", []string{"5"}, "5%"},
		{"a region falls back to its language", "vi-VN", "{{amount}}", []string{"1234.5"}, "1.234,5"},
		{"an underscore is read as a hyphen", "pt_BR", "{{day}}", []string{"2026-11-16"}, "16 de novembro de 2026"},
		{"a locale that is not known is fine for text", "tlh", "{{who}}!", []string{"Qapla'"}, "Qapla'!"},
		{"so is what is no locale", "?", "{{who}}!", []string{"a"}, "a!"},

		{"a placeholder is used twice", "en", "{{who}} and {{count}}, {{who}} and {{count}}", []string{"A", "2"}, "A and 2 projects, A and 2 projects"},
		{"a value is not read for placeholders", "en", "{{who}}{{note}}", []string{"{{note}}", "{{who}}"}, "{{note}}{{who}}"},
		{"placeholders that touch do not make a new one", "en", "{{{who}}}", []string{"{note}"}, "{{note}}"},
		{"braces around no name are text", "en", "{{ who }} {{Who}} {{}} {{who}", nil, "{{ who }} {{Who}} {{}} {{who}"},
		{"an empty value is a value", "en", "[{{who}}]", []string{""}, "[]"},
		{"an empty text is empty", "en", "", nil, ""},
	} {
		t.Run(c.title, func(t *testing.T) {
			if got := render(t, c.text, c.locale, fill.Plain, c.values...); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestNamesAreInTheOrderOfFirstUse(t *testing.T) {
	for _, c := range []struct {
		title, text string
		want        []string
	}{
		{"a name used twice is told once", "{{b}} {{a}} {{b}} {{c_1}}", []string{"b", "a", "c_1"}},
		{"a name has at most 40 characters", "{{" + strings.Repeat("a", 41) + "}}{{" + strings.Repeat("b", 40) + "}}", []string{strings.Repeat("b", 40)}},
		{"what begins otherwise is no name", "{{1a}} {{_a}} {{A}} {{a b}} {{đ}} { {a}}", nil},
	} {
		if diff := cmp.Diff(c.want, fill.Names(c.text)); diff != "" {
			t.Errorf("%s: %s", c.title, diff)
		}
	}
}

func TestAValueUnusedByOneTranslationIsNotExtra(t *testing.T) {
	got, err := fill.Render("Welcome", "en", placeholders, map[string]string{"who": "a"}, fill.Plain)
	if err != nil || got != "Welcome" {
		t.Errorf("%q, %v", got, err)
	}
}

// fault sees that an error has a code and a field, and tells the names.
func fault(t *testing.T, err error, code, field string, names ...string) {
	t.Helper()
	var e *fill.Error
	if !errors.As(err, &e) {
		t.Fatalf("want %s, got %v", code, err)
	}
	if e.Code != code || e.Field != field || !slices.Equal(e.Names, names) || e.Message == "" {
		t.Errorf("want %s at %s of %q, got %s at %s of %q: %v", code, field, names, e.Code, e.Field, e.Names, e)
	}
}

func TestWhatIsRefused(t *testing.T) {
	type values = map[string]string
	long := strings.Repeat("a", 20_000)
	for _, c := range []struct {
		title, text, locale string
		values              values
		code, field         string
		names               []string
	}{
		{"a missing value", "{{who}}", "en", nil, "missing_value", "values.who", []string{"who"}},
		{"several missing values, each once", "{{who}}{{note}}{{who}}{{day}}", "en", values{"day": "2026-11-16"}, "missing_value", "values", []string{"note", "who"}},
		{"a value for nothing", "", "en", values{"whom": "a"}, "extra_value", "values.whom", []string{"whom"}},
		{"several values for nothing", "", "en", values{"b": "", "a": "", "who": ""}, "extra_value", "values", []string{"a", "b"}},
		{"a placeholder that is not declared", "{{whom}}", "en", values{"whom": ""}, "unknown_placeholder", "text", []string{"whom"}},
		{"a bad value that the text does not use", "", "en", values{"day": "soon"}, "invalid_date", "values.day", nil},
		{"a number in a locale that is not known", "{{amount}}", "tlh", values{"amount": "1"}, "unknown_locale", "locale", nil},
		{"a date in a locale that is not known", "{{day}}", "sv", values{"day": "2026-11-16"}, "unknown_locale", "locale", nil},
		{"a plural in a locale that is not known", "{{count}}", "", values{"count": "1"}, "unknown_locale", "locale", nil},
		{"a known language in a script of which nothing is known", "{{day}}", "ja-Latn", values{"day": "2026-11-16"}, "unknown_locale", "locale", nil},
		{"a region without a language", "{{day}}", "und-JP", values{"day": "2026-11-16"}, "unknown_locale", "locale", nil},
		{"a plural without forms for the locale", "{{count}}", "de", values{"count": "2"}, "missing_form", "placeholders.count.forms.de.other", []string{"other"}},
		{"forms of another script", "{{count}}", "zh-TW", values{"count": "2"}, "missing_form", "placeholders.count.forms.zh-TW.other", []string{"other"}},
		{"a text that is not UTF-8", "a\xff", "en", nil, "invalid_text", "text", nil},
		{"a text that is decomposed", "o\u0302", "en", nil, "invalid_text", "text", nil},
		{"a text with a carriage return", "a\r\nb", "en", nil, "invalid_text", "text", nil},
		{"a combining mark after a placeholder", "{{who}}\u0301", "en", values{"who": "e"}, "invalid_text", "text", nil},
		{"a result without measure", strings.Repeat("{{who}}", 53), "en", values{"who": long}, "result_too_long", "text", nil},
	} {
		t.Run(c.title, func(t *testing.T) {
			_, err := fill.Render(c.text, c.locale, placeholders, c.values, fill.Plain)
			fault(t, err, c.code, c.field, c.names...)
		})
	}
	t.Run("a target that is not known", func(t *testing.T) {
		_, err := fill.Render("", "en", nil, nil, "pdf")
		fault(t, err, "unknown_target", "target")
	})
	t.Run("two placeholders of one name", func(t *testing.T) {
		_, err := fill.Render("", "en", []fill.Placeholder{{Name: "a"}, {Name: "a", Type: fill.Date}}, nil, fill.Plain)
		fault(t, err, "duplicate_placeholder", "placeholders.a", "a")
	})
	t.Run("a placeholder of no type, though it is not used", func(t *testing.T) {
		_, err := fill.Render("", "en", []fill.Placeholder{{Name: "a", Type: "money"}}, nil, fill.Plain)
		fault(t, err, "unknown_type", "placeholders.a.type")
	})
	t.Run("a result that is too long only as HTML, with blank lines to drop", func(t *testing.T) {
		text := strings.Repeat("\n", 1<<20) + "a"
		got, err := fill.Render(text, "en", nil, nil, fill.HTML)
		if err == nil {
			t.Errorf("%q is not all of it", got)
		}
	})
}

func TestValues(t *testing.T) {
	date, number, text := fill.Placeholder{Name: "x", Type: fill.Date}, fill.Placeholder{Name: "x", Type: fill.Number}, fill.Placeholder{Name: "x"}
	for _, c := range []struct {
		title       string
		placeholder fill.Placeholder
		good, bad   []string
		code        string
	}{
		{"numbers", number, []string{"0", "7", "-7", "0.0", "-0.5", "1234567.5", "999999999999999.999999"}, []string{
			"", "-", "+1", "1.", ".5", "1e3", "0x1", "1,5", "1 000", "01", "-0", "-0.00", "1000000000000000", "0.1234567", " 1", "1\n", "١", "１", "NaN", "∞",
		}, "invalid_number"},
		{"counts", fill.Placeholder{Name: "x", Type: fill.Plural}, []string{"0", "1.0"}, []string{"", "one"}, "invalid_number"},
		{"dates", date, []string{"2026-11-16", "2028-02-29", "1000-01-01", "9999-12-31"}, []string{
			"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-5", "16/11/2026", "2026-11-16T00:00:00Z", "2026-11-16 ", "0000-01-01", "0999-12-31", "10000-01-01", "-2026-01-01",
		}, "invalid_date"},
		{"text", text, []string{"", "a\tb\n\nc", "Ủy ban", "<b>", "\u200f", "ภาษา", strings.Repeat("a", 20_000)}, []string{
			"\x00", "a\r", "\x1b[1m", "\u0085", "\u2028", "\u2029", "\xc3", "e\u0323\u0302", "\u0338a", "a\n\u0301", "\u202eabc", "\u2069", "\u2068",
		}, "invalid_text"},
		{"long text", text, nil, []string{strings.Repeat("a", 20_001)}, "value_too_long"},
	} {
		t.Run(c.title, func(t *testing.T) {
			for _, value := range c.good {
				if err := fill.CheckValue(c.placeholder, value); err != nil {
					t.Errorf("%.40q: %v", value, err)
				}
			}
			for _, value := range c.bad {
				fault(t, fill.CheckValue(c.placeholder, value), c.code, "values.x")
			}
		})
	}
}

func TestStylesAreOfTheirTypes(t *testing.T) {
	allowed := map[fill.Type][]string{
		"": {""}, fill.Text: {""}, fill.Plural: {""}, fill.Number: {"", "percent"}, fill.Date: {"", "full", "long", "medium", "short"},
	}
	value := map[fill.Type]string{fill.Number: "1", fill.Plural: "1", fill.Date: "2026-11-16"}
	for _, kind := range slices.Collect(maps.Keys(allowed)) {
		for _, style := range []string{"", "percent", "full", "long", "medium", "short", "bold", "FULL"} {
			err := fill.CheckValue(fill.Placeholder{Name: "x", Type: kind, Style: style}, value[kind])
			if slices.Contains(allowed[kind], style) {
				if err != nil {
					t.Error(err)
				}
				continue
			}
			fault(t, err, "unknown_style", "placeholders.x.style")
		}
	}
	fault(t, fill.CheckValue(fill.Placeholder{Name: "x", Type: "TEXT"}, ""), "unknown_type", "placeholders.x.type")
}
