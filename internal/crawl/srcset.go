package crawl

import "strings"

const htmlSpace = " \t\n\f\r"

// srcset returns the URLs of a srcset attribute, see
// https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute. An
// URL may hold commas, and so may what stands in the brackets of a descriptor.
func srcset(text string) []string {
	var out []string
	for {
		text = strings.TrimLeft(text, htmlSpace+",")
		if text == "" {
			return out
		}
		end := strings.IndexAny(text, htmlSpace)
		if end < 0 {
			end = len(text)
		}
		url := text[:end]
		text = text[end:]
		bare := strings.TrimRight(url, ",")
		if bare != "" {
			out = append(out, bare)
		}
		if bare != url {
			continue // the comma ends the candidate: it has no descriptors
		}
		text = text[descriptors(text):]
	}
}

// descriptors is how long the descriptors of a candidate are.
func descriptors(text string) int {
	depth := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(':
			depth = 1
		case c == ')':
			depth = 0
		case c == ',' && depth == 0:
			return i
		}
	}
	return len(text)
}
