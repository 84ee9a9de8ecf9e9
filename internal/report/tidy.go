package report

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain makes text safe for all formats: valid UTF-8 in NFC, lines ended by LF,
// and no control characters but LF and tab, which XML 1.0 (section 2.2) and RFC
// 5545 (section 3.1) do not allow and no reader can see.
//
// It works on single texts, never on a whole document: composing across a tag
// would turn ">" with U+0338 after it into "≯".
func plain(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune { // which also makes U+FFFD of bytes that are no UTF-8
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

// tidy returns a copy in which all texts are plain, all instants are in UTC, and
// no list or map is nil, so that JSON never says null for one. It goes by
// reflection, so that a field that is added later is not forgotten.
func tidy[T any](v T) T {
	return tidied(reflect.ValueOf(&v).Elem()).Interface().(T) //nolint:forcetypeassert // tidied keeps the type
}

func tidied(v reflect.Value) reflect.Value {
	if t, ok := v.Interface().(time.Time); ok {
		return reflect.ValueOf(t.UTC())
	}
	made := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		made.SetString(plain(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			made.Field(i).Set(tidied(v.Field(i)))
		}
	case reflect.Slice:
		made.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			made.Index(i).Set(tidied(v.Index(i)))
		}
	case reflect.Map:
		made.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for it := v.MapRange(); it.Next(); {
			made.SetMapIndex(tidied(it.Key()), tidied(it.Value()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			made.Set(reflect.New(v.Type().Elem()))
			made.Elem().Set(tidied(v.Elem()))
		}
	default:
		made.Set(v)
	}
	return made
}

// phrase is a text in a language that need not be the page's.
type phrase struct {
	Text string
	Lang string // of the text; empty if it is the reader's, or if nobody knows
}

// pick returns the text for a reader: in their language, or else the Vietnamese
// one, which is the source of all others, the English one, or the first of the
// rest. It is empty if there is none.
func pick(texts map[string]string, lang Lang) phrase {
	if text := texts[string(lang)]; text != "" {
		return phrase{Text: text}
	}
	rest := make([]string, 0, len(texts))
	for locale := range texts {
		rest = append(rest, locale)
	}
	slices.Sort(rest)
	for _, locale := range append([]string{string(Vietnamese), string(English)}, rest...) {
		if text := texts[locale]; text != "" {
			return phrase{Text: text, Lang: locale}
		}
	}
	return phrase{}
}
