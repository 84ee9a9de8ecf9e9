package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// signer is for whom a member signs, and by which right.
type signer struct {
	agency     string
	delegation *uuid.UUID // nil: as a reviewer of the agency
}

// signer tells for whom the caller signs a version or sends it back; agency is
// empty for their own. It holds the rules that do not depend on the order: four
// eyes, one agency a person, and that only those sign whom the policy asks.
func (v *Version) signer(source Locale, call Call, agency string) (signer, error) {
	who := signer{agency: agency}
	if agency == "" {
		who.agency = call.Actor.Agency
	}
	if slices.Contains(v.Authors, call.Actor.Member) {
		return who, Refuse(Forbidden, "self_approval", "who wrote on a version can't sign it off")
	}
	if !slices.Contains(v.Policy.Signers(), who.agency) {
		return who, notASigner(who.agency)
	}
	if other, signed := v.SignedFor[call.Actor.Member]; signed && other != who.agency {
		return who, Refuse(Forbidden, "two_agencies", "you have signed this version for %s; nobody signs for two agencies", clip(other))
	}
	if v.isRecused(source, call.Actor.Member, who.agency) {
		return who, Refuse(Forbidden, "recused", "you, or %s, do not sign this version", who.agency)
	}
	if who.agency == call.Actor.Agency && call.Actor.Roles.Has(RoleReviewer) {
		return who, nil
	}
	from, err := call.Facts.Agency(who.agency)
	if err != nil {
		return who, err
	}
	id, found := from.delegationTo(call.Actor, call.At)
	if !found {
		return who, Refuse(Forbidden, "not_delegated", "%s has not delegated its signature to you for today", who.agency)
	}
	who.delegation = &id
	return who, nil
}

func notASigner(agency string) *Error {
	return Refuse(Forbidden, "not_a_signer", "the policy does not ask %s to sign", clip(agency))
}

// isRecused tells whether a member has stepped back from a version, or their
// agency has and can be done without.
func (v *Version) isRecused(source Locale, member uuid.UUID, agency string) bool {
	now, after := v.Awaited(source)
	needed := slices.Contains(now, agency) || slices.Contains(after, agency)
	return slices.ContainsFunc(v.Recused, func(r Recusal) bool {
		return r.Member == member || r.Whole && r.Agency == agency && !needed
	})
}

// MaxDelegationDays is how long a delegation may last.
const MaxDelegationDays = 366

// MaxDelegations bounds the delegations that an agency has at a time.
const MaxDelegations = 200

// Delegation is the right to sign for an agency for a time: from From inclusive
// until Until exclusive.
type Delegation struct {
	Member       uuid.UUID
	MemberAgency string
	From, Until  time.Time
}

// At tells whether the delegation holds at an instant.
func (d Delegation) At(t time.Time) bool { return !t.Before(d.From) && t.Before(d.Until) }

// delegationTo finds the delegation by which an actor may sign at an instant.
func (s Agency) delegationTo(a Actor, at time.Time) (uuid.UUID, bool) {
	var found uuid.UUID
	for id, d := range s.Delegations {
		// The smallest id, so that the same call has the same answer.
		if d.Member == a.Member && d.MemberAgency == a.Agency && d.At(at) && (found == uuid.Nil || id.String() < found.String()) {
			found = id
		}
	}
	return found, found != uuid.Nil
}

// SigningDelegated: an agency lets a named member, of its own or of another
// agency, sign for it for a time.
type SigningDelegated struct {
	Agency       string    `json:"agency"`
	Delegation   uuid.UUID `json:"delegation"`
	Member       uuid.UUID `json:"member"`
	MemberAgency string    `json:"member_agency"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	Reason       string    `json:"reason"`
}

// DelegationRevoked: a delegation ended before its time.
type DelegationRevoked struct {
	Agency     string    `json:"agency"`
	Delegation uuid.UUID `json:"delegation"`
}

// EventType is the stored name.
func (SigningDelegated) EventType() string { return "signing.delegated.v1" }

// EventType is the stored name.
func (DelegationRevoked) EventType() string { return "delegation.revoked.v1" }

// DelegateSigning lets a member sign for the actor's agency for a time.
type DelegateSigning struct {
	Agency       string
	Delegation   uuid.UUID // made by the caller
	Member       uuid.UUID
	MemberAgency string    // empty: the agency itself
	From         time.Time // zero: now
	Until        time.Time
	Reason       string
}

// RevokeDelegation ends a delegation.
type RevokeDelegation struct {
	Agency     string
	Delegation uuid.UUID
}

// Stream is the agency's.
func (c DelegateSigning) Stream() string { return AgencyStream(c.Agency) }

// Stream is the agency's.
func (c RevokeDelegation) Stream() string { return AgencyStream(c.Agency) }

// Needs the permission to delegate within the agency.
func (c DelegateSigning) Needs() (Permission, Scope) {
	return DelegateSignings, Scope{Agency: c.Agency}
}

// Needs the permission to delegate within the agency.
func (c RevokeDelegation) Needs() (Permission, Scope) {
	return DelegateSignings, Scope{Agency: c.Agency}
}

// Decide refuses to delegate for another agency, to nobody, or for too long.
func (c DelegateSigning) Decide(s Agency, call Call) ([]Event, error) {
	if err := s.ownedBy(c.Agency, call.Actor); err != nil {
		return nil, err
	}
	if err := call.Actor.mayGrant(AgencyMember{}, AgencyMember{Roles: Roles{RoleDelegate}}); err != nil {
		return nil, AsError(err).At("member")
	}
	if c.Delegation == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_delegation", "a delegation has an id").At("delegation")
	}
	if _, there := s.Delegations[c.Delegation]; there {
		return nil, Refuse(Conflict, "delegation_exists", "a delegation with this id exists").At("delegation")
	}
	if len(s.Delegations) >= MaxDelegations {
		return nil, Refuse(Conflict, "too_many_delegations", "an agency has at most %d delegations; revoke some", MaxDelegations)
	}
	e := SigningDelegated{
		Agency: c.Agency, Delegation: c.Delegation, Member: c.Member, MemberAgency: c.MemberAgency,
		From: instant(c.From), Until: instant(c.Until),
	}
	if c.From.IsZero() {
		e.From = call.At
	}
	if e.MemberAgency == "" {
		e.MemberAgency = c.Agency
	}
	switch {
	case e.From.Before(call.At):
		return nil, Refuse(Invalid, "in_the_past", "a delegation can't begin before now").At("from")
	case !e.Until.After(e.From):
		return nil, Refuse(Invalid, "ends_before_it_begins", "a delegation ends after it begins").At("until")
	case e.Until.Sub(e.From) > MaxDelegationDays*24*time.Hour:
		return nil, Refuse(Invalid, "too_long", "a delegation lasts at most %d days", MaxDelegationDays).At("until")
	}
	var err error
	if e.Reason, err = reason(c.Reason); err != nil {
		return nil, err
	}
	if err := s.knows(call, e.MemberAgency, e.Member); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// knows refuses somebody who is no member of an agency.
func (s Agency) knows(call Call, agency string, member uuid.UUID) error {
	if agency != s.Key {
		if err := knownAgency(call, agency, "memberAgency"); err != nil {
			return err
		}
		var err error
		if s, err = call.Facts.Agency(agency); err != nil {
			return err
		}
	}
	_, err := s.member(agency, member)
	return err
}

// Decide refuses a delegation that is not there.
func (c RevokeDelegation) Decide(s Agency, call Call) ([]Event, error) {
	if err := s.ownedBy(c.Agency, call.Actor); err != nil {
		return nil, err
	}
	if _, there := s.Delegations[c.Delegation]; !there {
		return nil, Refuse(NotFound, "unknown_delegation", "there is no such delegation").At("delegation")
	}
	return []Event{DelegationRevoked{Agency: c.Agency, Delegation: c.Delegation}}, nil
}

// ownedBy holds what only an agency itself can give to its own members.
func (s Agency) ownedBy(key string, a Actor) error {
	if !s.Exists {
		return unknownAgency(key)
	}
	if a.Agency != key {
		return Refuse(Forbidden, "not_your_agency", "only %s itself delegates its signature", key)
	}
	return nil
}
