package graph_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/access"
)

const (
	whoAmI      = `{ viewer { agency scopes token { id expires scopes lastUsed } } }`
	issueToken  = `mutation($in: IssueTokenInput!) { issueToken(input: $in) { secret token { id scopes expires } } }`
	rotateToken = `mutation($in: RotateTokenInput!) { rotateToken(input: $in) { secret token { id scopes expires } replaced { id expires } } }`
	revokeToken = `mutation($in: RevokeTokenInput!) { revokeToken(input: $in) { position } }`
)

// tokenOf is the public id of somebody's token.
func (w *world) tokenOf(who string) string { return strings.Split(w.tokens[who], "_")[1] }

// limit gives somebody another token, that is limited, under another name.
func (w *world) limit(who, agency, as string, scopes ...any) {
	w.t.Helper()
	r := w.must("admin", issueToken, vars{"in": vars{"agency": agency, "member": idOf(who).String(), "scopes": scopes}})
	w.tokens[as] = r.at("issueToken.secret").(string)
}

// shut tells that somebody's token is not accepted.
func (w *world) shut(who string) bool {
	w.t.Helper()
	res, err := http.DefaultClient.Do(w.request(who, http.MethodGet, "", nil))
	if err != nil {
		w.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusUnauthorized
}

func TestALimitedTokenIsForNothingElse(t *testing.T) {
	w := newWorld(t)
	w.limit("admin", "culture", "ci", "read.approved")
	if r := w.must("ci", whoAmI, nil); r.rows("viewer.scopes") != "" || len(r.at("viewer.scopes").([]any)) != 1 || r.at("viewer.token.scopes.0") != "read.approved" || r.at("viewer.token.id") != w.tokenOf("ci") {
		t.Error(r.raw)
	}
	if r := w.must("admin", whoAmI, nil); r.at("viewer.scopes") != nil || r.at("viewer.token.scopes") != nil || r.at("viewer.token.id") != w.tokenOf("admin") {
		t.Error(r.raw)
	}
	w.must("ci", `{ agencies { edges { node { key } } } }`, nil)
	for _, query := range []string{
		`{ agency(key: "press") { members { edges { node { id } } } } }`, `{ usage { edges { node { key } } } }`, `{ webhooks(agency: "press") { edges { node { url } } } }`,
	} {
		if r := w.ask("ci", query, nil); r.code() != "FORBIDDEN" {
			t.Errorf("%s: %s", query, r.raw)
		}
	}
	head := w.head()
	for _, test := range writings() {
		if r := w.ask("ci", test.query, vars{"in": test.in}); r.code() != "FORBIDDEN" && r.code() != "UNAVAILABLE" {
			t.Errorf("%s: %s", test.name, r.raw)
		}
	}
	if w.head() != head {
		t.Error("something was written")
	}
	w.limit("lan", "culture", "half", "read.approved")
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN"}})
	if r := w.ask("half", `{ item(key: "hidden") { key versions { edges { node { number } } } history { edges { node { what } } } } }`, nil); r.code() != "FORBIDDEN" {
		t.Error(r.raw)
	}
}

func TestWhatATokenIsLimitedToIsKnown(t *testing.T) {
	w := newWorld(t)
	in := func(scopes any) vars {
		return vars{"in": vars{"agency": "press", "member": idOf("press").String(), "scopes": scopes}}
	}
	if r := w.ask("admin", issueToken, in([]any{"read.approved", "read.everything"})); r.reason() != "unknown_permission" || r.field() != "scopes[1]" || r.code() != "BAD_USER_INPUT" {
		t.Error(r.raw)
	}
	if r := w.ask("admin", issueToken, in([]any{})); r.reason() != "scopes_required" {
		t.Error(r.raw)
	}
	if r := w.must("admin", issueToken, in(nil)); r.at("issueToken.token.scopes") != nil {
		t.Error(r.raw)
	}
}

// Nobody gets more by a limited token than that is for, by whichever way.
func TestALimitedTokenGivesOutNoMore(t *testing.T) {
	w := newWorld(t)
	w.limit("admin", "culture", "hr", "members.manage", "read.members", "read.approved")
	press, designer := idOf("press").String(), idOf("designer").String()
	for name, test := range map[string]struct {
		query string
		in    vars
		field string
	}{
		"a token without a limit":    {issueToken, vars{"agency": "press", "member": press}, "scopes"},
		"for oneself":                {issueToken, vars{"agency": "culture", "member": idOf("admin").String()}, "scopes"},
		"a token for more":           {issueToken, vars{"agency": "press", "member": press, "scopes": []any{"read.approved", "usage.declare"}}, "scopes"},
		"somebody else's secret":     {rotateToken, vars{"agency": "culture", "token": w.tokenOf("admin")}, "scopes"},
		"a member who may more":      {mutation("addMember", "position"), vars{"agency": "press", "roles": []any{"ADMIN"}}, "roles"},
		"a role that may more":       {mutation("changeMemberRoles", "position"), vars{"agency": "press", "member": designer, "roles": []any{"DESIGNER", "ADMIN"}}, "roles"},
		"a role that may a bit more": {mutation("changeMemberRoles", "position"), vars{"agency": "press", "member": designer, "roles": []any{"AGENCY"}}, "roles"},
	} {
		if r := w.ask("hr", test.query, vars{"in": test.in}); r.reason() != "exceeds_token" || r.code() != "FORBIDDEN" || r.field() != test.field {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	r := w.must("hr", issueToken, vars{"in": vars{"agency": "culture", "member": idOf("admin").String(), "scopes": []any{"read.approved", "members.manage"}}})
	if r.at("issueToken.token.scopes.0") != "members.manage" {
		t.Error(r.raw)
	}
	w.must("hr", mutation("removeMember", "position"), vars{"in": vars{"agency": "press", "member": designer}})
}

func TestATokenIsReplaced(t *testing.T) {
	w := newWorld(t)
	w.limit("press", "press", "old", "read.approved", "tokens.own")
	in := vars{"agency": "press", "token": w.tokenOf("old"), "overlapSeconds": 3600, "idempotencyKey": "k"}
	for _, who := range []string{"lan", "press", "auditor", "designer"} { // also another token of the same member
		if r := w.ask(who, rotateToken, vars{"in": in}); r.code() != "FORBIDDEN" {
			t.Errorf("%s: %s", who, r.raw)
		}
	}
	for _, seconds := range []int{-1, 604_801, 1 << 55} {
		if r := w.ask("old", rotateToken, vars{"in": vars{"agency": "press", "token": w.tokenOf("old"), "overlapSeconds": seconds}}); r.reason() != "invalid_overlap" || r.field() != "overlapSeconds" {
			t.Errorf("%d: %s", seconds, r.raw)
		}
	}
	r := w.must("old", rotateToken, vars{"in": in}) // one's own
	w.tokens["new"] = r.at("rotateToken.secret").(string)
	if r.at("rotateToken.token.id") != w.tokenOf("new") || r.at("rotateToken.token.scopes.1") != "tokens.own" || r.at("rotateToken.replaced.expires") != "2026-11-20T03:00:00Z" {
		t.Error(r.raw)
	}
	if r := w.ask("old", rotateToken, vars{"in": in}); r.code() != "CONFLICT" {
		t.Error("a secret was shown twice: " + r.raw)
	}
	for _, who := range []string{"old", "new"} {
		if r := w.must(who, whoAmI, nil); r.at("viewer.scopes.0") != "read.approved" || r.at("viewer.agency") != "press" {
			t.Error(r.raw)
		}
	}
	w.pass(time.Hour)
	if !w.shut("old") || w.shut("new") {
		t.Error("after the overlap the old token is accepted, or the new one is not")
	}
	if r := w.ask("new", rotateToken, vars{"in": vars{"agency": "press", "token": w.tokenOf("new"), "expires": "2026-11-20T02:30:00Z"}}); r.reason() != "in_the_past" {
		t.Error(r.raw)
	}
	// An administrator replaces that of anybody, at once, and for another time.
	r = w.must("admin", rotateToken, vars{"in": vars{"agency": "press", "token": w.tokenOf("new"), "expires": "2026-12-01T00:00:00Z"}})
	w.tokens["newest"] = r.at("rotateToken.secret").(string)
	if r.at("rotateToken.replaced") != nil || r.at("rotateToken.token.expires") != "2026-12-01T00:00:00Z" || !w.shut("new") || w.shut("newest") {
		t.Error(r.raw)
	}
	if r := w.ask("newest", rotateToken, vars{"in": vars{"agency": "press", "token": w.tokenOf("newest"), "expires": "2026-12-02T00:00:00Z"}}); r.reason() != "outlives_token" {
		t.Error(r.raw)
	}
}

// Whoever gets hold of a browser gets nothing that outlasts the token of who sits there.
func TestASessionThatIsReplacedStillEndsWithTheTokenThatItWasBegunWith(t *testing.T) {
	w := newWorld(t)
	session := access.NewSession(w.tokenOf("press"))
	tell(w, domain.Agencies, domain.IssueToken{Agency: "press", Member: idOf("press"), Token: session.ID, Hash: session.Hash})
	w.tokens["browser"] = session.Secret
	for _, who := range []string{"browser", "again"} {
		r := w.must(who, rotateToken, vars{"in": vars{"agency": "press", "token": w.tokenOf(who)}})
		w.tokens["again"] = r.at("rotateToken.secret").(string)
		if w.shut("again") || access.BegunWith(w.tokenOf("again")) != w.tokenOf("press") {
			t.Error(r.raw)
		}
	}
	w.must("admin", revokeToken, vars{"in": vars{"agency": "press", "token": w.tokenOf("press")}})
	if !w.shut("again") {
		t.Error("the session goes on without the token that it was begun with")
	}
}

func TestATokenIsEndedByWhoHoldsIt(t *testing.T) {
	w := newWorld(t)
	w.limit("designer", "press", "plain", "read.approved")
	end := func(who, whose string) response {
		return w.ask(who, revokeToken, vars{"in": vars{"agency": "press", "token": w.tokenOf(whose)}})
	}
	for _, try := range [][2]string{{"designer", "press"}, {"designer", "plain"}, {"plain", "plain"}, {"lan", "designer"}} {
		if r := end(try[0], try[1]); r.reason() != "not_permitted" {
			t.Errorf("%s ends the token of %s: %s", try[0], try[1], r.raw)
		}
	}
	if r := end("designer", "designer"); len(r.Errors) > 0 || !w.shut("designer") || w.shut("plain") {
		t.Error(r.raw)
	}
	if r := w.must("admin", revokeToken, vars{"in": vars{"agency": "culture", "token": w.tokenOf("admin")}}); !w.shut("admin") {
		t.Error(r.raw)
	}
}

func TestATokenTellsWhenItWasUsedLast(t *testing.T) {
	w := newWorld(t)
	tell(w, domain.TokenUses, domain.RecordTokenUse{Token: w.tokenOf("press"), Agency: "press", Day: "2026-11-19"})
	r := w.must("auditor", `{ agency(key: "press") { members { edges { node { tokens { id lastUsed scopes } } } } } }`, nil)
	for _, who := range []string{"press", "designer"} {
		want := `{"id":"` + w.tokenOf(who) + `","lastUsed":null,"scopes":null}`
		if who == "press" {
			want = strings.Replace(want, "null", `"2026-11-19"`, 1)
		}
		if !strings.Contains(r.raw, want) {
			t.Errorf("%s lacks %s", r.raw, want)
		}
	}
}
