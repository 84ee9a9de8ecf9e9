// Package assets keeps the bytes of the kit: logos, templates, fonts, and
// whatever else an agency downloads.
//
// A blob is named by its [Ref], the SHA-256 of its bytes, so that a name can't
// point at other bytes than those that were approved. Blobs are added and read;
// nothing deletes them. Bytes come first and the event that names them second,
// so that an event never points at bytes that are not there.
//
// What comes in is believed for what it contains and not for its name:
// [Receive] streams an upload aside, asks [Inspect] what it is, refuses what is
// dangerous or unknown, and only then gives it a name. What goes out goes
// through [Serve], which answers ranges and revalidation, makes SVG inert, and
// records a download before the last byte of it is sent.
//
// Package disk holds a store in a directory, rendition the pictures in other
// sizes and formats, svg the rules for SVG, resvg what draws it, and assetstest
// what every store has to pass.
package assets
