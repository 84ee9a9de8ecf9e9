// Package audits is what the portal tells of how the kit is used: the audits with what
// they found, downloads and declared uses, how far what is used is in force, and the
// reports of a period. An agency sees its own; auditors and administrators see all.
package audits

import (
	"embed"
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

//go:embed audits.css
var style string

//go:embed audits.js
var script string

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "audits", Pages: pages, Texts: texts(), Style: style, Script: script,
		Routes: []frame.Route{
			{Pattern: "GET /audits", Serve: home},
			{Pattern: "GET /audits/new", Serve: newAudit},
			{Pattern: "POST /audits/new", Serve: planAudit},
			{Pattern: "GET /audits/{id}", Serve: audit},
			{Pattern: "POST /audits/{id}", Serve: changeRound},
			{Pattern: "GET /audits/{id}/change", Serve: oldAudit},
			{Pattern: "POST /audits/{id}/change", Serve: changeAudit},
			{Pattern: "GET /findings", Serve: findings},
			{Pattern: "GET /findings/{id}", Serve: finding},
			{Pattern: "POST /findings/{id}", Serve: settle},
			{Pattern: "GET /usage", Serve: usage},
			{Pattern: "GET /usage/compliance", Serve: compliance},
			{Pattern: "GET /usage/declare", Serve: declaration},
			{Pattern: "POST /usage/declare", Serve: declare},
			{Pattern: "POST /usage/end", Serve: endUse},
			{Pattern: "GET /reports", Serve: reports},
		},
	}
}

// today is the day that it is in the city.
func today() time.Time {
	y, m, d := time.Now().In(domain.CityZone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayText writes a day for the API.
func dayText(t time.Time) string { return t.Format(time.DateOnly) }
