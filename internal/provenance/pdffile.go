package provenance

import (
	"bytes"
	"errors"
	"io"
)

// What is read of a PDF. Objects are read where they are needed, and nowhere else: a
// reader that takes all in can be made to hold thousands of times the file.
const (
	maxObject   = 1 << 20  // bytes of an object without its stream
	maxUnpacked = 8 << 20  // bytes of a stream that holds objects or their places
	pdfBudget   = 32 << 20 // bytes that are read or unpacked, in all
	maxSections = 1024     // tables of places, one for each time that the file was changed
	maxParts    = 100_000  // parts of these tables
)

// pdfFile is a PDF file (ISO 32000-2, 7.5).
type pdfFile struct {
	r        *io.SectionReader
	sections []*pdfSection // the newest first
	parts    int
	budget   int64
}

// openPDF reads the tables of places. Refusals: broken, too_large, protected for what is encrypted.
func openPDF(r io.ReaderAt, size int64) (*pdfFile, error) {
	f := &pdfFile{r: io.NewSectionReader(r, 0, size), budget: pdfBudget}
	if size > maxPDF+maxTail {
		return nil, largePDF()
	}
	begin, err := f.window(0, 5)
	if err != nil {
		return nil, err
	}
	if string(begin) != "%PDF-" {
		return nil, broken("this is no PDF")
	}
	at, err := f.start()
	if err != nil {
		return nil, err
	}
	if err := f.readSections(at); err != nil {
		return nil, err
	}
	if f.newest().trailer.get("Encrypt") != nil {
		return nil, protected("the PDF is encrypted")
	}
	return f, nil
}

func (f *pdfFile) newest() *pdfSection { return f.sections[0] }

// start returns where the newest table of places is.
func (f *pdfFile) start() (int64, error) {
	const most = 2048 // readers look for it in the last 1024 bytes
	end, err := f.window(max(0, f.r.Size()-most), most)
	if err != nil {
		return 0, err
	}
	at := bytes.LastIndex(end, []byte("startxref"))
	if at < 0 {
		return 0, broken("the PDF has no end")
	}
	c := cursor{text: end, at: at + len("startxref")}
	start, ok := c.number()
	for c.at < len(end) && isSpace(end[c.at]) {
		c.at++
	}
	if !ok || !c.begins("%%EOF") {
		return 0, broken("the end of the PDF can't be read")
	}
	return start, nil
}

// window reads up to n bytes from a place.
func (f *pdfFile) window(at, n int64) ([]byte, error) {
	if at > f.r.Size() {
		return nil, broken("something is said to be behind the end")
	}
	n = min(n, f.r.Size()-at)
	if err := f.spend(n); err != nil {
		return nil, err
	}
	part := make([]byte, n)
	return part, readPart(f.r, part, at)
}

// spend sees that reading has an end.
func (f *pdfFile) spend(n int64) error {
	if f.budget -= n; f.budget < 0 {
		return tooLarge("the PDF has too much in it")
	}
	return nil
}

// parse reads as much from a place as parse needs to come to its end.
func (f *pdfFile) parse(at int64, parse func(c *cursor) error) error {
	for n := int64(4 << 10); ; n *= 4 {
		text, err := f.window(at, n)
		if err != nil {
			return err
		}
		err = parse(&cursor{text: text})
		switch {
		case !errors.Is(err, errCutOff):
			return err
		case int64(len(text)) < n:
			return broken("the file ends within an object")
		case n >= maxObject:
			return tooLarge("an object has more than %d bytes", maxObject)
		}
	}
}

// pdfObject is an indirect one.
type pdfObject struct {
	pdfReference
	text   []byte  // without what is around it, and without its stream
	dict   pdfDict // empty if it is none
	at     int64   // where it begins; 0 if it is packed into another one
	stream int64   // where the data of its stream begin; 0 if it has none
}

// objectAt reads what stands at a place.
func (f *pdfFile) objectAt(at int64) (o pdfObject, err error) {
	err = f.parse(at, func(c *cursor) error {
		number, ok := c.number()
		generation, ok2 := c.number()
		if c.space(); !ok || !ok2 || generation > 0xFFFF || c.word() != "obj" {
			return broken("there is no object where one should be")
		}
		c.space()
		from := c.at
		if err := c.object(0); err != nil {
			return err
		}
		o = pdfObject{pdfReference: pdfReference{number, generation}, text: c.text[from:c.at], at: at}
		c.space()
		word := c.word()
		switch {
		case len(c.text)-c.at < 2:
			return errCutOff
		case word == "endobj":
		case word == "stream" && (c.begins("\r\n") || c.begins("\n")):
			o.stream = at + int64(c.at)
		default:
			return broken("an object has no end")
		}
		return o.readDict()
	})
	return o, err
}

func (o *pdfObject) readDict() (err error) {
	if bytes.HasPrefix(o.text, []byte("<<")) {
		o.dict, err = (&cursor{text: o.text}).dict()
	}
	return err
}

// object finds an indirect one; false if the file has none of the number.
func (f *pdfFile) object(ref pdfReference) (pdfObject, bool, error) {
	e, err := f.find(ref.number)
	if err != nil || e.kind == nowhere {
		return pdfObject{}, false, err
	}
	if e.kind == inObject {
		o, err := f.packed(e.at, ref)
		return o, err == nil, err
	}
	o, err := f.objectAt(e.at)
	if err == nil && o.pdfReference != ref {
		err = broken("another object stands where %d should be", ref.number)
	}
	return o, err == nil, err
}
