package projections

import (
	"fmt"
	"slices"
	"time"

	"signet/domain"
)

// FieldChange is what two versions say differently in one field.
type FieldChange struct {
	// Field is the path of the field: "slogan.ja", "files.logo.svg", "licence".
	Field string
	// Locale is that of a text, empty for other fields.
	Locale domain.Locale
	Before string // empty: was not there
	After  string // empty: is no longer there
	// Segments spell out After against Before, in order.
	Segments []Segment
}

// Segment is a piece of text that was kept, inserted or deleted.
type Segment struct {
	Op   SegmentOp
	Text string
}

// SegmentOp is what became of a segment.
type SegmentOp string

// What became of a segment.
const (
	SegmentKept     SegmentOp = "kept"
	SegmentInserted SegmentOp = "inserted"
	SegmentDeleted  SegmentOp = "deleted"
)

// diffTime bounds the work on one field; what is found until then is coarser,
// never wrong.
const diffTime = 200 * time.Millisecond

// Diff compares two contents field by field, in the order of the fields.
func Diff(before, after *domain.Content) []FieldChange {
	a, b := fields(before), fields(after)
	var out []FieldChange
	for _, f := range b {
		i := slices.IndexFunc(a, func(g field) bool { return g.path == f.path })
		old := ""
		if i >= 0 {
			old = a[i].value
		}
		if old != f.value {
			out = append(out, change(f, old, f.value))
		}
	}
	for _, f := range a {
		if !slices.ContainsFunc(b, func(g field) bool { return g.path == f.path }) {
			out = append(out, change(f, f.value, ""))
		}
	}
	return out
}

func change(f field, before, after string) FieldChange {
	return FieldChange{Field: f.path, Locale: f.locale, Before: before, After: after, Segments: segments(before, after)}
}

type field struct {
	path   string
	locale domain.Locale
	value  string
}

// fields flattens a content into comparable fields.
func fields(c *domain.Content) []field {
	var out []field
	add := func(path string, locale domain.Locale, value string) {
		if value != "" {
			out = append(out, field{path, locale, value})
		}
	}
	for _, u := range c.Units {
		for _, l := range u.Text.Locales() {
			add(u.ID+"."+string(l), l, u.Text[l])
		}
		add(u.ID+".role", "", string(u.Role))
		add(u.ID+".pillar", "", u.Pillar)
		add(u.ID+".audience", "", u.Audience)
	}
	for _, p := range c.Placeholders {
		add("placeholders."+p.Name, "", p.Name)
		add("placeholders."+p.Name+".example", "", p.Example)
		add("placeholders."+p.Name+".type", "", string(p.Type))
		add("placeholders."+p.Name+".style", "", p.Style)
		for _, f := range p.FormList() {
			add("placeholders."+p.Name+".forms."+string(f.Locale)+"."+f.Category, f.Locale, f.Text)
		}
		for _, l := range p.Note.Locales() {
			add("placeholders."+p.Name+".note."+string(l), l, p.Note[l])
		}
	}
	for _, f := range c.Files {
		add("files."+f.Name, "", fmt.Sprintf("%s, %s, %s, sha256:%s", f.Colour, f.Layout, f.MediaType, f.Digest))
	}
	for i, colour := range c.Colours {
		add(fmt.Sprintf("colours[%d]", i), "", colour.Hex)
		for _, l := range colour.Name.Locales() {
			add(fmt.Sprintf("colours[%d].name.%s", i, l), l, colour.Name[l])
		}
	}
	add("licence", "", c.Licence)
	return out
}
