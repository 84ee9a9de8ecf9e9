// Package rules is who may do and see what, as one table: the commands, the fields of
// the API that are not for everybody, and the addresses of the server.
//
// It decides nothing. What decides stands in domain (Needs, and who holds a
// permission), in the resolvers and in the server; tests of graph and internal/server
// ask those for every row as everybody, and compare. docs/access.md is made of it.
package rules

import "signet/domain"

//go:generate go run ./document ../../docs/access.md

// Own and Other are agencies: that of whoever asks, and one that is not.
const (
	Own   = "own"
	Other = "other"
)

// Asker is who asks: nobody in particular, or somebody of the agency Own.
type Asker struct {
	domain.Actor

	Known bool // comes with a token
}

// Nobody comes without a token.
var Nobody = Asker{}

// As is a member of the agency Own with some roles, whose token is not limited.
func As(roles ...domain.Role) Asker {
	return Asker{Actor: domain.Actor{Agency: Own, Roles: roles}, Known: true}
}

// Mark says how far somebody may do something.
type Mark int

// The marks.
const (
	MayNot    Mark = iota // is refused: FORBIDDEN, or UNAUTHENTICATED without a token
	WithinOwn             // may within the own agency, and not within another
	May
)

// Needing says what permission something takes, and where; commands do.
type Needing interface {
	Needs() (domain.Permission, domain.Scope)
}

// permission is what is needed for something that is no command.
type permission struct {
	name   domain.Permission
	agency string
}

func (p permission) Needs() (domain.Permission, domain.Scope) {
	return p.name, domain.Scope{Agency: p.agency}
}

// Act is something that can be done.
type Act struct {
	What
	Needing

	// Mutation does it, if one does; Means is how else it is done.
	Mutation, Means string
	// Self: it is done to one's own token or name, by a mutation that others need
	// another permission for.
	Self bool
	// Notes are the rules that the registry's state adds to the permission.
	Notes []Note
}

// What says in two languages what something is.
type What struct{ VI, EN string }

// For tells how far somebody may do it.
func (a Act) For(asker Asker) Mark {
	name, scope := a.Needs()
	switch {
	case !asker.Known || !asker.May(name, scope):
		return MayNot
	case scope.Agency == "" || asker.May(name, domain.Scope{Agency: Other}):
		return May
	}
	return WithinOwn
}

// Scoped tells whether it is done within an agency.
func (a Act) Scoped() bool {
	_, scope := a.Needs()
	return scope.Agency != ""
}

// Sight is what somebody gets who asks for something.
type Sight int

// The sights.
const (
	Refused Sight = iota // an error: FORBIDDEN, or UNAUTHENTICATED without a token
	Hidden               // what one gets for what does not exist
	Part                 // of it what the step says
	Sees
)

// Step is what those get who can do something.
type Step struct {
	Can   domain.Permission // or Anybody, AnyMember
	Also  domain.Permission // if not empty, this one too
	Sight Sight
	Part  Note // which part, of a Part
	// OfOthers: only those come here who hold the permission within other agencies too.
	OfOthers bool
}

// These stand for a permission.
const (
	Anybody   domain.Permission = ""
	AnyMember domain.Permission = "*"
)

func (s Step) takes(asker Asker) bool {
	switch {
	case s.Also != "" && !asker.May(s.Also, domain.Scope{}):
		return false
	case s.Can == Anybody:
		return true
	case s.Can == AnyMember || !asker.Known:
		return asker.Known
	case s.OfOthers:
		return asker.May(s.Can, domain.Scope{Agency: Other})
	}
	return asker.May(s.Can, domain.Scope{})
}

// Steps are tried in their order; the last one takes everybody.
type Steps []Step

// For is the step that takes somebody, and its place.
func (all Steps) For(asker Asker) (Step, int) {
	for i, s := range all {
		if s.takes(asker) {
			return s, i
		}
	}
	return Step{}, len(all)
}

// Rule says who sees something.
type Rule struct {
	// Of is a field as Type.field, with the argument that makes it another question; a
	// type, for node(id:); or an address with its method.
	Of string
	Steps
}
