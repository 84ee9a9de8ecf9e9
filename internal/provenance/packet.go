package provenance

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Namespace is that of the properties of a stamp. It is a UUID (RFC 9562), so
// that it belongs to nobody else and to no domain name that may be sold; XMP
// wants "#" or "/" at its end. It never changes: it
// is how stamps are found in files that are out in the world.
//
// The properties are Registry, Item, Version, Original, Edition, InForceFrom,
// Licence, Title, StatusURL and Rendition, all simple texts, in the form that
// [Stamp] gives them; InForceFrom as of RFC 3339 in UTC.
const Namespace = "urn:uuid:70eca4b7-7039-47c6-8bc9-b4238e767ed0#"

// The namespaces beside it.
const (
	nsRDF    = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsMeta   = "adobe:ns:meta/"
	nsDC     = "http://purl.org/dc/elements/1.1/"
	nsRights = "http://ns.adobe.com/xap/1.0/rights/"
	nsMM     = "http://ns.adobe.com/xap/1.0/mm/"
)

// documents is the space of names in which digests have UUIDs.
var documents = uuid.MustParse(Namespace[len("urn:uuid:") : len(Namespace)-1])

// toolkit stands in a packet that this package wrote. A program that writes XMP
// anew puts its own name there.
const toolkit = "signet"

// standard are the properties of other namespaces that a stamp brings.
var standard = map[xml.Name]bool{
	{Space: nsDC, Local: "title"}: true, {Space: nsDC, Local: "rights"}: true, {Space: nsDC, Local: "identifier"}: true,
	{Space: nsRights, Local: "Marked"}: true, {Space: nsRights, Local: "WebStatement"}: true,
	{Space: nsMM, Local: "DocumentID"}: true, {Space: nsMM, Local: "OriginalDocumentID"}: true,
}

const (
	opened = `<x:xmpmeta xmlns:x="` + nsMeta + `" x:xmptk="` + toolkit + `"><rdf:RDF xmlns:rdf="` + nsRDF + `">`
	closed = `</rdf:RDF></x:xmpmeta>`
)

// packet is a whole packet, without the standard properties that other packets
// of the file have. It is marked as read-only, as the checksum of a PNG
// chunk forbids to write into it where it stands.
func packet(s Stamp, there map[xml.Name]bool) []byte {
	return []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" + opened + block(s, "", there) + closed + `<?xpacket end="r"?>`)
}

// metadata is the same for an SVG, without the processing instructions, which
// the svg package refuses.
func metadata(s Stamp) string {
	return `<metadata xmlns="` + nsSVG + `">` + opened + block(s, "", nil) + closed + `</metadata>`
}

// blockTag begins a description that this package wrote. It declares every
// prefix, so that it can stand in any packet.
func blockTag(about string) string {
	return `<rdf:Description xmlns:rdf="` + nsRDF + `" xmlns:dc="` + nsDC + `" xmlns:xmpRights="` + nsRights +
		`" xmlns:xmpMM="` + nsMM + `" xmlns:signet="` + Namespace + `" rdf:about="` + escaped(about) + `">`
}

// block is one description of the thing about, without the standard properties
// that are there already: XMP allows each of them once.
func block(s Stamp, about string, there map[xml.Name]bool) string {
	var b strings.Builder
	b.WriteString(blockTag(about))
	for _, f := range s.fields() {
		fmt.Fprintf(&b, "<signet:%s>%s</signet:%s>", f.name, escaped(f.value), f.name)
	}
	add := func(space, local, prefix, format, value string) {
		if value == "" || there[xml.Name{Space: space, Local: local}] {
			return
		}
		name := prefix + ":" + local
		fmt.Fprintf(&b, "<"+name+">"+format+"</"+name+">", escaped(value))
	}
	const simple, alt = "%s", `<rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt>`
	add(nsDC, "title", "dc", alt, s.Title)
	add(nsDC, "rights", "dc", alt, s.Licence)
	add(nsDC, "identifier", "dc", simple, fmt.Sprintf("%s#%s/%d", s.Registry, s.Item, s.Version))
	if s.Licence != "" {
		add(nsRights, "Marked", "xmpRights", simple, "True")
	}
	add(nsRights, "WebStatement", "xmpRights", simple, s.Link)
	// One for all renditions, as XMP Specification Part 2 has it.
	id := uuid.NewSHA1(documents, []byte(s.Original)).URN()
	add(nsMM, "DocumentID", "xmpMM", simple, id)
	add(nsMM, "OriginalDocumentID", "xmpMM", simple, id)
	b.WriteString("</rdf:Description>")
	return b.String()
}

// escaped is for text and for attributes.
func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}
