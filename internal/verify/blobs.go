package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"signet/assets"
	"signet/domain"
)

// blob is what is there under a digest.
type blob struct {
	intact bool
	size   int64
}

// readBlobs reads every blob in the order of the digests, which is that of the
// store's list.
func (r *run) readBlobs(ctx context.Context) error {
	for stat, err := range r.store.List(ctx) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case assets.AsError(err) != nil:
			r.find(StrayFile, "store", "%v", err)
			continue
		case err != nil:
			return fmt.Errorf("verify: list the blobs: %w", err)
		}
		err = r.store.Verify(ctx, stat.Ref)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.find(BlobCorrupt, string(stat.Ref), "%v", err)
		}
		r.report.Blobs++
		r.report.Bytes += stat.Size
		r.stored[string(stat.Ref)] = blob{intact: err == nil, size: stat.Size}
		r.tell()
	}
	return ctx.Err()
}

// checkPointers checks what an event points at.
func (r *run) checkPointers(ctx context.Context, place string, event domain.Event) error {
	switch e := event.(type) {
	case domain.VersionDrafted:
		return r.checkFiles(ctx, place, e.Content.Files)
	case domain.VersionRevised:
		return r.checkFiles(ctx, place, e.Content.Files)
	case domain.AssetDownloaded:
		if e.Digest != "" { // a version without files, as a part of the kit
			r.there(place, e.Digest)
		}
	case domain.AuditReported:
		for _, f := range e.Opened {
			if f.Evidence.Picture != "" {
				r.there(place, f.Evidence.Picture)
			}
		}
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
		info, err := assets.Describe(ctx, r.store, assets.Ref(f.Digest)) // a ref, since it is in the list
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			r.findOnce(BlobMismatch, f.Digest, "its type can't be told (%v), it is %s by the event at %s", err, f.MediaType, place)
		case string(info.Media) != f.MediaType:
			r.findOnce(BlobMismatch, f.Digest, "it is %s, and %s by the event at %s", info.Media, f.MediaType, place)
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
