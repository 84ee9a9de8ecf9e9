package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// background runs what accompanies the server: it ends with it, and its failure
// is logged and does not end the server.
type background struct {
	ctx    context.Context
	cancel context.CancelFunc
	log    *slog.Logger
	wait   sync.WaitGroup
}

func newBackground(ctx context.Context, log *slog.Logger) *background {
	b := &background{log: log}
	b.ctx, b.cancel = context.WithCancel(ctx)
	return b
}

// run begins a piece of work.
func (b *background) run(what string, work func(context.Context) error) {
	b.wait.Go(func() {
		if err := work(b.ctx); err != nil && !errors.Is(err, context.Canceled) {
			b.log.Error(what+" failed", "error", err)
		}
	})
}

// end stops the work, and returns when it has ended.
func (b *background) end() {
	b.cancel()
	b.wait.Wait()
}
