package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/internal/people"
	"signet/internal/people/peopletest"
	"signet/internal/people/sqlite"
	"signet/internal/testneeds"
)

// staff is a registry of one agency, with two administrators, and Bình.
type staff struct {
	t             *testing.T
	dir           string
	admin, second string // tokens
	author, binh  string
	person        people.Person // Bình
}

const staffAgency = "so-ngoai-vu"

func newStaff(t *testing.T) *staff {
	t.Helper()
	s := &staff{t: t, dir: t.TempDir(), person: peopletest.Binh}
	s.admin, _ = s.join("admin", "--agency-name", "Sở Ngoại vụ")
	s.second, _ = s.join("admin")
	s.author, _ = s.join("author")
	s.binh, s.person.ID = s.join("reviewer")
	return s
}

// join adds a member, and returns their token and id.
func (s *staff) join(role string, more ...string) (token string, id uuid.UUID) {
	s.t.Helper()
	stdout, stderr, code := signet(s.t, s.dir, append([]string{"token", "--agency", staffAgency, "--role", role}, more...)...)
	words := strings.Fields(stderr)
	if code != exitOK || len(words) < 5 {
		s.t.Fatal(code, stdout, stderr)
	}
	return strings.TrimSpace(stdout), uuid.MustParse(words[4])
}

// claim lets Bình come by the identities of an OpenID provider.
func (s *staff) claim() {
	s.t.Helper()
	store, err := sqlite.Open(filepath.Join(s.dir, defaultData, peopleFile), time.Now)
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	for _, i := range s.person.Identities {
		if _, err := store.Claim(s.t.Context(), i, s.person.ID); err != nil {
			s.t.Fatal(err)
		}
	}
}

// work lets Bình do all that a member does.
func (s *staff) work(p *process) {
	s.t.Helper()
	mutation := func(token, name string, in vars) {
		s.t.Helper()
		title := strings.ToUpper(name[:1]) + name[1:]
		p.ask(token, fmt.Sprintf(`mutation($in: %sInput!) { %s(input: $in) { __typename } }`, title, name), vars{"in": in})
	}
	version := vars{"key": "slogan", "version": 1}
	with := func(field string, value any) vars { return vars{"key": "slogan", "version": 1, field: value} }
	mutation(s.admin, "setPolicy", vars{"kind": "SLOGAN", "leads": []string{staffAgency}, "required": []string{}, "reason": "dòng 3"})
	mutation(s.author, "registerItem", vars{"key": "slogan", "kind": "SLOGAN", "public": true})
	mutation(s.author, "draftVersion", vars{"key": "slogan", "content": sloganOf("Cửa ngõ ra biển")})
	mutation(s.author, "submitVersion", version)
	mutation(s.binh, "commentOnVersion", with("text", "Câu này hay."))
	mutation(s.binh, "setPerson", vars{"agency": staffAgency, "member": s.person.ID.String(), "name": s.person.Name, "mail": s.person.Mail})
	mutation(s.binh, "signVersion", version)
	viewer := p.ask(s.second, `{ viewer { member } }`, nil).text("viewer.member")
	mutation(s.binh, "delegateSigning", vars{"agency": staffAgency, "member": viewer, "until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "reason": "đi công tác"})
	mutation(s.admin, "registerWebhook", vars{"agency": staffAgency, "url": "https://hooks.example/x", "topics": []string{"VERSION_APPROVED", "REVIEW_REQUESTED"}})
	if a := p.ask(s.binh, `{ viewer { name mail } }`, nil); a.text("viewer.name") != s.person.Name || a.text("viewer.mail") != s.person.Mail {
		s.t.Fatalf("who Bình is: %s", a.raw)
	}
}

// answers are all that the registry tells an administrator of its members and of what
// they did.
func (s *staff) answers(p *process) map[string]string {
	s.t.Helper()
	all := map[string]string{}
	for _, path := range []string{
		"/", "/kit/manifest.json", "/kit.zip", "/catalogue.json", "/feeds/changes.atom", "/feeds/deadlines.ics", "/reports?period=2026-H2&format=html",
		fmt.Sprintf("/reports?from=%s&until=%s&format=csv", time.Now().AddDate(0, 0, -2).Format(time.DateOnly), time.Now().AddDate(0, 0, 2).Format(time.DateOnly)),
		"/status/slogan/1",
	} {
		status, header, body := p.get(path, s.admin)
		if status != http.StatusOK {
			s.t.Errorf("%s: %d %s", path, status, body)
		}
		all[path] = fmt.Sprint(header, string(body))
	}
	for title, query := range map[string]string{
		"members":     `{ agency(key: "so-ngoai-vu") { members { edges { node { id name mail roles tokens { id } } } } delegations { edges { node { id } } } } }`,
		"history":     `{ item(key: "slogan") { history { edges { node { what member agency } } } version(number: 1) { comments { edges { node { member text } } } signatures { member agency } } } }`,
		"erasures":    `{ erasures { edges { node { person basis erased } } } }`,
		"by the name": fmt.Sprintf(`{ search(query: %q, everything: true) { edges { node { key } } } }`, "Bình"),
	} {
		all[title] = p.ask(s.admin, query, nil).raw
	}
	return all
}

// without fails the test where something tells of Bình.
func (s *staff) without(what, text string) {
	s.t.Helper()
	for _, trace := range peopletest.Traces(s.person) {
		if strings.Contains(text, trace) {
			s.t.Errorf("%s tells %q", what, trace)
		}
	}
}

func (s *staff) erase(p *process, token string, more ...string) string {
	s.t.Helper()
	return must(s.t, s.dir, append([]string{"person", "erase", s.person.ID.String(), "--server", p.url, "--token", token}, more...)...)
}

// This is what it is all for: what is erased is nowhere, and what was done stays.
func TestWhoIsErasedIsFoundNowhere(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	s := newStaff(t)
	s.claim()
	p := serving(t, s.dir)
	s.work(p)
	before := s.answers(p)
	if !strings.Contains(before["members"], s.person.Name) || !strings.Contains(before["members"], s.person.Mail) || !strings.Contains(before["history"], s.person.ID.String()) {
		t.Fatalf("nobody is there who could be erased: %v", before)
	}
	p.stop()
	data := filepath.Join(s.dir, defaultData)
	if len(peopletest.InFiles(t, data, s.person)) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	must(t, s.dir, "export", filepath.Join(s.dir, "exported"))

	p = serving(t, s.dir)
	if said := s.erase(p, s.admin, "--basis", "asked_by_person"); !strings.Contains(said, "requested") {
		t.Error(said)
	}
	if said := s.erase(p, s.admin); !strings.Contains(said, "requested") || !strings.Contains(s.answers(p)["members"], s.person.Name) {
		t.Errorf("one person alone has erased somebody: %s", said)
	}
	if said := s.erase(p, s.second); strings.Contains(said, "requested") {
		t.Error(said)
	}
	for _, found := range peopletest.InFiles(t, data, s.person) {
		t.Error("while it runs: ", found)
	}
	if status, _, body := p.get("/graphql?query="+url.QueryEscape("{viewer{name}}"), s.binh); status != http.StatusUnauthorized {
		t.Errorf("Bình is let in: %d %s", status, body)
	}
	after := s.answers(p)
	for what, text := range after {
		s.without(what, text)
	}
	if after["history"] != before["history"] || strings.Contains(after["members"], s.person.ID.String()) {
		t.Errorf("what was done: %s\nwas: %s\nmembers: %s", after["history"], before["history"], after["members"])
	}
	p.stop()
	s.without("the server", p.out.String()+p.err.String())
	s.staysErased(data)
}

// staysErased sees that nothing brings back who was erased, on a registry that does not run.
func (s *staff) staysErased(data string) {
	t := s.t
	t.Helper()
	if code := launch(t, s.dir, "verify").code(); code != exitOK {
		t.Errorf("verify ends with %d", code)
	}
	must(t, s.dir, "rebuild")
	must(t, s.dir, "export", filepath.Join(s.dir, "exported-after"))
	refused(t, exitBadInput, s.dir, "import", filepath.Join(s.dir, "exported")) // the registry has the kit
	must(t, s.dir, "import", "--data", "another", filepath.Join(s.dir, "exported"))
	s.without("the list", must(t, s.dir, "person", "list"))
	for _, folder := range []string{data, filepath.Join(s.dir, "exported"), filepath.Join(s.dir, "exported-after"), filepath.Join(s.dir, "another")} {
		if names, err := fs.Glob(os.DirFS(folder), "*"); err != nil || len(names) == 0 {
			t.Errorf("%s is empty: %v", folder, err)
		}
		for _, found := range peopletest.InFiles(t, folder, s.person) {
			t.Error("in the end: ", found)
		}
	}
	refused(t, exitBadInput, s.dir, "person", "set", s.person.ID.String(), "--name", s.person.Name, "--mail", "")
}

// A backup of people.db that is older than the erasure is put back.
func TestAnOldTableOfPeopleIsCleanedWhenTheServerStarts(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	s := newStaff(t)
	s.claim()
	must(t, s.dir, "person", "set", s.person.ID.String(), "--name", s.person.Name, "--mail", s.person.Mail)
	data := filepath.Join(s.dir, defaultData)
	backup, err := os.ReadFile(filepath.Join(data, peopleFile))
	if err != nil {
		t.Fatal(err)
	}
	refused(t, exitBadInput, s.dir, "person", "erase", s.person.ID.String()) // on no basis
	if said := must(t, s.dir, "person", "erase", s.person.ID.String(), "--basis", "left_service"); !strings.Contains(said, "requested") {
		t.Error(said)
	}
	if said := must(t, s.dir, "person", "erase", s.person.ID.String()); !strings.Contains(said, "requested") {
		t.Errorf("who works on the machine has confirmed their own request: %s", said)
	}
	if list := must(t, s.dir, "person", "list"); !strings.Contains(list, s.person.Name) || !strings.Contains(list, "requested") {
		t.Error(list)
	}
	p := serving(t, s.dir)
	if list := must(t, s.dir, "person", "list", "--server", p.url, "--token", s.admin); !strings.Contains(list, s.person.Name) || !strings.Contains(list, "requested") {
		t.Error(list)
	}
	s.erase(p, s.admin)
	p.stop()

	if err := os.WriteFile(filepath.Join(data, peopleFile), backup, 0o600); err != nil {
		t.Fatal(err)
	}
	p = serving(t, s.dir)
	await(t, "nothing is found", func() bool { return len(peopletest.InFiles(t, data, s.person)) == 0 })
	p.stop()
}

func TestWhatPersonRefuses(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	s := newStaff(t)
	id := s.person.ID.String()
	for title, args := range map[string][]string{
		"no id":                        {"set", "x", "--name", "a", "--mail", ""},
		"an id of nobody":              {"set", uuid.NewString(), "--name", "a", "--mail", ""},
		"half of it":                   {"set", id, "--name", "a"},
		"no address":                   {"set", id, "--name", "a", "--mail", "b"},
		"an erasure of nobody":         {"erase", uuid.NewString(), "--basis", "unlawful"},
		"a basis in free text":         {"erase", id, "--basis", "bà Bình xin nghỉ"},
		"cancelling what is not there": {"erase", id, "--cancel"},
		"a registry without agency":    {"set", id, "--name", "a", "--mail", "", "--server", "http://127.0.0.1:1"},
	} {
		t.Run(title, func(t *testing.T) { refused(t, exitBadInput, s.dir, slices.Concat([]string{"person"}, args)...) })
	}
	must(t, s.dir, "person", "erase", id, "--basis", "unlawful")
	must(t, s.dir, "person", "erase", id, "--cancel")
	must(t, s.dir, "person", "set", id, "--name", "Bình", "--mail", "")
	p := serving(t, s.dir)
	must(t, s.dir, "person", "set", id, "--agency", staffAgency, "--name", "Bình Mới", "--mail", "", "--server", p.url, "--token", s.admin)
	if a := p.ask(s.binh, `{ viewer { name } }`, nil); a.text("viewer.name") != "Bình Mới" {
		t.Error(a.raw)
	}
	must(t, s.dir, "person", "erase", id, "--basis", "unlawful", "--server", p.url, "--token", s.admin)
	must(t, s.dir, "person", "erase", id, "--cancel", "--server", p.url, "--token", s.second)
	p.stop()
}
