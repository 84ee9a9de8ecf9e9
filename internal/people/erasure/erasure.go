// Package erasure does what follows when the log says that a person was erased: the
// memberships end, with their tokens, and the personal data goes.
//
// The log decides, and is written first. Whatever is cut off after that is done
// again by any node that reads the event, and by each of them at its start: so a
// table of people that is put back from an old backup is cleaned at once, too.
package erasure

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/people"
	"signet/projections"
)

// again is how long is waited before what has failed is tried again.
const again = 30 * time.Second

// system acts where the log has decided.
var system = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}

// Eraser erases people. Its methods are safe for concurrent use.
type Eraser struct {
	Runner *commands.Runner
	Views  *projections.Views
	People people.Store
	Log    *slog.Logger
}

// Known tells whether somebody is or was there under the id, whose data could be
// erased: a member, or a person of whom something is kept.
func (e *Eraser) Known(ctx context.Context, id uuid.UUID) (bool, error) {
	members, err := e.Views.MembershipsOf(ctx, id)
	if err != nil || len(members) > 0 {
		return err == nil, err
	}
	known, err := e.People.Get(ctx, id)
	return len(known) > 0, err
}

// Complete does for one person what follows from their erasure, and returns the
// position of the last event that it has written, or 0. After an error Run goes on.
func (e *Eraser) Complete(ctx context.Context, id uuid.UUID) (eventlog.Position, error) {
	members, err := e.Views.MembershipsOf(ctx, id)
	if err != nil {
		return 0, err
	}
	position, err := e.remove(ctx, members)
	return position, errors.Join(err, e.People.Erase(ctx, id))
}

// remove ends memberships. Another node may have ended them just now.
func (e *Eraser) remove(ctx context.Context, members []*projections.Member) (last eventlog.Position, err error) {
	for _, m := range members {
		c := domain.RemoveMember{Agency: m.Agency, Member: m.ID}
		result, refused := commands.Run(ctx, e.Runner, domain.Agencies, c, commands.Request{Actor: system, Via: "erasure"})
		if domain.CodeOf(refused) == domain.NotFound {
			continue
		}
		err = errors.Join(err, refused)
		last = max(last, result.Position)
	}
	return last, err
}

// Run does what follows from all erasures, those of before first, until the context
// ends. It returns the context's error.
func (e *Eraser) Run(ctx context.Context) error {
	done := map[uuid.UUID]bool{}
	for {
		advanced := e.Views.Advanced()
		watched, reads := e.Views.Watch(ctx)
		err := e.pass(watched, done)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var retry <-chan time.Time
		if err != nil {
			e.Log.Error("erasing people failed", "error", err, "again", again)
			retry = time.After(again)
		}
		for basis := reads.Basis(); basis.Holds(); {
			select {
			case <-advanced:
				advanced = e.Views.Advanced()
				continue
			case <-retry:
			case <-ctx.Done():
				return ctx.Err()
			}
			break
		}
	}
}

// pass does what is not done yet. One who fails does not keep the others.
func (e *Eraser) pass(ctx context.Context, done map[uuid.UUID]bool) error {
	members, err := e.Views.ErasedMembers(ctx)
	if err != nil {
		return err
	}
	_, failed := e.remove(ctx, members)
	ids, err := e.Views.Erased(ctx)
	if err != nil {
		return errors.Join(failed, err)
	}
	for _, id := range ids {
		if done[id] {
			continue
		}
		if err := e.People.Erase(ctx, id); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		done[id] = true
	}
	return failed
}
