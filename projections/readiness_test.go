package projections_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/testneeds"
	"signet/projections"
)

// candidate is a version that an edition holds, or that is to come into it.
type candidate struct {
	key      string
	version  int
	included bool
}

// candidates are those of an edition, by going through the items.
func (o *oracle) candidates(edition domain.Edition, number int) (out []candidate) {
	for _, key := range itemKeys {
		held := edition.Entries[key]
		if held != 0 {
			out = append(out, candidate{key, held, true})
		}
		for i, v := range slices.Backward(o.items[key].Versions) {
			if v.Effective.Edition != number || v.State == domain.Withdrawn {
				continue
			}
			if i+1 > held && !edition.Retired[key] {
				out = append(out, candidate{key, i + 1, false})
			}
			break // the earlier ones are none any more
		}
	}
	slices.SortFunc(out, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.version, b.version)) })
	return out
}

// lacks are the key languages in which something is missing, and something stale.
func lacks(v *domain.Version) (missing, stale []domain.Locale) {
	for _, l := range domain.KeyLocales {
		if slices.ContainsFunc(v.Content.Units, func(u domain.Unit) bool { return u.Text[l] == "" }) {
			missing = append(missing, l)
		}
		if slices.ContainsFunc(v.Content.Units, func(u domain.Unit) bool { _, is := v.Stale[domain.TextKey{Unit: u.ID, Locale: l}]; return is }) {
			stale = append(stale, l)
		}
	}
	return missing, stale
}

func TestReadinessAgreesWithGoingThroughTheItems(t *testing.T) {
	testneeds.PlainInCI(t)
	seen := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 60 + h.dice(128) {
			h.step()
			if h.dice(24) != 0 {
				continue
			}
			h.catchUp()
			o := newOracle(h)
			for number := 1; number <= 4; number++ {
				seen += h.ready(o, number).Candidates
			}
		}
	})
	if !fewHistories() && seen == 0 {
		t.Error("no edition ever had a candidate; the commands are drawn badly")
	}
}

func TestWhatAnEditionLacks(t *testing.T) {
	r := newRegistry(t)
	r.openEdition(1, "2027-03-01")
	full := func(vi string) domain.Content {
		c := slogan(domain.Texts{"vi": vi, "en": "a", "ja": "b", "ko": "c", "zh": "d"})
		c.Units[0].Text = domain.Texts{"vi": "Tên", "en": "a", "ja": "b", "ko": "c", "zh": "d"}
		return c
	}
	with := domain.Effective{Edition: 1}
	for _, key := range []string{"held", "gone", "open", "stale", "unsigned", "ending", "short"} {
		r.register(key, domain.Slogan, true)
	}
	lacks := func(want projections.Readiness, issuable, complete bool) {
		t.Helper()
		r.catchUp()
		got, err := r.views.Readiness(t.Context(), 1)
		if err != nil || *got != want || got.Issuable() != issuable || got.Complete() != complete {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
	lacks(projections.Readiness{}, false, false)
	r.approve("held", full("Cửa ngõ"), with)
	lacks(projections.Readiness{Candidates: 1}, false, false)
	r.include(1, "held", 1)
	lacks(projections.Readiness{Candidates: 1, Included: 1}, true, true)
	must(r, domain.Editions, domain.RetireInEdition{Number: 1, Item: "ending"}, an)
	lacks(projections.Readiness{Candidates: 1, Included: 1, Retired: 1}, true, true)
	for _, key := range []string{"open", "stale"} {
		n := r.draft(key, full("Cửa ngõ"))
		must(r, domain.Items, domain.SubmitVersion{Key: key, Version: n, Effective: with}, lan)
		must(r, domain.Items, domain.ReturnVersion{Key: key, Version: n, Reason: "sai"}, hoa)
	}
	must(r, domain.Items, domain.ReviseDraft{Key: "stale", Version: 1, Content: full("Cửa ngõ lớn")}, lan)
	lacks(projections.Readiness{Candidates: 3, Included: 1, Retired: 1, Open: 2, Stale: 1}, true, false)
	r.draft("unsigned", full("Cửa ngõ"))
	must(r, domain.Items, domain.SubmitVersion{Key: "unsigned", Version: 1, Effective: with}, lan)
	r.include(1, "short", r.approve("short", slogan(domain.Texts{"vi": "Cửa ngõ", "en": "a"}), with))
	lacks(projections.Readiness{Candidates: 5, Included: 2, Retired: 1, Unsigned: 1, Open: 2, Missing: 1, Stale: 1}, true, false)
	r.include(1, "gone", r.approve("gone", full("Cửa ngõ"), with))
	r.withdraw("gone", 1, r.now)
	lacks(projections.Readiness{Candidates: 6, Included: 3, Retired: 1, Unsigned: 1, Open: 2, Missing: 1, Stale: 1, Withdrawn: 1}, false, false)
	rows, err := r.views.Candidates(t.Context(), 1, projections.VersionKey{}, 100)
	var got []string
	for _, c := range rows {
		got = append(got, fmt.Sprintf("%s %d %s %t %s %s %s %t", c.Item, c.Version, c.State, c.Included, c.Awaited, c.Missing, c.Stale, c.Ready()))
	}
	want := []string{
		"gone 1 withdrawn true [] [] [] false", "held 1 approved true [] [] [] true", "open 1 returned false [] [] [] false",
		"short 1 approved true [] [en ja ko zh] [] false", "stale 1 drafted false [] [] [en ja ko zh] false", "unsigned 1 submitted false [ban-tuyen-giao] [] [] false",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, want %q, %v", got, want, err)
	}
}

func TestOnlyTheNewestVersionOfAnItemIsToCome(t *testing.T) {
	r := newRegistry(t)
	r.openEdition(1, "2027-03-01")
	r.register("slogan", domain.Slogan, true)
	sees := func(want ...string) {
		t.Helper()
		r.catchUp()
		rows, err := r.views.Candidates(t.Context(), 1, projections.VersionKey{}, 100)
		var got []string
		for _, c := range rows {
			got = append(got, fmt.Sprintf("%d %t", c.Version, c.Included))
		}
		if readiness, failed := r.views.Readiness(t.Context(), 1); err != nil || failed != nil || !slices.Equal(got, want) || readiness.Candidates != len(want) {
			t.Errorf("%q, want %q, %v, %v, %+v", got, want, err, failed, readiness)
		}
	}
	with := domain.Effective{Edition: 1}
	r.approve("slogan", text, with)
	sees("1 false")
	r.approve("slogan", text, with)
	sees("2 false")
	r.include(1, "slogan", 1)
	sees("1 true", "2 false")
	r.include(1, "slogan", 2)
	sees("2 true")
	must(r, domain.Editions, domain.ExcludeFromEdition{Number: 1, Item: "slogan"}, an)
	sees("2 false")
	r.withdraw("slogan", 2, r.now)
	sees("1 false")
	must(r, domain.Editions, domain.RetireInEdition{Number: 1, Item: "slogan"}, an)
	sees()
	r.approve("slogan", text, domain.Effective{})
	sees()
}

// ready compares the readiness of an edition, and its candidates.
func (h *history) ready(o *oracle, number int) *projections.Readiness {
	edition := load(h, domain.Editions, domain.EditionStream(number))
	want := projections.Readiness{Retired: len(edition.Retired)}
	var list []string
	for _, c := range o.candidates(edition, number) {
		item := o.items[c.key]
		v := &item.Versions[c.version-1]
		missing, stale := lacks(v)
		var awaited []string
		if v.State == domain.Submitted {
			awaited, _ = v.Awaited(item.Source)
		}
		ready := c.included && v.State == domain.Approved && len(missing)+len(stale) == 0
		list = append(list, fmt.Sprint(c.key, c.version, v.State, c.included, awaited, missing, stale, ready))
		want.Candidates++
		for counter, is := range map[*int]bool{
			&want.Included: c.included, &want.Unsigned: v.State == domain.Submitted, &want.Open: v.State == domain.Drafted || v.State == domain.Returned,
			&want.Missing: len(missing) > 0, &want.Stale: len(stale) > 0, &want.Withdrawn: v.State == domain.Withdrawn,
		} {
			if is {
				*counter++
			}
		}
	}
	got, err := h.views.Readiness(h.rt.Context(), number)
	if err != nil {
		h.rt.Fatal(err)
	}
	if *got != want || got.Issuable() != (want.Included > 0 && want.Withdrawn == 0) ||
		got.Complete() && (!got.Issuable() || want.Candidates != want.Included || want.Unsigned+want.Open+want.Missing+want.Stale > 0) {
		h.rt.Fatalf("edition %d: %+v, want %+v: %q", number, *got, want, list)
	}
	var told []string
	for after, limit := (projections.VersionKey{}), 1+h.dice(4); ; {
		rows, err := h.views.Candidates(h.rt.Context(), number, after, limit)
		if err != nil {
			h.rt.Fatal(err)
		}
		for _, c := range rows {
			after = projections.VersionKey{Item: c.Item, Number: c.Version}
			told = append(told, fmt.Sprint(c.Item, c.Version, c.State, c.Included, c.Awaited, c.Missing, c.Stale, c.Ready()))
		}
		if len(rows) < limit {
			break
		}
	}
	if !slices.Equal(told, list) {
		h.rt.Fatalf("edition %d:\ngot  %q\nwant %q", number, told, list)
	}
	return got
}
