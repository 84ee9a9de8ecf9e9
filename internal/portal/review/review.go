// Package review is the reviewer's desk of the portal: what waits for a signature, one
// version beside the one before it, what is said about it, and the decision. Whoever may
// read drafts can look on.
package review

import (
	"embed"
	"strconv"

	"signet/graph"
	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

//go:embed review.css
var style string

//go:embed review.js
var script string

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "review", Pages: pages, Texts: texts(), Style: style, Script: script,
		Routes: []frame.Route{
			{Pattern: "GET /review", Serve: queue},
			{Pattern: "GET /review/delegations", Serve: delegations},
			{Pattern: "POST /review/delegations", Serve: delegate},
			{Pattern: "POST /review/delegations/revoke", Serve: revoke},
			{Pattern: "GET /review/{key}/{number}", Serve: version},
			{Pattern: "POST /review/{key}/{number}/sign", Serve: sign},
			{Pattern: "POST /review/{key}/{number}/return", Serve: sendBack},
			{Pattern: "POST /review/{key}/{number}/recuse", Serve: recuse},
			{Pattern: "POST /review/{key}/{number}/comments", Serve: comment},
			{Pattern: "POST /review/{key}/{number}/comments/{id}/resolve", Serve: settle},
			{Pattern: "GET /review/{key}/{number}/withdraw", Serve: withdrawal},
			{Pattern: "POST /review/{key}/{number}/withdraw", Serve: withdraw},
			// A form that was refused is shown at its own address, from which the visitor can
			// go on to the other language.
			{Pattern: "GET /review/delegations/revoke", Serve: delegations},
			{Pattern: "GET /review/{key}/{number}/sign", Serve: back},
			{Pattern: "GET /review/{key}/{number}/return", Serve: back},
			{Pattern: "GET /review/{key}/{number}/recuse", Serve: back},
			{Pattern: "GET /review/{key}/{number}/comments", Serve: back},
			{Pattern: "GET /review/{key}/{number}/comments/{id}/resolve", Serve: back},
		},
	}
}

// back leads from the address of a form to the page that has it.
func back(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	return v.Go("/review/", p.Key, "/", p.Number)
}

// place is the version that a page is about.
type place struct {
	Key    string
	Number int
}

// placeOf reads it from the address. Strangers have to log in first.
func placeOf(v *frame.Visit) (place, error) {
	if err := v.NeedLogin(); err != nil {
		return place{}, err
	}
	n, err := strconv.Atoi(v.PathValue("number"))
	if err != nil || n < 1 {
		return place{}, unknown()
	}
	return place{v.PathValue("key"), n}, nil
}

// unknown refuses an address at which there is nothing, or not for who asks.
func unknown() error {
	return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_version", Sentence: "there is no such version, or it is not for you"}
}

// input begins the input of a mutation on the version.
func (p place) input(v *frame.Visit) frame.Vars {
	return frame.Vars{"key": p.Key, "version": p.Number, "idempotencyKey": v.Optional("once")}
}
