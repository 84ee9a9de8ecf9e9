package provenance

import "bytes"

// pdfPlaceKind says how an object is stored.
type pdfPlaceKind int

const (
	nowhere pdfPlaceKind = iota // there is none
	inPlace
	inObject
)

// pdfPlace tells where an object is: in the file, or in which object.
type pdfPlace struct {
	kind pdfPlaceKind
	at   int64
}

// pdfSection is one table of places: a cross-reference table or stream (7.5.4, 7.5.8).
type pdfSection struct {
	at      int64
	trailer pdfDict
	parts   []pdfPart
	data    []byte  // of a stream
	widths  []int64 // of the three fields of an entry in a stream
	stream  bool
}

// pdfPart is about objects of consecutive numbers.
type pdfPart struct {
	first, count int64
	at           int64 // of its first entry, in the file or the data
}

// plainEntry is the length of an entry in a table.
const plainEntry = 20

// readSections reads from the newest table to the oldest.
func (f *pdfFile) readSections(at int64) error {
	for {
		s, err := f.readSection(at)
		if err != nil {
			return err
		}
		f.sections = append(f.sections, s)
		if hidden, ok := s.trailer.number("XRefStm"); ok && !s.stream { // for who can read streams
			behind, err := f.readSection(hidden)
			if err != nil {
				return err
			}
			if !behind.stream {
				return broken("a table of objects can't be read")
			}
			f.sections = append(f.sections, behind)
		}
		earlier := s.trailer.get("Prev")
		if earlier == nil {
			return nil
		}
		var ok bool
		if at, ok = s.trailer.number("Prev"); !ok {
			return broken("the tables of objects can't be read")
		}
		if len(f.sections) >= maxSections {
			return tooLarge("the PDF was changed more than %d times", maxSections)
		}
	}
}

func (f *pdfFile) readSection(at int64) (*pdfSection, error) {
	s := &pdfSection{at: at}
	begin, err := f.window(at, 4)
	if err != nil {
		return nil, err
	}
	if string(begin) != "xref" {
		s.stream = true
		return s, f.readPlacesStream(s)
	}
	for at += 4; ; {
		next, p, err := f.readPart(at)
		if err != nil {
			return nil, err
		}
		if p.at == 0 {
			return s, f.parse(next, func(c *cursor) (err error) {
				s.trailer, err = c.dict()
				return err
			})
		}
		if err := f.add(s, p); err != nil {
			return nil, err
		}
		at = next
	}
}

func (f *pdfFile) add(s *pdfSection, p pdfPart) error {
	if f.parts++; f.parts > maxParts {
		return tooLarge("the tables of objects have more than %d parts", maxParts)
	}
	s.parts = append(s.parts, p)
	return nil
}

// readPart reads the head of a part of a table, or the word before the trailer.
func (f *pdfFile) readPart(at int64) (next int64, p pdfPart, err error) {
	text, err := f.window(at, 64)
	if err != nil {
		return 0, p, err
	}
	c := cursor{text: text}
	if c.space(); c.begins("trailer") {
		return at + int64(c.at), p, nil
	}
	var ok, ok2 bool
	p.first, ok = c.number()
	p.count, ok2 = c.number()
	c.space()
	p.at = at + int64(c.at)
	next = p.at + plainEntry*p.count
	if !ok || !ok2 || next > f.r.Size() {
		return 0, p, broken("a table of objects can't be read")
	}
	return next, p, nil
}

// readPlacesStream reads a section that is a stream.
func (f *pdfFile) readPlacesStream(s *pdfSection) error {
	o, err := f.objectAt(s.at)
	if err != nil {
		return err
	}
	var ok bool
	s.trailer = o.dict
	s.widths, ok = o.dict.numbers("W")
	if o.dict.name("Type") != "XRef" || !ok || len(s.widths) != 3 || max(s.widths[0], s.widths[1], s.widths[2]) > 7 || s.width() == 0 {
		return broken("there is no table of objects where one should be")
	}
	if s.data, err = f.unpacked(o, maxUnpacked); err != nil {
		return err
	}
	size, _ := o.dict.number("Size")
	index := []int64{0, size}
	if o.dict.get("Index") != nil {
		if index, ok = o.dict.numbers("Index"); !ok || len(index)%2 != 0 {
			return broken("a table of objects can't be read")
		}
	}
	at := int64(0)
	for ; len(index) > 0; index = index[2:] {
		if err := f.add(s, pdfPart{index[0], index[1], at}); err != nil {
			return err
		}
		if at += index[1] * s.width(); at > int64(len(s.data)) {
			return broken("a table of objects is too short")
		}
	}
	return nil
}

func (s *pdfSection) width() int64 { return s.widths[0] + s.widths[1] + s.widths[2] }

// find tells where the object of a number is.
func (f *pdfFile) find(number int64) (pdfPlace, error) {
	for _, s := range f.sections {
		for _, p := range s.parts {
			if number < p.first || number >= p.first+p.count {
				continue
			}
			e, err := f.entry(s, p, number-p.first)
			hides := e.kind == nowhere && !s.stream && s.trailer.get("XRefStm") != nil // what the stream knows
			if err != nil || !hides {
				return e, err
			}
		}
	}
	return pdfPlace{}, nil
}

func (f *pdfFile) entry(s *pdfSection, p pdfPart, i int64) (pdfPlace, error) {
	if s.stream {
		return s.packedEntry(p.at + i*s.width()), nil
	}
	text, err := f.window(p.at+i*plainEntry, plainEntry)
	if err != nil {
		return pdfPlace{}, err
	}
	at, ok := wholeNumber(string(text[:10]))
	if !ok || text[10] != ' ' || text[16] != ' ' || len(bytes.Trim(text[18:], "\r\n ")) > 0 {
		return pdfPlace{}, broken("a table of objects can't be read")
	}
	switch text[17] {
	case 'n':
		return pdfPlace{inPlace, at}, nil
	case 'f':
		return pdfPlace{}, nil
	}
	return pdfPlace{}, broken("a table of objects can't be read")
}

func (s *pdfSection) packedEntry(at int64) pdfPlace {
	field := func(width int64) (n int64) {
		for _, b := range s.data[at : at+width] {
			n = n<<8 | int64(b)
		}
		at += width
		return n
	}
	kind := int64(inPlace)
	if s.widths[0] > 0 {
		kind = field(s.widths[0])
	}
	switch second := field(s.widths[1]); kind {
	case 1:
		return pdfPlace{inPlace, second}
	case 2:
		return pdfPlace{inObject, second}
	}
	return pdfPlace{}
}
