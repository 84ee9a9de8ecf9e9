package rendition

import (
	"image"
	"image/color"
	"image/draw"
	"runtime"
	"sync"
)

// rows reads a picture row by row as premultiplied RGBA. The common types are
// read without a call for each pixel, which is what makes shrinking cheap.
type rows struct {
	src     image.Image
	buffer  *image.RGBA
	palette []color.RGBA
}

func newRows(src image.Image) *rows {
	r := &rows{src: src, buffer: image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), 1))}
	if p, ok := src.(*image.Paletted); ok {
		// An index beyond the palette, which a decoder should refuse, is transparent.
		r.palette = make([]color.RGBA, 256)
		for i, c := range p.Palette {
			r.palette[i&0xFF] = color.RGBAModel.Convert(c).(color.RGBA) //nolint:forcetypeassert // the model says so
		}
	}
	return r
}

// row returns a row, counted from the top of the picture, which is good until
// the next call.
func (r *rows) row(y int) []byte {
	b := r.src.Bounds()
	out := r.buffer.Pix
	switch p := r.src.(type) {
	case *image.RGBA:
		at := p.PixOffset(b.Min.X, b.Min.Y+y)
		return p.Pix[at : at+4*b.Dx()]
	case *image.NRGBA:
		at := p.PixOffset(b.Min.X, b.Min.Y+y)
		premultiply(out, p.Pix[at:at+4*b.Dx()])
	case *image.Gray:
		at := p.PixOffset(b.Min.X, b.Min.Y+y)
		for i, v := range p.Pix[at : at+b.Dx()] {
			copy(out[4*i:4*i+4], []byte{v, v, v, 0xFF})
		}
	case *image.Paletted:
		at := p.PixOffset(b.Min.X, b.Min.Y+y)
		for i, v := range p.Pix[at : at+b.Dx()] {
			c := r.palette[v]
			copy(out[4*i:4*i+4], []byte{c.R, c.G, c.B, c.A})
		}
	default:
		draw.Draw(r.buffer, r.buffer.Rect, r.src, image.Pt(b.Min.X, b.Min.Y+y), draw.Src)
	}
	return out
}

func premultiply(dst, src []byte) {
	dst = dst[:len(src)]
	for i := 0; i+4 <= len(src); i += 4 {
		s, d := src[i:i+4:i+4], dst[i:i+4:i+4]
		a := uint32(s[3])
		d[3] = s[3]
		switch a {
		case 0xFF:
			d[0], d[1], d[2] = s[0], s[1], s[2]
		case 0:
			d[0], d[1], d[2] = 0, 0, 0
		default:
			d[0], d[1], d[2] = scaledBy(s[0], a), scaledBy(s[1], a), scaledBy(s[2], a)
		}
	}
}

func scaledBy(v uint8, alpha uint32) uint8 { return uint8((uint32(v)*alpha + 127) / 255) }

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

// premultiplied returns the whole picture with its corner at 0,0.
func premultiplied(src image.Image) *image.RGBA {
	if p, ok := src.(*image.RGBA); ok && p.Rect.Min == (image.Point{}) && p.Stride == 4*p.Rect.Dx() {
		return p
	}
	return halve(src, 1, 1)
}

// parallel calls f for parts of 0 to n on all cores. What a part panics with,
// the caller panics with, where it can be recovered from.
func parallel(n int, f func(from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), (n+15)/16)
	if parts <= 1 {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	var mu sync.Mutex // guards panicked
	var panicked any
	for i := range parts {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					mu.Lock()
					panicked = r
					mu.Unlock()
				}
			}()
			f(n*i/parts, n*(i+1)/parts)
		})
	}
	wg.Wait()
	if panicked != nil {
		panic(panicked)
	}
}
