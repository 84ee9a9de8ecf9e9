package projections

import (
	"context"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// people answers whose personal data is to be erased, and whose was. The data
// itself is not in the log, and so not here.
var people = projection{
	name: "people",
	schema: `
CREATE TABLE erasure (
	person TEXT PRIMARY KEY, basis TEXT NOT NULL, requested INTEGER NOT NULL, requester TEXT NOT NULL, agency TEXT NOT NULL, operator INTEGER NOT NULL,
	erased INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_by_end ON erasure (erased, person);
CREATE INDEX member_by_id ON member (id);
`,
	apply: applyPeople,
}

func applyPeople(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.ErasureRequested:
		return w.exec("INSERT OR REPLACE INTO erasure VALUES (?,?,?,?,?,?,0)", e.Person.String(), e.Basis, f.at(), e.By.String(), e.Agency, e.Operator)
	case domain.ErasureCancelled:
		return w.exec("DELETE FROM erasure WHERE person = ? AND erased = 0", e.Person.String())
	case domain.PersonErased:
		return w.exec("UPDATE erasure SET erased = ? WHERE person = ?", f.at(), e.Person.String())
	}
	return nil
}

// Erasure is that of a person's data.
type Erasure struct {
	Person    uuid.UUID
	Basis     domain.ErasureBasis
	Requested time.Time
	// Requester and Agency are who asked; Operator, whether they ran the program on
	// the machine.
	Requester uuid.UUID
	Agency    string
	Operator  bool
	Erased    time.Time // zero: not confirmed yet
}

// ErasedOrNil is when it was confirmed, or nil.
func (e *Erasure) ErasedOrNil() *time.Time { return orNil(e.Erased) }

// RequesterOrNil is the id of the member who asked, nil for who ran the program.
func (e *Erasure) RequesterOrNil() *string {
	if e.Operator {
		return nil
	}
	id := e.Requester.String()
	return &id
}

// AgencyOrNil is the agency of who asked, or nil.
func (e *Erasure) AgencyOrNil() *string { return orNil(e.Agency) }

const selectErasure = "SELECT person, basis, requested, requester, agency, operator, erased FROM erasure "

// Erasures returns the erasures of people with ids after the one given, in order, at
// most limit; if open, those that nobody has confirmed.
func (v *Views) Erasures(ctx context.Context, open bool, after string, limit int) ([]*Erasure, error) {
	if open {
		return many(ctx, v, scanErasure, selectErasure+"WHERE erased = 0 AND person > ? ORDER BY person LIMIT ?", after, limit)
	}
	return many(ctx, v, scanErasure, selectErasure+"WHERE person > ? ORDER BY person LIMIT ?", after, limit)
}

// Erasure returns that of one person, or ErrNotFound.
func (v *Views) Erasure(ctx context.Context, person uuid.UUID) (*Erasure, error) {
	return one(ctx, v, scanErasure, selectErasure+"WHERE person = ?", person.String())
}

func scanErasure(rows columns) (*Erasure, error) {
	var e Erasure
	var person, requester string
	var requested, erased int64
	if err := rows.Scan(&person, &e.Basis, &requested, &requester, &e.Agency, &e.Operator, &erased); err != nil {
		return nil, err
	}
	e.Requested, e.Erased = fromMicros(requested), orZero(erased)
	var err error
	if e.Person, err = uuid.Parse(person); err != nil {
		return nil, err
	}
	e.Requester, err = uuid.Parse(requester)
	return &e, err
}

// Erased returns the ids of the people who were erased.
func (v *Views) Erased(ctx context.Context) ([]uuid.UUID, error) {
	rows, err := many(ctx, v, scanErasure, selectErasure+"WHERE erased > 0 ORDER BY person")
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.Person
	}
	return ids, err
}

// MembershipsOf returns what a person is a member of, by agency.
func (v *Views) MembershipsOf(ctx context.Context, person uuid.UUID) ([]*Member, error) {
	return many(ctx, v, scanMember, selectMember+"WHERE id = ? ORDER BY agency", person.String())
}

// ErasedMembers returns the memberships of people who were erased: they are about to
// end.
func (v *Views) ErasedMembers(ctx context.Context) ([]*Member, error) {
	return many(ctx, v, scanMember, selectMember+"WHERE id IN (SELECT person FROM erasure WHERE erased > 0) ORDER BY agency, id")
}
