package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/testneeds"
	"signet/projections"
)

// counted tells how many texts a content has for a filter: in the source, and in a
// locale. Titles count for logos only.
func counted(c domain.Content, f projections.CoverageFilter, l domain.Locale) (total, covered int) {
	for _, u := range c.Units {
		if u.Role == domain.UnitName && len(c.Files) == 0 || f.Pillar != "" && u.Pillar != f.Pillar || f.Audience != "" && u.Audience != f.Audience {
			continue
		}
		total++
		if u.Text[l] != "" {
			covered++
		}
	}
	return total, covered
}

// stood calls see for all that the filter asks about, in order of the keys.
func (o *oracle) stood(h *history, f projections.CoverageFilter, see func(key string, item domain.Item, version int)) {
	var edition domain.Edition
	if f.Edition != 0 {
		edition = load(h, domain.Editions, domain.EditionStream(f.Edition))
	}
	for _, key := range slices.Sorted(slices.Values(itemKeys)) {
		item := o.items[key]
		version, _ := o.inForce(key, f.AsOf)
		if f.Edition != 0 {
			version = edition.Entries[key]
		}
		if version != 0 && (f.Kind == "" || f.Kind == item.Kind) && (!f.Public || item.Public) {
			see(key, item, version)
		}
	}
}

// coverage counts as Views.Coverage does, each as "kind locale covered/total".
func (o *oracle) coverage(h *history, f projections.CoverageFilter, locales []domain.Locale) (out []string) {
	for _, kind := range domain.Kinds {
		for _, l := range locales {
			total, covered := 0, 0
			o.stood(h, f, func(_ string, item domain.Item, version int) {
				if item.Kind == kind {
					t, c := counted(item.Versions[version-1].Content, f, l)
					total, covered = total+t, covered+c
				}
			})
			if total > 0 {
				out = append(out, fmt.Sprintf("%s %s %d/%d", kind, l, covered, total))
			}
		}
	}
	return out
}

// gaps lists as Views.Gaps does, each as "item/version missing".
func (o *oracle) gaps(h *history, f projections.CoverageFilter, l domain.Locale) (out []string) {
	o.stood(h, f, func(key string, item domain.Item, version int) {
		if total, covered := counted(item.Versions[version-1].Content, f, l); total > covered {
			out = append(out, fmt.Sprintf("%s/%d %d", key, version, total-covered))
		}
	})
	return out
}

func TestCoverageAgreesWithCounting(t *testing.T) {
	testneeds.PlainInCI(t)
	covered, gaps := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 60 + h.dice(128) {
			h.step()
		}
		h.catchUp()
		o := newOracle(h)
		instants := h.instants()
		for range 12 {
			f := projections.CoverageFilter{AsOf: choose(h, instants), Public: h.dice(2) == 0}
			if h.dice(2) == 0 {
				f.Pillar, f.Audience = choose(h, targets), choose(h, targets)
			}
			f.Kind = choose(h, append(domain.Kinds, "", "", ""))
			if h.dice(3) == 0 {
				f.Edition = 1 + h.dice(3)
			}
			locales := choose(h, [][]domain.Locale{domain.KeyLocales, {"vi"}, {"ja", "fr", "en"}})
			rows, err := h.views.Coverage(t.Context(), f, locales)
			if err != nil {
				rt.Fatal(err)
			}
			var got []string
			for _, c := range rows {
				got = append(got, fmt.Sprintf("%s %s %d/%d", c.Kind, c.Locale, c.Covered, c.Total))
				if c.Met() != (c.Covered == c.Total) || c.Percent() != 100*c.Covered/c.Total || c.Locale == "vi" && !c.Met() {
					rt.Errorf("%+v", c)
				}
				covered += c.Covered
			}
			if want := o.coverage(h, f, locales); !slices.Equal(got, want) {
				rt.Fatalf("%+v:\ngot  %q\nwant %q", f, got, want)
			}
			if f.Edition != 0 {
				continue
			}
			gaps += h.sameGaps(o, f, choose(h, []domain.Locale{"en", "ja", "ko", "zh", "vi"}))
		}
	})
	if !fewHistories() && (covered == 0 || gaps == 0) {
		t.Error("nothing was covered, or nothing was missing; the commands are drawn badly")
	}
}

// sameGaps compares the gaps, a page at a time.
func (h *history) sameGaps(o *oracle, f projections.CoverageFilter, l domain.Locale) int {
	var got []string
	for after, limit := "", 1+h.dice(3); ; {
		rows, err := h.views.Gaps(h.rt.Context(), f, l, after, limit)
		if err != nil {
			h.rt.Fatal(err)
		}
		for _, g := range rows {
			after = g.Item
			got = append(got, fmt.Sprintf("%s/%d %d", g.Item, g.Version, g.Missing))
			if g.Kind != o.items[g.Item].Kind {
				h.rt.Errorf("%+v", g)
			}
		}
		if len(rows) < limit {
			break
		}
	}
	if want := o.gaps(h, f, l); !slices.Equal(got, want) {
		h.rt.Fatalf("%+v, %s:\ngot  %q\nwant %q", f, l, got, want)
	}
	return len(got)
}

func TestCoverageIsOfWhatWasInForceThen(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.register("hidden", domain.Slogan, false)
	r.register("mark", domain.Logo, true)
	r.approve("mark", logo(strings.Repeat("a", 64)), domain.Effective{}) // which has a title in English
	r.approve("slogan", slogan(domain.Texts{"vi": "Cửa ngõ", "ja": "玄関口"}), domain.Effective{})
	first := r.wait(hour)
	r.approve("slogan", slogan(domain.Texts{"vi": "Cửa ngõ", "en": "Gate"}), domain.Effective{})
	titled := slogan(domain.Texts{"vi": "Kín", "en": "Hidden", "ja": "秘"})
	titled.Units[0].Text = domain.Texts{"vi": "Tên", "en": "Name"} // which does not count
	r.approve("hidden", titled, domain.Effective{})
	second := r.now
	r.wait(hour)
	r.withdraw("slogan", 2, r.now)
	r.catchUp()
	for name, test := range map[string]struct {
		f    projections.CoverageFilter
		want string
	}{
		"before anything":    {projections.CoverageFilter{Kind: domain.Slogan, AsOf: newYear.Add(-hour)}, "[]"},
		"of the first":       {projections.CoverageFilter{Kind: domain.Slogan, AsOf: first.Add(-hour)}, "[vi 1/1 en 0/1 ja 1/1]"},
		"of both":            {projections.CoverageFilter{Kind: domain.Slogan, AsOf: second}, "[vi 2/2 en 2/2 ja 1/2]"},
		"of what is public":  {projections.CoverageFilter{Kind: domain.Slogan, AsOf: second, Public: true}, "[vi 1/1 en 1/1 ja 0/1]"},
		"after a withdrawal": {projections.CoverageFilter{Kind: domain.Slogan, AsOf: r.now}, "[vi 1/1 en 1/1 ja 1/1]"},
		"of another kind":    {projections.CoverageFilter{AsOf: second, Kind: domain.Template}, "[]"},
		"of a title":         {projections.CoverageFilter{AsOf: second, Kind: domain.Logo}, "[vi 1/1 en 1/1 ja 0/1]"},
	} {
		rows, err := r.views.Coverage(t.Context(), test.f, []domain.Locale{"vi", "en", "ja"})
		got := []string{}
		for _, c := range rows {
			got = append(got, fmt.Sprintf("%s %d/%d", c.Locale, c.Covered, c.Total))
		}
		if err != nil || fmt.Sprint(got) != test.want {
			t.Errorf("%s: %q, want %s, %v", name, got, test.want, err)
		}
	}
}
