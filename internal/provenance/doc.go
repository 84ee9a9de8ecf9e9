// Package provenance lets a file say of itself what it is: which version of
// which item of which registry, made of which original, under which terms, and
// where to ask whether it is still in force.
//
// It says so in XMP (ISO 16684-1), as properties of the namespace [Namespace],
// with the properties of Dublin Core, XMP Rights and XMP Media Management
// beside them, so that other programs show the title and the terms as well.
// Where a packet stands in a file is a rule of XMP Specification Part 3
// (Adobe, 2020): an iTXt chunk of a PNG, an APP1 segment of a JPEG, an XMP chunk
// of a WebP, a metadata element of an SVG, the metadata stream of a PDF.
//
// Nothing of the picture is decoded or encoded again: bytes are put between
// bytes. XMP that is there already is kept, and the stamp becomes one
// more description in it; a title, terms or an identifier that is there wins
// over that of the stamp. An SVG gets a metadata element of its own, as the last
// element, because a new first one would change what its style sheets select.
//
// A WebP in the simple format becomes one in the extended format, which alone has
// XMP. A PDF stays as it is, and the stamp follows on its end, as an incremental
// update. It is read by code of our own because it comes from anybody: what was
// tried of others reads every object, and takes gigabytes for a file of one
// megabyte whose objects overlap. This reads the catalog, its packet, and where they are.
// A PDF that is damaged is refused rather than mended.
//
// A stamp is a claim, not a proof: anybody can write one, and many platforms
// take it out. Whoever reads it asks the registry.
package provenance
