// Package kit carries a brand kit between registries: a directory of YAML and
// files in the form signet-kit/v1, which docs/kit-format.md describes.
//
// [Read] accepts a kit strictly and wholly, or names what is wrong with it by
// file, line and field. [Import] sends every step that a kit tells of through
// the commands that people use, at the time at which it happened, so that no
// rule is passed over and the history is a real one. [Export] writes a kit from
// the read models; what it has written, imported into an empty registry and
// exported again, is the same bytes.
package kit
