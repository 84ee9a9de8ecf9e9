package webhooks

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"signet/internal/testneeds"
)

var loopback = netip.MustParsePrefix("127.0.0.0/8")

// newQueue opens a queue with the guarded network.
func newQueue(t *testing.T, o Options) *Queue {
	t.Helper()
	q, err := Open(filepath.Join(t.TempDir(), "q.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	return q
}

// send makes one attempt at a URL.
func send(t *testing.T, q *Queue, url string) outcome {
	t.Helper()
	r := Receiver{ID: "a", URL: url, Secrets: []string{Secret(nil, "a", 1)}}
	return q.deliver(t.Context(), r, queued{id: "m", body: []byte(`{}`)})
}

func TestTheAddressIsCheckedAtTheConnection(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	q := newQueue(t, Options{AllowHTTP: true})
	// The URL passes: it holds a name.
	if got := send(t, q, "http://localhost"+port); got.failure != FailedAddress {
		t.Errorf("%+v", got)
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	allowed := newQueue(t, Options{AllowHTTP: true, Allow: []netip.Prefix{loopback, netip.MustParsePrefix("::1/128")}})
	if got := send(t, allowed, "http://localhost"+port); got.failure != FailedStatus || got.code != 404 {
		t.Errorf("%+v", got)
	}
}

func TestNoRedirectIsFollowedAndNoCookieKept(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var elsewhere atomic.Int32
			mux := http.NewServeMux()
			mux.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Cookie") != "" {
					t.Error("a cookie came back")
				}
				http.SetCookie(w, &http.Cookie{Name: "a", Value: "b", Path: "/"})
				http.Redirect(w, r, "/elsewhere", status)
			})
			mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
			server := httptest.NewServer(mux)
			defer server.Close()
			q := newQueue(t, Options{AllowHTTP: true, Allow: []netip.Prefix{loopback}})
			for range 2 {
				if got := send(t, q, server.URL+"/in"); got.code != status || got.failure != FailedStatus {
					t.Errorf("%+v", got)
				}
			}
			if elsewhere.Load() != 0 {
				t.Error("it was followed")
			}
		})
	}
}

func TestTheProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	if q := newQueue(t, Options{}); q.guarded.Proxy != nil {
		// The environment is read once in a process, so that it can't be set here.
		t.Error("a proxy would be asked")
	}
}

func TestTLS(t *testing.T) {
	for name, c := range map[string]struct {
		trusted bool
		version uint16
		want    Failure
	}{
		"1.3 is good":                   {true, tls.VersionTLS13, ""},
		"1.2 is good":                   {true, tls.VersionTLS12, ""},
		"1.1 is refused":                {true, tls.VersionTLS11, FailedTLS},
		"an unknown issuer is refused":  {false, tls.VersionTLS13, FailedTLS},
		"another host's is refused too": {true, 0, FailedTLS},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 1 || r.Header.Get("Accept-Encoding") != "" {
					t.Errorf("%s %v", r.Proto, r.Header)
				}
			}))
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.version}
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			server.EnableHTTP2 = true // offered, and not taken
			server.StartTLS()
			defer server.Close()
			q := newQueue(t, Options{Allow: []netip.Prefix{loopback}})
			if c.trusted {
				roots := x509.NewCertPool()
				roots.AddCert(server.Certificate())
				q.guarded.TLSClientConfig.RootCAs = roots
			}
			to := server.URL
			if c.version == 0 {
				to = strings.Replace(to, "127.0.0.1", "127.0.0.2", 1)
				listener, err := net.Listen("tcp", strings.TrimPrefix(to, "https://"))
				if err != nil {
					testneeds.Missing(t, "a second loopback address, 127.0.0.2: "+err.Error())
				}
				other := &httptest.Server{Listener: listener, TLS: server.TLS, Config: &http.Server{Handler: server.Config.Handler, ErrorLog: server.Config.ErrorLog}}
				other.StartTLS()
				defer other.Close()
			}
			if got := send(t, q, to); got.failure != c.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestWhyThereIsNoAnswer(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	_ = closed.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	q := newQueue(t, Options{AllowHTTP: true, Allow: []netip.Prefix{loopback}})
	for name, c := range map[string]struct {
		url  string
		want Failure
	}{
		"nobody listens":      {nobody, FailedConnect},
		"no TLS is spoken":    {strings.Replace(plain.URL, "http:", "https:", 1), FailedTLS},
		"a private address":   {"http://10.0.0.1/", FailedURL},
		"a URL that is wrong": {"http://", FailedURL},
	} {
		t.Run(name, func(t *testing.T) {
			if got := send(t, q, c.url); got.failure != c.want {
				t.Errorf("%+v", got)
			}
		})
	}
}
