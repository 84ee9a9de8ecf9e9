package server_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/server"
	"signet/projections"
)

// cradle is a log in which there is nobody yet, with the read models of it; any
// number of nodes may serve it.
type cradle struct {
	t     *testing.T
	log   eventlog.Log
	views *projections.Views
	now   time.Time
}

// emptyViews is the file of read models that have read nothing, which takes less time
// to copy than to make.
func emptyViews(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "empty.db")
	views, err := projections.Open(path)
	if err == nil {
		err = views.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func newCradle(t *testing.T, empty []byte) *cradle {
	t.Helper()
	path := filepath.Join(t.TempDir(), "views.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &cradle{t: t, log: logtest.NewMemory(), now: time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)}
	var err error
	if c.views, err = projections.Open(path); err != nil {
		t.Fatal(err)
	}
	c.follow(c.log)
	return c
}

// follow lets the read models follow a log until the test ends.
func (c *cradle) follow(log eventlog.Log) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.views.CatchUp(ctx, log, nil) }()
	c.t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			c.t.Error(err)
		}
		if err := c.views.Close(); err != nil {
			c.t.Error(err)
		}
	})
}

// node starts a node on a log, which may be the cradle's own.
func (c *cradle) node(log eventlog.Log) *server.Server {
	c.t.Helper()
	s, err := server.New(server.Options{Runner: &commands.Runner{Log: log, Clock: func() time.Time { return c.now }}, Views: c.views})
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// admission is what lets the first administrator in at a node on a log.
func (c *cradle) admission(log eventlog.Log) *server.Admission {
	return server.NewAdmission(&commands.Runner{Log: log, Clock: func() time.Time { return c.now }}, c.views)
}

// caughtUp returns when the read models tell all that was written.
func (c *cradle) caughtUp() {
	c.t.Helper()
	head, err := c.log.Head(context.Background())
	if err == nil {
		err = c.views.WaitFor(context.Background(), head)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// code is that of a node's first login; empty when there is none.
func (c *cradle) code(s *server.Server) string {
	c.t.Helper()
	c.caughtUp()
	code, ok, err := s.FirstLogin(context.Background())
	if err != nil || ok != (code != "") {
		c.t.Fatal(code, ok, err)
	}
	return code
}

func (c *cradle) run(command domain.Command[domain.Agency]) {
	c.t.Helper()
	r := &commands.Runner{Log: c.log, Clock: func() time.Time { return c.now }}
	if _, err := commands.Run(context.Background(), r, domain.Agencies, command, commands.Request{Actor: kit.Operator}); err != nil {
		c.t.Fatal(err)
	}
}

// comeIn sends the form of the first login; secret is empty unless one is shown.
func comeIn(s *server.Server, code, agency string) (status int, secret string) {
	form := url.Values{"code": {code}, "key": {agency}, "name_vi": {"Cơ quan"}}
	r := httptest.NewRequest(http.MethodPost, "/first-login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, regexp.MustCompile(`signet_\w+`).FindString(w.Body.String())
}

// holds fails unless a secret is that of an administrator now.
func (c *cradle) holds(secret string) {
	c.t.Helper()
	c.caughtUp()
	auth, err := access.NewAuthenticator(c.views, func() time.Time { return c.now })
	if err != nil {
		c.t.Fatal(err)
	}
	viewer, err := auth.Authenticate(context.Background(), secret)
	if err != nil || !viewer.Can(domain.ManageAgencies) {
		c.t.Errorf("%+v, %v", viewer, err)
	}
	registry, _, err := commands.Load(context.Background(), c.log, domain.Registries, domain.RegistryStream)
	if err != nil || registry.Member != viewer.Member || registry.Agency != viewer.Agency {
		c.t.Errorf("the registry is that of %+v, %v", registry, err)
	}
}

// insiders are the administrators who have a token that holds.
func (c *cradle) insiders() (ids []uuid.UUID) {
	c.t.Helper()
	c.caughtUp()
	ctx := context.Background()
	agencies, err := c.views.Agencies(ctx, "", 100)
	for _, a := range agencies {
		members, err2 := c.views.Members(ctx, a.Key, "", 100)
		for _, m := range members {
			key := projections.MemberKey{Agency: a.Key, ID: m.ID}
			tokens, err3 := c.views.TokensByKey(ctx, []projections.MemberKey{key})
			err = errors.Join(err, err3)
			if m.Roles.Has(domain.RoleAdmin) && slices.ContainsFunc(tokens[key], func(t *projections.Token) bool { return t.ValidAt(c.now) }) {
				ids = append(ids, m.ID)
			}
		}
		err = errors.Join(err, err2)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return ids
}

// Of two nodes that both show a code, one lets somebody in.
func TestTheFirstLoginIsOfOneNode(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	one, other := c.node(c.log), c.node(c.log)
	code, otherCode := c.code(one), c.code(other)
	status, secret := comeIn(one, code, "so-ngoai-vu")
	if status != http.StatusOK || secret == "" {
		t.Fatal(status, secret)
	}
	head, err := c.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status, secret := comeIn(other, otherCode, "so-van-hoa"); status != http.StatusConflict || secret != "" {
		t.Errorf("at the other node: %d %q", status, secret)
	}
	if now, err := c.log.Head(t.Context()); err != nil || now != head {
		t.Error("who comes too late has left something")
	}
	if status, _ := comeIn(other, otherCode, "so-van-hoa"); status != http.StatusForbidden {
		t.Errorf("the code of the other node is still good: %d", status)
	}
	c.holds(secret)
}

// Once somebody has come in the first login is closed, whatever becomes of them.
func TestTheFirstLoginIsClosedForEver(t *testing.T) {
	for name, lost := range map[string]func(c *cradle, token string, member uuid.UUID){
		"the token is revoked": func(c *cradle, token string, _ uuid.UUID) {
			c.run(domain.RevokeToken{Agency: "so-ngoai-vu", Token: token})
		},
		"the token has expired": func(c *cradle, token string, _ uuid.UUID) { c.expire("so-ngoai-vu", token) },
		"the member has left": func(c *cradle, _ string, member uuid.UUID) {
			c.run(domain.RemoveMember{Agency: "so-ngoai-vu", Member: member})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCradle(t, emptyViews(t))
			first := c.node(c.log)
			_, secret := comeIn(first, c.code(first), "so-ngoai-vu")
			insiders := c.insiders()
			if len(insiders) != 1 {
				t.Fatal(insiders)
			}
			lost(c, strings.Split(secret, "_")[1], insiders[0])
			if left := c.insiders(); len(left) != 0 {
				t.Fatal(left)
			}
			if code := c.code(c.node(c.log)); code != "" {
				t.Error("it is open again")
			}
		})
	}
}

// expire lets a token expire, by another one that does.
func (c *cradle) expire(agency, token string) {
	c.t.Helper()
	soon, other := c.now.Add(time.Minute), access.NewToken()
	c.run(domain.RotateToken{Agency: agency, Replaces: token, Token: other.ID, Hash: other.Hash, Expires: &soon})
	c.now = soon
}

// A registry of before, which nobody has claimed, is closed while it has an
// administrator who can come in.
func TestARegistryOfBeforeIsClosedWhileSomebodyAdministersIt(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	c.run(domain.RegisterAgency{Key: "so-ngoai-vu", Name: domain.Texts{"vi": "Sở"}})
	before := &commands.Runner{Log: c.log, Clock: func() time.Time { return c.now }}
	old, token := uuid.New(), access.NewToken()
	for _, command := range []domain.Command[domain.Agency]{ // as the first login of before did
		domain.AddMember{Agency: "so-ngoai-vu", Member: old, Roles: []domain.Role{domain.RoleAdmin}},
		domain.IssueToken{Agency: "so-ngoai-vu", Member: old, Token: token.ID, Hash: token.Hash},
	} {
		if _, err := commands.Run(t.Context(), before, domain.Agencies, command, commands.Request{Actor: kit.Operator, Via: "first-login"}); err != nil {
			t.Fatal(err)
		}
	}
	if code := c.code(c.node(c.log)); code != "" {
		t.Error("it is open")
	}
	c.expire("so-ngoai-vu", token.ID)
	node := c.node(c.log)
	status, secret := comeIn(node, c.code(node), "so-ngoai-vu")
	if status != http.StatusOK || secret == "" {
		t.Fatal(status, secret)
	}
	c.holds(secret)
	if members, err := c.views.Members(t.Context(), "so-ngoai-vu", "", 10); err != nil || len(members) != 2 {
		t.Errorf("who was there before has been removed: %+v, %v", members, err)
	}
}
