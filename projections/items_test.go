package projections_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

func TestItemsAndTheirVersions(t *testing.T) {
	r := withSlogan(t)
	r.register("mark", domain.Logo, false)
	ctx := t.Context()
	n := r.draft("slogan", text)
	must(r, domain.Items, domain.ReviseDraft{Key: "slogan", Version: n, Content: slogan(domain.Texts{"vi": "Khác"})}, minh)
	r.wait(hour)
	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n}, lan)
	must(r, domain.Items, domain.ReturnVersion{Key: "slogan", Version: n, Reason: "chưa rõ"}, hoa)
	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n}, lan)
	r.catchUp()
	v, err := r.views.Version(ctx, "slogan", 1)
	if err != nil || v.State != domain.Submitted || v.Author != lan.Member || v.Agency != foreign || !v.Submitted.Equal(r.now) || !v.Approved.IsZero() {
		t.Fatalf("%+v, %v", v, err)
	}
	if got := v.Content.Units[1].Text["vi"]; got != "Khác" || !slices.Equal(v.Leads(), []string{party}) || v.EffectiveAt() != nil || v.EffectiveEdition() != nil {
		t.Errorf("%q, %+v", got, v)
	}
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: n}, hoa)
	from := r.now.Add(hour)
	r.withdraw("slogan", 1, from)
	r.draft("slogan", text)
	r.catchUp()
	if v, err = r.views.Version(ctx, "slogan", 1); err != nil || v.State != domain.Withdrawn || !v.WithdrawnFrom.Equal(from) || *v.WithdrawnReason() != "sai" || !v.Approved.Equal(r.now) {
		t.Errorf("%+v, %v", v, err)
	}
	signatures, err := r.views.Signatures(ctx, "slogan", 1)
	if err != nil || len(signatures) != 1 || signatures[0].Agency != party || signatures[0].Member != hoa.Member || !signatures[0].At.Equal(r.now) {
		t.Errorf("%+v, %v", signatures, err)
	}
	item, err := r.views.Item(ctx, "slogan")
	if err != nil || item.Versions != 2 || item.Kind != domain.Slogan || !item.Public || item.Source != "vi" || item.Agency != foreign || item.Revision != 9 {
		t.Errorf("%+v, %v", item, err)
	}
	for _, missing := range []error{
		second(r.views.Item(ctx, "nobody")), second(r.views.Version(ctx, "slogan", 3)), second(r.views.Version(ctx, "nobody", 1)),
	} {
		if !errors.Is(missing, projections.ErrNotFound) {
			t.Error(missing)
		}
	}
}

func second[T any](_ *T, err error) error { return err }

func TestSignaturesFallWithAReturn(t *testing.T) {
	r := newRegistry(t)
	r.register("mark", domain.Logo, false)
	n := r.draft("mark", logo(digestA))
	must(r, domain.Items, domain.SubmitVersion{Key: "mark", Version: n}, lan)
	must(r, domain.Items, domain.SignVersion{Key: "mark", Version: n}, tung)
	count := func() int {
		r.catchUp()
		s, err := r.views.Signatures(t.Context(), "mark", n)
		if err != nil {
			t.Fatal(err)
		}
		return len(s)
	}
	if got := count(); got != 1 {
		t.Errorf("%d signatures", got)
	}
	must(r, domain.Items, domain.ReturnVersion{Key: "mark", Version: n, Reason: "chưa rõ"}, hoa)
	if got := count(); got != 0 {
		t.Errorf("%d signatures of a returned version", got)
	}
}

func TestPagesOfItemsAndVersions(t *testing.T) {
	r := newRegistry(t)
	ctx := t.Context()
	for i := range 7 {
		key := fmt.Sprintf("item-%d", i)
		r.register(key, domain.Kinds[i%2], true) // slogans and logos
		for range 2 {
			c := text
			if i%2 == 1 {
				c = logo(digestA)
			}
			r.approve(key, c, domain.Effective{})
		}
		if i < 3 {
			r.draft("item-0"[:5]+fmt.Sprint(i), map[bool]domain.Content{true: logo(digestA), false: text}[i%2 == 1])
		}
	}
	r.catchUp()
	for kind, want := range map[domain.Kind]string{"": "0123456", domain.Slogan: "0246", domain.Logo: "135", domain.Template: ""} {
		got, after := "", ""
		for {
			page, err := r.views.Items(ctx, kind, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, i := range page {
				got, after = got+i.Key[5:], i.Key
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	numbers := ""
	for before := 0; ; {
		page, err := r.views.Versions(ctx, "item-1", before, 2, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, v := range page {
			numbers, before = numbers+fmt.Sprint(v.Number), v.Number
		}
	}
	if numbers != "321" {
		t.Errorf("versions %q", numbers)
	}
	waiting := ""
	for after := (projections.VersionPlace{}); ; {
		page, err := r.views.VersionsIn(ctx, projections.VersionFilter{States: []domain.VersionState{domain.Drafted}}, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, v := range page {
			waiting, after = waiting+v.Item[5:], projections.VersionFilter{}.PlaceOf(v)
		}
	}
	if waiting != "012" {
		t.Errorf("drafts of %q", waiting)
	}
}

func TestFileOfTellsTheNewestVersion(t *testing.T) {
	r := newRegistry(t)
	r.register("mark", domain.Logo, false)
	other := strings.Repeat("b", 64)
	r.approve("mark", logo(digestA), domain.Effective{})
	r.approve("mark", logo(digestA), domain.Effective{})
	r.draft("mark", logo(other))
	r.catchUp()
	for digest, want := range map[string]int{digestA: 2, other: 3} {
		if got, err := r.views.FileOf(t.Context(), digest, "mark"); err != nil || got != want {
			t.Errorf("%d, %v", got, err)
		}
	}
	must(r, domain.Items, domain.ReviseDraft{Key: "mark", Version: 3, Content: logo(digestA)}, lan)
	r.catchUp()
	if got, err := r.views.FileOf(t.Context(), other, "mark"); !errors.Is(err, projections.ErrNotFound) {
		t.Errorf("a file that was revised away: %d, %v", got, err)
	}
}

func TestHistoryTellsEveryStep(t *testing.T) {
	r := withSlogan(t)
	r.openEdition(1, "2027-06-01")
	n := r.draft("slogan", text)
	must(r, domain.Items, domain.ReviseDraft{Key: "slogan", Version: n, Content: slogan(domain.Texts{"vi": "Khác"})}, minh)
	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n}, lan)
	must(r, domain.Items, domain.ReturnVersion{Key: "slogan", Version: n, Reason: "chưa rõ"}, hoa)
	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n, Effective: domain.Effective{Edition: 1}}, lan)
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: n}, hoa)
	must(r, domain.Items, domain.ChangeItemVisibility{Key: "slogan", Public: false}, lan)
	r.include(1, "slogan", n)
	r.wait(hour)
	r.issue(1)
	issued := r.now
	r.openEdition(2, "2029-06-01")
	r.register("other", domain.Slogan, true)
	r.include(2, "other", r.approve("other", text, domain.Effective{Edition: 2}))
	must(r, domain.Editions, domain.RetireInEdition{Number: 2, Item: "slogan"}, an)
	r.wait(hour)
	r.issue(2)
	r.withdraw("slogan", n, r.now)
	r.catchUp()
	history := func(version int) (out []*projections.Step) {
		t.Helper()
		for after := eventlog.Position(0); ; {
			page, err := r.views.History(t.Context(), "slogan", version, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return out
			}
			out, after = append(out, page...), page[len(page)-1].Position
		}
	}
	line := func(s *projections.Step) string { return fmt.Sprintf("v%d %s e%d", s.Version, s.What, s.Edition) }
	var got []string
	for _, s := range history(0) {
		got = append(got, line(s))
	}
	want := []string{
		"v0 registered e0", "v1 drafted e0", "v1 revised e0", "v1 submitted e0", "v1 returned e0", "v1 submitted e1", "v1 signed e0", "v1 approved e1",
		"v0 visibility_changed e0", "v1 included e1", "v1 issued e1", "v0 retired e2", "v1 withdrawn e0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	ofVersion := history(1)
	if len(ofVersion) != len(want)-3 {
		t.Errorf("%d steps of version 1", len(ofVersion))
	}
	returned := ofVersion[3]
	if returned.Member != hoa.Member || returned.Agency != party || *returned.ReasonOrNil() != "chưa rõ" || !returned.At.Equal(newYear.Add(hour)) || returned.ViaOrNil() != nil {
		t.Errorf("%+v", returned)
	}
	if s := ofVersion[8]; s.What != projections.StepIssued || !s.Effective.Equal(issued) || s.Member != an.Member {
		t.Errorf("%+v", s)
	}
	if s := ofVersion[9]; s.What != projections.StepWithdrawn || !s.Effective.Equal(r.now) || s.Reason != "sai" {
		t.Errorf("%+v", s)
	}
}

func TestWhoIsWho(t *testing.T) {
	r := newRegistry(t)
	ctx := t.Context()
	expires := r.now.Add(hour)
	issue := func(id string, by domain.Actor, e *time.Time) {
		must(r, domain.Agencies, domain.IssueToken{Agency: by.Agency, Member: by.Member, Token: id, Hash: digestA, Expires: e}, an)
	}
	issue("t1", lan, &expires)
	issue("t2", lan, nil)
	issue("t3", minh, nil)
	must(r, domain.Agencies, domain.RenameAgency{Key: foreign, Name: domain.Texts{"vi": "Sở Ngoại vụ", "en": "Foreign Affairs"}}, an)
	r.catchUp()
	agency, err := r.views.Agency(ctx, foreign)
	if err != nil || agency.NameIn("en") != "Foreign Affairs" || agency.NameIn("ja") != "Foreign Affairs" || agency.Revision != 7 || len(agency.Names()) != 2 {
		t.Errorf("%+v, %v", agency, err)
	}
	agencies, err := r.views.Agencies(ctx, party, 10)
	if err != nil || len(agencies) != 2 || agencies[0].Key != foreign || agencies[1].Key != culture {
		t.Errorf("%+v, %v", agencies, err)
	}
	members, err := r.views.Members(ctx, foreign, lan.Member.String(), 10)
	if err != nil || len(members) != 2 || members[0].ID != minh.Member || !slices.Equal(members[0].Roles, minh.Roles) {
		t.Errorf("%+v, %v", members, err)
	}
	if token, err := r.views.Token(ctx, "t1"); err != nil || !token.Expires.Equal(expires) || token.Hash != digestA || token.Member != lan.Member {
		t.Errorf("%+v, %v", token, err)
	}
	tokens := func(who domain.Actor, want ...string) {
		t.Helper()
		of := projections.MemberKey{Agency: who.Agency, ID: who.Member}
		list, err := r.views.TokensByKey(ctx, []projections.MemberKey{of})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, token := range list[of] {
			got = append(got, token.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	tokens(lan, "t1", "t2")
	must(r, domain.Agencies, domain.RevokeToken{Agency: foreign, Token: "t1"}, an)
	r.catchUp()
	tokens(lan, "t2")
	must(r, domain.Agencies, domain.RemoveMember{Agency: foreign, Member: lan.Member}, an)
	r.catchUp()
	tokens(lan)
	tokens(minh, "t3")
	for _, missing := range []error{
		second(r.views.Member(ctx, foreign, lan.Member)), second(r.views.Member(ctx, party, minh.Member)), second(r.views.Member(ctx, foreign, uuid.Nil)),
		second(r.views.Token(ctx, "t1")), second(r.views.Token(ctx, "t2")), second(r.views.Agency(ctx, "nobody")),
	} {
		if !errors.Is(missing, projections.ErrNotFound) {
			t.Error(missing)
		}
	}
}

func TestPoliciesAreKept(t *testing.T) {
	r := newRegistry(t)
	must(r, domain.Policies, domain.SetPolicy{Kind: domain.Slogan, Terms: domain.PolicyTerms{Leads: []string{party}, Required: []string{culture}}, Reason: "hai"}, an)
	r.catchUp()
	policies, err := r.views.Policies(t.Context(), domain.Slogan)
	if err != nil || len(policies) != 2 || policies[0].Reason != "hai" || !slices.Equal(policies[0].Required(), []string{culture}) || policies[1].Required() != nil {
		t.Errorf("%+v, %v", policies, err)
	}
}
