package sight

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"

	"github.com/disintegration/imaging"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// banner puts a logo somewhere into a scene with writing, three and a half times as
// wide as the logo was and hardly higher.
func banner(m *image.NRGBA, r *rand.Rand, scene func(w, h int, c color.NRGBA, r *rand.Rand) *image.NRGBA) *image.NRGBA {
	unit := longer(m)
	w, h := unit*7/2, unit*7/6
	out := scene(w, h, contrasting(m, r), r)
	height := h/4 + r.IntN(h/2)
	logo := imaging.Fit(m, 3*height, height, imaging.Lanczos)
	write(out, r, logo.Rect.Dx()+w/8)
	at := image.Pt(w/45+r.IntN(w/15), h/15+r.IntN(h*9/10-logo.Rect.Dy()-h/15))
	draw.Draw(out, logo.Rect.Add(at), logo, image.Point{}, draw.Over)
	return recompressed(out, 80)
}

func longer(m *image.NRGBA) int { return max(m.Rect.Dx(), m.Rect.Dy()) }

// write puts words beside where the logo will be.
func write(m *image.NRGBA, r *rand.Rand, left int) {
	ink := image.NewUniform(color.NRGBA{255, 255, 255, 255})
	if light(m) > 128 {
		ink = image.NewUniform(color.NRGBA{20, 20, 20, 255})
	}
	h := m.Rect.Dy()
	d := &font.Drawer{Dst: m, Src: ink, Face: face(float64(h) * (0.07 + 0.07*r.Float64()))}
	words := []string{"Hải Phòng", "open sea", "festival", "2027", "city of", "port", "flame", "tree", "welcome", "red"}
	for line := range 3 {
		d.Dot = fixed.P(left+r.IntN(h/5), h/4+line*h/4)
		for range 3 {
			d.DrawString(words[r.IntN(len(words))] + " ")
		}
	}
}

var bold = func() *opentype.Font {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		panic(err)
	}
	return f
}()

func face(size float64) font.Face {
	f, err := opentype.NewFace(bold, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		panic(err)
	}
	return f
}

func evenScene(w, h int, c color.NRGBA, _ *rand.Rand) *image.NRGBA { return imaging.New(w, h, c) }

func shadedScene(w, h int, c color.NRGBA, r *rand.Rand) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	end := color.NRGBA{c.R/2 + uint8(r.IntN(128)), c.G/2 + uint8(r.IntN(128)), c.B/2 + uint8(r.IntN(128)), 255}
	angle := r.Float64() * 2 * math.Pi
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w)-0.5, float64(y)/float64(h)-0.5
			t := min(max(0.5+u*math.Cos(angle)+v*math.Sin(angle), 0), 1)
			mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-t) + float64(b)*t) }
			out.SetNRGBA(x, y, color.NRGBA{mix(c.R, end.R), mix(c.G, end.G), mix(c.B, end.B), 255})
		}
	}
	return out
}

// busyScene is like a photograph: soft shapes of many sizes, and grain.
func busyScene(w, h int, c color.NRGBA, r *rand.Rand) *image.NRGBA {
	out := shadedScene(w, h, c, r)
	var waves [12][4]float64
	for i := range waves {
		scale := math.Pow(1.6, float64(i)) / float64(h)
		waves[i] = [4]float64{r.NormFloat64() * scale * 2, r.NormFloat64() * scale * 2, r.Float64() * 7, 26 / math.Pow(1.15, float64(i))}
	}
	for y := range h {
		for x := range w {
			v := r.Float64()*10 - 5
			for _, wave := range waves {
				v += wave[3] * math.Sin(wave[0]*float64(x)+wave[1]*float64(y)+wave[2])
			}
			i := out.PixOffset(x, y)
			for k := range 3 {
				out.Pix[i+k] = uint8(min(max(float64(out.Pix[i+k])+v*(0.7+0.3*float64(k)), 0), 255))
			}
		}
	}
	return out
}
