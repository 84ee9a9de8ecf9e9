package s3

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/minio/minio-go/v7"

	"signet/assets"
)

// errUnordered: a bucket whose listing has another order can't be read page by
// page (a directory bucket of Amazon's is such).
var errUnordered = errors.New("the names are not listed in their order")

// List is [assets.Store].List. It holds the names of one page, at most 1000.
func (s *Store) List(ctx context.Context) iter.Seq2[assets.Stat, error] {
	return func(yield func(assets.Stat, error) bool) {
		if err := s.ready(ctx); err != nil {
			yield(assets.Stat{}, err)
			return
		}
		folder, last := s.bucket.prefix+blobsFolder+"/", ""
		for {
			page, err := s.bucket.list(ctx, folder, last)
			if err != nil {
				yield(assets.Stat{}, err)
				return
			}
			for _, object := range page {
				if object.Key <= last {
					yield(assets.Stat{}, assets.ErrUnavailable.From(ErrRefused.from(errUnordered)))
					return
				}
				last = object.Key
				if err := ctx.Err(); err != nil {
					yield(assets.Stat{}, err)
					return
				}
				name := strings.TrimPrefix(object.Key, folder)
				if object.Size == 0 && isFolder(name) {
					continue
				}
				if !yield(listed(name, object)) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

// list returns a page, in an own call each: the reader of a listing may take any
// time between two of them.
func (b *bucket) list(ctx context.Context, folder, after string) (page []minio.ObjectInfo, err error) {
	err = b.watch.over(ctx, func(ctx context.Context, _ func()) error {
		page, err = b.page(ctx, folder, after, pageSize)
		return err
	})
	return page, err
}

// isFolder reports whether a name is that of blobs or of a shard: some tools that
// copy a folder make objects of the folders too.
func isFolder(name string) bool {
	shard, ok := strings.CutSuffix(name, "/")
	return name == "" || ok && len(shard) == 2 && strings.Trim(shard, "0123456789abcdef") == ""
}

// listed is the line of a listing for one object.
func listed(name string, object minio.ObjectInfo) (assets.Stat, error) {
	shard, file, _ := strings.Cut(name, "/")
	ref, err := assets.ParseRef(file)
	if err != nil || shard != string(ref[:2]) {
		return assets.Stat{}, assets.ErrInvalidRef.Because("%s/%s is no blob", blobsFolder, name)
	}
	return assets.Stat{Ref: ref, Size: object.Size}, nil
}
