package audits

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signet/internal/portal/frame"
)

// roots is how many fields a document has at its root, at most.
const roots = 20

// document is one that is made of several fields of one shape.
type document struct {
	Name      string
	Types     string // of the variables that all fields use: "$from: Date!"
	Variables frame.Vars
	Fragments string
}

// asked is a field of such a document, with a variable of its own.
type asked struct {
	Field string // with %s for the name of the variable
	Type  string // of the variable
	Value any
}

// askEach asks in as few documents as the API takes, and returns the answers in the
// order of the questions.
func askEach[T any](v *frame.Visit, d document, questions []asked) ([]T, error) {
	answers := make([]T, 0, len(questions))
	for some := range slices.Chunk(questions, roots) {
		var fields strings.Builder
		types, all := d.Types, maps.Clone(d.Variables)
		for i, q := range some {
			own := fmt.Sprintf("v%d", i)
			fmt.Fprintf(&fields, "a%d: "+q.Field+"\n", i, own)
			types += fmt.Sprintf(", $%s: %s", own, q.Type)
			all[own] = q.Value
		}
		told := map[string]T{}
		if err := v.Ask(fmt.Sprintf("query %s(%s) {\n%s}\n%s", d.Name, types, fields.String(), d.Fragments), all, &told); err != nil {
			return nil, err
		}
		for i := range some {
			answers = append(answers, told[fmt.Sprintf("a%d", i)])
		}
	}
	return answers, nil
}

// names are the names of items by their keys.
type names map[string]string

// Of is an item's name; its key where no name is told.
func (n names) Of(key string) string {
	if n[key] == "" {
		return key
	}
	return n[key]
}

// namesOf asks for the names of items.
func namesOf(v *frame.Visit, keys ...string) (names, error) {
	keys = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(keys))), func(key string) bool { return key == "" })
	questions := make([]asked, len(keys))
	for i, key := range keys {
		questions[i] = asked{"item(key: $%s) { name(locale: $locale) }", "String!", key}
	}
	d := document{Name: "AuditsNames", Types: "$locale: Locale!", Variables: frame.Vars{"locale": v.Lang}}
	answers, err := askEach[*struct{ Name string }](v, d, questions)
	out := names{}
	for i, a := range answers {
		if a != nil {
			out[keys[i]] = a.Name
		}
	}
	return out, err
}
