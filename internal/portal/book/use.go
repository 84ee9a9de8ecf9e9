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
	tint  = "#dbe8ea"
)

// Uses are the examples for a logo: what is wrong is drawn with its main picture.
func (v *version) Uses() []use {
	const w, h, rim = 240, 135, 26
	space := box{rim, rim, w - 2*rim, h - 2*rim}
	fits := func(f *file) box { return fitted(f.File.Width, f.File.Height, space) }
	main := v.Main()
	fit := fits(main)
	all := []use{{"paper", true, paper, main.Small, fit}}
	if reversed := v.Pictured("REVERSED"); reversed != nil {
		all = append(all, use{"night", true, night, reversed.Small, fits(reversed)})
	}
	if one := v.Pictured("ONE"); one != nil {
		all = append(all, use{"one", true, tint, one.Small, fits(one)})
	}
	stretched := box{fit.X + fit.W/5, rim / 2, fit.W * 3 / 5, h - rim}
	if main.File.Height >= main.File.Width {
		stretched = box{rim / 2, fit.Y + fit.H/4, w - rim, fit.H / 2}
	}
	return append(all,
		use{"stretched", false, paper, main.Small, stretched}, use{"recoloured", false, paper, main.Small, fit},
		use{"busy", false, "busy", main.Small, fit}, use{"dark", false, night, main.Small, fit}, use{"tilted", false, paper, main.Small, fit})
}

// ClearSpace is drawn with the main picture.
func (v *version) ClearSpace() clearSpace {
	f := v.Main()
	return clearSpaceOf(f.File.Width, f.File.Height)
}

// Smallest are the drawings of the main picture at its smallest: in print, and on a
// screen.
func (v *version) Smallest(m manual) []smallest {
	const perMM = 96 / 25.4 // pixels of CSS
	f := v.Main()
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return []smallest{
		smallestOf(f, int(m.MM*perMM), number(m.MM)+" mm"),
		smallestOf(f, int(m.PX), number(m.PX)+" px"),
	}
}
