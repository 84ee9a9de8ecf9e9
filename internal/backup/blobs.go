package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"signet/assets"
)

const (
	listPrefix = blobFolder + "list-"
	// atOnce is how many blobs are copied at once: object storage answers slowly.
	atOnce = 8
)

// blobFile is the name of a blob in the repository.
func blobFile(ref assets.Ref) string { return blobFolder + string(ref[:2]) + "/" + string(ref) }

// blobs copies the blobs that are missing, and writes the list of all. Store and
// repository are read in step, both in order, so that memory does not grow with them.
func (r *running) blobs(ctx context.Context, _ *Snapshot) error {
	list, err := newLister()
	if err != nil {
		return err
	}
	defer list.discard()
	there, stop := iter.Pull2(r.repo.List(ctx, blobFolder))
	defer stop()
	kept, err := nextBlob(ctx, there)
	if err != nil {
		return err
	}
	copies, inner := errgroup.WithContext(ctx)
	copies.SetLimit(atOnce)
	var added, files, seen atomic.Int64
	err = r.eachBlob(ctx, list, func(stat assets.Stat) error {
		for kept.Name != "" && kept.Name < blobFile(stat.Ref) {
			if kept, err = nextBlob(ctx, there); err != nil {
				return err
			}
		}
		r.o.tell(PhaseBlobs, seen.Add(1), 0)
		if kept.Name == blobFile(stat.Ref) && kept.Size == stat.Size {
			return nil
		}
		copies.Go(func() error {
			files.Add(1)
			added.Add(stat.Size)
			return r.copyBlob(inner, stat)
		})
		return inner.Err()
	})
	if err := errors.Join(copies.Wait(), unless(err, inner)); err != nil {
		return err
	}
	r.out.NewBlobs = files.Load()
	r.out.Added += added.Load()
	return r.list(ctx, list)
}

// unless is the error, if it is not only that the context ended: that has a reason
// which the group tells.
func unless(err error, ctx context.Context) error { //nolint:revive // the error is what it is about
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// eachBlob lists the store.
func (r *running) eachBlob(ctx context.Context, list *lister, do func(assets.Stat) error) error {
	for stat, err := range r.from.Blobs.List(ctx) {
		if assets.AsError(err) != nil && errors.Is(err, assets.ErrInvalidRef) {
			continue // a stray file, of which signet verify tells
		}
		if err != nil {
			return err
		}
		r.next.Blobs.Count++
		r.next.Blobs.Bytes += stat.Size
		if err := errors.Join(list.add(stat), do(stat)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// copyBlob copies one. Its bytes are compared with its name on their way, and when
// they are read back.
func (r *running) copyBlob(ctx context.Context, stat assets.Stat) error {
	sum, err := parseSum(string(stat.Ref))
	if err != nil {
		return err
	}
	return put(ctx, r.repo, blobFile(stat.Ref), checked(stat.Size, sum, func(ctx context.Context) (io.ReadCloser, error) {
		return r.from.Blobs.Open(ctx, stat.Ref)
	}))
}

// nextBlob is the next one of the repository's listing; the zero File at its end.
func nextBlob(ctx context.Context, next func() (File, error, bool)) (File, error) {
	for {
		file, err, ok := next()
		if err != nil {
			return File{}, told(ctx, blobFolder, err)
		}
		if !ok || !strings.HasPrefix(file.Name, listPrefix) {
			return file, nil
		}
	}
}

// list writes the list.
func (r *running) list(ctx context.Context, l *lister) error {
	if r.next.Blobs.Count == 0 {
		return nil
	}
	c, err := l.content()
	if err != nil {
		return err
	}
	b := &r.next.Blobs
	b.List, b.ListBytes, b.SHA256 = listPrefix+hex.EncodeToString(c.Sum[:])+".zst", c.Size, hex.EncodeToString(c.Sum[:])
	r.out.Added += c.Size
	return put(ctx, r.repo, b.List, c)
}

// lister writes a list into a file of the system's, since its sum is its name, and
// with ten million blobs it does not go into memory.
type lister struct {
	file *os.File
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	enc *zstd.Encoder
}

func newLister() (*lister, error) {
	f, err := os.CreateTemp("", "signet-backup-list-")
	if err != nil {
		return nil, err
	}
	l := &lister{file: f, sum: sha256.New()}
	l.enc, err = zstd.NewWriter(io.MultiWriter(f, l.sum), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window/4))
	if err != nil {
		l.discard()
		return nil, err
	}
	return l, nil
}

func (l *lister) add(stat assets.Stat) error {
	_, err := fmt.Fprintf(l.enc, "%s %d\n", stat.Ref, stat.Size)
	return err
}

func (l *lister) content() (Content, error) {
	if err := l.enc.Close(); err != nil {
		return Content{}, err
	}
	size, err := l.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return Content{}, err
	}
	return Content{Size: size, Sum: [sha256.Size]byte(l.sum.Sum(nil)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(l.file, 0, size)), nil
	}}, nil
}

func (l *lister) discard() {
	_ = l.file.Close()
	_ = os.Remove(l.file.Name()) // the system sweeps it otherwise
}

// listed yields the blobs of a snapshot, in their order.
func listed(ctx context.Context, repo Repository, b Blobs) iter.Seq2[assets.Stat, error] {
	return func(yield func(assets.Stat, error) bool) {
		if b.Count == 0 {
			return
		}
		r, err := unpacked(ctx, repo, b.List, b.ListBytes, b.SHA256)
		if err != nil {
			yield(assets.Stat{}, err)
			return
		}
		defer r.Close()
		scan := bufio.NewScanner(r)
		var last assets.Stat
		var count, size int64
		for scan.Scan() {
			stat, err := parseBlob(scan.Bytes())
			if err == nil && stat.Ref <= last.Ref {
				err = errors.New("it is not in order")
			}
			if err != nil {
				yield(stat, damaged(b.List, "").from(err))
				return
			}
			count++
			size += stat.Size
			if last = stat; !yield(stat, nil) {
				return
			}
		}
		err = scan.Err()
		if err == nil && (count != b.Count || size != b.Bytes) {
			err = fmt.Errorf("it has %d files of %d bytes, not %d of %d", count, size, b.Count, b.Bytes)
		}
		if err != nil && CodeOf(err) == "" {
			err = damaged(b.List, "").from(err)
		}
		if err != nil {
			yield(assets.Stat{}, err)
		}
	}
}

// parseBlob reads a line of a list.
func parseBlob(line []byte) (assets.Stat, error) {
	name, length, _ := bytes.Cut(line, []byte(" "))
	ref, err := assets.ParseRef(string(name))
	if err != nil {
		return assets.Stat{}, err
	}
	size, err := strconv.ParseInt(string(length), 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != string(length) {
		return assets.Stat{}, fmt.Errorf("%.40q is no length", length)
	}
	return assets.Stat{Ref: ref, Size: size}, nil
}
