package projections_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/projections"
)

// Who is waited for is whom the domain says.
func TestTheQueuesAgreeWithTheItems(t *testing.T) {
	waited := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 60 + h.dice(96) {
			h.step()
			if h.dice(16) != 0 {
				continue
			}
			h.catchUp()
			var want []string
			for _, key := range slices.Sorted(slices.Values(itemKeys)) {
				item := load(h, domain.Items, domain.ItemStream(key))
				for n := range item.Versions {
					for agency, due := range dueOf(item, &item.Versions[n]) {
						want = append(want, fmt.Sprint(agency, key, n+1, due))
					}
				}
			}
			var got []string
			for _, agency := range []string{party, foreign, culture} {
				rows, err := h.views.ReviewQueue(rt.Context(), agency, projections.VersionKey{}, 1000)
				if err != nil {
					rt.Fatal(err)
				}
				for _, a := range rows {
					got = append(got, fmt.Sprint(a.Agency, a.Item, a.Version, a.Due))
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				rt.Fatalf("got  %q\nwant %q", got, want)
			}
			waited += len(got)
		}
	})
	if !fewHistories() && waited == 0 {
		t.Error("nobody was ever waited for; the commands are drawn badly")
	}
}

// dueOf tells for whom a version waits, and until when.
func dueOf(item domain.Item, v *domain.Version) map[string]domain.Date {
	out := map[string]domain.Date{}
	switch v.State { //nolint:exhaustive // the others wait for nobody
	case domain.Returned:
		out[v.Agency] = v.Due
	case domain.Submitted:
		agencies, _ := v.Awaited(item.Source)
		for _, agency := range agencies {
			if out[agency] = v.Due; slices.Contains(v.Policy.Leads, agency) {
				out[agency] = v.LeadDue
			}
		}
	}
	return out
}
