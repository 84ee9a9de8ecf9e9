package bundle

import (
	"maps"
	"slices"
	"strings"

	"signet/domain"
)

// of returns what of a content is wanted, and whether that is anything.
func (s Selection) of(kind domain.Kind, source domain.Locale, c domain.Content) (domain.Content, bool) {
	out := domain.Content{Files: c.Files, Colours: c.Colours, Licence: c.Licence}
	wanted := kind == domain.Logo
	for _, u := range c.Units {
		if u.Audience != "" && len(s.Audiences) > 0 && !slices.Contains(s.Audiences, u.Audience) {
			continue
		}
		u.Text = s.texts(u.Text)
		if u.Role == domain.UnitName && len(u.Text) == 0 {
			u.Text = original(c.Name(), source)
		}
		if len(u.Text) == 0 {
			continue
		}
		wanted = wanted || isMain(u.Role)
		out.Units = append(out.Units, u)
	}
	for _, p := range c.Placeholders {
		p.Note = s.texts(p.Note)
		p.Forms = maps.Clone(p.Forms)
		maps.DeleteFunc(p.Forms, func(l domain.Locale, _ domain.PluralForms) bool { return !s.wants(l) })
		out.Placeholders = append(out.Placeholders, p)
	}
	return out, wanted
}

// isMain tells whether an item is there for units of the role.
func isMain(r domain.UnitRole) bool { return r != domain.UnitName && r != domain.UnitNote }

func (s Selection) texts(t domain.Texts) domain.Texts {
	out := t.Clone()
	maps.DeleteFunc(out, func(l domain.Locale, _ string) bool { return !s.wants(l) })
	return out
}

// original is a text in its source locale only.
func original(t domain.Texts, source domain.Locale) domain.Texts {
	if text, ok := t[source]; ok {
		return domain.Texts{source: text}
	}
	return t
}

// text is what an item says in one locale, as a file of plain text, or "" for
// nothing. Slogans and templates can be used as they are; the parts of a message
// set stand under what they are for.
func (i *item) text(l domain.Locale) string {
	var parts []string
	for _, u := range i.Content.Units {
		text, ok := u.Text[l]
		switch {
		case !ok || !isMain(u.Role):
		case i.Kind == domain.MessageSet:
			about := strings.Join(strings.Fields(string(u.Role)+" "+u.Pillar+" "+u.Audience), " ")
			parts = append(parts, "["+about+"]\n"+text)
		default:
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// locales are those in which the item has a text, sorted.
func (i *item) locales() []domain.Locale {
	all := domain.Texts{}
	for _, u := range i.Content.Units {
		maps.Copy(all, u.Text)
	}
	return all.Locales()
}
