package rendition

import (
	"image"
	"math"

	"signet/assets"
)

// plan says how a picture comes to its place.
type plan struct {
	crop   image.Rectangle // the part of the source that is used
	size   image.Point     // what that part is scaled to
	canvas image.Point     // the size of the rendition
	at     image.Point     // where the scaled picture lies on it
}

// planFor computes the plan for a source of the given size, or returns
// ErrTooManyPixels if a side that follows from the other becomes too long.
func planFor(s Spec, source image.Point) (plan, error) {
	p := plan{crop: image.Rectangle{Max: source}}
	box := s.inner()
	switch s.Fit {
	case Stretch:
		p.size, p.canvas = box, box
	case Cover:
		p.crop, p.size, p.canvas = centred(source, box), box, box
	case Pad:
		p.size, p.canvas = inside(source, box), box
	case Contain, Inside:
		p.size = inside(source, box)
		if s.Fit == Inside && p.size.X > source.X {
			p.size = source
		}
		p.canvas = p.size
	}
	return p.padded(s)
}

// padded adds the clear space, and holds the result against the limit.
func (p plan) padded(s Spec) (plan, error) {
	p.at = p.canvas.Sub(p.size).Div(2).Add(image.Pt(s.Padding, s.Padding))
	p.canvas = p.canvas.Add(image.Pt(2*s.Padding, 2*s.Padding))
	if p.canvas.X > MaxSide || p.canvas.Y > MaxSide {
		return plan{}, assets.ErrTooManyPixels.Because("with its proportions this picture would have %d × %d pixels", p.canvas.X, p.canvas.Y)
	}
	return p, nil
}

// inside returns the size of the largest picture with the source's proportions
// in the box, of which one side may be 0 for any length.
func inside(source, box image.Point) image.Point {
	width, height := float64(source.X), float64(source.Y)
	scale := math.Inf(1)
	if box.X > 0 {
		scale = float64(box.X) / width
	}
	if box.Y > 0 {
		scale = min(scale, float64(box.Y)/height)
	}
	return image.Pt(side(width*scale), side(height*scale))
}

func side(v float64) int { return max(int(math.Round(v)), 1) }

// centred returns the largest part of the source with the box's proportions.
func centred(source, box image.Point) image.Rectangle {
	size := inside(box, source)
	size.X, size.Y = min(size.X, source.X), min(size.Y, source.Y)
	at := source.Sub(size).Div(2)
	return image.Rectangle{Min: at, Max: at.Add(size)}
}
