package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"signet/assets/disk"
	"signet/internal/commands"
	"signet/internal/eventlog/sqlite"
	"signet/projections"
)

// What lies in a data directory. The store adds blobs/ and staged/.
const (
	defaultData      = "./signet-data"
	logFile          = "log.db"
	viewsFile        = "views.db"
	renditionsFolder = "renditions"
)

// registry is an open data directory. The lock on its log makes it this
// process's alone.
type registry struct {
	dir    string
	log    *sqlite.Log
	store  *disk.Store
	views  *projections.Views
	runner *commands.Runner

	stop     context.CancelFunc // ends following; nil when nobody follows
	followed chan error         // is sent how following ended
}

// mustExist refuses a folder that holds no registry, for verbs that should not
// begin one.
func mustExist(dir string) error {
	_, err := os.Stat(filepath.Join(dir, logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return badInput(fmt.Errorf("there is no registry in %s", dir), "name its folder with --data; signet serve and signet import begin one")
	}
	return err
}

// openLog opens the log alone, and makes the folder, for this user only, if it is
// missing.
func openLog(dir string) (*sqlite.Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return sqlite.Open(filepath.Join(dir, logFile))
}

// openRegistry opens, or begins, the registry in dir. The log comes first: its
// lock guards the rest.
func openRegistry(dir string) (*registry, error) {
	log, err := openLog(dir)
	if err != nil {
		return nil, err
	}
	r := &registry{dir: dir, log: log, runner: &commands.Runner{Log: log, Clock: time.Now}}
	if r.store, err = disk.Open(dir); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.views, err = projections.Open(filepath.Join(dir, viewsFile)); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// follow lets the read models follow the log until stopFollowing.
func (r *registry) follow(ctx context.Context, p *progress) {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.followed = stop, make(chan error, 1)
	go func() {
		r.followed <- r.views.CatchUp(inner, r.log, p.position)
	}()
}

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
	if r.store != nil {
		err = errors.Join(err, r.store.Close())
	}
	return errors.Join(err, r.log.Close())
}

// watch returns why the read models have stopped following, if they do so before
// the context ends.
func (r *registry) watch(ctx context.Context) error {
	for {
		advanced := r.views.Advanced()
		if _, err := r.views.Ready(); err != nil {
			return err
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
func withRegistry(cmd *cobra.Command, dir string, do func(context.Context, *registry) error) (err error) {
	if err := mustExist(dir); err != nil {
		return err
	}
	reg, err := openRegistry(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.Close()) }()
	if err := reg.catchUp(cmd.Context(), newProgress(cmd.ErrOrStderr(), "read models")); err != nil {
		return err
	}
	return do(cmd.Context(), reg)
}
