// Package svg decides whether an SVG file may be kept and drawn.
//
// SVG is a document format with scripts, links, style sheets and entities, read
// by browsers, editors and renderers that differ in what they execute. [Check]
// accepts the part that draws a picture from the file alone: known elements, no
// DOCTYPE, nothing that runs, nothing that loads. It also counts what a renderer
// would have to draw once references are followed, because a file of a kilobyte
// can ask for a hundred million shapes.
//
// What it refuses is a superset of what the SVG 2 "secure static mode" ignores
// (https://www.w3.org/TR/SVG2/conform.html#secure-static-mode), as the original
// file is also served and opened in other programs.
package svg
