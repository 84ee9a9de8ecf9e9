package domain

import (
	"slices"

	"github.com/google/uuid"
)

// Person is the state of a member as a person whose personal data can be erased.
// The data itself stands in no event.
type Person struct {
	// Requested: an erasure was asked for, and is neither confirmed nor cancelled.
	Requested bool
	Basis     ErasureBasis
	By        Requester // of who asked
	Erased    bool
}

// Requester is who asked for something that takes two people.
type Requester struct {
	Member uuid.UUID
	Agency string
	// Operator is whoever runs the program on the machine, under whatever id: all of
	// them are one person here, since nobody can tell them apart.
	Operator bool
}

func (r Requester) is(a Actor) bool {
	if operator := a.Roles.Has(RoleOperator); operator || r.Operator {
		return operator && r.Operator
	}
	return r.Member == a.Member
}

// ErasureBasis is why a person's data is erased. It is no free text, in which
// somebody would write the name that is to go.
type ErasureBasis string

// The bases of an erasure.
const (
	AskedByPerson ErasureBasis = "asked_by_person" // the person asked for it
	LeftService   ErasureBasis = "left_service"    // it is not needed any more
	Unlawful      ErasureBasis = "unlawful"        // it should not have been kept
)

// ErasureBases are all of them, sorted.
var ErasureBases = []ErasureBasis{AskedByPerson, LeftService, Unlawful}

// Persons folds the streams "person-<id>".
var Persons = Decider[Person]{Category: "person", Evolve: func(s Person, event Event) Person {
	switch e := event.(type) {
	case ErasureRequested:
		s.Requested, s.Basis, s.By = true, e.Basis, Requester{e.By, e.Agency, e.Operator}
	case ErasureCancelled:
		s.Requested, s.Basis, s.By = false, "", Requester{}
	case PersonErased:
		s.Requested, s.Erased = false, true
	}
	return s
}}

// PersonStream is the name of a person's stream.
func PersonStream(id uuid.UUID) string { return Persons.Category + "-" + id.String() }

// ErasureRequested: somebody asks that all personal data of a person is erased. A
// second person confirms it.
type ErasureRequested struct {
	Person uuid.UUID    `json:"person"`
	Basis  ErasureBasis `json:"basis"`
	// By and Agency are who asked; Operator, whether they ran the program on the machine.
	By       uuid.UUID `json:"by"`
	Agency   string    `json:"agency,omitempty"`
	Operator bool      `json:"operator,omitempty"`
}

// ErasureCancelled: it is not asked for any more.
type ErasureCancelled struct {
	Person uuid.UUID `json:"person"`
}

// PersonErased: name, mail address and identities of the person are gone for ever,
// or will be as soon as a node learns of this. The id is nobody's from now on.
type PersonErased struct {
	Person uuid.UUID `json:"person"`
}

// EventType is the stored name.
func (ErasureRequested) EventType() string { return "person.erasure_requested.v1" }

// EventType is the stored name.
func (ErasureCancelled) EventType() string { return "person.erasure_cancelled.v1" }

// EventType is the stored name.
func (PersonErased) EventType() string { return "person.erased.v1" }

// RequestErasure asks for the erasure of a person's data.
type RequestErasure struct {
	Person uuid.UUID
	Basis  ErasureBasis
}

// CancelErasure takes the request back.
type CancelErasure struct{ Person uuid.UUID }

// ConfirmErasure lets it happen. It is for another person than who asked.
type ConfirmErasure struct{ Person uuid.UUID }

// Stream is the person's.
func (c RequestErasure) Stream() string { return PersonStream(c.Person) }

// Stream is the person's.
func (c CancelErasure) Stream() string { return PersonStream(c.Person) }

// Stream is the person's.
func (c ConfirmErasure) Stream() string { return PersonStream(c.Person) }

// Needs the permission to erase people.
func (RequestErasure) Needs() (Permission, Scope) { return ErasePeople, Scope{} }

// Needs the permission to erase people.
func (CancelErasure) Needs() (Permission, Scope) { return ErasePeople, Scope{} }

// Needs the permission to erase people.
func (ConfirmErasure) Needs() (Permission, Scope) { return ErasePeople, Scope{} }

// Decide refuses a second request; it stays quiet when the same person asks for the
// same again.
func (c RequestErasure) Decide(s Person, call Call) ([]Event, error) {
	switch {
	case c.Person == uuid.Nil:
		return nil, Refuse(Invalid, "invalid_person", "a person has an id").At("person")
	case !slices.Contains(ErasureBases, c.Basis):
		return nil, Refuse(Invalid, "unknown_basis", "%q is no basis of an erasure", clip(string(c.Basis))).At("basis")
	case s.Erased:
		return nil, errErased()
	case s.Requested && s.By.is(call.Actor) && s.Basis == c.Basis:
		return nil, nil
	case s.Requested:
		return nil, Refuse(Conflict, "erasure_requested", "the erasure was requested already; confirm it, or cancel it").At("person")
	}
	by := call.Actor
	return []Event{ErasureRequested{Person: c.Person, Basis: c.Basis, By: by.Member, Agency: by.Agency, Operator: by.Roles.Has(RoleOperator)}}, nil
}

// Decide refuses when nothing was requested.
func (c CancelErasure) Decide(s Person, _ Call) ([]Event, error) {
	if err := s.requested(); err != nil {
		return nil, err
	}
	return []Event{ErasureCancelled(c)}, nil
}

// Decide wants two people, of whom one is an administrator other than the person:
// so there is one who remains. It stays quiet when the person was erased.
func (c ConfirmErasure) Decide(s Person, call Call) ([]Event, error) {
	if s.Erased {
		return nil, nil
	}
	if err := s.requested(); err != nil {
		return nil, err
	}
	if s.By.is(call.Actor) {
		return nil, Refuse(Forbidden, "self_confirmation", "an erasure can't be undone; somebody else confirms it").At("person")
	}
	remains, err := c.administratorRemains(s.By, call)
	if err != nil {
		return nil, err
	}
	if !remains {
		return nil, Refuse(Conflict, "last_administrator", "an administrator other than the person takes part, so that one remains").At("person")
	}
	return []Event{PersonErased(c)}, nil
}

// administratorRemains tells whether of the two one is an administrator who is not
// erased. That the actor is one is known; who asked may have ceased to be.
func (c ConfirmErasure) administratorRemains(by Requester, call Call) (bool, error) {
	if call.Actor.Roles.Has(RoleAdmin) && call.Actor.Member != c.Person {
		return true, nil
	}
	if by.Operator || by.Member == c.Person {
		return false, nil
	}
	agency, err := call.Facts.Agency(by.Agency)
	return agency.Members[by.Member].Roles.Has(RoleAdmin), err
}

func (s Person) requested() error {
	switch {
	case s.Erased:
		return errErased()
	case !s.Requested:
		return Refuse(Conflict, "no_erasure_requested", "no erasure of this person is requested").At("person")
	}
	return nil
}

func errErased() error {
	return Refuse(Conflict, "person_erased", "the person was erased").At("person")
}
