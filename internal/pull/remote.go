package pull

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"signet/domain"
)

const (
	maxRedirects = 5
	maxProblem   = 64 << 10 // bytes of an answer that is an error
)

// Headers of a registry.
const (
	positionHeader = "Signet-Position" // how far a node has read, and has to
	askedHeader    = "Signet-Asked-At" // of which instant an answer is, in RFC 3339
)

// remote is a registry.
type remote struct {
	base  *url.URL
	http  *http.Client
	own   *http.Transport // nil when the caller brought one
	stall time.Duration
	wait  func(context.Context, time.Duration) error

	received atomic.Int64  // bytes of answers
	requests atomic.Int64  // that were sent
	position atomic.Uint64 // that a node had read for the list
}

func (c *Client) newRemote(server string) (*remote, error) {
	base, err := parseServer(server)
	if err != nil {
		return nil, err
	}
	r := &remote{base: base, stall: c.Stall, wait: c.wait}
	if r.stall == 0 {
		r.stall = defaultStall
	}
	if r.wait == nil {
		r.wait = wait
	}
	transport := c.Transport
	if transport == nil {
		r.own = http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it always is
		r.own.DisableCompression = true                         // ranges are of the bytes as they are
		transport = r.own
	}
	r.http = &http.Client{Transport: &authorised{next: transport, base: base, token: c.Token}, CheckRedirect: checkRedirect}
	return r, nil
}

// close ends connections that are kept for more requests.
func (r *remote) close() {
	if r.own != nil {
		r.own.CloseIdleConnections()
	}
}

// authorised sends the token to the registry, and to nobody that it sends us to.
type authorised struct {
	next  http.RoundTripper
	base  *url.URL
	token string
}

func (a *authorised) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.token != "" && r.URL.Scheme == a.base.Scheme && r.URL.Host == a.base.Host {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	return a.next.RoundTrip(r)
}

var errRedirect = errors.New("pull: the server sends us on in a way that is not followed")

func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errRedirect
	}
	return nil
}

// address is one of the registry. The parts are escaped already.
func (r *remote) address(query url.Values, escaped ...string) string {
	at := r.base.String() + "/" + strings.Join(escaped, "/")
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	return at
}

// question is what a registry is asked, and how much may be the answer.
type question struct {
	at     string
	header http.Header
	// tag is the strong entity tag of the answer, where that is known before.
	tag   string
	limit int64 // bytes
	exact bool  // the answer has as many bytes
}

// errNotModified: the answer is the one that the question names.
var errNotModified = errors.New("pull: not modified")

// once asks once.
func (r *remote) once(ctx context.Context, q *question, to sink) (http.Header, error) {
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(r.stall, func() { cancel(errStalled) })
	defer watch.Stop()
	request, err := r.request(watched, q, to)
	if err != nil {
		return nil, err
	}
	r.requests.Add(1)
	response, err := r.http.Do(request)
	if err != nil {
		return nil, broken(ctx, watched, err)
	}
	defer response.Body.Close()
	if err := r.begin(q, response, to); err != nil {
		return nil, err
	}
	body := &counted{r: response.Body, read: func(n int) {
		r.received.Add(int64(n))
		watch.Reset(r.stall)
	}}
	// What the sink refuses is not the network's doing.
	writer := &noting{w: to}
	_, err = io.Copy(writer, io.LimitReader(body, q.limit+1-to.size()))
	switch {
	case writer.err != nil:
		return nil, writer.err
	case err != nil:
		return nil, broken(ctx, watched, err)
	case to.size() > q.limit:
		return nil, errors.Join(&movedError{"an answer is longer than was listed"}, to.restart())
	}
	return response.Header, nil
}

func (r *remote) request(ctx context.Context, q *question, to sink) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, q.at, nil)
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	for name, values := range q.header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", "signet-pull")
	if position := r.position.Load(); position > 0 {
		request.Header.Set(positionHeader, strconv.FormatUint(position, 10))
	}
	if to.size() > 0 && q.tag != "" {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", to.size()))
		request.Header.Set("If-Range", q.tag)
	} else if to.size() > 0 {
		return request, to.restart()
	}
	return request, nil
}

// begin judges an answer before its body is read.
func (r *remote) begin(q *question, response *http.Response, to sink) error {
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		if tag := response.Header.Get("ETag"); strings.HasPrefix(tag, `"`) {
			q.tag = tag
		}
		if to.size() > 0 { // it is another one now, or the server knows no ranges
			return to.restart()
		}
		return nil
	case status == http.StatusPartialContent && strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", to.size())):
		return nil
	case status == http.StatusPartialContent, status == http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(&passingError{err: fmt.Errorf("pull: %s gave another range than was asked for", r.base.Host)}, to.restart())
	case status == http.StatusNotModified && q.header.Get("If-None-Match") != "":
		return errNotModified
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return &passingError{r.problem(response), retryAfter(response.Header.Get("Retry-After"), time.Now())}
	}
	return r.problem(response)
}

// problem is an answer that is an error, in the registry's words if it is the registry's.
func (r *remote) problem(response *http.Response) error {
	var body struct {
		Error struct{ Reason, Field, Message string }
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxProblem)) // what is missing makes it no JSON
	r.received.Add(int64(len(text)))
	if err := json.Unmarshal(text, &body); err != nil || body.Error.Reason == "" {
		return fmt.Errorf("pull: %s answers with status %d", r.base.Host, response.StatusCode)
	}
	code := domain.Invalid
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		code = domain.Forbidden
	case http.StatusNotFound:
		code = domain.NotFound
	case http.StatusConflict, http.StatusGone:
		code = domain.Conflict
	}
	if status := response.StatusCode; status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		return fmt.Errorf("pull: %s answers with status %d: %s", r.base.Host, response.StatusCode, plain(body.Error.Message))
	}
	return &domain.Error{Code: code, Reason: plain(body.Error.Reason), Field: plain(body.Error.Field), Sentence: plain(body.Error.Message)}
}
