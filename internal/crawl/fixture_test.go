package crawl

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// web is a network that answers by URL; what is not there is answered 404.
type web struct {
	pages map[string]reply
	// other, if any, is asked about what is not among the pages.
	other func(*http.Request) reply

	mu    sync.Mutex
	asked []string // guarded by mu: "12s http://…", by the fake clock from began on
	began time.Time
	now   map[string]int // guarded by mu: requests under way by host
	most  map[string]int // guarded by mu
}

// reply is an answer. With a status of 0 it is 200.
type reply struct {
	status int
	media  string // Content-Type
	header http.Header
	body   string
	reader io.Reader // instead of the body
	length int64     // the Content-Length that is told; 0 is that of the body
	takes  time.Duration
	err    error
}

func newWeb(pages map[string]reply) *web {
	return &web{pages: pages, began: time.Now(), now: map[string]int{}, most: map[string]int{}}
}

func page(body string) reply { return reply{media: "text/html; charset=utf-8", body: body} }

func picture(name string) reply {
	return reply{media: "image/png", body: "\x89PNG\r\n\x1a\n" + name}
}

func redirect(status int, to string) reply {
	return reply{status: status, header: http.Header{"Location": {to}}}
}

func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	w.mu.Lock()
	w.asked = append(w.asked, fmt.Sprintf("%s %s", time.Since(w.began).Round(time.Second), address))
	w.now[r.URL.Host]++
	w.most[r.URL.Host] = max(w.most[r.URL.Host], w.now[r.URL.Host])
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.now[r.URL.Host]--
		w.mu.Unlock()
	}()
	answer, found := w.pages[address]
	if !found && w.other != nil {
		answer = w.other(r)
	} else if !found {
		answer = reply{status: 404, media: "text/html", body: "not found"}
	}
	if answer.takes > 0 {
		timer := time.NewTimer(answer.takes)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if answer.err != nil {
		return nil, answer.err
	}
	header := answer.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if answer.media != "" {
		header.Set("Content-Type", answer.media)
	}
	body := answer.reader
	if body == nil {
		body = strings.NewReader(answer.body)
	}
	return &http.Response{
		StatusCode: cmp.Or(answer.status, 200), Header: header, Body: io.NopCloser(body),
		ContentLength: cmp.Or(answer.length, int64(len(answer.body))), Request: r,
	}, nil
}

// visits collects what was visited.
type visits struct {
	mu  sync.Mutex
	all map[string]Resource // guarded by mu
}

func (v *visits) visit(r Resource) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil {
		v.all = map[string]Resource{}
	}
	if _, twice := v.all[r.Address]; twice {
		return errors.New("visited twice: " + r.Address)
	}
	v.all[r.Address] = r
	return nil
}

// paths are the addresses of what was visited, sorted, without the site.
func (v *visits) paths() string {
	var out []string
	for _, a := range slices.Sorted(maps.Keys(v.all)) {
		out = append(out, strings.TrimPrefix(a, "http://site.test"))
	}
	return strings.Join(out, " ")
}

// crawled visits http://site.test/.
func crawled(t *testing.T, w *web, o Options) (*visits, Summary) {
	t.Helper()
	o.Transport = w
	v := &visits{}
	s, err := Site(t.Context(), []string{"http://site.test/"}, o, v.visit)
	if err != nil {
		t.Fatal(err)
	}
	return v, s
}

// skips is what was skipped, as "reason address".
func skips(s Summary) string {
	var out []string
	for _, k := range s.Skipped {
		out = append(out, string(k.Reason)+" "+strings.TrimPrefix(k.Address, "http://site.test"))
	}
	return strings.Join(out, ", ")
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}
