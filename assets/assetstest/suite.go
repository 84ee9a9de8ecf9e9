package assetstest

import (
	"testing"

	"signet/assets"
)

// Subject is a kind of store under test.
type Subject struct {
	// Open returns a new empty store, which it closes when the test ends.
	Open func(t *testing.T) assets.Store
	// Damage changes one byte of a stored blob behind the store's back,
	// without changing its length.
	Damage func(t *testing.T, store assets.Store, ref assets.Ref)
	// Leftovers counts what unfinished uploads have left behind.
	Leftovers func(t *testing.T, store assets.Store) int
}

// Run runs the suite.
func Run(t *testing.T, subject Subject) {
	t.Helper()
	for _, c := range []struct {
		title string
		test  func(t *testing.T, s Subject)
	}{
		{"what is put is read back", readsBack},
		{"a blob is named by the hash that others compute", standardHash},
		{"the empty blob is a blob", emptyBlob},
		{"ranges are read from any place, at the same time", readsRanges},
		{"what is absent is not found", absent},
		{"a name that is none is refused", invalidRef},
		{"the same content twice is one blob", sameTwice},
		{"equal content from many at once is one blob", sameAtOnce},
		{"different content from many at once is all there", differentAtOnce},
		{"nobody sees a blob before it is published", unseenBeforePublishing},
		{"a discarded upload leaves nothing", discarded},
		{"an upload that stops leaves nothing", stopped},
		{"an upload over the limit leaves nothing", overLimit},
		{"an upload of exactly the limit is kept", atLimit},
		{"a cancelled upload leaves nothing", cancelled},
		{"a context that has ended ends everything", endedContext},
		{"a reader that leaves half-way disturbs nobody", leavesHalfway},
		{"a huge blob passes through little memory", hugeBlob},
		{"the listing has every blob once, in order", listing},
		{"a listing can be left and begun again", listingLeft},
		{"a damaged blob is never read", damagedFirst},
		{"verify finds damage that came after the first reading", damagedLater},
		{"putting the content again mends a damaged blob", mended},
		{"a published upload is over", publishedTwice},
	} {
		t.Run(c.title, func(t *testing.T) { c.test(t, subject) })
	}
}
