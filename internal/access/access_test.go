package access_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/projections"
)

const agency = "so-ngoai-vu"

var (
	member   = uuid.UUID{6: 0x70, 8: 0x80, 15: 1}
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	noon     = time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)
)

// fixture is an authenticator over read models that are always caught up.
type fixture struct {
	*access.Authenticator

	t      *testing.T
	now    time.Time
	runner *commands.Runner
	views  *projections.Views
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, now: noon}
	clock := func() time.Time { return f.now }
	f.runner = &commands.Runner{Log: logtest.NewMemory(), Clock: clock}
	var err error
	if f.views, err = projections.Open(filepath.Join(t.TempDir(), "views.db")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.views.CatchUp(ctx, f.runner.Log, nil) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := f.views.Close(); err != nil {
			t.Error(err)
		}
	})
	if f.Authenticator, err = access.NewAuthenticator(f.views, clock); err != nil {
		t.Fatal(err)
	}
	f.run(domain.RegisterAgency{Key: agency, Name: domain.Texts{"vi": "Sở Ngoại vụ"}})
	f.run(domain.AddMember{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAuthor}})
	return f
}

// run runs a command, and returns when its effect can be read.
func (f *fixture) run(c domain.Command[domain.Agency]) {
	f.t.Helper()
	f.runAs(operator, c)
}

func (f *fixture) runAs(actor domain.Actor, c domain.Command[domain.Agency]) {
	f.t.Helper()
	result, err := commands.Run(f.t.Context(), f.runner, domain.Agencies, c, commands.Request{Actor: actor})
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.views.WaitFor(f.t.Context(), result.Position); err != nil {
		f.t.Fatal(err)
	}
}

// issue gives the member a new token that does not expire, or at an instant.
func (f *fixture) issue(expires *time.Time) access.Token {
	f.t.Helper()
	token := access.NewToken()
	f.run(domain.IssueToken{Agency: agency, Member: member, Token: token.ID, Hash: token.Hash, Expires: expires})
	return token
}

// refused sees that a secret is refused exactly as any other that is not valid.
func (f *fixture) refused(secret string) {
	f.t.Helper()
	viewer, err := f.Authenticate(f.t.Context(), secret)
	if !errors.Is(err, access.ErrBadToken) || err.Error() != access.ErrBadToken.Error() || !viewer.Anonymous() || viewer.Roles != nil {
		f.t.Errorf("%q: %+v, %v", secret, viewer, err)
	}
}

func (f *fixture) accepted(secret string) access.Viewer {
	f.t.Helper()
	viewer, err := f.Authenticate(f.t.Context(), secret)
	if err != nil {
		f.t.Fatal(err)
	}
	if viewer.Member != member || viewer.Agency != agency || viewer.Anonymous() {
		f.t.Errorf("%+v", viewer)
	}
	return viewer
}

func TestTokenFormat(t *testing.T) {
	pattern := regexp.MustCompile(`^signet_([a-z2-7]{16})_[a-z2-7]{52}$`)
	seen := map[string]bool{}
	for range 100 {
		token := access.NewToken()
		parts := pattern.FindStringSubmatch(token.Secret)
		if parts == nil || parts[1] != token.ID || seen[token.ID] {
			t.Fatalf("%+v", token)
		}
		seen[token.ID] = true
		if sum := sha256.Sum256([]byte(token.Secret)); hex.EncodeToString(sum[:]) != token.Hash {
			t.Errorf("%s is not the hash of the secret", token.Hash)
		}
		if strings.Contains(token.ID+token.Hash, token.Secret[24:]) {
			t.Error("what is stored tells the secret")
		}
	}
}

func TestWhoHoldsATokenIsItsMember(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	for range 2 { // from the read models, then from the cache
		viewer := f.accepted(token.Secret)
		if viewer.Token != token.ID || !viewer.Can(domain.DraftVersions) || viewer.Can(domain.SignVersions) {
			t.Errorf("%+v", viewer)
		}
	}
}

func TestWhatIsNoTokenIsRefused(t *testing.T) {
	f := newFixture(t)
	token, other := f.issue(nil), f.issue(nil)
	f.accepted(token.Secret)
	never := access.NewToken()
	for _, secret := range append(hopeless(token),
		never.Secret, token.Secret+"a", token.Secret[:len(token.Secret)-1], strings.Replace(token.Secret, token.ID, other.ID, 1),
	) {
		f.refused(secret)
	}
	f.accepted(token.Secret)
}

// hopeless are texts that no token can be.
func hopeless(token access.Token) []string {
	return []string{
		"", "signet", "signet_", "signet__", "bearer", token.ID, token.Hash, strings.ToUpper(token.Secret), " " + token.Secret, token.Secret + " ",
		"signet_" + token.ID + "_", "signet_" + token.ID, "signet__" + token.ID, token.Secret + "\x00", token.Secret + "\n", token.Secret + "é", token.Secret + "_a",
		"signet_" + token.ID + "_" + strings.Repeat("a", 10_000), "signet_" + strings.Repeat("a", 10_000) + "_a", strings.Repeat("signet_", 2000),
		"signet_' OR 1=1_x", "signet_\x00_\xff", "signet_" + token.ID + "\x00_a", "sıgnet_a_a", "signet_ａ_ａ", "signet_1_0",
	}
}

func FuzzAuthenticate(f *testing.F) {
	token := access.NewToken()
	for _, seed := range append(hopeless(token), token.Secret) {
		f.Add(seed)
	}
	views, err := projections.Open(filepath.Join(f.TempDir(), "views.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = views.Close() }) // nothing was written
	auth, err := access.NewAuthenticator(views, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, secret string) {
		if viewer, err := auth.Authenticate(t.Context(), secret); !errors.Is(err, access.ErrBadToken) || !viewer.Anonymous() {
			t.Errorf("%q: %+v, %v", secret, viewer, err)
		}
	})
}

func TestRevokedTokenIsRefusedAtOnce(t *testing.T) {
	f := newFixture(t)
	token, other := f.issue(nil), f.issue(nil)
	f.accepted(token.Secret)
	f.run(domain.RevokeToken{Agency: agency, Token: token.ID})
	f.refused(token.Secret)
	f.accepted(other.Secret)
}

func TestTokenExpiresAtItsInstant(t *testing.T) {
	f := newFixture(t)
	expires := noon.Add(time.Hour)
	token := f.issue(&expires)
	f.now = expires.Add(-time.Nanosecond)
	f.accepted(token.Secret)
	f.now = expires
	f.refused(token.Secret)
	fresh, err := access.NewAuthenticator(f.views, func() time.Time { return expires })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fresh.Authenticate(t.Context(), token.Secret); !errors.Is(err, access.ErrBadToken) {
		t.Error(err)
	}
}

func TestRemovedMemberIsRefusedAtOnce(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	f.accepted(token.Secret)
	f.run(domain.RemoveMember{Agency: agency, Member: member})
	f.refused(token.Secret)
	f.run(domain.AddMember{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAdmin}})
	f.refused(token.Secret)
}

func TestChangeOfRolesIsEffectiveAtOnce(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	if f.accepted(token.Secret).Can(domain.SetPolicies) {
		t.Error("an author sets policies")
	}
	f.run(domain.ChangeMemberRoles{Agency: agency, Member: member, Roles: []domain.Role{domain.RoleAdmin}})
	if viewer := f.accepted(token.Secret); !viewer.Can(domain.SetPolicies) || viewer.Can(domain.DraftVersions) {
		t.Errorf("%+v", viewer)
	}
}

func TestRequestsAreAuthenticatedByTheirHeader(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	for name, c := range map[string]struct {
		header    string
		anonymous bool
		err       error
	}{
		"none":           {"", true, nil},
		"bearer":         {"Bearer " + token.Secret, false, nil},
		"any case":       {"bEARER  " + token.Secret + " ", false, nil},
		"basic":          {"Basic " + token.Secret, true, access.ErrBadToken},
		"only a scheme":  {"Bearer", true, access.ErrBadToken},
		"only a token":   {token.Secret, true, access.ErrBadToken},
		"empty":          {"Bearer ", true, access.ErrBadToken},
		"not, or longer": {"Bearer " + access.NewToken().Secret, true, access.ErrBadToken},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			viewer, err := f.FromRequest(r)
			if !errors.Is(err, c.err) || viewer.Anonymous() != c.anonymous {
				t.Errorf("%+v, %v", viewer, err)
			}
		})
	}
}

func TestFailureOfTheReadModelsIsNoRefusal(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Authenticate(ctx, token.Secret); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestContextCarriesTheViewer(t *testing.T) {
	if viewer := access.From(t.Context()); !viewer.Anonymous() {
		t.Errorf("%+v", viewer)
	}
	for _, p := range []domain.Permission{domain.ReadApproved, domain.DownloadAssets, domain.RegisterItems} {
		if (access.Viewer{}).Can(p) {
			t.Errorf("nobody in particular may %s", p)
		}
	}
	want := access.Viewer{Actor: domain.Actor{Member: member, Token: "t"}}
	if got := access.From(access.With(t.Context(), want)); got.Member != member || got.Token != "t" {
		t.Errorf("%+v", got)
	}
}
