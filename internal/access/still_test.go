package access_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/projections"
)

func TestALimitedTokenIsForWhatItSays(t *testing.T) {
	f := newFixture(t)
	all, some := f.issue(nil), access.NewToken()
	f.run(domain.IssueToken{Agency: agency, Member: member, Token: some.ID, Hash: some.Hash, Scopes: []domain.Permission{domain.ReadApproved, domain.SignVersions}})
	for range 2 { // from the read models, then from the cache
		if viewer := f.accepted(all.Secret); viewer.Scopes != nil || !viewer.Can(domain.DraftVersions) {
			t.Errorf("%+v", viewer)
		}
		viewer := f.accepted(some.Secret)
		if !viewer.Can(domain.ReadApproved) || viewer.Can(domain.DraftVersions) || viewer.Can(domain.OwnTokens) || viewer.Can(domain.SignVersions) {
			t.Errorf("%+v", viewer)
		}
	}
}

// A delegation adds nothing that the token is not for.
func TestALimitedTokenLimitsADelegation(t *testing.T) {
	f := newFixture(t)
	token := access.NewToken()
	f.run(domain.IssueToken{Agency: agency, Member: member, Token: token.ID, Hash: token.Hash, Scopes: []domain.Permission{domain.ReadUnapproved}})
	f.delegate(uuid.UUID{1}, noon.Add(time.Hour))
	viewer := f.accepted(token.Secret)
	if !viewer.Roles.Has(domain.RoleDelegate) || viewer.Can(domain.SignVersions) || !viewer.Can(domain.ReadUnapproved) {
		t.Errorf("%+v", viewer)
	}
}

// delegate lets the member sign for the agency until an instant.
func (f *fixture) delegate(id uuid.UUID, until time.Time) {
	f.t.Helper()
	reviewer := domain.Actor{Member: uuid.UUID{2}, Agency: agency, Roles: domain.Roles{domain.RoleReviewer}}
	f.runAs(reviewer, domain.DelegateSigning{Agency: agency, Delegation: id, Member: member, Until: until, Reason: "đi công tác"})
}

func TestAViewerMayGoOnUntilSomethingChanges(t *testing.T) {
	expires := noon.Add(2 * time.Hour)
	revoked := func(f *fixture, token access.Token) { f.run(domain.RevokeToken{Agency: agency, Token: token.ID}) }
	roles := func(roles ...domain.Role) func(*fixture, access.Token) {
		return func(f *fixture, _ access.Token) {
			c := domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: roles}
			if slices.Contains(roles, domain.RoleTranslator) {
				c.Locales = []domain.Locale{"ja"}
			}
			f.run(c)
		}
	}
	rotated := func(overlap time.Duration) func(*fixture, access.Token) {
		return func(f *fixture, token access.Token) {
			other := access.NewToken()
			f.run(domain.RotateToken{Agency: agency, Replaces: token.ID, Token: other.ID, Hash: other.Hash, Overlap: overlap})
		}
	}
	f := newFixture(t)
	for name, c := range map[string]struct {
		change func(*fixture, access.Token)
		want   error
	}{
		"nothing":                  {func(*fixture, access.Token) {}, nil},
		"another token is revoked": {func(f *fixture, _ access.Token) { revoked(f, f.issue(nil)) }, nil},
		"the agency is renamed": {func(f *fixture, _ access.Token) {
			f.run(domain.RenameAgency{Key: agency, Name: domain.Texts{"vi": "x"}})
		}, nil},
		"the token is revoked":             {revoked, access.ErrBadToken},
		"the token is replaced":            {rotated(0), access.ErrBadToken},
		"the token is replaced for later":  {rotated(time.Hour), nil},
		"and that is over":                 {func(f *fixture, t access.Token) { rotated(time.Hour)(f, t); f.now = f.now.Add(time.Hour) }, access.ErrBadToken},
		"the token has expired":            {func(f *fixture, _ access.Token) { f.now = expires }, access.ErrBadToken},
		"the member has left":              {func(f *fixture, _ access.Token) { f.run(domain.RemoveMember{Agency: agency, Member: member}) }, access.ErrBadToken},
		"the member has another role":      {roles(domain.RoleAgency), access.ErrChanged},
		"the member has one more role":     {roles(domain.RoleAuthor, domain.RoleAdmin), access.ErrChanged},
		"the member translates":            {roles(domain.RoleTranslator), access.ErrChanged},
		"the member's roles are set again": {roles(domain.RoleAuthor), nil},
		"a delegation begins":              {func(f *fixture, _ access.Token) { f.delegate(uuid.UUID{1}, noon.Add(time.Hour)) }, access.ErrChanged},
	} {
		t.Run(name, func(t *testing.T) {
			f.now = noon
			if _, err := f.views.Member(t.Context(), agency, member); err == nil {
				f.run(domain.RemoveMember{Agency: agency, Member: member})
			}
			f.run(domain.AddMember{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAuthor}})
			token := f.issue(&expires)
			viewer := f.accepted(token.Secret)
			c.change(f, token)
			for range 2 { // as it is read, and as it is known then
				if err := f.Still(t.Context(), viewer); !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
			}
		})
	}
}

func TestAViewerIsToldOfFurtherDelegationsAndTheirEnd(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	f.delegate(uuid.UUID{1}, noon.Add(time.Hour))
	viewer := f.accepted(token.Secret)
	if err := f.Still(t.Context(), viewer); err != nil {
		t.Error(err)
	}
	const other = "so-van-hoa" // lets the viewer sign too
	f.run(domain.RegisterAgency{Key: other, Name: domain.Texts{"vi": "Sở"}})
	reviewer := domain.Actor{Member: uuid.UUID{3}, Agency: other, Roles: domain.Roles{domain.RoleReviewer}}
	f.runAs(reviewer, domain.DelegateSigning{Agency: other, Delegation: uuid.UUID{2}, Member: member, MemberAgency: agency, Until: noon.Add(2 * time.Hour), Reason: "đi công tác"})
	if err := f.Still(t.Context(), viewer); !errors.Is(err, access.ErrChanged) {
		t.Error(err)
	}
	if viewer = f.accepted(token.Secret); len(viewer.Delegations) != 2 {
		t.Errorf("%+v", viewer)
	}
	f.now = noon.Add(time.Hour)
	if err := f.Still(t.Context(), viewer); !errors.Is(err, access.ErrChanged) {
		t.Error(err)
	}
}

func TestNobodyInParticularMayGoOn(t *testing.T) {
	if err := newFixture(t).Still(t.Context(), access.Viewer{}); err != nil {
		t.Error(err)
	}
}

// As long as nothing has changed, nobody is asked.
func TestGoingOnCostsNoQuery(t *testing.T) {
	f := newFixture(t)
	viewer := f.accepted(f.issue(nil).Secret)
	gone, cancel := context.WithCancel(t.Context())
	cancel() // a query would fail
	if err := f.Still(gone, viewer); err != nil {
		t.Error(err)
	}
	f.issue(nil)
	if err := f.Still(gone, viewer); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Another node refuses a token as soon as it has read that it was revoked; who
// waits for the position of the revocation can be sure of it.
func TestARevokedTokenIsRefusedAtEveryNode(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	f.accepted(token.Secret)

	views, err := projections.Open(filepath.Join(t.TempDir(), "other.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := views.Close(); err != nil {
			t.Error(err)
		}
	}()
	read := func(until eventlog.Position) { // the other node reads so far, and no further
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := views.CatchUp(ctx, f.runner.Log, func(reached eventlog.Position) {
			if reached >= until {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	read(f.views.Position())
	other, err := access.NewAuthenticator(views, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := other.Authenticate(t.Context(), token.Secret)
	if err != nil {
		t.Fatal(err)
	}
	f.run(domain.RevokeToken{Agency: agency, Token: token.ID})
	f.refused(token.Secret)
	if err := other.Still(t.Context(), viewer); err != nil { // it can't know yet
		t.Error(err)
	}
	read(f.views.Position())
	if err := views.WaitFor(t.Context(), f.views.Position()); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Authenticate(t.Context(), token.Secret); !errors.Is(err, access.ErrBadToken) {
		t.Error(err)
	}
	if err := other.Still(t.Context(), viewer); !errors.Is(err, access.ErrBadToken) {
		t.Error(err)
	}
}

// What can't be a token is refused before anybody is asked.
func TestWhatCanNotBeATokenCostsNoQuery(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	gone, cancel := context.WithCancel(t.Context())
	cancel() // a query would fail
	for _, secret := range hopeless(token) {
		if viewer, err := f.Authenticate(gone, secret); !errors.Is(err, access.ErrBadToken) || !viewer.Anonymous() {
			t.Errorf("%.60q: %v", secret, err)
		}
	}
	if _, err := f.Authenticate(gone, access.NewToken().Secret); !errors.Is(err, context.Canceled) {
		t.Errorf("what could be one: %v", err)
	}
}

// Who guesses is not told whether there is a token with the id, or what became of it.
func TestAWrongIDAndAWrongSecretAreToldTheSame(t *testing.T) {
	f := newFixture(t)
	soon := noon.Add(time.Minute)
	there, revoked, expired := f.issue(nil), f.issue(nil), f.issue(&soon)
	f.run(domain.RevokeToken{Agency: agency, Token: revoked.ID})
	f.now = soon
	guess := access.NewToken()
	for range 2 { // before and after the token that is there is known
		for _, secret := range []string{
			guess.Secret, "signet_" + there.ID + guess.Secret[len("signet_")+len(guess.ID):], "signet_" + guess.ID + there.Secret[len("signet_")+len(there.ID):],
			revoked.Secret, expired.Secret,
		} {
			f.refused(secret)
		}
		f.accepted(there.Secret)
	}
}

// Who calls with a token of another server goes on as long as that lasts and its
// member may do the same.
func TestWhoBearsAForeignTokenMayGoOnUntilSomethingChanges(t *testing.T) {
	f := newFixture(t)
	bearer := access.Bearer{Agency: agency, Member: member, Roles: domain.Roles{domain.RoleAuthor, domain.RoleReviewer}, Expires: noon.Add(time.Hour)}
	if err := f.UseForeign(func(context.Context, string) (access.Bearer, error) { return bearer, nil }); err != nil {
		t.Fatal(err)
	}
	still := func(v access.Viewer, want error) {
		t.Helper()
		for range 2 { // as it is read, and as it is known then
			if err := f.Still(t.Context(), v); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
	}
	viewer := f.accepted("a.b.c")
	still(viewer, nil)
	f.issue(nil)
	still(viewer, nil)
	f.run(domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAuthor, domain.RoleAdmin}})
	still(viewer, nil) // which the token does not give
	f.run(domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleReviewer}})
	still(viewer, access.ErrChanged)
	viewer = f.accepted("a.b.c")
	still(viewer, nil)
	f.now = bearer.Expires
	still(viewer, access.ErrBadToken)
	f.now = noon
	f.run(domain.RemoveMember{Agency: agency, Member: member})
	still(viewer, access.ErrBadToken)
	stranger := viewer
	stranger.Token = "jwt:0"
	still(stranger, access.ErrBadToken)
}
