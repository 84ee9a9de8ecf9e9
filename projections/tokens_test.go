package projections_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"signet/domain"
	"signet/projections"
)

// token is what the read models tell of a token of lan, who may have it still.
func (r *registry) token(id string) *projections.Token {
	r.t.Helper()
	r.catchUp()
	t, err := r.views.Token(context.Background(), id)
	if err != nil {
		r.t.Fatalf("%s: %v", id, err)
	}
	return t
}

func (r *registry) issueToken(id string, scopes ...domain.Permission) {
	r.t.Helper()
	must(r, domain.Agencies, domain.IssueToken{Agency: foreign, Member: lan.Member, Token: id, Hash: digestA, Scopes: scopes}, an)
}

func TestATokenTellsWhatItIsFor(t *testing.T) {
	r := newRegistry(t)
	r.issueToken("all")
	r.issueToken("some", domain.ReadApproved, domain.DownloadAssets)
	if all := r.token("all"); all.Scopes != nil || all.ScopeNames() != nil || all.UsedOrNil() != nil {
		t.Errorf("%+v", all)
	}
	if some := r.token("some"); !slices.Equal(some.ScopeNames(), []string{"assets.download", "read.approved"}) {
		t.Errorf("%+v", some)
	}
}

func TestATokenThatIsReplacedEndsWithItsOverlap(t *testing.T) {
	r := newRegistry(t)
	r.issueToken("old", domain.ReadApproved)
	r.wait(hour)
	must(r, domain.Agencies, domain.RotateToken{Agency: foreign, Replaces: "old", Token: "new", Hash: digestA, Overlap: day}, an)
	if old, end := r.token("old"), r.now.Add(day); !old.Expires.Equal(end) || old.ValidAt(end) {
		t.Errorf("%+v", old)
	}
	if fresh := r.token("new"); !fresh.Expires.IsZero() || !slices.Equal(fresh.Scopes, domain.Scopes{domain.ReadApproved}) || fresh.Member != lan.Member || !fresh.Issued.Equal(r.now) {
		t.Errorf("%+v", fresh)
	}
	must(r, domain.Agencies, domain.RotateToken{Agency: foreign, Replaces: "new", Token: "newer", Hash: digestA}, an)
	if newer := r.token("newer"); !slices.Equal(newer.Scopes, domain.Scopes{domain.ReadApproved}) {
		t.Errorf("%+v", newer)
	}
	if _, err := r.views.Token(t.Context(), "new"); !errors.Is(err, projections.ErrNotFound) {
		t.Errorf("what was replaced at once: %v", err)
	}
}

// A use tells its day, and nothing of who may do what: neither the agency's
// revision nor the answers about access are touched.
func TestAUseOfATokenIsNoChangeOfAccess(t *testing.T) {
	r := newRegistry(t)
	r.issueToken("t1")
	before := r.token("t1")
	position := r.views.AccessPosition()
	agency, err := r.views.Agency(t.Context(), foreign)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []domain.Date{"2027-01-02", "2027-01-03"} {
		must(r, domain.TokenUses, domain.RecordTokenUse{Token: "t1", Agency: foreign, Day: d}, operator)
	}
	if used := r.token("t1").UsedOrNil(); before.Used != "" || used == nil || *used != "2027-01-03" {
		t.Errorf("%v, and then %v", before.Used, used)
	}
	after, err := r.views.Agency(t.Context(), foreign)
	if err != nil || after.Revision != agency.Revision || r.views.AccessPosition() != position {
		t.Errorf("%+v at %d, and then %+v at %d, %v", agency, position, after, r.views.AccessPosition(), err)
	}
}
