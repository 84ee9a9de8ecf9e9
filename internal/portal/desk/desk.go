// Package desk is where versions are written: an author begins, writes and submits them,
// and translators put their texts into other languages.
//
// Nothing that somebody typed is lost. A form that is refused comes back as it was sent.
// What others wrote meanwhile is found by fingerprints that the form carries of each of
// its pieces as they were shown, see [pieces]: what only one side changed is joined, and
// where both did the form shows what the other wrote beside what was typed.
package desk

import (
	"embed"

	"signet/internal/portal/frame"
	"signet/internal/xliff"
)

//go:embed *.html
var pages embed.FS

//go:embed desk.css
var style string

//go:embed desk.js
var script string

//go:embed upload.js
var uploads string

// The longest forms, in bytes.
const (
	maxForm   = 4 << 20  // a version's content has 512 KiB, escaped three times as many
	maxUpload = 66 << 20 // the largest file that the server takes by default, and the form around it
	maxXLIFF  = xliff.MaxBytes + maxForm
)

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "desk", Pages: pages, Texts: texts(), Style: style, Script: script + uploads,
		Routes: []frame.Route{
			{Pattern: "GET /desk", Serve: home},
			{Pattern: "GET /desk/new", Serve: showRegister},
			{Pattern: "POST /desk/new", Serve: register},
			{Pattern: "GET /desk/begin", Serve: findItem},
			{Pattern: "GET /desk/{key}/begin", Serve: showBegin},
			{Pattern: "POST /desk/{key}/begin", Serve: begin, MaxBody: maxUpload},
			{Pattern: "GET /desk/{key}/{number}", Serve: showVersion},
			{Pattern: "POST /desk/{key}/{number}", Serve: revise, MaxBody: maxUpload},
			{Pattern: "GET /desk/{key}/{number}/submit", Serve: showSubmit},
			{Pattern: "POST /desk/{key}/{number}/submit", Serve: submit},
			{Pattern: "POST /desk/{key}/{number}/take-back", Serve: takeBack},
			{Pattern: "GET /desk/{key}/{number}/comments", Serve: showComments},
			{Pattern: "POST /desk/{key}/{number}/comments", Serve: answerComment},
			{Pattern: "GET /desk/{key}/{number}/texts", Serve: chooseLocale},
			{Pattern: "GET /desk/{key}/{number}/texts/{locale}", Serve: showTexts},
			{Pattern: "POST /desk/{key}/{number}/texts/{locale}", Serve: translate, MaxBody: maxXLIFF},
		},
	}
}
