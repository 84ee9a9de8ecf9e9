package s3

import (
	"context"
	"errors"
	"io"

	"signet/assets"
)

// errUnsettled: a file of the cache changes faster than it can be read.
var errUnsettled = errors.New("the file in the cache does not stay as it was fetched")

// Open is [assets.Store].Open; the package's comment tells when it asks the bucket.
func (s *Store) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	if _, err := place(ref); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	defer s.cache.pin(ref)()
	// A second round is for a file that was dropped, or changed behind the back,
	// between its arrival and its opening.
	for range 2 {
		b, there, err := s.local(ctx, ref)
		if err != nil {
			return nil, err
		}
		if !there {
			if err := s.shared(ctx, &s.fetching, ref, s.fetch); err != nil {
				return nil, err
			}
			b, there, err = s.local(ctx, ref)
		}
		if err != nil {
			return nil, err
		}
		if there {
			return b, nil
		}
	}
	return nil, assets.ErrUnavailable.From(errUnsettled)
}

// fetch brings a blob from the bucket into the cache. Its bytes are compared with
// its name while they are written, and get their name only then.
func (s *Store) fetch(ctx context.Context, ref assets.Ref) (err error) {
	if b, found, err := s.cache.open(ref); err != nil {
		return err
	} else if found == good {
		return b.Close() // another reading has just ended
	}
	key, err := s.bucket.key(ref)
	if err != nil {
		return err
	}
	in, err := s.cache.create()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.discard()) }()
	err = s.bucket.get(ctx, key, func(size int64, body io.Reader) error {
		if err := in.begin(max(size, 0)); err != nil {
			return err
		}
		return assets.Rehash(ctx, ref, io.TeeReader(body, in.file))
	})
	if err != nil {
		return err
	}
	return in.adopt(ref)
}
