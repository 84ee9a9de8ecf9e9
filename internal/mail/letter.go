package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Letter is one mail to one person.
type Letter struct {
	// ID stands before the @ of the Message-ID: 1 to 200 of a-z, 0-9, _ and -. A letter
	// that is sent again with the same ID is byte by byte the same mail.
	ID string
	// To is a plain address, without a name.
	To string
	// Subject is one line. Of what would be a second one, a blank is made.
	Subject string
	// Text is what everybody can read; HTML says the same, as a whole document.
	Text, HTML string
	// Unsubscribe is the absolute URL of the page on which mails are ended (RFC 2369,
	// section 3.2).
	Unsubscribe string
	// Date is of what the letter tells.
	Date time.Time
}

// maxID is the longest ID, in bytes; with a domain it fits into a line of 998 bytes
// (RFC 5322, section 2.1.1).
const maxID = 200

// maxSubject is the longest subject, in characters.
const maxSubject = 200

// errLetter: no letter can be made of it.
var errLetter = errors.New("mail: the letter has an ID, an address, and an URL to unsubscribe")

// compose makes the mail. The same letter gives the same bytes.
func (s *Sender) compose(l Letter) (*gomail.Msg, error) {
	to, err := plain(l.To)
	unsubscribe, malformed := url.Parse(l.Unsubscribe)
	if err != nil || malformed != nil || !goodID(l.ID) || unsubscribe.Host == "" || strings.ContainsFunc(l.Unsubscribe, notInURL) {
		return nil, errLetter
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary(l)))
	m.FromMailAddress(s.from)
	m.ToMailAddress(to)
	m.Subject(line(l.Subject))
	m.SetMessageIDWithValue(l.ID + "@" + s.o.Name)
	m.SetDateWithValue(l.Date.UTC())
	// Nobody's holiday answers it (RFC 3834, section 5).
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetListUnsubscribe(l.Unsubscribe)
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

// plain reads an address that stands alone.
func plain(address string) (*mail.Address, error) {
	to, err := mail.ParseAddress(address)
	if err != nil || to.Address != address || strings.ContainsFunc(address, notInURL) {
		return nil, errLetter
	}
	return to, nil
}

func notInURL(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '<' || r == '>' }

func goodID(id string) bool {
	return id != "" && len(id) <= maxID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// boundary is always the same for a letter, and nobody can write it into one.
func boundary(l Letter) string {
	sum := sha256.Sum256([]byte(l.ID + "\x00" + l.Text + "\x00" + l.HTML))
	return hex.EncodeToString(sum[:])
}

// line makes one line of a text, of at most maxSubject characters. What looks as if it
// were encoded (RFC 2047, section 2) is to be read as it is written.
func line(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	text = strings.ReplaceAll(text, "=?", "= ?")
	if all := []rune(text); len(all) > maxSubject {
		return string(all[:maxSubject-1]) + "…"
	}
	return text
}
