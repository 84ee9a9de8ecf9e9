package s3

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // for the tags of S3
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"path"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"

	"signet/internal/people"
)

const (
	peopleFolder = "people"
	byFolder     = "people-by"
	personSuffix = ".json"
	// probeName is an object by which it is seen whether the server heeds conditions.
	probeName = byFolder + "/probe"

	// attempts is how often something is tried that others, or the network, have
	// come in the way of.
	attempts = 20
	// tries is how often one request is sent.
	tries = 3
	// maxRecord is far more than an object has, in bytes: a person has a few
	// identities.
	maxRecord = 1 << 20
)

var (
	// ErrVersioned: the bucket keeps, or kept, versions of its objects, so that
	// nothing in it could be erased.
	ErrVersioned = errors.New("people: the bucket keeps versions, so that nobody in it could be erased; name one without")
	// ErrUnconditional: the server does not heed If-None-Match and If-Match on PUT, so
	// that nodes would overwrite each other's people.
	ErrUnconditional = errors.New("people: the server does not heed conditions of PUT (If-None-Match, If-Match)")

	errOther = errors.New("people: another node was first")
	errBusy  = fmt.Errorf("%w: others write to the same person", people.ErrUnavailable)
)

// bucket is the other side.
type bucket struct {
	core            *minio.Core
	name, prefix    string
	patience, pause time.Duration
	// summed: the server's tags are the MD5 of the content, as those of one PUT mostly
	// are. Then they are computed from what was read: there are servers that answer with
	// the content of one state and the tag of the next, and whoever believed it would
	// overwrite what they have not seen.
	summed bool
}

func (b bucket) key(name string) string { return path.Join(b.prefix, name) }

func personName(id uuid.UUID) string { return path.Join(peopleFolder, id.String()+personSuffix) }

// sumOf is a tag that is a sum.
func sumOf(content []byte) string {
	sum := md5.Sum(content) //nolint:gosec // it is what the server compares, and hides nothing
	return hex.EncodeToString(sum[:])
}

// check sees that the bucket keeps no versions, that the server heeds conditions, and
// what its tags are.
func (b *bucket) check(ctx context.Context) error {
	var versioning minio.BucketVersioningConfiguration
	err := b.call(ctx, func(ctx context.Context) (err error) {
		versioning, err = b.core.GetBucketVersioning(ctx, b.name)
		return err
	})
	if err != nil && minio.ToErrorResponse(errors.Unwrap(err)).StatusCode != http.StatusNotImplemented {
		return fmt.Errorf("whether the bucket keeps versions: %w", err)
	}
	if versioning.Status != "" { // also "Suspended": what was written before is kept
		return fmt.Errorf("%w: %s", ErrVersioned, b.name)
	}
	probe, err := json.Marshal(claim{})
	if err != nil {
		return err
	}
	if err := b.put(ctx, probeName, claim{}, ""); err != nil && !errors.Is(err, errOther) {
		return err
	}
	for _, state := range []string{"", "00000000000000000000000000000000"} {
		switch err := b.put(ctx, probeName, claim{}, state); {
		case err == nil:
			return ErrUnconditional
		case !errors.Is(err, errOther):
			return err
		}
	}
	tag, err := b.get(ctx, probeName, &claim{})
	b.summed = err == nil && tag == sumOf(probe)
	return err
}

// call makes a request, again if it fails in passing.
func (b bucket) call(ctx context.Context, request func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, b.patience)
	defer cancel()
	var err error
	for try := range tries {
		if try > 0 {
			timer := time.NewTimer(b.pause<<(try-1) + rand.N(b.pause))
			select {
			case <-timer.C:
			case <-limited.Done():
				timer.Stop()
			}
		}
		if err = limited.Err(); err == nil {
			err = request(limited)
		}
		if err == nil || limited.Err() != nil || !isPassing(err) {
			break
		}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return unavailable{err}
}

// unavailable is what the server, or the way to it, says.
type unavailable struct{ error }

func (u unavailable) Unwrap() error        { return u.error }
func (u unavailable) Is(target error) bool { return target == people.ErrUnavailable }

// isPassing tells whether the same request may succeed another time.
func isPassing(err error) bool {
	status := minio.ToErrorResponse(err).StatusCode
	return status == 0 || status >= http.StatusInternalServerError && status != http.StatusNotImplemented ||
		status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
}

// statusOf is the status that the server answered with, or 0.
func statusOf(err error) int {
	var answer minio.ErrorResponse
	if errors.As(err, &answer) {
		return answer.StatusCode
	}
	return 0
}

// get reads an object, and returns the tag of its state; none if it is not there.
func (b bucket) get(ctx context.Context, name string, into any) (tag string, err error) {
	err = b.call(ctx, func(ctx context.Context) error {
		body, info, _, err := b.core.GetObject(ctx, b.name, b.key(name), minio.GetObjectOptions{})
		if err != nil {
			return err
		}
		defer body.Close()
		content, err := io.ReadAll(io.LimitReader(body, maxRecord))
		if err != nil {
			return err
		}
		if tag = info.ETag; b.summed {
			tag = sumOf(content)
		}
		return json.Unmarshal(content, into)
	})
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.Code == minio.NoSuchKey {
		return "", nil
	}
	return tag, err
}

// put writes an object whose state has the tag, or that is not there if the tag is
// empty: errOther if that is not so.
func (b bucket) put(ctx context.Context, name string, content any, tag string) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	options := minio.PutObjectOptions{ContentType: "application/json", CacheControl: "no-store"}
	if tag == "" {
		options.SetMatchETagExcept("*")
	} else {
		options.SetMatchETag(tag)
	}
	err = b.call(ctx, func(ctx context.Context) error {
		_, err := b.core.PutObject(ctx, b.name, b.key(name), bytes.NewReader(text), int64(len(text)), "", "", options)
		return err
	})
	switch statusOf(err) {
	case http.StatusPreconditionFailed, http.StatusConflict: // 409: another one is on its way
		return errOther
	case http.StatusNotFound: // what was to be replaced is not there
		if tag != "" {
			return errOther
		}
	}
	return err
}

func (b bucket) remove(ctx context.Context, name string) error {
	return b.call(ctx, func(ctx context.Context) error {
		return b.core.RemoveObject(ctx, b.name, b.key(name), minio.RemoveObjectOptions{})
	})
}

// person reads a person; the zero record if there is none.
func (b bucket) person(ctx context.Context, id uuid.UUID) (record, string, error) {
	var r record
	tag, err := b.get(ctx, personName(id), &r)
	return r, tag, err
}

// change changes a person, in a state that nobody else changes meanwhile. Do may be
// called several times.
func (b bucket) change(ctx context.Context, id uuid.UUID, do func(*record) error) error {
	for range attempts {
		before, tag, err := b.person(ctx, id)
		if err != nil {
			return err
		}
		after := before
		if err := do(&after); err != nil {
			return err
		}
		if after.equal(before) {
			return nil
		}
		if err := b.put(ctx, personName(id), after, tag); !errors.Is(err, errOther) {
			return err
		}
	}
	return errBusy
}

// ids yields the ids that there are people, or were, for, in order.
func (b bucket) ids(ctx context.Context) iter.Seq2[uuid.UUID, error] {
	return func(yield func(uuid.UUID, error) bool) {
		owner := false
		for object := range b.core.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.key(peopleFolder) + "/", FetchOwner: &owner}) {
			if object.Err != nil {
				yield(uuid.Nil, unavailable{object.Err})
				return
			}
			if id := idOf(object.Key); id != uuid.Nil && !yield(id, nil) {
				return
			}
		}
		if ctx.Err() != nil {
			yield(uuid.Nil, ctx.Err())
		}
	}
}
