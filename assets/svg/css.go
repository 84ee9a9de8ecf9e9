package svg

import "strings"

// refusedCSS are what loads or runs something in a style sheet. The text is not
// parsed: what stands in a comment or a string is refused too, because programs
// differ in where they think that these end.
var refusedCSS = []string{
	"@import", "@font-face", "@namespace", "image(", "image-set(", "src(", "expression(", "javascript:", "behavior:", "-moz-binding",
}

// checkCSS accepts style sheets and values in which every url() is a place in
// this file, and notes what they refer to.
func (w *walker) checkCSS(at int, text string) error {
	lower := asciiLower(text)
	// An escape could spell any of the words below: @\69mport.
	if strings.Contains(lower, `\`) {
		return w.refuse("a style holds a backslash, which is not accepted")
	}
	for _, refused := range refusedCSS {
		if strings.Contains(lower, refused) {
			return w.refuse("a style holds %s, which is not accepted", refused)
		}
	}
	for {
		_, after, found := strings.Cut(lower, "url(")
		if !found {
			return nil
		}
		start := len(text) - len(after)
		id, ok := localURL(text[start:])
		if !ok {
			return w.refuse("a style may only refer to a place in this file, as in url(#id)")
		}
		n := &w.nodes[at]
		if n.name != "style" {
			n.refers = append(n.refers, id)
		}
		lower, text = after, text[start:]
	}
}

// asciiLower is what CSS means by "ASCII case-insensitive". strings.ToLower would
// also change letters to others of another length (the Kelvin sign becomes k),
// and a place in the result would not be the same place in the text.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// maxID is how many bytes of a style may follow before its reference ends. It
// keeps a style that only ever opens references from being read once for each.
const maxID = 1 << 10

// localURL returns the id of what follows "url(", if it is one.
func localURL(s string) (id string, ok bool) {
	s = strings.TrimLeft(s[:min(len(s), maxID)], " \t\r\n\f")
	end := ")"
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		end, s = s[:1], s[1:]
	}
	if !strings.HasPrefix(s, "#") {
		return "", false
	}
	id, _, ok = strings.Cut(s[1:], end)
	return strings.TrimSpace(id), ok
}
