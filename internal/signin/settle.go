package signin

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/oidc"
	"signet/internal/people"
)

// settle makes somebody a member as the rules say, and of no other agency, and returns
// the id.
func (d *Door) settle(ctx context.Context, i oidc.Identity, grant oidc.Grant) (uuid.UUID, error) {
	fresh, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	id, err := d.People.Claim(ctx, people.Identity{Issuer: i.Issuer, Subject: i.Subject}, fresh)
	if err != nil {
		return uuid.Nil, err
	}
	if err := d.leave(ctx, id, grant.Agency); err != nil {
		return uuid.Nil, err
	}
	if err := d.place(ctx, id, grant); err != nil {
		return uuid.Nil, err
	}
	return id, d.note(ctx, id, i)
}

// turnAway removes somebody whom the rules have no place for from where they were, and
// returns why.
func (d *Door) turnAway(ctx context.Context, i oidc.Identity, refused error) error {
	id, err := d.known(ctx, i)
	if err != nil {
		return err
	}
	if id == uuid.Nil {
		return refused
	}
	if err := d.leave(ctx, id, ""); err != nil {
		return err
	}
	if err := d.note(ctx, id, i); err != nil {
		return err
	}
	return refused
}

// leave removes a member from all agencies but one.
func (d *Door) leave(ctx context.Context, id uuid.UUID, but string) error {
	// Another node may have let the same person in just now.
	head, err := d.Runner.Log.Head(ctx)
	if err != nil {
		return err
	}
	if err := d.sessions.await(ctx, head); err != nil {
		return err
	}
	members, err := d.Views.MembershipsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Agency == but {
			continue
		}
		if err := d.run(ctx, domain.RemoveMember{Agency: m.Agency, Member: id}); err != nil && domain.CodeOf(err) != domain.NotFound {
			return err
		}
	}
	return nil
}

// place adds a member, or gives the roles that the rules say. What the log tells
// decides, not the read models, which may be behind; who adds the same member at another
// node in between is seen at the second try.
func (d *Door) place(ctx context.Context, id uuid.UUID, grant oidc.Grant) error {
	for range 2 {
		agency, _, err := commands.Load(ctx, d.Runner.Log, domain.Agencies, domain.AgencyStream(grant.Agency))
		if err != nil {
			return err
		}
		now, there := agency.Members[id]
		switch {
		case !there:
			err = d.run(ctx, domain.AddMember{Agency: grant.Agency, Member: id, Roles: grant.Roles, Locales: grant.Locales})
		case !slices.Equal(now.Roles, grant.Roles) || !slices.Equal(now.Locales, grant.Locales):
			err = d.run(ctx, domain.ChangeMemberRoles{Agency: grant.Agency, Member: id, Roles: grant.Roles, Locales: grant.Locales})
		default:
			return nil
		}
		if domain.CodeOf(err) != domain.Conflict {
			return err
		}
	}
	return domain.Refuse(domain.Conflict, "busy", "somebody changes this member at the same time; try again")
}

// note keeps what the provider calls somebody, and when it was asked last: see
// Door.Bearer. What can't be kept as it is is left out.
func (d *Door) note(ctx context.Context, id uuid.UUID, i oidc.Identity) error {
	p := people.Person{ID: id, Name: i.Name, Changed: d.Runner.Clock()}
	if _, err := p.Checked(); err != nil {
		p.Name = ""
	}
	p.Mail = i.Mail
	if _, err := p.Checked(); err != nil {
		p.Mail = ""
	}
	if before, err := d.People.Get(ctx, id); err == nil { // a provider that says nothing takes nothing away
		if p.Name == "" {
			p.Name = before[id].Name
		}
		if p.Mail == "" {
			p.Mail = before[id].Mail
		}
	}
	return d.People.Put(ctx, p)
}
