package deploy_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"signet/internal/testneeds"
)

// node stands for one of signet behind the proxy.
type node struct {
	*httptest.Server
	ready  atomic.Bool
	asked  chan struct{} // each time for /readyz
	served atomic.Int64  // requests of people
}

func newNode(t *testing.T, h http.Handler) *node {
	t.Helper()
	n := &node{asked: make(chan struct{})}
	n.ready.Store(true)
	done := t.Context().Done()
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			n.served.Add(1)
			h.ServeHTTP(w, r)
			return
		}
		if !n.ready.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		select {
		case n.asked <- struct{}{}:
		case <-done:
		default:
		}
	}))
	t.Cleanup(n.Close)
	return n
}

// seen returns when the proxy knows how the node is now: it has heard the answer to
// the first of two questions before it asks the second.
func (n *node) seen(t *testing.T) {
	t.Helper()
	for range 3 {
		await(t, n.asked)
	}
}

// enough is how long anything may take here.
const enough = 30 * time.Second

func await[T any](t *testing.T, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(enough):
		t.Fatal("it never comes")
	}
	return got
}

// proxy runs the proxy of compose before nodes, and returns its address and a client
// that believes it.
func proxy(t *testing.T, nodes ...*node) (string, *http.Client) {
	t.Helper()
	caddy := testneeds.Command(t, "caddy")
	var addresses []string
	for _, n := range nodes {
		addresses = append(addresses, n.Listener.Addr().String())
	}
	host := "localhost:" + freePort(t)
	env := append(os.Environ(), "PUBLIC_HOST="+host, "PUBLIC_TLS=internal", "NODES="+strings.Join(addresses, " "),
		"XDG_DATA_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	adapt := exec.CommandContext(t.Context(), caddy, "adapt", "--adapter", "caddyfile", "--config", "compose/Caddyfile")
	adapt.Env = env
	var said bytes.Buffer
	adapt.Stderr = &said
	config, err := adapt.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	run := exec.CommandContext(t.Context(), caddy, "run", "--config", "-")
	run.Env, run.Stdin = env, bytes.NewReader(hurried(t, config))
	log, err := run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	began := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var said strings.Builder
		lines, up := bufio.NewScanner(log), false
		for lines.Scan() { // also afterwards: it must not wait for who reads
			if up {
				continue
			}
			said.WriteString(lines.Text() + "\n")
			if up = strings.Contains(lines.Text(), "serving initial configuration"); up {
				began <- nil
			}
		}
		if !up {
			began <- errors.New(said.String())
		}
	}()
	t.Cleanup(func() {
		_ = run.Process.Kill()
		<-ended
		_ = run.Wait()
	})
	if err := await(t, began); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}} //nolint:gosec // its authority was made just now
	t.Cleanup(transport.CloseIdleConnections)
	awaitCertificate(t, host, transport.TLSClientConfig)
	return "https://" + host, &http.Client{Transport: transport}
}

// awaitCertificate shakes hands until the proxy has made its certificate, which it
// does beside beginning.
func awaitCertificate(t *testing.T, host string, config *tls.Config) {
	t.Helper()
	limit := time.After(enough)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := tls.Dial("tcp", host, config)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-again.C:
		case <-limit:
			t.Fatal(err)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// hurried makes the proxy ask its nodes every 50 ms, and leaves port 80 alone. All
// else stays.
func hurried(t *testing.T, config []byte) []byte {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(config, &all); err != nil {
		t.Fatal(err)
	}
	found := false
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if checks, ok := v["active"].(map[string]any); ok {
				checks["interval"], found = "50ms", true
			}
			if _, ok := v["listen"]; ok {
				v["automatic_https"] = map[string]any{"disable_redirects": true}
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(all)
	if !found {
		t.Fatal("the proxy does not ask its nodes whether they are ready")
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func status(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func TestTheProxyPassesOverNodesThatAreNotReady(t *testing.T) {
	t.Parallel()
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	a, b := newNode(t, ok), newNode(t, ok)
	b.ready.Store(false)
	url, client := proxy(t, a, b)
	b.seen(t)
	ask := func(title string, used, unused *node) {
		t.Helper()
		before, not := used.served.Load(), unused.served.Load()
		for range 10 {
			if s := status(t, client, url+"/graphql"); s != http.StatusOK {
				t.Errorf("%s: status %d", title, s)
			}
		}
		if used.served.Load()-before != 10 || unused.served.Load() != not {
			t.Errorf("%s: %d and %d", title, used.served.Load(), unused.served.Load())
		}
	}
	ask("b catches up", a, b)
	b.ready.Store(true)
	b.seen(t)
	first, second := a, b
	_ = status(t, client, url+"/")
	if b.served.Load() > 0 {
		first, second = b, a
	}
	ask("both are ready, and callers come back to the same", first, second)
	first.Close() // as a node that is restarted, before the proxy has asked again
	ask("one is gone", second, first)
}

func TestTheProxyHoldsNothingBack(t *testing.T) {
	t.Parallel()
	go1, arrived := make(chan struct{}), make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: next\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-go1:
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/files", func(_ http.ResponseWriter, r *http.Request) {
		first := make([]byte, 5)
		_, err := io.ReadFull(r.Body, first)
		arrived <- fmt.Sprint(string(first), err)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Error(err)
			return
		}
		kind, text, err := c.Read(r.Context())
		if err == nil {
			err = c.Write(r.Context(), kind, text)
		}
		if err != nil {
			t.Error(err)
		}
		_ = c.Close(websocket.StatusNormalClosure, "")
	})
	url, client := proxy(t, newNode(t, mux))

	t.Run("an event arrives while its answer goes on", func(t *testing.T) {
		answer, err := client.Get(url + "/events")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if line, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil || line != "event: next\n" {
			t.Error(line, err)
		}
		close(go1)
	})
	t.Run("an upload arrives while it is sent", func(t *testing.T) {
		from, to := io.Pipe()
		defer to.Close()
		ended := make(chan error, 1)
		go func() {
			answer, err := client.Post(url+"/files", "image/svg+xml", from)
			if err == nil {
				answer.Body.Close()
			}
			ended <- err
		}()
		if _, err := io.WriteString(to, "<svg>"); err != nil {
			t.Fatal(err)
		}
		if got := await(t, arrived); got != "<svg><nil>" {
			t.Error(got)
		}
		to.Close()
		if err := await(t, ended); err != nil {
			t.Error(err)
		}
	})
	t.Run("a WebSocket goes through", func(t *testing.T) {
		c, _, err := websocket.Dial(t.Context(), url+"/graphql", &websocket.DialOptions{
			HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: client.Transport.(*http.Transport).TLSClientConfig.Clone()}}, Subprotocols: []string{"graphql-transport-ws"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Write(t.Context(), websocket.MessageText, []byte("xin chào")); err != nil {
			t.Fatal(err)
		}
		if _, text, err := c.Read(t.Context()); err != nil || string(text) != "xin chào" || c.Subprotocol() != "graphql-transport-ws" {
			t.Error(string(text), c.Subprotocol(), err)
		}
		_ = c.CloseNow()
	})
}
