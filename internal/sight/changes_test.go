package sight

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"github.com/disintegration/imaging"
)

func nrgba(m image.Image) *image.NRGBA { return imaging.Clone(m) }

// change is what people do to a logo. It gets a logo, which may be transparent, and
// something to decide by.
type change struct {
	name   string
	banner bool // the logo is only a part of what comes out
	apply  func(m *image.NRGBA, r *rand.Rand) *image.NRGBA
}

// changes are the kinds that are tried, and measured.
var changes = []change{
	{"as it is", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return m }},
	{"half as large", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return shrunk(m, longer(m)/2) }},
	{"64 pixels", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return shrunk(m, 64) }},
	{"32 pixels", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return shrunk(m, 32) }},
	{"JPEG of quality 30", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return recompressed(onPaper(m), 30) }},
	{"padded", false, padded},
	{"over black", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA {
		if light(m) < 60 {
			return over(m, color.NRGBA{R: 230, G: 230, B: 230, A: 255})
		}
		return over(m, color.NRGBA{A: 255})
	}},
	{"over a colour", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return padded(over(m, contrasting(m, r)), r) }},
	{"over a gradient", false, overGradient},
	{"grey", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return imaging.Grayscale(onPaper(m)) }},
	{"inverted", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA { return imaging.Invert(onPaper(m)) }},
	{"other colours", false, recoloured},
	{"brighter", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA {
		return imaging.AdjustContrast(imaging.AdjustBrightness(onPaper(m), 12), -15)
	}},
	{"stretched by 1.2", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA {
		return imaging.Resize(m, m.Rect.Dx()*6/5, m.Rect.Dy(), imaging.Linear)
	}},
	{"blurred", false, func(m *image.NRGBA, _ *rand.Rand) *image.NRGBA {
		return imaging.Blur(onPaper(m), float64(longer(m))/100)
	}},
	{"5 % cut off", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return cut(onPaper(m), 0.05, r) }},
	{"10 % cut off", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return cut(onPaper(m), 0.10, r) }},
	{"20 % cut off", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return cut(onPaper(m), 0.20, r) }},
	{"turned by 3°", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return turned(m, 3, r) }},
	{"turned by 8°", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return turned(m, 8, r) }},
	{"turned by 20°", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return turned(m, 20, r) }},
	{"padded, 64 pixels, JPEG", false, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
		return recompressed(shrunk(padded(m, r), 64), 60)
	}},
	{"on a badge", false, onBadge},
	{"in an even banner", true, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return banner(m, r, evenScene) }},
	{"in a shaded banner", true, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return banner(m, r, shadedScene) }},
	{"in a busy banner", true, func(m *image.NRGBA, r *rand.Rand) *image.NRGBA { return banner(m, r, busyScene) }},
}

// paper is white, or black for a logo that would not be seen on white.
func paper(m *image.NRGBA) color.NRGBA {
	if opposite(m) == (colour{}) && showsThrough(m) && light(m) > 200 {
		return color.NRGBA{A: 255}
	}
	return color.NRGBA{255, 255, 255, 255}
}

// light is the mean of what covers something.
func light(m *image.NRGBA) float64 {
	var sum, weight float64
	for i := 0; i < len(m.Pix); i += 4 {
		a := float64(m.Pix[i+3])
		sum += a * (float64(max(m.Pix[i], m.Pix[i+1], m.Pix[i+2])) + float64(min(m.Pix[i], m.Pix[i+1], m.Pix[i+2]))) / 2
		weight += a
	}
	return sum / max(weight, 1)
}

func over(m *image.NRGBA, c color.NRGBA) *image.NRGBA {
	out := imaging.New(m.Rect.Dx(), m.Rect.Dy(), c)
	draw.Draw(out, out.Rect, m, m.Rect.Min, draw.Over)
	return out
}

func onPaper(m *image.NRGBA) *image.NRGBA { return over(m, paper(m)) }

func shrunk(m *image.NRGBA, side int) *image.NRGBA {
	return imaging.Fit(m, side, side, imaging.Lanczos)
}

func recompressed(m *image.NRGBA, quality int) *image.NRGBA {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return nrgba(back)
}

// padded unevenly, by up to a half.
func padded(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	ground := paper(m)
	if !showsThrough(m) {
		ground = m.NRGBAAt(0, 0)
	}
	most := max(w, h) / 2
	x, y := 4+r.IntN(most), 4+r.IntN(most)
	out := imaging.New(w+x+4+r.IntN(most), h+y+4+r.IntN(most), ground)
	draw.Draw(out, m.Rect.Add(image.Pt(x, y)), m, image.Point{}, draw.Over)
	return out
}

// contrasting is a colour that the logo is seen on.
func contrasting(m *image.NRGBA, r *rand.Rand) color.NRGBA {
	for {
		c := color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		if d := light(m) - light(imaging.New(1, 1, c)); math.Abs(d) > 70 {
			return c
		}
	}
}

func overGradient(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := shadedScene(w*3/2, h*3/2, contrasting(m, r), r)
	draw.Draw(out, m.Rect.Add(image.Pt(w/4, h/4)), m, image.Point{}, draw.Over)
	return out
}

// recoloured turns the hues, and gives greys one.
func recoloured(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	angle := (90 + 180*r.Float64()) * math.Pi / 180
	sin, cos := math.Sincos(angle)
	third, root := 1.0/3, math.Sqrt(1.0/3)
	a, b, c := cos+(1-cos)*third, third*(1-cos)-root*sin, third*(1-cos)+root*sin
	tint := r.IntN(3)
	return onPaper(imaging.AdjustFunc(m, func(p color.NRGBA) color.NRGBA {
		red, green, blue := float64(p.R), float64(p.G), float64(p.B)
		v := [3]float64{a*red + b*green + c*blue, c*red + a*green + b*blue, b*red + c*green + a*blue}
		v[tint] = 60 + v[tint]*0.7
		limit := func(f float64) uint8 { return uint8(min(max(f, 0), 255)) }
		return color.NRGBA{limit(v[0]), limit(v[1]), limit(v[2]), p.A}
	}))
}

// cut off one or two sides.
func cut(m *image.NRGBA, share float64, r *rand.Rand) *image.NRGBA {
	// What is cut off is content, not the ground around it.
	if g := groundOf(m, m.Rect); g != nil {
		if c, ok := (&picture{pixels: m}).content(m.Rect, g); ok {
			m = imaging.Crop(m, c.box)
		}
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	part := m.Rect
	x, y := int(share*float64(w)), int(share*float64(h))
	switch r.IntN(5) {
	case 0:
		part.Min.X += x
	case 1:
		part.Max.X -= x
	case 2:
		part.Min.Y += y
	case 3:
		part.Max.Y -= y
	case 4:
		part.Min.X += x / 2
		part.Max.Y -= y / 2
	}
	return imaging.Crop(m, part)
}

func turned(m *image.NRGBA, degrees float64, r *rand.Rand) *image.NRGBA {
	if r.IntN(2) == 0 {
		degrees = -degrees
	}
	return over(imaging.Rotate(m, degrees, color.NRGBA{}), paper(m))
}

// onBadge puts a logo on a round badge on white.
func onBadge(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	d := int(math.Hypot(float64(w), float64(h)) * 1.15)
	c := contrasting(m, r)
	out := imaging.New(d+20, d+20, color.White)
	for y := range d {
		for x := range d {
			if math.Hypot(float64(x)-float64(d)/2, float64(y)-float64(d)/2) < float64(d)/2 {
				out.SetNRGBA(x+10, y+10, c)
			}
		}
	}
	at := image.Pt(10+(d-w)/2, 10+(d-h)/2)
	draw.Draw(out, m.Rect.Add(at), m, image.Point{}, draw.Over)
	return out
}
