package book

import (
	"math"
	"strconv"
	"strings"
)

// colour is one of a logo's.
type colour struct {
	Hex   string
	Names sayings
}

// RGB is the colour as three numbers of 0 to 255, black if it is written otherwise than
// as #RRGGBB.
func (c colour) RGB() [3]int {
	var rgb [3]int
	n, err := strconv.ParseUint(strings.TrimPrefix(c.Hex, "#"), 16, 32)
	if err != nil || len(c.Hex) != len("#RRGGBB") {
		return rgb
	}
	for i := range rgb {
		rgb[2-i] = int(n>>(8*i)) & 0xFF
	}
	return rgb
}

// Plain is the colour as addresses write it.
func (c colour) Plain() string { return strings.ToLower(strings.TrimPrefix(c.Hex, "#")) }

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	var linear [3]float64
	for i, channel := range c.RGB() {
		s := float64(channel) / 255
		if linear[i] = s / 12.92; s > 0.04045 {
			linear[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

// OnWhite and OnBlack are the contrast ratios of WCAG 2.2 against white and black, from 1
// to 21. Text needs 4.5, large text 3.
func (c colour) OnWhite() float64 { return 1.05 / (c.luminance() + 0.05) }

// OnBlack is the contrast ratio against black.
func (c colour) OnBlack() float64 { return (c.luminance() + 0.05) / 0.05 }

// Ink is the one of black and white that is easier to read on the colour.
func (c colour) Ink() string {
	if c.OnWhite() > c.OnBlack() {
		return "#ffffff"
	}
	return "#000000"
}

// Fits says what a contrast is enough for: text, large text, or no text.
func (c colour) Fits(ratio float64) string {
	const text, large = 4.5, 3
	switch {
	case ratio >= text:
		return "text"
	case ratio >= large:
		return "large"
	}
	return "none"
}
