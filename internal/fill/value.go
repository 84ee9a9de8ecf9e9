package fill

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxText bounds a value and the form of a plural, in bytes.
const maxText = 20_000

// CheckValue tells whether a placeholder takes a value.
//
// A number, also that of a plural, is a plain decimal in ASCII: a minus or none,
// at most 15 digits without leading zeros, and at most 6 decimals after a point;
// there is no minus zero. A date is a day of the years 1000 to 9999 as
// YYYY-MM-DD, without a zone. Text is Unicode NFC of at most 20,000 bytes,
// without control characters but line feed and tab, without the characters that
// embed or override a direction (Render isolates what needs it), and with no line
// that begins with a combining mark.
//
// The error is an *[Error]: invalid_number, invalid_date, invalid_text or
// value_too_long at values.<name>, or unknown_type or unknown_style at the placeholder.
func CheckValue(p Placeholder, value string) error {
	if err := p.check(); err != nil {
		return err
	}
	switch p.Type {
	case Number, Plural:
		if _, ok := parseDecimal(value); !ok {
			return p.invalidNumber()
		}
	case Date:
		// Earlier years are not of the Gregorian calendar, and the short styles cut
		// them wrongly.
		if day, err := time.Parse(time.DateOnly, value); err != nil || day.Year() < 1000 {
			return p.invalidDate()
		}
	default:
		if len(value) > maxText {
			return refuse("value_too_long", "values."+p.Name, "a value has at most %d bytes", maxText)
		}
		if why := faulty(value); why != "" {
			return refuse("invalid_text", "values."+p.Name, "the value %s", why)
		}
		if strings.ContainsFunc(value, steersDirection) {
			return refuse("invalid_text", "values."+p.Name, "the value holds a character that steers the direction of writing")
		}
	}
	return nil
}

// styles are the styles of each type.
var styles = map[Type][]string{
	"":     {""},
	Text:   {""},
	Number: {"", "percent"},
	Date:   {"", "full", "long", "medium", "short"},
	Plural: {""},
}

// check checks what a placeholder is.
func (p Placeholder) check() error {
	known, ok := styles[p.Type]
	switch {
	case !ok:
		return refuse("unknown_type", "placeholders."+p.Name+".type", "a placeholder is text, a number, a date or a plural")
	case !slices.Contains(known, p.Style):
		return refuse("unknown_style", "placeholders."+p.Name+".style", "a placeholder of this type has no such style")
	}
	return nil
}

func (p Placeholder) invalidNumber() *Error {
	return refuse("invalid_number", "values."+p.Name, "a number is written as -1234567.5, with at most 15 digits and 6 decimals")
}

func (p Placeholder) invalidDate() *Error {
	return refuse("invalid_date", "values."+p.Name, "a date is a day of the years 1000 to 9999, written as 2026-11-16")
}

// decimal is a number as it was written: 21 digits are more than a float64 keeps.
type decimal struct {
	negative        bool
	whole, fraction string // ASCII digits; the fraction may be empty, or end in zeros
}

var plainDecimal = regexp.MustCompile(`^(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,6}))?$`)

func parseDecimal(s string) (decimal, bool) {
	m := plainDecimal.FindStringSubmatch(s)
	if m == nil {
		return decimal{}, false
	}
	d := decimal{negative: m[1] != "", whole: m[2], fraction: m[3]}
	return d, !d.negative || strings.Trim(d.whole+d.fraction, "0") != ""
}

// isWhole tells whether no decimal counts: 2.0 is whole.
func (d decimal) isWhole() bool { return strings.Trim(d.fraction, "0") == "" }

// millions tells whether it is a multiple of a million, written without decimals.
func (d decimal) millions() bool {
	return d.fraction == "" && len(d.whole) > 6 && strings.HasSuffix(d.whole, "000000")
}

// float is the number as near as a float64 comes. Where the rules for plurals look
// at single digits, they do so in whole numbers only, which are exact: 15
// digits are below 2⁵³.
func (d decimal) float() float64 {
	f, _ := strconv.ParseFloat(d.whole+"."+d.fraction, 64) // digits only, and a point
	return f
}
