package projections_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

func (r *registry) download(by domain.Actor, item string, version int, channel string) eventlog.Position {
	r.t.Helper()
	return must(r, domain.DownloadLog, domain.RecordDownload{
		Agency: by.Agency, Month: r.now, Item: item, Version: version, Digest: digestA, Channel: channel,
	}, by)
}

func (r *registry) declare(n byte, by domain.Actor, item string, version int) uuid.UUID {
	r.t.Helper()
	id := uuid.UUID{15: n}
	must(r, domain.Uses, domain.DeclareUse{Use: id, Agency: by.Agency, Item: item, Version: version, Channel: "web", Place: "cổng"}, by)
	return id
}

// used is a registry of which version 1 of "slogan" was used and superseded, and
// version 2 is in force and used too.
func used(t *testing.T) *registry {
	t.Helper()
	r := withSlogan(t)
	r.approve("slogan", text, domain.Effective{})
	r.download(nga, "slogan", 1, "")
	r.wait(hour)
	r.download(nga, "slogan", 1, "web")
	r.wait(hour)
	r.download(nga, "slogan", 1, "web")
	r.declare(1, nga, "slogan", 1)
	r.declare(2, lan, "slogan", 1)
	r.wait(hour)
	r.approve("slogan", text, domain.Effective{})
	r.download(lan, "slogan", 2, "web")
	r.declare(3, nga, "slogan", 2)
	must(r, domain.Uses, domain.EndUse{Use: uuid.UUID{15: 2}, Agency: foreign, On: "2027-02-01"}, lan)
	r.catchUp()
	return r
}

func TestUsageTotals(t *testing.T) {
	r := used(t)
	row := func(u *projections.UsageTotal) string {
		return fmt.Sprintf("v%d %s %q %d+%d in force %t", u.Version, u.Agency, u.Channel, u.Downloads, u.Declared, u.InForce)
	}
	rows := []string{
		`v1 so-ngoai-vu "web" 0+1 in force false`,
		`v1 so-van-hoa "" 1+0 in force false`,
		`v1 so-van-hoa "web" 2+1 in force false`,
		`v2 so-ngoai-vu "web" 1+0 in force true`,
		`v2 so-van-hoa "web" 0+1 in force true`,
	}
	for name, c := range map[string]struct {
		filter projections.UsageFilter
		want   []string
	}{
		"all":        {projections.UsageFilter{}, rows},
		"an item":    {projections.UsageFilter{Item: "other"}, nil},
		"a version":  {projections.UsageFilter{Item: "slogan", Version: 2}, rows[3:]},
		"an agency":  {projections.UsageFilter{Agency: foreign}, []string{rows[0], rows[3]}},
		"a channel":  {projections.UsageFilter{Channel: "web"}, []string{rows[0], rows[2], rows[3], rows[4]}},
		"outdated":   {projections.UsageFilter{Outdated: true}, rows[:3]},
		"everything": {projections.UsageFilter{Item: "slogan", Version: 1, Agency: culture, Channel: "web", Outdated: true}, rows[2:3]},
	} {
		t.Run(name, func(t *testing.T) {
			c.filter.AsOf = r.now
			for size := 1; size <= 6; size++ {
				var got []string
				for after := (projections.UsageCursor{}); ; {
					page, err := r.views.UsageTotals(t.Context(), c.filter, after, size)
					if err != nil || len(page) > size {
						t.Fatal(len(page), err)
					}
					if len(page) == 0 {
						break
					}
					for _, u := range page {
						got = append(got, row(u))
						after = projections.UsageCursor{Item: u.Item, Version: u.Version, Agency: u.Agency, Channel: u.Channel}
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("by %d: %q, want %q", size, got, c.want)
				}
			}
		})
	}
	early, err := r.views.UsageTotals(t.Context(), projections.UsageFilter{AsOf: newYear.Add(2 * hour), Version: 1, Agency: culture, Channel: "web"}, projections.UsageCursor{}, 10)
	if err != nil || len(early) != 1 || !early[0].InForce || !early[0].First.Equal(newYear.Add(2*hour)) || !early[0].Last.Equal(newYear.Add(3*hour)) {
		t.Errorf("%+v, %v", early, err)
	}
}

func TestDeclaredUses(t *testing.T) {
	r := used(t)
	list := func(f projections.UsageFilter, running bool) string {
		t.Helper()
		f.AsOf = r.now
		out := ""
		for before := eventlog.Position(0); ; {
			page, err := r.views.DeclaredUses(t.Context(), f, running, before, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return out
			}
			out += fmt.Sprint(page[0].ID[15])
			before = page[0].Position
		}
	}
	for name, c := range map[string]struct{ got, want string }{
		"all, the newest first":     {list(projections.UsageFilter{}, false), "321"},
		"running":                   {list(projections.UsageFilter{}, true), "31"},
		"running, outdated":         {list(projections.UsageFilter{Outdated: true}, true), "1"},
		"of an agency":              {list(projections.UsageFilter{Agency: foreign}, false), "2"},
		"of a version":              {list(projections.UsageFilter{Item: "slogan", Version: 1}, false), "21"},
		"of an item that is unused": {list(projections.UsageFilter{Item: "other"}, false), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	ended, err := r.views.DeclaredUse(t.Context(), uuid.UUID{15: 2}, r.now)
	if err != nil || ended.Ended != "2027-02-01" || ended.Since != "2027-01-01" || ended.Place != "cổng" || ended.InForce || ended.Revision != 1 || ended.Agency != foreign {
		t.Errorf("%+v, %v", ended, err)
	}
	if _, err := r.views.DeclaredUse(t.Context(), uuid.Max, r.now); !errors.Is(err, projections.ErrNotFound) {
		t.Error(err)
	}
}

func TestDownloads(t *testing.T) {
	r := used(t)
	var got []*projections.Download
	for before := eventlog.Position(0); ; {
		page, err := r.views.Downloads(t.Context(), projections.UsageFilter{Item: "slogan", AsOf: r.now}, before, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		got, before = append(got, page...), page[len(page)-1].Position
	}
	if len(got) != 4 || got[0].Version != 2 || got[0].Member != lan.Member || got[3].Version != 1 || *orEmpty(got[1].ChannelOrNil()) != "web" || got[3].ChannelOrNil() != nil {
		t.Errorf("%+v", got)
	}
	if !slices.IsSortedFunc(got, func(a, b *projections.Download) int { return b.At.Compare(a.At) }) {
		t.Error("not the newest first")
	}
	outdated, err := r.views.Downloads(t.Context(), projections.UsageFilter{Outdated: true, AsOf: r.now}, 0, 10)
	if err != nil || len(outdated) != 3 {
		t.Errorf("%d, %v", len(outdated), err)
	}
}

func orEmpty(s *string) *string {
	if s == nil {
		return new(string)
	}
	return s
}

func TestEditions(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"added", "changed", "retired", "dropped"} {
		r.register(key, domain.Slogan, true)
	}
	r.approve("changed", text, domain.Effective{})
	r.approve("retired", text, domain.Effective{})
	r.openEdition(1, "2027-01-31")
	for _, key := range []string{"added", "changed", "dropped"} {
		r.include(1, key, r.approve(key, text, domain.Effective{Edition: 1}))
	}
	must(r, domain.Editions, domain.RetireInEdition{Number: 1, Item: "retired"}, an)
	must(r, domain.Editions, domain.ExcludeFromEdition{Number: 1, Item: "dropped"}, an)
	opened := r.now
	r.catchUp()
	entries := func() (out []string) {
		for after := ""; ; {
			page, err := r.views.EditionEntries(t.Context(), 1, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page {
				out, after = append(out, fmt.Sprintf("%s v%d", e.Item, e.Version)), e.Item
			}
			if len(page) == 0 {
				return out
			}
		}
	}
	if got := entries(); !slices.Equal(got, []string{"added v1", "changed v2", "retired v0"}) {
		t.Errorf("%q", got)
	}
	e, err := r.views.Edition(t.Context(), 1)
	if err != nil || !e.Issued.IsZero() || e.DecisionNumber() != nil || !e.Opened.Equal(opened) || e.NextDue != "" {
		t.Fatalf("%+v, %v", e, err)
	}
	due := time.Date(2027, 1, 31, 17, 0, 0, 0, time.UTC) // the end of the day in Hải Phòng
	for at, want := range map[time.Time]int{due.Add(-time.Second): 0, due: 1, due.Add(48 * hour): 3} {
		if got := e.DaysLate(at); got != want {
			t.Errorf("on %v it is %d days late, not %d", at, got, want)
		}
	}
	r.now = due.Add(30 * hour)
	r.issue(1)
	r.openEdition(2, e.Due.AddMonths(24))
	r.catchUp()
	if e, err = r.views.Edition(t.Context(), 1); err != nil || !e.Issued.Equal(r.now) || e.Decision != "17/QĐ" || e.NextDue != "2029-02-02" || e.DaysLate(r.now.AddDate(9, 0, 0)) != 2 {
		t.Errorf("%+v, %v", e, err)
	}
	changes, err := r.views.EditionChanges(t.Context(), 1, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s %s %d→%d", c.Item, c.What, c.Before, c.After))
	}
	if want := []string{"added added 0→1", "changed changed 1→2", "retired retired 1→0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if rest, err := r.views.EditionChanges(t.Context(), 1, "changed", 10); err != nil || len(rest) != 1 {
		t.Errorf("%v, %v", rest, err)
	}
	for after, want := range []int{2, 1, 0} {
		if page, err := r.views.Editions(t.Context(), after, 10); err != nil || len(page) != want {
			t.Errorf("%d editions after %d, %v", len(page), after, err)
		}
	}
	if _, err := r.views.Edition(t.Context(), 3); !errors.Is(err, projections.ErrNotFound) {
		t.Error(err)
	}
}

func TestNoticesOfWhatIsScheduled(t *testing.T) {
	r := withSlogan(t)
	r.approve("slogan", text, domain.Effective{})
	r.catchUp()
	mark := r.views.Now(r.now)
	begins := r.now.Add(10 * hour)
	r.approve("slogan", text, domain.Effective{At: &begins})
	r.catchUp()
	next := func(after, want time.Time) {
		t.Helper()
		if got, err := r.views.NextNotice(t.Context(), after); err != nil || !got.Equal(want) {
			t.Errorf("next after %v: %v, %v", after, got, err)
		}
	}
	told := func(at time.Time) (out []string) {
		t.Helper()
		to := r.views.Now(at)
		notices, err := r.views.Notices(t.Context(), mark, to)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notices {
			if n.Item != "slogan" || n.Kind != domain.Slogan || !n.Public {
				t.Errorf("%+v", n)
			}
			out = append(out, fmt.Sprintf("v%d %s", n.Version, n.What))
		}
		mark = to
		return out
	}
	next(r.now, begins)
	if got := told(r.now); !slices.Equal(got, []string{"v2 approved"}) {
		t.Errorf("%q", got)
	}
	if got := told(begins.Add(-time.Microsecond)); got != nil {
		t.Errorf("%q", got)
	}
	if got := told(begins); !slices.Equal(got, []string{"v1 superseded", "v2 in_force"}) {
		t.Errorf("%q", got)
	}
	next(begins, time.Time{})
	late, soon := begins.Add(10*hour), begins.Add(5*hour)
	r.now = begins
	r.withdraw("slogan", 2, late)
	r.catchUp()
	next(begins, late)
	r.withdraw("slogan", 2, soon) // taken back, told for the other instant
	r.catchUp()
	next(begins, soon)
	if got := told(soon.Add(-time.Microsecond)); got != nil {
		t.Errorf("%q", got)
	}
	if got := told(late); !slices.Equal(got, []string{"v2 withdrawn"}) {
		t.Errorf("%q", got)
	}
	next(soon, time.Time{})
}
