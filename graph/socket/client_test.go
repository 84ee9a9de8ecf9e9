package socket_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/coder/websocket"
)

const host = "registry.example"

// client is one socket of a test. What it hears waits in a list, so that the server is
// never held up by the test.
type client struct {
	t  *testing.T
	ws *websocket.Conn

	mu    sync.Mutex
	lines []string
	code  websocket.StatusCode // 0 while it is open, -1 if it was dropped
}

// open opens a socket.
func (a *api) open(options ...func(*websocket.DialOptions)) *client {
	a.t.Helper()
	o := &websocket.DialOptions{HTTPClient: a.client, Subprotocols: []string{"graphql-transport-ws"}}
	for _, option := range options {
		option(o)
	}
	ws, res, err := websocket.Dial(a.t.Context(), "ws://"+host+"/graphql", o)
	if err != nil {
		a.t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	c := &client{t: a.t, ws: ws}
	ws.SetReadLimit(-1)
	go c.listen()
	return c
}

// begin opens a socket and says who it is.
func (a *api) begin(options ...func(*websocket.DialOptions)) *client {
	a.t.Helper()
	c := a.open(options...)
	c.say(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) listen() {
	for {
		_, text, err := c.ws.Read(context.Background())
		c.mu.Lock()
		if err != nil {
			c.code = websocket.CloseStatus(err)
			c.mu.Unlock()
			return
		}
		c.lines = append(c.lines, string(text))
		c.mu.Unlock()
	}
}

func (c *client) say(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil && !errors.As(err, new(websocket.CloseError)) && c.ended() == 0 {
			c.t.Fatal(err)
		}
	}
}

// subscribe asks for a document, under an id.
func (c *client) subscribe(id, document string) {
	c.t.Helper()
	text, err := json.Marshal(map[string]any{"type": "subscribe", "id": id, "payload": map[string]any{"query": document}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(string(text))
}

// heard returns what has come once nothing goes on any more, and forgets it.
func (c *client) heard() []string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.lines
	c.lines = nil
	return lines
}

// ended returns the close code; 0 while the socket is open.
func (c *client) ended() websocket.StatusCode {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code
}

// expect compares what has come.
func (c *client) expect(want ...string) {
	c.t.Helper()
	got := c.heard()
	if len(got) != len(want) {
		c.t.Fatalf("heard %q, want %q (closed: %d)", got, want, c.ended())
	}
	for i := range want {
		if !same(got[i], want[i]) {
			c.t.Fatalf("heard %s, want %s", got[i], want[i])
		}
	}
}

// same compares JSON; errors only by their reason.
func same(got, want string) bool {
	return bytes.Equal(canonical(got), canonical(want))
}

func canonical(text string) []byte {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return []byte("not JSON: " + text)
	}
	if m, ok := v.(map[string]any); ok {
		if list, ok := m["payload"].([]any); ok {
			for _, e := range list {
				if e, ok := e.(map[string]any); ok {
					delete(e, "message")
					if x, ok := e["extensions"].(map[string]any); ok {
						delete(x, "code")
					}
				}
			}
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return out
}

func next(id, data string) string {
	return `{"id":"` + id + `","type":"next","payload":{"data":"` + data + `"}}`
}

func complete(id string) string { return `{"id":"` + id + `","type":"complete"}` }

func failure(id, reason string) string {
	return `{"id":"` + id + `","type":"error","payload":[{"extensions":{"reason":"` + reason + `"}}]}`
}

func header(name, value string) func(*websocket.DialOptions) {
	return func(o *websocket.DialOptions) {
		if o.HTTPHeader == nil {
			o.HTTPHeader = http.Header{}
		}
		o.HTTPHeader.Set(name, value)
	}
}
