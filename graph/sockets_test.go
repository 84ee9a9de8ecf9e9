package graph_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// socket opens a socket to the API as a member, and hands out what it is told.
func (w *world) socket(ctx context.Context, who string) (conn *websocket.Conn, read func() vars) {
	w.t.Helper()
	conn, res, err := websocket.Dial(ctx, strings.Replace(w.url, "http", "ws", 1), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		w.t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	w.t.Cleanup(func() { _ = conn.CloseNow() })
	read = func() vars {
		w.t.Helper()
		var message vars
		if err := wsjson.Read(ctx, conn, &message); err != nil {
			w.t.Fatal(err)
		}
		return message
	}
	payload := vars{}
	if who != "" {
		payload["authorization"] = "Bearer " + w.tokens[who]
	}
	w.write(ctx, conn, vars{"type": "connection_init", "payload": payload})
	if ack := read(); ack["type"] != "connection_ack" {
		w.t.Fatal(ack)
	}
	return conn, read
}

func (w *world) write(ctx context.Context, conn *websocket.Conn, message vars) {
	w.t.Helper()
	if err := wsjson.Write(ctx, conn, message); err != nil {
		w.t.Fatal(err)
	}
}

func TestASocketKeepsTheRulesOfTheAPI(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	register := vars{"query": registerItem, "variables": vars{"in": vars{"key": "by-socket", "kind": "SLOGAN"}}}
	for _, c := range []struct {
		what, who string
		payload   vars
		kind      string
		code      string // of the error, if any
		reason    string
	}{
		{"nobody writes", "", register, "next", "UNAUTHENTICATED", "unauthenticated"},
		{"who may writes", "lan", register, "next", "", ""},
		{"a document has limits", "lan", vars{"query": "{" + strings.Repeat("a: viewer { agency } ", 2_000) + "}"}, "error", "GRAPHQL_VALIDATION_FAILED", "too_many_tokens"},
		{"a document is one", "lan", vars{"query": "{"}, "error", "GRAPHQL_PARSE_FAILED", ""},
		{"a document is there", "lan", vars{"query": " "}, "error", "BAD_USER_INPUT", "invalid_request"},
	} {
		conn, read := w.socket(ctx, c.who)
		w.write(ctx, conn, vars{"type": "subscribe", "id": "1", "payload": c.payload})
		got := read()
		errs, _ := got["payload"].([]any)
		if result, ok := got["payload"].(vars); ok {
			errs, _ = result["errors"].([]any)
		}
		code, reason := "", ""
		if len(errs) > 0 {
			first := response{Data: vars{"errors": errs}}
			code, _ = first.at("errors.0.extensions.code").(string)
			reason, _ = first.at("errors.0.extensions.reason").(string)
		}
		if got["type"] != c.kind || code != c.code || reason != c.reason {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
	if got := w.must("lan", `{ item(key: "by-socket") { key } }`, nil).at("item.key"); got != "by-socket" {
		t.Errorf("what was written is %v", got)
	}
}

func TestWhatNobodyShouldSendToASocket(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, _ := w.socket(ctx, "")
	go func() { // the server stops reading before the end
		_ = conn.Write(ctx, websocket.MessageText, []byte(`{"type":"ping","payload":{"a":"`+strings.Repeat("a", 3<<20)+`"}}`))
	}()
	if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("3 MiB end with %v", err)
	}
	_, res, err := websocket.Dial(ctx, strings.Replace(w.url, "http", "ws", 1), &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {"https://evil.example"}},
	})
	if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign page is answered with %v, %v", res, err)
	}
	if res != nil && res.Body != nil {
		_ = res.Body.Close()
	}
}
