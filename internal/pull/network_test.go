package pull_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

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
