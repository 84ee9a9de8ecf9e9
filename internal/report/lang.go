package report

import (
	"golang.org/x/text/language"
)

// Lang is a language that reports are written in.
type Lang string

// The languages of reports. Vietnamese is the default.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

var (
	langs   = []Lang{Vietnamese, English} // in the order of tags
	tags    = []language.Tag{language.Vietnamese, language.English}
	matcher = language.NewMatcher(tags)
)

// What a stranger sends may cost only so much; a browser stays far below.
const (
	longestTag    = 35 // RFC 5646, section 4.4.1
	longestAccept = 1000
)

// ParseLang chooses a reader's language. The query parameter wins ("vi", "en", or
// a tag of one of them, such as "en-GB"); then the header Accept-Language (RFC 9110,
// section 12.5.4); then Vietnamese. What it can't read is as if it were not there.
func ParseLang(accept, query string) Lang {
	if len(query) <= longestTag {
		if tag, err := language.Parse(query); err == nil {
			if lang, ok := match(tag); ok {
				return lang
			}
		}
	}
	if len(accept) > longestAccept {
		return Vietnamese
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Vietnamese
	}
	lang, _ := match(wanted...)
	return lang
}

// match returns the best of our languages, and whether it is any good; if not, it
// is the default.
func match(wanted ...language.Tag) (Lang, bool) {
	_, i, confidence := matcher.Match(wanted...)
	if confidence < language.High {
		return Vietnamese, false
	}
	return langs[i], true
}
