package assets

import (
	"context"
	"io"
	"slices"
)

// Receive takes in an upload: it streams r into the store, inspects what came,
// and only then gives it a name. A refused, stopped or failed upload leaves
// nothing behind. The same content twice is one blob.
//
// limit is in bytes; of other types than those named, if any are, it is ErrUnsupportedMedia.
// Other errors are those of [Put] and [Inspect]. The caller sees to it that r does not
// block for ever (http.ResponseController.SetReadDeadline).
func Receive(ctx context.Context, store Store, r io.Reader, limit int64, types ...Media) (Info, error) {
	var info Info
	stat, err := put(ctx, store, r, limit, func(staged Staged, size int64) error {
		var err error
		info, err = Inspect(ctx, staged, size)
		if err == nil && len(types) > 0 && !slices.Contains(types, info.Media) {
			err = ErrUnsupportedMedia.Because("%s is not taken here, only %q", info.Media, types)
		}
		return err
	})
	if err != nil {
		return Info{}, err
	}
	info.Stat = stat
	descriptions.Add(stat.Ref, info.copied())
	return info, nil
}
