package socket_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/coder/websocket"

	"signet/graph/socket"
)

// ask sends a request and returns status and body.
func (a *api) ask(r *http.Request) (int, string) {
	a.t.Helper()
	res, err := a.client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// handshake asks for a socket without opening one that is let in.
func (a *api) handshake(headers ...string) (status int, body string) {
	a.t.Helper()
	options := &websocket.DialOptions{HTTPClient: a.client, Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		options.HTTPHeader.Set(headers[i], headers[i+1])
	}
	ws, res, err := websocket.Dial(a.t.Context(), "ws://"+host+"/graphql", options)
	if err == nil {
		_ = ws.CloseNow()
		return res.StatusCode, ""
	}
	if res == nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestPagesOfOtherOriginsAreRefused(t *testing.T) {
	allowed := func(o *socket.Options) { o.Origins = []string{"https://portal.example"} }
	for origin, want := range map[string]int{
		"":                            http.StatusSwitchingProtocols,
		"https://" + host:             http.StatusSwitchingProtocols,
		"http://" + host:              http.StatusSwitchingProtocols, // TLS may end before us
		"https://Registry.Example":    http.StatusSwitchingProtocols,
		"https://portal.example":      http.StatusSwitchingProtocols,
		"https://" + host + ":8443":   http.StatusForbidden,
		"http://portal.example":       http.StatusForbidden,
		"https://portal.example.evil": http.StatusForbidden,
		"https://evil.example":        http.StatusForbidden,
		"null":                        http.StatusForbidden,
		"://":                         http.StatusForbidden,
	} {
		run(t, allowed, func(a *api) {
			t := a.t
			status, body := a.handshake("Origin", origin)
			if status != want {
				t.Errorf("%q: a socket was answered with %d, want %d", origin, status, want)
			}
			if status == http.StatusForbidden && (!strings.Contains(body, "foreign_origin") || strings.Contains(body, "evil")) {
				t.Errorf("%q: %s", origin, body)
			}
			r := a.eventsOf("ends")
			r.Header.Set("Origin", origin)
			if want == http.StatusSwitchingProtocols {
				want = http.StatusOK
			}
			if status, _ := a.ask(r); status != want {
				t.Errorf("%q: a stream was answered with %d, want %d", origin, status, want)
			}
		})
	}
}

func TestACookieIsNobodysWordFromAnotherOrigin(t *testing.T) {
	for _, c := range []struct{ origin, authorization, want string }{
		{"", "", "cookie"},
		{"https://" + host, "", "cookie"},
		{"https://portal.example", "", ""},
		{"https://portal.example", "Bearer x", "cookie"}, // whoever reads the header sees to the viewer
	} {
		run(t, func(o *socket.Options) { o.Origins = []string{"https://portal.example"} }, func(a *api) {
			t := a.t
			with := func(o *websocket.DialOptions) {
				header("Cookie", "session=1")(o)
				if c.origin != "" {
					header("Origin", c.origin)(o)
				}
				if c.authorization != "" {
					header("Authorization", c.authorization)(o)
				}
			}
			s := a.begin(with)
			s.subscribe("1", "viewer")
			s.expect(next("1", "viewer:"+c.want), complete("1"))
			r := a.eventsOf("viewer")
			r.Header.Set("Cookie", "session=1")
			r.Header.Set("Origin", c.origin)
			if c.authorization != "" {
				r.Header.Set("Authorization", c.authorization)
			}
			if _, body := a.ask(r); !strings.Contains(body, `"viewer:`+c.want+`"`) {
				t.Errorf("%+v: %s", c, body)
			}
		})
	}
}

func TestSoManyStreamsAreOpen(t *testing.T) {
	for _, c := range []struct {
		what   string
		change func(*socket.Options)
		status int
	}{
		{"in all", func(o *socket.Options) { o.MaxStreams = 2 }, http.StatusServiceUnavailable},
		{"from one address", func(o *socket.Options) { o.MaxPerAddress = 2 }, http.StatusTooManyRequests},
	} {
		t.Run(c.what, func(t *testing.T) {
			run(t, c.change, func(a *api) {
				t := a.t
				first := a.begin()
				stream := a.listen(a.eventsOf("ticks"))
				if status, body := a.handshake(); status != c.status || !strings.Contains(body, "too_many_streams") {
					t.Errorf("%d %s", status, body)
				}
				if status, _ := a.ask(a.eventsOf("ends")); status != c.status {
					t.Errorf("a stream was answered with %d", status)
				}
				_ = first.ws.Close(websocket.StatusNormalClosure, "")
				first.ended()
				if status, _ := a.handshake(); status != http.StatusSwitchingProtocols {
					t.Errorf("after one has left, another is answered with %d", status)
				}
				synctest.Wait()
				another := a.begin()
				stream.leave()
				synctest.Wait()
				if status, _ := a.ask(a.eventsOf("ends")); status != http.StatusOK {
					t.Errorf("after a stream has ended, another is answered with %d", status)
				}
				_ = another.ws.CloseNow()
			})
		})
	}
}

func TestAddressesAreCountedApart(t *testing.T) {
	run(t, func(o *socket.Options) {
		o.MaxPerAddress = 1
		o.Address = func(r *http.Request) string { return r.Header.Get("X-Test-Address") }
	}, func(a *api) {
		t := a.t
		a.begin(header("X-Test-Address", "192.0.2.1"))
		if status, _ := a.handshake("X-Test-Address", "192.0.2.1"); status != http.StatusTooManyRequests {
			t.Errorf("a second one is answered with %d", status)
		}
		if status, _ := a.handshake("X-Test-Address", "192.0.2.2"); status != http.StatusSwitchingProtocols {
			t.Errorf("another one's is answered with %d", status)
		}
	})
}
