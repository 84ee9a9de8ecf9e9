package socket

import (
	"context"
	"time"
)

// watch returns an error of Still as soon as there is one: when something changed,
// when it is due, and every few seconds. It returns nil when the context ends.
func (t *Transport) watch(ctx context.Context) error {
	every := time.NewTicker(recheck)
	defer every.Stop()
	var due <-chan time.Time
	if lasts := t.Lasts(ctx); lasts > 0 {
		timer := time.NewTimer(lasts)
		defer timer.Stop()
		due = timer.C
	}
	for {
		changed := t.Changed() // before asking, so that no change is missed
		err := t.Still(ctx)
		if ctx.Err() != nil {
			return nil // nobody listens any more
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-every.C:
		case <-due:
		}
	}
}
