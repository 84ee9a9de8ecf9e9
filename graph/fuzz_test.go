package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"signet/graph"
	"signet/projections"
)

// FuzzDocument prepares any document. One that is accepted asks for as much as counting
// each use of each fragment finds, is within the bounds, and can be written down and
// accepted again as the same; whatever it is, that is known soon.
func FuzzDocument(f *testing.F) {
	for _, test := range hostile() {
		if len(test.query) < 4<<10 {
			f.Add(test.query)
		}
	}
	text, err := os.ReadFile("introspection.graphql")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	for _, query := range []string{
		registerItem, uploadFile, doubling(3), "subscription { versionChanged { key } }", "query a { __typename } query b { viewer { agency } }",
		`{ items(first: 3, kinds: [SLOGAN, LOGO]) { edges { cursor node { key versions(first: 2) { edges { node { number } } } } } pageInfo { hasNextPage } } }`,
		`query($n: Int = 5, $skip: Boolean!) { items(first: $n) @skip(if: $skip) { edges { node { ... on Item { key } } } } }`,
		`{ search(query: """a "b" \""" c""", first: 1) { edges { cursor } } }`, `{ node(id: "x") { ... on Item { ...f } } } fragment f on Item { k: key }`,
		`{ __type(name: "Query") { fields { name args { defaultValue } } } }`, "# nothing", "\ufeff{a}", `{ viewer { agency @include(if: true) } }`,
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		parsed, errs := graph.Prepare(text, false)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if (parsed == nil) != (len(errs) > 0) {
			t.Fatalf("%v, and these errors: %v", parsed, errs)
		}
		if suggested, others := graph.Prepare(text, true); (suggested == nil) != (parsed == nil) {
			t.Fatalf("with suggestions %v, without %v", others, errs)
		}
		if parsed == nil {
			return
		}
		for _, op := range parsed.Operations {
			measuredTruly(t, op)
		}
		again, errs := graph.Prepare(written(parsed), false)
		if errs != nil {
			t.Fatalf("is written as\n%s\nwhich is refused: %v", written(parsed), errs)
		}
		if written(again) != written(parsed) {
			t.Errorf("is written as\n%s\nand that as\n%s", written(parsed), written(again))
		}
	})
}

func written(document *ast.QueryDocument) string {
	var b bytes.Buffer
	formatter.NewFormatter(&b).FormatQueryDocument(document)
	return b.String()
}

// measuredTruly compares the extent of an operation with one that is counted in the
// plainest way.
func measuredTruly(t *testing.T, op *ast.OperationDefinition) {
	t.Helper()
	depth, roots, fields, schemas, reason := graph.Extent(op)
	if reason == "too_complex" { // pages of pages, which are counted as such only now
		return
	}
	if depth > 16 || roots > 20 || fields > 20_000 || schemas > 1 || reason != "" {
		t.Fatalf("accepted with depth %d, %d roots, %d fields, %d schemas (%s)", depth, roots, fields, schemas, reason)
	}
	d, n := counted(op.SelectionSet)
	if d != depth || n != fields {
		t.Errorf("depth %d and %d fields, and counted %d and %d", depth, fields, d, n)
	}
}

// counted is how deep a selection is and how many fields an answer to it has at most.
func counted(set ast.SelectionSet) (depth, fields int) {
	for _, s := range set {
		d, n := 0, 0
		switch s := s.(type) {
		case *ast.Field:
			d, n = counted(s.SelectionSet)
			if s.Name == "__schema" || s.Name == "__type" { // counted as one
				d, n = 0, 0
			}
			rows := 1
			if s.Definition.Arguments.ForName("first") != nil {
				rows = 100
				if first, ok := s.ArgumentMap(nil)["first"].(int64); ok {
					rows = int(max(1, min(first, 100)))
				}
			}
			d, n = d+1, 1+rows*n
		case *ast.InlineFragment:
			d, n = counted(s.SelectionSet)
		case *ast.FragmentSpread:
			d, n = counted(s.Definition.SelectionSet)
		}
		depth, fields = max(depth, d), fields+n
	}
	return depth, fields
}

// FuzzParameters reads the body of a request: encoding/json, for which a name may stand
// twice, sees the same in it, and a GET request carries the same.
func FuzzParameters(f *testing.F) {
	for _, body := range []string{
		`{"query": "{ __typename }"}`, `{"query": "{ viewer { agency } }", "variables": {"a": [1, {"b": null}], "c": 1e400}, "operationName": null}`, `{"documentId": "sha256:00"}`,
		`{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}, "operationName": "ộ"}`, `[{}]`, `{"query": "a", "query": "b"}`, `{"Query": "a"}`,
		"{\"query\": \"\xff\"}", `{"query": "\ud800"}`, `{"query":"{"} {}`, `{"query": "a", "variables": {"a": 12345678901234567890, "b": -0, "c": 1.0}}`, `{"query": "a", "variables": {"": {"": ""}}}`,
		`{"query": "a", "variables": ` + strings.Repeat(`{"a":`, 99) + "1" + strings.Repeat("}", 100), `{"query": "a", "variables": {"a": ` + strings.Repeat(`[`, 120) + strings.Repeat("]", 120) + "}}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		params := graph.FromBody(body)
		if params == nil {
			return
		}
		d, other := json.NewDecoder(bytes.NewReader(body)), map[string]any{}
		d.UseNumber()
		if err := d.Decode(&other); err != nil || !utf8.Valid(body) {
			t.Fatalf("%q is accepted: %v", body, err)
		}
		text := func(name string) string {
			s, _ := other[name].(string)
			return s
		}
		if params.Query != text("query") || params.OperationName != text("operationName") {
			t.Fatalf("%q is read as %+v", body, params)
		}
		if variables, _ := other["variables"].(map[string]any); !reflect.DeepEqual(params.Variables, variables) {
			t.Fatalf("%q is read as %+v", body, params)
		}
		values := url.Values{}
		for _, name := range []string{"query", "operationName", "documentId"} {
			values.Set(name, text(name))
		}
		for _, name := range []string{"variables", "extensions"} {
			encoded, err := json.Marshal(other[name])
			if err != nil {
				t.Fatal(err)
			}
			values.Set(name, string(encoded))
		}
		if got := graph.FromQuery(values.Encode()); !reflect.DeepEqual(got, params) {
			t.Fatalf("%q is read as %+v in an address, and as %+v", body, got, params)
		}
	})
}

// FuzzForm reads any multipart request: its files are those that another reader finds,
// stand where something was null, and leave nothing behind.
func FuzzForm(f *testing.F) {
	const operations, places = `{"query": "a", "variables": {"in": {"file": null, "other": [null, 1]}}}`, `{"0": ["variables.in.file"]}`
	for _, parts := range [][]part{
		{{"operations", "", operations}, {"map", "", places}, {"0", "logo.png", "picture"}},
		{{"operations", "", operations}, {"map", "", `{"0": ["variables.in.other.0"]}`}, {"0", "", ""}},
		{{"operations", "", operations}, {"map", "", `{"0": ["variables.in.file"], "x": ["variables.in.other.0"]}`}, {"x", "ảnh.png", "\r\n--b\r"}, {"0", "..", strings.Repeat("x", 5000)}},
		{{"operations", "", operations}, {"map", "", `{"0": ["variables.in.other.1"]}`}, {"0", "a", "b"}},
		{{"map", "", places}, {"operations", "", operations}},
		{{"operations", "", operations}, {"map", "", `{"0": ["variables.in.file"], "1": ["variables.in.file"]}`}, {"0", "a", "b"}, {"1", "a", "b"}},
		{{"operations", "", operations}, {"map", "", `{"0": ["query", "variables"]}`}, {"0", "a", "b"}},
	} {
		f.Add(formOf(f, parts))
		f.Add(strings.TrimSuffix(formOf(f, parts), "--\r\n"))
	}
	f.Setenv("TMPDIR", f.TempDir())
	f.Fuzz(func(t *testing.T, body string) {
		params, done := graph.FromForm(body, 4<<10)
		if params != nil {
			sameForm(t, body, params)
			done()
		}
		if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
			t.Fatalf("%q leaves %v behind (%v)", body, left, err)
		}
	})
}

func formOf(f *testing.F, parts []part) string {
	f.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.SetBoundary(graph.FormBoundary)
	for _, p := range parts {
		var to io.Writer
		if err == nil && p.file == "" {
			to, err = form.CreateFormField(p.name)
		} else if err == nil {
			to, err = form.CreateFormFile(p.name, p.file)
		}
		if err == nil {
			_, err = io.WriteString(to, p.body)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		f.Fatal(err)
	}
	return body.String()
}

// sameForm compares what was read of a form with all of its parts.
func sameForm(t *testing.T, body string, params *graphql.RawParams) {
	t.Helper()
	var bodies []string
	for parts := multipart.NewReader(strings.NewReader(body), graph.FormBoundary); ; {
		p, err := parts.NextPart()
		if err != nil {
			break
		}
		content, err := io.ReadAll(p)
		if err != nil {
			t.Fatalf("%q is accepted: %v", body, err)
		}
		bodies = append(bodies, string(content))
	}
	var files []string
	var walk func(any) any
	walk = func(value any) any {
		switch value := value.(type) {
		case graphql.Upload:
			content, err := io.ReadAll(value.File)
			if err != nil || int64(len(content)) != value.Size || len(content) > 8<<20 {
				t.Fatalf("%q has a file of %d bytes, %q (%v)", body, value.Size, content, err)
			}
			files = append(files, string(content))
			return nil
		case map[string]any:
			for name := range value {
				value[name] = walk(value[name])
			}
		case []any:
			for i := range value {
				value[i] = walk(value[i])
			}
		}
		return value
	}
	walk(params.Variables)
	if len(bodies) < 3 || len(files) != len(bodies)-2 {
		t.Fatalf("%q has %d parts, and %d files are read", body, len(bodies), len(files))
	}
	count := map[string]int{}
	for _, content := range bodies[2:] {
		count[content]++
	}
	for _, content := range files {
		if count[content]--; count[content] < 0 {
			t.Fatalf("%q is read with the file %q", body, content)
		}
	}
	if asJSON := graph.FromBody([]byte(bodies[0])); !reflect.DeepEqual(asJSON, params) {
		t.Fatalf("%q is read as %+v, and its operations alone as %+v", body, params, asJSON)
	}
}

// FuzzCursor reads any cursor: what it says is what the cursor of that place says.
func FuzzCursor(f *testing.F) {
	for _, cursor := range []string{
		graph.Cursor("slogan-open-sea"), graph.Cursor(7), graph.Cursor(int64(-1)), graph.Cursor(projections.VersionKey{}), graph.Cursor(projections.RecallCursor{}),
		graph.Cursor(projections.UsageCursor{}), graph.Cursor(projections.OverdueCursor{}), graph.Cursor(projections.VersionCursor{}), graph.Cursor(projections.VersionPlace{}),
		"", "bnVsbA", "e30", "W10", "MWU0MDA", "Ilx1ZDgwMCI", "====",
	} {
		f.Add(cursor)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		sameCursor[string](t, cursor)
		sameCursor[int](t, cursor)
		sameCursor[int64](t, cursor)
		sameCursor[projections.VersionKey](t, cursor)
		sameCursor[projections.RecallCursor](t, cursor)
		sameCursor[projections.OverdueCursor](t, cursor)
		sameCursor[projections.UsageCursor](t, cursor)
		sameCursor[projections.VersionCursor](t, cursor)
		sameCursor[projections.VersionPlace](t, cursor)
	})
}

func sameCursor[P any](t *testing.T, cursor string) {
	t.Helper()
	place, err := graph.Place[P](cursor)
	if err != nil {
		return
	}
	if again, err := graph.Place[P](graph.Cursor(place)); err != nil || !reflect.DeepEqual(again, place) {
		t.Fatalf("%q is %#v, whose cursor is %q, which is %#v (%v)", cursor, place, graph.Cursor(place), again, err)
	}
}
