package rendition

import (
	"context"
	"image"

	"github.com/disintegration/imaging"

	"signet/assets"
)

// course is how a bitmap becomes a rendition: its plan, and in stored pixels,
// which the orientation turns, the part that is used and the size it gets.
type course struct {
	plan
	orientation assets.Orientation
	part        image.Rectangle
	target      image.Point
	// level is that of the pyramid; a picture that is scaled more in one
	// direction than in the other is halved further in that one.
	level, furtherAcross, furtherDown int
}

// courseFor computes the course of a picture whose stored size is given.
func courseFor(s Spec, stored image.Point, o assets.Orientation) (course, error) {
	p, err := planFor(s, o.Seen(stored))
	if err != nil {
		return course{}, err
	}
	c := course{plan: p, orientation: o, part: o.Stored(p.crop, stored), target: o.Seen(p.size)}
	across, down := levelFor(float64(c.part.Dx()), c.target.X), levelFor(float64(c.part.Dy()), c.target.Y)
	c.level = min(across, down)
	c.furtherAcross, c.furtherDown = across-c.level, down-c.level
	return c, nil
}

// bitmap makes a rendition of a decoded picture, whose colours are converted if
// there is a conversion.
func bitmap(ctx context.Context, p *pyramid, c course, convert *conversion, s Spec) (*image.NRGBA, error) {
	src := p.level(c.level)
	for range c.furtherAcross {
		src = halve(src, 2, 1)
	}
	for range c.furtherDown {
		src = halve(src, 1, 2)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	across := 1 / float64(int64(1)<<(c.level+c.furtherAcross))
	down := 1 / float64(int64(1)<<(c.level+c.furtherDown))
	scaled := resample(src, window{
		left: float64(c.part.Min.X) * across, right: float64(c.part.Max.X) * across,
		top: float64(c.part.Min.Y) * down, bottom: float64(c.part.Max.Y) * down,
	}, c.target)
	if convert != nil {
		convert.apply(scaled)
	}
	return onCanvas(turned(scaled, c.orientation), c.plan, s), nil
}

// turned returns a picture as it is to be seen (Exif 2.32, tag 0x0112). Turning
// moves pixels as they are, so the library need not know that these are
// premultiplied.
func turned(p *image.RGBA, o assets.Orientation) *image.RGBA {
	n := &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
	switch o {
	case 2:
		n = imaging.FlipH(n)
	case 3:
		n = imaging.Rotate180(n)
	case 4:
		n = imaging.FlipV(n)
	case 5:
		n = imaging.Transpose(n)
	case 6:
		n = imaging.Rotate270(n)
	case 7:
		n = imaging.Transverse(n)
	case 8:
		n = imaging.Rotate90(n)
	}
	return &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect}
}
