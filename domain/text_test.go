package domain

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLocalesAreCanonical(t *testing.T) {
	for in, want := range map[string]Locale{
		"vi": "vi", "VI": "vi", "zh-cn": "zh-CN", "ZH-HANT-TW": "zh-Hant-TW", "en_US": "en-US", "sr-latn": "sr-Latn",
		"de-1996": "de-1996", "es-419": "es-419", "i-klingon": "tlh", "zh-yue": "yue", "qaa": "qaa",
	} {
		got, err := ParseLocale(in)
		if err != nil || got != want {
			t.Errorf("ParseLocale(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestWhatIsNoLocale(t *testing.T) {
	for _, in := range []string{
		"", "xx", "und", "root", "v", "tiếng Việt", "vi-", "-vi", "vi--VN", "vi VN", "vi\x00", "en-u-", "../vi", "C", "vietnamese-language",
		strings.Repeat("a", 36), "en-" + strings.Repeat("x-a-", 1000),
	} {
		if got, err := ParseLocale(in); AsError(err) == nil || AsError(err).Reason != "unknown_locale" || got != "" {
			t.Errorf("ParseLocale(%q) = %q, %v", in, got, err)
		}
	}
}

func TestTextsAreSharedByNobody(t *testing.T) {
	texts := Texts{"vi": "a"}
	clone := texts.Clone()
	clone["en"] = "b"
	if len(texts) != 1 || !slices.Equal(clone.Locales(), []Locale{"en", "vi"}) {
		t.Errorf("%v and its clone %v", texts, clone)
	}
}

func TestTheLimitHoldsForWhatIsKept(t *testing.T) {
	cases := []struct {
		name, text string
		limit      int
		want       string // empty: too long
	}{
		{"as long as it may be", "Hải", 3, "Hải"},
		{"one more", "Hải!", 3, ""},
		{"white space around it does not count", "  Hải \n", 3, "Hải"},
		{"decomposed letters count once", "a\u0323\u0302a\u0306\u0309", 2, "ậẳ"},
		{"letters that NFC takes apart count as they are kept", "\u0958", 1, ""},
		{"letters that NFC takes apart", "\u0958", 2, "\u0915\u093c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := NormaliseText(c.text, c.limit)
			if c.want == "" {
				if AsError(err) == nil || AsError(err).Reason != "text_too_long" {
					t.Errorf("got %q, %v", got, err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %+q, %v, want %+q", got, err, c.want)
			}
		})
	}
}

// TestControlCharactersAreRefused goes through every character that could hide
// or reorder what a reader sees.
func TestControlCharactersAreRefused(t *testing.T) {
	refusedRunes := []rune{0, 7, '\r', 0x1b, 0x7f, 0x80, 0x85, 0x9f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069}
	for _, r := range refusedRunes {
		if got, err := NormaliseText("a"+string(r)+"b", 10); AsError(err) == nil || AsError(err).Reason != "control_character" {
			t.Errorf("%U: got %q, %v", r, got, err)
		}
	}
	for _, r := range []rune{'\n', '\t', 0x200c, 0x200d, 0x200e, 0x200f, 0x2029, 0x2065, 0x206a, 0x3000, 0x1f600} {
		if got, err := NormaliseText("a"+string(r)+"b", 10); err != nil || !strings.ContainsRune(got, r) {
			t.Errorf("%U: got %q, %v", r, got, err)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, key := range []string{"a", "0", "slogan-quoc-te", "a-1-b", strings.Repeat("a", MaxKey)} {
		if got, err := ParseKey(key); err != nil || got != key {
			t.Errorf("ParseKey(%q) = %q, %v", key, got, err)
		}
	}
	for _, key := range []string{
		"", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "a/b", "a.b", "ă", "a\n", "a\x00", "\xff", strings.Repeat("a", MaxKey+1),
	} {
		if got, err := ParseKey(key); AsError(err) == nil || AsError(err).Reason != "invalid_key" || got != "" {
			t.Errorf("ParseKey(%q) = %q, %v", key, got, err)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	cases := map[string][]string{
		"":                            nil,
		"no gap { or } at all":        nil,
		"{{b}} {{a}} {{b}}":           {"b", "a"},
		"{{a}}{{b}}":                  {"a", "b"},
		"{{{a}}}":                     {"a"},
		"{{{a}}{ is no pair":          {"a"},
		"{{a_1}}":                     {"a_1"},
		"{{" + longest(40) + "}}":     {longest(40)},
		"Ngày {{date}}\n{{investor}}": {"date", "investor"},
	}
	for text, want := range cases {
		if got, err := PlaceholdersOf(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("PlaceholdersOf(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"{{}}", "{{ a }}", "{{A}}", "{{1a}}", "{{ngày}}", "{{a", "a}}", "{{a}} }}", "{{a{b}}", "{{{{a}}}}", "{{a\n}}", "{{" + longest(41) + "}}",
	} {
		if got, err := PlaceholdersOf(text); AsError(err) == nil || AsError(err).Reason != "invalid_placeholder" {
			t.Errorf("PlaceholdersOf(%q) = %q, %v", text, got, err)
		}
	}
}

func longest(n int) string { return strings.Repeat("x", n) }

// TestWhatIsQuotedBackIsShort keeps a caller's input from filling answers and logs.
func TestWhatIsQuotedBackIsShort(t *testing.T) {
	for _, s := range []string{"", "ngắn", strings.Repeat("ậ", 1<<20), strings.Repeat("\xff", 1<<20)} {
		got := clip(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 41 {
			t.Errorf("clip of %d bytes has %d characters", len(s), utf8.RuneCountInString(got))
		}
	}
}
