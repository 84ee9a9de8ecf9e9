package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/testneeds"
	"signet/projections"
)

// versions is what is in force at an instant, by item.
func (h *history) versions(at time.Time, public bool) map[string]int {
	rows, err := h.views.Approved(h.rt.Context(), projections.ApprovedFilter{AsOf: at, Public: public}, "", 1000)
	if err != nil {
		h.rt.Fatal(err)
	}
	out := map[string]int{}
	for _, s := range rows {
		out[s.Item] = s.Version
	}
	return out
}

// differ compares two of them, each as "item what before after".
func differ(before, after map[string]int) (out []string) {
	for _, key := range slices.Sorted(slices.Values(itemKeys)) {
		what := projections.EditionChanged
		switch {
		case before[key] == after[key]:
			continue
		case before[key] == 0:
			what = projections.EditionAdded
		case after[key] == 0:
			what = projections.EditionRetired
		}
		out = append(out, fmt.Sprint(key, " ", what, before[key], after[key]))
	}
	return out
}

func TestComparingTwoInstantsIsComparingWhatIsInForce(t *testing.T) {
	testneeds.PlainInCI(t)
	changed := map[projections.EditionChangeKind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 60 + h.dice(128) {
			h.step()
		}
		h.catchUp()
		instants := h.instants()
		for range 24 {
			from, to := choose(h, instants), choose(h, instants)
			if from.After(to) {
				from, to = to, from
			}
			public := h.dice(2) == 0
			var got []string
			for after, limit := "", 1+h.dice(4); ; {
				rows, err := h.views.Compare(rt.Context(), from, to, public, after, limit)
				if err != nil {
					rt.Fatal(err)
				}
				for _, c := range rows {
					after = c.Item
					got = append(got, fmt.Sprint(c.Item, " ", c.What, c.Before, c.After))
					changed[c.What]++
				}
				if len(rows) < limit {
					break
				}
			}
			if want := differ(h.versions(from, public), h.versions(to, public)); !slices.Equal(got, want) {
				rt.Fatalf("from %v to %v:\ngot  %q\nwant %q", from, to, got, want)
			}
		}
	})
	if !fewHistories() && (changed[projections.EditionAdded] == 0 || changed[projections.EditionChanged] == 0) {
		t.Errorf("%v; the commands are drawn badly", changed)
	}
}

func TestAnIntervalBeginsAtItsFirstInstantAndEndsBeforeItsLast(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"slogan", "back"} {
		r.register(key, domain.Slogan, true)
	}
	r.draft("back", text)
	must(r, domain.Items, domain.SubmitVersion{Key: "back", Version: 1}, lan)
	steps := map[string]time.Time{"returned": r.wait(hour)}
	must(r, domain.Items, domain.ReturnVersion{Key: "back", Version: 1, Reason: "chưa rõ"}, hoa)
	steps["approved"] = r.wait(hour)
	r.approve("slogan", text, domain.Effective{})
	steps["used"] = r.wait(hour)
	must(r, domain.DownloadLog, domain.RecordDownload{Agency: culture, Month: r.now, Item: "slogan", Version: 1, Digest: strings.Repeat("ab", 32), Channel: "web"}, nga)
	// What counts for a withdrawal is from when, and not when it was told.
	steps["withdrawn"] = r.wait(hour).Add(40 * day)
	r.withdraw("slogan", 1, steps["withdrawn"])
	r.catchUp()
	count := func(what string, from, until time.Time) int {
		t.Helper()
		approved, err1 := r.views.ApprovedBetween(t.Context(), from, until, 100)
		withdrawn, err2 := r.views.WithdrawnBetween(t.Context(), from, until, 100)
		returned, err3 := r.views.ReturnedBetween(t.Context(), from, until, 100)
		used, err4 := r.views.UsedBetween(t.Context(), from, until, 100)
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return map[string]int{"approved": len(approved), "withdrawn": len(withdrawn), "returned": len(returned), "used": len(used)}[what]
	}
	const moment = time.Microsecond
	for what, at := range steps {
		for name, test := range map[string]struct {
			from, until time.Time
			want        int
		}{
			"of that moment":      {at, at.Add(moment), 1},
			"that ends with it":   {at.Add(-day), at, 0},
			"that begins after":   {at.Add(moment), at.Add(day), 0},
			"that has it":         {at.Add(-day), at.Add(day), 1},
			"of nothing":          {at, at, 0},
			"of the other way on": {at.Add(day), at, 0},
		} {
			if got := count(what, test.from, test.until); got != test.want {
				t.Errorf("%s in an interval %s: %d", what, name, got)
			}
		}
	}
	used, err := r.views.UsedBetween(t.Context(), newYear, steps["withdrawn"], 100)
	later, err2 := r.views.UsedBetween(t.Context(), newYear, steps["withdrawn"].Add(-moment), 100)
	if err != nil || err2 != nil || len(used) != 1 || used[0].InForce || used[0].Downloads != 1 || len(later) != 1 || !later[0].InForce {
		t.Errorf("in force at the end: %+v, %+v, %v, %v", used, later, err, err2)
	}
}

func TestRecallsTellTheNewestFirstAndWhomTheyConcern(t *testing.T) {
	r := newRegistry(t)
	for i, key := range []string{"a", "b", "c", "d"} {
		r.register(key, domain.Slogan, true)
		r.approve(key, text, domain.Effective{})
		if key == "d" {
			break // is never withdrawn
		}
		for range i + 1 {
			must(r, domain.DownloadLog, domain.RecordDownload{Agency: culture, Month: r.now, Item: key, Version: 1, Digest: strings.Repeat("ab", 32)}, nga)
		}
	}
	r.approve("a", text, domain.Effective{}) // which stays in force
	for key, version := range map[string]int{"b": 1, "a": 2} {
		r.download(person(9, foreign, domain.RoleAgency), key, version, "")
	}
	at := r.wait(hour)
	r.withdraw("b", 1, at)
	r.withdraw("a", 1, at.Add(day))
	r.withdraw("c", 1, at) // at the same instant as b
	r.wait(hour)
	r.catchUp()
	list := func(item, agency string, after projections.RecallCursor, limit int) (keys []string, rows []*projections.Version) {
		t.Helper()
		rows, err := r.views.Recalls(t.Context(), item, agency, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range rows {
			keys = append(keys, v.Item)
		}
		return keys, rows
	}
	all, rows := list("", "", projections.RecallCursor{}, 100)
	if !slices.Equal(all, []string{"a", "c", "b"}) {
		t.Errorf("%q", all)
	}
	for i, v := range rows {
		if got, _ := list("", culture, projections.CursorOf(v), 1); !slices.Equal(got, all[i+1:min(i+2, len(all))]) {
			t.Errorf("after %s follows %q", v.Item, got)
		}
	}
	for asked, want := range map[[2]string]string{{"b", ""}: "b", {"", culture}: "a c b", {"", foreign}: "b", {"a", foreign}: "", {"", party}: ""} {
		if got, _ := list(asked[0], asked[1], projections.RecallCursor{}, 100); strings.Join(got, " ") != want {
			t.Errorf("of %q: %q, want %s", asked, got, want)
		}
	}
	keys := []projections.VersionKey{{Item: "a", Number: 1}, {Item: "c", Number: 1}, {Item: "d", Number: 1}}
	affected, err := r.views.AffectedByKey(t.Context(), keys)
	if err != nil || len(affected) != 2 || len(affected[keys[0]]) != 1 || affected[keys[0]][0].Downloads != 1 || affected[keys[1]][0].Downloads != 3 || affected[keys[1]][0].Agency != culture {
		t.Errorf("%+v, %v", affected, err)
	}
}
