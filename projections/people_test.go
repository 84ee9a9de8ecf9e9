package projections_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/projections"
)

func TestErasuresFromTheRequestToTheEnd(t *testing.T) {
	r := newRegistry(t)
	both := person(20, party)
	for _, agency := range []string{party, culture} {
		must(r, domain.Agencies, domain.AddMember{Agency: agency, Member: both.Member, Roles: []domain.Role{domain.RoleAuthor}}, an)
	}
	must(r, domain.Persons, domain.RequestErasure{Person: both.Member, Basis: domain.AskedByPerson}, an)
	must(r, domain.Persons, domain.RequestErasure{Person: lan.Member, Basis: domain.LeftService}, operator)
	must(r, domain.Persons, domain.RequestErasure{Person: tung.Member, Basis: domain.Unlawful}, an)
	must(r, domain.Persons, domain.CancelErasure{Person: tung.Member}, operator)
	asked := r.now
	erased := r.wait(time.Hour)
	must(r, domain.Persons, domain.ConfirmErasure{Person: both.Member}, operator)
	r.catchUp()

	ofLan := projections.Erasure{Person: lan.Member, Basis: domain.LeftService, Requested: asked, Operator: true}
	ofBoth := projections.Erasure{Person: both.Member, Basis: domain.AskedByPerson, Requested: asked, Requester: an.Member, Agency: party, Erased: erased}
	listed(t, r, false, "", ofLan, ofBoth)
	listed(t, r, true, "", ofLan)
	listed(t, r, false, lan.Member.String(), ofBoth)
	listed(t, r, true, lan.Member.String())
	if one, err := r.views.Erasure(t.Context(), both.Member); err != nil || *one != ofBoth {
		t.Errorf("got %+v, %v", one, err)
	}
	if one, err := r.views.Erasure(t.Context(), tung.Member); !errors.Is(err, projections.ErrNotFound) {
		t.Errorf("got %+v, %v", one, err)
	}
	if ids, err := r.views.Erased(t.Context()); err != nil || !slices.Equal(ids, []uuid.UUID{both.Member}) {
		t.Errorf("got %v, %v", ids, err)
	}

	agenciesOf := func(all []*projections.Member, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		agencies := []string{}
		for _, m := range all {
			if m.ID != both.Member {
				t.Errorf("%s belongs to %s", m.ID, m.Agency)
			}
			agencies = append(agencies, m.Agency)
		}
		return agencies
	}
	want := []string{party, culture}
	if got := agenciesOf(r.views.MembershipsOf(t.Context(), both.Member)); !slices.Equal(got, want) {
		t.Errorf("a member of %v", got)
	}
	if got := agenciesOf(r.views.ErasedMembers(t.Context())); !slices.Equal(got, want) {
		t.Errorf("still a member of %v", got)
	}
	must(r, domain.Agencies, domain.RemoveMember{Agency: party, Member: both.Member}, an)
	r.catchUp()
	if got := agenciesOf(r.views.ErasedMembers(t.Context())); !slices.Equal(got, want[1:]) {
		t.Errorf("still a member of %v", got)
	}
}

// listed sees which erasures are listed.
func listed(t *testing.T, r *registry, open bool, after string, want ...projections.Erasure) {
	t.Helper()
	rows, err := r.views.Erasures(t.Context(), open, after, 10)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]projections.Erasure, len(rows))
	for i, e := range rows {
		got[i] = *e
	}
	if !slices.Equal(got, want) {
		t.Errorf("open %t after %q: %+v\nwant %+v", open, after, got, want)
	}
}
