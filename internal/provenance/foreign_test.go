package provenance_test

import (
	"bytes"
	"strings"
	"testing"

	"signet/assets"
	"signet/internal/provenance"
)

// rdf is a packet with what stands in its graph.
func rdf(body string) string {
	return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + body + `</R:RDF></x:xmpmeta>`
}

const must = `q:Registry="http://127.0.0.1:8080" q:Item="a" q:Original="` + digest + `"`

func TestStampsThatAreWrittenOtherwiseAreRead(t *testing.T) {
	declared := `xmlns:q="` + provenance.Namespace + `" `
	for name, packet := range map[string]string{
		"attributes":            rdf(`<R:Description ` + declared + must + ` q:Version="1"/>`),
		"single quotes":         rdf(`<R:Description ` + declared + strings.ReplaceAll(must, `"`, `'`) + ` q:Version = '1' />`),
		"another order":         rdf(`<R:Description q:Version="1" ` + must + "\n" + declared + `></R:Description>`),
		"both forms":            rdf(`<R:Description ` + declared + must + `><q:Version> 1 </q:Version></R:Description>`),
		"two descriptions":      rdf(`<R:Description ` + declared + must + `/><R:Description ` + declared + `q:Version="1"/>`),
		"a default namespace":   rdf(`<R:Description ` + declared + must + `><Version xmlns="` + provenance.Namespace + `">1</Version></R:Description>`),
		"a URL as a resource":   rdf(`<R:Description ` + declared + `q:Version="1" q:Item="a" q:Original="` + digest + `"><q:Registry R:resource="http://127.0.0.1:8080"/></R:Description>`),
		"a description by type": rdf(`<q:Thing ` + declared + must + ` q:Version="1"/>`),
		"no wrapper":            `<R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><R:Description ` + declared + must + ` q:Version="1"/></R:RDF>`,
		"properties of others":  rdf(`<R:Description ` + declared + must + ` q:Version="1" q:More="x" xmlns:z="urn:z" z:Version="9"><z:Item>b</z:Item></R:Description>`),
		"a property twice":      rdf(`<R:Description ` + declared + must + ` q:Version="1"><q:Version>2</q:Version></R:Description>`),
		"CDATA and a comment":   rdf(`<R:Description ` + declared + must + `><q:Version><!-- 2 --><![CDATA[1]]></q:Version></R:Description>`),
		"a bad one before":      rdf(`<R:Description q:Item="!" `+declared+`/>`) + rdf(`<R:Description `+declared+must+` q:Version="1"/>`),
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range []original{
				{assets.PNG, chunked(pngFile(t), "IDAT", "iTXt", iTXt(packet))},
				{assets.PNG, chunked(pngFile(t), "IEND", "iTXt", compressedText(packet))},
				{assets.PNG, chunked(pngFile(t), "IEND", "iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00vi\x00Dấu\x00"+packet))},
				{assets.JPEG, segmented(jpegFile(t), segment(0xE1, exif), app1(packet))},
				{assets.JPEG, segmented(jpegFile(t), app1("<broken"), segment(0xE2, "MPF"), app1(packet))},
				{assets.WebP, riff(vp8x(0x10|0x04), webpFile(t, pixels())[12:], riffChunk("XMP ", packet))},
				{assets.PDF, pdf("", withMetadata(plainPacket(packet))...)},
				{assets.PDF, streamedPDF("", withMetadata(packedPacket(packet))...)},
				{assets.SVG, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><metadata id="a">` + packet + `</metadata></svg>`)},
			} {
				says(t, o, small())
				bare := strip(t, o)
				if s, found, err := read(bare); found || err != nil {
					t.Errorf("%s: still there: %+v, %v\n%s", o.media, s, err, bare.bytes)
				}
				if strings.Contains(string(o.bytes), "z:Item") && !strings.Contains(string(bare.bytes), `z:Version="9"><z:Item>b</z:Item>`) {
					t.Errorf("%s: what is of others is lost", o.media)
				}
				again := write(t, o, full())
				says(t, again, full())
				if o.media != assets.PDF && strings.Contains(string(again.bytes), "127.0.0.1") { // where it is in an earlier state
					t.Errorf("%s: the earlier stamp leaves a trace", o.media)
				}
			}
		})
	}
}

func TestWhatIsNoStampIsNotRead(t *testing.T) {
	declared := `xmlns:q="` + provenance.Namespace + `" `
	description := `<R:Description ` + declared + must + ` q:Version="1"/>`
	whole := rdf(description)
	svg := func(body string) original {
		return original{assets.SVG, []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + body + `</svg>`)}
	}
	png := func(kind string, data []byte) original {
		return original{assets.PNG, chunked(pngFile(t), "IDAT", kind, data)}
	}
	damaged := png("iTXt", iTXt(whole))
	damaged.bytes = []byte(strings.Replace(string(damaged.bytes), `Item="a"`, `Item="b"`, 1))
	for name, o := range map[string]original{
		"another namespace with our prefix":    png("iTXt", iTXt(strings.Replace(whole, provenance.Namespace, "https://example.org/", 1))),
		"a prefix without a namespace":         png("iTXt", iTXt(strings.Replace(whole, declared, "", 1))),
		"a chunk with a wrong checksum":        damaged,
		"another keyword":                      png("iTXt", []byte("Comment\x00\x00\x00\x00\x00"+whole)),
		"another kind of chunk":                png("tEXt", iTXt(whole)),
		"a DOCTYPE in a packet":                png("iTXt", iTXt(`<!DOCTYPE x [<!ENTITY e "1">]>`+whole)),
		"an entity in a packet":                png("iTXt", iTXt(strings.Replace(whole, `"1"`, `"&e;"`, 1))),
		"a chunk with little in it":            png("iTXt", []byte("XML:com.adobe.xmp\x00\x00")),
		"a chunk without a language":           png("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00"+whole)),
		"an unknown compression":               png("iTXt", []byte("XML:com.adobe.xmp\x00\x02\x00\x00\x00"+whole)),
		"a compression that is none":           png("iTXt", []byte("XML:com.adobe.xmp\x00\x01\x00\x00\x00"+whole)),
		"a compression that is cut off":        png("iTXt", compressedText(whole)[:100]),
		"two texts of XMP in one":              png("iTXt", iTXt(whole+"<")),
		"extended XMP":                         {assets.JPEG, segmented(jpegFile(t), segment(0xE1, "http://ns.adobe.com/xmp/extension/\x00"+whole))},
		"another application segment":          {assets.JPEG, segmented(jpegFile(t), segment(0xE4, "http://ns.adobe.com/xap/1.0/\x00"+whole))},
		"a packet behind the picture":          {assets.JPEG, append(jpegFile(t), app1(whole)...)},
		"the stamp of a picture in a document": pdfFiles(t)["pdf with a stamped picture"],
		"a packet of which there is no word":   {assets.PDF, pdf("", append(leaves[:4:4], plainPacket(whole))...)},
		"a packet that is no XMP":              {assets.PDF, pdf("", withMetadata(plainPacket("<x"))...)},
		"another chunk":                        {assets.WebP, riff(vp8x(0x10), webpFile(t, pixels())[12:], riffChunk("XMp ", whole))},
		"the stamp of a part of a drawing":     svg(`<g><metadata>` + whole + `</metadata></g><svg><metadata>` + whole + `</metadata></svg>`),
		"a graph that is not in metadata":      svg(whole + `<desc>` + whole + `</desc>`),
		"metadata of another language":         svg(`<metadata xmlns="urn:x">` + whole + `</metadata>`),
		"a stamp within a property":            svg(`<metadata>` + rdf(`<R:Description><q:x xmlns:q="urn:x">`+description+`</q:x></R:Description>`) + `</metadata>`),
		"a stamp in a comment":                 svg(`<!--<metadata>` + whole + `</metadata>-->`),
	} {
		t.Run(name, func(t *testing.T) {
			if s, found, err := read(o); found || err != nil {
				t.Errorf("%+v, %v, %v", s, found, err)
			}
		})
	}
}

func TestAStampThatCantBeRightIsBroken(t *testing.T) {
	for name, c := range map[string]struct{ from, to, field string }{
		"no version":           {` q:Version="1"`, ``, "Version"},
		"a version of words":   {`"1"`, `"one"`, "Version"},
		"version 0":            {`"1"`, `"0"`, "Version"},
		"an endless version":   {`"1"`, `"99999999999999999999"`, "Version"},
		"an edition of words":  {`"1"`, `"1" q:Edition="x"`, "Edition"},
		"an instant of words":  {`"1"`, `"1" q:InForceFrom="today"`, "InForceFrom"},
		"a digest of words":    {digest, "x", "Original"},
		"a registry of a file": {"http://127", "file://127", "Registry"},
		"a link that runs":     {`"1"`, `"1" q:StatusURL="javascript:alert(1)"`, "Link"},
		"a title too long":     {`"1"`, `"1" q:Title="` + strings.Repeat("a", 1001) + `"`, "Title"},
		"an item with a slash": {`"a"`, `"../a"`, "Item"},
	} {
		t.Run(name, func(t *testing.T) {
			packet := strings.Replace(rdf(`<R:Description xmlns:q="`+provenance.Namespace+`" `+must+` q:Version="1"/>`), c.from, c.to, 1)
			o := original{assets.PNG, chunked(pngFile(t), "IDAT", "iTXt", iTXt(packet))}
			s, found, err := read(o)
			if found || s != (provenance.Stamp{}) {
				t.Errorf("%+v", s)
			}
			refused(t, err, provenance.Broken)
			if field := fieldOf(err); field != c.field {
				t.Errorf("field %s, want %s", field, c.field)
			}
			says(t, write(t, o, full()), full())
		})
	}
}

func TestARootThatClosesItselfIsOpened(t *testing.T) {
	for _, text := range []string{`<svg xmlns="http://www.w3.org/2000/svg"/>`, "<s:svg\nxmlns:s='http://www.w3.org/2000/svg' />\n"} {
		o := write(t, original{assets.SVG, []byte(text)}, full())
		says(t, o, full())
		if twice := write(t, o, full()); !bytes.Equal(twice.bytes, o.bytes) {
			t.Error("the second stamp changes the file")
		}
	}
}

func TestMetadataOfOthersAroundAStampStays(t *testing.T) {
	stamped := string(write(t, files(t)["svg"], full()).bytes)
	for _, other := range []string{"hello", "<a/>", `<x:xmpmeta xmlns:x="adobe:ns:meta/"/>`} {
		at := strings.LastIndex(stamped, "</metadata>")
		o := original{assets.SVG, []byte(stamped[:at] + other + stamped[at:])}
		says(t, o, full())
		bare := strip(t, o)
		if _, found, err := read(bare); found || err != nil {
			t.Error(found, err)
		}
		if !strings.HasSuffix(string(bare.bytes), other+"</metadata></svg>\n") {
			t.Errorf("%s is lost", other)
		}
		says(t, write(t, o, small()), small())
	}
}

func TestAMergedStampIsAboutTheSameThing(t *testing.T) {
	o := write(t, files(t)["png with XMP"], full())
	if !bytes.Contains(o.bytes, []byte(` rdf:about="uuid:&lt;1&gt;"><signet:Registry>`)) {
		t.Error("it is about something else")
	}
}
