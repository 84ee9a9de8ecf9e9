package rendition

import (
	"context"
	"errors"
	"image"

	"github.com/disintegration/imaging"

	"signet/assets"
	"signet/assets/resvg"
)

// vector makes a rendition of an SVG file that has been checked. It is drawn at
// its final size, so that it is as sharp as it can be; only Stretch resamples.
func (m *Maker) vector(ctx context.Context, file []byte, natural image.Point, s Spec) (*image.NRGBA, error) {
	drawn, err := m.drawn(ctx, file, natural, s)
	if err != nil {
		return nil, err
	}
	picture := unmultiply(drawn)
	size := picture.Rect.Size()
	box := image.Pt(s.Width, s.Height)
	switch s.Fit {
	case Stretch:
		return onCanvas(imaging.Resize(picture, box.X, box.Y, imaging.Lanczos), plan{canvas: box}, s), nil
	case Cover:
		return onCanvas(imaging.CropCenter(picture, box.X, box.Y), plan{canvas: box}, s), nil
	case Pad:
		return onCanvas(picture, plan{canvas: box, at: box.Sub(size).Div(2)}, s), nil
	case Contain:
	}
	return onCanvas(picture, plan{canvas: size}, s), nil
}

// drawn draws the file so that it fits into the box, or covers it. Which side
// decides is guessed from the natural size, which is rounded or even unknown; if
// the guess was wrong, the other side it is.
func (m *Maker) drawn(ctx context.Context, file []byte, natural image.Point, s Spec) (*image.RGBA, error) {
	covers := s.Fit == Cover || s.Fit == Stretch
	side, length, other := resvg.Width, s.Width, s.Height
	wider := natural.X*s.Height > natural.Y*s.Width
	if s.Width == 0 || s.Height > 0 && wider == covers {
		side, length, other = resvg.Height, s.Height, s.Width
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
