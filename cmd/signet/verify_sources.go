package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"

	"signet/assets"
	"signet/internal/eventlog"
)

// untilHead is a log as it was when head was its last position. Blobs come before
// the events that point at them, so blobs that are listed later hold all that
// these events need, even if somebody goes on writing.
type untilHead struct {
	eventlog.Log

	head eventlog.Position
}

// Follow yields the events up to the head, the marker, and ends.
func (l untilHead) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if err != nil {
				yield(r, err)
				return
			}
			if r.CaughtUp || r.Position > l.head {
				break
			}
			after = r.Position
			if !yield(r, nil) {
				return
			}
			if after == l.head {
				break
			}
		}
		yield(eventlog.Recorded{Position: after, CaughtUp: true}, nil)
	}
}

// errReadOnly: storedBlobs takes nothing in.
var errReadOnly = errors.New("the blobs were opened for reading only")

// storedBlobs reads the blobs of package disk without opening its store, which
// sweeps uploads that are not finished: those of a server that runs beside must
// stay. Every reading checks the bytes.
type storedBlobs struct{ root *os.Root }

func openStoredBlobs(dir string) (*storedBlobs, error) {
	root, err := os.OpenRoot(dir)
	return &storedBlobs{root}, err
}

// Close lets go of the directory.
func (s *storedBlobs) Close() error { return s.root.Close() }

// blobFile is where package disk keeps a blob.
func blobFile(ref assets.Ref) string { return path.Join("blobs", string(ref[:2]), string(ref)) }

// Stage is refused.
func (s *storedBlobs) Stage(context.Context) (assets.Staged, error) { return nil, errReadOnly }

type storedBlob struct {
	*os.File
	size int64
}

func (b storedBlob) Size() int64 { return b.size }

// Open opens a blob that List has told, whose name is therefore a ref's.
func (s *storedBlobs) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	stat, err := s.Stat(ctx, ref)
	if err != nil {
		return nil, err
	}
	f, err := s.root.Open(blobFile(ref))
	if err != nil {
		return nil, err
	}
	return storedBlob{f, stat.Size}, nil
}

// Stat tells the length of a blob.
func (s *storedBlobs) Stat(ctx context.Context, ref assets.Ref) (assets.Stat, error) {
	if _, err := assets.ParseRef(string(ref)); err != nil {
		return assets.Stat{}, err
	}
	info, err := s.root.Stat(blobFile(ref))
	if errors.Is(err, fs.ErrNotExist) {
		return assets.Stat{}, assets.ErrNotFound.From(err)
	}
	if err != nil {
		return assets.Stat{}, err
	}
	return assets.Stat{Ref: ref, Size: info.Size()}, ctx.Err()
}

// Verify reads the whole blob.
func (s *storedBlobs) Verify(ctx context.Context, ref assets.Ref) error {
	blob, err := s.Open(ctx, ref)
	if err != nil {
		return err
	}
	defer blob.Close()
	return assets.Rehash(ctx, ref, blob)
}

// List yields every blob in the order of the refs, and an error for each stray
// file. Without a folder there are none.
func (s *storedBlobs) List(ctx context.Context) iter.Seq2[assets.Stat, error] {
	return func(yield func(assets.Stat, error) bool) {
		shards, err := fs.Glob(s.root.FS(), "blobs/*")
		if err != nil {
			yield(assets.Stat{}, err)
			return
		}
		for _, shard := range shards {
			entries, err := fs.ReadDir(s.root.FS(), shard)
			if err != nil {
				yield(assets.Stat{}, err)
				return
			}
			for _, entry := range entries {
				if !yield(s.listed(ctx, path.Base(shard), entry)) {
					return
				}
			}
		}
	}
}

func (s *storedBlobs) listed(ctx context.Context, shard string, entry fs.DirEntry) (assets.Stat, error) {
	ref, err := assets.ParseRef(entry.Name())
	if err != nil || !strings.HasPrefix(entry.Name(), shard) || !entry.Type().IsRegular() {
		return assets.Stat{}, assets.ErrInvalidRef.Because("%s/%s is no blob", shard, entry.Name())
	}
	stat, err := s.Stat(ctx, ref)
	if err != nil {
		return stat, fmt.Errorf("blob %s: %w", ref, err)
	}
	return stat, nil
}
