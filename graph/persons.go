package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/people"
	"signet/internal/people/erasure"
	"signet/projections"
)

// errNoPeople: this server keeps nobody's name.
var errNoPeople = errors.New("graph: there is no store of people")

// personOf is what is known of a member, for a viewer who may know it; else nil. It
// is never kept for another answer, since it can be erased.
func (r *Resolver) personOf(ctx context.Context, id uuid.UUID) (*people.Person, error) {
	viewer := access.From(ctx)
	if r.People == nil || viewer.Anonymous() || viewer.Member != id && !viewer.Can(domain.ReadMembers) {
		return nil, nil
	}
	outside(ctx)
	return loadersOf(ctx).people.Load(ctx, id)
}

// peopleByID asks the store of people as loaders ask.
func (r *Resolver) peopleByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*people.Person, error) {
	known, err := r.People.Get(ctx, ids...)
	found := make(map[uuid.UUID]*people.Person, len(known))
	for id, p := range known {
		found[id] = &p
	}
	return found, err
}

// nameOf and mailOf are those of a person; nil where nothing is known.
func nameOf(p *people.Person, err error) (*string, error) {
	if err != nil || p == nil || p.Name == "" {
		return nil, err
	}
	return &p.Name, nil
}

func mailOf(p *people.Person, err error) (*string, error) {
	if err != nil || p == nil || p.Mail == "" {
		return nil, err
	}
	return &p.Mail, nil
}

// setPerson replaces what is known of a member.
func (r *Resolver) setPerson(ctx context.Context, input gen.SetPersonInput) (*projections.Member, error) {
	id, err := opaque(input.Member, "member")
	if err != nil {
		return nil, err
	}
	viewer, refused := need(ctx, domain.WritePeople)
	own := viewer.Member == id && viewer.Can(domain.WriteOwnPerson)
	switch {
	case refused != nil && !own:
		return nil, refused
	case r.People == nil:
		return nil, errNoPeople
	}
	member, err := orNothing(r.Views.Member(ctx, input.Agency, id))
	if err == nil && member == nil {
		err = domain.Refuse(domain.NotFound, "unknown_member", "there is no such member").At("member")
	}
	if err != nil {
		return nil, err
	}
	err = r.People.Put(ctx, people.Person{ID: id, Name: input.Name, Mail: input.Mail})
	if errors.Is(err, people.ErrErased) {
		err = domain.Refuse(domain.Conflict, "person_erased", "the person was erased").At("member")
	}
	return member, err
}

func (r *Resolver) eraser() *erasure.Eraser {
	return &erasure.Eraser{Runner: r.Runner, Views: r.Views, People: r.People}
}

// toErase reads the id of a person of whom there is something to erase.
func (r *Resolver) toErase(ctx context.Context, person string) (uuid.UUID, error) {
	if _, err := need(ctx, domain.ErasePeople); err != nil {
		return uuid.Nil, err
	}
	id, err := opaque(person, "person")
	if err != nil {
		return id, err
	}
	if r.People == nil {
		return id, errNoPeople
	}
	known, err := r.eraser().Known(ctx, id)
	if err == nil && !known {
		err = domain.Refuse(domain.NotFound, "unknown_person", "nobody is known by this id").At("person")
	}
	return id, err
}

// runErasure runs a command of a person, and returns their erasure after it.
func (r *Resolver) runErasure(ctx context.Context, c domain.Command[domain.Person], id uuid.UUID, key *string) (*projections.Erasure, commands.Result, error) {
	result, err := run(ctx, r, domain.Persons, c, key, nil)
	if err != nil {
		return nil, result, err
	}
	erasure, err := orNothing(r.Views.Erasure(ctx, id))
	return erasure, result, err
}

// complete does what follows from an erasure. What fails is done later, and is no
// failure of the request: the log has decided.
func (r *Resolver) complete(ctx context.Context, id uuid.UUID, after eventlog.Position) (eventlog.Position, bool) {
	position, err := r.eraser().Complete(ctx, id)
	position = max(position, after)
	if err == nil {
		err = Visible(ctx, r.Views, position, Applied)
	}
	return position, err == nil
}
