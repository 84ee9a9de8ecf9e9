package graph

import (
	"context"
	"time"

	"signet/graph/gen"
	"signet/internal/eventlog"
	"signet/internal/webhooks"
)

// System is what the program knows of itself.
type System struct {
	Version string
	Started time.Time
	// Stored, if any, tells how much is stored. It may count, but not for long.
	Stored func(context.Context) Stored
	// Backlog, if any, tells what webhooks are to be told.
	Backlog func(context.Context) (webhooks.Backlog, error)
	// Signed, if any, tells what was signed of the log.
	Signed func() gen.CheckpointState
	// BackedUp, if any, tells how the backups are.
	BackedUp func() gen.BackupState
}

// Stored is how much is stored, in bytes; nil where that is not known.
type Stored struct {
	Log, ReadModels, Files *int64
	FileCount              *int
	Counted                time.Time // when the files were; zero if they were not
}

const (
	// mostBehind is how many events are counted that the read models have not told of.
	mostBehind = 1000
	// askedFor is how long the log is asked how it is.
	askedFor = 2 * time.Second
)

func (r *Resolver) systemState(ctx context.Context) *gen.SystemState {
	outside(ctx)
	node := r.nodeState(ctx)
	state := &gen.SystemState{Version: r.System.Version, Started: r.System.Started, Position: node.Position, AsOf: node.AsOf, Writable: node.Writable}
	state.Head, state.Behind = r.behind(ctx, node.Position)
	if node.AsOf != nil {
		now := r.Runner.Clock()
		lag := int(max(now.Sub(*node.AsOf), r.Views.States(now)[0].Lag, 0) / time.Second)
		state.LagSeconds = &lag
	}
	if r.System.Signed != nil {
		signed := r.System.Signed()
		state.Checkpoint = &signed
	}
	if r.System.BackedUp != nil {
		made := r.System.BackedUp()
		state.Backup = &made
	}
	return state
}

// behind tells where the log ends, and how many events that is after a position; nil
// for what can't be told now.
func (r *Resolver) behind(ctx context.Context, position eventlog.Position) (head *eventlog.Position, events *int) {
	outside(ctx)
	if !eventlog.HealthOf(r.Runner.Log).Up {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askedFor)
	defer cancel()
	end, err := r.Runner.Log.Head(ctx)
	if err != nil {
		return nil, nil
	}
	n := 0
	if end <= position {
		return &end, &n
	}
	for e, err := range r.Runner.Log.Follow(ctx, position) {
		if err != nil {
			return &end, nil
		}
		if !e.CaughtUp {
			n++
		}
		if e.CaughtUp || n == mostBehind {
			break
		}
	}
	return &end, &n
}

func (r *Resolver) storage(ctx context.Context) *gen.StorageState {
	outside(ctx)
	if r.System.Stored == nil {
		return &gen.StorageState{}
	}
	s := r.System.Stored(ctx)
	state := &gen.StorageState{Log: s.Log, ReadModels: s.ReadModels, Files: s.Files, FileCount: s.FileCount}
	if !s.Counted.IsZero() {
		state.Counted = &s.Counted
	}
	return state
}

func (r *Resolver) backlog(ctx context.Context) (*gen.WebhookBacklog, error) {
	outside(ctx)
	if r.System.Backlog == nil {
		return nil, nil
	}
	b, err := r.System.Backlog(ctx)
	if err != nil {
		return nil, err
	}
	backlog := &gen.WebhookBacklog{Pending: b.Pending, Retrying: b.Retrying, Failed: b.Failed}
	if !b.Oldest.IsZero() {
		backlog.Oldest = &b.Oldest
	}
	return backlog, nil
}
