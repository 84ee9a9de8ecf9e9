package desk

import (
	"fmt"
	"slices"
	"strings"
)

// unitRow is a unit in the form.
type unitRow struct {
	unit
	Index         int
	Row           string // prefix of its fields
	Anchor        string
	TextField     field
	PillarField   field
	AudienceField field
	Must, Fresh   bool
	Change        *change
	Comments      []comment
	// Foreign is the locale of a translation of it that was refused, which is corrected
	// on another page.
	Foreign string
	Wrong   bool // something of it, or all, was refused
}

// Units are the rows of the form's texts.
func (e *editor) Units() []unitRow {
	must := map[string]bool{}
	for _, o := range offers[e.Kind] {
		must[o.Role] = o.Must
	}
	var out []unitRow
	for i, u := range e.Content.Units {
		row, at := fmt.Sprintf("%s.%d", rowUnit, i), fmt.Sprintf("content.units[%d]", i)
		r := unitRow{
			unit: u, Index: i, Row: row, Anchor: anchor(at), Must: must[u.Role], Fresh: e.Fresh == u.ID && e.Fresh != "",
			Change: e.Changed(u.ID), Comments: e.Comments(u.ID), Wrong: e.WrongAt(at),
		}
		r.TextField = e.field(row+".text", u.Texts.In(e.Source), "%s.text.%s", at, e.Source)
		r.PillarField = e.field(row+".pillar", u.Pillar, "%s.pillar", at)
		r.AudienceField = e.field(row+".audience", u.Audience, "%s.audience", at)
		if locale, foreign := strings.CutPrefix(e.refusedAt(), at+".text."); foreign && locale != e.Source {
			r.Foreign = locale
		}
		out = append(out, r)
	}
	return out
}

// fileRow is a file in the form.
type fileRow struct {
	file
	Index       int
	Row, Anchor string
	NameField   field
	ColourField field
	LayoutField field
	Wrong       bool
	Picture     string // where it can be seen; empty where it can't
}

// Colours are the variants that can be chosen.
func (fileRow) Colours() []string { return []string{"FULL", "ONE", "REVERSED"} }

// Layouts are the variants that can be chosen.
func (fileRow) Layouts() []string { return []string{"HORIZONTAL", "STACKED", "MARK"} }

// FileRows are the rows of the form's files.
func (e *editor) FileRows() []fileRow {
	var out []fileRow
	for i, f := range e.Content.Files {
		row, at := fmt.Sprintf("%s.%d", rowFile, i), fmt.Sprintf("content.files[%d]", i)
		out = append(out, fileRow{
			file: f, Index: i, Row: row, Anchor: anchor(at), Wrong: e.WrongAt(at), Picture: e.picture(f),
			NameField:   e.field(row+".name", f.Name, "%s.name", at),
			ColourField: e.field(row+".colour", f.Colour, "%s.colour", at),
			LayoutField: e.field(row+".layout", f.Layout, "%s.layout", at),
		})
	}
	return out
}

// picture is the address of a file that the draft has already; what is approved is not
// looked at here, since that would count as a use of it.
func (e *editor) picture(f file) string {
	if e.Version == nil || !strings.HasPrefix(f.MediaType, "image/") {
		return ""
	}
	kept := slices.IndexFunc(e.Version.Content.Files, func(k file) bool { return k.Digest == f.Digest })
	if kept < 0 {
		return ""
	}
	address := e.v.Path("/files/", e.Key, "/", e.Version.Number, "/", e.Version.Content.Files[kept].Name)
	return strings.TrimPrefix(address, "/"+string(e.v.Lang))
}

// colourRow is a colour in the form.
type colourRow struct {
	Index       int
	Row, Anchor string
	Hex         field
	Names       []localField
	Wrong       bool
}

// localField is a field in one locale.
type localField struct {
	Field  field
	Locale string
}

// ColourRows are the rows of the form's palette.
func (e *editor) ColourRows() []colourRow {
	var out []colourRow
	for i, c := range e.Content.Colours {
		row, at := fmt.Sprintf("%s.%d", rowColour, i), fmt.Sprintf("content.colours[%d]", i)
		out = append(out, colourRow{
			Index: i, Row: row, Anchor: anchor(at), Wrong: e.WrongAt(at),
			Hex: e.field(row+".hex", c.Hex, "%s.hex", at), Names: e.locals(row+".name", at+".name", c.Names),
		})
	}
	return out
}

// locals are the fields of a short text in each locale of the form.
func (e *editor) locals(name, path string, said textsIn) []localField {
	var out []localField
	for _, l := range e.Content.locales(e.Source) {
		out = append(out, localField{e.field(name+"."+l, said.In(l), "%s.%s", path, l), l})
	}
	return out
}

// placeholderRow is the description of a placeholder in the form.
type placeholderRow struct {
	placeholder
	Row, Anchor           string
	TypeField, StyleField field
	ExampleField          field
	NoteFields            []localField
	FormRows              []formRow
	Unused, Wrong         bool
}

// formRow is a form of a plural; the last one is empty, for one more.
type formRow struct {
	pluralForm
	Row   string
	Wrong bool
}

// What is offered for a placeholder, by domain.PlaceholderStyles and PluralCategories.
var (
	placeholderTypes  = []string{"TEXT", "NUMBER", "DATE", "PLURAL"}
	placeholderStyles = map[string][]string{"NUMBER": {"percent"}, "DATE": {"full", "long", "medium", "short"}}
	pluralCategories  = []string{"other", "one", "two", "few", "many", "zero"}
)

// Types, Styles and Categories are what can be chosen.
func (placeholderRow) Types() []string { return placeholderTypes }

// Styles are those of the row's type.
func (r placeholderRow) Styles() []string { return placeholderStyles[r.Type] }

// Categories are those of plurals.
func (placeholderRow) Categories() []string { return pluralCategories }

// PlaceholderRows are the rows of the form's placeholders.
func (e *editor) PlaceholderRows() []placeholderRow {
	used := e.Content.used(e.Source)
	var out []placeholderRow
	for i, p := range e.Content.Placeholders {
		row, at := fmt.Sprintf("%s.%d", rowPlaceholder, i), fmt.Sprintf("content.placeholders[%d]", i)
		r := placeholderRow{
			placeholder: p, Row: row, Anchor: anchor(at), Unused: !slices.Contains(used, p.Name), Wrong: e.WrongAt(at),
			TypeField: e.field(row+".type", p.Type, "%s.type", at), StyleField: e.field(row+".style", p.Style, "%s.style", at),
			ExampleField: e.field(row+".example", p.Example, "%s.example", at), NoteFields: e.locals(row+".note", at+".note", p.Notes),
		}
		if p.Type == "PLURAL" {
			for n, f := range append(slices.Clone(p.Forms), pluralForm{Locale: e.nextForm(p)}) {
				wrong := e.WrongAt(fmt.Sprintf("%s.forms[%d]", at, n)) || f.Locale != "" && e.WrongAt(at+".forms."+f.Locale)
				r.FormRows = append(r.FormRows, formRow{f, fmt.Sprintf("%s.%s.%d", row, rowForm, n), wrong})
			}
		}
		out = append(out, r)
	}
	return out
}

// nextForm is the first locale in which the version speaks and the plural has no form.
func (e *editor) nextForm(p placeholder) string {
	for _, u := range e.Content.Units {
		for _, t := range u.Texts {
			if !slices.ContainsFunc(p.Forms, func(f pluralForm) bool { return f.Locale == t.Locale }) {
				return t.Locale
			}
		}
	}
	return e.Source
}
