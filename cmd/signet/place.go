package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"signet/assets"
	"signet/assets/disk"
	"signet/assets/s3"
	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/sqlite"
)

// place says where a registry is kept: all of it in one folder, or its log on a
// cluster, or its files in object storage. The folder holds what is the node's own
// in any case: the read models, what webhooks wait for, caches.
type place struct {
	data                        string
	log, prefix, user, password string // password: the file that holds it
	patience                    time.Duration
	files                       string
	cache                       byteSize // of files
	people                      string
	notes                       *slog.Logger
}

// flags gives a verb the flags that say where the registry is.
func (p *place) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&p.data, "data", defaultData, "folder that holds the registry, or what is this node's own of it")
	flags.StringVar(&p.log, "log", "", "EventStoreDB cluster that holds the log, such as esdb://node1:2113,node2:2113; the folder if left out")
	flags.StringVar(&p.prefix, "log-prefix", esdb.DefaultPrefix, "what the registry's streams on the cluster begin with")
	flags.StringVar(&p.user, "log-user", "", "user of the cluster")
	flags.StringVar(&p.password, "log-password-file", "", "file that holds the user's password")
	flags.DurationVar(&p.patience, "log-patience", 10*time.Second, "how long a write waits for a cluster that is away, before it is refused")
	flags.StringVar(&p.files, "assets", "", "object storage that holds the files, such as s3://bucket/prefix?endpoint=https://host&region=…; the folder if left out")
	flags.StringVar(&p.people, "people", "", "object storage that holds who the members are, in a bucket without versions, written as --assets is; with the files if left out")
	p.cache = s3.DefaultCacheBytes
	flags.Var(&p.cache, "assets-cache", "how much of the object storage is kept in the folder, such as 4GiB")
}

// remote tells whether the log is on a cluster.
func (p *place) remote() bool { return p.log != "" }

// mustExist refuses a folder that holds no registry, for verbs that should not
// begin one.
func (p *place) mustExist() error {
	if p.remote() {
		return nil
	}
	_, err := os.Stat(filepath.Join(p.data, logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return badInput(fmt.Errorf("there is no registry in %s", p.data), "name its folder with --data; signet serve and signet import begin one")
	}
	return err
}

// inUseError: another process works in the folder of a node.
type inUseError struct{ folder string }

func (e *inUseError) Error() string { return e.folder + " is in use by another process" }

// ownLog is a log that is this process's alone, with the folder of the node.
type ownLog struct {
	eventlog.Log

	lock *flock.Flock
}

// Close closes the log, and gives the folder back.
func (l ownLog) Close() error { return errors.Join(l.Log.Close(), l.lock.Close()) }

// Health is that of the log.
func (l ownLog) Health() eventlog.Health {
	if r, ok := l.Log.(eventlog.Remote); ok {
		return r.Health()
	}
	return eventlog.Health{Up: true}
}

// openLog opens the log, and makes the folder, for this user only, if it is
// missing. The folder is this process's alone until the log is closed.
func (p *place) openLog() (eventlog.Log, error) {
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return nil, err
	}
	if !p.remote() {
		return sqlite.Open(filepath.Join(p.data, logFile))
	}
	lock, err := ownFolder(p.data)
	if err != nil {
		return nil, err
	}
	log, err := p.openRemote()
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return ownLog{log, lock}, nil
}

// ownFolder takes a folder for this process alone, until the lock is closed.
func ownFolder(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, nodeFile), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !got {
		return nil, &inUseError{dir}
	}
	return lock, nil
}

// openRemote opens the log on the cluster.
func (p *place) openRemote() (eventlog.Log, error) {
	return openCluster(p.log, esdb.Options{Prefix: p.prefix, User: p.user, Patience: p.patience, Log: p.notes}, p.password)
}

// openCluster opens a log on a cluster.
func openCluster(connection string, o esdb.Options, passwordFile string) (eventlog.Log, error) {
	if passwordFile != "" {
		text, err := os.ReadFile(passwordFile)
		if err != nil {
			return nil, badInput(err, "--log-password-file names the file that holds the password")
		}
		o.Password = strings.TrimRight(string(text), "\r\n")
	}
	log, err := esdb.Open(connection, o)
	if errors.Is(err, esdb.ErrConnectionString) || errors.Is(err, esdb.ErrPrefix) {
		return nil, badInput(err, "such as --log esdb://node1:2113,node2:2113 --log-prefix signet")
	}
	return log, err
}

// store is where the files are, which can be closed.
type store interface {
	assets.Store
	io.Closer
}

// openStore opens where the files are.
func (p *place) openStore(ctx context.Context) (store, error) {
	if p.files == "" {
		return opened(disk.Open(p.data))
	}
	return p.openObjects(ctx, filepath.Join(p.data, objectsFolder))
}

// readStore opens where the files are to look at them, beside whoever works with
// the folder.
func (p *place) readStore(ctx context.Context) (_ store, err error) {
	if p.files == "" {
		return opened(disk.OpenReadOnly(p.data))
	}
	cache, err := os.MkdirTemp("", "signet-files-")
	if err != nil {
		return nil, err
	}
	objects, err := p.openObjects(ctx, cache)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(cache))
	}
	return temporary{objects, cache}, nil
}

// temporary is a store of which the cache goes with it.
type temporary struct {
	store

	cache string
}

func (t temporary) Close() error { return errors.Join(t.store.Close(), os.RemoveAll(t.cache)) }

func (p *place) openObjects(ctx context.Context, cache string) (store, error) {
	o, err := s3.ParseURL(p.files)
	if err != nil {
		return nil, badInput(err, "such as --assets 's3://bucket/prefix?endpoint=https://host&region=…'; the key is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	o.Cache, o.CacheBytes = cache, int64(p.cache)
	return opened(s3.Open(ctx, o))
}

// opened is a store, or nil and why there is none.
func opened[S store](s S, err error) (store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
