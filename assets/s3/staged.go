package s3

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"signet/assets"
)

// staged is an upload in the cache folder.
type staged struct {
	store *Store
	in    *incoming
	size  int64
}

// Stage is [assets.Store].Stage. Nothing is sent before the upload is published.
func (s *Store) Stage(ctx context.Context) (assets.Staged, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	in, err := s.cache.create()
	if err != nil {
		return nil, err
	}
	return &staged{store: s, in: in}, nil
}

func (u *staged) Write(p []byte) (int, error) {
	n, err := u.in.file.Write(p)
	u.size += int64(n)
	return n, told(err)
}

func (u *staged) ReadAt(p []byte, off int64) (int, error) { return u.in.file.ReadAt(p, off) }

// Publish sends the bytes in one request. If it fails nothing is in the bucket, or
// all of it is and only the answer was lost; it may be called again.
func (u *staged) Publish(ctx context.Context, ref assets.Ref) error {
	if u.in.ended {
		return fs.ErrClosed
	}
	key, err := u.store.bucket.key(ref)
	if err != nil {
		return err
	}
	if err := u.store.ready(ctx); err != nil {
		return err
	}
	if err := u.store.bucket.put(ctx, key, ref, u.in.file, u.size); err != nil {
		if errors.Is(err, ErrRefused) {
			// Other bytes than the name says, and it may be here that they are.
			bad := assets.Rehash(ctx, ref, io.NewSectionReader(u.in.file, 0, u.size))
			return errors.Join(bad, err)
		}
		return err
	}
	// The blob is safe; a file that can't be removed is swept at the next start.
	_ = u.in.discard()
	return nil
}

// Discard is [assets.Staged].Discard.
func (u *staged) Discard() error { return u.in.discard() }
