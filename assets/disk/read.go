package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"syscall"

	"signet/assets"
)

// blob is an open file with its length.
type blob struct {
	*os.File
	size int64
}

func (b blob) Size() int64 { return b.size }

// Read implements io.Reader.
func (b blob) Read(p []byte) (int, error) {
	n, err := b.File.Read(p)
	return n, told(err)
}

// ReadAt implements io.ReaderAt.
func (b blob) ReadAt(p []byte, off int64) (int, error) {
	n, err := b.File.ReadAt(p, off)
	return n, told(err)
}

// Open is [assets.Store].Open; the package's comment tells when it reads the
// whole file.
func (s *Store) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	f, found, err := s.openFile(ctx, ref)
	if err != nil {
		return nil, err
	}
	if known, ok := s.checked.Get(ref); !ok || known != found {
		// One reading serves all who wait for the same blob, so it outlives
		// the request that began it.
		result := s.checking.DoChan(string(ref), func() (any, error) {
			return nil, s.Verify(context.WithoutCancel(ctx), ref)
		})
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case r := <-result:
			err = r.Err
		}
	}
	if err == nil && !s.isChecked(ref, found) {
		// It was replaced between the opening and the reading.
		err = s.verifyFile(ctx, ref, f, found)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return blob{File: f, size: found.size}, nil
}

func (s *Store) isChecked(ref assets.Ref, found identity) bool {
	known, ok := s.checked.Get(ref)
	return ok && known == found
}

// Verify is [assets.Store].Verify.
func (s *Store) Verify(ctx context.Context, ref assets.Ref) error {
	f, found, err := s.openFile(ctx, ref)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.verifyFile(ctx, ref, f, found)
}

// verifyFile reads f and remembers, or forgets, that it holds what ref names.
func (s *Store) verifyFile(ctx context.Context, ref assets.Ref, f *os.File, found identity) error {
	if err := assets.Rehash(ctx, ref, io.NewSectionReader(f, 0, found.size)); err != nil {
		s.checked.Remove(ref)
		return told(err)
	}
	s.checked.Add(ref, found)
	return nil
}

func (s *Store) openFile(ctx context.Context, ref assets.Ref) (*os.File, identity, error) {
	if err := ctx.Err(); err != nil {
		return nil, identity{}, err
	}
	name, err := place(ref)
	if err != nil {
		return nil, identity{}, err
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, identity{}, told(err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, identity{}, told(err)
	}
	found := identity{size: info.Size(), modified: info.ModTime()}
	if system, ok := info.Sys().(*syscall.Stat_t); ok {
		found.inode = system.Ino
	}
	return f, found, nil
}

// List is [assets.Store].List. It holds the names of one shard at a time.
func (s *Store) List(ctx context.Context) iter.Seq2[assets.Stat, error] {
	return func(yield func(assets.Stat, error) bool) {
		shards, err := fs.ReadDir(s.root.FS(), blobsFolder)
		if s.create == nil && errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(assets.Stat{}, err)
			return
		}
		for _, shard := range shards {
			entries, err := fs.ReadDir(s.root.FS(), path.Join(blobsFolder, shard.Name()))
			if err != nil {
				yield(assets.Stat{}, err)
				return
			}
			for _, entry := range entries {
				if err := ctx.Err(); err != nil {
					yield(assets.Stat{}, err)
					return
				}
				if !yield(listed(shard.Name(), entry)) {
					return
				}
			}
		}
	}
}

// listed is the line of a listing for one file.
func listed(shard string, entry fs.DirEntry) (assets.Stat, error) {
	ref, err := assets.ParseRef(entry.Name())
	if err != nil || !strings.HasPrefix(entry.Name(), shard) || !entry.Type().IsRegular() {
		return assets.Stat{}, assets.ErrInvalidRef.Because("%s/%s/%s is no blob", blobsFolder, shard, entry.Name())
	}
	info, err := entry.Info()
	if err != nil {
		return assets.Stat{}, err
	}
	return assets.Stat{Ref: ref, Size: info.Size()}, nil
}
