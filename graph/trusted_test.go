package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"signet/graph"
	"signet/internal/access"
)

// under is the same world, served by other rules for documents.
func (w *world) under(rules graph.DocumentRules) *world {
	w.t.Helper()
	auth, err := access.NewAuthenticator(w.views, w.clock)
	if err != nil {
		w.t.Fatal(err)
	}
	handler := graph.NewHandler(&graph.Resolver{Runner: w.runner, Views: w.views, Store: w.store, MaxUpload: 1 << 20, Documents: rules}, auth, slog.New(slog.NewTextHandler(w.t.Output(), nil)))
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		viewer, err := auth.FromRequest(r)
		if err != nil {
			http.Error(rw, "bad token", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(rw, r.WithContext(access.With(r.Context(), viewer)))
	}))
	w.t.Cleanup(server.Close)
	other := w.in(w.t)
	other.url = server.URL
	return other
}

// in is the same world for a part of a test.
func (w *world) in(t *testing.T) *world {
	t.Helper()
	return &world{t: t, url: w.url, runner: w.runner, views: w.views, store: w.store, tokens: w.tokens, now: w.clock()}
}

// post sends parameters as JSON.
func (w *world) post(who string, parameters vars) response {
	w.t.Helper()
	body, err := json.Marshal(parameters)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.send(who, http.MethodPost, "application/json", body)
}

// get sends parameters in the address; each is a text or becomes JSON.
func (w *world) get(who string, parameters vars) response {
	w.t.Helper()
	values := url.Values{}
	for name, value := range parameters {
		text, isText := value.(string)
		if !isText {
			encoded, err := json.Marshal(value)
			if err != nil {
				w.t.Fatal(err)
			}
			text = string(encoded)
		}
		values.Set(name, text)
	}
	req := w.request(who, http.MethodGet, "", nil)
	req.URL.RawQuery = values.Encode()
	return w.do(req)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// persisted is the extension in which Apollo's clients send a digest.
func persisted(digest string) vars {
	return vars{"persistedQuery": vars{"version": 1, "sha256Hash": digest}}
}

const (
	whoAsks  = `query Who { viewer { agency } }`
	register = `mutation Register { registerItem(input: {key: "by-list", kind: LOGO}) { item { key } } }`
	unlisted = `query Other { viewer { member } }`
)

// trustedList reads a list of two documents, as Relay writes it.
func trustedList(t *testing.T) *graph.Trusted {
	t.Helper()
	list, err := json.Marshal(map[string]string{"who": whoAsks, "sha256:" + digest(register): register})
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := graph.ReadTrusted(strings.NewReader(string(list)))
	if err != nil {
		t.Fatal(err)
	}
	return trusted
}

func TestADocumentIsNamedInsteadOfSent(t *testing.T) {
	w := newWorld(t).under(graph.DocumentRules{Trusted: trustedList(t)})
	unknown := strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		parameters   vars
		status       int
		code, reason string
	}{
		"its id of the list":           {vars{"documentId": "who"}, 200, "", ""},
		"its digest":                   {vars{"documentId": "sha256:" + digest(whoAsks)}, 200, "", ""},
		"Apollo's extension":           {vars{"extensions": persisted(digest(whoAsks))}, 200, "", ""},
		"Apollo's, with an id":         {vars{"extensions": persisted("who")}, 200, "", ""},
		"both":                         {vars{"documentId": "who", "extensions": persisted("who")}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"its id and a text":            {vars{"documentId": "who", "query": whoAsks}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"an id that is no text":        {vars{"documentId": 7}, 400, "BAD_USER_INPUT", "invalid_request"},
		"a digest that is too short":   {vars{"documentId": "sha256:00"}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"a digest in capitals":         {vars{"documentId": "sha256:" + strings.ToUpper(digest(whoAsks))}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"a long id":                    {vars{"documentId": strings.Repeat("a", 201)}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"an unknown id":                {vars{"documentId": "whose"}, 200, "PERSISTED_QUERY_NOT_FOUND", "unknown_document"},
		"an unknown digest":            {vars{"documentId": "sha256:" + unknown}, 200, "PERSISTED_QUERY_NOT_FOUND", "unknown_document"},
		"an unknown one, Apollo's":     {vars{"extensions": persisted(unknown)}, 200, "PERSISTED_QUERY_NOT_FOUND", "unknown_document"},
		"an extension that is a text":  {vars{"extensions": vars{"persistedQuery": "who"}}, 400, "BAD_USER_INPUT", "invalid_document_id"},
		"a later version of Apollo's":  {vars{"extensions": vars{"persistedQuery": vars{"version": 2, "sha256Hash": digest(whoAsks)}}}, 200, "PERSISTED_QUERY_NOT_SUPPORTED", "unsupported_version"},
		"another operation than it is": {vars{"documentId": "who", "operationName": "What"}, 200, "GRAPHQL_VALIDATION_FAILED", ""},
	} {
		if r := w.post("lan", test.parameters); r.status != test.status || r.code() != test.code || r.reason() != test.reason ||
			test.code == "" && r.at("viewer.agency") != "culture" {
			t.Errorf("%s, by POST: %d %s", name, r.status, r.raw)
		}
		if name == "an id that is no text" {
			continue // in an address all are texts
		}
		if r := w.get("lan", test.parameters); r.status != test.status || r.code() != test.code || r.reason() != test.reason {
			t.Errorf("%s, by GET: %d %s", name, r.status, r.raw)
		}
	}
	if r := w.get("lan", vars{"documentId": "sha256:" + digest(register)}); r.status != 405 {
		t.Errorf("a mutation by GET: %d %s", r.status, r.raw)
	}
	if r := w.post("lan", vars{"documentId": "sha256:" + digest(register)}); r.at("registerItem.item.key") != "by-list" {
		t.Error(r.raw)
	}
}

func TestOnlyTrustedDocumentsAreRunForWhomTheOperatorSays(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct {
		only       graph.TrustedOnly
		who, query string
		refused    bool
	}{
		"nobody is bound":                          {graph.TrustedOnlyForNobody, "", unlisted, false},
		"anonymous, with one of the list":          {graph.TrustedOnlyWithoutName, "", whoAsks, false},
		"anonymous, with another":                  {graph.TrustedOnlyWithoutName, "", unlisted, true},
		"anonymous, with one that differs by LF":   {graph.TrustedOnlyWithoutName, "", whoAsks + "\n", true},
		"signed in, while anonymous ones are held": {graph.TrustedOnlyWithoutName, "lan", unlisted, false},
		"signed in, with one of the list":          {graph.TrustedOnlyForAll, "lan", whoAsks, false},
		"signed in, with another":                  {graph.TrustedOnlyForAll, "lan", unlisted, true},
	} {
		w := w.under(graph.DocumentRules{Trusted: trustedList(t), Only: test.only})
		for _, parameters := range []vars{{"query": test.query}, {"query": test.query, "extensions": persisted(digest(test.query))}} {
			r := w.post(test.who, parameters)
			if test.refused != (r.reason() == "document_not_trusted") || test.refused != (r.status == 403) || !test.refused && len(r.Errors) > 0 {
				t.Errorf("%s: %d %s", name, r.status, r.raw)
			}
		}
	}
	// What somebody else may send does not become known to who may not.
	w = w.under(graph.DocumentRules{Only: graph.TrustedOnlyWithoutName})
	w.must("lan", unlisted, nil)
	if r := w.post("", vars{"documentId": "sha256:" + digest(unlisted)}); r.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Error(r.raw)
	}
}

func TestADocumentIsPersistedByItsDigest(t *testing.T) {
	w := newWorld(t)
	known := func(name string) {
		t.Helper()
		for _, send := range []func(string, vars) response{w.get, w.post} {
			if r := send("lan", vars{"extensions": persisted(digest(name))}); r.at("viewer.agency") != "culture" {
				t.Error(r.raw)
			}
		}
	}
	unknown := func(name string) {
		t.Helper()
		if r := w.get("lan", vars{"extensions": persisted(digest(name))}); r.status != 200 || r.code() != "PERSISTED_QUERY_NOT_FOUND" {
			t.Errorf("%d %s", r.status, r.raw)
		}
	}
	unknown(whoAsks)
	if r := w.get("lan", vars{"query": whoAsks, "extensions": persisted(digest(unlisted))}); r.status != 400 || r.code() != "PERSISTED_QUERY_HASH_MISMATCH" {
		t.Errorf("%d %s", r.status, r.raw)
	}
	unknown(whoAsks)
	unknown(unlisted)
	if r := w.get("lan", vars{"query": whoAsks, "extensions": persisted(digest(whoAsks))}); r.at("viewer.agency") != "culture" {
		t.Error(r.raw)
	}
	known(whoAsks)
	invalid := `query Wrong { viewer { nothing } }`
	if r := w.post("lan", vars{"query": invalid, "extensions": persisted(digest(invalid))}); len(r.Errors) == 0 {
		t.Error(r.raw)
	}
	unknown(invalid)
	if r := w.get("lan", vars{"query": register, "extensions": persisted(digest(register))}); r.status != 405 {
		t.Errorf("a mutation by GET: %d %s", r.status, r.raw)
	}
}

func TestListsOfDocuments(t *testing.T) {
	apollo := func(id, name, body string) string {
		text, err := json.Marshal(vars{"format": "apollo-persisted-query-manifest", "version": 1, "operations": []any{vars{"id": id, "name": name, "type": "query", "body": body}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, list := range map[string]string{
		"Relay's":      `{"a": "{ viewer { agency } }", "b": "{ viewer { member } }"}`,
		"Apollo's":     apollo(digest(whoAsks), "Who", whoAsks),
		"an empty one": `{}`,
	} {
		if trusted, err := graph.ReadTrusted(strings.NewReader(list)); err != nil || trusted == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, test := range map[string]struct{ list, culprit string }{
		"a document that is none":          {`{"a": "{ viewer { agency } }", "b": "{"}`, "b"},
		"a document of another schema":     {`{"a": "{ viewer { shoeSize } }"}`, "a"},
		"a document of Apollo's, by name":  {apollo(digest(`query Who { who }`), "Who", `query Who { who }`), "Who"},
		"a document that is deep":          {`{"a": "` + strings.Repeat("{ node(id: 1) ", 17) + strings.Repeat("}", 17) + `"}`, "a"},
		"an id that is another's digest":   {`{"sha256:` + digest("x") + `": "{ viewer { agency } }"}`, "sha256:" + digest("x")},
		"an id that is no digest":          {`{"sha256:12": "{ viewer { agency } }"}`, "sha256:12"},
		"an id that is empty":              {`{"": "{ viewer { agency } }"}`, ""},
		"a document that is no text":       {`{"a": {"body": "{ viewer { agency } }"}}`, "a"},
		"an id that the list has twice":    {`{"a": "{ viewer { agency } }", "a": "{ viewer { member } }"}`, ""},
		"something else":                   {`["{ viewer { agency } }"]`, ""},
		"something that is no JSON at all": {`query Who { viewer { agency } }`, ""},
	} {
		_, err := graph.ReadTrusted(strings.NewReader(test.list))
		var untrustworthy *graph.UntrustworthyError
		if err == nil || test.culprit != "" && (!errors.As(err, &untrustworthy) || untrustworthy.ID != test.culprit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadTrusted(f *testing.F) {
	f.Add(`{"a": "{ viewer { agency } }"}`)
	f.Add(`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "name": "A", "type": "query", "body": "{ viewer { agency } }"}]}`)
	f.Add(`{"sha256:00": "{"}`)
	f.Fuzz(func(t *testing.T, list string) {
		trusted, err := graph.ReadTrusted(strings.NewReader(list))
		if (err == nil) != (trusted != nil) {
			t.Fatal(trusted, err)
		}
	})
}
