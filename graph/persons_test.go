package graph

import (
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/people/peopletest"
)

// No member can be asked about without the permission to read members; who finds a
// way to one by some other field is told no name either.
func TestANameIsForThoseWhoMayReadMembersAndForOneself(t *testing.T) {
	r := &Resolver{People: peopletest.NewMemory()}
	peopletest.Fill(t, r.People, peopletest.Binh)
	for title, c := range map[string]struct {
		viewer access.Viewer
		sees   bool
	}{
		"nobody in particular":                         {access.Viewer{}, false},
		"who has no token, under the id of the person": {access.Viewer{Actor: domain.Actor{Member: peopletest.Binh.ID}}, false},
		"a colleague":                                  {viewerOf(peopletest.ID(1), domain.RoleReviewer), false},
		"oneself":                                      {viewerOf(peopletest.Binh.ID, domain.RoleDesigner), true},
		"an auditor":                                   {viewerOf(peopletest.ID(2), domain.RoleAuditor), true},
		"an admin":                                     {viewerOf(peopletest.ID(3), domain.RoleAdmin), true},
	} {
		t.Run(title, func(t *testing.T) {
			ctx := r.withLoaders(access.With(t.Context(), c.viewer))
			p, err := r.personOf(ctx, peopletest.Binh.ID)
			if err != nil || (p != nil && p.Name == peopletest.Binh.Name) != c.sees {
				t.Errorf("got %+v, %v", p, err)
			}
		})
	}
}

func viewerOf(id uuid.UUID, role domain.Role) access.Viewer {
	v := access.Viewer{Actor: domain.Actor{Member: id, Agency: "press", Roles: domain.Roles{role}}}
	v.Token = "t"
	return v
}
