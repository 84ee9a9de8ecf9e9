package backup

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// begun starts a schedule in a bubble of fake time.
func begun(t *testing.T, o ScheduleOptions) *Schedule {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	s := NewSchedule(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return s
}

func passes(d time.Duration) {
	time.Sleep(d) // fake
	synctest.Wait()
}

func TestAScheduleMakesBackupsAndItsStateOutlivesIt(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(4)
	synctest.Test(t, func(t *testing.T) {
		o := ScheduleOptions{Every: 6 * time.Hour, Source: w.source(), Repository: func(context.Context) (Repository, error) { return repo, nil }}
		began := time.Now()
		s := begun(t, o)
		passes(time.Minute)
		first := s.State()
		if first.Snapshot == "" || first.Events != 4 || first.Added == 0 || first.Err != "" || first.Next.Sub(began) < 6*time.Hour || first.Next.Sub(began) > 6*time.Hour+time.Minute {
			t.Errorf("%+v", first)
		}
		passes(6 * time.Hour)
		second := s.State()
		if second.Snapshot == first.Snapshot || second.At.Sub(first.At) < 6*time.Hour {
			t.Errorf("%+v, and then %+v", first, second)
		}
		// Another process goes on, and does not begin with a backup that is not due.
		passes(time.Hour)
		third := begun(t, o)
		passes(time.Minute)
		if state := third.State(); state.Snapshot != second.Snapshot || state.Events != 4 || state.Next.Sub(second.At) != 6*time.Hour {
			t.Errorf("%+v", state)
		}
	})
	if (*Schedule)(nil).State() != (State{}) {
		t.Error("a schedule that there is not has a state")
	}
}

func TestAScheduleTriesAgainAfterAFailure(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(4)
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		away.Store(true)
		var tries atomic.Int64
		s := begun(t, ScheduleOptions{Every: 6 * time.Hour, Source: w.source(), Repository: func(context.Context) (Repository, error) {
			tries.Add(1)
			if away.Load() {
				return nil, errKilled
			}
			return repo, nil
		}})
		passes(10 * time.Minute)
		if state := s.State(); state.Err == "" || state.Failed.IsZero() || !state.Next.After(time.Now()) || tries.Load() < 3 || tries.Load() > 5 {
			t.Errorf("%+v after %d tries", state, tries.Load())
		}
		passes(30 * 24 * time.Hour)
		if tried := tries.Load(); tried > 10+4*30 {
			t.Errorf("%d tries in a month", tried)
		}
		away.Store(false)
		passes(6 * time.Hour)
		if state := s.State(); state.Err != "" || !state.Failed.IsZero() || state.Events != 4 {
			t.Errorf("%+v", state)
		}
	})
}

// A snapshot of the future is a clock's mistake, and no reason to wait for it.
func TestAScheduleDoesNotWaitForTheFuture(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(4)
	w.now = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	w.backup(repo)
	w.events(1)
	synctest.Test(t, func(t *testing.T) {
		s := begun(t, ScheduleOptions{Every: time.Hour, Source: w.source(), Repository: func(context.Context) (Repository, error) { return repo, nil }})
		passes(time.Minute)
		if state := s.State(); state.Events != 5 {
			t.Errorf("%+v", state)
		}
	})
}
