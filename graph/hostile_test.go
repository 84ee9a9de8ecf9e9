package graph_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/graph"
	"signet/internal/testneeds"
)

// doubling is a document of so many fragments, each of which has the next one twice.
func doubling(fragments int) string {
	var b strings.Builder
	b.WriteString("{ ...f0 }")
	for i := range fragments {
		fmt.Fprintf(&b, " fragment f%d on Query { ...f%d ...f%d }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment f%d on Query { viewer { agency } }", fragments)
	return b.String()
}

// hostile are documents that make a server work for long, or answer at length.
func hostile() map[string]struct{ query, reason string } {
	repeated := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(" " + strings.ReplaceAll(format, "#", strconv.Itoa(i)))
		}
		return b.String()
	}
	var depths string
	for i := range 40 {
		depths += fmt.Sprintf(" fragment f%d on Query { node(id: 1) { ...f%d } }", i, i+1)
	}
	depths += " fragment f40 on Query { viewer { agency } }"
	return map[string]struct{ query, reason string }{
		"5,000 aliases":                       {"{" + repeated(5000, "a#: viewer { agency }") + "}", "too_many_tokens"},
		"300 aliases":                         {"{" + repeated(300, "a#: viewer { agency }") + "}", "too_many_root_fields"},
		"a field 20,000 times":                {"{" + repeated(20_000, "viewer { agency }") + "}", "too_many_tokens"},
		"a field 1,900 times, below the root": {"{ viewer {" + repeated(1900, "agency") + "} }", "too_many_repeated_fields"},
		"objects repeated in objects":         {"{ i: item(key: \"x\") {" + repeated(30, "policy { "+repeated(15, "terms { leads }")+"}") + "} }", "too_many_repeated_fields"},
		"conflicts":                           {"{ viewer {" + repeated(300, "a: agency a: member") + "} }", "too_many_repeated_fields"},
		"conflicts between fragments":         {"{ viewer {" + repeated(50, "...f# ...g#") + "} }" + repeated(50, "fragment f# on Viewer { a: agency b: member c#: member }") + repeated(50, "fragment g# on Viewer { a: member b: agency }"), ""},
		"depth 17":                            {strings.Repeat("{ node(id: 1) ", 17) + strings.Repeat("}", 17), "too_deep"},
		"depth 240":                           {strings.Repeat("{ node(id: 1) ", 240) + strings.Repeat("}", 240), "too_deep"},
		"depth 20,000":                        {strings.Repeat("{a", 20_000) + strings.Repeat("}", 20_000), "too_many_tokens"},
		"depth by fragments":                  {"{ ...f0 }" + depths, "too_deep"},
		"22 fragments that double":            {doubling(22), "too_many_root_fields"},
		"24 fragments that double":            {doubling(24), "too_many_root_fields"},
		"150 fragments that double":           {doubling(150), "too_many_root_fields"},
		"fragments in a circle":               {"{ ...a } fragment a on Query { ...b } fragment b on Query { ...a ...b }", ""},
		"a chain with a circle and doubling":  {"{ ...f0 }" + repeated(100, "fragment f# on Query { ...f# ...f0 ...f1 ...f2 }"), ""},
		"each fragment in each":               {"{ ...f0 }" + repeated(28, "fragment f# on Query { "+repeated(28, "...f#")+" }"), ""},
		"100 operations over 100 fragments":   {repeated(100, "query q# { ...f# }") + repeated(100, "fragment f# on Query { viewer { agency } }"), ""},
		"3,000 directives":                    {"{ viewer" + repeated(3000, "@d#") + " { agency } }", "too_many_tokens"},
		"900 directives":                      {"{ viewer" + repeated(900, "@d#") + " { agency } }", ""},
		"900 unknown fields":                  {"{ viewer {" + repeated(900, "agenzy#") + "} }", ""},
		"300 unknown arguments":               {"{ items(" + repeated(300, "frist#: 1") + ") { edges { cursor } } }", ""},
		"200 unknown types of long names":     {"{ viewer {" + repeated(200, "...f#") + "} }" + repeated(200, "fragment f# on Viewe"+strings.Repeat("r", 250)+"# { agency }"), ""},
		"400 unknown enum values":             {"{ versionsOf: items(kinds: [" + repeated(400, "SLOGANN#") + "]) { edges { cursor } } }", ""},
		"the schema 20 times":                 {"{" + repeated(20, "a#: __schema { types { name } }") + "}", "too_much_introspection"},
		"the schema 40 times":                 {"{" + repeated(40, "a#: __schema { types { name } }") + "}", "too_many_root_fields"},
		"all of a type, twice":                {"{" + repeated(2, `a#: __type(name: "Query") { fields { name } }`) + "}", "too_much_introspection"},
		"all fields by 600 names":             {"{ __schema { types { fields {" + repeated(600, "a#: name") + "} } } }", "too_much_introspection"},
		"all fields by names times names":     {"{ __schema { types { fields { ...a } } } } fragment a on __Field {" + repeated(150, "a#: type { ...b }") + "} fragment b on __Type {" + repeated(150, "b#: name") + "}", "too_much_introspection"},
		"a type's fields by names":            {`{ __type(name: "Query") { fields {` + repeated(600, "a#: name") + "} } }", "too_much_introspection"},
		"the schema of the schema":            {"{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", ""},
		"pages of pages":                      {"{ items(first: 100) { edges { node { versions(first: 100) { edges { node { number state } } } } } } }", "too_complex"},
		"a long name":                         {"{ " + strings.Repeat("a", 200_000) + " }", ""},
		"a long text":                         {`{ item(key: "` + strings.Repeat("a", 200_000) + `") { nothing } }`, ""},
		"lists in lists":                      {"{ item(key: " + strings.Repeat("[", 900) + strings.Repeat("]", 900) + ") { key } }", ""},
	}
}

// Every document is refused by name, in little time, with a short answer; also to who
// is signed in, for whom suggestions are looked for.
func TestHostileDocuments(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorld(t).under(graph.DocumentRules{PublicSchema: true})
	limit := 50 * time.Millisecond
	if testneeds.Race {
		limit *= 10 // it watches each access
	}
	for name, test := range hostile() {
		for _, who := range []string{"", "lan"} {
			r, took, allocated := response{}, time.Hour, 0
			for range 3 { // the machine has other things to do as well
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				began := time.Now()
				r = w.ask(who, test.query, nil)
				took = min(took, time.Since(began))
				runtime.ReadMemStats(&after)
				allocated = int(after.TotalAlloc-before.TotalAlloc) - 20*len(test.query)
				if took < limit {
					break
				}
			}
			if len(r.Errors) == 0 || len(r.Errors) > 20 || r.reason() != test.reason || r.code() != "GRAPHQL_VALIDATION_FAILED" && r.code() != "GRAPHQL_PARSE_FAILED" {
				t.Errorf("%s: %d errors, %.300s", name, len(r.Errors), r.raw)
			}
			if took > limit || allocated > 16<<20 || len(r.raw) > 16<<10 {
				t.Errorf("%s: took %v, %d bytes of memory, answered %d bytes", name, took, allocated, len(r.raw))
			}
			for _, e := range r.Errors {
				if len(e.Message) > 300 {
					t.Errorf("%s: a message of %d bytes", name, len(e.Message))
				}
			}
		}
	}
}

// What a document costs is told to who asks, and with a refusal.
func TestCosts(t *testing.T) {
	w := newWorld(t)
	const page = `query($n: Int) { items(first: $n) { edges { node { key } } } viewer { agency } }`
	asked := w.request("", http.MethodPost, "application/json", strings.NewReader(`{"query": "`+page+`", "variables": {"n": 10}}`))
	asked.Header.Set("Signet-Cost", "1")
	// 10 rows of an edge, a node and a key, the page, the viewer and its agency
	const told = `"cost":{"fields":33,"maximum":20000,"depth":4,"maximumDepth":16,"rootFields":2,"maximumRootFields":20}`
	for name, test := range map[string]struct {
		r    response
		told bool
	}{
		"by a header":        {w.do(asked), true},
		"by an extension":    {w.post("", vars{"query": page, "variables": vars{"n": 10}, "extensions": vars{"cost": true}}), true},
		"not asked":          {w.post("", vars{"query": page, "variables": vars{"n": 10}}), false},
		"asked with a text":  {w.post("", vars{"query": page, "variables": vars{"n": 10}, "extensions": vars{"cost": "true"}}), false},
		"asked not to":       {w.post("", vars{"query": page, "variables": vars{"n": 10}, "extensions": vars{"cost": false}}), false},
		"an unlimited page":  {w.post("", vars{"query": page, "extensions": vars{"cost": true}}), false}, // 20 rows
		"a page of no bound": {w.post("", vars{"query": page, "variables": vars{"n": 1 << 30}, "extensions": vars{"cost": true}}), false},
	} {
		if got := strings.Contains(test.r.raw, told); got != test.told {
			t.Errorf("%s: %s", name, test.r.raw)
		}
	}
	r := w.ask("", `{ items(first: 100) { edges { node { versions(first: 100) { edges { node { number state } } } } } } }`, nil)
	if r.reason() != "too_complex" || !strings.Contains(r.raw, `"cost":{"fields":40301,"maximum":20000,"depth":7,`) {
		t.Error(r.raw)
	}
}
