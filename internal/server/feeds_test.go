package server_test

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// atom is what a reader of the feed understands (RFC 4287).
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID       string `xml:"id"`
		Title    string `xml:"title"`
		Updated  string `xml:"updated"`
		Summary  string `xml:"summary"`
		Category struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

func (r *registry) feed(role domain.Role, query string, headers ...string) (f atom) {
	r.t.Helper()
	a := r.ask("GET", "/feeds/changes.atom"+query, role, nil, headers...)
	if err := xml.Unmarshal(a.body, &f); err != nil || a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/atom+xml") {
		r.t.Fatalf("%s: %d %s, %v", query, a.status, a.body, err)
	}
	if a.header.Get("Cache-Control") != "private, no-cache" || !a.varies("Authorization") {
		r.t.Errorf("somebody else may be given it: %v", a.header)
	}
	return f
}

// tells counts the entries of a category with a word in their title or summary.
func (f atom) tells(term, word string) (n int) {
	for _, e := range f.Entries {
		if e.Category.Term == term && strings.Contains(e.Title+e.Summary, word) {
			n++
		}
	}
	return n
}

// publish brings a slogan that says so to be in force now, by all who sign slogans.
func (r *registry) publish(key string, public bool) {
	r.t.Helper()
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Policies, domain.SetPolicy{
		Kind: domain.Slogan, Reason: "đổi", Terms: domain.PolicyTerms{Leads: []string{"ban-tuyen-giao-dan-van"}},
	})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.RegisterItem{Key: key, Kind: domain.Slogan, Public: public})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.DraftVersion{Key: key, Content: domain.Content{Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Tên " + key, "en": "Name of " + key}},
		{ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": "Biển mở", "en": "Open sea"}},
	}}})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.SubmitVersion{Key: key, Version: 1})
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.SignVersion{Key: key, Version: 1})
}

func TestTheFeedTellsNobodyOfWhatIsNotPublic(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("hidden-slogan", false)
	r.publish("shown-slogan", true)
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "hidden-slogan", Version: 1, Reason: "kín mà sai"})
	for role, want := range map[domain.Role]int{"": 0, domain.RoleDesigner: 1, domain.RoleAgency: 1, domain.RoleAuditor: 1} {
		f := r.feed(role, "")
		for term, word := range map[string]string{"approved": "hidden-slogan", "in_force": "hidden-slogan", "withdrawn": "kín mà sai"} {
			if got := f.tells(term, word); got != want {
				t.Errorf("%q is told %d times that it is %s", role, got, term)
			}
		}
		if f.tells("in_force", "shown-slogan") != 1 || f.tells("edition_issued", "MẪU-01") != 1 {
			t.Errorf("%q is not told of what is public: %+v", role, f.Entries)
		}
	}
	if a := r.ask("GET", "/feeds/changes.atom", "", nil, "Authorization", "Bearer signet_x_y"); a.status != 401 {
		t.Errorf("a bad token: %d", a.status)
	}
}

func TestTheFeedTellsNobodyWhatIsToComeOrWhy(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("shown-slogan", true)
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "shown-slogan", Version: 1, Reason: "vì một chữ"})
	anybody, known := r.feed("", ""), r.feed(domain.RoleDesigner, "")
	if n := anybody.tells("approved", ""); n != 0 {
		t.Errorf("anybody is told of %d approvals", n)
	}
	if anybody.tells("withdrawn", "shown-slogan") != 1 || anybody.tells("withdrawn", "vì một chữ") != 0 {
		t.Error("anybody is told why, or not that it was withdrawn")
	}
	if known.tells("approved", "shown-slogan") != 1 || known.tells("withdrawn", "vì một chữ") != 1 {
		t.Error("who is known is not told of an approval, or why something was withdrawn")
	}
}

func TestAFeedMayBeOfOneItem(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("hidden-slogan", false)
	r.publish("shown-slogan", true)
	all, one := r.feed("", ""), r.feed("", "?item=shown-slogan&kind=slogan")
	if len(one.Entries) != 1 || one.tells("in_force", "shown-slogan") != 1 || one.ID == all.ID || one.ID == r.feed("", "?item=slogan-open-sea&kind=slogan").ID {
		t.Errorf("%+v", one)
	}
	if links := one.Links; len(links) == 0 || links[0].Href != r.url+"/feeds/changes.atom?item=shown-slogan&kind=slogan&lang=vi" {
		t.Errorf("%+v", links)
	}
	if f := r.feed("", "?item=hidden-slogan"); len(f.Entries) != 0 {
		t.Errorf("nobody is told of what is hidden: %+v", f.Entries)
	}
	if a := r.ask("GET", "/feeds/changes.atom?item=no%20key", "", nil); a.problem() != "BAD_USER_INPUT invalid_key item" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestTheFeedIsOneForAReaderOfFeeds(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("shown-slogan", true)
	vi, en := r.feed("", ""), r.feed("", "?lang=en")
	if vi.Lang != "vi" || en.Lang != "en" || vi.ID == en.ID || vi.Title == en.Title {
		t.Errorf("two languages are one feed: %+v, %+v", vi, en)
	}
	if f := r.feed("", "", "Accept-Language", "en-GB,vi;q=0.5"); f.ID != en.ID {
		t.Errorf("the reader's language is not asked for: %s", f.Lang)
	}
	if vi.tells("in_force", "Tên shown-slogan") != 1 || en.tells("in_force", "Name of shown-slogan") != 1 {
		t.Errorf("items are not called by their names: %+v", en.Entries)
	}
	if links := en.Links; len(links) == 0 || links[0].Rel != "self" || links[0].Href != r.url+"/feeds/changes.atom?lang=en" {
		t.Errorf("%+v", links)
	}
	newest, seen := time.Time{}, map[string]bool{en.ID: true}
	for i, e := range en.Entries {
		at, err := time.Parse(time.RFC3339, e.Updated)
		if before, _ := time.Parse(time.RFC3339, en.Entries[max(0, i-1)].Updated); err != nil || at.After(before) || seen[e.ID] || e.Title == "" || at.After(time.Now()) {
			t.Errorf("%+v, %v", e, err)
		}
		if id, err := uuid.Parse(e.ID); err != nil || !strings.HasPrefix(e.ID, "urn:uuid:") {
			t.Errorf("%s is no id: %v, %v", e.ID, id, err)
		}
		seen[e.ID] = true
		if newest = at; i == 0 && en.Updated != e.Updated {
			t.Errorf("updated %s, the newest entry is of %s", en.Updated, e.Updated)
		}
	}
	if newest.IsZero() {
		t.Error("nothing is told")
	}
	if again := r.feed("", "?lang=en"); fmt.Sprint(again) != fmt.Sprint(en) {
		t.Error("the same feed is another one the second time")
	}
}

func TestTheFeedOfAKind(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	logos := r.feed("", "?kind=logo")
	if len(logos.Entries) == 0 || logos.tells("edition_issued", "") != 0 || logos.ID == r.feed("", "").ID {
		t.Errorf("%+v", logos)
	}
	for _, e := range logos.Entries {
		if !strings.Contains(e.Title, "Biểu trưng") {
			t.Errorf("among logos is told %q", e.Title)
		}
	}
	if a := r.ask("GET", "/feeds/changes.atom?kind=song", "", nil); a.status != 400 || a.problem() != "BAD_USER_INPUT unknown_kind kind" {
		t.Errorf("%d %s", a.status, a.body)
	}
	// What can't stand in a feed as an address is no fault of this server.
	if a := r.ask("GET", "/feeds/changes.atom?kind=logo&x=HảiPhòng|%zz", "", nil); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if status := r.bare("GET /feeds/changes.atom HTTP/1.0\r\n\r\n"); !strings.Contains(status, " 200 ") {
		t.Errorf("without a host: %s", status)
	}
	if a := r.ask("HEAD", "/feeds/changes.atom", "", nil); a.status != 200 || len(a.body) > 0 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// bare sends a request as it is written, and returns the first line of the answer.
func (r *registry) bare(request string) string {
	r.t.Helper()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte(request)); err != nil {
		r.t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		r.t.Fatal(err)
	}
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		r.t.Fatal(err)
	}
	return status
}
