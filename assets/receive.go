package assets

import (
	"context"
	"io"
)

// Receive takes in an upload: it streams r into the store, inspects what came,
// and only then gives it a name. A refused, stopped or failed upload leaves
// nothing behind. The same content twice is one blob.
//
// limit is in bytes. Errors are those of [Put] and [Inspect]. The caller sees to
// it that r does not block for ever (http.ResponseController.SetReadDeadline).
func Receive(ctx context.Context, store Store, r io.Reader, limit int64) (Info, error) {
	var info Info
	stat, err := put(ctx, store, r, limit, func(staged Staged, size int64) error {
		var err error
		info, err = Inspect(ctx, staged, size)
		return err
	})
	if err != nil {
		return Info{}, err
	}
	info.Stat = stat
	descriptions.Add(stat.Ref, info.copied())
	return info, nil
}
