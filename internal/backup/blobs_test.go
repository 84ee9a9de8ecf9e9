package backup

import (
	"bytes"
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"sync"

	"signet/assets"
)

// blobsInMemory is a store that is made at once, where package disk makes 256 folders.
type blobsInMemory struct {
	mu    sync.Mutex
	blobs map[assets.Ref][]byte
}

func newBlobs() *blobsInMemory { return &blobsInMemory{blobs: map[assets.Ref][]byte{}} }

func (s *blobsInMemory) Stage(context.Context) (assets.Staged, error) {
	return &stagedInMemory{store: s}, nil
}

func (s *blobsInMemory) get(ref assets.Ref) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, there := s.blobs[ref]
	if !there {
		return nil, assets.ErrNotFound
	}
	return content, nil
}

func (s *blobsInMemory) Open(_ context.Context, ref assets.Ref) (assets.Blob, error) {
	content, err := s.get(ref)
	return blobInMemory{bytes.NewReader(content)}, err
}

func (s *blobsInMemory) Stat(_ context.Context, ref assets.Ref) (assets.Stat, error) {
	content, err := s.get(ref)
	return assets.Stat{Ref: ref, Size: int64(len(content))}, err
}

func (s *blobsInMemory) Verify(_ context.Context, ref assets.Ref) error {
	content, err := s.get(ref)
	if err == nil && assets.RefOf(content) != ref {
		err = assets.ErrCorrupt
	}
	return err
}

func (s *blobsInMemory) List(ctx context.Context) iter.Seq2[assets.Stat, error] {
	s.mu.Lock()
	refs := slices.Sorted(maps.Keys(s.blobs))
	s.mu.Unlock()
	return func(yield func(assets.Stat, error) bool) {
		if !yield(assets.Stat{}, assets.ErrInvalidRef.Because("a stray file")) {
			return
		}
		for _, ref := range refs {
			if !yield(s.Stat(ctx, ref)) {
				return
			}
		}
	}
}

type blobInMemory struct{ *bytes.Reader }

func (blobInMemory) Close() error { return nil }

type stagedInMemory struct {
	bytes.Buffer

	store *blobsInMemory
}

func (s *stagedInMemory) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(s.Bytes()).ReadAt(p, off)
}

func (s *stagedInMemory) Publish(_ context.Context, ref assets.Ref) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.blobs[ref] = bytes.Clone(s.Bytes())
	return nil
}

func (*stagedInMemory) Discard() error { return nil }

var _ io.ReaderAt = (*stagedInMemory)(nil)
