package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
)

// calendar reads a calendar (RFC 5545), by UID.
func (r *registry) calendar(role domain.Role, query string) map[string]*ics.VEvent {
	r.t.Helper()
	a := r.ask("GET", "/feeds/deadlines.ics"+query, role, nil)
	c, err := ics.ParseCalendar(bytes.NewReader(a.body))
	if err != nil || a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") {
		r.t.Fatalf("%d %s, %v", a.status, a.body, err)
	}
	if bytes.Count(a.body, []byte("\n")) != bytes.Count(a.body, []byte("\r\n")) {
		r.t.Error("a line does not end in CRLF")
	}
	out := map[string]*ics.VEvent{}
	for _, e := range c.Events() {
		if out[e.Id()] != nil {
			r.t.Errorf("%s stands in it twice", e.Id())
		}
		out[e.Id()] = e
	}
	return out
}

func property(e *ics.VEvent, p ics.ComponentProperty) string {
	if e == nil || e.GetProperty(p) == nil {
		return ""
	}
	return e.GetProperty(p).Value
}

// compact is a day as iCalendar writes it.
func compact(d domain.Date) string { return strings.ReplaceAll(string(d), "-", "") }

func TestTheCalendarTellsWhenEditionsAreDue(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	editions, err := r.views.Editions(t.Context(), 0, 100)
	if err != nil || len(editions) < 2 {
		t.Fatalf("%d editions, %v", len(editions), err)
	}
	vi, en := r.calendar("", ""), r.calendar("", "?lang=en")
	for _, e := range editions {
		uid := fmt.Sprintf("edition-%d@signet", e.Number)
		if got := property(vi[uid], ics.ComponentPropertyDtStart); got != compact(e.Due) {
			t.Errorf("edition %d is due on %s, and stands at %q", e.Number, e.Due, got)
		}
		if !strings.Contains(property(vi[uid], ics.ComponentPropertySummary), e.TitleIn("vi")) || !strings.Contains(property(en[uid], ics.ComponentPropertySummary), strings.ReplaceAll(e.TitleIn("en"), ",", `\,`)) &&
			!strings.Contains(property(en[uid], ics.ComponentPropertySummary), e.TitleIn("en")) {
			t.Errorf("edition %d is called %q, %q", e.Number, property(vi[uid], ics.ComponentPropertySummary), property(en[uid], ics.ComponentPropertySummary))
		}
		if alarms := len(vi[uid].Alarms()); (alarms == 0) != !e.Issued.IsZero() {
			t.Errorf("edition %d reminds %d times, issued %v", e.Number, alarms, e.Issued)
		}
	}
	last := editions[len(editions)-1].Number
	if _, early := vi[fmt.Sprintf("edition-%d@signet", last+1)]; early || len(vi) != len(editions) {
		t.Errorf("%d deadlines for nobody in particular, of %d editions", len(vi), len(editions))
	}
	// With the last edition issued, the one that must follow it is due, though nobody
	// has opened it.
	r.issueLast(last)
	issued, err := r.views.Edition(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	next := r.calendar("", "")[fmt.Sprintf("edition-%d@signet", last+1)]
	if got, want := property(next, ics.ComponentPropertyDtStart), domain.DateOf(issued.Issued).AddMonths(domain.RenewalMonths); got != compact(want) {
		t.Errorf("the next edition stands at %q, and is due on %s", got, want)
	}
}

// issueLast puts a slogan into an open edition, and issues it.
func (r *registry) issueLast(number int) {
	r.t.Helper()
	r.publish("edition-slogan", true)
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.DraftVersion{Key: "edition-slogan", Content: domain.Content{Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Tên"}},
		{ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": "Biển rộng"}},
	}}})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.SubmitVersion{Key: "edition-slogan", Version: 2, Effective: domain.Effective{Edition: number}})
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.SignVersion{Key: "edition-slogan", Version: 2})
	held, err := r.views.EditionEntries(r.t.Context(), number, "", 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range held {
		act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Editions, domain.ExcludeFromEdition{Number: number, Item: e.Item})
	}
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Editions, domain.IncludeInEdition{Number: number, Item: "edition-slogan", Version: 2})
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Editions, domain.IssueEdition{Number: number, Decision: "MẪU-09/QĐ", Decided: domain.DateOf(time.Now())})
}

// join adds a member of another agency, with a token kept under a name.
func (r *registry) join(agency string, role, name domain.Role) {
	r.t.Helper()
	id, token := uuid.New(), access.NewToken()
	r.run(domain.AddMember{Agency: agency, Member: id, Roles: []domain.Role{role}})
	last := r.run(domain.IssueToken{Agency: agency, Member: id, Token: token.ID, Hash: token.Hash})
	if err := r.views.WaitFor(r.t.Context(), last); err != nil {
		r.t.Fatal(err)
	}
	r.tokens[name] = token.Secret
}

func TestTheCalendarTellsAnAgencyWhatItIsToDo(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.join("so-vhttdl", domain.RoleReviewer, "culture")
	r.join("bao-ptth", domain.RoleReviewer, "press")
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Policies, domain.SetPolicy{Kind: domain.Template, Reason: "đổi", Terms: domain.PolicyTerms{
		Leads: []string{"so-vhttdl"}, Required: []string{"bao-ptth"}, CoordinatingDays: 10, LeadDays: 20, RevisionDays: 5,
	}})
	r.withLetter()
	today := domain.DateOf(time.Now())
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.SubmitVersion{Key: letter, Version: 1})
	due := func(role domain.Role, step, agency string) string {
		return property(r.calendar(role, "")[fmt.Sprintf("%s-1-%s-%s@signet", letter, step, agency)], ics.ComponentPropertyDtStart)
	}
	day := func(days int) []string { // the day may end while the test runs
		return []string{compact(today.AddDays(days)), compact(domain.DateOf(time.Now()).AddDays(days))}
	}
	if got := due("press", "coordinating", "bao-ptth"); !slices.Contains(day(10), got) {
		t.Errorf("press signs until %q", got)
	}
	if got := due("culture", "lead", "so-vhttdl"); !slices.Contains(day(20), got) {
		t.Errorf("the lead signs until %q", got)
	}
	for _, role := range []domain.Role{"", domain.RoleAuthor, domain.RoleAgency, domain.RoleDesigner} {
		for uid := range r.calendar(role, "") {
			if strings.Contains(uid, letter) {
				t.Errorf("%q is told of %s", role, uid)
			}
		}
	}
	if got := due("press", "lead", "so-vhttdl"); got != "" {
		t.Error("press is told what others are to do")
	}
	act(r, "bao-ptth", domain.RoleReviewer, domain.Items, domain.ReturnVersion{Key: letter, Version: 1, Reason: "chưa rõ"})
	if got := due(domain.RoleAuthor, "revision", "so-ngoai-vu"); !slices.Contains(day(5), got) {
		t.Errorf("the author answers until %q", got)
	}
	for _, role := range []domain.Role{"", domain.RoleAgency, domain.RoleDesigner} {
		if got := due(role, "revision", "so-ngoai-vu"); got != "" {
			t.Errorf("%q may not read drafts, and is told of one", role)
		}
	}
	if got := due("press", "coordinating", "bao-ptth"); got != "" {
		t.Errorf("press has done its step, and stands at %q", got)
	}
	if e := r.calendar(domain.RoleAuthor, "?lang=en")[letter+"-1-revision-so-ngoai-vu@signet"]; len(e.Alarms()) == 0 ||
		property(e, ics.ComponentPropertySummary) == property(r.calendar(domain.RoleAuthor, "?lang=vi")[e.Id()], ics.ComponentPropertySummary) {
		t.Errorf("%+v", e)
	}
}
