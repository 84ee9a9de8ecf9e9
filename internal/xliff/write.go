package xliff

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Who a note is from, in the attribute category of 2.1 and from of 1.2. A stale
// target whose placeholders are no longer those of the source stands in a note:
// as a target every tool would take it for broken, and so would Read.
const (
	noteOurs           = "signet"
	notePreviousSource = "previous-source"
	notePreviousTarget = "previous-target"
)

// Write writes a document. The same document gives the same bytes, and what is
// read back from them is the document. Nothing is written of a document with a
// fault, which is told by an [Error]; other errors are those of w.
func Write(w io.Writer, d Document, v Version) error {
	if v != V21 && v != V12 {
		return refuse(CodeUnsupportedVersion, 0, "there is no version %q", string(v))
	}
	if err := d.check(); err != nil {
		return err
	}
	p := &printer{}
	if v == V21 {
		p.document21(d)
	} else {
		p.document12(d)
	}
	if p.Len() > MaxBytes {
		return refuse(CodeTooLarge, 0, "the file would have more than %d bytes", MaxBytes)
	}
	_, err := w.Write(p.Bytes())
	return err
}

// check returns the first fault of a document, and puts its languages into
// canonical form. It returns error, and not *Error, so that nil is nil.
func (d *Document) check() error {
	if !isKey(d.Item) || d.Number < 0 {
		return refuse(CodeItemInvalid, 0, "%q, version %d, is no version of an item", d.Item, d.Number)
	}
	if len(d.Units) == 0 {
		return refuse(CodeNoUnits, 0, "there is no unit")
	}
	if len(d.Units) > MaxUnits {
		return refuse(CodeTooManyUnits, 0, "more than %d units", MaxUnits)
	}
	seen := make(map[string]bool, len(d.Units))
	targets := false
	for _, u := range d.Units {
		if err := u.check(); err != nil {
			return err.of(u.ID)
		}
		if seen[u.ID] {
			return refuse(CodeUnitIDDuplicate, 0, "two units have this id").of(u.ID)
		}
		seen[u.ID] = true
		targets = targets || u.Target != ""
	}
	var err *Error
	if d.Source, d.Target, err = languages(d.Source, d.Target, targets, 0); err != nil {
		return err
	}
	return nil
}

// languages returns the canonical forms of a pair of languages.
func languages(source, target string, targets bool, line int) (src, trg string, err *Error) {
	if source == "" {
		return "", "", refuse(CodeLanguageMissing, line, "the source language is missing")
	}
	if target == "" && targets {
		return "", "", refuse(CodeLanguageMissing, line, "there are targets, and the target language is missing")
	}
	var ok bool
	if source, ok = canonical(source); !ok {
		return "", "", refuse(CodeLanguageInvalid, line, "the source language is no language tag of BCP 47")
	}
	if target != "" {
		if target, ok = canonical(target); !ok {
			return "", "", refuse(CodeLanguageInvalid, line, "the target language is no language tag of BCP 47")
		}
	}
	return source, target, nil
}

func (u Unit) check() *Error {
	switch {
	case u.ID == "":
		return refuse(CodeUnitIDMissing, 0, "a unit has no id")
	case !isKey(u.ID):
		return refuse(CodeUnitIDInvalid, 0, "an id is words of a-z and 0-9, joined by single dashes")
	case isBlank(u.Source):
		return refuse(CodeSourceMissing, 0, "the source is blank")
	case !u.State.known():
		return refuse(CodeStateInvalid, 0, "there is no state %q", string(u.State))
	case (u.State == Missing) != (u.Target == ""):
		return refuse(CodeStateInvalid, 0, "a unit is missing exactly if it has no target")
	}
	texts := append([]string{u.Source}, u.Notes...)
	if u.Target != "" {
		texts = append(texts, u.Target)
	}
	if u.PreviousSource != "" {
		texts = append(texts, u.PreviousSource)
	}
	for _, text := range texts {
		if isBlank(text) {
			return refuse(CodeTextBlank, 0, "a text is blank")
		}
		if fault := faultOf(text); fault != "" {
			return refuse(fault, 0, "a text has characters that cannot be written")
		}
		if !norm.NFC.IsNormalString(text) {
			return refuse(CodeTextNotNFC, 0, "a text is not in Unicode NFC")
		}
	}
	if u.State != Missing && u.State != Stale && !samePlaceholders(u.Source, u.Target) {
		return refuse(CodePlaceholderMismatch, 0, "the placeholders of the target are not those of the source")
	}
	return nil
}

// targetInNote tells a stale target that stands in a note.
func (u Unit) targetInNote() bool {
	return u.Target != "" && !samePlaceholders(u.Source, u.Target)
}

// original is the attribute that both versions have, and tools keep.
func (d Document) original() string {
	if d.Number == 0 {
		return d.Item
	}
	return d.Item + "/" + strconv.Itoa(d.Number)
}

// note is a note as it is written.
type note struct{ from, text string }

func (u Unit) allNotes() []note {
	var out []note
	for _, text := range u.Notes {
		out = append(out, note{noteOurs, text})
	}
	if u.PreviousSource != "" {
		out = append(out, note{notePreviousSource, u.PreviousSource})
	}
	if u.targetInNote() {
		out = append(out, note{notePreviousTarget, u.Target})
	}
	return out
}

// codeIDs gives each placeholder of a text its id. In the source they are numbered
// from 1 as they come; in a target the nth of a name has the id of the nth of that
// name in the source.
func codeIDs(source string) map[string][]string {
	ids := map[string][]string{}
	for i, m := range placeholder.FindAllStringSubmatch(source, -1) {
		ids[m[1]] = append(ids[m[1]], strconv.Itoa(i+1))
	}
	return ids
}

// printer makes the bytes of a file.
type printer struct{ bytes.Buffer }

const header = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// start writes a start tag on a line of its own, without what closes it.
// attributes are names and values in turn.
func (p *printer) start(depth int, name string, attributes ...string) {
	p.WriteString(strings.Repeat("  ", depth))
	p.tag(name, attributes...)
}

func (p *printer) tag(name string, attributes ...string) {
	p.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		p.WriteString(" " + attributes[i] + `="`)
		p.escape(attributes[i+1])
		p.WriteString(`"`)
	}
}

func (p *printer) open(depth int, name string, attributes ...string) {
	p.start(depth, name, attributes...)
	p.WriteString(">\n")
}

func (p *printer) end(depth int, name string) {
	p.WriteString(strings.Repeat("  ", depth) + "</" + name + ">\n")
}

// leaf writes an element that holds only text.
func (p *printer) leaf(depth int, name, text string, attributes ...string) {
	p.start(depth, name, attributes...)
	p.WriteString(">")
	p.escape(text)
	p.WriteString("</" + name + ">\n")
}

// inline writes a source or a target, which both versions have at one depth; code
// writes a placeholder.
func (p *printer) inline(name, text string, ids map[string][]string, code func(id string, c piece), attributes ...string) {
	p.start(4, name, attributes...)
	p.WriteString(">")
	used := map[string]int{}
	for _, part := range pieces(text) {
		if part.name == "" {
			p.escape(part.text)
			continue
		}
		code(ids[part.name][used[part.name]], part)
		used[part.name]++
	}
	p.WriteString("</" + name + ">\n")
}

// escape also writes tabs and line ends as character references, so that they
// survive a tool that disregards xml:space.
func (p *printer) escape(s string) {
	_ = xml.EscapeText(p, []byte(s)) // a buffer takes everything
}
