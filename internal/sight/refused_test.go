package sight

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"
)

func TestPicturesThatAreRefused(t *testing.T) {
	t.Parallel()
	g := held(t, map[string]*image.NRGBA{"8": drawing(8)}, "8")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx      context.Context
		picture  image.Image
		of, find error
	}{
		"one colour":                      {t.Context(), filled(100, 100, color.NRGBA{9, 99, 9, 255}), ErrPlain, nil},
		"nothing at all":                  {t.Context(), image.NewNRGBA(image.Rect(0, 0, 100, 100)), ErrPlain, nil},
		"no pixels":                       {t.Context(), image.NewNRGBA(image.Rectangle{}), ErrPlain, nil},
		"15 pixels":                       {t.Context(), imaging.Resize(drawing(8), 15, 15, imaging.Box), ErrPlain, nil},
		"a bar on nothing":                {t.Context(), imaging.PasteCenter(image.NewNRGBA(image.Rect(0, 0, 100, 100)), filled(60, 20, color.Black)), ErrPlain, nil},
		"a spot of 10 pixels":             {t.Context(), padding(filled(10, 10, color.Black)), ErrPlain, nil},
		"7 pixels high":                   {t.Context(), imaging.Resize(drawing(8), 300, 7, imaging.Box), ErrPlain, nil},
		"50 million pixels and some more": {t.Context(), image.NewUniform(color.White), ErrTooLarge, ErrTooLarge},
		"a context that has ended":        {ended, drawing(8), context.Canceled, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Of(c.ctx, c.picture); !errors.Is(err, c.of) {
				t.Errorf("Of: %v", err)
			}
			if matches, err := g.Find(c.ctx, c.picture); !errors.Is(err, c.find) || len(matches) > 0 {
				t.Errorf("Find: %v, %v", err, brief(matches))
			}
		})
	}
}

func padding(m *image.NRGBA) *image.NRGBA {
	return imaging.PasteCenter(imaging.New(100, 100, color.White), m)
}

// countdown is a context that ends when it has been asked a few times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

func TestFindingStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	g := held(t, map[string]*image.NRGBA{"8": drawing(8)}, "8")
	scene := banner(drawing(9), rand.New(rand.NewPCG(1, 1)), busyScene)
	for left := range 6 { // fewer than there are windows
		if _, err := g.Find(&countdown{t.Context(), left}, scene); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %d questions: %v", left, err)
		}
	}
}
