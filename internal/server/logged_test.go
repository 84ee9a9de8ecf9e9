package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/server"
)

// heard is what was logged.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) lines() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := strings.TrimSuffix(h.text.String(), "\n")
	h.text.Reset()
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) })
}

// say sends bytes as they are, which ask for the connection to be closed, and returns
// the status.
func (r *registry) say(text string) int {
	r.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(r.t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		r.t.Fatal(err)
	}
	answer := bufio.NewReader(conn)
	res, err := http.ReadResponse(answer, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	// The server closes the connection when it has logged.
	if _, err := io.Copy(io.Discard, answer); err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode
}

func TestTheLogHasOneLineForARequestAndNoSecrets(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	token := access.NewToken().Secret
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJob2EifQ.c2lnbmF0dXJl"
	const mail, code, sig = "hoa.nguyen@haiphong.example", "FIRSTLOGINCODE", "SIGNATUREOFALINK"
	secrets := []string{token, token[len(token)-20:], jwt, "eyJzdWIiOiJob2EifQ", mail, "hoa.nguyen", code, sig, r.tokens[domain.RoleAuditor]}
	requests := map[string]string{
		"newlines in the path":           "GET /a%0Alevel=ERROR%20msg=forged%0D%0Atime=x HTTP/1.1\r\nHost: x\r\n",
		"line separators":                "GET /a%E2%80%A8b%E2%80%A9c%C2%85d%0B%0Ce HTTP/1.1\r\nHost: x\r\n",
		"what turns text around":         "GET /a%E2%80%AEgpj.exe HTTP/1.1\r\nHost: x\r\n",
		"bytes that are no text":         "GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\n",
		"a terminal's commands":          "GET /%1b%5b2J%1b%5d0;x%07 HTTP/1.1\r\nHost: x\r\n",
		"a token in the path":            "GET /files/" + token + "/x HTTP/1.1\r\nHost: x\r\n",
		"a token in the query":           "GET /?token=" + token + " HTTP/1.1\r\nHost: x\r\n",
		"another token in the path":      "GET /" + jwt + " HTTP/1.1\r\nHost: x\r\n",
		"a token in a header":            "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + r.tokens[domain.RoleAuditor] + "\r\n",
		"a token that is none":           "GET /status/logo-sample/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n",
		"a mail address in the path":     "GET /people/" + mail + " HTTP/1.1\r\nHost: x\r\n",
		"the same, escaped":              "GET /people/" + strings.ReplaceAll(mail, "@", "%40") + " HTTP/1.1\r\nHost: x\r\n",
		"a mail address in the agent":    "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: " + mail + "\r\n",
		"the code of the first login":    "GET /first-login?code=" + code + " HTTP/1.1\r\nHost: x\r\n",
		"the signature of a link":        "GET " + logo("1") + "?expires=1&by=x&sig=" + sig + " HTTP/1.1\r\nHost: x\r\n",
		"a method that is none":          "HOA HTTP://x/\n HTTP/1.1\r\nHost: x\r\n",
		"a method that somebody made up": code + " / HTTP/1.1\r\nHost: x\r\n",
		"an id of a request":             "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + code + "\r\n",
		"a secret where the path is cut": "GET /" + strings.Repeat("a", 280) + "/" + token + " HTTP/1.1\r\nHost: x\r\n",
		"a very long path":               "GET /" + url.PathEscape(strings.Repeat("ạ", 2000)) + " HTTP/1.1\r\nHost: x\r\n",
	}
	for format, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler {
			return slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
		"json": func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
	} {
		h := &heard{}
		n := r.node(server.Options{Log: slog.New(handler(h))})
		for title, request := range requests {
			t.Run(format+": "+title, func(t *testing.T) {
				n.t = t
				status := n.say(request + "Connection: close\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
				lines := h.lines()
				if len(lines) > 1 || len(lines) == 0 && status != http.StatusBadRequest {
					t.Errorf("%d: %d lines: %q", status, len(lines), lines)
				}
				for _, line := range lines {
					if i := slices.IndexFunc(secrets, func(s string) bool { return strings.Contains(line, s) }); i >= 0 || len(line) > 1000 {
						t.Errorf("it tells %q", line)
					}
					if !strings.Contains(line, "192.0.2.1") || strings.Contains(line, "\u202e") || strings.Contains(line, "\x1b") {
						t.Errorf("%q", line)
					}
					if format == "json" && !json.Valid([]byte(line)) {
						t.Errorf("%q", line)
					}
				}
			})
		}
	}
}

func TestAProxyThatIsNotBelievedIsWarnedOfOnce(t *testing.T) {
	r := newRegistry(t)
	h := &heard{}
	var err error
	if r.server, err = server.New(server.Options{Runner: r.runner, Views: r.views, Store: r.store, Renditions: r.renditions, Log: slog.New(slog.NewTextHandler(h, nil))}); err != nil {
		t.Fatal(err)
	}
	for _, peer := range []string{"203.0.113.9:1", "10.0.0.1:1", "10.0.0.1:2", "127.0.0.1:1"} {
		req := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		req.RemoteAddr = peer
		req.Header.Set("X-Forwarded-For", "192.0.2.1")
		r.server.ServeHTTP(httptest.NewRecorder(), req)
	}
	if lines := h.lines(); len(lines) != 1 || !strings.Contains(lines[0], "proxy=10.0.0.1") {
		t.Errorf("%q", lines)
	}
}
