// Package book is the brand book: what of the kit is in force, for everybody to read,
// copy, fill in and download, today or as it was on a day (?at=YYYY-MM-DD).
package book

import (
	"embed"

	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

//go:embed book.css
var style string

//go:embed book.js
var script string

//go:embed suggest.js
var suggest string

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "book", Pages: pages, Texts: texts(), Style: style, Script: script + "\n" + suggest,
		Routes: []frame.Route{
			{Pattern: "GET /{$}", Serve: overview},
			{Pattern: "GET /book/slogans", Serve: slogans},
			{Pattern: "GET /book/logos", Serve: logos},
			{Pattern: "GET /book/messages", Serve: messages},
			{Pattern: "GET /book/templates", Serve: templates},
			{Pattern: "GET /book/editions", Serve: editions},
			{Pattern: "GET /search", Serve: search},
			{Pattern: "GET /items/{key}", Serve: item},
			{Pattern: "GET /items/{key}/download", Serve: download},
			{Pattern: "GET /items/{key}/fill", Serve: fill},
		},
	}
}
