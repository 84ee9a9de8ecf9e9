// Package admin is the administration of the registry: agencies with their members and
// tokens, policies, editions, webhooks, the erasure of people's data, and how the program
// is. Members of an agency who may manage its webhooks find those here, too.
//
// Each form is sent to the page that has it, so that a form which was refused stands at an
// address that can be read in the other language. The revision that a page showed goes
// along where somebody's words would be replaced. It does not for members and tokens that
// are added or ended: nothing is overwritten by that, and an agency's revision changes
// whenever one of its members logs in.
package admin

import (
	"embed"

	"signet/graph"
	"signet/internal/portal/frame"
)

//go:embed *.html
var pages embed.FS

//go:embed admin.css
var style string

//go:embed admin.js
var script string

// Area returns the area.
func Area() frame.Area {
	return frame.Area{
		Name: "admin", Pages: pages, Texts: texts(), Style: style, Script: script,
		Routes: []frame.Route{
			{Pattern: "GET /admin", Serve: home},
			{Pattern: "GET /admin/agencies", Serve: agencies},
			{Pattern: "POST /admin/agencies", Serve: registerAgency},
			{Pattern: "GET /admin/agencies/{key}", Serve: agency},
			{Pattern: "POST /admin/agencies/{key}", Serve: changeAgency},
			{Pattern: "GET /admin/agencies/{key}/members/{id}", Serve: member},
			{Pattern: "POST /admin/agencies/{key}/members/{id}", Serve: changeMember},
			{Pattern: "GET /admin/agencies/{key}/members/{id}/remove", Serve: askRemoveMember},
			{Pattern: "POST /admin/agencies/{key}/members/{id}/remove", Serve: removeMember},
			{Pattern: "GET /admin/agencies/{key}/members/{id}/tokens", Serve: newToken},
			{Pattern: "POST /admin/agencies/{key}/members/{id}/tokens", Serve: issueToken},
			{Pattern: "GET /admin/agencies/{key}/members/{id}/tokens/{token}", Serve: oldToken},
			{Pattern: "POST /admin/agencies/{key}/members/{id}/tokens/{token}", Serve: rotateToken},
			{Pattern: "GET /admin/agencies/{key}/members/{id}/tokens/{token}/revoke", Serve: askRevokeToken},
			{Pattern: "POST /admin/agencies/{key}/members/{id}/tokens/{token}/revoke", Serve: revokeToken},
			{Pattern: "GET /admin/policies", Serve: policies},
			{Pattern: "GET /admin/policies/{kind}", Serve: policy},
			{Pattern: "POST /admin/policies/{kind}", Serve: setPolicy},
			{Pattern: "GET /admin/editions", Serve: editions},
			{Pattern: "POST /admin/editions", Serve: openEdition},
			{Pattern: "GET /admin/editions/{number}", Serve: edition},
			{Pattern: "POST /admin/editions/{number}", Serve: changeEdition},
			{Pattern: "GET /admin/editions/{number}/issue", Serve: askIssue},
			{Pattern: "POST /admin/editions/{number}/issue", Serve: issue},
			{Pattern: "GET /admin/webhooks", Serve: webhooks},
			{Pattern: "POST /admin/webhooks", Serve: registerWebhook},
			{Pattern: "GET /admin/webhooks/{id}", Serve: webhook},
			{Pattern: "POST /admin/webhooks/{id}", Serve: changeWebhook},
			{Pattern: "GET /admin/webhooks/{id}/secret", Serve: askNewSecret},
			{Pattern: "POST /admin/webhooks/{id}/secret", Serve: newSecret},
			{Pattern: "GET /admin/webhooks/{id}/remove", Serve: askRemoveWebhook},
			{Pattern: "POST /admin/webhooks/{id}/remove", Serve: removeWebhook},
			{Pattern: "GET /admin/people", Serve: erasures},
			{Pattern: "POST /admin/people", Serve: requestErasure},
			{Pattern: "GET /admin/people/{id}", Serve: askErase},
			{Pattern: "POST /admin/people/{id}", Serve: settleErasure},
			{Pattern: "GET /admin/system", Serve: system},
		},
	}
}

// unknown refuses an address at which there is nothing.
func unknown() error { return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_path"} }
