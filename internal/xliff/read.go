package xliff

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Read reads a file of either version. All of r up to MaxBytes is read before
// anything is understood, and one fault refuses the whole file: an [Error] with
// the line. Other errors are those of r.
//
// The segments of a unit are joined as they follow each other, targets as their
// attribute order says (2.1); what lies between the segments is taken from the
// source where the target leaves it out. A unit of which not all segments are
// translated is Missing, and has no target. Several files in one are joined if
// they are of the same item, version and languages.
func Read(r io.Reader) (Document, Version, error) {
	b, err := readBytes(r)
	if err != nil {
		return Document{}, "", err
	}
	d := &documentReader{decoder: newDecoder(b), ids: map[string]bool{}}
	if err := d.root(); err != nil {
		return Document{}, "", err
	}
	if err := d.body(); err != nil {
		return Document{}, "", err
	}
	if err := d.finish(); err != nil {
		return Document{}, "", err
	}
	return d.Document, d.dialect.version, nil
}

// dialect is in what the structure of the two versions differs.
type dialect struct {
	version    Version
	namespace  string
	unit       string   // the element of a unit
	containers []string // the elements between the root and a unit
	read       func(*node) (Unit, *Error)
}

var dialects = []dialect{
	{V21, namespace21, "unit", []string{"file", "group"}, unit21},
	{V12, namespace12, "trans-unit", []string{"file", "body", "group"}, unit12},
}

// documentReader is a document of which a part was read.
type documentReader struct {
	Document
	*decoder

	dialect dialect
	rootAt  int             // line of the root
	fileAt  int             // line of the first file, 0 before it
	inFile  int             // depth of the file that is being read, 0 outside
	ids     map[string]bool // of units
	targets bool            // a unit has one
}

func (d *documentReader) root() error {
	for {
		token, err := d.next()
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		d.rootAt = d.line
		i := slices.IndexFunc(dialects, func(l dialect) bool { return l.namespace == start.Name.Space })
		version := attribute(start.Attr, "version")
		switch {
		case start.Name.Local != "xliff":
			return refuse(CodeNotXLIFF, d.line, "the root is <%s>, and not <xliff>", start.Name.Local)
		case i < 0 || version != string(dialects[i].version):
			return refuse(CodeUnsupportedVersion, d.line, "version %q, of namespace %q, is not read; 2.1 and 1.2 are", version, start.Name.Space)
		}
		d.dialect = dialects[i]
		d.Source, d.Target = attribute(start.Attr, "srcLang"), attribute(start.Attr, "trgLang")
		return nil
	}
}

// body reads what is in the root, and sees that nothing comes after it.
func (d *documentReader) body() error {
	for {
		token, err := d.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := d.element(t); err != nil {
				return err
			}
		case xml.EndElement:
			if d.depth < d.inFile {
				d.inFile = 0
			}
		}
	}
}

func (d *documentReader) element(t xml.StartElement) error {
	ours := t.Name.Space == d.dialect.namespace
	switch {
	case ours && t.Name.Local == d.dialect.unit:
		return d.unit(t)
	case ours && t.Name.Local == "file":
		return d.file(t)
	case ours && slices.Contains(d.dialect.containers, t.Name.Local):
		return nil
	}
	return d.skip()
}

// file reads of which item and version a file is, and in 1.2 its languages.
func (d *documentReader) file(t xml.StartElement) error {
	if d.inFile != 0 {
		return refuse(CodeNotXLIFF, d.line, "a file is inside another")
	}
	d.inFile = d.depth
	original := attribute(t.Attr, "original")
	if original == "" { // which 2.1 does not ask for
		original = attribute(t.Attr, "id")
	}
	item, number, err := parseOriginal(original, d.line)
	if err != nil {
		return err
	}
	source, target := d.Source, d.Target
	if d.dialect.version == V12 {
		source, target = attribute(t.Attr, "source-language"), attribute(t.Attr, "target-language")
	}
	if d.fileAt == 0 {
		d.fileAt = d.line
		d.Item, d.Number, d.Source, d.Target = item, number, source, target
		return nil
	}
	if item != d.Item || number != d.Number {
		return refuse(CodeSeveralItems, d.line, "the files are of different items or versions")
	}
	if source != d.Source || target != d.Target {
		return refuse(CodeSeveralLanguages, d.line, "the files are in different languages")
	}
	return nil
}

func parseOriginal(original string, line int) (item string, number int, err error) {
	item, digits, numbered := strings.Cut(original, "/")
	if numbered {
		number, err = strconv.Atoi(digits)
	}
	if err != nil || !isKey(item) || numbered && (number < 1 || strconv.Itoa(number) != digits) {
		return "", 0, refuse(CodeItemInvalid, line, "the file does not tell of which item and version it is")
	}
	return item, number, nil
}

func (d *documentReader) unit(t xml.StartElement) error {
	if d.inFile == 0 {
		return refuse(CodeNotXLIFF, d.line, "a unit stands outside of a file")
	}
	n, err := d.tree(t)
	if err != nil {
		return err
	}
	id := n.attr("id")
	switch {
	case id == "":
		return refuse(CodeUnitIDMissing, n.line, "a unit has no id")
	case !isKey(id):
		return refuse(CodeUnitIDInvalid, n.line, "an id is words of a-z and 0-9, joined by single dashes")
	case d.ids[id]:
		return refuse(CodeUnitIDDuplicate, n.line, "a second unit has this id").of(id)
	case len(d.Units) == MaxUnits:
		return refuse(CodeTooManyUnits, n.line, "more than %d units", MaxUnits)
	}
	u, fault := d.dialect.read(n)
	if fault != nil {
		return fault.of(id)
	}
	u.ID = id
	d.ids[id] = true
	d.targets = d.targets || u.Target != ""
	d.Units = append(d.Units, u)
	return nil
}

// finish judges the document as a whole.
func (d *documentReader) finish() error {
	line := d.rootAt
	if d.dialect.version == V12 && d.fileAt != 0 {
		line = d.fileAt // where 1.2 has the languages
	}
	if len(d.Units) == 0 {
		return refuse(CodeNoUnits, line, "there is no unit in the file")
	}
	var err *Error
	if d.Source, d.Target, err = languages(d.Source, d.Target, d.targets, line); err != nil {
		return err
	}
	return nil
}
