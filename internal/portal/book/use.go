package book

import "strconv"

// use is a drawn example of right or wrong use.
type use struct {
	// Name is that of a text, "book.use.<name>".
	Name    string
	Right   bool
	Ground  string // a colour, or "busy"
	Picture string
	Box     box
}

// Grounds of drawn examples.
const (
	paper = "#ffffff"
	night = "#0c2a31"
)

// Uses are the examples for a logo: what is wrong is drawn with its first variant.
func (v *version) Uses() []use {
	const w, h, rim = 240, 135, 26
	space := box{rim, rim, w - 2*rim, h - 2*rim}
	of := func(f *file) (string, box) { return f.Small, fitted(f.File.Width, f.File.Height, space) }
	main := v.Variants()[0].Picture()
	picture, fits := of(main)
	all := []use{{"paper", true, paper, picture, fits}}
	if reversed := v.Variant("REVERSED"); reversed != nil {
		other, otherFits := of(reversed.Picture())
		all = append(all, use{"night", true, night, other, otherFits})
	}
	if one := v.Variant("ONE"); one != nil {
		other, otherFits := of(one.Picture())
		all = append(all, use{"one", true, "#dbe8ea", other, otherFits})
	}
	stretched := box{fits.X + fits.W/5, rim / 2, fits.W * 3 / 5, h - rim}
	if main.File.Height >= main.File.Width {
		stretched = box{rim / 2, fits.Y + fits.H/4, w - rim, fits.H / 2}
	}
	return append(all,
		use{"stretched", false, paper, picture, stretched}, use{"recoloured", false, paper, picture, fits},
		use{"busy", false, "busy", picture, fits}, use{"dark", false, night, picture, fits}, use{"tilted", false, paper, picture, fits})
}

// ClearSpace is drawn with the first variant.
func (v *version) ClearSpace() clearSpace {
	f := v.Variants()[0].Picture()
	return clearSpaceOf(f.File.Width, f.File.Height)
}

// Smallest are the drawings of the first variant at its smallest: in print, and on a
// screen.
func (v *version) Smallest(m manual) []smallest {
	const perMM = 96 / 25.4 // pixels of CSS
	f := v.Variants()[0].Picture()
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return []smallest{
		smallestOf(f, int(m.MM*perMM), number(m.MM)+" mm"),
		smallestOf(f, int(m.PX), number(m.PX)+" px"),
	}
}
