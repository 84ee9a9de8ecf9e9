package socket_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"signet/graph/socket"
)

// FuzzMessages reads messages of anybody: what is taken for one has the parts that
// the server goes on to use, as another reader sees them.
func FuzzMessages(f *testing.F) {
	for _, text := range []string{
		initially, ticks, `{"type":"ping","payload":{"a":[1,null]}}`, `{"type":"pong"}`, `{"type":"complete","id":"1"}`, `{"type":"connection_init","payload":{"headers":{"authorization":"Bearer x"}}}`,
		`{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":{"a":"ộ"},"operationName":null,"extensions":{}}}`, `{"type":"subscribe","id":"1","payload":{"documentId":"sha256:0"}}`,
		`{"type":"subscribe","id":"\ud800","payload":{"query":""}}`, `{"type":"ping","type":"pong"}`, `[]`, `null`, ``, `{"type":"next"}`, "{\"type\":\"ping\xff\"}", ` {"type" : "ping" } `,
		`{"type":"connection_init","payload":` + strings.Repeat(`{"a":`, 50) + `1` + strings.Repeat(`}`, 50) + `}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		kind, id, payload, ok := socket.Decode(text)
		if !ok {
			return
		}
		var other map[string]any
		if !utf8.Valid(text) || json.Unmarshal(text, &other) != nil || other["type"] != kind {
			t.Fatalf("%q is taken for a %s", text, kind)
		}
		if other["id"] != id && id != "" || len(id) > socket.MaxID {
			t.Errorf("%q has the id %q", text, id)
		}
		if (kind == "subscribe" || kind == "complete") != (id != "") {
			t.Errorf("%q: %s with id %q", text, kind, id)
		}
		if !slices.Contains([]string{"connection_init", "ping", "pong", "subscribe", "complete"}, kind) {
			t.Errorf("%q is a %s", text, kind)
		}
		if kind == "complete" {
			return
		}
		within, isObject := other["payload"].(map[string]any)
		if other["payload"] != nil && !isObject || kind == "subscribe" && !isObject {
			t.Errorf("%q has the payload %s", text, payload)
		}
		if kind == "connection_init" {
			header, err := socket.AuthorizationOf(payload)
			if err == nil && header != "" && !strings.Contains(strings.ToLower(string(text)), `uthorization`) && !strings.Contains(string(text), `\u`) {
				t.Errorf("%q holds no token, and %q is found", text, header)
			}
		}
		if query, given := within["query"]; kind == "subscribe" && given && query != nil {
			if _, isText := query.(string); !isText {
				t.Errorf("%q has a query that is no text", text)
			}
		}
	})
}
