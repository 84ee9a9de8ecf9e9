package projections

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// Delegation is the right of a member to sign for an agency for a time; access
// keeps it.
type Delegation struct {
	ID uuid.UUID
	// Agency is whose signature it is.
	Agency       string
	Member       uuid.UUID
	MemberAgency string
	From, Until  time.Time
	Reason       string
	Granted      time.Time
}

// At tells whether the delegation holds at an instant.
func (d *Delegation) At(t time.Time) bool {
	return domain.Delegation{From: d.From, Until: d.Until}.At(t)
}

const selectDelegation = "SELECT id, agency, member, member_agency, valid_from, valid_until, reason, at FROM delegation "

// Delegations returns the delegations of an agency with ids after the one given,
// in order, at most limit.
func (v *Views) Delegations(ctx context.Context, agency, after string, limit int) ([]*Delegation, error) {
	return many(ctx, v, scanDelegation, selectDelegation+"WHERE agency = ? AND id > ? ORDER BY id LIMIT ?", agency, after, limit)
}

// Delegation returns one delegation, or ErrNotFound.
func (v *Views) Delegation(ctx context.Context, agency string, id uuid.UUID) (*Delegation, error) {
	return one(ctx, v, scanDelegation, selectDelegation+"WHERE agency = ? AND id = ?", agency, id.String())
}

// DelegationsTo returns the delegations to a member, also those that hold no more
// or not yet.
func (v *Views) DelegationsTo(ctx context.Context, agency string, member uuid.UUID) ([]*Delegation, error) {
	return many(ctx, v, scanDelegation, selectDelegation+"WHERE member_agency = ? AND member = ? ORDER BY agency, id", agency, member.String())
}

func scanDelegation(rows columns) (*Delegation, error) {
	var d Delegation
	var id, member string
	var from, until, at int64
	if err := rows.Scan(&id, &d.Agency, &member, &d.MemberAgency, &from, &until, &d.Reason, &at); err != nil {
		return nil, err
	}
	d.From, d.Until, d.Granted = fromMicros(from), fromMicros(until), fromMicros(at)
	var errs [2]error
	d.ID, errs[0] = uuid.Parse(id)
	d.Member, errs[1] = uuid.Parse(member)
	return &d, errors.Join(errs[:]...)
}
