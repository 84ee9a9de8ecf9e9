package provenance_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"signet/assets"
	"signet/domain"
	"signet/internal/provenance"
	"signet/internal/testneeds"
)

func TestPDFsThatAreCutOffAtAnyByte(t *testing.T) {
	for _, name := range []string{"pdf", "pdf of streams with XMP"} {
		o := pdfFiles(t)[name]
		whole := write(t, o, small())
		for n := 0; n < len(whole.bytes); n += everyByte() {
			s, found, err := provenance.Read(bytes.NewReader(whole.bytes), int64(n), assets.PDF)
			if found && (s != small() || n < len(whole.bytes)-1) {
				t.Fatalf("%s: %d bytes: %+v", name, n, s)
			}
			if !found && err != nil {
				refused(t, err, provenance.Broken)
			}
			if !found && err == nil && n < len(o.bytes)-1 {
				t.Fatalf("%s: %d bytes are taken for a document", name, n)
			}
		}
		_, _, err := provenance.Read(bytes.NewReader(whole.bytes[:20]), int64(len(whole.bytes)), assets.PDF)
		refused(t, err, provenance.Broken)
	}
}

func TestALargePDF(t *testing.T) {
	of := func(bytes int) original {
		return original{assets.PDF, pdf("", append(slices.Clone(leaves), stream("", strings.Repeat("x", bytes)))...)}
	}
	if !testneeds.Race {
		says(t, write(t, of(31<<20), full()), full())
	}
	o := of(32 << 20)
	refused(t, provenance.Write(io.Discard, bytes.NewReader(o.bytes), int64(len(o.bytes)), assets.PDF, full()), provenance.TooLarge)
	if _, found, err := read(o); found || err != nil {
		t.Error(found, err)
	}
	_, _, err := provenance.Read(bytes.NewReader(nil), 40<<20, assets.PDF)
	refused(t, err, provenance.TooLarge)
}

// table is a document with a stream for a table that says what is given.
func table(entries, data string) []byte {
	return fmt.Appendf(nil, "%s1 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF", pdfBegin, stream("/Type/XRef/Root 1 0 R"+entries, data), len(pdfBegin))
}

func TestPDFsThatAreNotWhatTheyShouldBe(t *testing.T) {
	simple := string(pdf("", leaves...))
	with := func(from, to string) []byte { return []byte(strings.Replace(simple, from, to, 1)) }
	catalog := func(entries string) []byte {
		return pdf("", append([]string{strings.Replace(leaves[0], "/Lang", entries+"/Lang", 1)}, leaves[1:]...)...)
	}
	packet := func(o string) []byte { return pdf("", withMetadata(o)...) }
	ten := strings.Repeat("x", 10)
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, "/X%d 1", i)
	}
	for name, c := range map[string]struct {
		file   []byte
		reason string
	}{
		"nothing":                             {nil, provenance.Broken},
		"a PNG":                               {pngFile(t), provenance.Broken},
		"no end":                              {with("startxref", "startxxxx"), provenance.Broken},
		"an end in a comment":                 {append(with("startxref", "xstartref"), "startxref %"...), provenance.Broken},
		"an end that can't be read":           {with("startxref\n", "startxref\nx"), provenance.Broken},
		"a table behind the end":              {with("startxref\n", "startxref\n9"), provenance.Broken},
		"a table that is none":                {with("xref\n0 5", "yref\n0 5"), provenance.Broken},
		"a table of words":                    {with("xref\n0 5", "xref\nx 5"), provenance.Broken},
		"a table that is long":                {with("xref\n0 5", "xref\n0 9999999999"), provenance.Broken},
		"a table that begins elsewhere":       {with("xref\n0 5", "xref\n1 5"), provenance.Broken},
		"a table with another kind of entry":  {with(" 00000 n", " 00000 x"), provenance.Broken},
		"a table with a short line":           {with(" 00000 n \n", " 00000 n\n"), provenance.Broken},
		"a trailer that is none":              {with("trailer\n<<", "trailer\n[["), provenance.Broken},
		"no root":                             {with("/Root 1 0 R", ""), provenance.Broken},
		"a root that is nowhere":              {with("/Root 1 0 R", "/Root 9 0 R"), provenance.Broken},
		"a root that is no catalog":           {with("/Root 1 0 R", "/Root 2 0 R"), provenance.Broken},
		"a packed root of another generation": {bytes.Replace(streamedPDF("", leaves...), []byte("/Root 1 0"), []byte("/Root 1 1"), 1), provenance.Broken},
		"a root of too high a generation":     {[]byte(strings.NewReplacer("\n1 0 obj", "\n1 99999 obj", "/Root 1 0", "/Root 1 99999").Replace(simple)), provenance.Broken},
		"a root of another generation":        {with("/Root 1 0 R", "/Root 1 1 R"), provenance.Broken},
		"a catalog without an end":            {with("endobj\n2 0 obj", "xndobj\n2 0 obj"), provenance.Broken},
		"a catalog that can't be read":        {catalog("/X ) "), provenance.Broken},
		"a catalog with two packets":          {catalog("/Metadata 8 0 R /Metadata 9 0 R"), provenance.Broken},
		"the same, hidden":                    {catalog("/Metadata 8 0 R /Meta#64ata 9 0 R"), provenance.Broken},
		"a packet that is not apart":          {catalog("/Metadata<</Type/Metadata>>"), provenance.Broken},
		"a packet that is a number":           {packet("7"), provenance.Broken},
		"a packet that is a dictionary":       {packet("<</Length 0>>"), provenance.Broken},
		"a packet of another length":          {packet(strings.Replace(stream("", rdf("")+"  "), fmt.Sprint(len(rdf(""))+2), fmt.Sprint(len(rdf(""))), 1)), provenance.Broken},
		"a packet of no length":               {packet("<<>>\nstream\n12345\nendstream"), provenance.Broken},
		"a packet that is its length":         {packet("<</Length 5 0 R>>\nstream\n12345\nendstream"), provenance.Broken},
		"a packet longer than the file":       {packet("<</Length 99999>>\nstream\n12345\nendstream"), provenance.Broken},
		"a packet in another packing":         {packet(stream("/Filter/LZWDecode", ten)), provenance.Broken},
		"a packet in a wrong packing":         {packet(stream("/Filter/FlateDecode", ten)), provenance.Broken},
		"a packet in an unusual packing":      {packet(stream("/Filter/FlateDecode/DecodeParms<</Predictor 2>>", deflated(ten))), provenance.Broken},
		"a packet in a packing of no width":   {packet(stream("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 0>>", deflated(ten))), provenance.Broken},
		"a packet in a filter that is none":   {packet(stream("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", deflated(ten))), provenance.Broken},
		"a packet that unpacks to a lot":      {packet(packedPacket(strings.Repeat(" ", 2<<20))), provenance.TooLarge},
		"a packet that is long":               {packet(plainPacket(strings.Repeat(" ", 2<<20))), provenance.TooLarge},
		"objects nested deeply":               {catalog("/X" + strings.Repeat("[", 100) + strings.Repeat("]", 100)), provenance.TooLarge},
		"objects nested without an end":       {catalog("/X" + strings.Repeat("[", 2<<20)), provenance.TooLarge},
		"a catalog that is long":              {catalog("/X(" + strings.Repeat("x", 2<<20) + ")"), provenance.TooLarge},
		"a catalog of many entries":           {catalog(many.String()), provenance.TooLarge},
		"a table that refers to itself":       {with("trailer\n<<", "trailer\n<</Prev "+fmt.Sprint(strings.Index(simple, "xref\n0"))), provenance.TooLarge},
		"a table before it that is none":      {with("trailer\n<<", "trailer\n<</Prev 0"), provenance.Broken},
		"a table before it that is a word":    {with("trailer\n<<", "trailer\n<</Prev(x)"), provenance.Broken},
		"a hidden table that is none":         {with("trailer\n<<", "trailer\n<</XRefStm "+fmt.Sprint(strings.Index(simple, "xref\n0"))), provenance.Broken},
		"a table of many parts":               {with("xref\n", "xref\n"+strings.Repeat("0 0\n", 200_000)), provenance.TooLarge},
		"a streamed table of no width":        {table("/W[0 0 0]/Size 9", ten), provenance.Broken},
		"a streamed table of great width":     {table("/W[1 8 1]/Size 2", string(make([]byte, 10))+"\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00"), provenance.Broken},
		"a streamed table of two widths":      {table("/W[1 2]/Size 9", ten), provenance.Broken},
		"a streamed table that is short":      {table("/W[1 2 1]/Size 9", ten[:4]), provenance.Broken},
		"a streamed table of one number":      {table("/W[1 2 1]/Index[0]/Size 9", ten), provenance.Broken},
		"a streamed table with a word":        {table("/W[1 2 1]/Index[0 x]/Size 9", ten), provenance.Broken},
		"a streamed table of another kind":    {bytes.Replace(table("/W[1 2 1]/Size 2", ten), []byte("XRef"), []byte("XRex"), 1), provenance.Broken},
		"a streamed table of unknown length":  {bytes.Replace(table("/W[1 2 1]/Size 2", ten), []byte("/Length 10"), []byte("/Length 1 0 R"), 1), provenance.Broken},
		"a streamed table with much in it":    {table("/W[1 2 1]/Size 2/Filter/FlateDecode", deflated(strings.Repeat(" ", 9<<20))), provenance.TooLarge},
		"a streamed table before itself":      {table("/W[1 2 1]/Size 2/Prev "+fmt.Sprint(len(pdfBegin)), strings.Repeat(" ", 7<<20)), provenance.TooLarge},
		"a streamed table that has no object": {table("/W[1 2 1]/Size 2", string(make([]byte, 8))), provenance.Broken},
		"a catalog that is packed in itself":  {table("/W[1 1 1]/Size 2", "\x00\x00\x00\x02\x01\x00"), provenance.Broken},
		"a catalog packed into a table":       {table("/W[1 1 1]/Index[1 2]/Size 2", "\x02\x02\x00\x01\x0f\x00"), provenance.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := provenance.Write(io.Discard, bytes.NewReader(c.file), int64(len(c.file)), assets.PDF, full())
			runtime.ReadMemStats(&after)
			refused(t, err, c.reason)
			if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
				t.Errorf("%d bytes were taken", used)
			}
			if _, found, err := read(original{assets.PDF, c.file}); found || err != nil && domain.AsError(err) == nil {
				t.Error(found, err)
			}
		})
	}
}

func TestObjectsThatArePackedWronglyAreBroken(t *testing.T) {
	whole := string(streamedPDF("", leaves...))
	begin, end := strings.Index(whole, "5 0 obj"), strings.Index(whole, "6 0 obj")
	for name, holder := range map[string]string{
		"another kind":             stream("/Type/Catalog/N 3/First 10", "1 0 2 9 3 9 <</Type/Catalog>>"),
		"no stream":                "<</Type/ObjStm/N 3/First 10>>",
		"no count":                 stream("/Type/ObjStm/First 10", "1 0 2 9 3 9 <</Type/Catalog>>"),
		"a beginning behind it":    stream("/Type/ObjStm/N 3/First 99", "1 0 2 9 3 9 <</Type/Catalog>>"),
		"another object":           stream("/Type/ObjStm/N 1/First 4", "7 0 <</Type/Catalog>>"),
		"words for numbers":        stream("/Type/ObjStm/N 1/First 4", "1 x <</Type/Catalog>>"),
		"an object behind it":      stream("/Type/ObjStm/N 1/First 5", "1 99 <</Type/Catalog>>"),
		"an object without an end": stream("/Type/ObjStm/N 1/First 4", "1 0 <</Type/Catalog"),
		"a length that is packed":  strings.Replace(stream("/Type/ObjStm/N 1/First 4", "1 0 <</Type/Catalog>>"), "/Length 21", "/Length 2 0 R", 1),
		"a length that is a name":  strings.Replace(stream("/Type/ObjStm/N 1/First 4", "1 0 <</Type/Catalog>>"), "/Length 21", "/Length 4 0 R", 1),
	} {
		if len(holder) > end-begin-20 {
			t.Fatalf("%s: there is no room", name)
		}
		file := whole[:begin] + fmt.Sprintf("5 0 obj\n%s\nendobj%*s\n", holder, end-begin-len(holder)-16, "") + whole[end:]
		_, found, err := read(original{assets.PDF, []byte(file)})
		if found {
			t.Error(name)
		}
		refused(t, err, provenance.Broken)
	}
	_, _, err := read(original{assets.PDF, []byte(whole[:begin] + "9" + whole[begin+1:])})
	refused(t, err, provenance.Broken)

	// The catalog does not have to be the first one.
	moved := string(streamedPDF("", leaves[1], leaves[2], leaves[0], leaves[3]))
	o := original{assets.PDF, []byte(strings.Replace(moved, "/Root 1 0 R", "/Root 3 0 R", 1))}
	says(t, write(t, o, full()), full())
}

func TestAPDFThatDoesNotSayHowManyObjectsItHasIsNotStamped(t *testing.T) {
	for from, to := range map[string]string{"/Size 5": "/Size 4", "/Size": "/Sizx"} {
		file := strings.Replace(string(pdf("", leaves...)), from, to, 1)
		refused(t, provenance.Write(io.Discard, strings.NewReader(file), int64(len(file)), assets.PDF, full()), provenance.Broken)
	}
	file := strings.Replace(string(pdf("", leaves...)), "/Size 5", "/Size 8388607", 1)
	refused(t, provenance.Write(io.Discard, strings.NewReader(file), int64(len(file)), assets.PDF, full()), provenance.TooLarge)
}

// Readers that take in every object hold thousands of times such a file.
func TestObjectsThatOverlapAreNotRead(t *testing.T) {
	objects := slices.Clone(leaves)
	const length = 600_000
	file, places := pdfParts(pdfBegin, 1, objects)
	for i := range 6000 {
		places = append(places, len(file)+46*i)
	}
	b := []byte(file)
	for i := range 6000 {
		b = fmt.Appendf(b, "%4d 0 obj\n<</Length %d>>\nstream\n%9s\n", 5+i, length, "")
	}
	b = append(b, strings.Repeat("x", length)...)
	at := len(b)
	b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, p := range places {
		b = fmt.Appendf(b, "%010d 00000 n \n", p)
	}
	o := original{assets.PDF, append(b, trailer(len(places)+1, "", at)...)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, found, err := read(o); found || err != nil {
		t.Fatal(found, err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were taken", used)
	}
}
