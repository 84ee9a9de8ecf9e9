package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/internal/people"
	"signet/internal/people/erasure"
	"signet/projections"
)

// localPersons are those of an open registry, for whoever works on the machine.
type localPersons struct{ *registry }

func (l localPersons) eraser() *erasure.Eraser {
	return &erasure.Eraser{Runner: l.runner, Views: l.views, People: l.people, Log: slog.New(slog.DiscardHandler)}
}

func (l localPersons) list(ctx context.Context) ([]listed, error) {
	waiting, err := l.waiting(ctx)
	if err != nil {
		return nil, err
	}
	var all []listed
	for p, err := range l.people.Each(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, listed{id: p.ID.String(), name: p.Name, mail: p.Mail})
	}
	for id := range waiting {
		if !slices.ContainsFunc(all, func(p listed) bool { return p.id == id }) {
			all = append(all, listed{id: id})
		}
	}
	slices.SortFunc(all, func(a, b listed) int { return strings.Compare(a.id, b.id) })
	for i, p := range all {
		all[i].erasure = waiting[p.id]
		members, err := l.views.MembershipsOf(ctx, uuid.MustParse(p.id))
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			all[i].agencies = append(all[i].agencies, m.Agency)
		}
	}
	return all, nil
}

// waiting tells since when erasures wait, by the ids of their people.
func (l localPersons) waiting(ctx context.Context) (map[string]string, error) {
	waiting := map[string]string{}
	for after := ""; ; {
		rows, err := l.views.Erasures(ctx, true, after, pageOfMembers)
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			after = e.Person.String()
			waiting[after] = waitsSince(dayOf(e.Requested))
		}
		if len(rows) < pageOfMembers {
			return waiting, nil
		}
	}
}

func waitsSince(day string) string { return "requested " + day }

// known refuses an id under which there is nobody.
func (l localPersons) known(ctx context.Context, id uuid.UUID) error {
	known, err := l.eraser().Known(ctx, id)
	if err == nil && !known {
		err = badInput(fmt.Errorf("nobody is known by the id %s", id), "signet token list and signet person list show who is")
	}
	return err
}

func (l localPersons) set(ctx context.Context, id uuid.UUID, o *personOptions) error {
	if err := l.known(ctx, id); err != nil {
		return err
	}
	err := l.people.Put(ctx, people.Person{ID: id, Name: o.name, Mail: o.mail})
	if errors.Is(err, people.ErrErased) {
		return badInput(err, "the person was erased; a new member has another id")
	}
	return err
}

func (l localPersons) run(ctx context.Context, c domain.Command[domain.Person]) error {
	result, err := commands.Run(ctx, l.runner, domain.Persons, c, commands.Request{Actor: kit.Operator, Via: "cli"})
	if err != nil {
		return err
	}
	return l.views.WaitFor(ctx, result.Position)
}

func (l localPersons) erase(ctx context.Context, id uuid.UUID, basis domain.ErasureBasis) (done, remains string, err error) {
	e, err := l.views.Erasure(ctx, id)
	switch {
	case errors.Is(err, projections.ErrNotFound):
		if err := l.known(ctx, id); err != nil {
			return "", "", err
		}
		if basis == "" {
			return "", "", errNoBasis
		}
		err = l.run(ctx, domain.RequestErasure{Person: id, Basis: basis})
		return fmt.Sprintf(doneRequested, id), remainsConfirm, err
	case err != nil:
		return "", "", err
	case e.Operator && e.Erased.IsZero():
		return fmt.Sprintf(doneRequested, id), remainsConfirm, nil
	}
	if err := l.run(ctx, domain.ConfirmErasure{Person: id}); err != nil {
		return "", "", err
	}
	_, err = l.eraser().Complete(ctx, id)
	return fmt.Sprintf(doneErased, id), remainsElse, err
}

func (l localPersons) cancel(ctx context.Context, id uuid.UUID) error {
	return l.run(ctx, domain.CancelErasure{Person: id})
}
