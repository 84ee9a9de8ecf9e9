package webhooks

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// raw is a server that answers every connection with fixed bytes, and then waits for
// its end.
func raw(t *testing.T, answer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				lines := bufio.NewReader(c)
				if _, err := http.ReadRequest(lines); err != nil {
					return
				}
				said, end := strings.CutSuffix(answer, "CLOSE")
				_, _ = c.Write([]byte(said))
				if !end {
					_, _ = io.Copy(io.Discard, lines) // until the other side closes
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestStrangeAnswers(t *testing.T) {
	endless := "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + strings.Repeat("a", maxAnswer)
	for name, c := range map[string]struct {
		answer  string
		code    int
		failure Failure
	}{
		"a body without end is not waited for": {endless, 200, ""},
		"a body that stalls is a delivery":     {endless[:1000], 200, ""},
		"a body that breaks off is one":        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nCLOSE", 200, ""},
		"a header within the limit":            {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", maxHeader/2) + "\r\nContent-Length: 0\r\n\r\n", 200, ""},
		"a header over the limit":              {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 2*maxHeader) + "\r\n\r\n", 0, FailedConnection},
		"another protocol":                     {"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 101, FailedStatus},
		"hints, and then nothing":              {"HTTP/1.1 103 Early Hints\r\n\r\n", 0, FailedTimeout},
		"no HTTP":                              {"220 mail.example ESMTP\r\n", 0, FailedConnection},
		"nothing":                              {"", 0, FailedTimeout},
		"the end":                              {"CLOSE", 0, FailedConnection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(t, Options{AllowHTTP: true, Allow: []netip.Prefix{loopback}, Timeout: time.Second})
			if got := send(t, q, raw(t, c.answer)); got.code != c.code || got.failure != c.failure {
				t.Errorf("%+v", got)
			}
		})
	}
}

// It is read to the limit and no further: of an endless answer only what fits into
// the buffers on the way is sent.
func TestLittleIsReadOfAnAnswer(t *testing.T) {
	sent, ended := 0, make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		for chunk := make([]byte, 64<<10); ; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	q := newQueue(t, Options{AllowHTTP: true, Allow: []netip.Prefix{loopback}})
	began := time.Now()
	if got := send(t, q, server.URL); got.failure != "" {
		t.Errorf("%+v", got)
	}
	<-ended
	if sent > 64<<20 || time.Since(began) > 5*time.Second {
		t.Errorf("%d bytes were sent in %s", sent, time.Since(began))
	}
}
