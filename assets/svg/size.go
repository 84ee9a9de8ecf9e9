package svg

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
)

// size is the natural size in CSS pixels, 0 where it is not known.
type size struct{ width, height float64 }

// units are CSS pixels per unit, by CSS Values 4, section 6.2; em and ex by the
// font size of 16 pixels that browsers begin with.
var units = map[string]float64{
	"": 1, "px": 1, "pt": 96.0 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "em": 16, "rem": 16, "ex": 8,
}

// sizeOf reads the attributes of the root.
func sizeOf(attributes []xml.Attr) size {
	var s, view size
	for _, a := range attributes {
		if a.Name.Space != "" {
			continue
		}
		switch a.Name.Local {
		case "width":
			s.width = length(a.Value)
		case "height":
			s.height = length(a.Value)
		case "viewBox":
			view = viewBox(a.Value)
		}
	}
	switch {
	case s.width > 0 && s.height > 0:
		return s
	case view.width == 0 || view.height == 0:
		return s
	case s.width > 0:
		return size{s.width, s.width * view.height / view.width}
	case s.height > 0:
		return size{s.height * view.width / view.height, s.height}
	}
	return view
}

// length reads a CSS length; percentages and what is not a length are 0.
func length(value string) float64 {
	value = strings.ToLower(strings.TrimSpace(value))
	number := strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz%")
	scale, ok := units[value[len(number):]]
	if !ok {
		return 0
	}
	return positive(number) * scale
}

func viewBox(value string) size {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' })
	if len(parts) != 4 {
		return size{}
	}
	return size{positive(parts[2]), positive(parts[3])}
}

// positive reads a number that can be a length; others are 0.
func positive(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) || v > 1e9 {
		return 0
	}
	return v
}
