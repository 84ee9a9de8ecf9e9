// Package resvg draws SVG files with the resvg renderer, compiled to WebAssembly
// and run inside of this process: without cgo, without a program beside it, and
// without access to files, network, clock or environment. docs/adr/0003 tells
// why; README.md where the renderer's file comes from.
package resvg
