package bundle

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// This file writes tokens.json by the Design Tokens Format Module 2025.10
// (https://www.designtokens.org/TR/2025.10/format/) and its Color Module
// (https://www.designtokens.org/TR/2025.10/color/). Colours are all that a kit
// tells of design: the registry keeps no fonts and no sizes as such.

// group is a group of tokens, or of groups. Its members stand in it by name, with
// its own properties, which begin with a dollar sign.
type group map[string]any

type token struct {
	Value       colour `json:"$value"`
	Description string `json:"$description,omitempty"`
}

// colour is a colour of sRGB, which is what #RRGGBB means.
type colour struct {
	Space      string     `json:"colorSpace"`
	Components [3]float64 `json:"components"` // 0 to 1
	Alpha      float64    `json:"alpha"`
	Hex        string     `json:"hex"` // in lower case
}

// tokens are the colours of the logos: color.<key of the logo>.<name>.
func tokens(k *kit) group {
	colours := group{"$type": "color"}
	for _, i := range k.items {
		if len(i.Content.Colours) == 0 {
			continue
		}
		logo := group{"$description": i.Content.Name().First(i.Source)}
		for n, c := range i.Content.Colours {
			name := tokenName(c, i.Source, n)
			for twin := 2; logo[name] != nil; twin++ {
				name = tokenName(c, i.Source, n) + "-" + strconv.Itoa(twin)
			}
			logo[name] = token{Value: colourOf(c.Hex), Description: c.Name.First(i.Source)}
		}
		colours[i.Item] = logo
	}
	return group{"$description": k.selection.Registry, "color": colours}
}

// tokenName names a colour for programs, in ASCII: by its name in English, or else
// in the source locale without its marks, or else by its number from 1.
func tokenName(c domain.Colour, source domain.Locale, n int) string {
	for _, l := range []domain.Locale{"en", source} {
		if name := slug(c.Name[l]); name != "" {
			return name
		}
	}
	return "colour-" + strconv.Itoa(n+1)
}

// slug is a name in a-z and 0-9, in words joined by dashes. The format forbids
// braces, dots and a dollar sign at the beginning.
func slug(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return ' '
	}, norm.NFD.String(strings.ToLower(name)))
	return strings.Join(strings.Fields(plain), "-")
}

// colourOf reads #RRGGBB, which is how the registry keeps a colour.
func colourOf(hex string) colour {
	out := colour{Space: "srgb", Alpha: 1, Hex: strings.ToLower(hex)}
	rgb, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		return out // black; the registry has refused it long before
	}
	for n := range out.Components {
		part := float64(rgb >> (16 - 8*n) & 0xFF)
		out.Components[n] = math.Round(part/255*1e5) / 1e5 // enough to come back to the same byte
	}
	return out
}
