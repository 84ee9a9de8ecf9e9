package kit

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"

	"signet/assets"
	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// Target is the registry that a kit is imported into.
type Target struct {
	Runner *commands.Runner
	Store  assets.Store
	// Future accepts steps that happen after the runner's present. They are
	// otherwise refused, with reason in_the_future.
	Future bool
}

// Report says what a kit held, and what of it was new.
type Report struct {
	Agencies, Policies, Editions, Items, Versions, Files int
	// Steps is the number of commands; Known of them had led to nothing new, since
	// the registry knew them from before.
	Steps, Known int
	// Position is that of the last step: what read models must reach to tell all.
	Position eventlog.Position
}

// Progress is told how many units of work are done. total is 0 when it is not
// known.
type Progress func(done, total int)

// Import reads a kit and carries its steps out, in the order of time, each by a
// member of the agency that took it, at the time at which it was taken.
//
// Before the first command is written, the kit has been read wholly, its files
// have been received, and every step has been rehearsed on top of what the
// registry knows: a kit that is wrong, or does not fit the registry, changes
// nothing. An import that was interrupted is taken up again by calling Import
// with the same kit: steps that have been taken are recognised by their
// idempotency keys. The same holds for a later state of the same kit, as long as
// what it tells of the past has not changed.
//
// The error is an *Error when the kit or one of its steps was refused.
func Import(ctx context.Context, fsys fs.FS, t Target, progress Progress) (Report, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	k, err := Read(ctx, fsys)
	if err != nil {
		return Report{}, err
	}
	report := k.report()
	steps := k.plan(nil)
	total := report.Files + len(steps)
	if err := k.checkActors(t, steps); err != nil {
		return Report{}, err
	}
	files, err := k.receive(ctx, t.Store, func(done int) { progress(done, total) })
	if err != nil {
		return Report{}, err
	}
	steps = k.plan(files)
	rehearsed := commands.Runner{Log: rehearse(t.Runner.Log), Clock: t.Runner.Clock}
	for n := range steps {
		if _, err := k.take(ctx, &rehearsed, &steps[n]); err != nil {
			return Report{}, err
		}
	}
	report.Steps = len(steps)
	for n := range steps {
		result, err := k.take(ctx, t.Runner, &steps[n])
		if err != nil {
			return report, err
		}
		if result.Replayed || len(result.Events) == 0 {
			report.Known++
		}
		report.Position = max(report.Position, result.Position)
		progress(report.Files+n+1, total)
	}
	return report, nil
}

// take carries one step out. A step that changes nothing is refused, unless the
// registry knew it before: it would be missing when the kit is written again.
func (k *Kit) take(ctx context.Context, r *commands.Runner, s *step) (commands.Result, error) {
	if err := ctx.Err(); err != nil {
		return commands.Result{}, err
	}
	result, err := s.run(ctx, r, s.request())
	if err == nil && len(result.Events) > 0 {
		return result, nil
	}
	refused := domain.AsError(err)
	if err != nil && refused == nil {
		return result, fmt.Errorf("kit: %s: %s: %w", s.file, s.what, err)
	}
	if s.tolerated != nil {
		known, err := s.tolerated(ctx, r)
		if err != nil {
			return result, fmt.Errorf("kit: %s: %s: %w", s.file, s.what, err)
		}
		if known {
			return result, nil
		}
	}
	if refused == nil {
		refused = domain.Refuse(domain.Conflict, "no_change", "the step changes nothing")
	}
	return result, k.refused(s, refused)
}

// refused places the refusal of a step in the kit.
func (k *Kit) refused(s *step, err *domain.Error) *Error {
	field := s.field
	if err.Field != "" {
		field = cmp.Or(s.below, s.field) + "." + err.Field
	}
	return &Error{File: s.file, Line: k.line(s.file, field), Step: s.what, Err: err}
}

// checkActors refuses steps of agencies that the kit does not register, or
// before it does, and of the future.
func (k *Kit) checkActors(t Target, steps []step) error {
	since := map[string]instant{}
	for _, a := range k.doc.Agencies {
		since[a.Key] = a.Registered
	}
	now := commands.Instant(t.Runner.Clock())
	for n := range steps {
		s := &steps[n]
		registered, known := since[s.actor.Agency]
		switch {
		case s.at.After(now) && !t.Future:
			return k.refused(s, invalid("in_the_future", "%s has not come yet", s.at.Format(instantLayout)))
		case s.actor.Roles.Has(domain.RoleOperator):
		case !known:
			return k.refused(s, domain.Refuse(domain.NotFound, "unknown_agency", "the kit has no agency %q", clip(s.actor.Agency)))
		case s.at.Before(registered.Time):
			return k.refused(s, invalid("time_order", "the agency %s was registered later, at %s", s.actor.Agency, registered.Format(instantLayout)))
		}
	}
	return nil
}

// receive gives all files to the registry's store: bytes first, events second.
func (k *Kit) receive(ctx context.Context, store assets.Store, progress func(done int)) (map[string]domain.File, error) {
	received := map[string]domain.File{}
	for n := range k.items {
		for _, v := range k.items[n].Versions {
			for _, f := range v.Content.Files {
				info, err := k.receiveOne(ctx, store, f.Path)
				if err != nil {
					return nil, err
				}
				received[f.Path] = info
				progress(len(received))
			}
		}
	}
	return received, nil
}

func (k *Kit) receiveOne(ctx context.Context, store assets.Store, name string) (domain.File, error) {
	if err := ctx.Err(); err != nil {
		return domain.File{}, err
	}
	f, err := k.fsys.Open(k.names[name])
	if err != nil {
		return domain.File{}, fmt.Errorf("kit: %w", err)
	}
	defer f.Close()
	info, err := assets.Receive(ctx, store, f, MaxAssetBytes)
	if refused := assets.AsError(err); refused != nil && refused.Status() < http.StatusInternalServerError {
		return domain.File{}, &Error{File: name, Line: refused.Line, Err: refused}
	}
	if err != nil {
		return domain.File{}, fmt.Errorf("kit: receive %s: %w", name, err)
	}
	return domain.File{
		Digest: string(info.Ref), MediaType: string(info.Media), Size: info.Size, Width: info.Width, Height: info.Height,
	}, nil
}

// report counts what the kit holds.
func (k *Kit) report() Report {
	r := Report{Agencies: len(k.doc.Agencies), Policies: len(k.doc.Policies), Editions: len(k.doc.Editions), Items: len(k.items)}
	for n := range k.items {
		r.Versions += len(k.items[n].Versions)
		for _, v := range k.items[n].Versions {
			r.Files += len(v.Content.Files)
		}
	}
	return r
}

func sameTexts(a, b domain.Texts) bool { return maps.Equal(a, b) }
