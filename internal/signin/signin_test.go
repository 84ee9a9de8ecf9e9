package signin_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/oidc"
	"signet/internal/people"
	"signet/internal/people/sqlite"
	"signet/internal/signin"
	"signet/projections"
)

const (
	foreign, press = "so-ngoai-vu", "bao-ptth"
	audience       = "signet-api"
)

var noon = time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)

// rules have one for each group.
var rules = oidc.Rules{
	{Claim: "groups", Values: []string{"author"}, Agency: foreign, Roles: domain.Roles{domain.RoleAuthor}},
	{Claim: "groups", Values: []string{"reviewer"}, Agency: foreign, Roles: domain.Roles{domain.RoleReviewer}},
	{Claim: "groups", Values: []string{"translator"}, Agency: press, Roles: domain.Roles{domain.RoleTranslator}, Locales: []domain.Locale{"ja"}},
	{Claim: "groups", Values: []string{"korean"}, Agency: press, Roles: domain.Roles{domain.RoleTranslator}, Locales: []domain.Locale{"ko"}},
	{Claim: "groups", Values: []string{"admin"}, Agency: foreign, Roles: domain.Roles{domain.RoleAdmin}},
	{Claim: "groups", Values: []string{"nowhere"}, Agency: "no-such-agency", Roles: domain.Roles{domain.RoleAuthor}},
}

// house is a registry with a door at each of two nodes, whose time stands still. The
// second one is opened by who needs it.
type house struct {
	t      *testing.T
	runner *commands.Runner
	people people.Store
	views  []*projections.Views
	doors  []*signin.Door
	key    ed25519.PrivateKey
	issuer string
	at     *oidc.Provider

	mu  sync.Mutex
	now time.Time // guarded by mu
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: noon}
	h.runner = &commands.Runner{Log: logtest.NewMemory(), Clock: h.clock}
	var err error
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "people.db"), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h.people = store
	h.at = h.provider()
	h.open()
	for _, key := range []string{foreign, press} {
		h.run(domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": key}})
	}
	return h
}

// open opens one more node.
func (h *house) open() *house {
	h.t.Helper()
	views := h.node()
	door, err := signin.New(signin.Options{Runner: h.runner, Views: views, People: h.people, Provider: h.at, Rules: rules, Session: time.Hour})
	if err != nil {
		h.t.Fatal(err)
	}
	h.views, h.doors = append(h.views, views), append(h.doors, door)
	return h
}

func (h *house) clock() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

func (h *house) later(by time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(by) }

func (h *house) node() *projections.Views {
	views, err := projections.Open(filepath.Join(h.t.TempDir(), "views.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- views.CatchUp(ctx, h.runner.Log, nil) }()
	h.t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, views.Close()); !errors.Is(err, context.Canceled) {
			h.t.Error(err)
		}
	})
	return views
}

// provider is one that shows its key.
func (h *house) provider() *oidc.Provider {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.key = private
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := "http://" + r.Host
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": at, "authorization_endpoint": at, "token_endpoint": at, "jwks_uri": at,
			"keys": []map[string]string{{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}},
		})
	}))
	h.t.Cleanup(web.Close)
	h.issuer = web.URL
	p, err := oidc.New(oidc.Options{Issuer: web.URL, ClientID: "signet", PublicURL: "https://registry.example", Audience: audience, Key: make([]byte, oidc.KeySize), Clock: h.clock})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) run(c domain.Command[domain.Agency]) {
	h.t.Helper()
	result, err := commands.Run(h.t.Context(), h.runner, domain.Agencies, c, commands.Request{Actor: domain.Actor{Roles: domain.Roles{domain.RoleOperator}}})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, v := range h.views {
		if err := v.WaitFor(h.t.Context(), result.Position); err != nil {
			h.t.Fatal(err)
		}
	}
}

// who is somebody in groups, as the provider says now.
func (h *house) who(subject string, groups ...string) oidc.Identity {
	list := make([]any, len(groups))
	for i, g := range groups {
		list[i] = g
	}
	return oidc.Identity{Issuer: h.issuer, Subject: subject, Name: "Nguyễn Thị Hòa Bình", Mail: "hoa@example.vn", Issued: h.clock(), Expires: h.clock().Add(time.Hour), Claims: map[string]any{"groups": list}}
}

// token is an access token of somebody in groups, made at an instant.
func (h *house) token(at time.Time, subject string, groups ...string) string {
	claims, _ := json.Marshal(map[string]any{"iss": h.issuer, "sub": subject, "aud": audience, "iat": at.Unix(), "exp": at.Add(24 * time.Hour).Unix(), "groups": groups})
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"EdDSA"}`)) + "." + encode(claims)
	return signed + "." + encode(ed25519.Sign(h.key, []byte(signed)))
}

// enter lets somebody in, and returns what the log says that they are.
func (h *house) enter(node int, i oidc.Identity) (signin.Session, string) {
	h.t.Helper()
	s, err := h.doors[node].Enter(h.t.Context(), i)
	return s, h.is(s.Member, err)
}

// is writes where somebody is a member: "AGENCY ROLE …", by what the log says; the reason
// of a refusal if there is one.
func (h *house) is(id uuid.UUID, err error) string {
	h.t.Helper()
	if refused := domain.AsError(err); refused != nil {
		return refused.Reason
	}
	if err != nil {
		h.t.Fatal(err)
	}
	var all []string
	for _, key := range []string{press, foreign} {
		a, _, err := commands.Load(h.t.Context(), h.runner.Log, domain.Agencies, domain.AgencyStream(key))
		if err != nil {
			h.t.Fatal(err)
		}
		if m, there := a.Members[id]; there {
			all = append(all, key)
			for _, r := range m.Roles {
				all = append(all, string(r))
			}
			for _, l := range m.Locales {
				all = append(all, string(l))
			}
		}
	}
	return strings.Join(all, " ")
}

func (h *house) head() eventlog.Position {
	h.t.Helper()
	head, err := h.runner.Log.Head(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return head
}

func TestWhoeverEntersIsWhatTheRulesSay(t *testing.T) {
	h := newHouse(t).open()
	first, is := h.enter(0, h.who("hoa", "author"))
	if is != "so-ngoai-vu author" || first.Member.Version() != 7 || !first.Expires.Equal(noon.Add(time.Hour)) {
		t.Errorf("%s %+v", is, first)
	}
	for _, c := range []struct {
		name, groups, want string
	}{
		{"the same", "author", "so-ngoai-vu author"},
		{"one role more", "author reviewer", "so-ngoai-vu author reviewer"},
		{"one role less", "reviewer", "so-ngoai-vu reviewer"},
		{"another agency", "translator", "bao-ptth translator ja"},
		{"one language more", "translator korean", "bao-ptth translator ja ko"},
		{"and back", "author", "so-ngoai-vu author"},
	} {
		before := h.head()
		s, is := h.enter(1, h.who("hoa", strings.Fields(c.groups)...))
		if is != c.want || s.Member != first.Member {
			t.Errorf("%s: %s", c.name, is)
		}
		if c.name == "the same" && h.head() != before+1 {
			t.Errorf("beside the token something was written: %d", h.head()-before)
		}
	}
	other, _ := h.enter(0, h.who("lan", "author"))
	if other.Member == first.Member {
		t.Error("two people are one member")
	}
	known, err := h.people.Get(t.Context(), first.Member)
	if p := known[first.Member]; err != nil || p.Name != "Nguyễn Thị Hòa Bình" || p.Mail != "hoa@example.vn" || len(p.Identities) != 1 {
		t.Errorf("%+v, %v", known, err)
	}
}

func TestASessionIsAnOrdinaryToken(t *testing.T) {
	h := newHouse(t)
	s, _ := h.enter(0, h.who("hoa", "author"))
	auth, err := access.NewAuthenticator(h.views[0], h.clock)
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := auth.Authenticate(t.Context(), s.Secret)
	if err != nil || viewer.Member != s.Member {
		t.Fatalf("%+v, %v", viewer, err)
	}
	for range 2 { // the second time it is gone already
		if err := h.sessions(0, time.Hour).Leave(t.Context(), viewer); err != nil {
			t.Error(err)
		}
	}
	if _, err := auth.Authenticate(t.Context(), s.Secret); !errors.Is(err, access.ErrBadToken) {
		t.Errorf("after leaving: %v", err)
	}
	s, _ = h.enter(0, h.who("hoa", "author"))
	h.later(time.Hour)
	if _, err := auth.Authenticate(t.Context(), s.Secret); !errors.Is(err, access.ErrBadToken) {
		t.Errorf("when it is over: %v", err)
	}
	for _, lasts := range []time.Duration{time.Second, signin.MaxSession + 1, -1} {
		if _, err := signin.New(signin.Options{Session: lasts}); err == nil {
			t.Errorf("a session of %s", lasts)
		}
	}
}

// Once an administrator has logged in nobody becomes the first one by a code any more.
func TestAnAdministratorWhoEntersClosesTheFirstLogin(t *testing.T) {
	h := newHouse(t)
	claimed := func() domain.Registry {
		s, _, err := commands.Load(t.Context(), h.runner.Log, domain.Registries, domain.RegistryStream)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	h.enter(0, h.who("lan", "author"))
	if claimed().Claimed {
		t.Error("an author has claimed the registry")
	}
	first, _ := h.enter(0, h.who("an", "admin"))
	if got := claimed(); !got.Claimed || got.Member != first.Member {
		t.Errorf("%+v", got)
	}
	for _, subject := range []string{"binh", "an"} {
		if _, said := h.enter(0, h.who(subject, "admin")); strings.Contains(said, "claimed") {
			t.Error(said)
		}
	}
	if got := claimed(); got.Member != first.Member {
		t.Errorf("%+v", got)
	}
}

func TestWhoHasNoPlaceIsTurnedAway(t *testing.T) {
	h := newHouse(t)
	before := h.head()
	if _, is := h.enter(0, h.who("stranger")); is != "no_rule" {
		t.Error(is)
	}
	for p, err := range h.people.Each(t.Context()) {
		t.Errorf("a stranger is kept: %+v, %v", p, err)
	}
	if h.head() != before {
		t.Error("something was written of a stranger")
	}
	s, _ := h.enter(0, h.who("hoa", "author"))
	if _, is := h.enter(0, h.who("hoa", "unknown")); is != "no_rule" {
		t.Error(is)
	}
	if is := h.is(s.Member, nil); is != "" {
		t.Errorf("who has left every group is still %s", is)
	}
	if again, is := h.enter(0, h.who("hoa", "author")); is != "so-ngoai-vu author" || again.Member != s.Member {
		t.Errorf("who comes back: %s", is)
	}
	if _, is := h.enter(0, h.who("hoa", "nowhere")); is != "unknown_agency" {
		t.Error(is)
	}
}

func TestMembersByHandAreLeftAlone(t *testing.T) {
	h := newHouse(t)
	byHand := uuid.New()
	h.run(domain.AddMember{Agency: foreign, Member: byHand, Roles: []domain.Role{domain.RoleAuditor}})
	h.enter(0, h.who("hoa", "author"))
	h.enter(0, h.who("hoa"))
	if is := h.is(byHand, nil); is != "so-ngoai-vu auditor" {
		t.Error(is)
	}
}

func TestOnePersonAtTwoNodesAtOnceIsOneMember(t *testing.T) {
	h := newHouse(t).open()
	var ids [8]uuid.UUID
	var all sync.WaitGroup
	for n := range ids {
		all.Go(func() {
			s, err := h.doors[n%2].Enter(t.Context(), h.who("hoa", "author"))
			if err != nil {
				t.Error(err)
			}
			ids[n] = s.Member
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("%v", ids)
		}
	}
	if is := h.is(ids[0], nil); is != "so-ngoai-vu author" {
		t.Error(is)
	}
}

// meddled is a log in which something happens at the worst moment, once.
type meddled struct {
	eventlog.Log

	head, write func() // called when the head was asked for, and before something is written
	once        sync.Once
}

func (m *meddled) Head(ctx context.Context) (eventlog.Position, error) {
	if m.head != nil {
		defer m.once.Do(m.head)
	}
	return m.Log.Head(ctx)
}

func (m *meddled) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if m.write != nil {
		m.once.Do(m.write)
	}
	return m.Log.Append(ctx, stream, expected, records...)
}

// other is a door at a node of its own, on a log that is meddled with.
func (h *house) other(views *projections.Views, m *meddled) *signin.Door {
	h.t.Helper()
	m.Log = h.runner.Log
	d, err := signin.New(signin.Options{Runner: &commands.Runner{Log: m, Clock: h.clock}, Views: views, People: h.people, Rules: rules})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func TestWhoIsAddedMeanwhileAtAnotherNodeIsNoConflict(t *testing.T) {
	h := newHouse(t)
	first, _ := h.enter(0, h.who("hoa", "author"))
	h.enter(0, h.who("hoa"))
	d := h.other(h.views[0], &meddled{write: func() {
		h.run(domain.AddMember{Agency: foreign, Member: first.Member, Roles: []domain.Role{domain.RoleReviewer}})
	}})
	_, err := d.Enter(t.Context(), h.who("hoa", "author"))
	if is := h.is(first.Member, err); is != "so-ngoai-vu author" {
		t.Error(is)
	}
}

func TestANodeThatIsBehindReadsFirst(t *testing.T) {
	h := newHouse(t)
	first, _ := h.enter(0, h.who("hoa", "author"))
	views, err := projections.Open(filepath.Join(t.TempDir(), "views.db"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	d := h.other(views, &meddled{head: func() { go func() { ended <- views.CatchUp(ctx, h.runner.Log, nil) }() }})
	_, err = d.Enter(t.Context(), h.who("hoa", "translator"))
	if is := h.is(first.Member, err); is != "bao-ptth translator ja" {
		t.Errorf("a member of two agencies: %s", is)
	}
	cancel()
	if err := errors.Join(<-ended, views.Close()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNamesThatCanNotBeKeptAreLeftOut(t *testing.T) {
	h := newHouse(t)
	i := h.who("hoa", "author")
	h.enter(0, i)
	i.Name, i.Mail = strings.Repeat("a", 1000), "Hoa <hoa@example.vn>"
	s, is := h.enter(0, i)
	known, err := h.people.Get(t.Context(), s.Member)
	if p := known[s.Member]; is != "so-ngoai-vu author" || err != nil || p.Name != "Nguyễn Thị Hòa Bình" || p.Mail != "hoa@example.vn" {
		t.Errorf("%s %+v", is, known)
	}
	if name, err := h.doors[0].Name(t.Context(), s.Member); err != nil || name != "Nguyễn Thị Hòa Bình" {
		t.Error(name, err)
	}
}

func TestAnErasedPersonWhoComesAgainIsSomebodyElse(t *testing.T) {
	h := newHouse(t)
	before, _ := h.enter(0, h.who("hoa", "author"))
	if err := h.people.Erase(t.Context(), before.Member); err != nil {
		t.Fatal(err)
	}
	after, is := h.enter(0, h.who("hoa", "author"))
	if is != "so-ngoai-vu author" || after.Member == before.Member {
		t.Errorf("%s %v", is, after.Member)
	}
}

func TestTokensOfTheProviderStandForMembers(t *testing.T) {
	h := newHouse(t)
	bear := func(token string) (access.Bearer, string) {
		t.Helper()
		b, err := h.doors[0].Bearer(t.Context(), token)
		return b, h.is(b.Member, err)
	}
	b, is := bear(h.token(noon, "hoa", "author"))
	if is != "so-ngoai-vu author" || b.Agency != foreign || !b.Roles.Has(domain.RoleAuthor) || !b.Expires.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("%s %+v", is, b)
	}
	head := h.head()
	if again, is := bear(h.token(noon, "hoa", "author")); is != "so-ngoai-vu author" || again.Member != b.Member || h.head() != head {
		t.Errorf("again: %s", is)
	}
	h.later(time.Minute)
	if _, is := bear(h.token(noon.Add(time.Minute), "hoa", "author", "reviewer")); is != "so-ngoai-vu author reviewer" {
		t.Errorf("a newer token: %s", is)
	}
	older := h.token(noon, "hoa", "author")
	if old, is := bear(older); is != "so-ngoai-vu author reviewer" || len(old.Roles) != 1 {
		t.Errorf("an older token has changed something, or counts for more than it says: %s %v", is, old.Roles)
	}
	h.later(time.Minute)
	h.enter(0, h.who("hoa", "reviewer"))
	if _, is := bear(older); is != "sign_in_again" {
		t.Errorf("a token of roles that are gone: %s", is)
	}
	if _, is := bear(h.token(noon.Add(3*time.Minute), "hoa")); is != "no_rule" {
		t.Errorf("a token without groups: %s", is)
	}
	if is := h.is(b.Member, nil); is != "so-ngoai-vu reviewer" {
		t.Errorf("tokens have changed what a login said: %s", is)
	}
	for _, token := range []string{"", "a.b.c", older + "A", "signet_a_b"} {
		if _, err := h.doors[0].Bearer(t.Context(), token); !errors.Is(err, access.ErrBadToken) {
			t.Errorf("%q: %v", token, err)
		}
	}
}
