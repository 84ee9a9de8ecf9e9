package bundle

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/assets"
)

// Sums remembers the CRC-32 of blobs, which a ZIP needs before the bytes. A blob
// never changes under its name, so that each is read once for all bundles. It may
// be used at the same time by many.
type Sums struct {
	known *lru.Cache[assets.Ref, sum]
}

type sum struct {
	size int64
	crc  uint32
}

// NewSums remembers those of the given number of blobs that were asked for last;
// each takes about 200 bytes. The number must be at least 1.
func NewSums(blobs int) (*Sums, error) {
	known, err := lru.New[assets.Ref, sum](blobs)
	if err != nil {
		return nil, fmt.Errorf("bundle: sums: %w", err)
	}
	return &Sums{known: known}, nil
}

// of returns the length and CRC-32 of a blob, which it reads to its end unless
// they are known. Errors are those of assets.Store.Open.
func (s *Sums) of(ctx context.Context, store assets.Store, ref assets.Ref) (sum, error) {
	if s != nil {
		if known, ok := s.known.Get(ref); ok {
			return known, nil
		}
	}
	blob, err := store.Open(ctx, ref)
	if err != nil {
		return sum{}, err
	}
	defer blob.Close()
	crc := crc32.NewIEEE()
	if err := assets.Rehash(ctx, ref, io.TeeReader(blob, crc)); err != nil {
		return sum{}, err
	}
	read := sum{size: blob.Size(), crc: crc.Sum32()}
	if s != nil {
		s.known.Add(ref, read)
	}
	return read, nil
}
