package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"
)

var (
	//go:embed page.html.tmpl
	pageSource string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// WriteHTML writes the report as one page to read and to print on A4. It has no
// script, and asks for nothing from elsewhere; serve it as text/html with
// [ContentSecurityPolicy]. Dates and numbers are those of the language, in the
// city's time. Errors are those of [Report.WriteJSON], and lang_unknown.
func (r Report) WriteHTML(w io.Writer, lang Lang) error {
	p, err := newPage(r, lang)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return err
	}
	_, err = w.Write(append(bytes.TrimSpace(b.Bytes()), '\n'))
	return err
}

// StyleHash returns the hash of the page's only style element, as a source of the
// directive style-src names it but for the quotes: "sha256-" and base64 (Content
// Security Policy Level 3, section 2.3.1). It is the same for all reports of a
// program.
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// ContentSecurityPolicy returns the header's value that lets the page be, and
// nothing else.
func ContentSecurityPolicy() string {
	return strings.Join([]string{
		"default-src 'none'", "style-src '" + StyleHash() + "'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// Style is the page's style. It is our own file, and must stand in the page
// unchanged, or StyleHash would be that of another.
func (p page) Style() template.CSS {
	return template.CSS(pageStyle)
}

// Heading is the title of the report.
func (p page) Heading() (string, error) { return p.Title(p.Period) }

// AsOf says when the registry was asked.
func (p page) AsOf() (string, error) { return p.T("made", p.Clock(p.Made)) }

// Stamp writes an instant for machines.
func (p page) Stamp(t time.Time) string { return t.Format(time.RFC3339) }

// DayOrDash writes a day, or a dash for none.
func (p page) DayOrDash(day string) (string, error) {
	if day == "" {
		return "–", nil
	}
	return p.Day(day)
}

// Decision names the act that issued an edition, with its day if that is known.
func (p page) Decision(e Edition) (string, error) {
	if e.Decision == "" || e.Decided == "" {
		return e.Decision, nil
	}
	day, err := p.Day(e.Decided)
	if err != nil {
		return "", err
	}
	return p.T("edition.signed", e.Decision, day)
}

// item is how an item is shown.
type item struct {
	Key  string
	Name phrase
}

// Item shows an item: by the name that its row gives, or that an approval does.
func (p page) Item(key string, name map[string]string) item {
	if own := p.In(name); own.Text != "" {
		return item{key, own}
	}
	return item{key, p.Named(key)}
}

// bar is a row of coverage, as it is drawn.
type bar struct {
	Covered, Total, Share string
	Width                 string // of 100, for SVG; empty: there is nothing to draw
	Met                   bool
	Target                string
}

// Bar draws a coverage.
func (p page) Bar(c Coverage) (bar, error) {
	target, err := p.Target(c)
	b := bar{Covered: p.Number(c.Covered), Total: p.Number(c.Total), Share: "–", Met: c.met(), Target: target}
	if c.Total > 0 {
		b.Share = p.Share(c.Covered, c.Total)
		b.Width = strconv.FormatFloat(float64(permille(c.Covered, c.Total))/10, 'f', -1, 64) // SVG's point, in any language
	}
	return b, err
}
