// Package history is what the portal tells of the past: the life of an item and of its
// versions, the kit across its editions, what two versions or editions say differently,
// and what was withdrawn.
package history

import (
	"embed"
	"strconv"

	"signet/graph"
	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

var (
	//go:embed history.css
	style string
	//go:embed history.js
	script string
)

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "history", Pages: pages, Texts: texts(), Style: style, Script: script,
		Routes: []frame.Route{
			{Pattern: "GET /history", Serve: kit},
			{Pattern: "GET /items/{key}/history", Serve: item},
			{Pattern: "GET /items/{key}/versions/{number}", Serve: version},
			{Pattern: "GET /items/{key}/compare", Serve: compare},
			{Pattern: "GET /editions", Serve: editions},
			{Pattern: "GET /editions/{number}", Serve: edition},
			{Pattern: "GET /editions/compare", Serve: compareEditions},
			{Pattern: "GET /recalls", Serve: recalls},
			{Pattern: "GET /proof", Serve: proving},
		},
	}
}

// ref names a version.
type ref struct {
	Key    string
	Number int
}

// unknown is why there is no page: what a viewer may not see is not there.
func unknown(reason string) error { return &graph.Refusal{Code: graph.NotFound, Reason: reason} }

// count reads a number from 1 on; what is none is 0.
func count(text string) int {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// seesSteps tells whether a visitor may read who did what.
func seesSteps(v *frame.Visit) bool { return v.Can("read.unapproved") }

// isMember tells whether a visitor may read what was approved, also what is not in force.
func isMember(v *frame.Visit) bool { return v.Can("read.approved") }
