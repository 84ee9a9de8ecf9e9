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

	"github.com/google/uuid"
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
func NewToken() Token { return newToken("") }

// newToken makes a token whose id begins so.
func newToken(begin string) Token {
	var b [10 + 32]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
	t := Token{ID: begin + encoding.EncodeToString(b[:10])}
	t.Secret = prefix + t.ID + "_" + encoding.EncodeToString(b[10:])
	t.Hash = hash(t.Secret)
	return t
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// maxSecret is longer than any token, in bytes.
const maxSecret = 100

// ErrBadToken: the token is not, or no longer, valid. It does not tell which: who
// guesses learns nothing.
var ErrBadToken = &domain.Error{Code: domain.Forbidden, Reason: "unauthenticated", Sentence: "the token is not valid, or no longer"}

// ErrChanged: the token is valid, but its member may do other things than before.
var ErrChanged = &domain.Error{Code: domain.Forbidden, Reason: "access_changed", Sentence: "what you may do has changed; call again"}

// Viewer is who calls. Its Token is empty for who has none.
type Viewer struct {
	domain.Actor

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
	doors

	views *projections.Views
	clock eventlog.Clock
	uses  *Uses                      // nil: nobody wants to know
	known *lru.Cache[string, *entry] // by id of the token
}

// entry is a token and all on which it depends what it is for.
type entry struct {
	viewer Viewer
	token  *projections.Token
	first  *projections.Token // that a session was begun with; of others the token itself
	// delegations are those to the viewer, also those that hold no more or not yet.
	delegations []*projections.Delegation
	position    eventlog.Position // Views.AccessPosition before it was read
}

// cachedTokens bounds the memory of the cache of tokens.
const cachedTokens = 4096

// NewAuthenticator checks tokens against the views.
func NewAuthenticator(views *projections.Views, clock eventlog.Clock) (*Authenticator, error) {
	known, err := lru.New[string, *entry](cachedTokens)
	return &Authenticator{views: views, clock: clock, known: known}, err
}

// Tell lets uses know of every token that is accepted from now on. It is called
// before the first Authenticate.
func (a *Authenticator) Tell(uses *Uses) { a.uses = uses }

// Authenticate returns who holds the token: ErrBadToken if nobody does.
func (a *Authenticator) Authenticate(ctx context.Context, secret string) (Viewer, error) {
	if a.foreign != nil && !strings.HasPrefix(secret, prefix) {
		return a.bear(ctx, secret)
	}
	id, ok := idOf(secret)
	if !ok {
		return Viewer{}, ErrBadToken
	}
	e, err := a.entry(ctx, id)
	if err != nil {
		return Viewer{}, err
	}
	if subtle.ConstantTimeCompare([]byte(hash(secret)), []byte(e.token.Hash)) != 1 {
		return Viewer{}, ErrBadToken
	}
	now := a.clock()
	viewer, err := e.check(now)
	if err == nil && a.uses != nil {
		a.uses.note(e.token, domain.DateOf(now))
	}
	return viewer, err
}

// idOf is the id in a text that could be a token. What can't be is known by its
// form, and nobody is asked about it.
func idOf(secret string) (string, bool) {
	if len(secret) > maxSecret {
		return "", false
	}
	rest, ok := strings.CutPrefix(secret, prefix)
	id, own, ok2 := strings.Cut(rest, "_")
	plain := func(s string) bool {
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
	}
	first, later, session := strings.Cut(id, sessionMark)
	return id, ok && ok2 && plain(first) && (!session || plain(later)) && plain(own)
}

// Still tells whether a viewer whom Authenticate answered may go on: nil as long as
// the token is valid and is for the same, ErrBadToken when it is not valid any more,
// ErrChanged when what the viewer may do is another. It costs next to nothing as
// long as nothing has changed; who waits for that listens to Views.Advanced, and
// asks again at the instant at which the token expires. Nobody in particular always
// may.
func (a *Authenticator) Still(ctx context.Context, v Viewer) error {
	if v.Anonymous() {
		return nil
	}
	now, err := a.again(ctx, v.Token)
	if err == nil && !now.equal(v) {
		err = ErrChanged
	}
	return err
}

// again returns who holds the token with an id now.
func (a *Authenticator) again(ctx context.Context, id string) (Viewer, error) {
	if strings.HasPrefix(id, foreignPrefix) {
		return a.bearAgain(ctx, id)
	}
	e, err := a.entry(ctx, id)
	if err != nil {
		return Viewer{}, err
	}
	return e.check(a.clock())
}

// equal tells whether somebody is the same and may do the same.
func (v Viewer) equal(o Viewer) bool {
	return v.Member == o.Member && v.Agency == o.Agency && v.Token == o.Token && slices.Equal(v.Roles, o.Roles) && slices.Equal(v.Locales, o.Locales) &&
		(v.Scopes == nil) == (o.Scopes == nil) && slices.Equal(v.Scopes, o.Scopes) && slices.Equal(v.Delegations, o.Delegations)
}

// entry finds a token by its id: ErrBadToken if there is none. It is read again when
// anything has changed of who may do what.
func (a *Authenticator) entry(ctx context.Context, id string) (*entry, error) {
	position := a.views.AccessPosition()
	if e, ok := a.known.Get(id); ok && e.position == position {
		return e, nil
	}
	token, err := a.views.Token(ctx, id)
	if err != nil {
		return nil, notFoundIs(err, ErrBadToken)
	}
	first := token
	if of := BegunWith(id); of != id {
		if first, err = a.views.Token(ctx, of); err != nil {
			return nil, notFoundIs(err, ErrBadToken)
		}
	}
	actor, delegations, err := a.member(ctx, token.Agency, token.Member)
	if err != nil {
		return nil, err
	}
	actor.Token, actor.Scopes = id, token.Scopes
	e := &entry{viewer: Viewer{Actor: actor}, token: token, first: first, delegations: delegations, position: position}
	a.known.Add(id, e)
	return e, nil
}

// member reads what a member may do, and all delegations to them: ErrBadToken if there is
// no such member.
func (a *Authenticator) member(ctx context.Context, agency string, id uuid.UUID) (domain.Actor, []*projections.Delegation, error) {
	m, err := a.views.Member(ctx, agency, id)
	if err != nil {
		return domain.Actor{}, nil, notFoundIs(err, ErrBadToken)
	}
	delegations, err := a.views.DelegationsTo(ctx, agency, id)
	return domain.Actor{Member: m.ID, Agency: m.Agency, Roles: m.Roles, Locales: m.Locales}, delegations, err
}

// check returns who holds the token at an instant: ErrBadToken once it has expired.
func (e *entry) check(now time.Time) (Viewer, error) {
	if !e.token.ValidAt(now) || !e.first.ValidAt(now) {
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
// Bearer …", or else by the cookie of a session; without both, the anonymous viewer.
func (a *Authenticator) FromRequest(r *http.Request) (Viewer, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return a.fromCookie(r)
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
