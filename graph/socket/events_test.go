package socket_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/graph/socket"
)

// eventsOf is a request for a document by server-sent events.
func (a *api) eventsOf(document string) *http.Request {
	a.t.Helper()
	return a.request(http.MethodPost, "/graphql", `{"query":"`+document+`"}`, "text/event-stream")
}

func (a *api) request(method, path, body, accept string) *http.Request {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, "http://"+host+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return r
}

// heardStream is a stream of a test.
type heardStream struct {
	leave context.CancelFunc

	mu    sync.Mutex
	text  bytes.Buffer
	ended bool
}

// listen opens a stream and reads what comes.
func (a *api) listen(r *http.Request) *heardStream {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	s := &heardStream{leave: cancel}
	res, err := a.client.Do(r.WithContext(ctx))
	if err != nil {
		a.t.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		a.t.Errorf("the media type is %q", got)
	}
	go func() {
		defer res.Body.Close()
		p := make([]byte, 1<<10)
		for {
			n, err := res.Body.Read(p)
			s.mu.Lock()
			s.text.Write(p[:n])
			s.ended = s.ended || err != nil
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

// heard returns what has come, and whether the stream has ended.
func (s *heardStream) heard() (string, bool) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String(), s.ended
}

const over = "event: complete\ndata:\n\n"

func event(data string) string { return "event: next\ndata: {\"data\":\"" + data + "\"}\n\n" }

func TestAStreamTellsResultsAndThenThatItIsOver(t *testing.T) {
	for document, want := range map[string]string{
		"query":    event("query") + over,
		"mutation": event("mutation") + over,
		"ends":     over,
		"wrong":    `event: next` + "\n" + `data: {"errors":[{"message":"not_valid","extensions":{"reason":"not_valid"}}],"data":null}` + "\n\n" + over,
	} {
		run(t, nil, func(a *api) {
			t := a.t
			got, ended := a.listen(a.eventsOf(document)).heard()
			if got != ":\n\n"+want || !ended {
				t.Errorf("%s: %q, ended %v", document, got, ended)
			}
		})
	}
}

func TestAStreamGoesOn(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		run(t, nil, func(a *api) {
			t := a.t
			r := a.eventsOf("ticks")
			if method == http.MethodGet {
				r = a.request(method, "/graphql?query="+url.QueryEscape("ticks"), "", "text/event-stream")
			}
			s := a.listen(r)
			a.ticks <- "a"
			a.ticks <- "b"
			time.Sleep(socket.Pulse)
			got, ended := s.heard()
			if want := ":\n\n" + event("a") + event("b") + ":\n\n"; got != want || ended {
				t.Errorf("%s: %q, ended %v", method, got, ended)
			}
			s.leave()
			a.served.Wait()
		})
	}
}

// TestWhatNeedsNoStreamIsAnsweredWithout: many clients accept both whatever they ask for.
func TestWhatNeedsNoStreamIsAnsweredWithout(t *testing.T) {
	const both = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
	for _, c := range []struct {
		what, method, path, body, accept string
		status                           int
	}{
		{"a query of who takes both", http.MethodPost, "/", `{"query":"query"}`, both, http.StatusTeapot},
		{"a mutation of who takes both", http.MethodPost, "/", `{"query":"mutation"}`, both, http.StatusTeapot},
		{"a wrong document of who takes both", http.MethodPost, "/", `{"query":"wrong"}`, both, http.StatusTeapot},
		{"a subscription of who takes both", http.MethodPost, "/", `{"query":"ends"}`, both, http.StatusOK},
		{"a request that can't be read", http.MethodPost, "/", `{"query":`, "text/event-stream", http.StatusTeapot},
		{"a request without a query", http.MethodGet, "/", ``, "text/event-stream", http.StatusTeapot},
		{"a mutation by GET", http.MethodGet, "/?query=mutation", ``, "text/event-stream", http.StatusTeapot},
		{"a query by GET", http.MethodGet, "/?query=query", ``, "text/event-stream", http.StatusOK},
		{"another method", http.MethodPut, "/", `{}`, "text/event-stream", http.StatusTeapot},
		{"a stream of who takes anything", http.MethodPost, "/", `{"query":"ends"}`, "*/*", http.StatusTeapot},
	} {
		run(t, nil, func(a *api) {
			t := a.t
			status, body := a.ask(a.request(c.method, c.path, c.body, c.accept))
			if status != c.status {
				t.Errorf("%s: answered with %d", c.what, status)
			}
			if status == http.StatusTeapot && (body != "plain "+c.body+" <nil>" || a.executed.Load() != 0) {
				t.Errorf("%s: %q was handed on, and %d executed", c.what, body, a.executed.Load())
			}
		})
	}
}

func TestAStreamEndsUntoldWhenItMayNotGoOn(t *testing.T) {
	for _, c := range []struct {
		what  string
		lasts time.Duration
		end   func(*api)
		after time.Duration
	}{
		{"at once when something tells so", 0, func(a *api) { a.forbid(errRevoked, true) }, 0},
		{"soon when nothing does", 0, func(a *api) { a.forbid(errRevoked, false) }, socket.Recheck},
		{"when the token expires", time.Second, func(a *api) { a.forbid(errRevoked, false) }, time.Second},
		{"before anything else is sent", 0, func(a *api) { a.forbid(errRevoked, false); a.ticks <- "secret" }, 0},
		{"when the server stops", 0, func(a *api) { a.stop() }, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			run(t, func(o *socket.Options) { o.Lasts = func(context.Context) time.Duration { return c.lasts } }, func(a *api) {
				t := a.t
				s := a.listen(a.eventsOf("ticks"))
				synctest.Wait()
				c.end(a)
				if c.after > 0 {
					if _, ended := s.heard(); ended {
						t.Fatal("it has ended before")
					}
					time.Sleep(c.after)
				}
				if got, ended := s.heard(); got != ":\n\n" || !ended {
					t.Errorf("%q, ended %v", got, ended)
				}
			})
		})
	}
}

func TestAStreamThatPanicsEndsAlone(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		other := a.listen(a.eventsOf("ticks"))
		if got, ended := a.listen(a.eventsOf("panics")).heard(); got != ":\n\n" || !ended {
			t.Errorf("%q, ended %v", got, ended)
		}
		a.ticks <- "a"
		if got, ended := other.heard(); got != ":\n\n"+event("a") || ended {
			t.Errorf("another one: %q, ended %v", got, ended)
		}
		other.leave()
	})
}

func TestAStreamThatIsNotReadIsGivenUp(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		res, err := a.client.Do(a.eventsOf("ticks"))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		begun := time.Now()
		for synctest.Wait(); a.listened.Load() > 0; synctest.Wait() {
			select {
			case a.ticks <- strings.Repeat("x", 64<<10):
			case <-time.After(time.Second):
			}
		}
		if took := time.Since(begun); took > socket.WritePatience+time.Second {
			t.Errorf("given up after %v", took)
		}
	})
}

func TestAStreamIsSeenWhenItHasBegun(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		s := a.listen(a.eventsOf("stalls")) // returns when it is seen
		if a.listened.Load() != 1 {
			t.Error("it has not begun")
		}
		s.leave()
	})
}

func TestATooLongRequestIsHandedOnAsItIs(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		text := `{"query":"` + strings.Repeat("x", maxBody)
		status, body := a.ask(a.request(http.MethodPost, "/", text, "text/event-stream"))
		if status != http.StatusTeapot || strings.HasSuffix(body, "<nil>") {
			t.Errorf("%d %s", status, body)
		}
	})
}
