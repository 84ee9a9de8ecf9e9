package kit

import (
	"github.com/google/uuid"

	"signet/domain"
)

// people is the namespace of the members that an import adds: UUIDv5 (RFC 9562,
// section 5.5) of "<agency>/<role>", the same in every registry, so that an
// import that is begun anew goes on as the same people.
var people = uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet-kit/v1/people"))

// Operator is whoever runs the import, on the machine itself.
var Operator = domain.Actor{
	Member: uuid.NewSHA1(people, []byte("operator")),
	Roles:  domain.Roles{domain.RoleOperator},
}

// person is the member who acts for an agency in a role. A kit names no people:
// each agency gets one member for each role that its steps need, without a
// token. Drafts and signatures are of different roles, so whoever drafts never signs.
func person(agency string, role domain.Role) domain.Actor {
	return domain.Actor{
		Member: uuid.NewSHA1(people, []byte(agency+"/"+string(role))),
		Agency: agency,
		Roles:  domain.Roles{role},
	}
}

// actor is the agency's person, or the operator where the kit names no agency.
func actor(agency string, role domain.Role) domain.Actor {
	if agency == "" {
		return Operator
	}
	return person(agency, role)
}
