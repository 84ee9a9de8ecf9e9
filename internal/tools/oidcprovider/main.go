// Command oidcprovider is an OpenID provider for the tests of signing in: the example
// server of github.com/zitadel/oidc with two people, whose groups a test can change, and
// with access tokens that are JWTs. Nobody else may reach it: it has passwords that
// everybody knows.
//
//	oidcprovider -redirect http://127.0.0.1:PORT/login/callback …
//
// It writes its issuer, an address of the loopback, in a line, and ends when its input
// does, as it does when a test is killed. Its client is "signet" with the secret "signet-secret",
// the audience of its access tokens "signet-api" beside the client. The people are "hoa"
// and "lan", both with the password "open-sea"; POST /test/groups?user=hoa&group=…
// replaces their groups, as often as group is named.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

const (
	client   = "signet"
	secret   = "signet-secret"
	audience = "signet-api"
	password = "open-sea"
)

// people is who can log in, by name.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User         { return p[id] }
func (p people) GetUserByUsername(name string) *storage.User { return p[name] }
func (people) ExampleClientID() string                       { return storage.ServiceUserID }

func person(name, first, last string) *storage.User {
	return &storage.User{
		ID: name, Username: name, Password: password, FirstName: first, LastName: last,
		Email: name + "@example.vn", EmailVerified: true, PreferredLanguage: language.Vietnamese,
	}
}

// store adds groups to what the example keeps, and an audience.
type store struct {
	*storage.Storage

	mu     sync.Mutex
	groups map[string][]string // guarded by mu; by user
}

// claims are what is told of a user beside the standard claims, as Keycloak nests it.
func (s *store) claims(user string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"groups": s.groups[user], "realm_access": map[string]any{"roles": s.groups[user]}}
}

// SetUserinfoFromRequest is for ID tokens.
func (s *store) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, request op.IDTokenRequest, scopes []string) error {
	if err := s.Storage.SetUserinfoFromRequest(ctx, info, request, scopes); err != nil {
		return err
	}
	for name, value := range s.claims(request.GetSubject()) {
		info.AppendClaims(name, value)
	}
	return nil
}

// GetPrivateClaimsFromScopes is for access tokens.
func (s *store) GetPrivateClaimsFromScopes(_ context.Context, user, _ string, _ []string) (map[string]any, error) {
	return s.claims(user), nil
}

// GetClientByClientID makes access tokens JWTs.
func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, id)
	return jwtClient{c}, err
}

type jwtClient struct{ op.Client }

func (jwtClient) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (jwtClient) IDTokenUserinfoClaimsAssertion() bool { return true }

// AuthRequestByCode adds the audience.
func (s *store) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	r, err := s.Storage.AuthRequestByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	return withAudience{r}, nil
}

type withAudience struct{ op.AuthRequest }

func (withAudience) GetAudience() []string { return []string{client, audience} }

// setGroups answers POST /test/groups.
func (s *store) setGroups(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[r.FormValue("user")] = r.Form["group"]
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := run(log); err != nil {
		log.Error("ended", "error", err)
		os.Exit(1)
	}
}

func run(log *slog.Logger) error {
	var redirects []string
	flag.Func("redirect", "where the client may be sent back to; may be repeated", func(uri string) error {
		redirects = append(redirects, uri)
		return nil
	})
	flag.Parse()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	storage.RegisterClients(storage.WebClient(client, secret, redirects...))
	s := &store{
		Storage: storage.NewStorage(people{"hoa": person("hoa", "Hòa Bình", "Nguyễn Thị"), "lan": person("lan", "Lan", "Trần")}),
		groups:  map[string][]string{"hoa": {"signet-authors", "signet-reviewers"}, "lan": {"signet-designers"}},
	}
	issuer := "http://" + listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /test/groups", s.setGroups)
	mux.Handle("/", exampleop.SetupServer(issuer, s, log, false))
	fmt.Println(issuer)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	server := http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}
