package graph_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"signet/graph/gen"
	"signet/graph/rules"
)

// steps is how many things with a rule of their own a walk leads through, one in the
// other. Since each thing that may be seen is walked from, by a field at the root or by
// its id, two suffice for a way of any length: its first step into what may not be seen
// is one of them. SIGNET_MEASURE_ACCESS=1 takes three, as everybody.
func steps() int {
	if os.Getenv("SIGNET_MEASURE_ACCESS") == "1" {
		return 3
	}
	return 2
}

// arguments are those that a walk gives, by their names; a list is tried one by one.
var arguments = map[string][]string{
	"first": {"2"}, "number": {"1", "2", "3"}, "version": {"1"}, "key": {`"open-sea"`, `"gone"`, `"soon"`}, "locale": {`"vi"`}, "locales": {`["vi"]`}, "kind": {"SLOGAN"},
	"state": {"DRAFTED", "SUBMITTED"}, "query": {`"biển"`}, "from": {`"2026-11-01"`}, "to": {`"2026-11-30"`},
}

// avoided are fields that a walk does not go through: they are refused unless their
// arguments fit to what they stand at, or to who asks, and have probes of their own.
var avoided = map[string]bool{
	"Item.diff": true, "Query.compareEditions": true, "Query.fillTemplate": true, "Webhook.deliveries": true, "Query.node": true, "Query.audit": true, "EditionChange.diff": true,
}

// walker writes documents that ask for everything from which a caller is not kept.
type walker struct {
	schema    *ast.Schema
	caller    caller
	first     string            // how many rows of a page at the root
	fragments map[string]string // by their names
}

// open tells whether somebody may ask for a field at all.
func (w *walker) open(field string) bool {
	at := slices.IndexFunc(rules.Fields, func(r rules.Rule) bool { return r.Of == field })
	if at < 0 {
		return !avoided[field]
	}
	step, first := rules.Fields[at].For(w.caller.asker)
	// Delegations of other agencies are refused to whom sees those of their own.
	return !avoided[field] && step.Sight != rules.Refused && (field != "Agency.delegations" || first == 0)
}

// ruled tells whether a type is one that node finds, or stands for one.
func ruled(name string) bool {
	return name == "ApprovedVersion" || slices.ContainsFunc(rules.Nodes, func(r rules.Rule) bool { return r.Of == name })
}

// selection names the fragment that asks for all of a type, and of what leads on from
// it. The same is asked for once however many ways lead to it.
func (w *walker) selection(of *ast.Definition, left int) string {
	if !w.leads(of, map[string]bool{}) {
		left = 0
	}
	name := of.Name + strconv.Itoa(left)
	if _, there := w.fragments[name]; there {
		return name
	}
	w.fragments[name] = ""
	var b strings.Builder
	b.WriteString("fragment " + name + " on " + of.Name + " { __typename")
	for _, f := range of.Fields {
		if to := w.schema.Types[f.Type.Name()]; !to.IsLeafType() {
			b.WriteString(w.field(of, f, left))
		} else if !strings.HasPrefix(f.Name, "__") && w.open(of.Name+"."+f.Name) {
			b.WriteString(" " + f.Name + w.given(f, left)[0])
		}
	}
	b.WriteString(" }\n")
	w.fragments[name] = b.String()
	return name
}

// leads tells whether a way leads from a type to one with a rule of its own.
func (w *walker) leads(of *ast.Definition, seen map[string]bool) bool {
	if seen[of.Name] {
		return false
	}
	seen[of.Name] = true
	return slices.ContainsFunc(of.Fields, func(f *ast.FieldDefinition) bool {
		to := w.schema.Types[f.Type.Name()]
		return ruled(to.Name) || !to.IsLeafType() && w.leads(to, seen)
	})
}

func (w *walker) field(of *ast.Definition, f *ast.FieldDefinition, left int) string {
	to := w.schema.Types[f.Type.Name()]
	if strings.HasPrefix(f.Name, "__") || !w.open(of.Name+"."+f.Name) {
		return ""
	}
	below := left
	if ruled(to.Name) {
		below--
	}
	if below < 0 {
		return ""
	}
	name := w.selection(to, below)
	var b strings.Builder
	for i, arguments := range w.given(f, left) {
		fmt.Fprintf(&b, " %s%d: %s%s { ...%s }", f.Name, i, f.Name, arguments, name)
	}
	return b.String()
}

// document asks for something at the root.
func (w *walker) document(root string) string {
	return "{" + root + " }\n" + strings.Join(slices.Collect(maps.Values(w.fragments)), "")
}

// given are the arguments with which a field is asked for, each time.
func (w *walker) given(f *ast.FieldDefinition, left int) []string {
	times := []string{""}
	for _, a := range f.Arguments {
		values := arguments[a.Name]
		switch {
		case a.Name == "first" && left == steps():
			values = []string{w.first}
		case a.Name == "first":
		case !a.Type.NonNull || a.DefaultValue != nil:
			continue
		}
		var next []string
		for _, before := range times {
			for _, v := range values {
				next = append(next, strings.TrimPrefix(before+", "+a.Name+": "+v, ", "))
			}
		}
		times = next
	}
	for i, t := range times {
		if t != "" {
			times[i] = "(" + t + ")"
		}
	}
	return times
}

// sizes are of how many rows pages at the root have: as many as may be asked for.
var sizes = []string{"10", "3", "1"}

// walks ask for everything, from each field at the root and from each node that there
// is, and return what was answered.
func (m *matrix) walks(c caller) []response {
	m.t.Helper()
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	var all []response
	for _, f := range schema.Query.Fields {
		all = append(all, m.walk(c, func(first string) (documents []string) {
			w := &walker{schema, c, first, map[string]string{}}
			for root := range strings.SplitAfterSeq(w.field(schema.Query, f, steps()), " }") {
				if root != "" {
					documents = append(documents, w.document(root))
				}
			}
			return documents
		})...)
	}
	for _, rule := range rules.Nodes {
		for i := range rule.Steps {
			id, there := m.ids[rule.Of+" "+strconv.Itoa(i)]
			if !there {
				continue
			}
			all = append(all, m.walk(c, func(first string) []string {
				w := &walker{schema, c, first, map[string]string{}}
				return []string{w.document(fmt.Sprintf(" node(id: %q) { ...%s }", id, w.selection(schema.Types[rule.Of], steps()-1)))}
			})...)
		}
	}
	return all
}

// walk asks with pages as big as may be.
func (m *matrix) walk(c caller, documents func(first string) []string) (all []response) {
	m.t.Helper()
	for _, first := range sizes {
		all = nil
		for _, document := range documents(first) {
			all = append(all, m.ask(c.name, document, nil))
		}
		if !slices.ContainsFunc(all, func(r response) bool { return r.reason() == "too_complex" }) {
			break
		}
	}
	return all
}

// sightsOf is all that the tables say of what somebody sees.
func sightsOf(c caller) string {
	var b strings.Builder
	for _, r := range slices.Concat(rules.Fields, rules.Nodes) {
		_, at := r.For(c.asker)
		b.WriteString(strconv.Itoa(at))
	}
	return b.String()
}

// From whatever somebody sees, no way of some steps leads to what they may not see.
func (m *matrix) nothingLeaks(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range callers() {
		sights := sightsOf(c)
		if seen[sights] && steps() == 2 {
			continue
		}
		seen[sights] = true
		found := map[string]bool{}
		for _, r := range m.walks(c) {
			if len(r.Errors) > 0 {
				t.Errorf("%q walks into %.600s", c.name, r.raw)
			}
			for secret, may := range secrets {
				if !strings.Contains(r.raw, secret) {
					continue
				}
				found[secret] = true
				if step, _ := may.For(c.asker); step.Sight != rules.Sees {
					t.Errorf("%q finds %s in %.400s…", c.name, secret, r.raw)
				}
			}
		}
		for secret, may := range secrets {
			if step, _ := may.For(c.asker); step.Sight == rules.Sees && !found[secret] {
				t.Errorf("%q does not find %s: the walk does not lead there", c.name, secret)
			}
		}
	}
}
