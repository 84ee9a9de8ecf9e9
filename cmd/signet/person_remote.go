package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
)

// remotePersons are those of a registry that is asked.
type remotePersons struct{ remote }

// waitingErasure is one that nobody has confirmed, as the API tells it.
type waitingErasure struct {
	Person    string
	Requester string // empty: on the machine itself
	Requested string
}

// pageInfo is where a page of the API ends.
type pageInfo struct {
	HasNextPage bool
	EndCursor   string
}

// after is the cursor of the next page, for a variable; nil for the first one.
func (p pageInfo) after() any {
	if p.EndCursor == "" {
		return nil
	}
	return p.EndCursor
}

// waiting returns the erasures that wait, and who asks for them.
func (r remotePersons) waiting(ctx context.Context) (viewer string, all []waitingErasure, err error) {
	for page := (pageInfo{HasNextPage: true}); page.HasNextPage; {
		var answer struct {
			Viewer   *struct{ Member string }
			Erasures struct {
				Edges    []struct{ Node waitingErasure }
				PageInfo pageInfo
			}
		}
		if err := r.ask(ctx, `query ($after: String) {
			viewer { member }
			erasures(open: true, first: 100, after: $after) { edges { node { person requester requested } } pageInfo { hasNextPage endCursor } }
		}`, map[string]any{"after": page.after()}, &answer); err != nil {
			return "", nil, err
		}
		for _, e := range answer.Erasures.Edges {
			all = append(all, e.Node)
		}
		if answer.Viewer != nil {
			viewer = answer.Viewer.Member
		}
		page = answer.Erasures.PageInfo
	}
	return viewer, all, nil
}

func (r remotePersons) list(ctx context.Context) ([]listed, error) {
	_, waiting, err := r.waiting(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]*listed{}
	person := func(id string) *listed {
		if found[id] == nil {
			found[id] = &listed{id: id}
		}
		return found[id]
	}
	for _, e := range waiting {
		day, _, _ := strings.Cut(e.Requested, "T")
		person(e.Person).erasure = waitsSince(day)
	}
	agencies, err := r.agencies(ctx)
	if err != nil {
		return nil, err
	}
	for _, agency := range agencies {
		if err := r.members(ctx, agency, person); err != nil {
			return nil, err
		}
	}
	all := make([]listed, 0, len(found))
	for _, p := range found {
		if p.name != "" || p.mail != "" || p.erasure != "" {
			all = append(all, *p)
		}
	}
	slices.SortFunc(all, func(a, b listed) int { return strings.Compare(a.id, b.id) })
	return all, nil
}

func (r remotePersons) agencies(ctx context.Context) (keys []string, err error) {
	for page := (pageInfo{HasNextPage: true}); page.HasNextPage; {
		var answer struct {
			Agencies struct {
				Edges    []struct{ Node struct{ Key string } }
				PageInfo pageInfo
			}
		}
		if err := r.ask(ctx, `query ($after: String) { agencies(first: 100, after: $after) { edges { node { key } } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"after": page.after()}, &answer); err != nil {
			return nil, err
		}
		for _, a := range answer.Agencies.Edges {
			keys = append(keys, a.Node.Key)
		}
		page = answer.Agencies.PageInfo
	}
	return keys, nil
}

// members enters the members of an agency.
func (r remotePersons) members(ctx context.Context, agency string, person func(id string) *listed) error {
	for page := (pageInfo{HasNextPage: true}); page.HasNextPage; {
		var answer struct {
			Agency struct {
				Members struct {
					Edges []struct {
						Node struct{ ID, Name, Mail string }
					}
					PageInfo pageInfo
				}
			}
		}
		if err := r.ask(ctx, `query ($key: String!, $after: String) {
			agency(key: $key) { members(first: 100, after: $after) { edges { node { id name mail } } pageInfo { hasNextPage endCursor } } }
		}`, map[string]any{"key": agency, "after": page.after()}, &answer); err != nil {
			return err
		}
		for _, m := range answer.Agency.Members.Edges {
			p := person(m.Node.ID)
			p.name, p.mail, p.agencies = m.Node.Name, m.Node.Mail, append(p.agencies, agency)
		}
		page = answer.Agency.Members.PageInfo
	}
	return nil
}

func (r remotePersons) set(ctx context.Context, id uuid.UUID, o *personOptions) error {
	if o.agency == "" {
		return badInput(errors.New("--agency is missing"), "name the member's agency")
	}
	in := map[string]any{"agency": o.agency, "member": id.String(), "name": o.name, "mail": o.mail}
	return r.ask(ctx, `mutation ($in: SetPersonInput!) { setPerson(input: $in) { member { id } } }`, map[string]any{"in": in}, nil)
}

func (r remotePersons) erase(ctx context.Context, id uuid.UUID, basis domain.ErasureBasis) (done, remains string, err error) {
	viewer, waiting, err := r.waiting(ctx)
	if err != nil {
		return "", "", err
	}
	at := slices.IndexFunc(waiting, func(e waitingErasure) bool { return e.Person == id.String() })
	switch {
	case at < 0 && basis == "":
		return "", "", errNoBasis
	case at < 0:
		in := map[string]any{"person": id.String(), "basis": strings.ToUpper(string(basis))}
		err := r.ask(ctx, `mutation ($in: RequestErasureInput!) { requestErasure(input: $in) { position } }`, map[string]any{"in": in}, nil)
		return fmt.Sprintf(doneRequested, id), remainsConfirm, err
	case waiting[at].Requester == viewer:
		return fmt.Sprintf(doneRequested, id), remainsConfirm, nil
	}
	var answer struct{ ConfirmErasure struct{ Complete bool } }
	in := map[string]any{"person": id.String()}
	if err := r.ask(ctx, `mutation ($in: ConfirmErasureInput!) { confirmErasure(input: $in) { complete } }`, map[string]any{"in": in}, &answer); err != nil {
		return "", "", err
	}
	if !answer.ConfirmErasure.Complete {
		return fmt.Sprintf(doneDecided, id), remainsToFinish, nil
	}
	return fmt.Sprintf(doneErased, id), remainsElse, nil
}

func (r remotePersons) cancel(ctx context.Context, id uuid.UUID) error {
	in := map[string]any{"person": id.String()}
	return r.ask(ctx, `mutation ($in: CancelErasureInput!) { cancelErasure(input: $in) { position } }`, map[string]any{"in": in}, nil)
}
