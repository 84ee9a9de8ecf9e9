package rendition

import (
	"context"
	"image"

	"github.com/disintegration/imaging"

	"signet/assets"
)

// bitmap makes a rendition of a decoded picture. Lanczos costs as many pixels of
// the source as there are, so a large source is first averaged to twice the
// size, which takes half the time and shows no difference.
func bitmap(ctx context.Context, src image.Image, o assets.Orientation, s Spec) (*image.NRGBA, error) {
	p, err := planFor(s, o.Seen(src.Bounds().Size()))
	if err != nil {
		return nil, err
	}
	crop := o.Stored(p.crop, src.Bounds().Size()).Add(src.Bounds().Min)
	if part, ok := src.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok && crop != src.Bounds() {
		src = part.SubImage(crop)
	}
	half := o.Seen(p.size).Mul(2) // seen and stored sizes turn in the same way
	var straightened *image.NRGBA
	if size := src.Bounds().Size(); size.X >= 3*half.X/2 && size.Y >= 3*half.Y/2 {
		straightened = shrink(src, half.X, half.Y)
	} else {
		straightened = straight(src)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scaled := imaging.Resize(turned(straightened, o), p.size.X, p.size.Y, imaging.Lanczos)
	return onCanvas(scaled, p, s), nil
}

// turned returns a picture as it is to be seen (Exif 2.32, tag 0x0112).
func turned(p *image.NRGBA, o assets.Orientation) *image.NRGBA {
	switch o {
	case 2:
		return imaging.FlipH(p)
	case 3:
		return imaging.Rotate180(p)
	case 4:
		return imaging.FlipV(p)
	case 5:
		return imaging.Transpose(p)
	case 6:
		return imaging.Rotate270(p)
	case 7:
		return imaging.Transverse(p)
	case 8:
		return imaging.Rotate90(p)
	}
	return p
}
