package assets

import (
	"context"
	"fmt"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
)

// rememberedInfos bounds the memory for descriptions, of some 300 bytes each.
const rememberedInfos = 1 << 14

// descriptions remembers what blobs are. It is one for all stores: a Ref names
// the same bytes everywhere, so what is known of it never changes.
var descriptions = newDescriptions(rememberedInfos)

func newDescriptions(most int) *lru.Cache[Ref, Info] {
	c, err := lru.New[Ref, Info](most)
	if err != nil {
		panic(fmt.Sprintf("assets: a cache of %d descriptions: %v", most, err)) // most is a constant
	}
	return c
}

// Describe tells what a stored blob is: its length, its media type, and as a
// picture its width and height in pixels, all by its bytes and never by what a
// caller or an event says of them.
//
// A blob that was received or described before in this process is only looked
// for; another one is opened, and [Inspect] reads its header, of an SVG all.
// Errors: those of the store's Stat and Open, and of Inspect.
func Describe(ctx context.Context, store Store, ref Ref) (Info, error) {
	stat, err := store.Stat(ctx, ref)
	if err != nil {
		return Info{}, err
	}
	if known, ok := descriptions.Get(ref); ok && known.Size == stat.Size {
		return known.copied(), nil
	}
	blob, err := store.Open(ctx, ref)
	if err != nil {
		return Info{}, err
	}
	defer blob.Close()
	info, err := Inspect(ctx, blob, blob.Size())
	if err != nil {
		return Info{}, err
	}
	info.Stat = Stat{Ref: ref, Size: blob.Size()}
	descriptions.Add(ref, info.copied())
	return info, nil
}

// copied shares nothing with the original that a caller could change.
func (i Info) copied() Info {
	i.Warnings = slices.Clone(i.Warnings)
	return i
}
