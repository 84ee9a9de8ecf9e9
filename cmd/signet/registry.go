package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/people"
	"signet/projections"
)

// What lies in a data directory. The store adds blobs/ and staged/.
const (
	defaultData      = "./signet-data"
	logFile          = "log.db"
	nodeFile         = "node.lock" // beside a log that is elsewhere
	viewsFile        = "views.db"
	renditionsFolder = "renditions"
	objectsFolder    = "objects" // what is kept here of object storage
)

// registry is an open registry. The lock on its log, or beside one that is
// elsewhere, makes the folder this process's alone.
type registry struct {
	dir    string
	log    eventlog.Log
	store  store
	people people.Store
	views  *projections.Views
	runner *commands.Runner

	shown    atomic.Pointer[progress] // is told how far the read models have come
	stop     context.CancelFunc       // ends following; nil when nobody follows
	followed chan error               // is sent how following ended
}

// openRegistry opens, or begins, the registry in a place. The log comes first: its
// lock guards the rest.
func openRegistry(ctx context.Context, p *place) (*registry, error) {
	log, err := p.openLog()
	if err != nil {
		return nil, err
	}
	r := &registry{dir: p.data, log: log, runner: &commands.Runner{Log: log, Clock: time.Now}}
	if r.store, err = p.openStore(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.people, err = p.openPeople(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.views, err = projections.Open(filepath.Join(p.data, viewsFile)); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// follow lets the read models follow the log until stopFollowing.
func (r *registry) follow(ctx context.Context, p *progress) {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.followed = stop, make(chan error, 1)
	r.show(p)
	go func() {
		r.followed <- r.views.CatchUp(inner, r.log, func(done eventlog.Position) { r.shown.Load().position(done) })
	}()
}

// show lets progress be told from now on; nil ends that.
func (r *registry) show(p *progress) { r.shown.Store(p) }

// stopFollowing ends follow, and tells why it had ended before, if it had.
func (r *registry) stopFollowing() error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	r.stop = nil
	if err := <-r.followed; !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// catchUp returns when the read models tell all that the log holds. After it they
// go on following.
func (r *registry) catchUp(ctx context.Context, p *progress) error {
	head, err := r.log.Head(ctx)
	if err != nil {
		return err
	}
	p.of(int64(head))
	r.follow(ctx, p)
	defer p.end()
	return r.views.WaitFor(ctx, head)
}

// Close closes whatever is open, the log last.
func (r *registry) Close() error {
	err := r.stopFollowing()
	if r.views != nil {
		err = errors.Join(err, r.views.Close())
	}
	if r.people != nil {
		err = errors.Join(err, r.people.Close())
	}
	if r.store != nil {
		err = errors.Join(err, r.store.Close())
	}
	return errors.Join(err, r.log.Close())
}

// watch tells when the read models stop following, and when they go on, until the
// context ends.
func (r *registry) watch(ctx context.Context, log *slog.Logger) error {
	following := true
	for {
		advanced := r.views.Advanced()
		ready, err := r.views.Ready()
		switch {
		case err != nil && following:
			following = false
			log.Error("the read models do not follow the log", "error", err)
		case ready && !following:
			following = true
			log.Info("the read models follow the log again")
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return nil
		}
	}
}

// withRegistry opens a registry that is there, and lets its read models catch up
// before something is done with it.
func withRegistry(cmd *cobra.Command, p *place, do func(context.Context, *registry) error) (err error) {
	if err := p.mustExist(); err != nil {
		return err
	}
	reg, err := openRegistry(cmd.Context(), p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.Close()) }()
	if err := reg.catchUp(cmd.Context(), newProgress(cmd.ErrOrStderr(), "read models")); err != nil {
		return err
	}
	return do(cmd.Context(), reg)
}
