package provenance

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	// tailBegin ends the last line of a file, which may have no end.
	tailBegin = "\n"
	// maxNumber is the highest number of an object that every program can do with.
	maxNumber = 8_388_607
)

// ofTables are the entries of a trailer that are about its own table.
var ofTables = []string{"Size", "Prev", "XRefStm", "ID", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "F", "FFilter", "FDecodeParms", "DL"}

// tail is what is written behind the end of a PDF (an incremental update, ISO 32000-2,
// 7.5.6), so that all that was there stays: a catalog that refers to a packet, the packet, and a
// table of the kind that the file has.
func (f *pdfFile) tail(m pdfPacket, s *Stamp) ([]byte, error) {
	if err := f.changeable(m); err != nil {
		return nil, err
	}
	titled, err := f.titled()
	if err != nil {
		return nil, err
	}
	xmp, err := m.changed(s, titled)
	if err != nil {
		return nil, err
	}
	free, err := f.free()
	if err != nil {
		return nil, err
	}
	t := tailWriter{end: f.r.Size()}
	t.WriteString(tailBegin)
	edits := []edit{}
	for _, e := range m.catalog.dict.entries {
		if e.name == "Metadata" {
			edits = append(edits, edit{span: e.whole})
		}
	}
	if xmp != nil {
		edits = append(edits, edit{span{2, 2}, fmt.Appendf(nil, "/Metadata %d 0 R", free)})
	}
	t.begin(m.catalog.pdfReference)
	fmt.Fprintf(&t, "%s\nendobj\n", edited(m.catalog.text, edits))
	if xmp != nil {
		t.begin(pdfReference{number: free})
		fmt.Fprintf(&t, "<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(xmp), xmp)
		free++
	}
	trailer := f.trailer(sha256.Sum256(t.Bytes()))
	if f.newest().stream {
		t.placesStream(free, trailer)
	} else {
		t.places(free, trailer)
	}
	return t.Bytes(), nil
}

// changeable refuses what may not be changed. A signature would hold for its part of the
// file, but programs would show the document as changed since, and one that certifies
// forbids it (12.8.2.2).
func (f *pdfFile) changeable(m pdfPacket) error {
	if f.r.Size() > maxPDF {
		return largePDF()
	}
	signed, err := contains(f.r, "/ByteRange") // of every signature, which is never packed
	if err != nil {
		return err
	}
	if signed || m.catalog.dict.get("Perms") != nil {
		return protected("the PDF is signed")
	}
	return nil
}

// contains looks for a text in a file of any length.
func contains(r *io.SectionReader, text string) (bool, error) {
	buffer := make([]byte, 64<<10)
	for at := int64(0); ; at += int64(len(buffer) - len(text)) {
		n, err := r.ReadAt(buffer, at)
		if bytes.Contains(buffer[:n], []byte(text)) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// titled tells whether the document has a title beside its packet (14.3.3).
func (f *pdfFile) titled() (bool, error) {
	ref, ok := f.newest().trailer.reference("Info")
	if !ok {
		return false, nil
	}
	o, _, err := f.object(ref)
	title := o.dict.get("Title")
	return len(title) > len("()"), unlessRefused(err)
}

// free returns the first of two numbers that no object has.
func (f *pdfFile) free() (int64, error) {
	free, ok := f.newest().trailer.number("Size")
	if !ok {
		return 0, broken("the PDF does not say how many objects it has")
	}
	if free+1 > maxNumber {
		return 0, tooLarge("the PDF has more than %d objects", maxNumber)
	}
	for _, number := range []int64{free, free + 1} {
		if e, err := f.find(number); err != nil {
			return 0, err
		} else if e.kind != nowhere {
			return 0, broken("the PDF has more objects than it says")
		}
	}
	return free, nil
}

// trailer is that of the file with a new identifier of its state (14.4), and with the
// place of the table before.
func (f *pdfFile) trailer(state [sha256.Size]byte) string {
	var b bytes.Buffer
	old := f.newest().trailer
	for _, e := range old.entries {
		if !slices.Contains(ofTables, e.name) {
			fmt.Fprintf(&b, "%s\n", old.text[e.whole.from:e.whole.to])
		}
	}
	if id := old.get("ID"); id != nil {
		c := cursor{text: id}
		if c.begins("[") && c.object(0) == nil {
			id = fmt.Appendf(nil, "%s<%x>]", id[:c.at], state[:16])
		}
		fmt.Fprintf(&b, "/ID%s\n", id)
	}
	fmt.Fprintf(&b, "/Prev %d", f.newest().at)
	return b.String()
}

// pdfPlaced is an object that was written.
type pdfPlaced struct {
	pdfReference
	at int64
}

// tailWriter knows where in the file things are.
type tailWriter struct {
	bytes.Buffer
	end    int64 // of the file before
	placed []pdfPlaced
}

func (t *tailWriter) at() int64 { return t.end + int64(t.Len()) }

func (t *tailWriter) begin(o pdfReference) {
	t.placed = append(t.placed, pdfPlaced{o, t.at()})
	fmt.Fprintf(t, "%d %d obj\n", o.number, o.generation)
}

// places writes a table (7.5.4).
func (t *tailWriter) places(size int64, trailer string) {
	at := t.at()
	t.WriteString("xref\n")
	for _, o := range t.placed {
		fmt.Fprintf(t, "%d 1\n%010d %05d n \n", o.number, o.at, o.generation)
	}
	fmt.Fprintf(t, "trailer\n<<%s/Size %d>>\nstartxref\n%d\n%%%%EOF\n", trailer, size, at)
}

// placesStream writes the same as a stream (7.5.8), whose number is the highest.
func (t *tailWriter) placesStream(number int64, trailer string) {
	at := t.at()
	t.begin(pdfReference{number: number})
	var index, data []byte
	for _, o := range t.placed {
		index = fmt.Appendf(index, " %d 1", o.number)
		data = append(data, 1)
		data = binary.BigEndian.AppendUint32(data, uint32(o.at))
		data = binary.BigEndian.AppendUint16(data, uint16(o.generation))
	}
	fmt.Fprintf(t, "<<%s/Size %d/Type/XRef/W[1 4 2]/Index[%s]/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		trailer, number+1, index[1:], len(data), data, at)
}
