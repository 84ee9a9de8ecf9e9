package projections_test

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

// desks is a registry in which two agencies have versions in all states: of the items
// a, b and c of the foreign office, and of d of culture's.
func desks(t *testing.T) *registry {
	t.Helper()
	r := newRegistry(t)
	of := person(9, culture, domain.RoleAuthor)
	for _, key := range []string{"b", "d", "a", "c"} {
		r.wait(hour)
		by := lan
		if key == "d" {
			by = of
		}
		r.register(key, domain.Slogan, true)
		must(r, domain.Items, domain.DraftVersion{Key: key, Content: text}, by)
		if key == "c" {
			continue
		}
		must(r, domain.Items, domain.SubmitVersion{Key: key, Version: 1}, by)
		if key == "a" {
			must(r, domain.Items, domain.ReturnVersion{Key: key, Version: 1, Reason: "chưa rõ"}, hoa)
		}
	}
	r.register("c2", domain.Slogan, true)
	// At the same instant.
	r.approve("c2", text, domain.Effective{})
	r.approve("c2", text, domain.Effective{})
	r.withdraw("c2", 1, r.now)
	r.catchUp()
	return r
}

// list reads all pages of a size.
func (r *registry) list(t *testing.T, f projections.VersionFilter, size int) (out []string) {
	t.Helper()
	for after := (projections.VersionPlace{}); ; {
		page, err := r.views.VersionsIn(t.Context(), f, after, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page {
			out = append(out, fmt.Sprintf("%s/%d", v.Item, v.Number))
			after = f.PlaceOf(v)
		}
		if len(page) < size || len(out) > 100 {
			return out
		}
	}
}

func TestVersionsAreListedByTheirStatesAndAgency(t *testing.T) {
	r := desks(t)
	const drafted, submitted, returned, approved, withdrawn = domain.Drafted, domain.Submitted, domain.Returned, domain.Approved, domain.Withdrawn
	for name, test := range map[string]struct {
		filter       projections.VersionFilter
		byItem, last string // in order of items, and those begun last first
	}{
		"all":                 {projections.VersionFilter{}, "a/1 b/1 c/1 c2/1 c2/2 d/1", "c2/2 c2/1 c/1 a/1 d/1 b/1"},
		"in a state":          {projections.VersionFilter{States: []domain.VersionState{submitted}}, "b/1 d/1", "d/1 b/1"},
		"in a state, twice":   {projections.VersionFilter{States: []domain.VersionState{submitted, submitted}}, "b/1 d/1", "d/1 b/1"},
		"a desk":              {projections.VersionFilter{States: []domain.VersionState{returned, drafted, submitted}, Agency: foreign}, "a/1 b/1 c/1", "c/1 a/1 b/1"},
		"another desk":        {projections.VersionFilter{States: []domain.VersionState{drafted, submitted, returned}, Agency: culture}, "d/1", "d/1"},
		"of an agency":        {projections.VersionFilter{Agency: foreign}, "a/1 b/1 c/1 c2/1 c2/2", "c2/2 c2/1 c/1 a/1 b/1"},
		"of nobody":           {projections.VersionFilter{Agency: "nobody"}, "", ""},
		"what was in force":   {projections.VersionFilter{States: []domain.VersionState{approved, withdrawn}}, "c2/1 c2/2", "c2/2 c2/1"},
		"in a state unheard":  {projections.VersionFilter{States: []domain.VersionState{"burnt"}}, "", ""},
		"approved of another": {projections.VersionFilter{States: []domain.VersionState{approved}, Agency: culture}, "", ""},
	} {
		for newest, want := range map[bool]string{false: test.byItem, true: test.last} {
			test.filter.Newest = newest
			for _, size := range []int{1, 2, 100} {
				if got := strings.Join(r.list(t, test.filter, size), " "); got != want {
					t.Errorf("%s, the newest first: %t, by %d: %q, want %q", name, newest, size, got, want)
				}
			}
		}
	}
}

// TestNoListOfVersionsIsSorted holds that a page is read in the order of an index,
// however many versions there are, but for a list of one agency's by item.
func TestNoListOfVersionsIsSorted(t *testing.T) {
	r := desks(t)
	db, err := sql.Open("sqlite", "file:"+r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	states := [][]domain.VersionState{{domain.Drafted}, {domain.Drafted, domain.Returned, domain.Submitted}, nil}
	for _, f := range []projections.VersionFilter{{}, {Newest: true}, {Newest: true, Agency: foreign}} {
		for _, f.States = range states {
			r.list(t, f, 2)
		}
	}
	looked := 0
	projections.EachQuery(r.views, func(query string) {
		if !strings.Contains(query, "FROM version WHERE state = ?") {
			return
		}
		looked++
		index := "version_by_state"
		switch {
		case strings.Contains(query, "agency = ?"):
			index = "version_by_agency"
		case strings.Contains(query, "DESC"):
			index = "version_by_drafting"
		}
		for _, step := range plan(t, db, query) {
			if strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "SCAN") || strings.HasPrefix(step, "SEARCH") && !strings.Contains(step, index) {
				t.Errorf("%.200s…\nis answered by: %s, not by %s", query, step, index)
			}
		}
	})
	if looked != 9 {
		t.Errorf("%d queries were looked at", looked)
	}
}

func TestTheNewestVersionOfEachItem(t *testing.T) {
	r := desks(t)
	r.draft("c2", text)
	r.register("none", domain.Slogan, true)
	r.catchUp()
	for approved, want := range map[bool]string{false: "a/1 c2/3", true: "c2/2"} {
		rows, err := r.views.NewestByKey(t.Context(), []string{"a", "none", "c2", "nothing"}, approved)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for key, v := range rows {
			if v.Item != key || v.Content == nil {
				t.Errorf("%s has %+v", key, v)
			}
			got = append(got, fmt.Sprintf("%s/%d", key, v.Number))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("approved: %t: %q, want %q", approved, got, want)
		}
	}
}

func TestAStepHasTheDigestOfItsEvent(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"a", "b"} {
		r.register(key, domain.Slogan, true)
	}
	r.openEdition(1, "2027-06-01")
	for _, key := range []string{"a", "b"} {
		r.include(1, key, r.approve(key, text, domain.Effective{Edition: 1}))
	}
	r.issue(1)
	r.catchUp()
	digests := map[eventlog.Position]string{}
	for e, err := range r.log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.CaughtUp {
			break
		}
		sum := e.Digest()
		digests[e.Position] = hex.EncodeToString(sum[:])
	}
	told := map[string]bool{}
	for _, key := range []string{"a", "b"} {
		steps, err := r.views.History(t.Context(), key, 0, 0, 100)
		if err != nil || len(steps) < 6 {
			t.Fatal(steps, err)
		}
		for _, s := range steps {
			if s.Digest != digests[s.Position] {
				t.Errorf("%s of %s at %d has the digest %s, the event %s", s.What, key, s.Position, s.Digest, digests[s.Position])
			}
			told[s.Digest] = true
		}
	}
	if len(told) < 10 {
		t.Errorf("%d digests", len(told))
	}
}
