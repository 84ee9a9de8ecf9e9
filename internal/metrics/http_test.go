package metrics_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"signet/internal/metrics"
)

// site is a measured mux of one route.
type site struct {
	*metrics.Registry

	t        *testing.T
	url      string
	handlers sync.WaitGroup // that have not returned
}

func newSite(t *testing.T, pattern string, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{Registry: metrics.New("1"), t: t}
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, h)
	measured := metrics.HTTP(s.Registry, func(r *http.Request) string { return r.Pattern }, mux)
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handlers.Add(1)
		defer s.handlers.Done()
		measured.ServeHTTP(w, r)
	}))
	t.Cleanup(served.Close)
	s.url = served.URL
	return s
}

// streams sees how many streams are open.
func (s *site) streams(want float64) {
	s.t.Helper()
	if n := value(s.t, s.Registry, "signet_http_streams", nil); n != want {
		s.t.Errorf("%v streams", n)
	}
}

// ended sees that no stream is open once the handlers have returned, and that none
// had a duration.
func (s *site) ended() {
	s.t.Helper()
	s.handlers.Wait()
	s.streams(0)
	if n := durations(s.t, s.Registry); n != 0 {
		s.t.Errorf("%d durations of streams", n)
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// counted sees that one GET of a route was counted.
func counted(t *testing.T, r *metrics.Registry, route, class string) {
	t.Helper()
	if n := value(t, r, "signet_http_requests_total", map[string]string{"route": route, "method": "get", "class": class}); n != 1 {
		t.Errorf("%v requests", n)
	}
}

func durations(t *testing.T, r *metrics.Registry) (n uint64) {
	t.Helper()
	for _, m := range gathered(t, r)["signet_http_request_seconds"].GetMetric() {
		n += m.GetHistogram().GetSampleCount()
	}
	return n
}

func TestARequestIsCountedByItsRouteAndClass(t *testing.T) {
	for _, c := range []struct {
		title string
		h     http.HandlerFunc
		class string
	}{
		{"nothing is written", func(http.ResponseWriter, *http.Request) {}, "2xx"},
		{"a body without a status", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "x") }, "2xx"},
		{"a redirect", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, "3xx"},
		{"a refusal", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusForbidden) }, "4xx"},
		{"a hint, and then a failure", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "5xx"},
		{"a hint, and then nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusEarlyHints) }, "2xx"},
		{"a status that is said twice", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "x")
			w.WriteHeader(http.StatusTeapot)
		}, "2xx"},
	} {
		t.Run(c.title, func(t *testing.T) {
			s := newSite(t, "/files/{item}", c.h)
			get(t, s.url+"/files/logo-sample?width=400")
			s.handlers.Wait() // a client has its answer before it is counted
			counted(t, s.Registry, "/files/{item}", c.class)
			if n := durations(t, s.Registry); n != 1 {
				t.Errorf("%d durations", n)
			}
			if routes := labelValues(t, s.Registry, "signet_http_requests_total", "route"); !slices.Equal(routes, []string{"/files/{item}"}) {
				t.Errorf("routes: %v", routes)
			}
		})
	}
}

func TestAPanicIsAFailureAndGoesOn(t *testing.T) {
	r := metrics.New("1")
	h := metrics.HTTP(r, func(*http.Request) string { return "" }, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}()
	counted(t, r, "none", "5xx")
}

func TestNoCallerCanMakeNewLabels(t *testing.T) {
	r := metrics.New("1")
	h := metrics.HTTP(r, func(r *http.Request) string { return r.URL.Path }, http.NotFoundHandler())
	for i := range 200 {
		request := httptest.NewRequest(fmt.Sprint("M", i), fmt.Sprint("/secret-", i), nil)
		h.ServeHTTP(httptest.NewRecorder(), request)
	}
	if n := len(labelValues(t, r, "signet_http_requests_total", "route")); n != 65 {
		t.Errorf("%d routes", n)
	}
	if methods := labelValues(t, r, "signet_http_requests_total", "method"); !slices.Equal(methods, []string{"other"}) {
		t.Error(methods)
	}
}

func TestServerSentEventsArriveWhileTheAnswerGoesOn(t *testing.T) {
	for name, flush := range map[string]func(http.ResponseWriter) error{
		"by http.Flusher": func(w http.ResponseWriter) error { w.(http.Flusher).Flush(); return nil },
		"by a controller": func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			arrived := make(chan struct{})
			s := newSite(t, "/graphql", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
				fmt.Fprint(w, "event: next\n\n")
				if err := flush(w); err != nil {
					t.Error(err)
				}
				<-arrived
			})
			release := sync.OnceFunc(func() { close(arrived) })
			t.Cleanup(release)
			answer, err := http.Get(s.url + "/graphql")
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if line, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil || line != "event: next\n" {
				t.Fatal(line, err)
			}
			counted(t, s.Registry, "/graphql", "2xx")
			s.streams(1)
			release()
			s.ended()
		})
	}
}

func TestAWebSocketGoesThrough(t *testing.T) {
	s := newSite(t, "/graphql", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		kind, text, err := c.Read(r.Context())
		if err != nil || c.Write(r.Context(), kind, text) != nil {
			t.Error(err)
		}
		_ = c.Close(websocket.StatusNormalClosure, "")
	})
	c, _, err := websocket.Dial(t.Context(), s.url+"/graphql", nil)
	if err != nil {
		t.Fatal(err)
	}
	counted(t, s.Registry, "/graphql", "1xx")
	s.streams(1)
	if err := c.Write(t.Context(), websocket.MessageText, []byte("xin chào")); err != nil {
		t.Fatal(err)
	}
	if _, text, err := c.Read(t.Context()); err != nil || string(text) != "xin chào" {
		t.Fatal(string(text), err)
	}
	_ = c.CloseNow()
	s.ended()
}

// reader notes whether it was asked to read from something.
type reader struct {
	*httptest.ResponseRecorder
	read bool
}

func (w *reader) ReadFrom(from io.Reader) (int64, error) {
	w.read = true
	return io.Copy(w.ResponseRecorder, from)
}

func TestAFileReachesTheWriterWithin(t *testing.T) {
	r := metrics.New("1")
	h := metrics.HTTP(r, func(*http.Request) string { return "/files" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("logo")}); err != nil {
			t.Error(err)
		}
	}))
	w := &reader{ResponseRecorder: httptest.NewRecorder()}
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/files", nil))
	if !w.read || w.Body.String() != "logo" {
		t.Errorf("read %v: %q", w.read, w.Body)
	}
	counted(t, r, "/files", "2xx")
}

func TestDeadlinesReachTheConnection(t *testing.T) {
	s := newSite(t, "/", func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Now().Add(time.Minute)), c.EnableFullDuplex()); err != nil {
			t.Error(err)
		}
	})
	get(t, s.url)
}

func TestAStreamIsCountedBeforeItsCallerKnows(t *testing.T) {
	r := metrics.New("1")
	h := metrics.HTTP(r, func(*http.Request) string { return "/" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusSwitchingProtocols) // some libraries say so before they take the connection
		counted(t, r, "/", "1xx")
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

func TestAConnectionThatCantBeGivenAwayIsNoStream(t *testing.T) {
	r := metrics.New("1")
	h := metrics.HTTP(r, func(*http.Request) string { return "/" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, _, err := w.(http.Hijacker).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Error(err)
		}
		w.WriteHeader(http.StatusNotImplemented)
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	counted(t, r, "/", "5xx")
	if n := value(t, r, "signet_http_streams", nil); n != 0 {
		t.Errorf("%v streams", n)
	}
}
