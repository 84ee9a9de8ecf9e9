package book

import (
	"cmp"
	"slices"
	"strings"
)

// standing is what a page asks of a version that is in force.
const standing = `
fragment Standing on ApprovedVersion {
	key kind number validFrom validUntil edition
	content {
		licence locales
		units { id role pillar audience texts { locale text } }
		placeholders { name type example notes { locale text } }
		colours { hex names { locale text } }
	}
	files { url small: rendition(width: 400, format: WEBP) large: rendition(width: 800, format: WEBP) file { name colour layout mediaType size width height } }
	item { inForce { number } }
}`

// preview is added to the address of a rendition that is only shown: that is no download,
// needs no permission to download, and is not recorded.
const preview = "&preview=1"

// version is one that is in force, or was on the day that a page is about.
type version struct {
	Key, Kind             string
	Number                int
	ValidFrom, ValidUntil string
	Edition               int
	Content               struct {
		Licence      string
		Locales      []string
		Units        []unit
		Placeholders []placeholder
		Colours      []colour
	}
	Files []*file
	Item  struct{ InForce *struct{ Number int } }
	// Older: another one is in force today, or none.
	Older bool
	// Shown tells whether whoever reads the page may see its pictures.
	Shown bool
}

type unit struct {
	ID, Role, Pillar, Audience string
	Texts                      sayings
}

type file struct {
	URL, Small, Large string
	File              struct {
		Name, Colour, Layout, MediaType string
		Size, Width, Height             int
	}
	// Shown: it is a picture, which whoever reads the page may see.
	Shown bool
}

// page is a page of versions, as Relay has it.
type page struct {
	Edges    []struct{ Node *version }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// versions are those of a page.
func (p page) versions() []*version {
	all := make([]*version, len(p.Edges))
	for i, e := range p.Edges {
		all[i] = e.Node
	}
	return all
}

// ready notes of versions what their pages need to know.
func (w view) ready(all ...*version) {
	for _, v := range all {
		v.Older = v.Item.InForce == nil || v.Item.InForce.Number != v.Number
		// Nobody is shown files of what is not in force; of members those who read
		// drafts are, also when it was withdrawn.
		v.Shown = !v.Older || w.visit.Can("read.unapproved")
		for _, f := range v.Files {
			f.Shown = v.Shown && f.picture()
			f.Small, f.Large = f.Small+preview, f.Large+preview
		}
	}
}

// Title is its name for a reader of a language.
func (v *version) Title(lang string) title { return titled(v.First("NAME").In(lang)) }

// Chapter is where in the book it stands.
func (v *version) Chapter() string {
	return map[string]string{"SLOGAN": "slogans", "LOGO": "logos", "MESSAGE_SET": "messages", "TEMPLATE": "templates"}[v.Kind]
}

// Languages are those in which it says something, in the order for a reader of one.
func (v *version) Languages(lang string) []string { return languages(lang, v) }

// First is what the first unit of a role says.
func (v *version) First(role string) sayings {
	for _, u := range v.Content.Units {
		if u.Role == role {
			return u.Texts
		}
	}
	return nil
}

// All are the units of some roles, in their order.
func (v *version) All(roles ...string) (of []unit) {
	for _, u := range v.Content.Units {
		if slices.Contains(roles, u.Role) {
			of = append(of, u)
		}
	}
	return of
}

// Terms are the terms of use. The kit writes them in both languages, with a stroke
// between; what has letters of Vietnamese alone is taken for that.
func (v *version) Terms() (terms []said) {
	for part := range strings.SplitSeq(v.Content.Licence, " / ") {
		if part = strings.TrimSpace(part); part != "" {
			terms = append(terms, said{languageOf(part), part})
		}
	}
	return terms
}

// languageOf tells Vietnamese from what is taken for English.
func languageOf(text string) string {
	for _, r := range text {
		if strings.ContainsRune("ăâđêôơưĂÂĐÊÔƠƯ", r) || r >= 'ạ' && r <= 'ỹ' {
			return "vi"
		}
	}
	return "en"
}

// variant is a logo in one colour and one layout, in some formats.
type variant struct {
	Colour, Layout string
	Files          []*file
}

// Key names it in addresses.
func (v variant) Key() string { return strings.ToLower(v.Colour + "-" + v.Layout) }

// Picture is the file that stands for it: a drawing if there is one, else the widest
// bitmap; what is no picture, such as a PDF, if there is nothing else.
func (v variant) Picture() *file {
	return slices.MaxFunc(v.Files, func(a, b *file) int { return cmp.Or(a.worth()-b.worth(), a.File.Width-b.File.Width) })
}

func (f *file) worth() int {
	switch {
	case f.File.MediaType == "image/svg+xml":
		return 2
	case f.picture():
		return 1
	}
	return 0
}

// picture tells what renditions can be made of from what they can't.
func (f *file) picture() bool { return strings.HasPrefix(f.File.MediaType, "image/") }

// Grounds are the classes of the grounds on which it is shown. One colour is for where
// colours can't be had: on paper, and on a light ground of another colour.
func (v variant) Grounds() []string {
	switch v.Colour {
	case "REVERSED":
		return []string{"night"}
	case "ONE":
		return []string{"paper", "tint"}
	}
	return []string{"paper"}
}

// Format is how a format is called: SVG, PNG, PDF.
func (f *file) Format() string {
	_, name, _ := strings.Cut(f.File.MediaType, "/")
	name, _, _ = strings.Cut(name, "+")
	return strings.ToUpper(name)
}

// Height is the height of a picture of a width.
func (f *file) Height(width int) int {
	if f.File.Width == 0 {
		return width
	}
	return max(1, width*f.File.Height/f.File.Width)
}

// Variants are those of a logo, full colour first.
func (v *version) Variants() (all []variant) {
	for _, f := range v.Files {
		at := slices.IndexFunc(all, func(o variant) bool { return o.Colour == f.File.Colour && o.Layout == f.File.Layout })
		if at < 0 {
			at = len(all)
			all = append(all, variant{Colour: f.File.Colour, Layout: f.File.Layout})
		}
		all[at].Files = append(all[at].Files, f)
	}
	colours, layouts := []string{"FULL", "REVERSED", "ONE"}, []string{"HORIZONTAL", "STACKED", "MARK"}
	slices.SortStableFunc(all, func(a, b variant) int {
		return cmp.Or(slices.Index(colours, a.Colour)-slices.Index(colours, b.Colour), slices.Index(layouts, a.Layout)-slices.Index(layouts, b.Layout))
	})
	return all
}

// Main is the picture that stands for a logo; nil if none may be shown.
func (v *version) Main() *file {
	for _, o := range v.Variants() {
		if p := o.Picture(); p.Shown {
			return p
		}
	}
	return nil
}

// Pictured is the first picture in a colour; nil if none may be shown.
func (v *version) Pictured(colour string) *file {
	for _, o := range v.Variants() {
		if p := o.Picture(); p.Shown && o.Colour == colour {
			return p
		}
	}
	return nil
}
