package graph

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/people"
)

// told is a viewer as they are told of themselves.
func told(v access.Viewer) *gen.Viewer {
	return &gen.Viewer{Member: v.Member.String(), Agency: v.Agency, Roles: given(v.Roles), Locales: v.Locales, Delegations: v.Delegations, Scopes: v.Scopes.Names()}
}

// watchItem lets the viewer watch an item that they may see, or the whole kit.
func (r *Resolver) watchItem(ctx context.Context, key *string) (*gen.Viewer, error) {
	viewer, err := r.watcher(ctx)
	if err != nil {
		return nil, err
	}
	if key != nil {
		item, err := r.seeItem(ctx, *key)
		if err == nil && item == nil {
			err = domain.Refuse(domain.NotFound, "unknown_item", "there is no such item").At("key")
		}
		if err != nil {
			return nil, err
		}
	}
	return watching(ctx, viewer, key, r.People.Watch)
}

// unwatchItem lets the viewer watch something no more, also what they may not see any
// more.
func (r *Resolver) unwatchItem(ctx context.Context, key *string) (*gen.Viewer, error) {
	viewer, err := r.watcher(ctx)
	if err != nil {
		return nil, err
	}
	return watching(ctx, viewer, key, r.People.Unwatch)
}

// watcher is the viewer, if they may say what they watch.
func (r *Resolver) watcher(ctx context.Context) (access.Viewer, error) {
	viewer, err := need(ctx, domain.WriteOwnPerson)
	if err == nil && r.People == nil {
		err = errNoPeople
	}
	return viewer, err
}

// watching changes what the viewer watches. The whole kit is no key that somebody could
// name.
func watching(ctx context.Context, viewer access.Viewer, key *string, change func(ctx context.Context, id uuid.UUID, what string) error) (*gen.Viewer, error) {
	what := people.WholeKit
	if key != nil {
		if what = *key; what == people.WholeKit {
			return nil, domain.Refuse(domain.Invalid, "invalid_key", "the whole kit is meant by null").At("key")
		}
	}
	err := change(ctx, viewer.Member, what)
	if errors.Is(err, people.ErrErased) {
		err = domain.Refuse(domain.Conflict, "person_erased", "the person was erased").At("member")
	}
	if err != nil {
		return nil, err
	}
	return told(viewer), nil
}

// watchesOf are the items that somebody watches.
func watchesOf(p *people.Person, err error) ([]string, error) {
	if err != nil || p == nil {
		return []string{}, err
	}
	return slices.DeleteFunc(slices.Clone(p.Watches), func(what string) bool { return what == people.WholeKit }), nil
}

func watchesKit(p *people.Person, err error) (bool, error) {
	return err == nil && p != nil && slices.Contains(p.Watches, people.WholeKit), err
}
