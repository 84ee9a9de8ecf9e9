package rendition

import (
	"image"
	"image/draw"
)

// straight returns the picture as NRGBA with its corner at 0,0. image/draw has
// fast ways from all decoded types to RGBA, and none to NRGBA.
func straight(src image.Image) *image.NRGBA {
	b := src.Bounds()
	if p, ok := src.(*image.NRGBA); ok && b.Min == (image.Point{}) {
		return p
	}
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Rect, src, b.Min, draw.Src)
	return unmultiply(rgba)
}

// unmultiply turns premultiplied pixels into straight ones, in place.
func unmultiply(p *image.RGBA) *image.NRGBA {
	for i := 0; i+3 < len(p.Pix); i += 4 {
		a := uint32(p.Pix[i+3])
		if a == 0 || a == 0xFF {
			continue
		}
		for c := range 3 {
			p.Pix[i+c] = uint8(min((uint32(p.Pix[i+c])*0xFF+a/2)/a, 0xFF))
		}
	}
	return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
}

// shrink makes a picture smaller by averaging the area under each new pixel,
// exactly: pixels that lie under two new ones count for both by their share.
// Colours are weighted with their opacity. It reads the source in strips of
// rows, so that a large one is not converted as a whole. width and height are
// not larger than those of the source.
func shrink(src image.Image, width, height int) *image.NRGBA {
	b := src.Bounds()
	s := shrinking{
		src: src, from: b, width: width, height: height,
		row:  image.NewRGBA(image.Rect(0, 0, b.Dx(), 1)),
		flat: make([]uint64, 4*width), sums: make([]uint64, 4*width),
		dst: image.NewNRGBA(image.Rect(0, 0, width, height)),
	}
	s.run()
	return s.dst
}

// In units that make all borders whole numbers, a pixel of the source is as wide
// as the new picture has pixels, and a new pixel as wide as the source has.
type shrinking struct {
	src           image.Image
	from          image.Rectangle
	width, height int
	row           *image.RGBA
	flat          []uint64 // one row of the source, averaged across
	sums          []uint64 // the new row, so far
	dst           *image.NRGBA
}

func (s *shrinking) run() {
	sourceHeight := s.from.Dy()
	y, bottom := 0, sourceHeight // the new row and where it ends
	for sourceY := range sourceHeight {
		s.across(sourceY)
		top, end := sourceY*s.height, (sourceY+1)*s.height
		if end < bottom {
			s.add(uint64(end - top))
			continue
		}
		s.add(uint64(bottom - top))
		s.emit(y)
		y, bottom = y+1, bottom+sourceHeight
		if rest := end - (bottom - sourceHeight); rest > 0 {
			s.add(uint64(rest))
		}
	}
}

// across reads a row of the source and adds it up under the new columns.
func (s *shrinking) across(sourceY int) {
	draw.Draw(s.row, s.row.Rect, s.src, image.Pt(s.from.Min.X, s.from.Min.Y+sourceY), draw.Src)
	clear(s.flat)
	sourceWidth := s.from.Dx()
	x, right := 0, sourceWidth
	unit := uint64(s.width)
	for sourceX := range sourceWidth {
		pixel := s.row.Pix[4*sourceX : 4*sourceX+4 : 4*sourceX+4]
		end := (sourceX + 1) * s.width
		weight := unit
		if end >= right {
			over := uint64(end - right)
			add4(s.flat[4*x:4*x+4], pixel, unit-over)
			x, right, weight = x+1, right+sourceWidth, over
			if over == 0 {
				continue
			}
		}
		add4(s.flat[4*x:4*x+4], pixel, weight)
	}
}

func add4(sum []uint64, pixel []uint8, weight uint64) {
	sum[0] += weight * uint64(pixel[0])
	sum[1] += weight * uint64(pixel[1])
	sum[2] += weight * uint64(pixel[2])
	sum[3] += weight * uint64(pixel[3])
}

func (s *shrinking) add(weight uint64) {
	for i, v := range s.flat {
		s.sums[i] += weight * v
	}
}

// emit writes a new row and begins the next one.
func (s *shrinking) emit(y int) {
	area := uint64(s.from.Dx()) * uint64(s.from.Dy())
	row := s.dst.Pix[y*s.dst.Stride : y*s.dst.Stride+4*s.width]
	for i := 0; i < len(row); i += 4 {
		alpha := s.sums[i+3]
		row[i+3] = uint8((alpha + area/2) / area)
		if row[i+3] == 0 {
			continue
		}
		for c := range 3 {
			row[i+c] = uint8(min((s.sums[i+c]*0xFF+alpha/2)/alpha, 0xFF))
		}
	}
	clear(s.sums)
}
