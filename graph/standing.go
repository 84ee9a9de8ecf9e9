package graph

import (
	"context"
	"sync/atomic"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/projections"
)

// This file tells until when an answer holds: which tables it was read from, and
// how it depends on the time of the day.

// dependence notes what an operation's answer depends on beside the read models. It is
// safe for concurrent use.
type dependence struct {
	// unfit: on the very instant, on files, or on what runs outside of the read
	// models: nobody can tell until when the answer holds.
	unfit atomic.Bool
	day   atomic.Bool // on which day of the city's calendar it is
	force atomic.Bool // on what is in force now
}

type dependenceKey struct{}

func depends(ctx context.Context) *dependence {
	d, ok := ctx.Value(dependenceKey{}).(*dependence)
	if !ok {
		return new(dependence) // nobody asks
	}
	return d
}

// outside says that an answer depends on more than the read models and the time.
func outside(ctx context.Context) { depends(ctx).unfit.Store(true) }

// now is the present instant as the registry keeps instants. An answer that depends
// on it holds for that instant only: see today and inForce for others.
func (r *Resolver) now(ctx context.Context) time.Time {
	depends(ctx).unfit.Store(true)
	return r.clock()
}

// today is now, for an answer that changes only when a day of the city's calendar
// ends.
func (r *Resolver) today(ctx context.Context) time.Time {
	depends(ctx).day.Store(true)
	return r.clock()
}

// present is now, for an answer that changes only when some version begins or ends
// to be in force, as scheduled.
func (r *Resolver) present(ctx context.Context) time.Time {
	depends(ctx).force.Store(true)
	// The rows of a page are asked about at the same instant, so that they are asked
	// about together.
	if l, ok := ctx.Value(loadersKey{}).(*loaders); ok && !l.instant.IsZero() {
		return l.instant
	}
	return r.clock()
}

// asOf is the instant asked about: the present one unless another was given. What is
// to come is for members: others are told of the present instead.
func (r *Resolver) asOf(ctx context.Context, t *time.Time) time.Time {
	if t == nil || t.After(r.clock()) && !access.From(ctx).Can(domain.ReadApproved) {
		return r.present(ctx)
	}
	return *t
}

func (r *Resolver) clock() time.Time { return commands.Instant(r.Runner.Clock()) }

// watch is an operation whose answer may be kept.
type watch struct {
	*dependence

	began time.Time
	reads *projections.Reads
}

// watched begins to note what an answer depends on.
func (r *Resolver) watched(ctx context.Context) (context.Context, *watch) {
	w := &watch{dependence: new(dependence), began: r.clock()}
	ctx = context.WithValue(ctx, dependenceKey{}, w.dependence)
	ctx, w.reads = r.Views.Watch(ctx)
	return ctx, w
}

// until is the instant from which the answer of an operation holds no longer,
// although nothing is written; zero if there is none. ok is false if that can't be
// told.
func (w *watch) until(ctx context.Context, views *projections.Views) (end time.Time, ok bool) {
	if w.unfit.Load() {
		return end, false
	}
	if w.day.Load() {
		end = midnightAfter(w.began)
	}
	if w.force.Load() {
		next, err := views.NextChange(ctx, w.began)
		if err != nil {
			return end, false
		}
		if !next.IsZero() && (end.IsZero() || next.Before(end)) {
			end = next
		}
	}
	return end, true
}

// midnightAfter is the end of the city's day in which an instant lies.
func midnightAfter(t time.Time) time.Time {
	y, m, d := t.In(domain.CityZone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, domain.CityZone)
}
