package projections_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"signet/domain"
	"signet/internal/eventlog"
)

// refusing is a log that can't be read while it refuses.
type refusing struct {
	eventlog.Log

	refuses atomic.Bool
}

func (l *refusing) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if l.refuses.Load() {
				yield(eventlog.Recorded{}, eventlog.ErrUnavailable)
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestReadModelsGoOnWhenTheStorageDoes(t *testing.T) {
	for name, c := range map[string]struct {
		refuse, heal func(*registry, *refusing) error
	}{
		"the log": {
			func(_ *registry, l *refusing) error { l.refuses.Store(true); return nil },
			func(_ *registry, l *refusing) error { l.refuses.Store(false); return nil },
		},
		"the disk of the read models": {
			func(r *registry, _ *refusing) error { return r.views.Limit(1) },
			func(r *registry, _ *refusing) error { return r.views.Limit(1 << 20) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := emptyRegistry(t, t.TempDir())
				log := &refusing{Log: r.log}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- r.views.CatchUp(ctx, log, nil) }()
				synctest.Wait()
				if err := c.refuse(r, log); err != nil {
					t.Fatal(err)
				}
				position := must(r, domain.Agencies, domain.RegisterAgency{Key: party, Name: domain.Texts{"vi": strings.Repeat("Ban ", 2000)}}, operator)
				synctest.Wait()
				if ready, err := r.views.Ready(); ready || err == nil {
					t.Errorf("ready: %t, %v", ready, err)
				}
				if err := r.views.WaitFor(ctx, position); err == nil {
					t.Error("it can be read")
				}
				if err := c.heal(r, log); err != nil {
					t.Fatal(err)
				}
				for r.views.Position() < position { // which takes until the next attempt
					<-r.views.Advanced()
				}
				synctest.Wait()
				if ready, err := r.views.Ready(); !ready || err != nil {
					t.Errorf("ready: %t, %v", ready, err)
				}
				cancel()
				if err := <-ended; !errors.Is(err, context.Canceled) {
					t.Errorf("it ended with %v", err)
				}
				r.close()
			})
		})
	}
}
