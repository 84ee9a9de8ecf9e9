package fill

import (
	"html"
	"strings"
)

// writer puts the pieces of a result together.
type writer struct {
	strings.Builder

	html        bool
	rightToLeft bool // the direction of the locale's script
}

// text writes what belongs to the locale.
func (w *writer) text(s string) {
	if w.html {
		s = html.EscapeString(s)
	}
	w.WriteString(s)
}

// foreign writes what may be of another script. Each line is isolated on its own,
// as a line feed ends an isolate (UAX #9, rule X8), and a paragraph a <bdi>.
func (w *writer) foreign(s string) {
	open, shut := "\u2068", "\u2069"
	if w.html {
		open, shut = "<bdi>", "</bdi>"
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.WriteByte('\n')
		}
		if againstDirection(line, w.rightToLeft) {
			w.WriteString(open)
			w.text(line)
			w.WriteString(shut)
		} else {
			w.text(line)
		}
	}
}

// result returns all that was written.
func (w *writer) result() string {
	if !w.html {
		return w.String()
	}
	var b strings.Builder
	inside := false
	for line := range strings.SplitSeq(w.String(), "\n") {
		blank := strings.Trim(line, " \t") == ""
		switch {
		case blank && inside:
			b.WriteString("</p>")
		case blank:
		case inside:
			b.WriteString("<br>")
		default:
			b.WriteString("<p>")
		}
		if inside = !blank; inside {
			b.WriteString(line)
		}
	}
	if inside {
		b.WriteString("</p>")
	}
	return b.String()
}
