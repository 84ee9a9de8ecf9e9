package s3

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/internal/people"
)

// record is the form of people/<id>.json.
type record struct {
	Name       string            `json:"name,omitempty"`
	Mail       string            `json:"mail,omitempty"`
	Changed    int64             `json:"changed,omitempty"` // milliseconds since 1970
	Identities []people.Identity `json:"identities,omitempty"`
	Watches    []string          `json:"watches,omitempty"`
	// Erased: the person was; identities that are still here are about to go.
	Erased bool `json:"erased,omitempty"`
}

// claim is the form of people-by/….
type claim struct {
	ID uuid.UUID `json:"id"`
}

// known tells whether there is somebody: who has lost the only identity that they
// claimed is nobody.
func (r record) known() bool {
	return !r.Erased && (r.Name != "" || r.Mail != "" || r.Changed != 0 || len(r.Identities) > 0 || len(r.Watches) > 0)
}

func (r record) equal(o record) bool {
	return r.Name == o.Name && r.Mail == o.Mail && r.Changed == o.Changed && r.Erased == o.Erased && slices.Equal(r.Identities, o.Identities) && slices.Equal(r.Watches, o.Watches)
}

func (r record) person(id uuid.UUID) people.Person {
	p := people.Person{ID: id, Name: r.Name, Mail: r.Mail, Identities: r.Identities, Watches: r.Watches}
	if r.Changed != 0 {
		p.Changed = time.UnixMilli(r.Changed).UTC()
	}
	return p
}

// add adds an identity.
func (r *record) add(identity people.Identity) error {
	switch {
	case r.Erased:
		return people.ErrErased
	case !slices.Contains(r.Identities, identity):
		r.Identities = append(slices.Clone(r.Identities), identity)
		people.SortIdentities(r.Identities)
	}
	return nil
}
