package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// AgencyToken is an API token of a member.
type AgencyToken struct {
	Member  uuid.UUID
	Expires time.Time // zero: does not expire
	Scopes  Scopes
	// Replaced: another one was issued for it, and it holds only until it expires.
	Replaced bool
}

// MaxOverlap is how long a token may hold on beside the one that replaces it.
const MaxOverlap = 7 * 24 * time.Hour

// evolveTokens applies what happened to a token; the map is the state's own.
func evolveTokens(tokens map[string]AgencyToken, event Event) {
	switch e := event.(type) {
	case TokenIssued:
		tokens[e.Token] = AgencyToken{Member: e.Member, Expires: orZero(e.Expires), Scopes: e.Scopes}
	case TokenRotated:
		old, there := tokens[e.Replaces]
		switch {
		case e.ReplacedUntil == nil:
			delete(tokens, e.Replaces)
		case there:
			old.Expires, old.Replaced = *e.ReplacedUntil, true
			tokens[e.Replaces] = old
		}
		tokens[e.Token] = AgencyToken{Member: e.Member, Expires: orZero(e.Expires), Scopes: e.Scopes}
	case TokenRevoked:
		delete(tokens, e.Token)
	}
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// TokenIssued: a member holds a secret whose SHA-256 is Hash. The secret itself
// was shown once and is stored nowhere.
type TokenIssued struct {
	Agency  string     `json:"agency"`
	Member  uuid.UUID  `json:"member"`
	Token   string     `json:"token"`
	Hash    string     `json:"hash"`
	Expires *time.Time `json:"expires,omitempty"`
	// Scopes are what the token is limited to; absent for all that its member may do.
	Scopes Scopes `json:"scopes,omitempty"`
}

// TokenRotated: a member holds a new secret in the place of that of another token.
type TokenRotated struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
	Token  string    `json:"token"` // the new one
	Hash   string    `json:"hash"`
	// Replaces is the id of the old token, which is worth nothing from ReplacedUntil
	// on; at once, if that is absent.
	Replaces      string     `json:"replaces"`
	ReplacedUntil *time.Time `json:"replaced_until,omitempty"`
	Expires       *time.Time `json:"expires,omitempty"`
	Scopes        Scopes     `json:"scopes,omitempty"`
}

// TokenRevoked: the secret is worth nothing from now on.
type TokenRevoked struct {
	Agency string `json:"agency"`
	Token  string `json:"token"`
}

// EventType is the stored name.
func (TokenIssued) EventType() string { return "token.issued.v1" }

// EventType is the stored name.
func (TokenRotated) EventType() string { return "token.rotated.v1" }

// EventType is the stored name.
func (TokenRevoked) EventType() string { return "token.revoked.v1" }

// IssueToken gives a member a token, of which only the hash is passed on.
type IssueToken struct {
	Agency  string
	Member  uuid.UUID
	Token   string // public id of the token
	Hash    string // hexadecimal SHA-256 of the secret
	Expires *time.Time
	// Scopes limit the token to some of what its member may do; nil: to nothing.
	Scopes []Permission `json:",omitempty"`
}

// RotateToken replaces a member's token by a new one, with the same scopes.
type RotateToken struct {
	Agency   string
	Replaces string // public id of the token that is replaced
	Token    string // public id of the new one
	Hash     string // hexadecimal SHA-256 of its secret
	// Overlap is how long the old one still holds, from 0 to MaxOverlap.
	Overlap time.Duration
	// Expires is when the new one does; nil: when the old one would have.
	Expires *time.Time
}

// RotateOwnToken replaces the token that the caller calls with. It does not
// prolong it: who has found a token must not keep it alive by its own means.
type RotateOwnToken struct{ RotateToken }

// RevokeToken makes a token worthless.
type RevokeToken struct {
	Agency string
	Token  string
}

// RevokeOwnToken makes the token worthless that the caller calls with.
type RevokeOwnToken struct{ RevokeToken }

// Stream is the agency's.
func (c IssueToken) Stream() string { return AgencyStream(c.Agency) }

// Stream is the agency's.
func (c RotateToken) Stream() string { return AgencyStream(c.Agency) }

// Stream is the agency's.
func (c RevokeToken) Stream() string { return AgencyStream(c.Agency) }

// Needs the permission to manage members.
func (c IssueToken) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

// Needs the permission to manage members.
func (c RotateToken) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

// Needs the permission to replace one's own token.
func (c RotateOwnToken) Needs() (Permission, Scope) { return OwnTokens, Scope{Agency: c.Agency} }

// Needs the permission to manage members.
func (c RevokeToken) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

// Needs the permission to end one's own token.
func (c RevokeOwnToken) Needs() (Permission, Scope) { return OwnTokens, Scope{Agency: c.Agency} }

// Decide gives tokens to members only, with an id that is free, and by a limited
// token none that is for more.
func (c IssueToken) Decide(s Agency, call Call) ([]Event, error) {
	if _, err := s.member(c.Agency, c.Member); err != nil {
		return nil, err
	}
	if err := s.freeToken(c.Token, c.Hash); err != nil {
		return nil, err
	}
	expires, err := expiry(c.Expires, call)
	if err != nil {
		return nil, err
	}
	scopes, err := parseScopes(c.Scopes)
	if err != nil {
		return nil, err
	}
	if err := call.Actor.mayIssue(scopes); err != nil {
		return nil, err
	}
	return []Event{TokenIssued{Agency: c.Agency, Member: c.Member, Token: c.Token, Hash: c.Hash, Expires: expires, Scopes: scopes}}, nil
}

// Decide refuses a token that is not there or was replaced already: who still has
// the old secret could get another one by it.
func (c RotateToken) Decide(s Agency, call Call) ([]Event, error) {
	old, err := s.token(c.Agency, c.Replaces)
	if err != nil {
		return nil, err
	}
	if old.Replaced {
		return nil, Refuse(Conflict, "token_replaced", "this token was replaced already").At("token")
	}
	if c.Overlap < 0 || c.Overlap > MaxOverlap {
		return nil, Refuse(Invalid, "invalid_overlap", "a token holds on for 0 to %d seconds", int(MaxOverlap.Seconds())).At("overlapSeconds")
	}
	if err := s.freeToken(c.Token, c.Hash); err != nil {
		return nil, err
	}
	until := c.Expires
	if until == nil && !old.Expires.IsZero() {
		until = &old.Expires
	}
	e := TokenRotated{Agency: c.Agency, Member: old.Member, Token: c.Token, Hash: c.Hash, Replaces: c.Replaces, Scopes: old.Scopes}
	if e.Expires, err = expiry(until, call); err != nil {
		return nil, err
	}
	if err := call.Actor.mayIssue(old.Scopes); err != nil {
		return nil, err
	}
	if c.Overlap > 0 {
		end := instant(call.At.Add(c.Overlap))
		if !old.Expires.IsZero() && old.Expires.Before(end) {
			end = old.Expires
		}
		e.ReplacedUntil = &end
	}
	return []Event{e}, nil
}

// Decide refuses any other token than the caller's, and to prolong it.
func (c RotateOwnToken) Decide(s Agency, call Call) ([]Event, error) {
	old, err := s.ownToken(c.Agency, c.Replaces, call.Actor)
	if err != nil {
		return nil, err
	}
	if c.Expires != nil && !old.Expires.IsZero() && c.Expires.After(old.Expires) {
		return nil, Refuse(Forbidden, "outlives_token", "your token ends before that; an administrator can prolong it").At("expires")
	}
	return c.RotateToken.Decide(s, call)
}

// Decide refuses a token that is not there.
func (c RevokeToken) Decide(s Agency, _ Call) ([]Event, error) {
	if _, err := s.token(c.Agency, c.Token); err != nil {
		return nil, err
	}
	return []Event{TokenRevoked{Agency: c.Agency, Token: c.Token}}, nil
}

// Decide refuses any other token than the caller's.
func (c RevokeOwnToken) Decide(s Agency, call Call) ([]Event, error) {
	if _, err := s.ownToken(c.Agency, c.Token, call.Actor); err != nil {
		return nil, err
	}
	return c.RevokeToken.Decide(s, call)
}

// token returns a token that was neither revoked nor replaced for good.
func (s Agency) token(agency, id string) (AgencyToken, error) {
	if !s.Exists {
		return AgencyToken{}, unknownAgency(agency)
	}
	t, there := s.Tokens[id]
	if !there {
		return AgencyToken{}, Refuse(NotFound, "unknown_token", "there is no such token").At("token")
	}
	return t, nil
}

// ownToken returns the token that the actor calls with.
func (s Agency) ownToken(agency, id string, a Actor) (AgencyToken, error) {
	t, err := s.token(agency, id)
	if err != nil {
		return t, err
	}
	if id != a.Token || t.Member != a.Member {
		return t, Refuse(Forbidden, "not_own_token", "this is not the token that you call with").At("token")
	}
	return t, nil
}

// freeToken refuses what can't be a new token.
func (s Agency) freeToken(id, hash string) error {
	if id == "" || !digestPattern.MatchString(hash) {
		return Refuse(Invalid, "invalid_token", "a token has an id and a hash").At("token")
	}
	if _, taken := s.Tokens[id]; taken {
		return Refuse(Conflict, "token_taken", "a token with this id exists").At("token")
	}
	return nil
}

// expiry is when a token expires, as it is kept; nil for never.
func expiry(at *time.Time, call Call) (*time.Time, error) {
	if at == nil {
		return nil, nil
	}
	if !at.After(call.At) {
		return nil, Refuse(Invalid, "in_the_past", "the token would have expired already").At("expires")
	}
	kept := instant(*at)
	return &kept, nil
}

// administers tells whether a member may look after the registry.
func (s Agency) administers(id uuid.UUID) bool {
	return slices.Contains(s.Members[id].Roles, RoleAdmin)
}
