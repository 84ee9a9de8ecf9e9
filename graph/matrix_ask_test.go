package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// question is a field at the root. Where it has $x, that is a value of a type.
type question struct {
	field, typ string
	value      any
}

// together is how many questions are asked in one document: no more errors than these
// are told.
const together = 15

// askAll asks as somebody, and returns the answer to each: its value is all of raw, if
// it was not refused.
func (m *matrix) askAll(c caller, kind string, all []question) []response {
	m.t.Helper()
	out := make([]response, 0, len(all))
	for some := range slices.Chunk(all, together) {
		var declared, fields []string
		in := vars{}
		for i, q := range some {
			field := q.field
			if q.typ != "" {
				name := fmt.Sprintf("x%d", i)
				in[name] = q.value
				declared = append(declared, "$"+name+": "+q.typ)
				field = strings.ReplaceAll(field, "$x", "$"+name)
			}
			fields = append(fields, fmt.Sprintf("a%d: %s", i, field))
		}
		if len(declared) > 0 {
			kind, _, _ = strings.Cut(kind, "(")
			kind += "(" + strings.Join(declared, ", ") + ")"
		}
		r := m.ask(c.name, kind+" { "+strings.Join(fields, " ")+" }", in)
		for i := range some {
			out = append(out, m.part(r, fmt.Sprintf("a%d", i)))
		}
	}
	return out
}

// part is of an answer what is one question's.
func (m *matrix) part(r response, alias string) response {
	m.t.Helper()
	p := r
	p.Errors = nil
	for _, e := range r.Errors {
		if len(e.Path) == 0 {
			m.t.Fatal(r.raw)
		}
		if e.Path[0] == alias {
			p.Errors = append(p.Errors, e)
		}
	}
	value, err := json.Marshal(struct{ Value, Errors any }{r.Data[alias], p.Errors})
	if err != nil {
		m.t.Fatal(err)
	}
	p.raw = strings.ReplaceAll(string(value), `"`+alias+`"`, `"a"`)
	return p
}
