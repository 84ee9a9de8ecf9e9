// Package access tells who calls: it makes and checks the API tokens of members.
//
// A token is "signet_<id>_<secret>". The id finds it; of the secret only the
// SHA-256 is stored. 256 random bits need no slow hash.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

const prefix = "signet_"

// lower-case base32 survives copying, URLs and double clicks.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is a new token, in the only moment in which its secret is known.
type Token struct {
	ID     string
	Secret string // the whole text that its owner keeps
	Hash   string // hexadecimal SHA-256 of Secret
}

// NewToken makes a token.
func NewToken() Token {
	var b [10 + 32]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
	t := Token{ID: encoding.EncodeToString(b[:10])}
	t.Secret = prefix + t.ID + "_" + encoding.EncodeToString(b[10:])
	t.Hash = hash(t.Secret)
	return t
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// ErrBadToken: the token is not, or no longer, valid.
var ErrBadToken = &domain.Error{Code: domain.Forbidden, Reason: "unauthenticated", Sentence: "the token is not valid, or no longer"}

// Viewer is who calls.
type Viewer struct {
	domain.Actor

	// Token is the id of the token that was used; empty for who has none.
	Token string
	// Delegations are the keys of the agencies that let the viewer sign for them now,
	// sorted.
	Delegations []string
}

// Anonymous tells whether nobody in particular calls.
func (v Viewer) Anonymous() bool { return v.Token == "" }

// Can tells whether the viewer holds a permission for the whole registry.
func (v Viewer) Can(p domain.Permission) bool { return v.May(p, domain.Scope{}) }

// ErrNoToken answers who has no token and would need one.
var ErrNoToken = &domain.Error{Code: domain.Forbidden, Reason: "unauthenticated", Sentence: "this needs a token; send it as Authorization: Bearer …"}

// Require returns ErrNoToken, or a refusal, unless the viewer holds a permission
// for the whole registry.
func (v Viewer) Require(p domain.Permission) error {
	switch {
	case v.Anonymous():
		return ErrNoToken
	case !v.Can(p):
		return domain.Refuse(domain.Forbidden, "not_permitted", "this needs the permission %s", p)
	}
	return nil
}

// Authenticator checks tokens against the read models.
type Authenticator struct {
	views *projections.Views
	clock eventlog.Clock
	known *lru.Cache[string, entry] // by hash of the secret
}

type entry struct {
	viewer Viewer
	token  *projections.Token
	// delegations are those to the viewer, also those that hold no more or not yet.
	delegations []*projections.Delegation
	position    eventlog.Position // Views.AccessPosition when it was read
}

// cachedTokens bounds the memory of the cache of tokens.
const cachedTokens = 4096

// NewAuthenticator checks tokens against the views.
func NewAuthenticator(views *projections.Views, clock eventlog.Clock) (*Authenticator, error) {
	known, err := lru.New[string, entry](cachedTokens)
	return &Authenticator{views: views, clock: clock, known: known}, err
}

// Authenticate returns who holds the token: ErrBadToken if nobody does.
func (a *Authenticator) Authenticate(ctx context.Context, secret string) (Viewer, error) {
	rest, ok := strings.CutPrefix(secret, prefix)
	id, _, ok2 := strings.Cut(rest, "_")
	if !ok || !ok2 || len(secret) > 200 {
		return Viewer{}, ErrBadToken
	}
	sum, position := hash(secret), a.views.AccessPosition()
	if e, ok := a.known.Get(sum); ok && e.position == position {
		return e.check(a.clock())
	}
	token, err := a.views.Token(ctx, id)
	if err != nil {
		return Viewer{}, notFoundIs(err, ErrBadToken)
	}
	if subtle.ConstantTimeCompare([]byte(sum), []byte(token.Hash)) != 1 {
		return Viewer{}, ErrBadToken
	}
	member, err := a.views.Member(ctx, token.Agency, token.Member)
	if err != nil {
		return Viewer{}, notFoundIs(err, ErrBadToken)
	}
	delegations, err := a.views.DelegationsTo(ctx, token.Agency, token.Member)
	if err != nil {
		return Viewer{}, err
	}
	e := entry{
		viewer: Viewer{Actor: domain.Actor{Member: member.ID, Agency: member.Agency, Roles: member.Roles, Locales: member.Locales}, Token: id},
		token:  token, delegations: delegations, position: position,
	}
	a.known.Add(sum, e)
	return e.check(a.clock())
}

func (e entry) check(now time.Time) (Viewer, error) {
	if !e.token.ValidAt(now) {
		return Viewer{}, ErrBadToken
	}
	return e.viewer.delegated(e.delegations, now), nil
}

// delegated adds what the viewer may do by delegations that hold at an instant:
// see and sign, as a reviewer does.
func (v Viewer) delegated(all []*projections.Delegation, now time.Time) Viewer {
	for _, d := range all { // in order of the agencies
		if d.At(now) && !slices.Contains(v.Delegations, d.Agency) {
			v.Delegations = append(v.Delegations, d.Agency)
		}
	}
	if len(v.Delegations) > 0 {
		v.Roles = append(slices.Clone(v.Roles), domain.RoleDelegate)
	}
	return v
}

func notFoundIs(err, instead error) error {
	if errors.Is(err, projections.ErrNotFound) {
		return instead
	}
	return err
}

// FromRequest returns who sends the request, by its header "Authorization:
// Bearer …"; without one, the anonymous viewer.
func (a *Authenticator) FromRequest(r *http.Request) (Viewer, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return Viewer{}, nil
	}
	scheme, secret, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return Viewer{}, ErrBadToken
	}
	return a.Authenticate(r.Context(), strings.TrimSpace(secret))
}

type viewerKey struct{}

// With puts the viewer into a request's context.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// From returns the viewer of a request's context; anonymous if there is none.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(viewerKey{}).(Viewer)
	return v
}
