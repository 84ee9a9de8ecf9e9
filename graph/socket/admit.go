package socket

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// admit lets a request in, or answers it and returns no leave. The context is that
// of the request, without who calls if a foreign page sent it and no token with it:
// what a browser adds by itself is nobody's word.
func (t *Transport) admit(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) (_ context.Context, leave func()) {
	ctx := graphql.StartOperationTrace(r.Context())
	foreign, allowed := t.origin(r)
	if !allowed {
		refuse(ctx, w, exec, http.StatusForbidden, refusal("FORBIDDEN", "foreign_origin", "pages of this origin may not connect"))
		return nil, nil
	}
	if foreign && r.Header.Get("Authorization") == "" {
		ctx = t.Anonymous(ctx)
	}
	address := t.Address(r)
	if full := t.open.enter(address); full != 0 {
		w.Header().Set("Retry-After", "30")
		refuse(ctx, w, exec, full, refusal("UNAVAILABLE", "too_many_streams", "too many connections are open; try again later"))
		return nil, nil
	}
	return ctx, func() { t.open.leave(address) }
}

// origin tells whether a page of another origin sends the request, and whether it
// may. Only browsers send an Origin (RFC 6454, section 7), and always with a request
// that another origin's page makes for a WebSocket or a stream. The scheme of the own
// origin is not known behind a proxy that ends TLS.
func (t *Transport) origin(r *http.Request) (foreign, allowed bool) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false, true
	}
	u, err := url.Parse(origin)
	if err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return false, true
	}
	for _, o := range t.Origins {
		if strings.EqualFold(o, origin) {
			return true, true
		}
	}
	return true, false
}

func refusal(code, reason, sentence string) *gqlerror.Error {
	return &gqlerror.Error{Message: sentence, Extensions: map[string]any{"code": code, "reason": reason}}
}

// refuse answers a request that is not let in.
func refuse(ctx context.Context, w http.ResponseWriter, exec graphql.GraphExecutor, status int, err *gqlerror.Error) {
	text, failed := json.Marshal(struct {
		Errors gqlerror.List `json:"errors"`
	}{exec.DispatchError(ctx, gqlerror.List{err}).Errors})
	if failed != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text) // an error is the caller's having gone
}

// count counts what is open.
type count struct {
	most, mostEach int
	mu             sync.Mutex
	all            int            // guarded by mu
	each           map[string]int // by address; guarded by mu
}

func newCount(most, mostEach int) *count {
	return &count{most: most, mostEach: mostEach, each: map[string]int{}}
}

// enter returns 0 if another one may be open, and the status of a refusal if not.
func (c *count) enter(address string) (status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.mostEach > 0 && c.each[address] >= c.mostEach:
		return http.StatusTooManyRequests
	case c.all >= c.most:
		return http.StatusServiceUnavailable
	}
	c.all++
	c.each[address]++
	return 0
}

func (c *count) leave(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.each[address]--; c.each[address] == 0 {
		delete(c.each, address)
	}
}
