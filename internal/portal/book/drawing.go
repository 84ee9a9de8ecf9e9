package book

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// box is a rectangle of a drawing.
type box struct{ X, Y, W, H int }

// fitted is the largest box of some proportions within another, in its middle.
func fitted(width, height int, in box) box {
	if width <= 0 || height <= 0 {
		return in
	}
	b := box{W: in.W, H: max(1, in.W*height/width)}
	if b.H > in.H {
		b.W, b.H = max(1, in.H*width/height), in.H
	}
	b.X, b.Y = in.X+(in.W-b.W)/2, in.Y+(in.H-b.H)/2
	return b
}

// measure is a line with a stroke at both ends, and where its label stands.
type measure struct {
	Path   string
	TX, TY int
}

const tick = 6

func across(x1, x2, y int) measure {
	return measure{fmt.Sprintf("M%d %dH%dM%d %dv%dM%d %dv%d", x1, y, x2, x1, y-tick, 2*tick, x2, y-tick, 2*tick), (x1 + x2) / 2, y - tick - 3}
}

func along(y1, y2, x int) measure {
	return measure{fmt.Sprintf("M%d %dV%dM%d %dh%dM%d %dh%d", x, y1, y2, x-tick, y1, 2*tick, x-tick, y2, 2*tick), x + tick + 8, (y1+y2)/2 + 5}
}

// clearSpace is the drawing of a picture with what has to be free around it.
type clearSpace struct {
	W, H         int
	Outer, Inner box
	Measures     []measure
}

// clearSpaceOf draws it for a picture of some proportions. The space that is drawn is a
// quarter of the height, or of the width of what is narrow: what counts is what the kit
// says in words.
func clearSpaceOf(width, height int) clearSpace {
	const w, h, rim, widest, highest, least = 480, 300, 24, 300, 180, 22
	inner := fitted(width, height, box{(w - widest) / 2, (h - highest) / 2, widest, highest})
	x := min(max(min(inner.W, inner.H)/4, least), inner.Y-rim)
	over := inner.Y - x - rim // what is left over above and below
	inner.Y -= over
	outer := box{inner.X - x, inner.Y - x, inner.W + 2*x, inner.H + 2*x}
	middle, centre := inner.Y+inner.H/2, inner.X+inner.W/2
	return clearSpace{w, h - 2*over, outer, inner, []measure{
		across(outer.X, inner.X, middle), across(inner.X+inner.W, outer.X+outer.W, middle),
		along(outer.Y, inner.Y, centre), along(inner.Y+inner.H, outer.Y+outer.H, centre),
	}}
}

// smallest is the drawing of a picture at its smallest size, as wide as on the screen.
type smallest struct {
	W, H    int
	Picture box
	Measure measure
	Label   string
}

func smallestOf(f *file, width int, label string) smallest {
	const rim, below = 14, 34
	width = min(max(width, 16), 300)
	height := f.Height(width)
	m := across(rim, rim+width, rim+height+18)
	return smallest{max(width+2*rim, 110), rim + height + below + 16, box{rim, rim, width, height}, measure{m.Path, rim, rim + height + 44}, label}
}

// manual is what a logo's notes say of space and size.
type manual struct {
	// Clear and Small are the sentences that say it, for the reader; empty where the
	// kit says nothing.
	Clear, Small said
	// MM and PX are the smallest widths, in print and on screens; those that are common
	// (DefaultMM, DefaultPX) where the kit names none.
	MM, PX float64
}

// What is drawn where the kit names no size.
const (
	DefaultMM = 20
	DefaultPX = 100
)

var (
	clearWords = []string{"khoảng trống", "vùng an toàn", "vùng bảo vệ", "clear space", "keep free", "free around"}
	smallWords = []string{"tối thiểu", "nhỏ nhất", "smallest", "minimum"}
	sizes      = regexp.MustCompile(`(\d+(?:[.,]\d+)?)\s*(mm|px)`)
)

// Manual reads the notes of a logo for a reader of a language.
func (v *version) Manual(lang string) manual {
	m := manual{MM: DefaultMM, PX: DefaultPX}
	for _, note := range v.All("NOTE") {
		for _, s := range sentences(note.Texts.In(lang).Text) {
			found := said{note.Texts.In(lang).Locale, s}
			switch {
			case m.Clear.Text == "" && mentions(s, clearWords):
				m.Clear = found
			case m.Small.Text == "" && mentions(s, smallWords):
				m.Small = found
				m.sizes(s)
			}
		}
	}
	return m
}

func (m *manual) sizes(sentence string) {
	for _, size := range sizes.FindAllStringSubmatch(sentence, -1) {
		n, err := strconv.ParseFloat(strings.Replace(size[1], ",", ".", 1), 64)
		if err != nil || n <= 0 {
			continue
		}
		if size[2] == "mm" {
			m.MM = n
		} else {
			m.PX = n
		}
	}
}

func mentions(sentence string, words []string) bool {
	lower := strings.ToLower(sentence)
	for _, w := range words {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// sentences splits a text after full stops that a space or nothing follows.
func sentences(text string) (all []string) {
	begin := 0
	for i, r := range text {
		end := i + len(string(r))
		if r == '。' || r == '.' && (end == len(text) || text[end] == ' ' || text[end] == '\n') {
			all = append(all, strings.TrimSpace(text[begin:end]))
			begin = end
		}
	}
	if rest := strings.TrimSpace(text[begin:]); rest != "" {
		all = append(all, rest)
	}
	return all
}
