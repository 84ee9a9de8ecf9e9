package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"signet/internal/access"
	"signet/projections"
)

const (
	// answersBytes bounds what kept answers take in memory, with the requests that
	// they answer.
	answersBytes = 64 << 20
	// answerBytes is the longest answer that is kept, and requestBytes the longest
	// request that is looked up.
	answerBytes  = 1 << 20
	requestBytes = 16 << 10
)

// answers keeps the answers of queries, and gives them again as long as executing the
// query would give the same: until a table that was read has changed, or an instant at
// which something was scheduled has come. An answer belongs to the request, byte by
// byte, and to what its caller is and may. It is safe for concurrent use.
type answers struct {
	resolver *Resolver
	kept     *shelf[string, *keptAnswer]
}

// keptAnswer is an answer. It is not changed.
type keptAnswer struct {
	basis projections.Basis
	until time.Time // zero: as long as the basis holds
	body  []byte
	etag  string
}

func newAnswers(r *Resolver) *answers {
	const beside = 200 // bytes, about, of all but the texts
	return &answers{r, newShelf(answersBytes, answersBytes, func(key string, k *keptAnswer) int { return len(key) + len(k.body) + beside })}
}

// find returns the answer that is kept under a key, if it holds.
func (a *answers) find(key string) *keptAnswer {
	k := a.kept.get(key)
	if k != nil && (!k.basis.Holds() || !k.until.IsZero() && !a.resolver.clock().Before(k.until)) {
		a.kept.drop(key)
		return nil
	}
	return k
}

type answerKey struct{}

// serve answers from what is kept, which it says in the header Cache-Status (RFC 9211),
// or lets the request be executed, and its answer be kept. With "Cache-Control: no-cache"
// a request is executed in any case.
func (a *answers) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		key, ok := a.keyOf(req)
		if !ok {
			next.ServeHTTP(w, req)
			return
		}
		if k := a.find(key); k != nil {
			if a.resolver.Operated != nil {
				a.resolver.Operated(string(ast.Query), "")
			}
			w.Header().Set("Cache-Status", "signet; hit")
			send(w, req, k.etag, k.body)
			return
		}
		next.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), answerKey{}, key)))
	})
}

// keyOf is what an answer depends on beside the registry and the time. A body that was
// read for it is put back.
func (a *answers) keyOf(req *http.Request) (key string, ok bool) {
	var asked string
	switch {
	case req.Header.Get("Upgrade") != "", strings.Contains(req.Header.Get("Accept"), "event-stream"), strings.Contains(req.Header.Get("Cache-Control"), "no-cache"):
		return "", false
	case (req.Method == http.MethodGet || req.Method == http.MethodHead) && len(req.URL.RawQuery) <= requestBytes:
		asked = "?" + req.URL.RawQuery
	case req.Method == http.MethodPost && req.ContentLength > 0 && req.ContentLength <= requestBytes && strings.HasPrefix(req.Header.Get("Content-Type"), plainJSON):
		body, err := io.ReadAll(req.Body)
		// Who reads it to its end is told that by the body itself, or why it failed:
		// http.MaxBytesReader says the same again.
		req.Body = opened{io.MultiReader(bytes.NewReader(body), req.Body), req.Body}
		if err != nil {
			return "", false
		}
		asked = req.Header.Get("Content-Type") + "\x00" + string(body)
	default:
		return "", false
	}
	return scopeOf(access.From(req.Context())) + "\x00" + req.Header.Get("Accept") + "\x00" + req.Header.Get(costHeader) + "\x00" + asked, true
}

// opened is a body whose beginning has been read.
type opened struct {
	io.Reader
	io.Closer
}

// scopeOf is all by which two viewers can be answered differently.
func scopeOf(v access.Viewer) string {
	if v.Anonymous() {
		return ""
	}
	var b strings.Builder
	b.Grow(160)
	b.WriteString(v.Token)
	b.WriteByte(' ')
	b.Write(v.Member[:])
	b.WriteString(v.Agency)
	for _, r := range v.Roles {
		b.WriteByte(',')
		b.WriteString(string(r))
	}
	b.WriteByte(' ')
	for _, l := range v.Locales {
		b.WriteByte(',')
		b.WriteString(string(l))
	}
	b.WriteByte(' ')
	for _, d := range v.Delegations {
		b.WriteByte(',')
		b.WriteString(d)
	}
	return b.String()
}

// operation executes an operation, and keeps its answer if that was asked for, is
// that of a query, and has no errors.
func (a *answers) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	key, asked := ctx.Value(answerKey{}).(string)
	if !asked || graphql.GetOperationContext(ctx).Operation.Operation != ast.Query {
		return next(ctx)
	}
	ctx, w := a.resolver.watched(ctx)
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		response := respond(ctx)
		if response == nil || len(response.Errors) > 0 || len(response.Extensions) > 0 || len(response.Data) > answerBytes {
			return response
		}
		if until, ok := w.until(ctx, a.resolver.Views); ok {
			body := bodyOf(response)
			a.kept.put(key, &keptAnswer{basis: w.reads.Basis(), until: until, body: body, etag: etagOf(body)})
		}
		return response
	}
}

// bodyOf is the body of an answer that has nothing but data, which is JSON already.
func bodyOf(response *graphql.Response) []byte {
	return slices.Concat([]byte(`{"data":`), response.Data, []byte("}"))
}

// etagOf is the entity tag of a body (RFC 9110, section 8.8.3).
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// send sends the answer of a query that was executed without errors, or says that the
// caller has it already.
func send(w http.ResponseWriter, r *http.Request, etag string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", accepted(r)+"; charset=utf-8")
	h.Add("Vary", "Accept, Authorization, Cookie")
	if r.Method != http.MethodPost {
		h.Set("ETag", etag)
		h.Set("Cache-Control", "private, no-cache")
		if matches(r.Header.Values("If-None-Match"), etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // an error is the caller's having gone
	}
}

// matches compares weakly, as If-None-Match asks for (RFC 9110, section 13.1.2).
func matches(lines []string, etag string) bool {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}
