package provenance

import (
	"bytes"
	"encoding/xml"
	"io"

	"signet/domain"
)

const (
	// maxPDF is the length of a PDF that is stamped, and maxTail is more than a stamp adds.
	maxPDF  = 32 << 20
	maxTail = 3 << 20
)

func largePDF() error { return tooLarge("a PDF file may have %d bytes", maxPDF) }

// nsPDFA is the namespace in which a file says that it is PDF/A (ISO 19005).
const nsPDFA = "http://www.aiim.org/pdfa/ns/id/"

// pdfEdits returns what has to change so that a PDF has the stamp and no other: what
// stands behind its end. A stamp that was put there before is cut off.
func pdfEdits(r io.ReaderAt, size int64, s *Stamp) ([]edit, error) {
	f, m, err := openMetadata(r, size)
	if err != nil {
		return nil, err
	}
	before, found, err := f.before(m)
	if err != nil {
		return nil, err
	}
	if found {
		f, m = before.pdfFile, before.pdfPacket
	}
	e := edit{span: span{f.r.Size(), size}}
	if s != nil || m.stamped() {
		if e.put, err = f.tail(m, s); err != nil {
			return nil, err
		}
	}
	return []edit{e}, nil
}

func readPDF(r io.ReaderAt, size int64) (Stamp, bool, error) {
	_, m, err := openMetadata(r, size)
	if err != nil {
		return Stamp{}, false, err
	}
	return m.stamp()
}

// pdfPacket is the packet of a PDF, and the catalog that refers to it (ISO 32000-2, 14.3).
type pdfPacket struct {
	catalog pdfObject
	doc     *document // nil if there is none, or none that can be read
	wrong   error     // why it can't be read
}

func (m pdfPacket) stamp() (Stamp, bool, error) {
	if m.doc == nil {
		return Stamp{}, false, nil
	}
	return m.doc.stamp()
}

// stamped tells whether there is anything of a stamp.
func (m pdfPacket) stamped() bool { return m.doc != nil && len(m.doc.stripping()) > 0 }

func openMetadata(r io.ReaderAt, size int64) (*pdfFile, pdfPacket, error) {
	f, err := openPDF(r, size)
	if err != nil {
		return nil, pdfPacket{}, err
	}
	m, err := f.metadata()
	return f, m, err
}

func (f *pdfFile) metadata() (m pdfPacket, err error) {
	root, ok := f.newest().trailer.reference("Root")
	if !ok {
		return m, broken("the PDF has no catalog")
	}
	if m.catalog, ok, err = f.object(root); err != nil {
		return m, err
	}
	if !ok || m.catalog.stream != 0 || m.catalog.dict.name("Type") != "Catalog" {
		return m, broken("the PDF has no catalog")
	}
	if m.catalog.dict.get("Metadata") == nil {
		return m, nil
	}
	ref, ok := m.catalog.dict.reference("Metadata")
	if !ok {
		return m, broken("the metadata can't be found")
	}
	o, ok, err := f.object(ref)
	if err != nil || !ok {
		return m, err
	}
	xmp, err := f.unpacked(o, maxPacket)
	if err != nil {
		return m, err
	}
	m.doc, m.wrong = scan(xmp, false)
	return m, nil
}

// changed returns the packet that says the stamp and no other; nil if there is none.
func (m pdfPacket) changed(s *Stamp, titled bool) ([]byte, error) {
	if m.wrong != nil {
		return nil, m.wrong
	}
	there := map[xml.Name]bool{{Space: nsDC, Local: "title"}: titled}
	if m.doc == nil || m.doc.wholly() {
		if s == nil {
			return nil, nil
		}
		return packet(*s, there), nil
	}
	doc, err := scan(edited(m.doc.text, m.doc.stripping()), false)
	if err != nil {
		return nil, err
	}
	if doc.names(there); there[xml.Name{Space: nsPDFA, Local: "part"}] { // which allows no namespace that it does not describe
		return nil, protected("the PDF says that it is PDF/A, which it would not be with a stamp")
	}
	if s == nil {
		return doc.text, nil
	}
	e, ok := doc.merging(s, there)
	if !ok {
		return nil, broken("the metadata has no place for a stamp")
	}
	xmp := edited(doc.text, []edit{e})
	if len(xmp) > maxPacket {
		return nil, tooLarge("the metadata may have %d bytes", maxPacket)
	}
	return xmp, nil
}

// earlier is a PDF before its stamp.
type earlier struct {
	*pdfFile
	pdfPacket
}

// before returns the file before its stamp. That it was that is known by writing the
// stamp again: if this does not give the same bytes, what stands behind the end is something
// else, which may show other pages, or was changed since. Then there is none.
func (f *pdfFile) before(m pdfPacket) (was earlier, found bool, err error) {
	s, found, _ := m.stamp()
	end := m.catalog.at - int64(len(tailBegin))
	if !found || end <= 0 {
		return was, false, nil
	}
	if was.pdfFile, was.pdfPacket, err = openMetadata(f.r, end); err != nil {
		return was, false, unlessRefused(err)
	}
	tail, err := was.tail(was.pdfPacket, &s)
	if err != nil {
		return was, false, unlessRefused(err)
	}
	if int64(len(tail)) != f.r.Size()-end {
		return was, false, nil
	}
	there := make([]byte, len(tail))
	err = readPart(f.r, there, end)
	return was, bytes.Equal(there, tail), err
}

func unlessRefused(err error) error {
	if refused := domain.AsError(err); refused == nil {
		return err
	}
	return nil
}
