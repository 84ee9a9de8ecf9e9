package sight

import (
	"context"
	"image"
)

// side is the length of a patch, in cells.
const side = 44

// Print is what is kept of a picture to recognise it by: its content, without the
// ground around it, as a patch of 44 by 44 cells with colours and coverage. It
// takes less than 8 kB. The zero value recognises nothing.
type Print struct {
	// cells has four planes of side²: red, green and blue, each times the coverage, and
	// the coverage itself, which is 0 where the ground of a copy shows.
	cells []uint8
	// width and height are those of the content, in pixels of a picture that has at most
	// 1024 in a row.
	width, height uint16
	// margins are what was cut off left, above, right and below, in pixels; only if the
	// ground was opaque, so that it may belong to the picture.
	margins [4]uint16
}

// Of takes the print of a registered picture. Errors: [ErrPlain], [ErrTooLarge], the
// context's.
func Of(ctx context.Context, m image.Image) (Print, error) {
	if err := ctx.Err(); err != nil {
		return Print{}, err
	}
	p, err := newPicture(m)
	if err != nil {
		return Print{}, err
	}
	found, cover, ok := p.registered()
	if !ok || tooSmall(found.box) {
		return Print{}, ErrPlain
	}
	taken := Print{width: uint16(found.box.Dx()), height: uint16(found.box.Dy())}
	if whole := p.bounds(); !p.transparent {
		taken.margins = [4]uint16{
			uint16(found.box.Min.X), uint16(found.box.Min.Y),
			uint16(whole.Max.X - found.box.Max.X), uint16(whole.Max.Y - found.box.Max.Y),
		}
	}
	for c := range 4 {
		plane := newSums(p.bounds(), func(i int) uint8 {
			if c == 3 {
				return cover(i)
			}
			return uint8((int(p.pixels.Pix[4*i+c])*int(cover(i)) + 127) / 255)
		})
		for i := range side * side {
			taken.cells = append(taken.cells, uint8(plane.mean(cell(rectOf(found.box), i, side))+0.5))
		}
	}
	if taken.plain() {
		return Print{}, ErrPlain
	}
	return taken, ctx.Err()
}

// registered finds the content, and how much each pixel covers the ground.
func (p *picture) registered() (found content, cover func(i int) uint8, ok bool) {
	whole := p.bounds()
	if p.transparent {
		found, ok = p.content(whole, nil)
		return found, func(i int) uint8 { return p.pixels.Pix[4*i+3] }, ok
	}
	ground := groundOf(p.pixels, whole)
	if ground == nil {
		return content{box: whole}, func(int) uint8 { return 255 }, true
	}
	if found, ok = p.content(whole, ground); !ok {
		return found, nil, false
	}
	mask := p.cutOut(ground, found.tolerance)
	return found, func(i int) uint8 { return mask[i] }, true
}

// plain tells whether all cells are alike.
func (p Print) plain() bool {
	const alike = 12 // shades
	for c := range 4 {
		low, high := uint8(255), uint8(0)
		for _, v := range p.plane(c) {
			low, high = min(low, v), max(high, v)
		}
		if high-low > alike {
			return false
		}
	}
	return true
}

func (p Print) plane(c int) []uint8 { return p.cells[c*side*side : (c+1)*side*side] }

// cell is one of n×n equal parts of a rectangle.
func cell(r rect, i, n int) rect {
	w, h := r.width()/float64(n), r.height()/float64(n)
	x, y := r.x0+float64(i%n)*w, r.y0+float64(i/n)*h
	return rect{x, y, x + w, y + h}
}
