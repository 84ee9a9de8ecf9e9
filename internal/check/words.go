package check

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"signet/domain"
	"signet/internal/crawl"
	"signet/internal/phrases"
)

// shortSaying is the number of letters below which words that are only nearly those of
// the kit may stand somewhere by chance.
const shortSaying = 20

// words finds what a text says.
func (k *Checker) words(r crawl.Resource) []Finding {
	d, ok := document(r)
	if !ok {
		return nil
	}
	var out []Finding
	for _, u := range k.phrases.Find(d) {
		var uses []use
		for _, n := range u.Phrases {
			uses = append(uses, k.said[n]...)
		}
		f := k.verdict(uses)
		f.By, f.Line, f.Column, f.Text, f.Before, f.After = domain.ByText, u.Line, u.Column, u.Text, u.Before, u.After
		short := utf8.RuneCountInString(u.Text) < shortSaying
		switch u.How {
		case phrases.Exact:
			f.Certainty = domain.Certain
		case phrases.Disguised:
			f.Certainty, f.Note = domain.Likely, "written otherwise: marks, case, width, blanks or punctuation"
			if short {
				f.Certainty = domain.Look
			}
		case phrases.Changed:
			f.Outcome, f.Certainty, f.Note = domain.UseAltered, domain.Likely, "some letters are others"
			if short || len(f.Others) > 0 {
				f.Certainty = domain.Look
			}
		}
		if f.Outcome == domain.UseCurrent && f.Certainty == domain.Look {
			continue // nothing to look at: it is right, or it is chance
		}
		out = append(out, f)
	}
	return out
}

// document reads what people read of a text.
func document(r crawl.Resource) (phrases.Document, bool) {
	var d phrases.Document
	var err error
	switch {
	case isMarkup(r.Media):
		d, err = phrases.HTML(bytes.NewReader(r.Body))
	case isText(r.Media) || r.Charset != "":
		d, err = phrases.Plain(bytes.NewReader(r.Body))
	default:
		return d, false
	}
	return d, err == nil
}

func isMarkup(media string) bool {
	return strings.HasSuffix(media, "+xml") || slices.Contains([]string{"text/html", "text/xml", "application/xml"}, media)
}

func isText(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+json") ||
		slices.Contains([]string{"application/json", "application/javascript", "application/yaml"}, media)
}
