package domain

import (
	"testing"

	"github.com/google/uuid"
)

func personStories() []story {
	operator := member(90, "", RoleOperator)
	other := member(91, "", RoleOperator)
	vu := member(11, party, RoleAdmin)
	ask := func(basis ErasureBasis) attempt { return try(Persons, RequestErasure{hoa.Member, basis}) }
	confirm, cancel := try(Persons, ConfirmErasure{hoa.Member}), try(Persons, CancelErasure{hoa.Member})
	asked := func(by Actor, of uuid.UUID) Event {
		return ErasureRequested{Person: of, Basis: LeftService, By: by.Member, Agency: by.Agency, Operator: by.Roles.Has(RoleOperator)}
	}
	of := hoa.Member
	known := city.and(MemberAdded{Agency: industry, Member: an.Member, Roles: Roles{RoleAdmin}}, MemberAdded{Agency: party, Member: vu.Member, Roles: Roles{RoleAdmin}})
	byAn := known.and(asked(an, of))
	byOperator := known.and(asked(operator, of))
	ofAn := try(Persons, ConfirmErasure{an.Member})
	erased := PersonErased{of}
	return []story{
		{"an administrator asks for an erasure", known, an, ask(LeftService), happens(asked(an, of))},
		{"who runs the machine asks", nil, operator, ask(LeftService), happens(asked(operator, of))},
		{"it is asked for again", byAn, an, ask(LeftService), quiet()},
		{"by somebody else", byAn, vu, ask(LeftService), refused(Conflict, "erasure_requested", "person")},
		{"on another basis", byAn, an, ask(Unlawful), refused(Conflict, "erasure_requested", "person")},
		{"on no basis", nil, an, ask(""), refused(Invalid, "unknown_basis", "basis")},
		{"on one in free text", nil, an, ask("bà Hòa xin nghỉ"), refused(Invalid, "unknown_basis", "basis")},
		{"of nobody", nil, an, try(Persons, RequestErasure{uuid.Nil, Unlawful}), refused(Invalid, "invalid_person", "person")},
		{"of who was erased", byAn.and(erased), vu, ask(LeftService), refused(Conflict, "person_erased", "person")},
		{"after it was cancelled", byAn.and(ErasureCancelled{of}), vu, ask(Unlawful), happens(ErasureRequested{Person: of, Basis: Unlawful, By: vu.Member, Agency: party})},

		{"it is cancelled", byAn, vu, cancel, happens(ErasureCancelled{of})},
		{"nothing is there to cancel", known, vu, cancel, refused(Conflict, "no_erasure_requested", "person")},
		{"it was cancelled before", byAn.and(ErasureCancelled{of}), vu, cancel, refused(Conflict, "no_erasure_requested", "person")},
		{"it is too late to cancel", byAn.and(erased), vu, cancel, refused(Conflict, "person_erased", "person")},

		{"another administrator confirms", byAn, vu, confirm, happens(erased)},
		{"nobody has asked", known, vu, confirm, refused(Conflict, "no_erasure_requested", "person")},
		{"it was taken back", byAn.and(ErasureCancelled{of}), vu, confirm, refused(Conflict, "no_erasure_requested", "person")},
		{"who asked confirms", byAn, an, confirm, refused(Forbidden, "self_confirmation", "person")},
		{"who asked confirms for another agency", byAn, member(6, culture, RoleAdmin), confirm, refused(Forbidden, "self_confirmation", "person")},
		{"who runs the machine confirms what they asked", byOperator, operator, confirm, refused(Forbidden, "self_confirmation", "person")},
		{"under another id, too", byOperator, other, confirm, refused(Forbidden, "self_confirmation", "person")},
		{"an administrator confirms what they asked", byOperator, an, confirm, happens(erased)},
		{"they confirm what an administrator asked", byAn, operator, confirm, happens(erased)},
		{"it was confirmed before", byAn.and(erased), an, confirm, quiet()},

		{"an administrator confirms their own", known.and(asked(vu, an.Member)), an, ofAn, happens(PersonErased{an.Member})},
		{"who asked is no administrator any more", known.and(asked(vu, an.Member), MemberRemoved{Agency: party, Member: vu.Member}), an, ofAn, refused(Conflict, "last_administrator", "person")},
		{"the last administrator and who runs the machine", known.and(asked(an, an.Member)), operator, ofAn, refused(Conflict, "last_administrator", "person")},
		{"the other way round", known.and(asked(operator, an.Member)), an, ofAn, refused(Conflict, "last_administrator", "person")},
		{"who asked has other roles now", byAn.and(MemberRolesChanged{Agency: industry, Member: an.Member, Roles: Roles{RoleAuditor}}), operator, confirm, refused(Conflict, "last_administrator", "person")},
	}
}

func TestConfirmingAnErasureFailsWhenTheAgencyCanNotBeRead(t *testing.T) {
	state := Person{Requested: true, By: Requester{Member: an.Member, Agency: industry}}
	call := Call{Actor: member(90, "", RoleOperator), At: noon, Facts: unreadable{}}
	if events, err := (ConfirmErasure{hoa.Member}).Decide(state, call); err == nil || AsError(err) != nil || len(events) != 0 {
		t.Errorf("got %v, %v; want the failure itself", events, err)
	}
}
