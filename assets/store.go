package assets

import (
	"context"
	"errors"
	"io"
	"iter"
)

// Store keeps blobs. There is no way to delete one: what was approved once can
// be asked for ever.
//
// All methods may be called at the same time, and give up with the context's
// error when it ends. assetstest holds the suite that every store passes.
type Store interface {
	// Stage opens a place for the bytes of a blob whose name is not known yet.
	// Nobody else sees it until it is published.
	Stage(ctx context.Context) (Staged, error)
	// Open returns a blob, or ErrNotFound, or ErrCorrupt if the bytes are not
	// those that the name says. When a store checks the bytes is its own to
	// document, but no reader gets the bytes of a blob that was found damaged.
	// The caller closes it.
	Open(ctx context.Context, ref Ref) (Blob, error)
	// Stat tells the length of a blob without reading it, or ErrNotFound.
	Stat(ctx context.Context, ref Ref) (Stat, error)
	// Verify reads a blob from where it is kept, whatever was checked before,
	// and returns ErrNotFound, or ErrCorrupt if its bytes have changed.
	Verify(ctx context.Context, ref Ref) error
	// List yields every blob in the order of the refs. A stray thing that is
	// no blob is yielded as an error of its own, after which the listing goes
	// on; after an error of the store it ends. A blob published while it runs
	// may be missing.
	List(ctx context.Context) iter.Seq2[Stat, error]
}

// Stat is what a store knows of a blob without reading it.
type Stat struct {
	Ref  Ref
	Size int64 // bytes
}

// Blob is an open blob. ReadAt may be called at the same time as everything
// else; Read and Seek share one place, as in a file.
type Blob interface {
	io.ReadSeekCloser
	io.ReaderAt
	// Size is the length in bytes.
	Size() int64
}

// Staged is bytes on their way into a store. It is for one goroutine.
type Staged interface {
	// Write appends.
	io.Writer
	// ReadAt reads what was written, so that it can be inspected first.
	io.ReaderAt
	// Publish makes the bytes durable under their name, all at once: when it
	// returns nil they survive a loss of power, and before that nobody sees
	// any of them. Publishing what is there already is fine, and mends the
	// blob if it was damaged. The caller vouches that ref is the hash of what
	// was written: use Put or Receive.
	Publish(ctx context.Context, ref Ref) error
	// Discard forgets the bytes. After Publish it does nothing, so that it can
	// be deferred.
	Discard() error
}

// Put streams r to its end into the store and returns the blob's name and
// length. Nothing is left behind when it fails: with ErrTooLarge when r holds
// more than limit bytes, ErrInterrupted when r ends with another error than
// io.EOF, ErrNoSpace, or the context's error. It takes any bytes; uploads go
// through [Receive].
func Put(ctx context.Context, store Store, r io.Reader, limit int64) (Stat, error) {
	return put(ctx, store, r, limit, func(Staged, int64) error { return nil })
}

// put is Put that asks check about the bytes before they are published.
func put(ctx context.Context, store Store, r io.Reader, limit int64, check func(Staged, int64) error) (_ Stat, err error) {
	staged, err := store.Stage(ctx)
	if err != nil {
		return Stat{}, err
	}
	defer func() { err = errors.Join(err, staged.Discard()) }()
	ref, size, err := hashTo(ctx, staged, &limitedReader{r: r, left: limit, limit: limit})
	if err != nil {
		return Stat{}, err
	}
	if err := check(staged, size); err != nil {
		return Stat{}, err
	}
	if err := staged.Publish(ctx, ref); err != nil {
		return Stat{}, err
	}
	return Stat{Ref: ref, Size: size}, nil
}

// limitedReader fails with ErrTooLarge at the first byte after the limit, where
// io.LimitedReader would end as if all were well; and it tells a reader that
// broke from a store that did.
type limitedReader struct {
	r           io.Reader
	left, limit int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		return 0, ErrTooLarge.Because("there are more than %d bytes", l.limit)
	}
	l.left -= int64(n)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, broken(err)
}

// broken tells what a failing reader means: its own refusal, such as that of a
// reader with a lower limit, the end of a context, or an upload that stopped.
func broken(err error) error {
	if AsError(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ErrInterrupted.From(err)
}
