package provenance_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signet/assets"
)

// The objects of a small document: catalog, pages, page, what is on it.
var leaves = []string{
	"<< /Type /Catalog /Pages 2 0 R /Lang (vi \\(VN\\)) /A#42 [ 1.50 <</Type/X>> ] >> % the catalog",
	"<</Type/Pages/Kids[3 0 R]/Count 1>>",
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>>>",
	stream("", "0 0.5 0.4 rg 20 20 50 50 re f"),
}

// withMetadata are the same objects, and one with a packet.
func withMetadata(packet string) []string {
	catalog := strings.Replace(leaves[0], "/Lang", "/Metadata\t5 0 R /Lang", 1)
	return append([]string{catalog}, append(slices.Clone(leaves[1:]), packet)...)
}

func stream(entries, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func plainPacket(xmp string) string { return stream("/Type/Metadata/Subtype/XML", xmp) }

func packedPacket(xmp string) string {
	return stream("/Type/Metadata/Subtype/XML/Filter[/FlateDecode]", deflated(xmp))
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

// pdfParts writes objects one after another, from the number first, and returns where
// they are.
func pdfParts(before string, first int, objects []string) (file string, places []int) {
	file = before
	for i, o := range objects {
		places = append(places, len(file))
		file += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", first+i, o)
	}
	return file, places
}

func trailer(size int, entries string, at int) string {
	return fmt.Sprintf("trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", size, entries, at)
}

const pdfBegin = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

// pdf is a document with a table of its objects.
func pdf(entries string, objects ...string) []byte {
	file, places := pdfParts(pdfBegin, 1, objects)
	at := len(file)
	file += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, p := range places {
		file += fmt.Sprintf("%010d 00000 n \n", p)
	}
	return []byte(file + trailer(len(objects)+1, entries, at))
}

// changedPDF is the document with one object written anew behind its end.
func changedPDF(file []byte, number int, o string) []byte {
	s := string(file)
	size, before := 0, 0
	_, _ = fmt.Sscanf(s[strings.LastIndex(s, "/Size"):], "/Size %d", &size)
	_, _ = fmt.Sscanf(s[strings.LastIndex(s, "startxref"):], "startxref\n%d", &before)
	s, places := pdfParts(s, number, []string{o})
	return fmt.Appendf(nil, "%sxref\n%d 1\n%010d 00000 n \n%s", s, number, places[0], trailer(size, fmt.Sprintf("/Prev %d", before), len(s)))
}

// row is an entry of a table that is a stream.
type row struct {
	kind  byte
	at    int
	index byte
}

// streamedPDF is a document whose first three objects are packed into one, with a table
// that is a stream. The table's rows are filtered as in a PNG, each in another way.
func streamedPDF(entries string, objects ...string) []byte {
	last := len(objects)
	heads, bodies := "", ""
	for i, o := range objects[:3] {
		heads += fmt.Sprintf("%d %d ", i+1, len(bodies))
		bodies += o + "\n"
	}
	file, places := pdfParts(pdfBegin, 4, objects[3:])
	rows := []row{{0, 0, 0}, {2, last + 1, 0}, {2, last + 1, 1}, {2, last + 1, 2}}
	for _, p := range places {
		rows = append(rows, row{1, p, 0})
	}
	rows = append(rows, row{1, len(file), 0})
	file += fmt.Sprintf("%d 0 obj\r%s\rendobj\r", last+1, stream(fmt.Sprintf("/Type/ObjStm/N 3/First %d/Filter/FlateDecode", len(heads)), deflated(heads+bodies)))
	at := len(file)
	rows = append(rows, row{1, at, 0})
	table := stream(fmt.Sprintf("/Type/XRef/Size %d/W[1 3 1]/Root 1 0 R%s/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 5>>", len(rows), entries), deflated(filtered(rows)))
	return fmt.Appendf(nil, "%s%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF", file, last+2, table, at)
}

// filtered applies the filters of PNG to rows, each to one of them.
func filtered(rows []row) string {
	var out []byte
	above := make([]byte, 5)
	for i, r := range rows {
		b := binary.BigEndian.AppendUint32(nil, uint32(r.at))
		b = append([]byte{r.kind}, append(b[1:], r.index)...)
		filter := (i + 4) % 5 // the place of the packet is under the most difficult one
		out = append(out, byte(filter))
		for x := range b {
			var left, corner int
			if x > 0 {
				left, corner = int(b[x-1]), int(above[x-1])
			}
			up := int(above[x])
			out = append(out, b[x]-byte([]int{0, left, up, (left + up) / 2, nearest(left, up, corner)}[filter]))
		}
		above = b
	}
	return string(out)
}

// nearest is the predictor of Paeth: what is nearest to left + up - corner.
func nearest(left, up, corner int) int {
	aim, best := left+up-corner, left
	for _, n := range []int{up, corner} {
		if max(aim-n, n-aim) < max(aim-best, best-aim) {
			best = n
		}
	}
	return best
}

// hybridPDF is a document whose last object stands in a stream that its table refers to.
func hybridPDF() []byte {
	file, places := pdfParts(pdfBegin, 1, append(slices.Clone(leaves), "<</Title(Sea)>>"))
	hidden := len(file)
	data := string([]byte{1, 0, byte(places[4] >> 8), byte(places[4])})
	file += "6 0 obj\n" + stream("/Type/XRef/Size 7/W[1 3 0]/Index[5 1]/Root 1 0 R", data) + "\nendobj\n"
	at := len(file)
	file += "xref\r\n0 6\r\n0000000000 65535 f\r\n"
	for _, p := range places[:4] {
		file += fmt.Sprintf("%010d 00000 n\r\n", p)
	}
	file += "0000000000 65535 f\r\n"
	return []byte(file + trailer(7, fmt.Sprintf("/Info 5 0 R/XRefStm %d", hidden), at))
}

func pdfFiles(t testing.TB) map[string]original {
	t.Helper()
	simple := pdf("", leaves...)
	titled := append(slices.Clone(leaves), "<</Title(Sea)/Author(L\xea Ch\xe2n)>>")
	apart := strings.Replace(plainPacket(foreign), fmt.Sprintf("/Length %d", len(foreign)), "/Length 6 0 R", 1)
	files := map[string][]byte{
		"pdf":                     simple,
		"pdf without a last line": bytes.TrimSpace(simple),
		"pdf with a title":        pdf("/Info 5 0 R/ID[<00ff>(a\\)b)]/Own(x)", titled...),
		"pdf with XMP":            pdf("", withMetadata(plainPacket(foreign))...),
		"pdf with packed XMP":     pdf("", withMetadata(packedPacket(foreign))...),
		"pdf with a length apart": pdf("", append(withMetadata(apart), fmt.Sprint(len(foreign)))...),
		"pdf with no object":      pdf("", withMetadata("null")[:4]...),
		"pdf of streams":          streamedPDF("", leaves...),
		"pdf of streams with XMP": streamedPDF("/ID[(a)(b)]", withMetadata(packedPacket(foreign))...),
		"pdf of both":             hybridPDF(),
		"pdf that was changed":    changedPDF(simple, 1, leaves[0]+"\n"),
		"pdf with bytes behind":   append(bytes.Clone(simple), "\n\n"...),
		"pdf with a stamped picture": pdf("", append(slices.Clone(leaves),
			stream("/Type/XObject/Subtype/Image/Width 23/Height 17/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", string(write(t, original{assets.JPEG, jpegFile(t)}, small()).bytes)))...),
	}
	all := map[string]original{}
	for name, file := range files {
		all[name] = original{assets.PDF, file}
	}
	return all
}
