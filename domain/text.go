package domain

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Limits of texts and keys.
const (
	MaxKey     = 64     // bytes of a key
	MaxText    = 20_000 // characters (code points) of one text in one locale
	MaxReason  = 2_000  // characters of a reason
	MaxLocales = 50     // locales of one text
)

// maxDecomposedBytes bounds the UTF-8 bytes of one character of any script in
// use that is written decomposed: a letter of up to 4 bytes and three marks.
const maxDecomposedBytes = 10

// Locale is a language tag of BCP 47 (RFC 5646) in its canonical form.
type Locale string

// ParseLocale reads a language tag and returns its canonical form: "VI" is "vi",
// "zh-cn" is "zh-CN". A tag that is malformed or has an unknown language or
// region is refused with reason unknown_locale.
func ParseLocale(s string) (Locale, error) {
	if s == "" || len(s) > 35 { // RFC 5646, section 4.4.1: 35 characters suffice
		return "", Refuse(Invalid, "unknown_locale", "%q is not a language tag of BCP 47", clip(s))
	}
	tag, err := language.Raw.Parse(s)
	if err != nil || tag == language.Und || tag.IsRoot() {
		return "", Refuse(Invalid, "unknown_locale", "%q is not a language tag of BCP 47", clip(s))
	}
	return Locale(tag.String()), nil
}

// Texts is one text in several locales.
type Texts map[Locale]string

// Locales returns the locales of the texts, sorted.
func (t Texts) Locales() []Locale { return slices.Sorted(maps.Keys(t)) }

// Clone returns a copy that shares nothing.
func (t Texts) Clone() Texts { return maps.Clone(t) }

// normalise returns the texts with canonical locales and in NFC, or why not.
func (t Texts) normalise(field string) (Texts, error) {
	if len(t) > MaxLocales {
		return nil, Refuse(Invalid, "too_many_locales", "at most %d locales", MaxLocales).At("%s", field)
	}
	out := make(Texts, len(t))
	for _, l := range t.Locales() {
		locale, err := ParseLocale(string(l))
		if err != nil {
			return nil, AsError(err).At("%s", field)
		}
		if _, twice := out[locale]; twice {
			return nil, Refuse(Invalid, "duplicate_locale", "two texts for locale %s", locale).At("%s.%s", field, locale)
		}
		text, err := NormaliseText(t[l], MaxText)
		if err != nil {
			return nil, AsError(err).At("%s.%s", field, locale)
		}
		if text == "" {
			return nil, Refuse(Invalid, "empty_text", "the text is empty; leave the locale out instead").At("%s.%s", field, locale)
		}
		out[locale] = text
	}
	return out, nil
}

// NormaliseText returns s in Unicode NFC with line ends as LF and without white
// space around it. Text that is not UTF-8, that has control characters other
// than tab and line end, or more than limit characters as it will be kept is refused.
func NormaliseText(s string, limit int) (string, error) {
	if len(s) > limit*maxDecomposedBytes { // before anything is spent on it
		return "", textTooLong(limit)
	}
	if !utf8.ValidString(s) {
		return "", Refuse(Invalid, "not_utf8", "the text is not valid UTF-8")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, r := range s {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || isBidiControl(r)) {
			return "", Refuse(Invalid, "control_character", "the text contains the control character %U", r)
		}
		if r == utf8.RuneError {
			return "", Refuse(Invalid, "not_utf8", "the text contains the replacement character, it was decoded wrongly before")
		}
	}
	s = strings.TrimSpace(norm.NFC.String(s))
	if utf8.RuneCountInString(s) > limit { // only now: NFC joins code points, and splits a few
		return "", textTooLong(limit)
	}
	return s, nil
}

func textTooLong(limit int) error {
	return Refuse(Invalid, "text_too_long", "the text has more than %d characters", limit)
}

// isBidiControl tells the characters that can reorder what a reader sees
// (Unicode Standard Annex #9, explicit formatting; "Trojan Source").
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// ParseKey accepts the keys by which items, agencies, pillars, audiences and
// channels are known: lower-case ASCII words joined by single dashes, at most
// MaxKey bytes. The reason of a refusal is invalid_key.
func ParseKey(s string) (string, error) {
	if s == "" || len(s) > MaxKey {
		return "", Refuse(Invalid, "invalid_key", "a key has 1 to %d characters", MaxKey)
	}
	dash := true
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			dash = false
		case r == '-' && !dash:
			dash = true
		default:
			return "", Refuse(Invalid, "invalid_key", "%q: a key is made of a-z and 0-9, in words joined by single dashes", clip(s))
		}
	}
	if dash {
		return "", Refuse(Invalid, "invalid_key", "%q: a key does not end with a dash", clip(s))
	}
	return s, nil
}

// reason normalises a reason that is required.
func reason(s string) (string, error) {
	text, err := NormaliseText(s, MaxReason)
	if err != nil {
		return "", AsError(err).At("reason")
	}
	if text == "" {
		return "", Refuse(Invalid, "reason_required", "say why").At("reason")
	}
	return text, nil
}

// clip shortens what is quoted back to a caller.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
