package graph_test

import (
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"signet/graph"
)

// explorersQuery is what the explorer asks when it is opened.
func explorersQuery(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhoMayAskForTheSchema(t *testing.T) {
	closed := newWorld(t)
	open := closed.under(graph.DocumentRules{PublicSchema: true})
	explorers := explorersQuery(t)
	for name, test := range map[string]struct {
		w          *world
		who, query string
		refused    bool
	}{
		"anonymous, in a way of its own":            {closed, "", `{ __schema { types { name } } }`, true},
		"anonymous, in a fragment":                  {closed, "", `{ ...f } fragment f on Query { __schema { types { name } } }`, true},
		"anonymous, the parts of a type":            {closed, "", `{ __type(name: "Item") { fields { name } } }`, true},
		"anonymous, what a type is":                 {closed, "", `{ __type(name: "Item") { kind name description } }`, false},
		"anonymous, the explorer":                   {closed, "", explorers, false},
		"anonymous, the explorer, but by one space": {closed, "", explorers + " ", true},
		"signed in":                             {closed, "press", `{ __schema { types { name } } }`, false},
		"anonymous, where the operator lets it": {open, "", `{ __schema { types { name } } }`, false},
		"anonymous, the name of a type":         {closed, "", `{ __typename }`, false},
	} {
		r := test.w.ask(test.who, test.query, nil)
		if got := r.code() == "UNAUTHENTICATED" && r.reason() == "introspection_needs_token" && len(r.Data) == 0; got != test.refused || !test.refused && len(r.Errors) > 0 {
			t.Errorf("%s: %.300s", name, r.raw)
		}
	}
}

// The explorer builds its query of these lines, of which some are left out.
func TestTheExplorersQueryIsThatOfTheVendoredOne(t *testing.T) {
	file, err := os.Open("explorer/vendored/graphiql.js.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	script, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	_, template, _ := strings.Cut(string(script), "\n    query IntrospectionQuery {\n")
	template, _, found := strings.Cut(template, "`;\n")
	if !found {
		t.Fatal("the explorer has no such query")
	}
	// What createFetcher and the schema's context ask for: no options.
	want := strings.NewReplacer("${descriptions}", "description", "${specifiedByUrl}", "", "${directiveIsRepeatable}", "", "${schemaDescription}", "", "${oneOf}", "",
		"${inputDeprecation('(includeDeprecated: true)')}", "", "${inputDeprecation('isDeprecated')}", "", "${inputDeprecation('deprecationReason')}", "").Replace(template)
	if got := explorersQuery(t); got != "\n    query IntrospectionQuery {\n"+want {
		t.Errorf("the vendored explorer asks something else; put it into introspection.graphql:\n%s", want)
	}
}

func TestSuggestionsAreForMembers(t *testing.T) {
	w := newWorld(t)
	for name, query := range map[string]string{
		"a field":         `{ viewer { agenci } }`,
		"an argument":     `{ items(frist: 1) { edges { cursor } } }`,
		"a type":          `{ viewer { ...f } } fragment f on Viewr { agency }`,
		"an enum value":   `{ approved(kind: SLOGANN) { edges { cursor } } }`,
		"an input field":  `mutation { registerItem(input: {keyy: "x", key: "y", kind: LOGO}) { position } }`,
		"a leaf's fields": `{ viewer }`,
	} {
		nobody, member := w.ask("", query, nil), w.ask("lan", query, nil)
		if nobody.code() != "GRAPHQL_VALIDATION_FAILED" || strings.Contains(nobody.raw, "Did you mean") || !strings.Contains(member.raw, "Did you mean") {
			t.Errorf("%s: %s\n%s", name, nobody.raw, member.raw)
		}
	}
}
