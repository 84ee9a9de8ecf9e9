package socket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/graph/socket"
)

// api is an API whose documents are words: "query", "mutation" and "viewer" are
// answered once, "slow" so after a second, "ticks" by what the test feeds, "ends" is a subscription that ends at
// once, "stalls" one that takes a second to begin and then says nothing, "panics"
// panics, and anything else is not valid. It is served on pipes within a synctest bubble, so that
// no test waits for the clock.
type api struct {
	t        *testing.T
	options  socket.Options
	ticks    chan string
	executed atomic.Int32
	listened atomic.Int32 // subscriptions that go on

	mu      sync.Mutex
	still   error
	changed chan struct{}

	listener *pipes
	server   *http.Server
	stop     context.CancelFunc
	served   sync.WaitGroup
	client   *http.Client
}

// maxBody is the longest request, in bytes.
const maxBody = 1 << 10

type viewerKey struct{}

func viewerOf(ctx context.Context) string {
	who, _ := ctx.Value(viewerKey{}).(string)
	return who
}

// run tests an API in a bubble; change sees its options before it is served.
func run(t *testing.T, change func(*socket.Options), test func(*api)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := &api{t: t, ticks: make(chan string), changed: make(chan struct{}), listener: newPipes()}
		a.options = socket.Options{
			Enter: a.enter, Still: a.mayStill, Changed: a.change, Lasts: func(context.Context) time.Duration { return 0 },
			Anonymous: func(ctx context.Context) context.Context { return context.WithValue(ctx, viewerKey{}, "") },
			Parse:     parse, Request: request, Otherwise: plain{},
			Prepare: func(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
				return exec.CreateOperationContext(ctx, p)
			},
			Execute: func(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext) *graphql.Response {
				respond, ctx := exec.DispatchOperation(ctx, op)
				return respond(ctx)
			},
		}
		if change != nil {
			change(&a.options)
		}
		a.serve()
		defer a.close()
		test(a)
	})
}

func (a *api) serve() {
	transport := socket.New(a.options)
	all := []graphql.Transport{transport, transport.Events(), plain{}}
	var ctx context.Context
	ctx, a.stop = context.WithCancel(context.Background())
	a.server = &http.Server{
		ReadHeaderTimeout: time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a.served.Add(1)
			defer a.served.Done()
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			if strings.Contains(r.Header.Get("Cookie"), "session") {
				r = r.WithContext(context.WithValue(r.Context(), viewerKey{}, "cookie"))
			}
			for _, t := range all {
				if t.Supports(r) {
					t.Do(w, r, a)
					return
				}
			}
		}),
	}
	go func() { _ = a.server.Serve(a.listener) }()
	a.client = &http.Client{Transport: &http.Transport{DialContext: a.listener.dial}}
}

// close ends all, and waits until nothing goes on.
func (a *api) close() {
	a.stop()
	a.client.CloseIdleConnections()
	a.served.Wait()
	_ = a.server.Close()
	time.Sleep(time.Second) // net/http lingers after requests that it did not read
	synctest.Wait()
	if n := a.listened.Load(); n != 0 {
		a.t.Errorf("%d subscriptions go on", n)
	}
}

func (*api) enter(ctx context.Context, authorization string) (context.Context, error) {
	switch authorization {
	case "":
		return ctx, nil
	case "Bearer good":
		return context.WithValue(ctx, viewerKey{}, "good"), nil
	case "Bearer broken":
		return nil, errors.New("the disk is gone")
	}
	return nil, fmt.Errorf("%w: a bad token", socket.ErrForbidden)
}

func (a *api) mayStill(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.still == nil {
		return ctx.Err() // as a database would
	}
	return a.still
}

func (a *api) change() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changed
}

// forbid lets nobody go on; they are told at once, or have to ask.
func (a *api) forbid(err error, tell bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.still = err
	if tell {
		close(a.changed)
		a.changed = make(chan struct{})
	}
}

func parse(payload []byte) (*graphql.RawParams, *gqlerror.Error) {
	var p graphql.RawParams
	if err := json.Unmarshal(payload, &p); err != nil || p.Query == "" {
		return nil, refusal("no_query")
	}
	return &p, nil
}

func request(_ http.ResponseWriter, r *http.Request) *graphql.RawParams {
	p := &graphql.RawParams{Query: r.URL.Query().Get("query")}
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(p); err != nil {
			return nil
		}
	}
	if p.Query == "" {
		return nil
	}
	return p
}

// plain answers with status 418, and what it was sent.
type plain struct{}

func (plain) Supports(*http.Request) bool { return true }

func (plain) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	body, err := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusTeapot)
	_, _ = fmt.Fprintf(w, "plain %s %v", body, err)
}

var _ graphql.GraphExecutor = (*api)(nil)

func (a *api) CreateOperationContext(_ context.Context, p *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op := &graphql.OperationContext{RawQuery: p.Query, Headers: p.Headers, Operation: &ast.OperationDefinition{Operation: ast.Query}}
	switch p.Query {
	case "query", "viewer", "slow", "panics":
	case "mutation":
		op.Operation.Operation = ast.Mutation
	case "ticks", "ends", "stalls":
		op.Operation.Operation = ast.Subscription
	default:
		return op, gqlerror.List{refusal("not_valid")}
	}
	return op, nil
}

func (a *api) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	a.executed.Add(1)
	answer := func(text string) *graphql.Response {
		quoted, err := json.Marshal(text)
		if err != nil {
			a.t.Error(err)
		}
		return &graphql.Response{Data: quoted}
	}
	switch op.RawQuery {
	case "panics":
		panic("on purpose")
	case "viewer":
		return graphql.OneShot(answer("viewer:" + viewerOf(ctx))), ctx
	case "slow":
		time.Sleep(time.Second)
	case "ends":
		return func(context.Context) *graphql.Response { return nil }, ctx
	case "ticks", "stalls":
		if op.RawQuery == "stalls" {
			time.Sleep(time.Second)
		}
		a.listened.Add(1)
		context.AfterFunc(ctx, func() { a.listened.Add(-1) })
		return func(ctx context.Context) *graphql.Response {
			ticks := a.ticks
			if op.RawQuery == "stalls" {
				ticks = nil
			}
			select {
			case tick := <-ticks:
				return answer(tick)
			case <-ctx.Done():
				return nil
			}
		}, ctx
	}
	return graphql.OneShot(answer(op.RawQuery)), ctx
}

func (*api) DispatchError(_ context.Context, list gqlerror.List) *graphql.Response {
	return &graphql.Response{Errors: list}
}

func refusal(reason string) *gqlerror.Error {
	return &gqlerror.Error{Message: reason, Extensions: map[string]any{"reason": reason}}
}

// pipes is a listener without a network.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (*pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
