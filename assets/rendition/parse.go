package rendition

import (
	"encoding/hex"
	"image/color"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxDensity is that of the finest displays.
const maxDensity = 4

var white = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}

// ParseSpec reads a Spec from the query of a URL:
//
//	width, height  1 to 4096, in CSS pixels
//	density        1 to 4 with at most two decimals, pixels per CSS pixel; 1 if absent
//	fit            contain (if absent), inside, pad, cover, stretch
//	padding        clear space within each side: 0 to 2047 CSS pixels, or 0 to 49 with
//	               % (in a URL %25) of the shorter of the sides that are given
//	format         png (if absent), jpeg, webp
//	quality        1 to 100, of a JPEG; 85 if absent
//	compression    best, of a PNG; quick and good if absent
//	background     RRGGBB or RRGGBBAA in hexadecimal, without #; if absent white
//	               for a JPEG and else transparent
//
// Anything else is refused with assets.ErrInvalidSpec, whose Field names the
// parameter: other parameters, a parameter given twice, other spellings.
func ParseSpec(query url.Values) (Spec, error) {
	s := Spec{Fit: Contain, Format: PNG}
	density, padding := 1.0, ""
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		if len(values) != 1 {
			return Spec{}, invalid(known(name), "a parameter is given once")
		}
		if name == "padding" {
			if padding = values[0]; padding == "" {
				return Spec{}, invalid(name, "this is no whole number of pixels or per cent")
			}
			continue // it may be a share of the sides
		}
		if err := s.set(name, values[0], &density); err != nil {
			return Spec{}, err
		}
	}
	if s.Format == JPEG && s.Quality == 0 {
		s.Quality = DefaultQuality
	}
	if s.Format == JPEG && s.Background == (color.NRGBA{}) {
		s.Background = white
	}
	s.Width, s.Height = scaled(s.Width, density), scaled(s.Height, density)
	var err error
	if s.Padding, err = parsePadding(padding, s, density); err != nil {
		return Spec{}, err
	}
	if err := s.Check(); err != nil {
		return Spec{}, err
	}
	return s, nil
}

func (s *Spec) set(name, value string, density *float64) (err error) {
	switch name {
	case "width":
		s.Width, err = number(name, value, MaxSide)
	case "height":
		s.Height, err = number(name, value, MaxSide)
	case "quality":
		s.Quality, err = number(name, value, 100)
	case "density":
		*density, err = parseDensity(value)
	case "fit":
		s.Fit = Fit(value)
	case "format":
		s.Format = Format(value)
	case "compression":
		s.Compression = Compression(value)
		if value == string(Normal) {
			err = invalid(name, "this is not best")
		}
	case "background":
		s.Background, err = parseColor(value)
	default:
		err = invalid(known(name), "there is no such parameter")
	}
	return err
}

// known returns a parameter's name, shortened if a stranger made it up.
func known(name string) string {
	const most = 40
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "") + "…"
	}
	return strings.ToValidUTF8(name, "\ufffd")
}

// number reads 1 to most, written without sign and leading zero.
func number(name, value string, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most || strconv.Itoa(n) != value {
		return 0, invalid(name, "this is no whole number from 1 to %d", most)
	}
	return n, nil
}

// parsePadding returns the clear space in pixels of a Spec whose sides are in
// pixels already. "" stands for none.
func parsePadding(value string, s Spec, density float64) (int, error) {
	digits, isShare := strings.CutSuffix(value, "%")
	n, err := strconv.Atoi(digits)
	switch {
	case value == "":
		return 0, nil
	case err != nil || n < 0 || strconv.Itoa(n) != digits:
		return 0, invalid("padding", "this is no whole number of pixels or per cent")
	case !isShare && n < MaxSide/2:
		return scaled(n, density), nil
	case !isShare || n > 49:
		return 0, invalid("padding", "the clear space is less than half of a side")
	}
	shorter := s.Width
	if s.Width == 0 || s.Height > 0 && s.Height < s.Width {
		shorter = s.Height
	}
	return (shorter*n + 50) / 100, nil
}

func parseDensity(value string) (float64, error) {
	whole, decimals, _ := strings.Cut(value, ".")
	d, err := strconv.ParseFloat(value, 64)
	if err != nil || len(whole) != 1 || len(decimals) > 2 || d < 1 || d > maxDensity {
		return 0, invalid("density", "this is no number from 1 to %d with at most two decimals", maxDensity)
	}
	return d, nil
}

// scaled returns a side in pixels; one that is too long stays so, for Check.
func scaled(side int, density float64) int {
	return int(float64(side)*density + 0.5)
}

func parseColor(value string) (color.NRGBA, error) {
	b, err := hex.DecodeString(value)
	if err != nil || len(b) != 3 && len(b) != 4 {
		return color.NRGBA{}, invalid("background", "a colour is RRGGBB or RRGGBBAA")
	}
	c := color.NRGBA{R: b[0], G: b[1], B: b[2], A: 0xFF}
	if len(b) == 4 {
		c.A = b[3]
	}
	if c.A == 0 {
		c = color.NRGBA{} // all that is transparent is the same
	}
	return c, nil
}
