package s3

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"

	"signet/assets"
)

const (
	blobsFolder = "blobs"
	// maxPut is what one request may send
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html).
	maxPut = 5 << 30
	// pageSize is how many names one request lists at most (the same for all
	// servers, see ListObjectsV2).
	pageSize = 1000
	// markerName is an object that tells a person what the others are.
	markerName = "signet.txt"
	markerText = "The objects below blobs/ belong to a registry of signet. Each is named by the SHA-256 of its bytes.\n"
)

// bucket is the other side: it knows requests, and nothing of the cache.
type bucket struct {
	core   *minio.Core
	name   string
	prefix string // empty, or with a slash at its end
	region string
	watch  watch
	// leave closes connections that nobody uses.
	leave func()
}

func openBucket(ctx context.Context, o Options) (*bucket, error) {
	core, transport, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	b := &bucket{core: core, name: o.Bucket, region: o.Region, watch: watch{patience: o.Patience}, leave: func() {}}
	if own, ok := transport.(*http.Transport); ok && o.Transport == nil {
		b.leave = own.CloseIdleConnections
	}
	if o.Prefix != "" {
		b.prefix = o.Prefix + "/"
	}
	if err := b.check(ctx, o.CreateBucket); err != nil {
		b.leave()
		return nil, err
	}
	return b, nil
}

// check does once each thing that the store will do, so that what is missing is
// told now, and by answers that give reasons: one to HEAD can't.
func (b *bucket) check(ctx context.Context, create bool) error {
	err := b.watch.over(ctx, func(ctx context.Context, _ func()) error {
		_, err := b.page(ctx, b.prefix, "", 1)
		return err
	})
	if create && errors.Is(err, ErrBucketMissing) {
		err = b.create(ctx)
	}
	if err == nil {
		err = b.put(ctx, b.prefix+markerName, assets.RefOf([]byte(markerText)), strings.NewReader(markerText), int64(len(markerText)))
	}
	if err == nil {
		err = b.get(ctx, b.prefix+markerName, func(_ int64, body io.Reader) error {
			_, err := io.Copy(io.Discard, body)
			return err
		})
	}
	if diagnosed := (*Error)(nil); errors.As(err, &diagnosed) {
		return diagnosed
	}
	return err
}

func (b *bucket) create(ctx context.Context) error {
	return b.watch.over(ctx, func(ctx context.Context, _ func()) error {
		err := b.core.MakeBucket(ctx, b.name, minio.MakeBucketOptions{Region: b.region})
		if minio.ToErrorResponse(err).Code == minio.BucketAlreadyOwnedByYou {
			return nil // by another node that starts at the same time
		}
		return fromRemote(err)
	})
}

// key returns the name of a blob's object. A ref that was not parsed does not get
// to name one.
func (b *bucket) key(ref assets.Ref) (string, error) {
	name, err := place(ref)
	return b.prefix + name, err
}

// place is where a blob lies, in the bucket and in a folder of package disk.
func place(ref assets.Ref) (string, error) {
	if _, err := assets.ParseRef(string(ref)); err != nil {
		return "", err
	}
	return path.Join(blobsFolder, string(ref[:2]), string(ref)), nil
}

// put sends size bytes, whose hash is sum, in one request. The server refuses
// them if they are others.
func (b *bucket) put(ctx context.Context, key string, sum assets.Ref, content io.ReaderAt, size int64) error {
	if size > maxPut {
		return assets.ErrTooLarge.Because("a blob in S3 may have %d bytes", int64(maxPut))
	}
	digest, err := hex.DecodeString(string(sum))
	if err != nil {
		return assets.ErrInvalidRef.From(err)
	}
	options := minio.PutObjectOptions{
		ContentType:  "application/octet-stream",
		UserMetadata: map[string]string{"X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(digest)},
		// The sum signs the whole, instead of each piece being signed.
		DisableContentSha256: true,
	}
	return b.watch.over(ctx, func(ctx context.Context, progress func()) error {
		// Each attempt has a reader of its own: that of an attempt that failed
		// may still be read.
		body := &noted{r: io.NewSectionReader(content, 0, size), progress: progress}
		_, err := b.core.PutObject(ctx, b.name, key, body, size, "", string(sum), options)
		return fromRemote(err)
	})
}

// get asks for an object and hands its length, or -1 if the server does not say,
// and its bytes to read. If read fails because the connection did it is called
// again, with the bytes from the first one on.
func (b *bucket) get(ctx context.Context, key string, read func(size int64, body io.Reader) error) error {
	return b.watch.over(ctx, func(ctx context.Context, progress func()) error {
		body, info, _, err := b.core.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
		if err != nil {
			return fromRemote(err)
		}
		defer body.Close()
		progress()
		return read(info.Size, &noted{r: body, progress: progress, remote: true})
	})
}

// stat asks for the length of an object, in bytes.
func (b *bucket) stat(ctx context.Context, key string) (int64, error) {
	var size int64
	err := b.watch.over(ctx, func(ctx context.Context, _ func()) error {
		info, err := b.core.StatObject(ctx, b.name, key, minio.StatObjectOptions{})
		size = info.Size
		return fromRemote(err)
	})
	if !errors.Is(err, assets.ErrNotFound) {
		return size, err
	}
	// An answer to HEAD has no body, so that a bucket that is gone looks the
	// same, and a blob must not be denied for that.
	there := false
	errThere := b.watch.over(ctx, func(ctx context.Context, _ func()) error {
		var err error
		there, err = b.core.BucketExists(ctx, b.name)
		return fromRemote(err)
	})
	switch {
	case errThere != nil:
		return 0, errThere
	case !there:
		return 0, assets.ErrUnavailable.From(ErrBucketMissing)
	}
	return 0, err
}

// page returns the next objects, at most as many as asked for, whose names begin
// with the prefix and come after the one named.
func (b *bucket) page(ctx context.Context, prefix, after string, most int) ([]minio.ObjectInfo, error) {
	owner := false
	var objects []minio.ObjectInfo
	for object := range b.core.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{
		Prefix: prefix, StartAfter: after, Recursive: true, MaxKeys: most, FetchOwner: &owner,
	}) {
		if object.Err != nil {
			return nil, fromRemote(object.Err)
		}
		objects = append(objects, object)
		if len(objects) == most {
			break
		}
	}
	return objects, ctx.Err()
}

// noted is a reader that tells of its progress, and marks what failed on the
// other side.
type noted struct {
	r        io.Reader
	progress func()
	remote   bool
}

func (n *noted) Read(p []byte) (int, error) {
	read, err := n.r.Read(p)
	n.progress()
	if err != nil && !errors.Is(err, io.EOF) && n.remote {
		err = fromRemote(err)
	}
	return read, err
}
