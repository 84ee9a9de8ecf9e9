package phrases

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxDocument is how long a document may be, in bytes; in UTF-16 it is also what it
// may have as UTF-8.
const MaxDocument = 16 << 20

var (
	// ErrTooLarge tells of a document of more than MaxDocument bytes.
	ErrTooLarge = errors.New("phrases: the document is too large")
	// ErrNotText tells of bytes that are not text in UTF-8 or, with a byte order
	// mark, UTF-16.
	ErrNotText = errors.New("phrases: the document is not text")
)

// Document is the visible text of a file, with a map back to its bytes. It is not
// changed by being searched.
type Document struct {
	source []byte // the file in UTF-8 without a byte order mark
	bom    int    // bytes of the mark
	wide   bool   // the file is in UTF-16

	text   []byte // in NFC, block by block
	blocks []span
	runs   []run // in order of text, without gaps
}

// span is from one place to before another.
type span struct{ from, to int }

// run says where a part of the text comes from, up to the next run.
type run struct {
	text   int32 // where it begins there
	from   int32 // and in the source
	to     int32
	copied bool // byte by byte; otherwise all of it stands for all of from to to
}

// open reads a file. What is not UTF-8 stays as it is unless it must be text.
func open(r io.Reader, mustBeText bool) (Document, error) {
	file, err := io.ReadAll(io.LimitReader(r, MaxDocument+1))
	if err != nil {
		return Document{}, fmt.Errorf("phrases: read: %w", err)
	}
	if len(file) > MaxDocument {
		return Document{}, ErrTooLarge
	}
	d := Document{source: file}
	switch {
	case bytes.HasPrefix(file, []byte("\xEF\xBB\xBF")):
		d.source, d.bom = file[3:], 3
	case bytes.HasPrefix(file, []byte("\xFF\xFE")):
		err = d.narrow(file[2:], binary.LittleEndian, mustBeText)
	case bytes.HasPrefix(file, []byte("\xFE\xFF")):
		err = d.narrow(file[2:], binary.BigEndian, mustBeText)
	}
	if err == nil && mustBeText && (!utf8.Valid(d.source) || bytes.IndexByte(d.source, 0) >= 0) {
		err = ErrNotText
	}
	return d, err
}

// narrow takes a file in UTF-16, without its mark.
func (d *Document) narrow(file []byte, order binary.ByteOrder, mustBeText bool) error {
	d.wide, d.bom = true, 2
	d.source = make([]byte, 0, len(file))
	if mustBeText && len(file)%2 != 0 {
		return ErrNotText
	}
	for i := 0; i+1 < len(file); i += 2 {
		r := rune(order.Uint16(file[i:]))
		if utf16.IsSurrogate(r) {
			second := rune(0)
			if i+3 < len(file) {
				second = rune(order.Uint16(file[i+2:]))
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				i += 2
			} else if mustBeText {
				return ErrNotText
			}
		}
		d.source = utf8.AppendRune(d.source, r)
	}
	if len(d.source) > MaxDocument {
		return ErrTooLarge
	}
	return nil
}

// take takes what pens wrote.
func (d *Document) take(pens ...*pen) {
	for _, p := range pens {
		p.cut()
		shift := len(d.text)
		if shift == 0 {
			d.text, d.blocks, d.runs = p.text, p.blocks, p.runs
			continue
		}
		d.text = append(d.text, p.text...)
		for _, b := range p.blocks {
			d.blocks = append(d.blocks, span{b.from + shift, b.to + shift})
		}
		for _, r := range p.runs {
			r.text += int32(shift)
			d.runs = append(d.runs, r)
		}
	}
}

// place returns the bytes of the source from which a part of the text comes, which
// is not empty, and whether its ends are copied.
func place(runs []run, from, to int) (first, behind int, copied bool) {
	at := func(i int) run {
		return runs[sort.Search(len(runs), func(j int) bool { return int(runs[j].text) > i })-1]
	}
	begins, ends := at(from), at(to-1)
	first, behind = int(begins.from), int(ends.to)
	if begins.copied {
		first += from - int(begins.text)
	}
	if ends.copied {
		behind = int(ends.from) + to - int(ends.text)
	}
	return first, behind, begins.copied && ends.copied
}

// pen writes the visible text of a document, block by block.
type pen struct {
	text   []byte
	blocks []span
	runs   []run
	begun  int // where the block begins in text
	begunR int // and in runs
}

// copy writes what stands in the source, from a place on, as it is.
func (p *pen) copy(part []byte, from int) {
	if len(part) == 0 {
		return
	}
	to := int32(from + len(part))
	if n := len(p.runs); n > p.begunR && p.runs[n-1].copied && int(p.runs[n-1].to) == from {
		p.runs[n-1].to = to
	} else {
		p.runs = append(p.runs, run{int32(len(p.text)), int32(from), to, true})
	}
	p.text = append(p.text, part...)
}

// put writes a text for which source[from:to] stands.
func (p *pen) put(text string, from, to int) {
	if text != "" {
		p.runs = append(p.runs, run{int32(len(p.text)), int32(from), int32(to), false})
		p.text = append(p.text, text...)
	}
}

// cut ends the block.
func (p *pen) cut() {
	if len(bytes.TrimSpace(p.text[p.begun:])) == 0 {
		p.text, p.runs = p.text[:p.begun], p.runs[:p.begunR]
		return
	}
	if !norm.NFC.IsNormal(p.text[p.begun:]) {
		p.compose()
	}
	p.blocks = append(p.blocks, span{p.begun, len(p.text)})
	p.begun, p.begunR = len(p.text), len(p.runs)
}

// compose turns the block into NFC, also where markup or an escape stands between
// a letter and its mark.
func (p *pen) compose() {
	shift := p.begun
	text := bytes.Clone(p.text[shift:])
	runs := append([]run(nil), p.runs[p.begunR:]...)
	for i := range runs {
		runs[i].text -= int32(shift)
	}
	p.text, p.runs = p.text[:shift], p.runs[:p.begunR]
	for from := 0; from < len(text); {
		to := from + norm.NFC.NextBoundary(text[from:], true)
		composed := norm.NFC.Bytes(text[from:to])
		first, behind, copied := place(runs, from, to)
		if copied && behind-first == to-from && bytes.Equal(composed, text[from:to]) {
			p.copy(composed, first)
		} else {
			p.put(string(composed), first, behind)
		}
		from = to
	}
}
