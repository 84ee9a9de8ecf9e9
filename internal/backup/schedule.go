package backup

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// firstPause is how long is waited after a first failure; it doubles with each
	// further one, up to the period.
	firstPause = time.Minute
	// settling is how long after its start a server is left alone.
	settling = 5 * time.Second
)

// State tells how the backups of a running registry go.
type State struct {
	// Snapshot is the newest one that is known, and At when it was made (UTC);
	// empty and zero if there is none.
	Snapshot string
	At       time.Time
	// Events, and Bytes of events and files, are what that snapshot holds; Added is
	// how many bytes were written into the repository for it, 0 if an earlier
	// process made it.
	Events, Bytes, Added int64
	// Took is how long it took; 0 if an earlier process made it.
	Took time.Duration
	// Failed is when the last attempt failed, and Err why, with a stable code in
	// it; zero and empty after a success.
	Failed time.Time
	Err    string
	// Next is when the next attempt is due.
	Next time.Time
}

// ScheduleOptions say what a Schedule does.
type ScheduleOptions struct {
	// Every is the period, at least a minute.
	Every time.Duration
	// Repository opens where backups go; it is asked for each attempt, so that one
	// that is away at the start may come back. What has a method Close is closed.
	Repository func(context.Context) (Repository, error)
	Source     Source
	Retention  Retention
	// Version is that of the program.
	Version string
	Log     *slog.Logger
}

// Schedule makes backups in the background.
type Schedule struct {
	o ScheduleOptions

	mu      sync.Mutex
	state   State         // guarded by mu
	changed chan struct{} // guarded by mu: closed when the state changes
}

// NewSchedule returns one that does nothing before Run.
func NewSchedule(o ScheduleOptions) *Schedule {
	o.Every = max(o.Every, time.Minute)
	return &Schedule{o: o, changed: make(chan struct{})}
}

// State tells how it goes. On a nil Schedule it is the zero State.
func (s *Schedule) State() State {
	if s == nil {
		return State{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Changed returns what is closed when the state changes; ask for it before State.
func (s *Schedule) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *Schedule) set(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Run makes a backup whenever one is due, until the context ends: soon after the
// start if the newest of the repository is older than the period, and then once in
// each period. After a failure it tries again with growing pauses. It returns the
// context's error.
func (s *Schedule) Run(ctx context.Context) error {
	failures := 0
	known := false
	next := time.Now().Add(settling)
	for {
		s.set(func(now *State) { now.Next = next.UTC() })
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		var err error
		if known {
			err = s.once(ctx)
		} else if next, err = s.look(ctx); err == nil {
			known = true
			continue
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			failures++
			next = time.Now().Add(s.pause(failures))
			s.o.Log.Error("the backup failed", "error", err, "code", CodeOf(err), "next", next.UTC())
			s.set(func(now *State) { now.Failed, now.Err = time.Now().UTC(), err.Error() })
		default:
			failures = 0
			next = time.Now().Add(s.o.Every)
		}
	}
}

// pause is how long is waited after so many failures.
func (s *Schedule) pause(failures int) time.Duration {
	return min(firstPause<<min(failures-1, 10), s.o.Every)
}

// look finds the newest snapshot, so that what is known of it outlives the process,
// and tells when the first backup is due: now, when that is longer ago than the period,
// or in the future, which is a clock's mistake.
func (s *Schedule) look(ctx context.Context) (time.Time, error) {
	repo, err := s.o.Repository(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer closed(repo)
	newest, err := Newest(ctx, repo)
	now := time.Now()
	if CodeOf(err) == SnapshotUnknown {
		return now, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	s.set(func(state *State) {
		state.Snapshot, state.At, state.Events, state.Bytes = newest.Name, newest.Time, newest.Events, newest.Bytes()
		state.Failed, state.Err = time.Time{}, ""
	})
	if age := now.Sub(newest.Time); age < 0 || age >= s.o.Every {
		return now, nil
	}
	return newest.Time.Add(s.o.Every), nil
}

// once makes one backup.
func (s *Schedule) once(ctx context.Context) error {
	repo, err := s.o.Repository(ctx)
	if err != nil {
		return err
	}
	defer closed(repo)
	made, err := Run(ctx, repo, s.o.Source, Options{Version: s.o.Version, Retention: s.o.Retention})
	if made.Snapshot.Name == "" {
		return errors.Join(err, ctx.Err())
	}
	s.set(func(state *State) {
		snapshot := made.Snapshot
		*state = State{
			Snapshot: snapshot.Name, At: snapshot.Time, Events: snapshot.Events, Bytes: snapshot.Bytes(), Added: made.Added, Took: made.Took, Next: state.Next,
		}
	})
	s.o.Log.Info("backed up", "snapshot", made.Snapshot.Name, "events", made.Snapshot.Events, "added", made.Added, "took", made.Took)
	return err
}

func closed(repo Repository) {
	if c, ok := repo.(io.Closer); ok {
		_ = c.Close() // what was written is durable
	}
}
