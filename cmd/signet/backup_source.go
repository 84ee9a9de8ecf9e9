package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"signet/internal/backup"
	"signet/internal/notary"
	"signet/internal/ownfile"
	"signet/internal/people"
	"signet/internal/people/sqlite"
)

// keptKeys are the keys of a folder that a backup has. Those that flags name elsewhere
// are looked after by whoever keeps them there.
var keptKeys = []string{masterFile, linksFile, backup.CheckpointKey}

// keysOf reads the keys of a folder.
func keysOf(dir string) func(context.Context) (map[string][]byte, error) {
	return func(context.Context) (map[string][]byte, error) {
		keys := map[string][]byte{}
		for _, name := range keptKeys {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			keys[name] = content
		}
		return keys, nil
	}
}

// withSource opens a registry to back it up, alone or beside a server.
func withSource(ctx context.Context, at *place, withoutKeys bool, do func(backup.Source) error) (err error) {
	if err := at.mustExist(); err != nil {
		return err
	}
	log, beside, err := openForReading(at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	files, err := at.readStore(ctx)
	if err != nil {
		return err
	}
	defer files.Close()
	members, err := openPeopleBeside(ctx, at, beside)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, members.Close()) }()
	from := backup.Source{Log: log, Blobs: files, People: members, Checkpoint: newestOf(at)}
	if !withoutKeys {
		from.Keys = keysOf(at.data)
	}
	return do(from)
}

// newestOf is the newest checkpoint of the folder, if there is one. Nothing is signed for it.
func newestOf(at *place) func(context.Context) (backup.Checkpoint, error) {
	return func(ctx context.Context) (backup.Checkpoint, error) {
		b, err := openBook(ctx, at, "")
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, notary.ErrNone) { // nothing was signed yet
			return backup.Checkpoint{}, nil
		}
		if err != nil {
			return backup.Checkpoint{}, err
		}
		defer b.Close() //nolint:errcheck // it was only read
		c, err := b.newest(ctx, notary.Latest)
		if errors.Is(err, notary.ErrNone) {
			return backup.Checkpoint{}, nil
		}
		return backup.Checkpoint{Note: string(c.Note), VerifierKey: b.key.VerifierKey()}, err
	}
}

const (
	// copies is what the copy of people.db is called while it is read.
	copies = "signet-people-"
	// copyTries is how often a copy is begun again because the server wrote meanwhile.
	copyTries = 20
	copyPause = 50 * time.Millisecond
)

// openPeopleBeside opens who the members are; if a server has the file for itself, it is
// a copy of it, which goes when it is closed.
func openPeopleBeside(ctx context.Context, at *place, beside bool) (people.Store, error) {
	store, err := at.openPeople(ctx)
	if !beside || !errors.Is(err, ownfile.ErrInUse) {
		return store, err
	}
	dir, err := os.MkdirTemp("", copies)
	if err != nil {
		return nil, err
	}
	err = copyPeople(ctx, filepath.Join(at.data, peopleFile), filepath.Join(dir, peopleFile))
	if err == nil {
		store, err = asPeople(sqlite.Open(filepath.Join(dir, peopleFile), time.Now))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return peopleCopy{store, dir}, nil
}

// peopleCopy is a store of which the files go with it.
type peopleCopy struct {
	people.Store

	dir string
}

func (c peopleCopy) Close() error { return errors.Join(c.Store.Close(), os.RemoveAll(c.dir)) }

// copyPeople copies a SQLite file of which the owner holds the lock. What was committed
// is in the file or in the write-ahead log beside it, which is only ever added to until it
// begins anew with another salt: if the log is the same before and after the file was read,
// the two belong together, as after a crash.
func copyPeople(ctx context.Context, from, to string) error {
	for range copyTries {
		before, err := readOrNothing(from + "-wal")
		if err != nil {
			return err
		}
		file, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		after, err := readOrNothing(from + "-wal")
		if err != nil {
			return err
		}
		if bytes.Equal(before, after) {
			return errors.Join(os.WriteFile(to, file, 0o600), os.WriteFile(to+"-wal", after, 0o600))
		}
		timer := time.NewTimer(copyPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
	return fmt.Errorf("%s changes all the time", from)
}

func readOrNothing(name string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}
