package rendition

import (
	"context"
	"errors"
	"image"

	"signet/assets"
	"signet/assets/resvg"
)

// vector makes a rendition of an SVG file that has been checked. It is drawn at
// its final size, so that it is as sharp as it can be; only Stretch resamples.
func (m *Maker) vector(ctx context.Context, file []byte, natural image.Point, s Spec) (*image.NRGBA, error) {
	box := s.inner()
	drawn, err := m.drawn(ctx, file, natural, s.Fit, box)
	if err != nil {
		return nil, err
	}
	size := drawn.Rect.Size()
	p := plan{size: box, canvas: box}
	switch s.Fit {
	case Stretch:
		drawn = resample(drawn, window{right: float64(size.X), bottom: float64(size.Y)}, box)
	case Cover:
		drawn = resample(drawn, middleOf(size, box), box)
	case Pad:
		p.size = size
	case Contain, Inside:
		p.size, p.canvas = size, size
	}
	if p, err = p.padded(s); err != nil {
		return nil, err
	}
	return onCanvas(drawn, p, s), nil
}

// middleOf is the part of that size, on whole pixels, so that nothing is scaled.
func middleOf(size, part image.Point) window {
	at := size.Sub(part).Div(2)
	end := at.Add(part)
	return window{left: float64(at.X), top: float64(at.Y), right: float64(end.X), bottom: float64(end.Y)}
}

// drawn draws the file so that it fits into the box, or covers it. Which side
// decides is guessed from the natural size, which is rounded or even unknown; if
// the guess was wrong, the other side it is.
func (m *Maker) drawn(ctx context.Context, file []byte, natural image.Point, fit Fit, box image.Point) (*image.RGBA, error) {
	covers := fit == Cover || fit == Stretch
	side, length, other := resvg.Width, box.X, box.Y
	wider := natural.X*box.Y > natural.Y*box.X
	if box.X == 0 || box.Y > 0 && wider == covers {
		side, length, other = resvg.Height, box.Y, box.X
	}
	for range 2 {
		picture, err := m.renderer.Render(ctx, file, side, length)
		if err != nil {
			return nil, told(err)
		}
		found := picture.Rect.Dy()
		if side == resvg.Height {
			found = picture.Rect.Dx()
		}
		switch {
		case found > maxDrawn, other == 0 && found > MaxSide:
			return nil, assets.ErrTooManyPixels.Because("with its proportions this picture would be too long")
		case other == 0, covers && found >= other, !covers && found <= other:
			return picture, nil
		}
		if side == resvg.Width {
			side = resvg.Height
		} else {
			side = resvg.Width
		}
		length, other = other, length
	}
	return nil, assets.ErrBrokenImage.Because("this picture has no proportions")
}

// maxDrawn leaves room for what Cover cuts off.
const maxDrawn = 2 * MaxSide

// told turns the renderer's errors into ours.
func told(err error) error {
	if errors.Is(err, resvg.ErrNotDrawn) {
		return assets.ErrBrokenImage.From(err)
	}
	return err
}
