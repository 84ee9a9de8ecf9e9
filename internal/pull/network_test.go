package pull_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/pull"
)

func TestAKitThatChangesMeanwhileIsBegunAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *registry)
	}{
		{"a file is withdrawn", func(r *registry) { r.versions[0].withdrawn, r.versions[0].until = r.now, r.now }},
		{"a file has other bytes", func(r *registry) { r.versions[0].files["màu.svg"] = "<svg>new</svg>" }},
		{"a file has another length", func(r *registry) { r.versions[0].files["màu.svg"] = strings.Repeat("x", 100) }},
		{"a text has other bytes", func(r *registry) { r.versions[1].text = "Khác" }},
		{"a text is gone", func(r *registry) { r.versions[1].text = "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t)
			dir := filepath.Join(t.TempDir(), "kit")
			lists := 0
			r.before = func(_ http.ResponseWriter, req *http.Request) bool {
				if req.URL.Path == "/kit/manifest.json" {
					lists++
				} else if lists == 1 {
					c.change(r)
				}
				return false
			}
			if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err != nil {
				t.Fatal(err)
			}
			if lists != 2 {
				t.Errorf("%d lists", lists)
			}
			r.same(t, dir)
		})
	}
}

func TestAKitThatDoesNotComeToRestIsGivenUp(t *testing.T) {
	r := newRegistry(t)
	dir := filepath.Join(t.TempDir(), "kit")
	lists := 0
	r.before = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.URL.Path == "/kit/manifest.json" {
			lists++
		} else {
			r.versions[0].files["màu.svg"] += "x"
		}
		return false
	}
	_, err := r.client(dir).Pull(t.Context(), pull.Change{})
	wantReason(t, err, "kit_changes")
	if lists != 3 || len(tree(t, dir)) > 0 {
		t.Errorf("%d lists, %v", lists, tree(t, dir))
	}
}

func TestPassingFailuresAreTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		header  string
		atLeast time.Duration
		failing int
		gives   bool
	}{
		{"an error of the server", 500, "", 0, 3, true},
		{"away", 503, "7", 7 * time.Second, 3, true},
		{"too many requests", 429, "3", 3 * time.Second, 3, true},
		{"an hour is not waited for", 503, "3600", 2 * time.Minute, 1, true},
		{"away for good", 502, "", 0, 1000, false},
		{"what is refused is not tried again", 403, "", 0, 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t)
			failed := 0
			r.before = func(w http.ResponseWriter, _ *http.Request) bool {
				if failed == c.failing {
					return false
				}
				failed++
				w.Header().Set("Retry-After", c.header)
				refuse(w, c.status, "reason")
				return true
			}
			cl := r.client(t.TempDir())
			var waits []time.Duration
			cl.Waits(func(d time.Duration) { waits = append(waits, d) })
			if _, err := cl.Pull(t.Context(), pull.Change{}); (err == nil) != c.gives {
				t.Errorf("%v", err)
			}
			switch {
			case c.status == 403 && failed != 1, c.status == 502 && failed != 6, c.gives && len(waits) != c.failing:
				t.Errorf("%d requests, waits %v", failed, waits)
			}
			for _, d := range waits {
				if d < c.atLeast || d <= 0 || d > 3*time.Minute {
					t.Errorf("waits %v", waits)
				}
			}
		})
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-5": 0, "x": 0, "Fri, 01 Jan 2027 00:01:00 GMT": time.Minute, "Thu, 31 Dec 2026 00:00:00 GMT": 0, "99999999999999": 1 << 20 * time.Second,
	} {
		if got := pull.RetryAfter(value, now); got != want {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// stuck is a body that begins and never ends.
type stuck struct {
	ctx context.Context
	r   io.Reader
}

func (s stuck) Read(p []byte) (int, error) {
	if n, err := s.r.Read(p); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (s stuck) Close() error { return nil }

// slow is a body of which a piece comes every 50 seconds.
type slow struct{ io.ReadCloser }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(50 * time.Second)
	return s.ReadCloser.Read(p[:min(len(p), 500)])
}

func TestAServerThatSendsNothingIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRegistry(t)
		dir := filepath.Join(t.TempDir(), "kit")
		var times atomic.Int64
		c := &pull.Client{Dir: dir, Server: address}
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			res, err := r.RoundTrip(req)
			if n := times.Add(1); err == nil && n <= 2 {
				res.Body = stuck{req.Context(), io.LimitReader(res.Body, 10)}
			}
			return res, err
		})
		begun := time.Now()
		if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("it took %s", took)
		}
		r.same(t, dir)

		// One that is slow is not one that sends nothing.
		c.Dir = filepath.Join(t.TempDir(), "slow")
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			res, err := r.RoundTrip(req)
			if err == nil {
				res.Body = slow{res.Body}
			}
			return res, err
		})
		r.questions()
		if report, err := c.Pull(t.Context(), pull.Change{}); err != nil || int(report.Requests) != len(r.questions()) || report.Requests > 4 {
			t.Errorf("%+v, %v", report, err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		times.Store(0)
		if _, err := c.Pull(ctx, pull.Change{Items: []string{"slogan-gate"}}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestTheTokenIsForTheRegistryOnly(t *testing.T) {
	r := newRegistry(t)
	var others []string
	var mu sync.Mutex // guards others
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		others = append(others, req.Header.Get("Authorization"))
		mu.Unlock()
		r.ServeHTTP(w, req)
	}))
	defer other.Close()
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/files/") {
			http.Redirect(w, req, other.URL+req.URL.EscapedPath(), http.StatusFound)
			return
		}
		if req.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s without a token", req.URL)
		}
		r.ServeHTTP(w, req)
	}))
	defer own.Close()
	dir := filepath.Join(t.TempDir(), "kit")
	c := (&pull.Client{Dir: dir, Server: own.URL + "/", Token: "secret"}).Hook(func(string) error { return nil })
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)
	if strings.Join(others, "") != "" || len(others) == 0 {
		t.Errorf("%q", others)
	}
	// A lock that was edited does not lead it away.
	c.Server = other.URL
	_, err := c.Pull(t.Context(), pull.Change{})
	wantReason(t, err, "other_server", own.URL)
	if len(others) != 2 {
		t.Errorf("%q", others)
	}
}

func TestRedirectsEnd(t *testing.T) {
	for name, to := range map[string]string{"in a circle": address + "/kit/manifest.json", "to where all can read": "http://brand.example/kit/manifest.json"} {
		r := newRegistry(t)
		c := r.client(t.TempDir())
		asked := 0
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			if asked++; req.URL.Scheme == "http" {
				return r.RoundTrip(req)
			}
			return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {to}}, Body: http.NoBody, Request: req}, nil
		})
		if _, err := c.Pull(t.Context(), pull.Change{}); err == nil || asked > 10 {
			t.Errorf("%s: %v after %d", name, err, asked)
		}
	}
}

func TestArchivesWithSomethingElseAreRefused(t *testing.T) {
	var empty bytes.Buffer
	if err := zip.NewWriter(&empty).Close(); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"nothing in it": empty.String(), "no archive": "x", "more than was asked for": strings.Repeat("x", 1<<20)} {
		r := newRegistry(t)
		r.before = func(w http.ResponseWriter, req *http.Request) bool {
			if req.URL.Path != "/kit.zip" {
				return false
			}
			fmt.Fprint(w, body)
			return true
		}
		dir := t.TempDir()
		if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err == nil || len(tree(t, dir)) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnswersThatNobodyAskedForAreRefused(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"nothing has changed": func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotModified) },
		"another page":        func(w http.ResponseWriter) { fmt.Fprint(w, "<!DOCTYPE html>") },
		"a part": func(w http.ResponseWriter) {
			w.Header().Set("Content-Range", "bytes 5-9/10")
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprint(w, "12345")
		},
		"a page that is an error": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, "<!DOCTYPE html>")
		},
		"a list without its instant": func(w http.ResponseWriter) { fmt.Fprint(w, `{"format": "signet-bundle/v1", "files": []}`) },
	} {
		r := newRegistry(t)
		r.before = func(w http.ResponseWriter, _ *http.Request) bool { answer(w); return true }
		dir := t.TempDir()
		if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err == nil || len(tree(t, dir)) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheChannelAndTheNodeAreTold(t *testing.T) {
	r := newRegistry(t)
	channel := "portal"
	r.before = func(_ http.ResponseWriter, req *http.Request) bool {
		list := req.URL.Path == "/kit/manifest.json"
		if got := req.URL.Query().Get("channel"); list != (got == "") || got != "" && got != channel {
			t.Errorf("%s: %q", req.URL, got)
		}
		if got := req.Header.Get("Signet-Position"); list != (got == "") {
			t.Errorf("%s: position %q", req.URL, got)
		}
		return false
	}
	dir := filepath.Join(t.TempDir(), "kit")
	if _, err := r.client(dir).Pull(t.Context(), pull.Change{Channel: &channel}); err != nil {
		t.Fatal(err)
	}
	if lockOf(t, dir).Channel != channel {
		t.Error("the lock forgets the channel")
	}
}

func TestProgressEndsAtTheWhole(t *testing.T) {
	r, dir, _, _ := world(t)
	c := r.client(dir)
	var last, total int64
	mu := make(chan struct{}, 1)
	c.Progress = func(d, of int64) {
		mu <- struct{}{}
		last, total = max(last, d), of
		<-mu
	}
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil || last != total || total == 0 {
		t.Errorf("%d of %d, %v", last, total, err)
	}
}

func TestManyTextsComeInSeveralArchives(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	for i := range 450 {
		r.versions = append(r.versions, &version{item: fmt.Sprintf("slogan-%d", i), number: 1, from: r.now, text: fmt.Sprintf("Khẩu hiệu %d", i)})
	}
	dir, _ := r.pulled(t)
	r.same(t, dir)
	archives := 0
	for _, q := range r.questions() {
		if q.path == "/kit.zip" {
			archives++
		}
	}
	if archives < 3 || archives > 12 {
		t.Errorf("%d archives", archives)
	}
}
