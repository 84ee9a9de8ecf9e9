package domain

import (
	"maps"
	"slices"

	"github.com/google/uuid"
)

// Agency is the state of an agency with its members and their tokens.
type Agency struct {
	Exists  bool
	Key     string
	Name    Texts
	Members map[uuid.UUID]AgencyMember // present members
	Tokens  map[string]AgencyToken     // by id; revoked and replaced ones are gone
	// Delegations are those that were not revoked, also when their time is over.
	Delegations map[uuid.UUID]Delegation
}

// AgencyMember is what a member of an agency may do.
type AgencyMember struct {
	Roles   Roles
	Locales []Locale // into which a translator translates, sorted
}

// Agencies folds the streams "agency-<key>".
var Agencies = Decider[Agency]{Category: "agency", Evolve: evolveAgency}

// AgencyStream is the name of an agency's stream.
func AgencyStream(key string) string { return "agency-" + key }

func evolveAgency(s Agency, event Event) Agency {
	s.Members, s.Tokens, s.Delegations = copied(s.Members), copied(s.Tokens), copied(s.Delegations)
	switch e := event.(type) {
	case AgencyRegistered:
		return Agency{
			Exists: true, Key: e.Key, Name: e.Name,
			Members: map[uuid.UUID]AgencyMember{}, Tokens: map[string]AgencyToken{}, Delegations: map[uuid.UUID]Delegation{},
		}
	case AgencyRenamed:
		s.Name = e.Name
	case MemberAdded:
		s.Members[e.Member] = AgencyMember{e.Roles, e.Locales}
	case MemberRolesChanged:
		s.Members[e.Member] = AgencyMember{e.Roles, e.Locales}
	case MemberRemoved:
		maps.DeleteFunc(s.Delegations, func(_ uuid.UUID, d Delegation) bool { return d.Member == e.Member && d.MemberAgency == e.Agency })
		delete(s.Members, e.Member)
		maps.DeleteFunc(s.Tokens, func(_ string, t AgencyToken) bool { return t.Member == e.Member })
	case TokenIssued, TokenRotated, TokenRevoked:
		evolveTokens(s.Tokens, e)
	case SigningDelegated:
		s.Delegations[e.Delegation] = Delegation{e.Member, e.MemberAgency, e.From, e.Until}
	case DelegationRevoked:
		delete(s.Delegations, e.Delegation)
	}
	return s
}

// AgencyRegistered: an agency takes part from now on.
type AgencyRegistered struct {
	Key  string `json:"key"`
	Name Texts  `json:"name"`
}

// AgencyRenamed: its name changed; its key never does.
type AgencyRenamed struct {
	Key  string `json:"key"`
	Name Texts  `json:"name"`
}

// MemberAdded: a person, known only by an opaque id, belongs to the agency.
type MemberAdded struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
	Roles  Roles     `json:"roles"`
	// Locales are those into which a translator translates.
	Locales []Locale `json:"locales,omitempty"`
}

// MemberRolesChanged: the member's roles were replaced.
type MemberRolesChanged struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
	Roles  Roles     `json:"roles"`
	// Locales are those into which a translator translates.
	Locales []Locale `json:"locales,omitempty"`
}

// MemberRemoved: the member and all their tokens have no access any more.
type MemberRemoved struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
}

// EventType is the stored name.
func (AgencyRegistered) EventType() string { return "agency.registered.v1" }

// EventType is the stored name.
func (AgencyRenamed) EventType() string { return "agency.renamed.v1" }

// EventType is the stored name.
func (MemberAdded) EventType() string { return "member.added.v1" }

// EventType is the stored name.
func (MemberRolesChanged) EventType() string { return "member.roles_changed.v1" }

// EventType is the stored name.
func (MemberRemoved) EventType() string { return "member.removed.v1" }

// RegisterAgency makes an agency known; its key is unique for ever.
type RegisterAgency struct {
	Key  string
	Name Texts
}

// RenameAgency changes the name.
type RenameAgency struct {
	Key  string
	Name Texts
}

// AddMember adds a person by an opaque id that the caller made (a UUID).
type AddMember struct {
	Agency string
	Member uuid.UUID
	Roles  []Role
	// Locales are those into which a translator translates; nobody else has any.
	Locales []Locale `json:",omitempty"`
}

// ChangeMemberRoles replaces a member's roles.
type ChangeMemberRoles struct {
	Agency string
	Member uuid.UUID
	Roles  []Role
	// Locales are those into which a translator translates; nobody else has any.
	Locales []Locale `json:",omitempty"`
}

// RemoveMember ends a membership and revokes its tokens.
type RemoveMember struct {
	Agency string
	Member uuid.UUID
}

// Stream is the agency's.
func (c RegisterAgency) Stream() string { return AgencyStream(c.Key) }

// Stream is the agency's.
func (c RenameAgency) Stream() string { return AgencyStream(c.Key) }

// Stream is the agency's.
func (c AddMember) Stream() string { return AgencyStream(c.Agency) }

// Stream is the agency's.
func (c ChangeMemberRoles) Stream() string { return AgencyStream(c.Agency) }

// Stream is the agency's.
func (c RemoveMember) Stream() string { return AgencyStream(c.Agency) }

// Needs the permission to manage agencies.
func (RegisterAgency) Needs() (Permission, Scope) { return ManageAgencies, Scope{} }

// Needs the permission to manage agencies.
func (RenameAgency) Needs() (Permission, Scope) { return ManageAgencies, Scope{} }

// Needs the permission to manage members.
func (c AddMember) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

// Needs the permission to manage members.
func (c ChangeMemberRoles) Needs() (Permission, Scope) {
	return ManageMembers, Scope{Agency: c.Agency}
}

// Needs the permission to manage members.
func (c RemoveMember) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

func agencyName(name Texts) (Texts, error) {
	out, err := name.normalise("name")
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, Refuse(Invalid, "name_required", "an agency has a name").At("name")
	}
	return out, nil
}

// Decide refuses a key that is taken.
func (c RegisterAgency) Decide(s Agency, _ Call) ([]Event, error) {
	if _, err := ParseKey(c.Key); err != nil {
		return nil, AsError(err).At("key")
	}
	if s.Exists {
		return nil, Refuse(Conflict, "key_taken", "an agency with the key %q exists", c.Key).At("key")
	}
	name, err := agencyName(c.Name)
	if err != nil {
		return nil, err
	}
	return []Event{AgencyRegistered{Key: c.Key, Name: name}}, nil
}

// Decide stays quiet when the name is the same.
func (c RenameAgency) Decide(s Agency, _ Call) ([]Event, error) {
	if !s.Exists {
		return nil, unknownAgency(c.Key)
	}
	name, err := agencyName(c.Name)
	if err != nil {
		return nil, err
	}
	if maps.Equal(name, s.Name) {
		return nil, nil
	}
	return []Event{AgencyRenamed{Key: c.Key, Name: name}}, nil
}

// Decide refuses a member who is there already, and roles that grant what the
// caller's token is not for.
func (c AddMember) Decide(s Agency, call Call) ([]Event, error) {
	if !s.Exists {
		return nil, unknownAgency(c.Agency)
	}
	if c.Member == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_member", "a member has an id").At("member")
	}
	if _, there := s.Members[c.Member]; there {
		return nil, Refuse(Conflict, "member_exists", "the member belongs to %s already", c.Agency).At("member")
	}
	m, err := parseMember(c.Roles, c.Locales)
	if err != nil {
		return nil, err
	}
	if err := call.Actor.mayGrant(AgencyMember{}, m); err != nil {
		return nil, err
	}
	return []Event{MemberAdded{Agency: c.Agency, Member: c.Member, Roles: m.Roles, Locales: m.Locales}}, nil
}

// Decide stays quiet when the roles are the same, and refuses roles that grant more
// than before of what the caller's token is not for.
func (c ChangeMemberRoles) Decide(s Agency, call Call) ([]Event, error) {
	now, err := s.member(c.Agency, c.Member)
	if err != nil {
		return nil, err
	}
	m, err := parseMember(c.Roles, c.Locales)
	if err != nil {
		return nil, err
	}
	if slices.Equal(now.Roles, m.Roles) && slices.Equal(now.Locales, m.Locales) {
		return nil, nil
	}
	if err := call.Actor.mayGrant(now, m); err != nil {
		return nil, err
	}
	return []Event{MemberRolesChanged{Agency: c.Agency, Member: c.Member, Roles: m.Roles, Locales: m.Locales}}, nil
}

// parseMember sorts what a member may do. A translator has locales, and nobody
// else does.
func parseMember(roles []Role, locales []Locale) (AgencyMember, error) {
	var m AgencyMember
	var err error
	if m.Roles, err = parseRoles(roles, "roles"); err != nil {
		return m, err
	}
	if m.Roles.Has(RoleTranslator) != (len(locales) > 0) {
		return m, Refuse(Invalid, "locales_of_translators", "a translator has locales, and only a translator").At("locales")
	}
	if len(locales) > MaxLocales {
		return m, Refuse(Invalid, "too_many_locales", "at most %d locales", MaxLocales).At("locales")
	}
	for i, l := range locales {
		locale, err := ParseLocale(string(l))
		if err != nil {
			return m, AsError(err).At("locales[%d]", i)
		}
		m.Locales = append(m.Locales, locale)
	}
	slices.Sort(m.Locales)
	m.Locales = slices.Compact(m.Locales)
	return m, nil
}

// Decide refuses somebody who is no member.
func (c RemoveMember) Decide(s Agency, _ Call) ([]Event, error) {
	if _, err := s.member(c.Agency, c.Member); err != nil {
		return nil, err
	}
	return []Event{MemberRemoved{Agency: c.Agency, Member: c.Member}}, nil
}

func (s Agency) member(agency string, id uuid.UUID) (AgencyMember, error) {
	if !s.Exists {
		return AgencyMember{}, unknownAgency(agency)
	}
	m, there := s.Members[id]
	if !there {
		return AgencyMember{}, Refuse(NotFound, "unknown_member", "%s has no such member", agency).At("member")
	}
	return m, nil
}

func unknownAgency(key string) error {
	return Refuse(NotFound, "unknown_agency", "there is no agency %q", clip(key)).At("agency")
}
