package notify

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"signet/projections"
)

// soonest bounds how often is planned while the log grows; latest, how long a day
// may have ended before what it made overdue is reported, and how long a failure
// waits.
const (
	soonest = 200 * time.Millisecond
	latest  = time.Minute
)

// run delivers while it plans, until the context ends or the plan fails. It returns when
// both have ended.
func run(ctx context.Context, deliver, plan func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	delivered := make(chan error, 1)
	go func() { delivered <- deliver(ctx) }()
	err := plan(ctx)
	cancel()
	if failed := <-delivered; err == nil || errors.Is(err, context.Canceled) {
		return failed
	}
	return err
}

// follow plans whenever the read models advance or something falls due, until the
// context ends.
func follow(ctx context.Context, views *projections.Views, now func() time.Time, log *slog.Logger, plan func(context.Context) error) error {
	for {
		advanced := views.Advanced()
		if ready, _ := views.Ready(); ready {
			if err := plan(ctx); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				log.Warn("planning what is told failed; trying again", "error", err)
			}
		}
		if err := sleep(ctx, views, now, advanced); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, views *projections.Views, now func() time.Time, advanced <-chan struct{}) error {
	wait := latest
	if next, err := views.NextNotice(ctx, now()); err == nil && !next.IsZero() {
		wait = min(wait, max(0, next.Sub(now()))+time.Millisecond)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	case <-advanced:
	}
	pause := time.NewTimer(soonest)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-pause.C:
		return nil
	}
}
