package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

// Bearer is the member whom a token of another server stands for.
type Bearer struct {
	Agency  string
	Member  uuid.UUID
	Roles   domain.Roles // of the member's, those that the token gives
	Expires time.Time
}

// Foreign tells who bears a token that is none of ours; a refusal if nobody does.
type Foreign func(ctx context.Context, token string) (Bearer, error)

// foreignPrefix begins the ids of tokens of other servers; ours have no colon.
const foreignPrefix = "jwt:"

// maxForeign bounds such a token, in bytes.
const maxForeign = 16 << 10

// foreignEntry is who bears a token of another server. It is not changed.
type foreignEntry struct {
	bearer      Bearer
	viewer      Viewer
	delegations []*projections.Delegation
	position    eventlog.Position // Views.AccessPosition before it was read
}

// UseForeign lets the authenticator take tokens of another server. It is called before
// the first request.
func (a *Authenticator) UseForeign(f Foreign) error {
	var err error
	a.foreign = f
	a.bearers, err = lru.New[string, foreignEntry](cachedTokens)
	return err
}

// bear returns who bears a token of another server. What it stands for is asked again
// when it changes who may do what, and when the token expires.
func (a *Authenticator) bear(ctx context.Context, token string) (Viewer, error) {
	if len(token) > maxForeign {
		return Viewer{}, ErrBadToken
	}
	sum := sha256.Sum256([]byte(token))
	id := foreignPrefix + hex.EncodeToString(sum[:])
	now := a.clock()
	if e, ok := a.bearers.Get(id); ok && e.position == a.views.AccessPosition() && now.Before(e.bearer.Expires) {
		return e.viewer.delegated(e.delegations, now), nil
	}
	b, err := a.foreign(ctx, token)
	if err != nil {
		return Viewer{}, err
	}
	e, err := a.bearing(ctx, id, b)
	return e.viewer.delegated(e.delegations, now), err
}

// bearing reads and keeps what a token of another server is for.
func (a *Authenticator) bearing(ctx context.Context, id string, b Bearer) (foreignEntry, error) {
	e := foreignEntry{bearer: b, position: a.views.AccessPosition()}
	actor, delegations, err := a.member(ctx, b.Agency, b.Member)
	if err != nil {
		return foreignEntry{}, err
	}
	actor.Roles = slices.DeleteFunc(slices.Clone(actor.Roles), func(r domain.Role) bool { return !b.Roles.Has(r) })
	actor.Token = id
	e.viewer, e.delegations = Viewer{Actor: actor}, delegations
	a.bearers.Add(id, e)
	return e, nil
}

// bearAgain returns who bears a token that was taken before, without the token:
// ErrBadToken if it has expired, or is not remembered any more.
func (a *Authenticator) bearAgain(ctx context.Context, id string) (Viewer, error) {
	e, ok := a.bearers.Get(id)
	now := a.clock()
	if !ok || !now.Before(e.bearer.Expires) {
		return Viewer{}, ErrBadToken
	}
	if e.position != a.views.AccessPosition() {
		var err error
		if e, err = a.bearing(ctx, id, e.bearer); err != nil {
			return Viewer{}, err
		}
	}
	return e.viewer.delegated(e.delegations, now), nil
}
