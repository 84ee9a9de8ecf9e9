package graph

import (
	"context"
	"time"

	"signet/graph/gen"
	"signet/internal/eventlog"
	"signet/projections"
)

// AsOf is when what the read models tell was known last to be all that the log
// holds: now if the log can be reached and they follow it; zero if it never was.
func AsOf(log eventlog.Log, views *projections.Views, now time.Time) time.Time {
	if live, _ := views.Ready(); live && eventlog.HealthOf(log).Up {
		return now
	}
	return views.AsOf()
}

func (r *Resolver) nodeState(ctx context.Context) *gen.NodeState {
	outside(ctx)
	state := &gen.NodeState{Position: r.Views.Position(), Writable: eventlog.HealthOf(r.Runner.Log).Up, Mails: r.Notifier != nil && r.Notifier.Mails()}
	if asOf := AsOf(r.Runner.Log, r.Views, r.Runner.Clock()); !asOf.IsZero() {
		state.AsOf = &asOf
	}
	return state
}
