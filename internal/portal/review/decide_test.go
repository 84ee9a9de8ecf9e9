package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// under is a version under review: two agencies coordinate, one of two others is needed,
// and one leads.
func under(change func(*item)) *item {
	it := &item{Source: "vi", Version: &draft{
		Number: 3, State: "SUBMITTED", Author: "ann", Agency: "author-agency", Leads: []string{"lead"}, Required: []string{"one", "two"},
		Policy: policy{Others: []string{"three", "four"}, Quorum: 1, LeadLast: true}, Missing: []string{"four", "lead", "one", "three", "two"},
		Awaited: []awaited{{Agency: "one", Step: "COORDINATING"}, {Agency: "two", Step: "COORDINATING", Due: "2026-11-30", DaysOverdue: 2}, {Agency: "three", Step: "COORDINATING"}, {Agency: "four", Step: "COORDINATING"}},
	}}
	if change != nil {
		change(it)
	}
	return it
}

func did(what, member string) struct{ Node step } {
	return struct{ Node step }{step{What: what, Member: member, Digest: what + "-digest"}}
}

func TestWhatOneCanDecideIsShownBeforehand(t *testing.T) {
	reviewer := func(agency string, delegations ...string) *viewer {
		return &viewer{Member: "me", Agency: agency, Roles: []string{"REVIEWER"}, Delegations: delegations}
	}
	for name, c := range map[string]struct {
		who    *viewer
		change func(*item)
		want   string // agencies that can sign or (return only), what blocks, and whether one may step back
	}{
		"a coordinating agency":                    {reviewer("one"), nil, "one sign; recuse"},
		"the lead, whose turn comes later":         {reviewer("lead"), nil, "lead return; recuse"},
		"who signs by delegation":                  {&viewer{Member: "me", Agency: "x", Roles: []string{"AGENCY"}, Delegations: []string{"one"}}, nil, "one sign by delegation;"},
		"who signs for the own and another":        {reviewer("one", "lead"), nil, "one sign, lead return by delegation; recuse"},
		"one of a quorum":                          {reviewer("three"), nil, "three sign; recuse whole"},
		"an agency that the policy does not name":  {reviewer("x"), nil, "; signer"},
		"a member of the agency who signs nothing": {&viewer{Member: "me", Agency: "one", Roles: []string{"AUTHOR"}}, nil, "; signer recuse"},
		"who began it":                             {reviewer("one"), func(i *item) { i.Version.Author = "me" }, "; wrote recuse"},
		"who translated it":                        {reviewer("one"), func(i *item) { i.History.Edges = append(i.History.Edges, did("TRANSLATED", "me")) }, "; wrote recuse"},
		"who revised it":                           {reviewer("one"), func(i *item) { i.History.Edges = append(i.History.Edges, did("REVISED", "me")) }, "; wrote recuse"},
		"who only signed":                          {reviewer("one"), func(i *item) { i.History.Edges = append(i.History.Edges, did("SIGNED", "me")) }, "one sign; recuse"},
		"who stepped back":                         {reviewer("one"), func(i *item) { i.Version.Recusals = []recusal{{Agency: "one", Member: "me"}} }, "; recused"},
		"who signed for another agency":            {reviewer("one", "two"), func(i *item) { i.Version.Signatures = []signature{{Agency: "two", Member: "me"}} }, "two sign by delegation;"},
		"an agency that has signed": {reviewer("one"), func(i *item) {
			i.Version.Signatures = []signature{{Agency: "one", Member: "b"}}
			i.Version.Awaited = nil
		}, "one return; recuse"},
		"a draft": {reviewer("one"), func(i *item) { i.Version.State = "DRAFTED" }, "; state"},
	} {
		d := decide(c.who, under(c.change))
		var choices, rest []string
		for _, o := range d.Choices {
			text := o.Agency + map[bool]string{true: " sign", false: " return"}[o.Signs]
			if o.Delegated {
				text += " by delegation"
			}
			choices = append(choices, text)
		}
		for word, is := range map[string]bool{d.Blocked: true, "recuse": d.Recuse, "whole": d.Recuse && d.Whole} {
			if is && word != "" {
				rest = append(rest, word)
			}
		}
		slices.SortFunc(rest, func(a, b string) int { return strings.Compare(order(a), order(b)) })
		if got := strings.TrimSpace(strings.Join(choices, ", ") + "; " + strings.Join(rest, " ")); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	it := under(func(i *item) {
		i.History.Edges = append(i.History.Edges, did("SUBMITTED", "ann"), did("COMMENTED", "b"))
	})
	if d := decide(reviewer("one"), it); d.Submission != "SUBMITTED-digest" {
		t.Errorf("what is signed is proved by %q", d.Submission)
	}
	it.History.PageInfo.HasNextPage = true
	if d := decide(reviewer("one"), it); d.Submission != "" {
		t.Errorf("of a history that goes on, an earlier submission is shown: %q", d.Submission)
	}
}

// order puts what blocks before what can be done.
func order(word string) string {
	return fmt.Sprint(slices.Index([]string{"recuse", "whole"}, word))
}

func TestWhoSignsIsShownInOrder(t *testing.T) {
	it := under(func(i *item) {
		d := i.Version
		d.Signatures = []signature{{Agency: "one", At: "2026-11-20T00:00:00Z", Delegation: "d"}, {Agency: "four", Parts: []string{"vi"}}}
		d.Missing, d.Due, d.LeadDue = []string{"four", "lead", "two"}, "2026-11-30", "2026-12-10"
		d.Awaited = []awaited{{Agency: "two", Step: "COORDINATING", DaysOverdue: 2}}
		d.Recusals = []recusal{{Agency: "three", Whole: true}, {Agency: "two"}}
	})
	var got []string
	for _, r := range rounds(it.Version) {
		for _, s := range r.Signers {
			got = append(got, fmt.Sprintf("%s %s %s %s %v %d", r.Name, r.Due, s.Agency, s.Stands, s.Delegated, s.Overdue))
		}
	}
	want := []string{
		"coordinating 2026-11-30 one signed true 0", "coordinating 2026-11-30 two now false 2", "coordinating 2026-11-30 three recused false 0",
		"coordinating 2026-11-30 four part false 0", "lead 2026-12-10 lead later false 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	it.Version.Missing, it.Version.Awaited = nil, nil
	it.Version.Signatures = it.Version.Signatures[:1]
	if s := it.Version.stands("four"); s.Stands != "spare" {
		t.Errorf("one of a filled quorum stands %s", s.Stands)
	}
	if r := rounds(&draft{State: "DRAFTED"}); len(r) != 0 {
		t.Errorf("a draft has no steps yet: %v", r)
	}
}

func TestTheOtherVersionIsThatInForce(t *testing.T) {
	all := []known{{Number: 5, State: "DRAFTED"}, {Number: 3, State: "RETURNED"}, {Number: 2, State: "APPROVED"}, {Number: 1, State: "APPROVED"}}
	for name, c := range map[string]struct {
		inForce int
		others  []known
		asked   string
		want    int
	}{
		"what is in force":               {1, all, "", 1},
		"the newest that was approved":   {0, all, "", 2},
		"what is newer is not before":    {6, all, "", 2},
		"the one before":                 {0, []known{{Number: 3, State: "RETURNED"}}, "", 3},
		"what is asked for":              {1, all, "5", 5},
		"none, when that is asked for":   {1, all, "0", 0},
		"what is none of them":           {1, all, "77", 1},
		"what is no number":              {1, all, "x", 1},
		"of the first there is no other": {0, nil, "", 0},
	} {
		p := &versionPage{place: place{"k", 4}, Item: &item{}, Others: c.others}
		if c.inForce > 0 {
			p.Item.InForce = &struct{ Number int }{c.inForce}
		}
		if got := p.against(c.asked); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestAnswersStandBelowWhatTheyAnswer(t *testing.T) {
	all := []remark{{ID: "a", Agency: "x"}, {ID: "b", ReplyTo: "a"}, {ID: "c", ReplyTo: "b"}, {ID: "d", ReplyTo: "gone"}, {ID: "e", Resolved: "2026-11-20T00:00:00Z", Agency: "x"}}
	var got []string
	for _, th := range threads(all, func(r remark) bool { return r.Agency == "x" }) {
		text := th.ID
		for _, r := range th.Replies {
			text += r.ID
		}
		got = append(got, fmt.Sprint(text, th.Settle))
	}
	if want := []string{"abctrue", "dfalse", "efalse"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCommentsStandBesideTheirTexts(t *testing.T) {
	c := contentOf([]string{"ja", "vi"}, map[string]string{"vi": "Cảng xanh", "ja": "港"})
	compared := compare("vi", nil, &c, nil, [2]string{})
	others := compared.place(threads([]remark{
		{ID: "1", Unit: "slogan", Locale: "vi", Passage: &passage{0, 4, "Cảng"}},
		{ID: "2", Unit: "slogan", Locale: "vi", Passage: &passage{5, 9, "xinh"}}, // the text has changed since
		{ID: "3", Unit: "slogan", Locale: "ja", Passage: &passage{0, 1, "港"}, Resolved: "2026-11-20T00:00:00Z"},
		{ID: "4", Unit: "slogan"},
		{ID: "5"},
		{ID: "6", Unit: "gone", Locale: "vi"},
	}, func(remark) bool { return true }), "vi")
	vi, ja := compared.Sections[0].Rows[0], compared.Sections[1].Rows[0]
	if len(vi.Threads) != 3 || len(ja.Threads) != 1 || len(others) != 2 {
		t.Errorf("%d, %d and %d others", len(vi.Threads), len(ja.Threads), len(others))
	}
	if written(vi.After) != "<Cảng> xanh" || written(ja.After) != "港" {
		t.Errorf("%s, %s", written(vi.After), written(ja.After))
	}
}

func TestDaysAreThoseOfTheCity(t *testing.T) {
	if got := begins("2026-12-01"); got != "2026-12-01T00:00:00+07:00" {
		t.Errorf("it begins %v", got)
	}
	if got := ends("2026-12-31"); got != "2027-01-01T00:00:00+07:00" {
		t.Errorf("it ends %v", got)
	}
	if begins("") != nil || begins("soon") != "soon" || ends("soon") != "soon" {
		t.Error("what is no day is left to the API")
	}
}

func TestWhatIsMostUrgentComesFirst(t *testing.T) {
	rows := []waiting{
		{Key: "undated", awaited: awaited{Since: "2026-01-01T00:00:00Z"}},
		{Key: "soon", awaited: awaited{Due: "2026-12-01", Since: "2026-11-20T00:00:00Z"}},
		{Key: "late", awaited: awaited{Due: "2026-11-01", Since: "2026-10-20T00:00:00Z"}},
		{Key: "soon-and-older", awaited: awaited{Due: "2026-12-01", Since: "2026-11-10T00:00:00Z"}},
	}
	slices.SortStableFunc(rows, byUrgency)
	var got []string
	for _, r := range rows {
		got = append(got, r.Key)
	}
	if want := []string{"late", "soon-and-older", "soon", "undated"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
