package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"signet/domain"
)

// blob is what is there under a digest.
type blob struct {
	intact bool
	size   int64
}

// readBlobs reads every blob in the order of the digests, so that findings have
// the same order whatever the store's is.
func (r *run) readBlobs(ctx context.Context) error {
	var digests []string
	for digest, err := range r.blobs.All(ctx) {
		if err != nil {
			return fmt.Errorf("verify: list the blobs: %w", err)
		}
		digests = append(digests, digest)
	}
	slices.Sort(digests)
	for _, digest := range slices.Compact(digests) {
		if err := ctx.Err(); err != nil {
			return err
		}
		size, sum, err := r.hash(ctx, digest)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.report.Blobs++
		r.report.Bytes += size
		r.stored[digest] = blob{intact: err == nil && sum == digest, size: size}
		switch {
		case err != nil:
			r.find(BlobCorrupt, digest, "it can't be read: %v", err)
		case sum != digest:
			r.find(BlobCorrupt, digest, "its %d bytes have the digest %s", size, sum)
		}
		r.tell()
	}
	return nil
}

// hash reads a blob. It hashes anew, since what is asked is whether the store
// can still be trusted.
func (r *run) hash(ctx context.Context, digest string) (size int64, sum string, err error) {
	in, err := r.blobs.Open(ctx, digest)
	if err != nil {
		return 0, "", err
	}
	defer in.Close()
	h := sha256.New()
	if size, err = io.Copy(h, &cancelled{ctx, in}); err != nil {
		return size, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx context.Context //nolint:containedctx // lives no longer than the copy that it ends
	in  io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(p)
}

// checkPointers checks what an event points at.
func (r *run) checkPointers(ctx context.Context, place string, event domain.Event) error {
	switch e := event.(type) {
	case domain.VersionDrafted:
		return r.checkFiles(ctx, place, e.Content.Files)
	case domain.VersionRevised:
		return r.checkFiles(ctx, place, e.Content.Files)
	case domain.AssetDownloaded:
		r.there(place, e.Digest)
	}
	return nil
}

func (r *run) checkFiles(ctx context.Context, place string, files []domain.File) error {
	for _, f := range files {
		stored, there := r.there(place, f.Digest)
		if !there || !stored.intact { // then it has been said
			continue
		}
		if stored.size != f.Size {
			r.findOnce(BlobMismatch, f.Digest, "it has %d bytes, and %d by the event at %s", stored.size, f.Size, place)
		}
		media, err := r.blobs.MediaType(ctx, f.Digest)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			r.findOnce(BlobMismatch, f.Digest, "its type can't be told (%v), it is %s by the event at %s", err, f.MediaType, place)
		case media != f.MediaType:
			r.findOnce(BlobMismatch, f.Digest, "it is %s, and %s by the event at %s", media, f.MediaType, place)
		}
	}
	return nil
}

// there finds a blob that an event points at.
func (r *run) there(place, digest string) (blob, bool) {
	r.used[digest] = true
	stored, there := r.stored[digest]
	if !there {
		r.findOnce(BlobMissing, digest, "it is not there; the event at %s points at it", place)
	}
	return stored, there
}

// findOnce lists a finding about a blob, once however many events point at it.
func (r *run) findOnce(code Code, digest, sentence string, args ...any) {
	key := string(code) + digest
	if r.told[key] {
		return
	}
	r.told[key] = true
	r.find(code, digest, sentence, args...)
}

// noteUnused notes the blobs that no event points at.
func (r *run) noteUnused() {
	var unused []string
	for digest := range r.stored {
		if !r.used[digest] {
			unused = append(unused, digest)
		}
	}
	slices.Sort(unused)
	for _, digest := range unused {
		r.note(BlobUnused, digest, "no event points at it: an upload that was never used")
	}
}

// isContext tells whether an error is that of an ended context.
func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
