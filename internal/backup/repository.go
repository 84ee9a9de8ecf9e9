package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"time"
)

// Repository keeps files that are not changed any more. Names are relative, with
// slashes, of lower-case letters, digits and ".-TZ". Its adapters are the packages
// folder and bucket; package repotest is the suite that they pass. All methods are
// safe for concurrent use. An error that is none of the named ones means that the
// repository could not do its work, or is the context's.
type Repository interface {
	// Put writes a file, whole and durable, or not at all: it is seen by nobody
	// before. What has the name already is replaced: it is the same, or damaged. The
	// content's own errors are passed on, and nothing is written.
	Put(ctx context.Context, name string, c Content) error
	// Create is Put for a file that is not there: of several at once one
	// succeeds, the others get an error that is fs.ErrExist.
	Create(ctx context.Context, name string, c Content) error
	// Get opens a file, or returns an error that is fs.ErrNotExist.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// List yields the files whose names begin with the prefix, which is empty or
	// ends with a slash, in the order of the names. An error ends it.
	List(ctx context.Context, prefix string) iter.Seq2[File, error]
	// Delete removes a file; one that is not there is no error.
	Delete(ctx context.Context, name string) error
}

// File is one of a listing.
type File struct {
	Name     string
	Size     int64     // bytes
	Modified time.Time // when it was written, by the clock of whoever keeps it
}

// Content is what is to be written.
type Content struct {
	Size int64 // bytes
	Sum  [sha256.Size]byte
	// Open returns the bytes from their beginning; an adapter that tries again calls
	// it again. The reader fails instead of handing out bytes that are not of Sum.
	Open func(context.Context) (io.ReadCloser, error)
}

// Bytes is content that is in memory.
func Bytes(b []byte) Content {
	return Content{Size: int64(len(b)), Sum: sha256.Sum256(b), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// checked is content of which the bytes are compared with size and sum while they
// are handed out: the last of them only if all are right.
func checked(size int64, sum [sha256.Size]byte, open func(context.Context) (io.ReadCloser, error)) Content {
	return Content{Size: size, Sum: sum, Open: func(ctx context.Context) (io.ReadCloser, error) {
		r, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return newChecking(r, size, sum), nil
	}}
}

// checking is a reader that knows what it has to read.
type checking struct {
	r    io.ReadCloser
	left int64
	want [sha256.Size]byte
	h    interface {
		io.Writer
		Sum(b []byte) []byte
	}
	err error // that every further read returns
}

// errOtherBytes: what was read is not what the name or the list says.
var errOtherBytes = errors.New("the bytes are not those of its SHA-256")

func newChecking(r io.ReadCloser, size int64, want [sha256.Size]byte) *checking {
	c := &checking{r: r, left: size, want: want, h: sha256.New()}
	if size == 0 && want != sha256.Sum256(nil) {
		c.err = errOtherBytes
	}
	return c
}

func (c *checking) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if c.left == 0 {
		// A byte more would be wrong, too.
		switch n, err := io.ReadFull(c.r, make([]byte, 1)); {
		case n > 0:
			c.err = errOtherBytes
		default:
			c.err = err
		}
		return 0, c.err
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	_, _ = c.h.Write(p[:n]) // never fails, by its documentation
	c.left -= int64(n)
	switch {
	case c.left == 0 && [sha256.Size]byte(c.h.Sum(nil)) != c.want:
		c.err = errOtherBytes
		return 0, c.err
	case c.left > 0 && errors.Is(err, io.EOF):
		err = fmt.Errorf("%d bytes are missing: %w", c.left, errOtherBytes)
	case errors.Is(err, io.EOF):
		err = nil // told by the next read
	}
	if err != nil {
		c.err = err
	}
	return n, err
}

func (c *checking) Close() error { return c.r.Close() }

// fetch opens a file of which size and sum are known. Its reader ends with an
// *Error of code RepositoryDamaged when the bytes are others.
func fetch(ctx context.Context, repo Repository, name string, size int64, sum [sha256.Size]byte) (io.ReadCloser, error) {
	r, err := repo.Get(ctx, name)
	if err != nil {
		return nil, told(ctx, name, err)
	}
	return &fetched{newChecking(r, size, sum), ctx, name}, nil
}

type fetched struct {
	*checking

	ctx  context.Context //nolint:containedctx // of the one read that it is for
	name string
}

func (f *fetched) Read(p []byte) (int, error) {
	n, err := f.checking.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = told(f.ctx, f.name, err)
	}
	return n, err
}

// told gives an error of a repository its meaning.
func told(ctx context.Context, name string, err error) error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return damaged(name, "it is missing").from(err)
	case errors.Is(err, errOtherBytes):
		return damaged(name, "").from(err)
	}
	return &Error{Code: RepositoryUnavailable, Leaf: -1, File: name, Err: err}
}

// put writes a file and reads it back.
func put(ctx context.Context, repo Repository, name string, c Content) error {
	if err := repo.Put(ctx, name, c); err != nil {
		return told(ctx, name, err)
	}
	return compare(ctx, repo, name, c.Size, c.Sum)
}

// compare reads a file and sees that it is what was written.
func compare(ctx context.Context, repo Repository, name string, size int64, sum [sha256.Size]byte) error {
	r, err := fetch(ctx, repo, name, size, sum)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// shortSum is what a name has of a sum.
func shortSum(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:8]) }

// parseSum reads a whole sum.
func parseSum(text string) (sum [sha256.Size]byte, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != text {
		return sum, fmt.Errorf("%.80q is no SHA-256", text)
	}
	return [sha256.Size]byte(b), nil
}
