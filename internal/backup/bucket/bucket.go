// Package bucket keeps a backup repository in S3-compatible storage. A file is one
// object, sent in one request of known length, which S3 makes visible all at once or not
// at all; the request is signed with its SHA-256, so that the server refuses bytes that
// were damaged on their way.
//
// The key that is used lists, gets, puts and deletes; in a bucket that keeps versions,
// or that locks them for some time, what is deleted stays as a version until then.
package bucket

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"signet/internal/backup"
)

const (
	// tries is how often a request is sent.
	tries           = 3
	defaultPatience = 2 * time.Minute
	defaultPause    = 200 * time.Millisecond
)

// Options say where the repository is.
type Options struct {
	// Core reaches the server.
	Core *minio.Core
	// Bucket is there already; Prefix stands before all names, without slashes around
	// it, and may be empty.
	Bucket, Prefix string
	// Patience bounds each request, but those that read or list; zero means two minutes.
	Patience time.Duration
	// Pause is before a request is sent again, and grows; zero means 200 ms.
	Pause time.Duration
}

// Repository is a bucket, or a part of it. It implements backup.Repository.
type Repository struct{ o Options }

var _ backup.Repository = (*Repository)(nil)

// Open returns the repository. Nothing is asked yet.
func Open(o Options) *Repository {
	o.Patience, o.Pause = cmp.Or(o.Patience, defaultPatience), cmp.Or(o.Pause, defaultPause)
	return &Repository{o}
}

func (r *Repository) key(name string) string { return path.Join(r.o.Prefix, name) }

// call makes a request, again if it fails in passing.
func (r *Repository) call(ctx context.Context, request func(context.Context) error) error {
	var err error
	for try := range tries {
		if try > 0 {
			timer := time.NewTimer(r.o.Pause<<(try-1) + rand.N(r.o.Pause))
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return ctx.Err()
			}
		}
		limited, cancel := context.WithTimeout(ctx, r.o.Patience)
		err = request(limited)
		cancel()
		if err == nil || ctx.Err() != nil || !isPassing(err) {
			break
		}
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// isPassing tells whether the same request may succeed another time.
func isPassing(err error) bool {
	var content contentError
	status := statusOf(err)
	return !errors.As(err, &content) && (status == 0 || status >= http.StatusInternalServerError && status != http.StatusNotImplemented ||
		status == http.StatusTooManyRequests || status == http.StatusRequestTimeout)
}

// statusOf is the status that the server answered with, or 0.
func statusOf(err error) int {
	var answer minio.ErrorResponse
	if errors.As(err, &answer) {
		return answer.StatusCode
	}
	return 0
}

// contentError is what the content itself says.
type contentError struct{ error }

func (c contentError) Unwrap() error { return c.error }

// Put is that of backup.Repository.
func (r *Repository) Put(ctx context.Context, name string, c backup.Content) error {
	return r.put(ctx, name, c, minio.PutObjectOptions{})
}

// Create is that of backup.Repository. Which of several is the first is decided by the
// server (If-None-Match, RFC 9110, section 13.1.2).
func (r *Repository) Create(ctx context.Context, name string, c backup.Content) error {
	var options minio.PutObjectOptions
	options.SetMatchETagExcept("*")
	err := r.put(ctx, name, c, options)
	switch statusOf(err) {
	case http.StatusPreconditionFailed, http.StatusConflict: // 409: another one is on its way
		return fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	return err
}

func (r *Repository) put(ctx context.Context, name string, c backup.Content, options minio.PutObjectOptions) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q is no name: %w", name, fs.ErrInvalid)
	}
	options.ContentType = "application/octet-stream"
	options.UserMetadata = map[string]string{"X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(c.Sum[:])}
	options.DisableContentSha256 = true // of pieces; that of the whole is given
	return r.call(ctx, func(ctx context.Context) error {
		from, err := c.Open(ctx)
		if err != nil {
			return contentError{err}
		}
		defer from.Close()
		watched := &watched{r: from}
		_, err = r.o.Core.PutObject(ctx, r.o.Bucket, r.key(name), watched, c.Size, "", hex.EncodeToString(c.Sum[:]), options)
		if watched.err != nil {
			return contentError{watched.err}
		}
		return err
	})
}

// watched remembers what was wrong with content, which is no reason to send it again.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// Get is that of backup.Repository.
func (r *Repository) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	var body io.ReadCloser
	var err error
	for try := range tries {
		if try > 0 {
			timer := time.NewTimer(r.o.Pause<<(try-1) + rand.N(r.o.Pause))
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return nil, ctx.Err()
			}
		}
		body, _, _, err = r.o.Core.GetObject(ctx, r.o.Bucket, r.key(name), minio.GetObjectOptions{})
		if err == nil || ctx.Err() != nil || !isPassing(err) {
			break
		}
	}
	var answer minio.ErrorResponse
	switch {
	case err == nil:
		return body, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &answer) && answer.Code == minio.NoSuchKey:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return nil, err
}

// List is that of backup.Repository.
func (r *Repository) List(ctx context.Context, prefix string) iter.Seq2[backup.File, error] {
	return func(yield func(backup.File, error) bool) {
		inner, cancel := context.WithCancel(ctx)
		defer cancel()
		root := ""
		if r.o.Prefix != "" {
			root = r.o.Prefix + "/"
		}
		owner := false
		for object := range r.o.Core.ListObjectsIter(inner, r.o.Bucket, minio.ListObjectsOptions{Prefix: root + prefix, Recursive: true, FetchOwner: &owner}) {
			if object.Err != nil {
				yield(backup.File{}, cmp.Or(ctx.Err(), object.Err))
				return
			}
			if strings.HasSuffix(object.Key, "/") {
				continue // a folder that some tool has made
			}
			if !yield(backup.File{Name: strings.TrimPrefix(object.Key, root), Size: object.Size, Modified: object.LastModified}, nil) {
				return
			}
		}
		if ctx.Err() != nil {
			yield(backup.File{}, ctx.Err())
		}
	}
}

// Delete is that of backup.Repository.
func (r *Repository) Delete(ctx context.Context, name string) error {
	err := r.call(ctx, func(ctx context.Context) error {
		return r.o.Core.RemoveObject(ctx, r.o.Bucket, r.key(name), minio.RemoveObjectOptions{})
	})
	if statusOf(err) == http.StatusNotFound {
		return nil
	}
	return err
}
