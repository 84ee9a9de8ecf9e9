package projections_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"signet/domain"
	"signet/projections"
)

const hour = time.Hour

// asOf lists what is in force at an instant, as "key v1".
func (r *registry) asOf(t *testing.T, f projections.ApprovedFilter, at time.Time) []string {
	t.Helper()
	r.catchUp()
	f.AsOf = at
	rows, err := r.views.Approved(t.Context(), f, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range rows {
		out = append(out, fmt.Sprintf("%s v%d", s.Item, s.Version))
	}
	return out
}

// stands sees which version of "slogan" is in force at an instant; 0 is none.
func (r *registry) stands(t *testing.T, at time.Time, version int) {
	t.Helper()
	var want []string
	if version != 0 {
		want = []string{fmt.Sprintf("slogan v%d", version)}
	}
	if got := r.asOf(t, projections.ApprovedFilter{Item: "slogan"}, at); !slices.Equal(got, want) {
		t.Errorf("%v after the beginning: %q, want %q", at.Sub(newYear), got, want)
	}
}

// boundary sees what is in force just before and from an instant on.
func (r *registry) boundary(t *testing.T, at time.Time, before, from int) {
	t.Helper()
	r.stands(t, at.Add(-time.Microsecond), before)
	r.stands(t, at, from)
	r.stands(t, at.Add(time.Microsecond), from)
}

var text = slogan(domain.Texts{"vi": "Cửa ngõ ra biển", "ja": "海への玄関口"})

// withSlogan is a registry with a public slogan that has no version yet.
func withSlogan(t *testing.T) *registry {
	t.Helper()
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.wait(hour)
	return r
}

func TestValidity(t *testing.T) {
	t.Run("a draft, and what is under review, is not in force", func(t *testing.T) {
		r := withSlogan(t)
		n := r.draft("slogan", text)
		r.stands(t, r.now, 0)
		must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n}, lan)
		r.stands(t, r.now.Add(hour), 0)
	})
	t.Run("at once, from the last signature", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		r.boundary(t, r.now, 0, 1)
		r.stands(t, r.now.AddDate(100, 0, 0), 1)
	})
	t.Run("at an instant", func(t *testing.T) {
		r := withSlogan(t)
		at := r.now.Add(10 * hour)
		r.approve("slogan", text, domain.Effective{At: &at})
		r.boundary(t, at, 0, 1)
	})
	t.Run("at an instant that is over when the last one signs", func(t *testing.T) {
		r := withSlogan(t)
		at := r.now.Add(hour)
		n := r.draft("slogan", text)
		must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n, Effective: domain.Effective{At: &at}}, lan)
		r.wait(5 * hour)
		must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: n}, hoa)
		r.boundary(t, r.now, 0, 1)
	})
	t.Run("the next one supersedes", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		r.wait(hour)
		r.approve("slogan", text, domain.Effective{})
		r.boundary(t, r.now, 1, 2)
		r.boundary(t, r.now.Add(-hour), 0, 1)
	})
	t.Run("of two at the same instant the later approval counts", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		r.approve("slogan", text, domain.Effective{})
		r.boundary(t, r.now, 0, 2)
	})
	t.Run("withdrawn at once, what it had superseded does not come back", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		r.wait(hour)
		r.approve("slogan", text, domain.Effective{})
		r.withdraw("slogan", 2, r.wait(hour))
		r.boundary(t, r.now, 2, 0)
	})
	t.Run("withdrawn from later, then brought forward", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		late, soon := r.now.Add(20*hour), r.now.Add(5*hour)
		r.withdraw("slogan", 1, late)
		r.boundary(t, late, 1, 0)
		r.withdraw("slogan", 1, soon)
		r.boundary(t, soon, 1, 0)
		r.stands(t, late.Add(-time.Microsecond), 0)
	})
	t.Run("withdrawn before it began, it never begins", func(t *testing.T) {
		r := withSlogan(t)
		r.approve("slogan", text, domain.Effective{})
		begins := r.now.Add(10 * hour)
		r.wait(hour)
		r.approve("slogan", text, domain.Effective{At: &begins})
		r.boundary(t, begins, 1, 2)
		r.withdraw("slogan", 2, begins)
		r.boundary(t, begins, 1, 1)
	})
	t.Run("a scheduled one does not survive one that begins after it", func(t *testing.T) {
		r := withSlogan(t)
		first, second := r.now.Add(20*hour), r.now.Add(10*hour)
		r.approve("slogan", text, domain.Effective{At: &first})
		r.approve("slogan", text, domain.Effective{At: &second})
		r.boundary(t, second, 0, 2)
		r.boundary(t, first, 2, 1)
	})
}

func TestValidityByEditions(t *testing.T) {
	r := withSlogan(t)
	r.register("other", domain.Slogan, true)
	r.approve("slogan", text, domain.Effective{})
	r.openEdition(1, "2027-06-01")
	n := r.approve("slogan", text, domain.Effective{Edition: 1})
	r.wait(hour)
	r.stands(t, r.now, 1)
	r.include(1, "slogan", n)
	r.stands(t, r.now, 1)
	r.wait(hour)
	r.issue(1)
	r.boundary(t, r.now, 1, 2)
	r.openEdition(2, "2029-06-01")
	other := r.approve("other", text, domain.Effective{Edition: 2})
	r.include(2, "other", other)
	must(r, domain.Editions, domain.RetireInEdition{Number: 2, Item: "slogan"}, an)
	r.wait(hour)
	r.stands(t, r.now, 2)
	r.issue(2)
	r.boundary(t, r.now, 2, 0)

	validities, err := r.views.Validities(t.Context(), "slogan", n)
	if err != nil || len(validities) != 1 {
		t.Fatalf("%v, %v", validities, err)
	}
	if v := validities[0]; !v.From.Equal(newYear.Add(3*hour)) || !v.Until.Equal(r.now) || v.Edition != 1 || *v.EditionNumber() != 1 {
		t.Errorf("%+v", v)
	}
	standing, err := r.views.InForce(t.Context(), "other", r.now)
	if err != nil || standing.Version != other || standing.Edition != 2 || !standing.Until.IsZero() {
		t.Errorf("%+v, %v", standing, err)
	}
	for _, key := range []string{"slogan", "nobody"} {
		if _, err := r.views.InForce(t.Context(), key, r.now); domain.AsError(err) != projections.ErrNotFound {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// kit is a registry with items of every kind in force.
func kit(t *testing.T) *registry {
	t.Helper()
	r := newRegistry(t)
	r.register("a-slogan", domain.Slogan, true)
	r.register("b-slogan", domain.Slogan, false)
	r.register("c-logo", domain.Logo, true)
	r.register("d-messages", domain.MessageSet, false)
	r.register("e-template", domain.Template, true)
	r.approve("a-slogan", slogan(domain.Texts{"vi": "Biển", "ja": "海"}), domain.Effective{})
	r.approve("b-slogan", slogan(domain.Texts{"vi": "Cảng"}), domain.Effective{})
	r.approve("c-logo", logo(digestA), domain.Effective{})
	r.approve("d-messages", domain.Content{Units: []domain.Unit{
		unit("name", domain.UnitName, domain.Texts{"vi": "Thông điệp", "fr": "Messages"}),
		message("m1", "cang-bien", "nha-dau-tu", domain.Texts{"vi": "Cảng nước sâu", "ja": "深水港"}),
		message("m2", "du-lich", "du-khach", domain.Texts{"vi": "Đảo", "ko": "섬"}),
		message("m3", "van-hoa", "", domain.Texts{"vi": "Lễ hội"}),
	}}, domain.Effective{})
	r.approve("e-template", domain.Content{Units: []domain.Unit{
		unit("name", domain.UnitName, domain.Texts{"vi": "Thư"}), unit("body", domain.UnitBody, domain.Texts{"vi": "Kính gửi {{ten}}", "en": "Dear {{ten}}"}),
	}}, domain.Effective{})
	r.wait(hour)
	return r
}

const digestA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestApprovedFilters(t *testing.T) {
	r := kit(t)
	for name, c := range map[string]struct {
		filter projections.ApprovedFilter
		want   []string
	}{
		"everything":                    {projections.ApprovedFilter{}, []string{"a-slogan v1", "b-slogan v1", "c-logo v1", "d-messages v1", "e-template v1"}},
		"without a token":               {projections.ApprovedFilter{Public: true}, []string{"a-slogan v1", "c-logo v1", "e-template v1"}},
		"a kind":                        {projections.ApprovedFilter{Kind: domain.Slogan}, []string{"a-slogan v1", "b-slogan v1"}},
		"a kind, without a token":       {projections.ApprovedFilter{Kind: domain.Slogan, Public: true}, []string{"a-slogan v1"}},
		"a locale":                      {projections.ApprovedFilter{Locale: "ja"}, []string{"a-slogan v1", "d-messages v1"}},
		"a locale of a logo's name":     {projections.ApprovedFilter{Locale: "en"}, []string{"c-logo v1", "e-template v1"}},
		"a locale only in a name":       {projections.ApprovedFilter{Locale: "fr"}, nil},
		"a pillar":                      {projections.ApprovedFilter{Pillar: "cang-bien"}, []string{"d-messages v1"}},
		"an audience":                   {projections.ApprovedFilter{Audience: "du-khach"}, []string{"d-messages v1"}},
		"a pillar for its audience":     {projections.ApprovedFilter{Pillar: "cang-bien", Audience: "nha-dau-tu"}, []string{"d-messages v1"}},
		"a pillar for another audience": {projections.ApprovedFilter{Pillar: "cang-bien", Audience: "du-khach"}, nil},
		"a pillar in its locale":        {projections.ApprovedFilter{Pillar: "cang-bien", Locale: "ja"}, []string{"d-messages v1"}},
		"a pillar in another's locale":  {projections.ApprovedFilter{Pillar: "cang-bien", Locale: "ko"}, nil},
		"all of it":                     {projections.ApprovedFilter{Kind: domain.MessageSet, Pillar: "du-lich", Audience: "du-khach", Locale: "ko"}, []string{"d-messages v1"}},
		"all of it, without a token":    {projections.ApprovedFilter{Kind: domain.MessageSet, Pillar: "du-lich", Audience: "du-khach", Locale: "ko", Public: true}, nil},
		"an item":                       {projections.ApprovedFilter{Item: "c-logo"}, []string{"c-logo v1"}},
		"an item of another kind":       {projections.ApprovedFilter{Item: "c-logo", Kind: domain.Slogan}, nil},
		"an item that is not public":    {projections.ApprovedFilter{Item: "b-slogan", Public: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.asOf(t, c.filter, r.now); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestVisibilityMovesWhatIsAndWasInForce(t *testing.T) {
	r := kit(t)
	old := r.now
	r.approve("a-slogan", slogan(domain.Texts{"vi": "Biển xanh"}), domain.Effective{})
	public := projections.ApprovedFilter{Kind: domain.Slogan, Public: true}
	must(r, domain.Items, domain.ChangeItemVisibility{Key: "a-slogan", Public: false}, lan)
	must(r, domain.Items, domain.ChangeItemVisibility{Key: "b-slogan", Public: true}, lan)
	for _, at := range []time.Time{old, r.now} {
		if got := r.asOf(t, public, at); !slices.Equal(got, []string{"b-slogan v1"}) {
			t.Errorf("%q", got)
		}
	}
	if got := r.asOf(t, projections.ApprovedFilter{Kind: domain.Slogan}, r.now); !slices.Equal(got, []string{"a-slogan v2", "b-slogan v1"}) {
		t.Errorf("%q", got)
	}
	r.wait(hour)
	r.withdraw("a-slogan", 2, time.Time{}) // not listed twice, and not left behind
	must(r, domain.Items, domain.ChangeItemVisibility{Key: "a-slogan", Public: true}, lan)
	if got := r.asOf(t, public, r.now); !slices.Equal(got, []string{"b-slogan v1"}) {
		t.Errorf("%q", got)
	}
}

func TestApprovedPages(t *testing.T) {
	r := kit(t)
	r.catchUp()
	for _, f := range []projections.ApprovedFilter{{}, {Public: true}, {Kind: domain.Slogan}, {Locale: "vi"}} {
		f.AsOf = r.now
		whole, err := r.views.Approved(t.Context(), f, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for size := 1; size <= 3; size++ {
			var paged []*projections.Standing
			for after := ""; ; {
				page, err := r.views.Approved(t.Context(), f, after, size)
				if err != nil || len(page) > size {
					t.Fatal(len(page), err)
				}
				if len(page) == 0 {
					break
				}
				paged, after = append(paged, page...), page[len(page)-1].Item
			}
			if !slices.EqualFunc(whole, paged, func(a, b *projections.Standing) bool { return *a == *b }) {
				t.Errorf("%+v by %d: %v, not %v", f, size, paged, whole)
			}
		}
	}
}
