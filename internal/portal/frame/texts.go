package frame

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"

	"signet/domain"
)

// Lang is a language of the portal.
type Lang string

// The languages of the portal; Vietnamese is what a stranger gets who wants neither.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Langs are all of them.
var Langs = []Lang{Vietnamese, English}

var tagOf = map[Lang]language.Tag{Vietnamese: language.Vietnamese, English: language.English}

var matcher = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// LangOf chooses by the header Accept-Language (RFC 9110, section 12.5.4).
func LangOf(accept string) Lang {
	const longest = 1000
	if len(accept) > longest {
		return Vietnamese
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Vietnamese
	}
	if _, i, confidence := matcher.Match(wanted...); confidence >= language.High && i == 1 {
		return English
	}
	return Vietnamese
}

// Text is what is said, in every language of the portal. It is made by [Say] alone, so
// that a text without one of them does not compile.
type Text struct{ vi, en string }

// Say makes a text. What is filled in stands as for fmt.Sprintf, with numbers as the
// language writes them. English may tell one from several by "one thing|%d things".
func Say(vi, en string) Text { return Text{vi, en} }

// Texts are the words of an area, by keys such as "desk.submit". Keys of all areas are
// one room: each begins with the name of its area.
type Texts map[string]Text

// speech speaks one language.
type speech struct {
	lang    Lang
	texts   Texts
	printer *message.Printer
	names   display.Namer
}

func speechOf(lang Lang, texts Texts) *speech {
	tag := tagOf[lang]
	return &speech{lang, texts, message.NewPrinter(tag), display.Tags(tag)}
}

// has tells whether there is a text.
func (s *speech) has(key string) bool { _, ok := s.texts[key]; return ok }

// say returns a text with its arguments. It fails for a key that is none, so that a
// gap is seen by a test and never by a reader.
func (s *speech) say(key string, args ...any) (string, error) {
	t, ok := s.texts[key]
	if !ok {
		return "", fmt.Errorf("portal: there is no text %q", key)
	}
	text := t.vi
	if s.lang == English {
		text = t.en
	}
	if one, several, ok := strings.Cut(text, "|"); ok {
		if text = several; len(args) > 0 && fmt.Sprint(args[0]) == "1" {
			text = one
			args = args[1:]
		}
	}
	if len(args) == 0 {
		return text, nil
	}
	return s.printer.Sprintf(text, args...), nil
}

// word returns the text of a name of the registry, such as a kind; one that is not
// known is shown as it is.
func (s *speech) word(family, name any) string {
	n := fmt.Sprint(name)
	if text, err := s.say(fmt.Sprint(family) + "." + strings.ToLower(n)); err == nil {
		return text
	}
	return n
}

// day writes a date: 26/11/2026, or 26 November 2026.
func (s *speech) day(at any) (string, error) {
	t, ok, err := instant(at)
	if err != nil || !ok {
		return "", err
	}
	if s.lang == English {
		return t.Format("2 January 2006"), nil
	}
	return t.Format("02/01/2006"), nil
}

// moment writes an instant, to the minute, in the city's time.
func (s *speech) moment(at any) (string, error) {
	t, ok, err := instant(at)
	if err != nil || !ok {
		return "", err
	}
	if s.lang == English {
		return t.Format("2 January 2006, 15:04"), nil
	}
	return t.Format("15:04 02/01/2006"), nil
}

// instant reads what the API tells: RFC 3339, or a day. Empty is none.
func instant(at any) (t time.Time, ok bool, err error) {
	switch at := at.(type) {
	case nil:
		return t, false, nil
	case time.Time:
		return at.In(domain.CityZone), !at.IsZero(), nil
	case *time.Time:
		if at == nil {
			return t, false, nil
		}
		return at.In(domain.CityZone), !at.IsZero(), nil
	case *string:
		if at == nil {
			return t, false, nil
		}
		return instant(*at)
	case string:
		if at == "" {
			return t, false, nil
		}
		if t, err = time.ParseInLocation(time.DateOnly, at, domain.CityZone); err == nil {
			return t, true, nil
		}
		t, err = time.Parse(time.RFC3339, at)
		return t.In(domain.CityZone), err == nil, err
	}
	return t, false, fmt.Errorf("portal: %T is no instant", at)
}

// number writes a whole number: 12.345, or 12,345.
func (s *speech) number(n any) string { return s.printer.Sprintf("%d", n) }

// size writes a number of bytes, in units of 1,000.
func (s *speech) size(bytes int64) string {
	const kilo = 1000
	if bytes < kilo {
		return s.printer.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes)/kilo, 0
	for units := "kMGT"; value >= kilo && unit < len(units)-1; unit++ {
		value /= kilo
	}
	return s.printer.Sprintf("%.1f %cB", value, "kMGT"[unit])
}

// language names a language by its BCP 47 tag.
func (s *speech) language(locale any) string {
	text := fmt.Sprint(locale)
	tag, err := language.Parse(text)
	if err != nil {
		return text
	}
	if name := s.names.Name(tag); name != "" {
		return name
	}
	return text
}

// path makes an address of a page in this language. Its parts are in turn text that
// stands as it is, and a value, which is escaped: "/items/", key, "?at=", day.
func (s *speech) path(parts ...any) string { return pathIn(s.lang, parts...) }

func pathIn(lang Lang, parts ...any) string {
	var b strings.Builder
	b.WriteString("/" + string(lang))
	asked := false
	for i, part := range parts {
		text := fmt.Sprint(part)
		switch {
		case i%2 == 0:
			b.WriteString(text)
			asked = asked || strings.Contains(text, "?")
		case asked:
			b.WriteString(url.QueryEscape(text))
		default:
			b.WriteString(url.PathEscape(text))
		}
	}
	return b.String()
}

// joined puts the texts of all areas together. It fails for a key that two have.
func joined(all ...Texts) (Texts, error) {
	into := Texts{}
	for _, texts := range all {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if _, twice := into[key]; twice {
				return nil, fmt.Errorf("portal: two areas have the text %q", key)
			}
			if t := texts[key]; t.vi == "" || t.en == "" {
				return nil, fmt.Errorf("portal: the text %q lacks a language", key)
			}
			into[key] = texts[key]
		}
	}
	return into, nil
}
