package projections_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/projections"
)

const day = 24 * time.Hour

// withDeadlines is a registry in which slogans are signed by culture and foreign, each
// within days, and then by the party.
func withDeadlines(t *testing.T) *registry {
	t.Helper()
	r := newRegistry(t)
	must(r, domain.Policies, domain.SetPolicy{Kind: domain.Slogan, Reason: "hàng 3", Terms: domain.PolicyTerms{
		Leads: []string{party}, Required: []string{culture, foreign}, LeadLast: true, CoordinatingDays: 10, LeadDays: 5, RevisionDays: 7,
	}}, an)
	return r
}

// submitted drafts and submits the next version of a slogan.
func (r *registry) submitted(key string) {
	r.t.Helper()
	if _, refused := try(r, domain.Items, domain.RegisterItem{Key: key, Kind: domain.Slogan, Public: true}, lan); refused != nil && refused.Reason != "key_taken" {
		r.t.Fatalf("%v", refused)
	}
	must(r, domain.Items, domain.SubmitVersion{Key: key, Version: r.draft(key, text)}, lan)
}

// queue is what an agency is waited for, each as "item/version step".
func (r *registry) queue(t *testing.T, agency string) (rows []*projections.Awaited, told []string) {
	t.Helper()
	r.catchUp()
	rows, err := r.views.ReviewQueue(t.Context(), agency, projections.VersionKey{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range rows {
		if a.Agency != agency {
			t.Errorf("in the queue of %s stands %+v", agency, a)
		}
		told = append(told, fmt.Sprintf("%s/%d %s", a.Item, a.Version, a.Step))
	}
	return rows, told
}

// waits sees what an agency is waited for.
func (r *registry) waits(t *testing.T, agency string, want ...string) []*projections.Awaited {
	t.Helper()
	rows, told := r.queue(t, agency)
	if !slices.Equal(told, want) {
		t.Errorf("%s is waited for %q, want %q", agency, told, want)
	}
	return rows
}

func TestEachAgencyIsWaitedForInItsTurn(t *testing.T) {
	r := withDeadlines(t)
	r.submitted("slogan")
	began := r.now
	for _, agency := range []string{culture, foreign} {
		if a := r.waits(t, agency, "slogan/1 coordinating"); !a[0].Since.Equal(began) || a[0].Due != domain.DateOf(began).AddDays(10) || !a[0].Escalated.IsZero() {
			t.Errorf("%s: %+v", agency, a[0])
		}
	}
	r.waits(t, party)
	r.wait(3 * day)
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, tung)
	r.waits(t, culture)
	r.waits(t, party)
	// What else is said and done about the version changes neither since when nor until
	// when the others are waited for.
	must(r, domain.Items, domain.CommentOnVersion{Key: "slogan", Version: 1, Comment: uuid.New(), Text: "Hay"}, binh)
	must(r, domain.Items, domain.RecuseSigner{Key: "slogan", Version: 1, Reason: "liên quan"}, minh)
	must(r, domain.Items, domain.ChangeItemVisibility{Key: "slogan", Public: false}, lan)
	r.wait(20 * day)
	must(r, domain.Items, domain.EscalateReview{Key: "slogan", Version: 1}, an)
	reported := r.now
	r.wait(day)
	must(r, domain.Policies, domain.SetPolicy{Kind: domain.Slogan, Reason: "đổi", Terms: domain.PolicyTerms{Leads: []string{party}, LeadDays: 1}}, an)
	if a := r.waits(t, foreign, "slogan/1 coordinating"); !a[0].Since.Equal(began) || a[0].Due != domain.DateOf(began).AddDays(10) || !a[0].Escalated.Equal(reported) {
		t.Errorf("%+v", a[0])
	}
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, binh)
	turn := r.now
	r.waits(t, foreign)
	if a := r.waits(t, party, "slogan/1 lead"); !a[0].Since.Equal(turn) || a[0].Due != domain.DateOf(turn).AddDays(5) || !a[0].Escalated.IsZero() {
		t.Errorf("%+v", a[0])
	}
	r.wait(day)
	must(r, domain.Items, domain.ReturnVersion{Key: "slogan", Version: 1, Reason: "chưa rõ"}, hoa)
	r.waits(t, party)
	if a := r.waits(t, foreign, "slogan/1 revision"); !a[0].Since.Equal(r.now) || a[0].Due != domain.DateOf(r.now).AddDays(7) {
		t.Errorf("%+v", a[0])
	}
	r.wait(day)
	must(r, domain.Items, domain.ReviseDraft{Key: "slogan", Version: 1, Content: slogan(domain.Texts{"vi": "Cửa ngõ"})}, lan)
	r.waits(t, foreign) // a draft has no deadline

	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan) // under the terms of now
	r.waits(t, party, "slogan/1 lead")
	r.waits(t, foreign)
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, hoa)
	for _, agency := range []string{party, foreign, culture} {
		r.waits(t, agency)
	}
}

func TestAnAgencyThatStepsBackIsNotWaitedFor(t *testing.T) {
	r := newRegistry(t)
	must(r, domain.Policies, domain.SetPolicy{Kind: domain.Slogan, Reason: "hàng 3", Terms: domain.PolicyTerms{
		Leads: []string{party}, Others: []string{culture, foreign}, Quorum: 1, LeadLast: true,
	}}, an)
	r.submitted("slogan")
	r.waits(t, culture, "slogan/1 coordinating")
	r.waits(t, foreign, "slogan/1 coordinating")
	must(r, domain.Items, domain.RecuseSigner{Key: "slogan", Version: 1, Reason: "liên quan"}, binh)
	r.waits(t, foreign, "slogan/1 coordinating") // another of its members may sign
	must(r, domain.Items, domain.RecuseSigner{Key: "slogan", Version: 1, Whole: true, Reason: "liên quan"}, binh)
	r.waits(t, foreign)
	r.waits(t, culture, "slogan/1 coordinating")
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, tung)
	r.waits(t, culture)
	r.waits(t, party, "slogan/1 lead")
}

func TestAQueueIsInOrderAndGoesOnAfterAnyRow(t *testing.T) {
	r := withDeadlines(t)
	var want []string
	for _, key := range []string{"c", "a", "e", "b", "d"} {
		r.submitted(key)
		want = append(want, key+"/1 coordinating")
	}
	slices.Sort(want)
	all := r.waits(t, culture, want...)
	for i, a := range all {
		rest, err := r.views.ReviewQueue(t.Context(), culture, projections.VersionKey{Item: a.Item, Number: a.Version}, 2)
		if err != nil || len(rest) != min(2, len(all)-1-i) {
			t.Errorf("%d follow after %s/%d, %v", len(rest), a.Item, a.Version, err)
		}
		for n, b := range rest {
			if *b != *all[i+1+n] {
				t.Errorf("after %+v follows %+v", a, b)
			}
		}
	}
	by, err := r.views.AwaitedByKey(t.Context(), []projections.VersionKey{{Item: "b", Number: 1}, {Item: "b", Number: 2}})
	if got := by[projections.VersionKey{Item: "b", Number: 1}]; err != nil || len(by) != 1 || len(got) != 2 || got[0].Agency != foreign || got[1].Agency != culture {
		t.Errorf("%+v, %v", by, err)
	}
	must(r, domain.Items, domain.WithdrawSubmission{Key: "b", Version: 1, Reason: "thiếu"}, lan)
	r.waits(t, culture, slices.DeleteFunc(want, func(s string) bool { return s == "b/1 coordinating" })...)
}

func TestTheOldestDeadlineStandsFirst(t *testing.T) {
	r := withDeadlines(t)
	first := domain.DateOf(r.now).AddDays(10)
	r.submitted("b")
	r.submitted("a")
	r.wait(2 * day)
	r.submitted("aa") // due two days later
	r.submitted("c")
	must(r, domain.Items, domain.SignVersion{Key: "c", Version: 1}, tung)
	r.catchUp()
	line := func(before domain.Date, unreported bool, after projections.OverdueCursor, limit int) (out []string, rows []*projections.Awaited) {
		t.Helper()
		rows, err := r.views.Overdue(t.Context(), before, unreported, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range rows {
			out = append(out, fmt.Sprintf("%s/%d %s", a.Item, a.Version, a.Agency))
		}
		return out, rows
	}
	if got, _ := line(first, false, projections.OverdueCursor{}, 100); len(got) > 0 {
		t.Errorf("overdue on the day on which it is due: %q", got)
	}
	early := []string{"a/1 " + foreign, "a/1 " + culture, "b/1 " + foreign, "b/1 " + culture}
	if got, rows := line(first.AddDays(1), false, projections.OverdueCursor{}, 100); !slices.Equal(got, early) || rows[0].Overdue(r.now) != 0 || rows[0].Overdue(r.now.Add(9*day)) != 1 {
		t.Errorf("%q", got)
	}
	want := append(slices.Clone(early), "aa/1 "+foreign, "aa/1 "+culture, "c/1 "+foreign)
	all, rows := line(first.AddDays(99), false, projections.OverdueCursor{}, 100)
	if !slices.Equal(all, want) {
		t.Errorf("%q, want %q", all, want)
	}
	for i, a := range rows {
		if got, _ := line(first.AddDays(99), false, projections.OverdueCursorOf(a), 2); !slices.Equal(got, all[i+1:min(i+3, len(all))]) {
			t.Errorf("after %q follow %q", all[i], got)
		}
	}
	r.wait(9 * day)
	must(r, domain.Items, domain.EscalateReview{Key: "b", Version: 1}, an)
	r.catchUp()
	if got, _ := line(first.AddDays(1), true, projections.OverdueCursor{}, 100); !slices.Equal(got, early[:2]) {
		t.Errorf("not reported yet are %q", got)
	}
	if got, _ := line(first.AddDays(1), false, projections.OverdueCursor{}, 100); !slices.Equal(got, early) {
		t.Errorf("what was reported is overdue still: %q", got)
	}
}

func TestRecusalsAndCommentsAreKeptInOrder(t *testing.T) {
	r := withDeadlines(t)
	r.submitted("slogan")
	of := projections.VersionKey{Item: "slogan", Number: 1}
	ids := []uuid.UUID{{6: 0x70, 8: 0x80, 15: 9}, {6: 0x70, 8: 0x80, 15: 8}, {6: 0x70, 8: 0x80, 15: 7}}
	must(r, domain.Items, domain.CommentOnVersion{Key: "slogan", Version: 1, Comment: ids[0], Unit: "slogan", Locale: "vi", Start: 4, End: 7, Text: "sai"}, binh)
	r.wait(hour)
	must(r, domain.Items, domain.CommentOnVersion{Key: "slogan", Version: 1, Comment: ids[1], Text: "vì sao?", ReplyTo: ids[0]}, lan)
	must(r, domain.Items, domain.CommentOnVersion{Key: "slogan", Version: 1, Comment: ids[2], Text: "được"}, tung)
	must(r, domain.Items, domain.ResolveComment{Key: "slogan", Version: 1, Comment: ids[0]}, lan)
	must(r, domain.Items, domain.RecuseSigner{Key: "slogan", Version: 1, Reason: "liên quan"}, minh)
	r.catchUp()
	list := func(open bool, after *projections.Comment) (out []*projections.Comment) {
		t.Helper()
		from := projections.Comment{}
		if after != nil {
			from = *after
		}
		out, err := r.views.Comments(t.Context(), of, open, from.Position, 100)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	all := list(false, nil)
	if len(all) != 3 || all[0].ID != ids[0] || all[1].ID != ids[1] || all[2].ID != ids[2] {
		t.Fatalf("%+v", all)
	}
	if c := all[0]; c.Passage == nil || *c.Passage != (domain.Passage{Start: 4, End: 7, Quote: "ngõ"}) || !c.Resolved.Equal(r.now) || !c.At.Equal(newYear) || c.Agency != foreign {
		t.Errorf("%+v", c)
	}
	if c := all[1]; c.ReplyTo != ids[0].String() || !c.Resolved.IsZero() || c.Passage != nil {
		t.Errorf("%+v", c)
	}
	if open := list(true, nil); len(open) != 2 || open[0].ID != ids[1] {
		t.Errorf("%+v", open)
	}
	if rest := list(false, all[1]); len(rest) != 1 || rest[0].ID != ids[2] {
		t.Errorf("%+v", rest)
	}
	if c, err := r.views.Comment(t.Context(), of, ids[2]); err != nil || c.Text != "được" {
		t.Errorf("%+v, %v", c, err)
	}
	recusals, err := r.views.RecusalsByKey(t.Context(), []projections.VersionKey{of})
	if got := recusals[of]; err != nil || len(got) != 1 || got[0].Member != minh.Member || got[0].Agency != foreign || got[0].Whole || got[0].Reason != "liên quan" {
		t.Errorf("%+v, %v", recusals, err)
	}
}
