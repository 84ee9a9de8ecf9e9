package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/graph/rules"
)

// probe asks for an address. marks are, step by step of its rule, what those are told
// who come so far; empty where nothing tells the steps apart.
type probe struct {
	of, path, body string
	marks          []string
}

// lookup asks for things, step by step of a rule found by those who come so far; what
// somebody does not find is answered as what does not exist.
type lookup struct {
	of      string
	things  []string
	nothing string
}

// triedBy is by what addresses are tried that have tests of their own for who may.
var triedBy = map[string]string{
	"GET /catalogue.json": "TestTheCatalogueHoldsWhatIsForTheCaller", // draws pictures, which takes its time
	"POST /graphql":       "graph/matrix_test.go",
	"GET /first-login":    "TestFirstLogin",
	"POST /first-login":   "TestFirstLogin",
	"GET /login":          "TestWithoutAProviderOneLogsInWithAToken",
	"POST /session":       "TestASessionByAToken",
	"GET /login/callback": "TestLogin",
	"GET /login/done":     "TestLogin",
	"POST /logout":        "TestASessionByAToken",
}

const (
	file       = "GET /files/{item}/{version}/{name}"
	hiddenSays = "Tên hidden-slogan"
)

var addresses = []probe{
	{of: "GET /", path: "/"},
	{of: "GET /vi/", path: "/vi/login?problem=bad_token"},
	{of: "GET /en/", path: "/en/login?problem=bad_token"},
	{of: "GET /portal/", path: "/portal/icon.svg"},
	{of: "GET /healthz", path: "/healthz"},
	{of: "GET /readyz", path: "/readyz"},
	{of: "GET /schema.graphql", path: "/schema.graphql"},
	{of: "GET /graphql/explorer/", path: "/graphql/explorer/explorer.css"},
	{of: file, path: logo("1")},
	{of: file + rules.Preview, path: logo("1") + "?width=200&preview=1"},
	{of: "POST /files", path: "/files", body: "no picture"},
	{of: "GET /kit.zip", path: "/kit.zip?kind=slogan", marks: []string{"hidden-slogan", "", "shown-slogan"}},
	{of: "GET /kit/manifest.json", path: "/kit/manifest.json?kind=slogan", marks: []string{"hidden-slogan", "shown-slogan"}},
	{of: "GET /identify", path: "/identify?item=hidden-slogan&version=1", marks: []string{"hidden-slogan"}},
	{of: "GET /identify", path: "/identify?item=shown-slogan&version=1", marks: []string{"", "shown-slogan"}},
	{of: "POST /identify", path: "/identify", body: "nothing known"},
	{of: "GET /feeds/changes.atom", path: "/feeds/changes.atom", marks: []string{hiddenSays, "Tên shown-slogan"}},
	{of: "GET /feeds/deadlines.ics", path: "/feeds/deadlines.ics?lang=vi", marks: []string{"lịch-kiểm-tra", "", "BEGIN:VCALENDAR"}},
	{of: "GET /reports", path: "/reports?period=2026-H1", marks: []string{`"period"`}},
	{of: "GET /tlog/checkpoint", path: "/tlog/checkpoint"},
	{of: "GET /tlog/checkpoint/witnessed", path: "/tlog/checkpoint/witnessed"},
	{of: "GET /tlog/key", path: "/tlog/key"},
	{of: "GET /tlog/tile/{tile...}", path: "/tlog/tile/0/000.p/1"},
	{of: "GET /tlog/tile/{tile...}" + rules.Entries, path: "/tlog/tile/entries/000.p/1"},
	{of: "GET /proofs/items/{item}/{version}", path: "/proofs/items/shown-slogan/1", marks: []string{"signet-proof/v1"}},
	{of: "GET /proofs/editions/{edition}", path: "/proofs/editions/1", marks: []string{"signet-proof/v1"}},
	{of: "GET /xliff/{item}/{version}/{locale}", path: "/xliff/shown-slogan/1/ja", marks: []string{"<xliff"}},
	{of: "POST /xliff", path: "/xliff", body: "no XLIFF"},
	{of: "POST /evidence", path: "/evidence", body: "no picture"},
	{of: "POST /links", path: "/links", body: "{}"},
	{of: "GET /metrics", path: "/metrics"},
}

// What the table of addresses says is what the server does, for every row and everybody.
func TestTheTableIsWhatTheServerDoes(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	lookups := r.something()
	r.signed()
	if err := r.notary.Cosigned(t.Context(), r.plain("/tlog/checkpoint", "")); err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{file + rules.Withdrawn: true}
	for _, p := range addresses {
		tried[p.of] = true
		r.tryAddress(t, p)
	}
	for _, l := range lookups {
		tried[l.of] = true
		r.tryLookup(t, l)
	}
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"})
	r.tryAddress(t, probe{of: file + rules.Withdrawn, path: logo("1")})
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Items, domain.ChangeItemVisibility{Key: "logo-sample", Public: false})
	if got, nothing := r.look(logo("1"), ""), r.look(strings.Replace(logo("1"), "logo-sample", "nothing", 1), ""); got != nothing {
		t.Errorf("what was withdrawn and hidden is answered by %s, nothing by %s", got, nothing)
	}
	for _, rule := range rules.Addresses {
		if !tried[rule.Of] && triedBy[rule.Of] == "" {
			t.Errorf("nobody tries %s", rule.Of)
		}
	}
}

// something is in the registry for everybody to see and not to see; it returns where
// that is looked up.
func (r *registry) something() []lookup {
	r.t.Helper()
	r.publish("hidden-slogan", false)
	r.publish("shown-slogan", true)
	version, err := r.views.Version(r.t.Context(), "logo-sample", 1)
	if err != nil {
		r.t.Fatal(err)
	}
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.RegisterItem{Key: "hidden-logo", Kind: domain.Logo})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.DraftVersion{Key: "hidden-logo", Content: *version.Content})
	draft := strings.Replace(logo("1"), "logo-sample", "hidden-logo", 1)
	own, other := r.findings()
	return []lookup{
		{file + rules.Unapproved, []string{draft}, strings.Replace(draft, "/1/", "/9/", 1)},
		{"GET /status/{item}/{version}", []string{"/status/hidden-slogan/1", "/status/shown-slogan/1"}, "/status/nothing/1"},
		{"GET /evidence/{finding}", []string{other, own}, "/evidence/00000000-0000-4000-8000-000000000009"},
	}
}

// findings are those of the agency of everybody, and of another one: their pictures.
func (r *registry) findings() (own, other string) {
	r.t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		r.t.Fatal(err)
	}
	var kept struct{ Digest string }
	if a := r.ask(http.MethodPost, "/evidence", domain.RoleAuditor, &picture); json.Unmarshal(a.body, &kept) != nil {
		r.t.Fatalf("%d %s", a.status, a.body)
	}
	var planned struct {
		PlanAudit struct{ Audit struct{ Audit string } }
	}
	r.query(domain.RoleAuditor, `mutation { planAudit(input: {titles: [{locale: "vi", text: "lịch-kiểm-tra"}], due: "2030-01-01"}) { audit { audit } } }`, &planned)
	for i, agency := range []string{"so-ngoai-vu", "ban-tuyen-giao-dan-van"} {
		r.query(domain.RoleAuditor, fmt.Sprintf(`mutation { reportAudit(input: {audit: %q, report: "00000000-0000-4000-8000-00000000000%d", site: {address: "site-%d", agency: %q, channel: "web"},
			findings: [{place: "p", outcome: UNREGISTERED, certainty: LOOK, by: SIGHT, evidence: {picture: %q}}]}) { position } }`, planned.PlanAudit.Audit.Audit, i+1, i, agency, kept.Digest), nil)
	}
	var found struct {
		Findings struct {
			Edges []struct {
				Node struct {
					Picture string
					Site    struct{ Agency string }
				}
			}
		}
	}
	r.query(domain.RoleAuditor, `{ findings { edges { node { picture site { agency } } } } }`, &found)
	for _, e := range found.Findings.Edges {
		if e.Node.Site.Agency == "so-ngoai-vu" {
			own = e.Node.Picture
		} else {
			other = e.Node.Picture
		}
	}
	return own, other
}

// everybody are nobody and a member of each role.
func everybody() map[domain.Role]rules.Asker {
	all := map[domain.Role]rules.Asker{"": rules.Nobody}
	for _, role := range domain.MemberRoles {
		all[role] = rules.As(role)
	}
	return all
}

func rowOf(t *testing.T, of string) rules.Rule {
	t.Helper()
	at := slices.IndexFunc(rules.Addresses, func(r rules.Rule) bool { return r.Of == of })
	if at < 0 {
		t.Fatalf("the table does not tell of %s", of)
	}
	return rules.Addresses[at]
}

func (r *registry) tryAddress(t *testing.T, p probe) {
	t.Helper()
	method, _, _ := strings.Cut(p.of, " ")
	for role, asker := range everybody() {
		step, at := rowOf(t, p.of).For(asker)
		a := r.ask(method, p.path, role, strings.NewReader(p.body))
		sight := rules.Sees
		switch {
		case a.status == http.StatusUnauthorized && role == "", a.status == http.StatusForbidden && a.problem() == "FORBIDDEN not_permitted", a.status == http.StatusGone:
			sight = rules.Refused
		case a.status == http.StatusNotFound:
			sight = rules.Hidden
		case a.status >= http.StatusInternalServerError || a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
			t.Errorf("%s as %q: %d %.300s", p.of, role, a.status, a.body)
		}
		if sight != min(step.Sight, rules.Part) && (sight != rules.Sees || step.Sight < rules.Part) {
			t.Errorf("%s as %q: %d, and the table says %d", p.of, role, a.status, step.Sight)
		}
		for i, mark := range p.marks {
			if told := bytes.Contains(a.body, []byte(mark)); mark != "" && told != (at <= i && step.Sight >= rules.Part) {
				t.Errorf("%s as %q, that %s is told: %t", p.of, role, mark, told)
			}
		}
	}
}

func (r *registry) tryLookup(t *testing.T, l lookup) {
	t.Helper()
	for role, asker := range everybody() {
		nothing := r.look(l.nothing, role)
		step, at := rowOf(t, l.of).For(asker)
		for i, thing := range l.things {
			found := at <= i && step.Sight >= rules.Part
			if got := r.look(thing, role); got == "found" != found || !found && got != nothing {
				t.Errorf("%s as %q: %s is answered by %s, nothing by %s", l.of, role, thing, got, nothing)
			}
		}
	}
}

// look is how somebody is answered at an address. The id of the request is all that may
// differ between what is not for them and what does not exist.
func (r *registry) look(path string, role domain.Role) string {
	r.t.Helper()
	a := r.ask(http.MethodGet, path, role, nil)
	if a.status == http.StatusOK {
		return "found"
	}
	return fmt.Sprint(a.status, " ", strings.ReplaceAll(string(a.body), a.header.Get("X-Request-Id"), ""))
}
