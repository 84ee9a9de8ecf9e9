package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"golang.org/x/sync/singleflight"

	"signet/assets"
)

// Store is an [assets.Store] in a bucket. Open makes one.
type Store struct {
	bucket *bucket
	cache  *cache

	// Readings of files and of the bucket, each for all who wait for the same
	// blob. They belong to the store, and end with it.
	checking, fetching singleflight.Group
	open               context.Context
	stop               context.CancelFunc

	mu     sync.Mutex // guards closed, and that running grows before it is waited for
	closed bool
	// running counts the readings.
	running sync.WaitGroup
}

var _ assets.Store = (*Store)(nil)

// Open opens the store in a bucket. It lists, puts and gets once, so that a store
// that opens can be used; and it locks the cache, and sweeps from it what an earlier
// process that crashed left half uploaded. The bucket is made only if the options
// ask for it. The caller closes the store.
//
// Errors are each an [Error]: ErrInvalidOptions, ErrNoCredentials, ErrCacheInUse,
// ErrBucketMissing, ErrAccessDenied, ErrWrongRegion, ErrUnreachable, ErrRefused;
// or that of the local disk or the context. A server that does not answer is given
// the time of Options.Patience for each of the three.
func Open(ctx context.Context, options Options) (*Store, error) {
	options, err := options.complete()
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	b, err := openBucket(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("blobs in %s: %w", options, err)
	}
	c, err := openCache(options.Cache, options.CacheBytes)
	if err != nil {
		b.leave()
		return nil, fmt.Errorf("blobs in %s: the cache: %w", options, err)
	}
	s := &Store{bucket: b, cache: c}
	s.open, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	return s, nil
}

// Close stops what is being fetched, waits until it has stopped, and lets go of the
// cache. Blobs that are open stay readable; uploads that are not published are
// lost. It may be called twice.
func (s *Store) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return nil
	}
	s.stop()
	s.running.Wait()
	s.bucket.leave()
	return s.cache.close()
}

// shared makes a reading of a blob, or joins one that goes on. It outlives the
// request that began it, since others may have come to wait for it.
func (s *Store) shared(ctx context.Context, group *singleflight.Group, ref assets.Ref, read func(context.Context, assets.Ref) error) error {
	result := group.DoChan(string(ref), func() (any, error) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return nil, errClosed
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		err := read(s.open, ref)
		if s.open.Err() != nil && errors.Is(err, context.Canceled) {
			err = errClosed // it is not the caller's context that has ended
		}
		return nil, err
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case r := <-result:
		return r.Err
	}
}

// errClosed: the store was closed, which happens when the program ends.
var errClosed = assets.ErrUnavailable.From(fs.ErrClosed)

// ready tells whether a call can be made at all.
func (s *Store) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.open.Err() != nil {
		return errClosed
	}
	return nil
}

// local opens a blob that is in the cache, after having it checked if that was not
// done yet. It tells whether it is there.
func (s *Store) local(ctx context.Context, ref assets.Ref) (blob, bool, error) {
	b, found, err := s.cache.open(ref)
	if found == unchecked {
		if err := s.shared(ctx, &s.checking, ref, s.cache.check); err != nil {
			return blob{}, false, err
		}
		b, found, err = s.cache.open(ref)
	}
	return b, found == good, err
}

// Stat is [assets.Store].Stat. Of a blob in the cache it needs no request.
func (s *Store) Stat(ctx context.Context, ref assets.Ref) (assets.Stat, error) {
	key, err := s.bucket.key(ref)
	if err != nil {
		return assets.Stat{}, err
	}
	if err := s.ready(ctx); err != nil {
		return assets.Stat{}, err
	}
	b, there, err := s.local(ctx, ref)
	if err != nil {
		return assets.Stat{}, err
	}
	if there {
		return assets.Stat{Ref: ref, Size: b.size}, b.Close()
	}
	size, err := s.bucket.stat(ctx, key)
	if err != nil {
		return assets.Stat{}, err
	}
	return assets.Stat{Ref: ref, Size: size}, nil
}

// Verify is [assets.Store].Verify. It reads the bucket, and drops the blob from the
// cache if it is damaged there.
func (s *Store) Verify(ctx context.Context, ref assets.Ref) error {
	key, err := s.bucket.key(ref)
	if err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		return err
	}
	err = s.bucket.get(ctx, key, func(_ int64, body io.Reader) error {
		return assets.Rehash(ctx, ref, body)
	})
	if errors.Is(err, assets.ErrCorrupt) {
		err = errors.Join(err, s.cache.drop(ref))
	}
	return err
}
