package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

const changes = `subscription { versionChanged { key what number item { kind } } }`

// listen subscribes by server-sent events; heard yields what comes, as "key what".
func (w *world) listen(who string) (heard func() string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	body, err := json.Marshal(vars{"query": changes})
	if err != nil {
		w.t.Fatal(err)
	}
	req := w.request(who, http.MethodPost, "application/json", strings.NewReader(string(body))).WithContext(ctx)
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	return func() string {
		w.t.Helper()
		for lines.Scan() {
			text, isData := strings.CutPrefix(lines.Text(), "data: ")
			if !isData || text == "" {
				continue
			}
			var r response
			if err := json.Unmarshal([]byte(text), &r); err != nil || len(r.Errors) > 0 {
				w.t.Fatal(text, err)
			}
			return r.at("versionChanged.key").(string) + " " + r.at("versionChanged.what").(string)
		}
		w.t.Fatal("the stream has ended")
		return ""
	}
}

func TestListenersHearWhatBecomesOfVersions(t *testing.T) {
	w := newWorld(t)
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	anybody, press := w.listen(""), w.listen("press")
	w.inForce("hidden", "kín", "秘")
	w.inForce("open-sea", "mở", "開")
	w.must("minh", withdraw, vars{"in": vars{"key": "open-sea", "version": 1, "reason": "sai"}})
	for _, want := range []string{"hidden APPROVED", "hidden IN_FORCE", "open-sea APPROVED", "open-sea IN_FORCE", "open-sea WITHDRAWN"} {
		if got := press(); got != want {
			t.Errorf("a member heard %q, want %q", got, want)
		}
	}
	for _, want := range []string{"open-sea APPROVED", "open-sea IN_FORCE", "open-sea WITHDRAWN"} {
		if got := anybody(); got != want {
			t.Errorf("anybody heard %q, want %q", got, want)
		}
	}
}

func TestARevokedTokenHearsNothingMore(t *testing.T) {
	w := newWorld(t)
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	ended := w.listenToEnd("press")
	id := strings.Split(w.tokens["press"], "_")[1]
	w.must("admin", `mutation($in: RevokeTokenInput!) { revokeToken(input: $in) { position } }`, vars{"in": vars{"agency": "press", "token": id}})
	w.inForce("hidden", "kín", "秘")
	if heard := ended(); strings.Contains(heard, "hidden") {
		t.Errorf("it heard %s", heard)
	}
}

// listenToEnd subscribes, and returns what was heard when the stream has ended.
func (w *world) listenToEnd(who string) func() string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	req := w.request(who, http.MethodPost, "application/json", strings.NewReader(`{"query":"subscription { versionChanged { key } }"}`)).WithContext(ctx)
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	return func() string {
		w.t.Helper()
		heard, err := io.ReadAll(res.Body)
		if err != nil {
			w.t.Fatal(err)
		}
		return string(heard)
	}
}

func TestWebSocketTakesTheTokenWithItsFirstMessage(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	open := func(authorization string) (*websocket.Conn, map[string]any, error) {
		t.Helper()
		conn, res, err := websocket.Dial(ctx, strings.Replace(w.url, "http", "ws", 1), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		if res.Body != nil {
			_ = res.Body.Close()
		}
		t.Cleanup(func() { _ = conn.CloseNow() })
		if err := wsjson.Write(ctx, conn, vars{"type": "connection_init", "payload": vars{"Authorization": authorization}}); err != nil {
			t.Fatal(err)
		}
		var first map[string]any
		err = wsjson.Read(ctx, conn, &first)
		return conn, first, err
	}
	_, first, err := open("Bearer signet_x_y")
	var ended websocket.CloseError
	if !errors.As(err, &ended) || ended.Code != 4403 {
		t.Errorf("a bad token was let in: %v, %v", first, err)
	}
	conn, first, err := open("Bearer " + w.tokens["press"])
	if err != nil {
		t.Fatal(err)
	}
	if first["type"] != "connection_ack" {
		t.Fatal(first)
	}
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	if err := wsjson.Write(ctx, conn, vars{"id": "1", "type": "subscribe", "payload": vars{"query": changes}}); err != nil {
		t.Fatal(err)
	}
	// A query on the same connection is answered after the subscription began.
	if err := wsjson.Write(ctx, conn, vars{"id": "2", "type": "subscribe", "payload": vars{"query": "{ viewer { agency } }"}}); err != nil {
		t.Fatal(err)
	}
	seen := ""
	begun := false
	for !strings.Contains(seen, "APPROVED") {
		var message map[string]any
		if err := wsjson.Read(ctx, conn, &message); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		seen += string(text)
		if !begun && strings.Contains(seen, `"agency":"press"`) {
			begun = true
			w.inForce("hidden", "kín", "秘")
		}
	}
}
