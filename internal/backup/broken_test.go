package backup

import (
	"context"
	"io"
	"iter"

	"signet/assets"
	"signet/internal/eventlog"
)

// lying hands out other bytes than those of the blob.
type lying struct{ assets.Store }

func (l lying) Open(ctx context.Context, ref assets.Ref) (assets.Blob, error) {
	blob, err := l.Store.Open(ctx, ref)
	return lyingBlob{blob}, err
}

type lyingBlob struct{ assets.Blob }

func (l lyingBlob) Read(p []byte) (int, error) {
	n, err := l.Blob.Read(p)
	if n > 0 {
		p[0] ^= 1
	}
	return n, err
}

var _ io.Reader = lyingBlob{}

// changed is a log of which the third event is another than was written.
type changed struct{ eventlog.Log }

func (c changed) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range c.Log.Follow(ctx, after) {
			if r.Position == 3 {
				r.Data = append([]byte(nil), r.Data...)
				r.Data[len(r.Data)-4] ^= 1
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
