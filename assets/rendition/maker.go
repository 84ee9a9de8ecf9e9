package rendition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"signet/assets"
	"signet/assets/resvg"
)

// Defaults of Options.
const (
	DefaultCacheBytes = 1 << 30
	DefaultWaiting    = 64
	DefaultTimeout    = 20 * time.Second
)

// Options says how a Maker works; the zero value is good.
type Options struct {
	// CacheBytes limits the files that are kept; 0 means DefaultCacheBytes.
	CacheBytes int64
	// Workers is how many renditions are made at once; 0 means one per core.
	// Each may take up to 0.5 GB for a moment.
	Workers int
	// Waiting is how many different ones may wait for their turn before the
	// next is refused with ErrBusy; 0 means DefaultWaiting.
	Waiting int
	// Timeout limits making one, with the waiting; 0 means DefaultTimeout.
	Timeout time.Duration
	// Logger is told what no caller sees; nil means slog.Default().
	Logger *slog.Logger
}

// Maker makes renditions of the originals of a store and keeps them. It may be
// used by many goroutines at once.
type Maker struct {
	store    assets.Store
	cache    *cache
	renderer *resvg.Renderer
	options  Options

	making  singleflight.Group
	turns   chan struct{} // holds one element per rendition in the making
	waiting atomic.Int64

	hits, misses atomic.Uint64
}

// Rendition is a picture that was made. The caller closes it.
type Rendition struct {
	io.ReadSeekCloser
	// Digest names exactly these bytes, as for an entity tag.
	Digest assets.Ref
	Media  assets.Media
	Size   int64 // bytes
}

// New returns a Maker that keeps its files below dir, which is made if it is
// missing. The caller closes it.
func New(store assets.Store, dir string, o Options) (*Maker, error) {
	if o.CacheBytes <= 0 {
		o.CacheBytes = DefaultCacheBytes
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Waiting <= 0 {
		o.Waiting = DefaultWaiting
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	kept, err := openCache(filepath.Join(dir, "pictures"), o.CacheBytes)
	if err != nil {
		return nil, fmt.Errorf("renditions: %w", err)
	}
	return &Maker{
		store: store, cache: kept, options: o, turns: make(chan struct{}, o.Workers),
		renderer: resvg.New(resvg.Options{CacheDir: filepath.Join(dir, "renderer")}),
	}, nil
}

// Warm prepares the SVG renderer, so that the first logo does not wait for it.
// It takes up to some seconds, and is best called in a goroutine after the start.
func (m *Maker) Warm(ctx context.Context) error { return m.renderer.Warm(ctx) }

// Close stops the renderer and lets go of the directory.
func (m *Maker) Close(ctx context.Context) error {
	return errors.Join(m.renderer.Close(ctx), m.cache.close())
}

// Make returns the rendition of an original. Errors: those of [Spec.Check] and
// of the store's Open; assets.ErrNoRendition for what is no picture;
// ErrTooManyPixels, ErrUnsafeSVG and ErrBrokenImage for one that can't be drawn;
// ErrBusy and ErrTimeout, after which the same request may succeed; and the
// context's error. Many callers who ask for the same wait for one making.
func (m *Maker) Make(ctx context.Context, original assets.Ref, s Spec) (*Rendition, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	key := Key(original, s)
	if kept, err := m.cache.get(ctx, key); err == nil {
		m.hits.Add(1)
		return &Rendition{ReadSeekCloser: kept, Digest: kept.digest, Media: s.Format.Media(), Size: kept.Size()}, nil
	}
	m.misses.Add(1)
	// Those who wait may leave; it is finished for those who stay, or the next.
	result := m.making.DoChan(string(key), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.options.Timeout)
		defer cancel()
		return m.fresh(ctx, original, key, s)
	})
	timer := time.NewTimer(m.options.Timeout)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, assets.ErrTimeout
	case r := <-result:
		picture, ok := r.Val.([]byte)
		if r.Err != nil || !ok {
			return nil, r.Err
		}
		return &Rendition{
			ReadSeekCloser: inMemory{bytes.NewReader(picture)}, Digest: assets.RefOf(picture),
			Media: s.Format.Media(), Size: int64(len(picture)),
		}, nil
	}
}

// Counts tells how many renditions were there already, and how many were not.
func (m *Maker) Counts() (hits, misses uint64) { return m.hits.Load(), m.misses.Load() }

// inMemory is a rendition that has just been made.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// fresh makes a rendition when its turn comes, and keeps it.
func (m *Maker) fresh(ctx context.Context, original, key assets.Ref, s Spec) ([]byte, error) {
	var picture []byte
	err := m.inTurn(ctx, original, func() (err error) {
		picture, err = m.render(ctx, original, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	m.keep(ctx, original, key, picture)
	return picture, nil
}

// inTurn runs what makes pictures of an original when its turn comes.
func (m *Maker) inTurn(ctx context.Context, original assets.Ref, work func() error) error {
	if err := m.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { <-m.turns }()
	return m.guarded(ctx, original, work)
}

// guarded runs what reads an original: a panic in it becomes an error.
func (m *Maker) guarded(ctx context.Context, original assets.Ref, work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			m.options.Logger.ErrorContext(ctx, "a picture made the code panic", "original", original, "panic", r)
			err = assets.ErrBrokenImage.From(fmt.Errorf("panic: %v", r))
		}
	}()
	err = work()
	if errors.Is(err, context.DeadlineExceeded) {
		return assets.ErrTimeout.From(err)
	}
	return err
}

// keep puts a rendition into the cache, if it can.
func (m *Maker) keep(ctx context.Context, original, key assets.Ref, picture []byte) {
	if err := m.cache.put(key, picture); err != nil {
		// It has been made, and can be made again.
		m.options.Logger.WarnContext(ctx, "a rendition could not be kept", "original", original, "error", err)
	}
}

// takeTurn waits until fewer than Workers renditions are being made.
func (m *Maker) takeTurn(ctx context.Context) error {
	select {
	case m.turns <- struct{}{}:
		return nil
	default:
	}
	defer m.waiting.Add(-1)
	if m.waiting.Add(1) > int64(m.options.Waiting) {
		return assets.ErrBusy
	}
	select {
	case m.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return assets.ErrBusy.From(ctx.Err())
	}
}
