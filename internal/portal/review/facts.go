package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// fact is what a version says beside its texts and files.
type fact struct{ field, locale, value string }

// facts have the paths that the API names in a difference.
func (c *content) facts() (out []fact) {
	add := func(field, locale, value string) {
		if value != "" {
			out = append(out, fact{field, locale, value})
		}
	}
	for _, p := range c.Placeholders {
		path := "placeholders." + p.Name
		add(path, "", p.Name)
		add(path+".example", "", p.Example)
		if p.Type != "TEXT" { // as most are; the difference goes without it, too
			add(path+".type", "", strings.ToLower(p.Type))
		}
		add(path+".style", "", p.Style)
		for _, n := range p.Notes {
			add(path+".note."+n.Locale, n.Locale, n.Text)
		}
		for _, f := range p.Forms {
			add(path+".forms."+f.Locale+"."+f.Category, f.Locale, f.Text)
		}
	}
	for i, colour := range c.Colours {
		path := fmt.Sprintf("colours[%d]", i)
		add(path, "", colour.Hex)
		for _, n := range colour.Names {
			add(path+".name."+n.Locale, n.Locale, n.Text)
		}
	}
	add("licence", "", c.Licence)
	return out
}

// factRows are the facts of both, and what else differs: nothing is left out.
func factRows(before, after *content, by map[string]change, both bool) *section {
	s := &section{}
	was := map[string]string{}
	for _, f := range before.facts() {
		was[f.field] = f.value
	}
	for _, f := range after.facts() {
		r := &row{Field: f.field, Locale: f.locale}
		r.fill(by, f.field, was[f.field], f.value, both)
		s.add(r)
	}
	for _, field := range slices.Sorted(maps.Keys(by)) {
		if c := by[field]; !isFile(field) {
			r := &row{Field: field, Locale: c.Locale}
			r.fill(by, field, c.Before, c.After, both)
			s.add(r)
		}
	}
	return s
}

// label names a fact: its kind is that of a text, Name is of what it is a fact.
type label struct{ Kind, Name string }

// Label reads what a fact is from its path in the API. What it does not know keeps its
// path as its name.
func (r *row) Label() label {
	head, rest, _ := strings.Cut(r.Field, ".")
	switch {
	case r.Field == "licence":
		return label{Kind: "licence"}
	case head == "placeholders":
		name, kind, _ := strings.Cut(rest, ".")
		kind, _, _ = strings.Cut(kind, ".")
		return label{cmp.Or(kind, "placeholder"), "{{" + name + "}}"}
	case strings.HasPrefix(head, "colours["):
		kind, _, _ := strings.Cut(rest, ".")
		i, _ := strconv.Atoi(strings.Trim(head, "colurs[]"))
		return label{"colour" + kind, strconv.Itoa(i + 1)}
	}
	return label{Name: r.Field}
}

// Hex is the colour that a fact is, in the new version; empty for other facts.
func (r *row) Hex() string {
	if l := r.Label(); l.Kind == "colour" && len(r.After) > 0 {
		return plain(r.After)
	}
	return ""
}
