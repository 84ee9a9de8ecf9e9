package crawl

import (
	"encoding/json"
	"slices"
	"strings"
)

// want is what a document wants of what it refers to; several may want several things
// of one.
type want uint8

const (
	wantPage     want = 1 << iota // a link, or a frame
	wantSheet                     // @import, or a link to a style sheet
	wantScript                    //
	wantPicture                   // also what may turn out to be none, such as an icon
	wantManifest                  // of a web app
)

// Limits of one document. One with more is cut, and said to be.
const (
	maxMentions = 10_000
	maxInline   = 2_000
)

// document is what a page, a style sheet or a manifest refers to.
type document struct {
	base     string // href of <base>; empty if there is none
	mentions []mention
	inline   []inline
	cut      bool // there was more
}

type mention struct {
	raw  string
	want want
	line int
}

// inline is a resource that stands in the document itself.
type inline struct {
	declared string
	body     []byte
	line     int
}

// note takes down what the document refers to.
func (d *document) note(raw string, w want, line int) {
	raw = strings.Trim(raw, htmlSpace)
	switch {
	case raw == "" || raw[0] == '#': // the document itself
	case len(raw) > 5 && strings.EqualFold(raw[:5], "data:"):
		if w == wantPage {
			return // no browser follows such a link
		}
		if declared, body, ok := dataURI(raw); ok && !unwanted(declared) {
			d.keep(declared, body, line)
		}
	case len(d.mentions) == maxMentions:
		d.cut = true
	default:
		d.mentions = append(d.mentions, mention{raw: raw, want: w, line: line})
	}
}

func (d *document) keep(declared string, body []byte, line int) {
	if len(d.inline) == maxInline {
		d.cut = true
		return
	}
	d.inline = append(d.inline, inline{declared: declared, body: body, line: line})
}

// readManifest notes the pictures of a web app manifest
// (https://www.w3.org/TR/appmanifest); other JSON holds none.
func readManifest(d *document, body []byte) {
	type pictures []struct {
		Src string `json:"src"`
	}
	var m struct {
		Icons       pictures `json:"icons"`
		Screenshots pictures `json:"screenshots"`
		Shortcuts   []struct {
			Icons pictures `json:"icons"`
		} `json:"shortcuts"`
	}
	if json.Unmarshal(body, &m) != nil {
		return
	}
	all := slices.Concat(m.Icons, m.Screenshots)
	for _, s := range m.Shortcuts {
		all = append(all, s.Icons...)
	}
	for _, p := range all {
		d.note(p.Src, wantPicture, 0)
	}
}

// target is a mention with its address.
type target struct {
	address string
	want    want
	line    int // of the first
	times   int
}

// targets reads what is mentioned by the address of the document, each address once,
// in order; and what is no address.
func (d *document) targets(from source, page string) (good []target, bad []Skipped) {
	at := from.place(page)
	if d.base != "" {
		if base, _, ok := resolve(at, d.base); ok {
			at = base
		}
	}
	seen := make(map[string]int, len(d.mentions))
	for _, m := range d.mentions {
		p, reason, ok := resolve(at, m.raw)
		if !ok {
			if reason != "" {
				bad = append(bad, Skipped{Address: short(m.raw), Reason: reason, From: Reference{Page: page, Line: m.line}})
			}
			continue
		}
		address := from.address(p)
		if address == "" {
			continue
		}
		if i, found := seen[address]; found {
			good[i].want |= m.want
			good[i].times++
			continue
		}
		seen[address] = len(good)
		good = append(good, target{address: address, want: m.want, line: m.line, times: 1})
	}
	return good, bad
}

// short is the beginning of what is no address.
func short(raw string) string {
	const longest = 200
	if len(raw) > longest {
		raw = raw[:longest]
	}
	return strings.ToValidUTF8(raw, "\uFFFD")
}
