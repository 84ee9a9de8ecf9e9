package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/projections"
)

// All in one world, since each takes a while to begin.
func TestHowRequestsAreRead(t *testing.T) {
	w := newWorld(t)
	for title, test := range map[string]func(*testing.T, *world){
		"parameters that are not what they should be":  wrongParameters,
		"parameters in an address":                     wrongAddresses,
		"methods and media types":                      methodsAndMediaTypes,
		"refusals are not cached":                      refusalsAreNotCached,
		"exactly one of the fields, also in variables": exactlyOneOf,
		"pages of no size":                             pagesOfNoSize,
		"errors do not repeat much of what was sent":   shortErrors,
	} {
		t.Run(title, func(t *testing.T) { test(t, w.in(t)) })
	}
}

func wrongParameters(t *testing.T, w *world) {
	t.Helper()
	const ok = `"query": "{ viewer { agency } }"`
	for name, test := range map[string]struct{ body, field string }{
		"an array of requests":                 {`[{` + ok + `}, {"query": "{ viewer { member } } # secret"}]`, ""},
		"50 of them":                           {`[` + strings.Repeat(`{"query": "secret"},`, 49) + `{}]`, ""},
		"a text":                               {`"secret"`, ""},
		"null":                                 {`null`, ""},
		"nothing":                              {``, ""},
		"half an object":                       {`{` + ok, ""},
		"a list that does not end":             {`{` + ok + `, "variables": {"a": [1`, ""},
		"an object and another one":            {`{` + ok + `} {}`, ""},
		"an object and a bracket":              {`{` + ok + `}]`, ""},
		"a query that is a number":             {`{"query": 1}`, "query"},
		"a query that is an object":            {`{"query": {"secret": 1}}`, "query"},
		"a query that is empty":                {`{"query": " \n"}`, "query"},
		"a query in capitals":                  {`{"QUERY": "{ viewer { agency } }"}`, "query"},
		"variables that are a text":            {`{` + ok + `, "variables": "secret"}`, "variables"},
		"variables that are a list":            {`{` + ok + `, "variables": [1]}`, "variables"},
		"variables that are true":              {`{` + ok + `, "variables": true}`, "variables"},
		"extensions that are a text":           {`{` + ok + `, "extensions": "{}"}`, "extensions"},
		"an operation name that is a number":   {`{` + ok + `, "operationName": 1}`, "operationName"},
		"an operation name that is an object":  {`{` + ok + `, "operationName": {}}`, "operationName"},
		"two queries":                          {`{` + ok + `, "query": "{ viewer { member } }"}`, ""},
		"two variables of a name":              {`{` + ok + `, "variables": {"a": 1, "a": 2}}`, ""},
		"two names in a list of a variable":    {`{` + ok + `, "variables": {"a": [{"b": 1, "c": 2, "b": 3}]}}`, ""},
		"one name twice, written differently":  {`{` + ok + `, "variables": {"a": 1, "\u0061": 2}}`, ""},
		"lists in lists in lists":              {`{` + ok + `, "variables": {"a": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`, ""},
		"objects in objects that do not close": {`{` + ok + `, "variables": ` + strings.Repeat(`{"a":`, 100_000), ""},
	} {
		r := w.send("lan", http.MethodPost, "application/json", []byte(test.body))
		if r.status != 400 || r.code() != "BAD_USER_INPUT" || r.reason() != "invalid_request" || r.field() != test.field || strings.Contains(r.raw, "secret") || strings.Contains(r.raw, `"data"`) || len(r.raw) > 500 {
			t.Errorf("%s: %d %.300s", name, r.status, r.raw)
		}
	}
	for name, body := range map[string]string{
		"all that is null": `{` + ok + `, "variables": null, "extensions": null, "operationName": null, "documentId": null}`,
		"what is unknown":  `{` + ok + `, "batched": true}`,
		"an empty name":    `{` + ok + `, "operationName": ""}`,
	} {
		if r := w.send("lan", http.MethodPost, "application/json", []byte(body)); r.at("viewer.agency") != "culture" {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
}

func wrongAddresses(t *testing.T, w *world) {
	t.Helper()
	ok := "query=" + url.QueryEscape("query($k: String!) { item(key: $k) { key } }")
	for name, test := range map[string]struct{ query, field string }{
		"no query":                      {"variables={}", "query"},
		"two queries":                   {ok + "&" + ok, "query"},
		"a query that is not UTF-8":     {"query=%7B%20viewer%20%7B%20%FF", "query"},
		"variables that are no JSON":    {ok + "&variables=k", "variables"},
		"variables that are a list":     {ok + "&variables=[]", "variables"},
		"variables with a name twice":   {ok + "&variables=" + url.QueryEscape(`{"k": "a", "k": "b"}`), "variables"},
		"two of variables":              {ok + "&variables={}&variables={}", "variables"},
		"extensions that are a text":    {ok + "&extensions=" + url.QueryEscape(`"a"`), "extensions"},
		"an escape that is none":        {ok + "&a=%zz", ""},
		"a semicolon between the parts": {ok + ";variables={}", ""},
	} {
		req := w.request("lan", http.MethodGet, "", nil)
		req.URL.RawQuery = test.query
		if r := w.do(req); r.status != 400 || r.reason() != "invalid_request" || r.field() != test.field {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
}

func methodsAndMediaTypes(t *testing.T, w *world) {
	t.Helper()
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		req := w.request("lan", method, "application/json", strings.NewReader(`{"query": "{ viewer { agency } }"}`))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	const plain, graphql = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	for accept, media := range map[string]string{
		"":                                  plain,
		"*/*":                               plain,
		"application/graphql-response+json": graphql,
		"application/graphql-response+json, application/json;q=0.9":       graphql,
		"application/graphql-response+json;q=0.4, application/json;q=0.9": plain,
		"application/json, application/graphql-response+json":             plain,
		"application/graphql-response+json;q=0":                           plain,
		"application/graphql-response+json;q=0, */*":                      plain,
		"text/html, application/graphql-response+json; charset=utf-8":     graphql,
		"text/csv": plain,
	} {
		for body, status := range map[string]int{`{"query": "{ viewer { agency } }"}`: 200, `{"query": "{ nothing }"}`: 400, `{"query": "{"}`: 400} {
			if media == plain {
				status = 200
			}
			req := w.request("lan", http.MethodPost, "application/json", strings.NewReader(body))
			req.Header.Set("Accept", accept)
			if r := w.do(req); r.media != media || r.status != status || strings.Contains(body, "viewer") != strings.Contains(r.raw, `"data"`) {
				t.Errorf("Accept %q, %s: %d %s %s", accept, body, r.status, r.media, r.raw)
			}
		}
	}
}

// What is refused as a whole is not kept by anybody on the way.
func refusalsAreNotCached(t *testing.T, w *world) {
	t.Helper()
	for name, query := range map[string]string{"an unknown document": "documentId=x", "an unknown field": "query={nothing}", "a malformed request": "query="} {
		req := w.request("", http.MethodGet, "", nil)
		req.URL.RawQuery = query
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", name, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
}

func exactlyOneOf(t *testing.T, w *world) {
	t.Helper()
	const (
		whole    = `mutation($in: SubmitVersionInput!) { submitVersion(input: $in) { position } }`
		part     = `mutation($e: EffectiveInput) { submitVersion(input: {key: "x", version: 1, effective: $e}) { position } }`
		nullable = `mutation($at: DateTime) { submitVersion(input: {key: "x", version: 1, effective: {at: $at}}) { position } }`
		literal  = `mutation { submitVersion(input: {key: "x", version: 1, effective: {at: "2027-01-01T00:00:00Z", edition: 1}}) { position } }`
	)
	both := vars{"at": "2027-01-01T00:00:00Z", "edition": 1}
	for name, test := range map[string]struct {
		query     string
		variables vars
		code      string
		field     string
	}{
		"both, in an object":          {whole, vars{"in": vars{"key": "x", "version": 1, "effective": both}}, "BAD_USER_INPUT", "effective"},
		"both, alone":                 {part, vars{"e": both}, "BAD_USER_INPUT", ""},
		"none":                        {part, vars{"e": vars{}}, "BAD_USER_INPUT", ""},
		"one that is null":            {part, vars{"e": vars{"at": nil}}, "BAD_USER_INPUT", ""},
		"one, and one that is null":   {part, vars{"e": vars{"at": nil, "edition": 1}}, "BAD_USER_INPUT", ""},
		"both, in the document":       {literal, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		"one, by a nullable variable": {nullable, vars{"at": nil}, "GRAPHQL_VALIDATION_FAILED", ""},
		"one":                         {part, vars{"e": vars{"edition": 1}}, "NOT_FOUND", "key"},
		"nothing":                     {part, vars{"e": nil}, "NOT_FOUND", "key"},
		"left out":                    {part, nil, "NOT_FOUND", "key"},
	} {
		if r := w.ask("lan", test.query, test.variables); r.code() != test.code || r.field() != test.field || test.code == "BAD_USER_INPUT" && (r.status != 400 || r.reason() != "not_one_of") {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
}

func pagesOfNoSize(t *testing.T, w *world) {
	t.Helper()
	const variable = `query($n: Int) { items(first: $n) { edges { cursor } } }`
	for name, test := range map[string]struct {
		query string
		n     any
	}{
		"negative":           {`{ items(first: -1) { edges { cursor } } }`, nil},
		"none":               {`{ items(first: 0) { edges { cursor } } }`, nil},
		"huge":               {`{ items(first: 2147483647) { edges { cursor } } }`, nil},
		"negative, variable": {variable, -1},
		"none, variable":     {variable, 0},
		"huge, variable":     {variable, 2147483647},
		"beyond 32 bits":     {variable, 1 << 40},
	} {
		if r := w.ask("lan", test.query, vars{"n": test.n}); r.code() != "BAD_USER_INPUT" || r.reason() != "invalid_page_size" || r.field() != "first" {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	// What is no integer is none of a page's sizes, but no Int.
	for name, n := range map[string]any{"beyond 64 bits": json.Number("1e30"), "half": 0.5, "a text": "ten", "true": true} {
		if r := w.ask("", variable, vars{"n": n}); r.code() != "GRAPHQL_VALIDATION_FAILED" || len(r.raw) > 500 {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	if r := w.ask("", `{ items(first: 99999999999999999999) { edges { cursor } } }`, nil); len(r.Errors) != 1 || r.code() == "INTERNAL" {
		t.Error(r.raw)
	}
}

// The name of a variable's field comes back in the path of its error.
func shortErrors(t *testing.T, w *world) {
	t.Helper()
	long := strings.Repeat("ộ", 100_000)
	for name, r := range map[string]response{
		"a field of a variable": w.ask("lan", registerItem, vars{"in": vars{long: 1}}),
		"an enum value":         w.ask("lan", registerItem, vars{"in": vars{"key": "x", "kind": long}}),
		"an operation":          w.post("lan", vars{"query": `{ viewer { agency } }`, "operationName": long}),
	} {
		if len(r.Errors) != 1 || len(r.raw) > 1000 || strings.Contains(r.raw, "�") {
			t.Errorf("%s: %d errors in %d bytes: %.400s", name, len(r.Errors), len(r.raw), r.raw)
		}
	}
}

// FuzzRequest sends any body: it is answered, and as JSON.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"query": "{ __typename }"}`, `{"query": "{ viewer { agency } }", "variables": {"a": [1, {"b": null}]}, "operationName": null}`, `{"documentId": "sha256:00"}`,
		`{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}`, `[{}]`, `{"a": 1, "a": 2}`, `{"query": "query($a: Int = 1) { ...f } fragment f on Query { ...f }"}`, "{\"query\": \"\xff\"}", `{"query":"{"} {}`,
	} {
		f.Add([]byte(seed), "application/json")
	}
	views, err := projections.Open(filepath.Join(f.TempDir(), "views.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = views.Close() })
	auth, err := access.NewAuthenticator(views, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	handler := graph.NewHandler(&graph.Resolver{Runner: &commands.Runner{Log: logtest.NewMemory(), Clock: time.Now}, Views: views}, auth, nil)
	f.Fuzz(func(t *testing.T, body []byte, accept string) {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Viewer{})))
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) && !strings.Contains(accept, "event-stream") {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
	})
}
