package rendition

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"signet/assets"
)

// StandardWidths are those of the standard renditions, in pixels: a page, a
// column, a card, a list and a mark beside a line of text.
var StandardWidths = [...]int{1600, 800, 400, 200, 64}

// StandardSpecs returns the standard renditions of an original of that kind and
// width (0: it has none, as an SVG may): one for each of StandardWidths, JPEG of
// a JPEG and else PNG, with all else as ParseSpec has it if only the width is
// asked for. A bitmap is not made larger than it is, so of a small one there are
// fewer, and none of what is no picture.
func StandardSpecs(media assets.Media, width int, c Compression) []Spec {
	if media != assets.SVG && !media.IsBitmap() {
		return nil
	}
	var specs []Spec
	for _, w := range StandardWidths {
		if media != assets.SVG && w > width {
			continue
		}
		s := Spec{Width: w, Fit: Contain, Format: PNG, Compression: c}
		if media == assets.JPEG {
			s.Format, s.Quality, s.Background, s.Compression = JPEG, DefaultQuality, white, Normal
		}
		specs = append(specs, s)
	}
	return specs
}

// Made tells of a rendition that is kept now.
type Made struct {
	Spec   Spec
	Digest assets.Ref // of its bytes
	Size   int64      // bytes
}

// Standard makes the standard renditions of an original in one go, with one
// decoding, unless they are there already: after it, Make finds each of them.
// They have the bytes that Make would give them. It takes the same turns as
// Make, one for all, and who asks for one of them meanwhile waits for it, as do
// those who call Standard for the same original. With Best, PNG files are
// smaller and other ones, which are found by compression=best alone.
//
// Errors: those of [Maker.Make]; then none of them is kept that was not before.
func (m *Maker) Standard(ctx context.Context, original assets.Ref, c Compression) ([]Made, error) {
	if c != Normal && c != Best {
		return nil, invalid("compression", "this is not best")
	}
	result := m.making.DoChan("standard "+string(c)+" "+string(original), func() (made any, err error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.options.Timeout)
		defer cancel()
		return m.standard(ctx, original, c)
	})
	timer := time.NewTimer(m.options.Timeout)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, assets.ErrTimeout
	case r := <-result:
		made, ok := r.Val.([]Made)
		if r.Err != nil || !ok {
			return nil, r.Err
		}
		return append([]Made(nil), made...), nil // one each for those who share it
	}
}

// batch is renditions of one original that are made together.
type batch struct {
	specs []Spec
	// done is closed when pictures and err are there.
	done     chan struct{}
	pictures [][]byte
	err      error
}

// standard looks for what is there, and makes the rest.
func (m *Maker) standard(ctx context.Context, original assets.Ref, c Compression) ([]Made, error) {
	var specs []Spec
	err := m.guarded(ctx, original, func() (err error) {
		specs, err = m.standardSpecs(ctx, original, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	var found []Made
	missing := &batch{done: make(chan struct{})}
	for _, s := range specs {
		kept, err := m.cache.get(ctx, Key(original, s))
		if err != nil {
			missing.specs = append(missing.specs, s)
			continue
		}
		found = append(found, Made{Spec: s, Digest: kept.digest, Size: kept.Size()})
		if err := kept.Close(); err != nil {
			return nil, err
		}
	}
	m.hits.Add(uint64(len(found)))
	m.misses.Add(uint64(len(missing.specs)))
	if len(missing.specs) > 0 {
		m.announce(original, missing)
		missing.err = m.inTurn(ctx, original, func() error { return m.together(ctx, original, missing) })
		for i, picture := range missing.pictures {
			if missing.err == nil {
				m.keep(ctx, original, Key(original, missing.specs[i]), picture)
			}
		}
		close(missing.done)
		if missing.err != nil {
			return nil, missing.err
		}
		for i, picture := range missing.pictures {
			found = append(found, Made{Spec: missing.specs[i], Digest: assets.RefOf(picture), Size: int64(len(picture))})
		}
	}
	return inOrder(specs, found), nil
}

func (m *Maker) standardSpecs(ctx context.Context, original assets.Ref, c Compression) ([]Spec, error) {
	o, err := m.open(ctx, original)
	if err != nil {
		return nil, err
	}
	defer o.blob.Close()
	specs := StandardSpecs(o.Media, o.Width, c)
	if o.Media != assets.SVG && !o.Media.IsBitmap() {
		return nil, assets.ErrNoRendition
	}
	return specs, nil
}

func inOrder(specs []Spec, found []Made) []Made {
	ordered := make([]Made, 0, len(specs))
	for _, s := range specs {
		for _, f := range found {
			if f.Spec == s {
				ordered = append(ordered, f)
			}
		}
	}
	return ordered
}

// announce makes those who ask for one of the batch wait for it. One that is
// being made already is made once more, which is rare and gives the same bytes.
func (m *Maker) announce(original assets.Ref, b *batch) {
	for i, s := range b.specs {
		m.making.DoChan(string(Key(original, s)), func() (any, error) {
			<-b.done
			if b.err != nil {
				return nil, b.err
			}
			return b.pictures[i], nil
		})
	}
}

// together makes a batch: one decoding, and then as many renditions at once as
// there are cores.
func (m *Maker) together(ctx context.Context, original assets.Ref, b *batch) error {
	o, err := m.open(ctx, original)
	if err != nil {
		return err
	}
	defer o.blob.Close()
	if err := o.prepare(ctx, b.specs...); err != nil {
		return err
	}
	pictures, errs := make([][]byte, len(b.specs)), make([]error, len(b.specs))
	var wg sync.WaitGroup
	places := make(chan struct{}, cap(m.turns))
	for i, s := range b.specs {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			defer func() {
				if r := recover(); r != nil {
					errs[i] = assets.ErrBrokenImage.From(fmt.Errorf("panic: %v", r))
				}
			}()
			pictures[i], errs[i] = m.finish(ctx, o, i, s)
		})
	}
	wg.Wait()
	b.pictures = pictures
	return errors.Join(errs...)
}
