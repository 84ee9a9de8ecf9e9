package bundle

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"sort"
	"sync"

	"signet/assets"
)

// Reader reads a bundle, from any place. It holds at most one blob open. ReadAt
// may be called at the same time as everything else; Read and Seek share one
// place, as in a file. Close it.
type Reader struct {
	ctx    context.Context
	bundle *Bundle

	mu     sync.Mutex // guards what follows
	at     int64
	open   blob
	failed error // of a blob; nothing is read after it
}

// blob is the blob that is open, and its CRC-32 as far as it was read in one go.
type blob struct {
	assets.Blob

	of   int   // the segment
	read int64 // how many bytes from the beginning; -1: it was not read from there
	crc  uint32
}

// Open returns a new reader at the beginning, for a single download. It gives up
// with the context's error when that ends.
func (b *Bundle) Open(ctx context.Context) *Reader {
	return &Reader{ctx: ctx, bundle: b}
}

// Size is the length of the archive in bytes.
func (r *Reader) Size() int64 { return r.bundle.size }

// ReadAt is [io.ReaderAt]. If a blob is missing or damaged, it returns what
// stands before it and an error that wraps assets.ErrNotFound or
// assets.ErrCorrupt; so does every call after that.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readAt(p, off)
}

// Read is [io.Reader]; its errors are those of ReadAt.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n, err := r.readAt(p, r.at)
	r.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Seek is [io.Seeker].
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.bundle.size
	default:
		return 0, fmt.Errorf("bundle: seek: %w", fs.ErrInvalid)
	}
	if offset < 0 {
		return 0, fmt.Errorf("bundle: seek: %w", fs.ErrInvalid)
	}
	r.at = offset
	return offset, nil
}

// Close closes the blob that is open. Nothing can be read after it.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = fmt.Errorf("bundle: read: %w", fs.ErrClosed)
	return r.closeBlob()
}

func (r *Reader) readAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("bundle: read: %w", fs.ErrInvalid)
	}
	if r.failed != nil {
		return 0, r.failed
	}
	all := r.bundle.segments
	i := sort.Search(len(all), func(i int) bool { return all[i].start+all[i].size > off })
	for ; i < len(all) && n < len(p); i++ {
		s, from := all[i], off+int64(n)-all[i].start
		want := p[n:min(int64(len(p)), int64(n)+s.size-from)]
		if s.ref == "" {
			n += copy(want, s.bytes[from:])
			continue
		}
		read, err := r.readBlob(i, want, from)
		n += read
		if err != nil {
			return n, r.fail(fmt.Errorf("bundle: file %s: %w", s.ref, err))
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// fail remembers an error, so that nobody reads on behind it.
func (r *Reader) fail(err error) error {
	r.failed = err
	return errors.Join(err, r.closeBlob())
}

// readBlob fills p from a place in the blob of a segment. The last piece of one
// that was read from its beginning is given only if all was as it was planned.
func (r *Reader) readBlob(of int, p []byte, from int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if err := r.openBlob(of); err != nil {
		return 0, err
	}
	n, err := r.open.ReadAt(p, from)
	if n < len(p) {
		if errors.Is(err, io.EOF) {
			err = assets.ErrCorrupt.Because("the file is shorter than it was")
		}
		return n, err
	}
	if from != r.open.read {
		r.open.read = -1
		return n, nil
	}
	s := r.bundle.segments[of]
	r.open.read += int64(n)
	r.open.crc = crc32.Update(r.open.crc, crc32.IEEETable, p)
	if r.open.read == s.size && r.open.crc != s.crc {
		return 0, assets.ErrCorrupt.Because("the file has changed while it was read")
	}
	return n, nil
}

func (r *Reader) openBlob(of int) error {
	if r.open.Blob != nil && r.open.of == of {
		return nil
	}
	if err := r.closeBlob(); err != nil {
		return err
	}
	s := r.bundle.segments[of]
	b, err := r.bundle.store.Open(r.ctx, s.ref)
	if err != nil {
		return err
	}
	r.open = blob{Blob: b, of: of}
	if b.Size() != s.size {
		return assets.ErrCorrupt.Because("the file is not as long as it was")
	}
	return nil
}

func (r *Reader) closeBlob() error {
	if r.open.Blob == nil {
		return nil
	}
	err := r.open.Close()
	r.open = blob{}
	return err
}
