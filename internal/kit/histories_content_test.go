package kit_test

import (
	"context"
	"maps"
	"slices"
	"strings"

	"signet/assets"
	"signet/domain"
)

// text draws a text of a unit; all of one role have the same placeholders.
func (h *historian) text(role domain.UnitRole) string {
	text := pick(h, "Hải Phòng", "yes", "a: b # c", "two\nlines", "港口 ", "🌺 hoa", "12", "«Biển lớn»")
	if role == domain.UnitBody {
		text += " {{first}}, {{second}}"
	}
	return text
}

func (h *historian) texts(role domain.UnitRole) domain.Texts {
	out := domain.Texts{}
	for _, l := range []domain.Locale{"vi", "en", "ja", "zh-TW"} {
		if len(out) < 2 || h.chance(40) {
			out[l] = h.text(role)
		}
	}
	return out
}

// content draws what a version of the kind says.
func (h *historian) content(kind domain.Kind) domain.Content {
	unit := func(id string, role domain.UnitRole) domain.Unit {
		return domain.Unit{ID: id, Role: role, Text: h.texts(role)}
	}
	c := domain.Content{Units: []domain.Unit{unit("name", domain.UnitName)}, Licence: pick(h, "", "Mẫu đề xuất", "a\nb")}
	switch kind {
	case domain.Slogan:
		c.Units = append(c.Units, unit("slogan", domain.UnitSlogan))
	case domain.MessageSet:
		m := unit("m", domain.UnitMessage)
		m.Pillar, m.Audience = pick(h, "", "ports"), pick(h, "", "press")
		c.Units = append(c.Units, m, unit("core", domain.UnitCore))
	case domain.Template:
		c.Units = append(c.Units, unit("body", domain.UnitBody))
		if h.chance(70) {
			c.Placeholders = []domain.Placeholder{h.placeholder()}
		}
	case domain.Logo:
		c.Colours = []domain.Colour{{Name: domain.Texts{}, Hex: "#C8102E"}, {Name: h.texts(""), Hex: "#FFFFFF"}}
		for _, name := range []string{"hải-phòng.svg", "Một màu (2).svg"}[:h.between(1, 2)] {
			c.Files = append(c.Files, h.file(name, len(c.Files)))
		}
	}
	return c
}

// placeholder draws one of each type, in each of its styles.
func (h *historian) placeholder() domain.Placeholder {
	p := domain.Placeholder{
		Name: "second", Note: h.texts(""), Example: pick(h, "", "2"),
		Type: pick(h, domain.PlaceholderText, domain.PlaceholderNumber, domain.PlaceholderDate, domain.PlaceholderPlural),
	}
	p.Style = pick(h, domain.PlaceholderStyles[p.Type]...)
	if p.Type == domain.PlaceholderPlural {
		p.Forms = map[domain.Locale]domain.PluralForms{
			"en": {"one": pick(h, "# project", "yes"), "other": "# projects"}, "vi": {"other": "# dự án"}, "ja": {"other": "#件"}, // none in ko
			pick[domain.Locale](h, "zh", "zh-TW"): {"other": pick(h, "#个项目", "12")},
		}
	}
	return p
}

func (h *historian) file(name string, n int) domain.File {
	picture := `<svg xmlns="http://www.w3.org/2000/svg" width="` + pick(h, "1", "2", "3") + `" height="1"/>`
	info, err := assets.Receive(context.Background(), h.store, strings.NewReader(picture), 1000)
	if err != nil {
		h.Fatal(err)
	}
	return domain.File{
		Colour: []domain.LogoColour{domain.FullColour, domain.OneColour}[n], Layout: domain.Mark, Name: name,
		Digest: string(info.Ref), MediaType: string(info.Media), Size: info.Size, Width: info.Width, Height: info.Height,
	}
}

// altered draws what follows a content: some of its texts are written anew, in
// the source or not, and the others stay, so that some are left behind.
func (h *historian) altered(kind domain.Kind, c domain.Content) domain.Content {
	if h.chance(25) {
		return h.content(kind)
	}
	c.Units = slices.Clone(c.Units)
	for i, u := range c.Units {
		if h.chance(50) {
			text := maps.Clone(u.Text)
			text[pick(h, locales(text)...)] = h.text(u.Role)
			c.Units[i].Text = text
		}
	}
	return c
}
