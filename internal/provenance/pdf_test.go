package provenance_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/assets"
	"signet/internal/provenance"
	"signet/internal/testneeds"
)

func TestAPDFStaysAsItIsBeforeItsStamp(t *testing.T) {
	for name, o := range pdfFiles(t) {
		stamped := write(t, o, full())
		if !bytes.HasPrefix(stamped.bytes, o.bytes) {
			t.Errorf("%s: it was changed", name)
		}
		tail := string(stamped.bytes[len(o.bytes):])
		if !strings.Contains(strings.Join(strings.Fields(tail), " "), "/Pages 2 0 R /Lang (vi \\(VN\\)) /A#42 [ 1.50 <</Type/X>> ] >> endobj") {
			t.Errorf("%s: the catalog says something else: %s", name, tail)
		}
		if streams := strings.Contains(name, "of streams"); strings.Contains(tail, "\nxref\n") == streams || strings.Contains(tail, "/Type/XRef") != streams {
			t.Errorf("%s: the table is of another kind", name)
		}
	}
	all := pdfFiles(t)
	tail := string(write(t, all["pdf with a title"], full()).bytes[len(all["pdf with a title"].bytes):])
	if !strings.Contains(tail, "/ID[<00ff><") || !strings.Contains(tail, "/Own(x)") || !strings.Contains(tail, "/Info 5 0 R") {
		t.Errorf("the trailer says something else: %s", tail)
	}
	for _, name := range []string{"pdf with a title", "pdf of both"} {
		if tail := write(t, all[name], full()).bytes[len(all[name].bytes):]; bytes.Contains(tail, []byte("<dc:title>")) {
			t.Errorf("%s: the title that is there does not win", name)
		}
	}
	for _, name := range []string{"pdf with XMP", "pdf of streams with XMP"} {
		if tail := write(t, all[name], full()).bytes[len(all[name].bytes):]; !bytes.Contains(tail, []byte("Lê Chân")) || bytes.Count(tail, []byte("/Metadata")) != 2 {
			t.Errorf("%s: the packet that is there is lost: %s", name, tail)
		}
	}
}

func TestWhatLooksLikeTheEndOfACatalogIsPassedOver(t *testing.T) {
	for _, entries := range []string{"% >>\r", "% >>\n", "/X(>>)", "/X(\\)>>)", "/X((>)>)", "/X<</Y<</Z[<3E>]>>>>", "/X[(]) << >>]", "/#3E#3e/x", "/X 1/Y 1.0/Z 1 0 R"} {
		o := original{assets.PDF, pdf("", append([]string{strings.Replace(leaves[0], "/Lang", entries+"/Lang", 1)}, leaves[1:]...)...)}
		stamped := write(t, o, full())
		says(t, stamped, full())
		if !bytes.Contains(stamped.bytes[len(o.bytes):], []byte(entries+"/Lang (vi")) || !bytes.Equal(strip(t, stamped).bytes, o.bytes) {
			t.Errorf("%q", entries)
		}
	}
}

func TestAPDFThatWouldSufferFromAStampIsNotStamped(t *testing.T) {
	archive := strings.Replace(foreign, " xmp:CreatorTool", " xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='2' xmp:CreatorTool", 1)
	var longer []byte
	for n := 65_000; bytes.Index(longer, []byte("/ByteRange")) != 64<<10-5; n++ {
		longer = pdf("", append(slices.Clone(leaves), stream("", strings.Repeat("x", n)), "<</Type/Sig/ByteRange[0 10 20 30]>>")...)
	}
	for name, file := range map[string][]byte{
		"a signed one":         pdf("", append(slices.Clone(leaves), "<</Type/Sig/ByteRange[0 10 20 30]/Contents<00>>>")...),
		"a signed one, longer": longer,
		"one with permissions": pdf("", append([]string{strings.Replace(leaves[0], "/Lang", "/Perms<</DocMDP 9 0 R>>/Lang", 1)}, leaves[1:]...)...),
		"an archived one":      pdf("", withMetadata(plainPacket(archive))...),
		"an encrypted one":     pdf("/Encrypt<</Filter/Standard>>", leaves...),
	} {
		o := original{assets.PDF, file}
		refused(t, provenance.Write(io.Discard, bytes.NewReader(file), int64(len(file)), assets.PDF, full()), provenance.Protected)
		if _, found, err := read(o); found || (err != nil) != strings.Contains(name, "encrypted") {
			t.Errorf("%s: %v %v", name, found, err)
		}
		if err := provenance.Strip(io.Discard, bytes.NewReader(file), int64(len(file)), assets.PDF); (err != nil) != strings.Contains(name, "encrypted") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who is told that a file is a certain version by its bytes without the stamp must see
// that version.
func TestWhatIsBehindTheEndIsCutOffOnlyIfItIsAStampAndNothingElse(t *testing.T) {
	for _, name := range []string{"pdf", "pdf of streams", "pdf with XMP"} {
		o := pdfFiles(t)[name]
		stamped := string(write(t, o, full()).bytes)
		at := len(o.bytes)
		for what, forged := range map[string]string{
			"other pages":          stamped[:at] + strings.Replace(stamped[at:], "/Pages 2 0 R", "/Pages 4 0 R", 1),
			"another place":        stamped[:at] + strings.Replace(stamped[at:], "\n1 0 obj", " 1 0 obj", 1),
			"one more object":      string(changedPDF([]byte(stamped), 2, "<</Type/Pages/Kids[]/Count 0>>")),
			"the same, once more":  string(changedPDF([]byte(stamped), 1, leaves[0])),
			"a comment at its end": stamped + "% more",
			"no end of line":       strings.TrimSuffix(stamped, "\n"),
		} {
			f := original{assets.PDF, []byte(forged)}
			bare := strip(t, f)
			if bytes.Equal(bare.bytes, o.bytes) || !bytes.HasPrefix(bare.bytes, f.bytes) {
				t.Errorf("%s, %s: it is taken for the original", name, what)
			}
			if _, found, err := read(bare); found || err != nil {
				t.Errorf("%s, %s: the stamp is still there: %v", name, what, err)
			}
			if name == "pdf" && bytes.Contains(bare.bytes[len(forged):], []byte("/Metadata")) {
				t.Errorf("%s: there is an empty packet", what)
			}
			again := write(t, f, small())
			says(t, again, small())
			if twice := write(t, again, small()); !bytes.Equal(twice.bytes, again.bytes) {
				t.Errorf("%s, %s: the second stamp changes the file", name, what)
			}
		}
	}
}

func TestAStampBehindAnotherStampIsTheOnlyOne(t *testing.T) {
	inside := write(t, pdfFiles(t)["pdf"], small())
	moved := original{assets.PDF, changedPDF(inside.bytes, 2, leaves[1])} // so that it can't be cut off
	outside := write(t, moved, full())
	says(t, outside, full())
	if _, found, err := read(strip(t, outside)); found || err != nil {
		t.Error("there is another stamp", err)
	}
}

func TestOtherProgramsTakeAStampedPDFForAGoodOne(t *testing.T) {
	qpdf, pdfinfo, pdftoppm := testneeds.Command(t, "qpdf"), testneeds.Command(t, "pdfinfo"), testneeds.Command(t, "pdftoppm")
	all := pdfFiles(t)
	for _, form := range [][]string{{"--object-streams=generate"}, {"--linearize"}, {"--linearize", "--object-streams=generate"}} {
		name := "pdf " + strings.Join(form, " ")
		path := filepath.Join(t.TempDir(), "file.pdf")
		run(t, qpdf, append(form, saved(t, all["pdf"]), path)...)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = original{assets.PDF, file}
	}
	for name, o := range all {
		if name == "pdf with a stamped picture" { // which is no picture of three colours
			continue
		}
		t.Run(name, func(t *testing.T) {
			stamped := write(t, o, full())
			if back := strip(t, stamped); !bytes.Equal(back.bytes, o.bytes) {
				t.Error("the original does not come back")
			}
			path := saved(t, stamped)
			if said := string(run(t, qpdf, "--check", path)); !strings.Contains(said, "No syntax or stream encoding errors found") {
				t.Errorf("%s", said)
			}
			if said := string(run(t, pdfinfo, path)); !strings.Contains(said, "Metadata Stream: yes") {
				t.Errorf("%s", said)
			}
			if said := string(run(t, pdfinfo, "-meta", path)); !strings.Contains(said, "<signet:Item>logo-sample</signet:Item>") {
				t.Errorf("%s", said)
			}
			if name == "pdf" && !bytes.Equal(run(t, pdftoppm, path), run(t, pdftoppm, saved(t, o))) {
				t.Error("the page looks otherwise")
			}
		})
	}
}
