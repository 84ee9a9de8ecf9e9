package domain

import "github.com/google/uuid"

// Registry is the state of the registry as a whole.
type Registry struct {
	Claimed bool
	// Agency and Member are the first administrator's.
	Agency string
	Member uuid.UUID
}

// Registries folds the one stream of the registry as a whole.
var Registries = Decider[Registry]{Category: "registry", Evolve: func(s Registry, event Event) Registry {
	if e, ok := event.(RegistryClaimed); ok && !s.Claimed {
		return Registry{Claimed: true, Agency: e.Agency, Member: e.Member}
	}
	return s
}}

// RegistryStream is the name of the stream of the registry as a whole.
const RegistryStream = "registry"

// Unclaimed refuses a registry whose first administrator has come in.
func (s Registry) Unclaimed() error {
	if s.Claimed {
		return Refuse(Conflict, "already_claimed", "the first administrator has come in already; from now on signet token, on the machine, is the way in")
	}
	return nil
}

// RegistryClaimed: the first administrator has come in, once for ever.
type RegistryClaimed struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
}

// EventType is the stored name.
func (RegistryClaimed) EventType() string { return "registry.claimed.v1" }

// ClaimRegistry makes an administrator who is there the first one. Of several who
// come in at the same time, at whichever nodes, it succeeds for one.
type ClaimRegistry struct {
	Agency string
	Member uuid.UUID
}

// Stream is the registry's.
func (ClaimRegistry) Stream() string { return RegistryStream }

// Needs the permission to manage agencies.
func (ClaimRegistry) Needs() (Permission, Scope) { return ManageAgencies, Scope{} }

// Decide lets who runs the program claim the registry, once and for an
// administrator. It stays quiet when that one has it.
func (c ClaimRegistry) Decide(s Registry, call Call) ([]Event, error) {
	if !call.Actor.Roles.Has(RoleOperator) {
		return nil, Refuse(Forbidden, "not_the_operator", "only who runs the program can do this")
	}
	if s.Claimed && s.Agency == c.Agency && s.Member == c.Member {
		return nil, nil
	}
	if err := s.Unclaimed(); err != nil {
		return nil, err
	}
	agency, err := call.Facts.Agency(c.Agency)
	if err != nil {
		return nil, err
	}
	if _, err := agency.member(c.Agency, c.Member); err != nil {
		return nil, err
	}
	if !agency.administers(c.Member) {
		return nil, Refuse(Conflict, "not_an_administrator", "only an administrator can be the first one").At("member")
	}
	return []Event{RegistryClaimed{Agency: c.Agency, Member: c.Member}}, nil
}
