// Package sample carries the sample kit of Hải Phòng, with which the demo
// begins and on which tests stand. Its positioning, pillars, audiences,
// agencies and policies are the city's own plan's; its slogans, logo, messages
// and templates are proposals made for this program ("mẫu đề xuất"), none of
// them official. The data's form is described in docs/kit-format.md; its terms
// of use are those of this repository, Apache-2.0, as each version's licence says.
package sample

import (
	"embed"
	"io/fs"
)

//go:embed all:haiphong
var files embed.FS

// HaiPhong returns the sample kit as a read-only file system rooted at the
// kit's directory: kit.yaml, items and files stand at its top.
func HaiPhong() fs.FS {
	kit, err := fs.Sub(files, "haiphong")
	if err != nil {
		panic(err) // "haiphong" is a constant and a valid path; fs.Sub can't fail
	}
	return kit
}
