package catalogue

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"signet/assets"
	"signet/assets/rendition"
	"signet/internal/sight"
)

// Prints keeps the prints of pictures in a folder: taking one costs some hundredths of
// a second. What is lost or damaged is taken again. It is safe for concurrent use.
type Prints struct {
	dir   string
	maker *rendition.Maker
}

// OpenPrints keeps prints in a folder, which is made if it is not there.
func OpenPrints(dir string, maker *rendition.Maker) (*Prints, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	return &Prints{dir, maker}, nil
}

// seen is what a picture is looked at as: large enough for what a print keeps.
var seen = rendition.Spec{Width: 640, Height: 640, Fit: rendition.Inside, Format: rendition.PNG}

// Of is a Printer. What is no picture, or can't be drawn, has the zero print; so has
// what is plain, and what takes too long this time. An error is that of the store, or
// the context's.
func (p *Prints) Of(ctx context.Context, digest string) (sight.Print, error) {
	ref, err := assets.ParseRef(digest)
	if err != nil {
		return sight.Print{}, nil //nolint:nilerr // an older version may say anything
	}
	name := filepath.Join(p.dir, digest)
	if kept, err := os.ReadFile(name); err == nil {
		var taken sight.Print
		if len(kept) == 0 {
			return taken, nil
		}
		if taken.UnmarshalBinary(kept) == nil {
			return taken, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return sight.Print{}, err
	}
	taken, err := p.take(ctx, ref)
	if errors.Is(err, assets.ErrTimeout) {
		return sight.Print{}, nil // another time
	}
	if err != nil {
		return taken, err
	}
	var kept []byte
	if !taken.IsZero() {
		if kept, err = taken.MarshalBinary(); err != nil {
			return taken, err
		}
	}
	return taken, keep(name, kept)
}

// take takes the print of a picture.
func (p *Prints) take(ctx context.Context, ref assets.Ref) (sight.Print, error) {
	made, err := p.make(ctx, ref)
	if refused := assets.AsError(err); refused != nil && refused.Status() == http.StatusUnprocessableEntity {
		return sight.Print{}, nil
	}
	if err != nil {
		return sight.Print{}, err
	}
	defer made.Close()
	picture, err := png.Decode(made)
	if err != nil {
		return sight.Print{}, fmt.Errorf("catalogue: %w", err)
	}
	taken, err := sight.Of(ctx, picture)
	if errors.Is(err, sight.ErrPlain) {
		return sight.Print{}, nil
	}
	return taken, err
}

// make draws a picture. When many are being drawn already it waits for its turn, for
// the time that somebody would wait.
func (p *Prints) make(ctx context.Context, ref assets.Ref) (*rendition.Rendition, error) {
	for wait := busyWait; ; wait *= 2 {
		made, err := p.maker.Make(ctx, ref, seen)
		if !errors.Is(err, assets.ErrBusy) || wait > busyMost {
			return made, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// How long to wait for a turn, first and at most.
const (
	busyWait = 100 * time.Millisecond
	busyMost = 10 * time.Second
)

// keep writes a file that is there as a whole or not at all. Nothing is synced.
func keep(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "unfinished-*")
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("catalogue: %w", err), os.Remove(f.Name()))
	}
	return nil
}
