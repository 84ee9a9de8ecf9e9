package graph_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

func TestBadInputIsNamedAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "海")
	w.must("both", registerItem, vars{"in": vars{"key": "own", "kind": "SLOGAN"}})
	w.must("both", draftVersion, vars{"in": vars{"key": "own", "content": slogan("của tôi", "私")}})
	w.must("both", submitVersion, vars{"in": vars{"key": "own", "version": 1}})
	w.must("lan", registerItem, vars{"in": vars{"key": "letter", "kind": "TEMPLATE"}})
	content := func(units ...any) vars { return vars{"units": units} }
	text := func(locale, s string) vars { return vars{"locale": locale, "text": s} }
	unit := func(id, role string, texts ...any) vars { return vars{"id": id, "role": role, "texts": texts} }
	name := unit("name", "NAME", text("vi", "Tên"))

	tests := []struct {
		name, who, query      string
		in                    vars
		code, reason, atField string
	}{
		{
			"a locale that is none", "lan", draftVersion,
			vars{"key": "open-sea", "content": content(name, unit("slogan", "SLOGAN", text("tlh!", "x")))},
			"BAD_USER_INPUT", "unknown_locale", "content.units[1].texts[0].locale",
		},
		{
			"two texts for one locale", "lan", draftVersion,
			vars{"key": "open-sea", "content": content(name, unit("slogan", "SLOGAN", text("vi", "x"), text("vi", "y")))},
			"BAD_USER_INPUT", "duplicate_locale", "content.units[1].texts[1].locale",
		},
		{
			"a translation without a placeholder", "lan", draftVersion,
			vars{"key": "letter", "content": content(name,
				unit("body", "BODY", text("vi", "Kính gửi {{ten}}"), text("en", "Dear Sir")))},
			"BAD_USER_INPUT", "placeholder_mismatch", "",
		},
		{
			"a revision that has passed", "lan", draftVersion,
			vars{"key": "open-sea", "revision": 0, "content": slogan("a", "b")},
			"CONFLICT", "stale_revision", "revision",
		},
		{"one's own version signed", "both", signVersion, vars{"key": "own", "version": 1}, "FORBIDDEN", "self_approval", ""},
		{"a version that is not there", "minh", signVersion, vars{"key": "own", "version": 9}, "NOT_FOUND", "unknown_version", "version"},
		{"two beginnings", "lan", submitVersion, vars{"key": "open-sea", "version": 1, "effective": vars{}}, "BAD_USER_INPUT", "not_one_of", "effective"},
		{"a key that is none", "lan", registerItem, vars{"key": "Open Sea", "kind": "SLOGAN"}, "BAD_USER_INPUT", "invalid_key", "key"},
		{"a key that is taken", "lan", registerItem, vars{"key": "open-sea", "kind": "SLOGAN"}, "CONFLICT", "key_taken", "key"},
		{"a kind that is none", "lan", registerItem, vars{"key": "x", "kind": "SONG"}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		{"a day that is none", "press", declareUse, vars{"key": "open-sea", "version": 1, "channel": "portal", "place": "p", "since": "2026-02-30"}, "BAD_USER_INPUT", "invalid_date", "since"},
		{
			"a file that was not uploaded", "lan", draftVersion,
			vars{"key": "open-sea", "content": vars{"units": []any{name}, "files": []any{vars{
				"colour": "FULL", "layout": "MARK", "name": "x.svg", "digest": strings.Repeat("a", 64),
			}}}},
			"NOT_FOUND", "unknown_file", "content.files[0].digest",
		},
		{"a long text", "lan", draftVersion, vars{"key": "open-sea", "content": content(name, unit("slogan", "SLOGAN", text("vi", strings.Repeat("a", 2<<20))))}, "BAD_USER_INPUT", "text_too_long", "content.units[1].text.vi"},
		{"a member that is none", "admin", `mutation($in: RemoveMemberInput!) { removeMember(input: $in) { position } }`, vars{"agency": "press", "member": "x"}, "BAD_USER_INPUT", "invalid_id", "member"},
		{"an idempotency key for two things", "lan", registerItem, vars{"key": "x", "kind": "LOGO", "idempotencyKey": "\n"}, "BAD_USER_INPUT", "invalid_idempotency_key", "idempotencyKey"},
	}
	for _, test := range tests {
		before := w.head()
		r := w.ask(test.who, test.query, vars{"in": test.in})
		if r.code() != test.code || test.reason != "" && r.reason() != test.reason || test.atField != "" && r.field() != test.atField {
			t.Errorf("%s: %.500s, want %s %s at %s", test.name, r.raw, test.code, test.reason, test.atField)
		}
		if w.head() != before {
			t.Errorf("%s: something was written", test.name)
		}
		if r.code() != "" && r.Errors[0].Extensions.RequestID != "request-1" {
			t.Errorf("%s: no request id: %s", test.name, r.raw)
		}
	}
	for query, reason := range map[string]string{
		`{ approved(first: 101) { edges { cursor } } }`:                              "invalid_page_size",
		`{ approved(after: "?") { edges { cursor } } }`:                              "invalid_cursor",
		`{ search(query: "` + strings.Repeat("a", 501) + `") { edges { cursor } } }`: "query_too_long",
	} {
		if r := w.ask("", query, nil); r.reason() != reason {
			t.Errorf("%s: %s", reason, r.raw)
		}
	}
}

func TestRequestsThatAreNoneOfGraphQL(t *testing.T) {
	w := newWorld(t)
	long, err := json.Marshal(vars{"query": `{ viewer { member } }`, "variables": vars{"text": strings.Repeat("a", 10<<20)}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, method, contentType string
		body                      []byte
		status                    int
		code                      string
	}{
		{"no JSON", "POST", "application/json", []byte(`{"query": secret}`), 400, "BAD_USER_INPUT"},
		{"two values", "POST", "application/json", []byte(`{"query":"{viewer{member}}"}{}`), 400, "BAD_USER_INPUT"},
		{"not UTF-8", "POST", "application/json", []byte("{\"query\":\"{ search(query: \\\"\xff\\\") { edges { cursor } } }\"}"), 400, "BAD_USER_INPUT"},
		{"10 MB", "POST", "application/json", long, 413, "BAD_USER_INPUT"},
		{"no query", "POST", "application/json", []byte(`{}`), 400, "BAD_USER_INPUT"},
		{"a form", "POST", "application/x-www-form-urlencoded", []byte(`query={viewer{member}}`), 415, "BAD_USER_INPUT"},
		{"no type", "POST", "", []byte(`{"query":"{viewer{member}}"}`), 415, "BAD_USER_INPUT"},
		{"another character set", "POST", "application/json; charset=utf-16", []byte(`{"query":"{viewer{member}}"}`), 415, "BAD_USER_INPUT"},
		{"another method", "PUT", "application/json", []byte(`{"query":"{viewer{member}}"}`), 405, "BAD_USER_INPUT"},
		{"a subscription", "POST", "application/json", []byte(`{"query":"subscription { versionChanged { key } }"}`), 400, "BAD_USER_INPUT"},
		{"no document", "POST", "application/json", []byte(`{"query":"{"}`), 200, "GRAPHQL_PARSE_FAILED"},
		{"an unknown field", "POST", "application/json", []byte(`{"query":"{ nothing }"}`), 200, "GRAPHQL_VALIDATION_FAILED"},
	}
	for _, test := range tests {
		r := w.send("", test.method, test.contentType, test.body)
		if r.status != test.status || r.code() != test.code || strings.Contains(r.raw, "secret") || strings.Contains(r.raw, `"data"`) {
			t.Errorf("%s: %d %.300s, want %d %s", test.name, r.status, r.raw, test.status, test.code)
		}
	}
	req := w.request("", "POST", "application/json", strings.NewReader(`{"query":"{ nothing }"}`))
	req.Header.Set("Accept", "application/graphql-response+json")
	if r := w.do(req); r.status != 400 || !strings.HasPrefix(r.media, "application/graphql-response+json") {
		t.Errorf("%d %s", r.status, r.media)
	}
	req = w.request("lan", "GET", "", nil)
	req.URL.RawQuery = "query=" + "mutation{registerItem(input:{key:%22x%22,kind:LOGO}){position}}"
	if r := w.do(req); r.status != 405 || w.head() == 0 {
		t.Error(r.status, r.raw)
	}
	req.URL.RawQuery = "query={viewer{agency}}"
	if r := w.do(req); r.status != 200 || r.at("viewer.agency") != "culture" {
		t.Error(r.status, r.raw)
	}
}

// part is one part of a form.
type part struct{ name, file, body string }

func (w *world) form(who string, parts ...part) response {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		var to io.Writer
		var err error
		if p.file == "" {
			to, err = form.CreateFormField(p.name)
		} else {
			to, err = form.CreateFormFile(p.name, p.file)
		}
		if err == nil {
			_, err = io.WriteString(to, p.body)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	return w.send(who, http.MethodPost, form.FormDataContentType(), body.Bytes())
}

func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestUploads(t *testing.T) {
	w := newWorld(t)
	operations := part{"operations", "", `{"query": "` + uploadFile + `", "variables": {"in": {"file": null}}}`}
	places := part{"map", "", `{"0": ["variables.in.file"]}`}
	file := func(body string) part { return part{"0", "logo.png", body} }
	tests := []struct {
		name         string
		who          string
		status       int
		code, reason string
		parts        []part
	}{
		{"nobody", "", 401, "UNAUTHENTICATED", "unauthenticated", []part{operations, places, file(picture(t))}},
		{"a designer", "designer", 403, "FORBIDDEN", "not_permitted", []part{operations, places, file(picture(t))}},
		{"no operations", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{places}},
		{"no map", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations}},
		{"operations that are none", "lan", 400, "BAD_USER_INPUT", "invalid_request", []part{{"operations", "", "x"}, places}},
		{"a map that is none", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, {"map", "", "[]"}, file("")}},
		{"a map of numbers", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, {"map", "", `{"0": [1]}`}, file("")}},
		{"a place that is none", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, {"map", "", `{"0": ["variables.in.0.x"]}`}, file("")}},
		{"a place elsewhere", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, {"map", "", `{"0": ["query"]}`}, file("")}},
		{"a file that did not come", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, places}},
		{"a file that nobody asked for", "lan", 400, "BAD_USER_INPUT", "invalid_multipart", []part{operations, places, {"1", "x", "x"}}},
		{"a page named like a picture", "lan", 200, "BAD_USER_INPUT", "unsupported_media", []part{operations, places, file("<!DOCTYPE html><script>alert(1)</script>")}},
		{"more than the limit", "lan", 200, "BAD_USER_INPUT", "too_large", []part{operations, places, file(picture(t) + strings.Repeat("x", 1<<20))}},
		{"much more than the limit", "lan", 413, "BAD_USER_INPUT", "too_large", []part{operations, places, file(strings.Repeat("x", 6<<20))}},
		{"a drawing that runs", "lan", 200, "BAD_USER_INPUT", "unsafe_svg", []part{operations, places, file(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)}},
	}
	for _, test := range tests {
		r := w.form(test.who, test.parts...)
		if r.status != test.status || r.code() != test.code || r.reason() != test.reason {
			t.Errorf("%s: %d %s, want %d %s %s", test.name, r.status, r.raw, test.status, test.code, test.reason)
		}
	}
	if n := w.blobs(); n != 0 {
		t.Errorf("%d blobs were kept", n)
	}
	r := w.form("lan", operations, places, file(picture(t)))
	if r.at("uploadFile.mediaType") != "image/png" || r.at("uploadFile.width") != 40.0 || w.blobs() != 1 {
		t.Error(r.raw)
	}
	// A form that stops.
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range []part{operations, places} {
		if err := form.WriteField(p.name, p.body); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := form.CreateFormFile("0", "x.png"); err != nil {
		t.Fatal(err)
	}
	body.WriteString(picture(t)[:20])
	if r := w.send("lan", http.MethodPost, form.FormDataContentType(), body.Bytes()); r.status != 400 || r.reason() != "invalid_multipart" || w.blobs() != 1 {
		t.Error(r.raw)
	}
}

func TestDocumentsThatAskForTooMuch(t *testing.T) {
	w := newWorld(t)
	var doubling strings.Builder
	doubling.WriteString("query { ...f0 }")
	for i := range 24 {
		n := string(rune('a' + i))
		next := string(rune('a' + i + 1))
		if i == 0 {
			doubling.WriteString(" fragment f0 on Query { ...fb ...fb }")
			continue
		}
		doubling.WriteString(" fragment f" + n + " on Query { ...f" + next + " ...f" + next + " }")
	}
	doubling.WriteString(" fragment fy on Query { viewer { member } }")
	deep := strings.Repeat("{ item(key: \"x\") ", 1) + strings.Repeat("{ inForce { item ", 9) + "{ key }" + strings.Repeat("} }", 9) + "}"
	var aliases strings.Builder
	for i := range 21 {
		aliases.WriteString(" a" + string(rune('a'+i)) + ": viewer { member }")
	}
	for name, test := range map[string]struct{ query, reason string }{
		"fragments that double": {doubling.String(), "too_many_root_fields"},
		"deep":                  {deep, "too_deep"},
		"aliases":               {"{" + aliases.String() + "}", "too_many_root_fields"},
		"pages of pages":        {`{ items(first: 100) { edges { node { versions(first: 100) { edges { node { signatures { agency } } } } } } } }`, "too_complex"},
		"the schema twice":      {`{ a: __schema { types { name } } b: __schema { types { name } } }`, "too_much_introspection"},
		"very long":             {"{" + strings.Repeat(" viewer { member }", 1000) + "}", "too_many_tokens"},
	} {
		if r := w.ask("admin", test.query, nil); len(r.Errors) == 0 || r.reason() != test.reason {
			t.Errorf("%s: %.300s", name, r.raw)
		}
	}
}
