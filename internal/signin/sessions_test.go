package signin_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/signin"
)

// sessions are those of a node.
func (h *house) sessions(node int, lasts time.Duration) *signin.Sessions {
	h.t.Helper()
	s, err := signin.NewSessions(h.runner, h.views[node], lasts)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// author is a member who was added by hand.
var author = uuid.UUID{6: 0x70, 8: 0x80, 15: 1}

// shown is whom a new token of the author shows at a node: one that is limited to scopes,
// and expires.
func (h *house) shown(auth *access.Authenticator, expires *time.Time, scopes ...domain.Permission) access.Viewer {
	h.t.Helper()
	token := access.NewToken()
	h.run(domain.IssueToken{Agency: foreign, Member: author, Token: token.ID, Hash: token.Hash, Expires: expires, Scopes: scopes})
	return h.holds(auth, token.Secret)
}

func (h *house) holds(auth *access.Authenticator, secret string) access.Viewer {
	h.t.Helper()
	viewer, err := auth.Authenticate(h.t.Context(), secret)
	if err != nil {
		h.t.Fatal(err)
	}
	return viewer
}

func (h *house) authenticator(node int) *access.Authenticator {
	h.t.Helper()
	auth, err := access.NewAuthenticator(h.views[node], h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	return auth
}

func TestASessionBegunWithATokenIsForNoMoreAndEndsWithIt(t *testing.T) {
	h := newHouse(t)
	h.run(domain.AddMember{Agency: foreign, Member: author, Roles: []domain.Role{domain.RoleAuthor}})
	auth, sessions := h.authenticator(0), h.sessions(0, 0)
	soon, late, microsecond := noon.Add(time.Hour), noon.Add(30*24*time.Hour), noon.Add(time.Microsecond)
	for name, c := range map[string]struct {
		expires *time.Time
		scopes  []domain.Permission
		want    time.Time
	}{
		"a token that is not limited":  {nil, nil, noon.Add(signin.DefaultSession)},
		"one that lasts longer":        {&late, nil, noon.Add(signin.DefaultSession)},
		"one that expires before":      {&soon, nil, soon},
		"one that expires almost now":  {&microsecond, nil, microsecond},
		"one that may only read":       {nil, []domain.Permission{domain.ReadApproved}, noon.Add(signin.DefaultSession)},
		"one that may not end a token": {&soon, []domain.Permission{domain.DraftVersions, domain.ReadUnapproved}, soon},
	} {
		t.Run(name, func(t *testing.T) {
			viewer := h.shown(auth, c.expires, c.scopes...)
			s, err := sessions.Begin(t.Context(), viewer)
			if err != nil || s.Member != author || s.Agency != foreign || !s.Expires.Equal(c.want) {
				t.Fatalf("%+v, %v", s, err)
			}
			begun := h.holds(auth, s.Secret)
			kept, err := h.views[0].Token(t.Context(), begun.Token)
			if err != nil || begun.Member != author || !slices.Equal(begun.Scopes, viewer.Scopes) || (begun.Scopes == nil) != (c.scopes == nil) || !kept.Expires.Equal(c.want) {
				t.Errorf("%+v, %+v, %v", begun, kept, err)
			}
			if again, err := sessions.Begin(t.Context(), begun); !errors.Is(err, access.ErrBadToken) {
				t.Errorf("a session begins another one: %+v, %v", again, err)
			}
			if err := sessions.Leave(t.Context(), begun); err != nil {
				t.Error(err)
			}
			if _, err := auth.Authenticate(t.Context(), s.Secret); !errors.Is(err, access.ErrBadToken) {
				t.Errorf("after leaving: %v", err)
			}
			if again := h.holds(auth, h.begin(sessions, viewer).Secret); again.Member != author {
				t.Errorf("the token that was shown has ended, too: %+v", again)
			}
		})
	}
}

func (h *house) begin(sessions *signin.Sessions, v access.Viewer) signin.Session {
	h.t.Helper()
	s, err := sessions.Begin(h.t.Context(), v)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func TestASessionBegunAtOneNodeCountsAtAnother(t *testing.T) {
	h := newHouse(t).open()
	h.run(domain.AddMember{Agency: foreign, Member: author, Roles: []domain.Role{domain.RoleAuthor}})
	one, other := h.authenticator(0), h.authenticator(1)
	viewer := h.shown(one, nil)
	s := h.begin(h.sessions(0, time.Hour), viewer)
	head := h.head()
	h.caughtUp(1, head)
	begun := h.holds(other, s.Secret)
	h.run(domain.RevokeToken{Agency: foreign, Token: viewer.Token})
	for node, auth := range []*access.Authenticator{one, other} {
		if _, err := auth.Authenticate(t.Context(), s.Secret); !errors.Is(err, access.ErrBadToken) {
			t.Errorf("node %d, after the token was revoked: %v", node, err)
		}
		if err := auth.Still(t.Context(), begun); !errors.Is(err, access.ErrBadToken) {
			t.Errorf("node %d, what goes on: %v", node, err)
		}
	}
}

func (h *house) caughtUp(node int, position eventlog.Position) {
	h.t.Helper()
	if err := h.views[node].WaitFor(h.t.Context(), position); err != nil {
		h.t.Fatal(err)
	}
}

// A node that has not read yet that a token was revoked begins a session with it that is
// good nowhere where that is known.
func TestANodeThatIsBehindBringsNoTokenBack(t *testing.T) {
	h := newHouse(t)
	h.run(domain.AddMember{Agency: foreign, Member: author, Roles: []domain.Role{domain.RoleAuthor}})
	auth := h.authenticator(0)
	viewer := h.shown(auth, nil)
	log := &meddled{Log: h.runner.Log, write: func() { h.run(domain.RevokeToken{Agency: foreign, Token: viewer.Token}) }}
	behind, err := signin.NewSessions(&commands.Runner{Log: log, Clock: h.clock}, h.views[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	s := h.begin(behind, viewer) // read before, written after
	if _, err := auth.Authenticate(t.Context(), s.Secret); !errors.Is(err, access.ErrBadToken) {
		t.Error(err)
	}
}

func TestWhoBeginsNoSession(t *testing.T) {
	h := newHouse(t)
	h.run(domain.AddMember{Agency: foreign, Member: author, Roles: []domain.Role{domain.RoleAuthor}})
	auth, sessions := h.authenticator(0), h.sessions(0, 0)
	soon := noon.Add(time.Minute)
	viewer, expired := h.shown(auth, nil), h.shown(auth, &soon)
	h.later(time.Minute)
	bearer := viewer
	bearer.Token = "jwt:12"
	moved := viewer
	moved.Token = access.NewToken().ID
	before := h.head()
	for name, v := range map[string]access.Viewer{"nobody": {}, "who bears another server's token": bearer, "whose token is not there": moved, "whose token has expired": expired} {
		if s, err := sessions.Begin(t.Context(), v); !errors.Is(err, access.ErrBadToken) || s.Secret != "" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if h.head() != before {
		t.Error("something was written")
	}
	log := &meddled{Log: h.runner.Log, write: func() { h.run(domain.RemoveMember{Agency: foreign, Member: author}) }}
	late, err := signin.NewSessions(&commands.Runner{Log: log, Clock: h.clock}, h.views[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := late.Begin(t.Context(), viewer); !errors.Is(err, access.ErrBadToken) || s.Secret != "" {
		t.Errorf("who leaves meanwhile: %+v, %v", s, err)
	}
}
