package provenance

import (
	"bytes"
	"slices"
	"strconv"
)

// pdfDict is a dictionary with the text that it stands in.
type pdfDict struct {
	text    []byte // from "<<" to ">>"
	entries []pdfEntry
}

// pdfEntry is where an entry stands in the text of its dictionary.
type pdfEntry struct {
	name  string
	whole span // with the name
	value []byte
}

// dict passes over white space and a dictionary. One with two entries of a name is
// broken: programs differ in which of them counts.
func (c *cursor) dict() (pdfDict, error) {
	c.space()
	from := c.at
	if !c.begins("<<") {
		if len(c.text)-c.at < 2 {
			return pdfDict{}, errCutOff
		}
		return pdfDict{}, broken("a dictionary is missing")
	}
	var d pdfDict
	for {
		if c.space(); c.begins(">>") {
			d.text = c.text[from:c.at]
			return d, nil
		}
		e, err := c.entry(from)
		if err != nil {
			return pdfDict{}, err
		}
		if slices.ContainsFunc(d.entries, func(other pdfEntry) bool { return other.name == e.name }) {
			return pdfDict{}, broken("a dictionary has two entries of one name")
		}
		if len(d.entries) == maxEntries {
			return pdfDict{}, tooLarge("a dictionary has more than %d entries", maxEntries)
		}
		d.entries = append(d.entries, e)
	}
}

// maxEntries is how many entries a dictionary may have that is read.
const maxEntries = 256

func (c *cursor) entry(from int) (pdfEntry, error) {
	at := c.at
	if c.at == len(c.text) {
		return pdfEntry{}, errCutOff
	}
	if !c.begins("/") {
		return pdfEntry{}, broken("a dictionary can't be read")
	}
	name := nameOf(c.word())
	c.space()
	value := c.at
	if err := c.object(1); err != nil {
		return pdfEntry{}, err
	}
	if err := c.rest(value); err != nil {
		return pdfEntry{}, err
	}
	return pdfEntry{name, span{int64(at - from), int64(c.at - from)}, c.text[value:c.at]}, nil
}

// rest passes over what makes a number a reference, if it is there.
func (c *cursor) rest(value int) error {
	if _, ok := wholeNumber(string(c.text[value:c.at])); !ok {
		return nil
	}
	end := c.at
	if _, ok := c.number(); ok {
		if c.space(); c.word() == "R" {
			return nil
		}
	}
	if c.at == len(c.text) {
		return errCutOff
	}
	c.at = end
	return nil
}

// nameOf is a name without its escapes.
func nameOf(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '#' && i+2 < len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(code))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// get returns the text of a value; nil if there is none.
func (d pdfDict) get(name string) []byte {
	for _, e := range d.entries {
		if e.name == name && string(e.value) != "null" {
			return e.value
		}
	}
	return nil
}

// number returns a value that is a whole number.
func (d pdfDict) number(name string) (int64, bool) { return wholeNumber(string(d.get(name))) }

// name returns a value that is a name; "" if it is none.
func (d pdfDict) name(name string) string {
	value, ok := bytes.CutPrefix(d.get(name), []byte("/"))
	if !ok {
		return ""
	}
	return nameOf(string(value))
}

// numbers returns a value that is an array of whole numbers.
func (d pdfDict) numbers(name string) ([]int64, bool) {
	c := cursor{text: d.get(name)}
	if !c.begins("[") {
		return nil, false
	}
	var all []int64
	for {
		if c.space(); c.begins("]") {
			return all, true
		}
		n, ok := c.number()
		if !ok {
			return nil, false
		}
		all = append(all, n)
	}
}

// pdfReference is the number and generation of an indirect object.
type pdfReference struct{ number, generation int64 }

// reference returns a value that is a reference.
func (d pdfDict) reference(name string) (pdfReference, bool) {
	c := cursor{text: d.get(name)}
	number, ok := c.number()
	generation, ok2 := c.number()
	c.space()
	return pdfReference{number, generation}, ok && ok2 && c.word() == "R"
}
