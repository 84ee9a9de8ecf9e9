package sight

import (
	"image"

	"github.com/disintegration/imaging"
)

// Limits of a picture, in pixels.
const (
	leastLong = 16         // of what is to be recognised: its longer side,
	leastWide = 8          // and its shorter one
	workSide  = 1024       // longer pictures are shrunk to it
	maxPixels = 50_000_000 // as many as the registry takes in
)

// colour is red, green and blue, each from 0 to 255.
type colour [3]float32

// picture is what is looked at: at most workSide pixels long, with sums over it
// from which the mean of any rectangle follows at once.
type picture struct {
	pixels *image.NRGBA
	origin image.Rectangle // of the picture as it was given
	// transparent tells whether something shows through.
	transparent bool
	// ground is what is behind the content; nil if that isn't known.
	ground *ground
	sums   [3]sums // of red, green and blue over the ground
}

// newPicture reads a picture; ErrPlain if there is too little of it, ErrTooLarge if
// there is too much.
func newPicture(m image.Image) (*picture, error) {
	size := m.Bounds().Size()
	switch {
	case tooSmall(m.Bounds()):
		return nil, ErrPlain
	case size.X > maxPixels || size.Y > maxPixels || size.X*size.Y > maxPixels:
		return nil, ErrTooLarge
	}
	p := &picture{origin: m.Bounds()}
	if max(size.X, size.Y) > workSide {
		p.pixels = imaging.Fit(m, workSide, workSide, imaging.Box)
	} else {
		p.pixels = imaging.Clone(m)
	}
	if tooSmall(p.bounds()) {
		return nil, ErrPlain
	}
	p.transparent = showsThrough(p.pixels)
	if !p.transparent && !p.pixels.Opaque() {
		p.lay(colour{255, 255, 255})
	}
	return p, nil
}

func tooSmall(r image.Rectangle) bool {
	return max(r.Dx(), r.Dy()) < leastLong || min(r.Dx(), r.Dy()) < leastWide
}

// showsThrough is false for a picture with a few rounded corners.
func showsThrough(m *image.NRGBA) bool {
	holes := 0
	for i := 3; i < len(m.Pix); i += 4 {
		if m.Pix[i] < 128 {
			holes++
		}
	}
	return holes*4*200 >= len(m.Pix)
}

func (p *picture) bounds() image.Rectangle { return p.pixels.Rect }

// settle lays the picture on a ground, if it is transparent, or else finds its ground.
func (p *picture) settle() {
	if p.transparent {
		p.ground = &ground{colour: opposite(p.pixels)}
		p.lay(p.ground.colour)
	} else {
		p.ground = groundOf(p.pixels, p.bounds())
	}
	for c := range p.sums {
		p.sums[c] = newSums(p.bounds(), func(i int) uint8 { return p.pixels.Pix[4*i+c] })
	}
}

// lay lays the colours on a ground; the coverage stays as it is, to trim by.
func (p *picture) lay(ground colour) {
	for i := 0; i < len(p.pixels.Pix); i += 4 {
		a := float32(p.pixels.Pix[i+3]) / 255
		for c, behind := range ground {
			p.pixels.Pix[i+c] = uint8(float32(p.pixels.Pix[i+c])*a + behind*(1-a) + 0.5)
		}
	}
}

// opposite is black or white, whatever the content of a transparent picture differs
// from more.
func opposite(m *image.NRGBA) colour {
	var light, weight int
	for i := 0; i < len(m.Pix); i += 4 {
		a := int(m.Pix[i+3])
		light += (299*int(m.Pix[i]) + 587*int(m.Pix[i+1]) + 114*int(m.Pix[i+2])) / 1000 * a
		weight += a
	}
	if light > 127*weight {
		return colour{}
	}
	return colour{255, 255, 255}
}

// sums holds, for each corner between pixels, the sum of all that is above and to
// the left.
type sums struct {
	w, h int
	sum  []uint32 // w+1 in a row; 2^20 pixels of 255 fit
}

func newSums(size image.Rectangle, value func(i int) uint8) sums {
	w, h := size.Dx(), size.Dy()
	s := sums{w: w, h: h, sum: make([]uint32, (w+1)*(h+1))}
	for y := range h {
		var row uint32
		above, here := s.sum[y*(w+1):], s.sum[(y+1)*(w+1):]
		for x := range w {
			row += uint32(value(y*w + x))
			here[x+1] = above[x+1] + row
		}
	}
	return s
}

// at interpolates between corners, which is exact for squares of even colour.
func (s *sums) at(x, y float64) float64 {
	x, y = min(max(x, 0), float64(s.w)), min(max(y, 0), float64(s.h))
	i, j := min(int(x), s.w-1), min(int(y), s.h-1)
	fx, fy := x-float64(i), y-float64(j)
	k := j*(s.w+1) + i
	below := k + s.w + 1
	top := float64(s.sum[k])*(1-fx) + float64(s.sum[k+1])*fx
	bottom := float64(s.sum[below])*(1-fx) + float64(s.sum[below+1])*fx
	return top*(1-fy) + bottom*fy
}

// mean is that of a rectangle's part within the picture.
func (s *sums) mean(r rect) float32 {
	r.x0, r.y0 = max(r.x0, 0), max(r.y0, 0)
	r.x1, r.y1 = min(r.x1, float64(s.w)), min(r.y1, float64(s.h))
	area := (r.x1 - r.x0) * (r.y1 - r.y0)
	if r.x1 <= r.x0 || area < 1e-9 {
		return 0
	}
	return float32((s.at(r.x1, r.y1) - s.at(r.x0, r.y1) - s.at(r.x1, r.y0) + s.at(r.x0, r.y0)) / area)
}

// rect is a rectangle with sides between pixels.
type rect struct{ x0, y0, x1, y1 float64 }

func rectOf(r image.Rectangle) rect {
	return rect{float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)}
}

func (r rect) width() float64  { return r.x1 - r.x0 }
func (r rect) height() float64 { return r.y1 - r.y0 }
