package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

const eventStream = "text/event-stream"

// alive is a comment: a sign of life that is no event.
var alive = []byte(":\n\n")

// Events returns the transport of server-sent events; sockets and streams count
// together.
func (t *Transport) Events() graphql.Transport { return events{t} }

type events struct{ *Transport }

// Supports takes GET and POST requests of callers who accept a stream.
func (events) Supports(r *http.Request) bool {
	if !accepts(r, eventStream) {
		return false
	}
	if r.Method == http.MethodPost {
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		return err == nil && media == "application/json"
	}
	return r.Method == http.MethodGet
}

func accepts(r *http.Request, medias ...string) bool {
	for _, header := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(header, ",") {
			media, _, err := mime.ParseMediaType(part)
			if err == nil && slices.Contains(medias, media) {
				return true
			}
		}
	}
	return false
}

// Do answers one request by a stream, which ends with "complete". It ends without if
// the caller may not listen any more, or the server stops: so that a client comes
// again, and is told then.
//
// Several clients accept streams and JSON whatever they ask for: only subscriptions
// are streams to them.
func (e events) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx, leave := e.admit(w, r, exec)
	if leave == nil {
		return
	}
	defer leave()
	r = r.WithContext(ctx)
	again := replayed(r)
	params := e.Request(w, r)
	if params == nil {
		e.Otherwise.Do(w, again(), exec)
		return
	}
	params.Headers = r.Header
	op, errs := e.Prepare(ctx, exec, params)
	takesJSON := accepts(r, "application/json", "application/graphql-response+json")
	if errs != nil && takesJSON || errs == nil && !streams(r, op, takesJSON) {
		e.Otherwise.Do(w, again(), exec)
		return
	}
	ctx, cancel := context.WithCancel(graphql.WithOperationContext(ctx, op))
	s := &stream{
		Transport: e.Transport, w: w, to: http.NewResponseController(w), ctx: ctx,
		begun: make(chan struct{}), events: make(chan event),
	}
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer cancel()
	helpers.Go(func() {
		defer s.recovered(cancel)
		if errs != nil {
			close(s.begun)
			s.give(exec.DispatchError(ctx, errs))
		} else {
			s.produce(exec, op)
		}
		s.hand([]byte("event: complete\ndata:\n\n"), true)
	})
	helpers.Go(func() {
		defer cancel()
		if err := s.watch(ctx); err != nil && !errors.Is(err, ErrForbidden) {
			s.Log.ErrorContext(ctx, "socket", "error", err)
		}
	})
	s.serve()
}

// streams tells whether an operation is answered by a stream. A mutation by GET is
// refused as it is without a stream.
func streams(r *http.Request, op *graphql.OperationContext, takesJSON bool) bool {
	switch op.Operation.Operation {
	case ast.Subscription:
		return true
	case ast.Mutation:
		return !takesJSON && r.Method == http.MethodPost
	default:
		return !takesJSON
	}
}

// replayed returns a function that gives the request as it was before its body was
// read, also if reading failed.
func replayed(r *http.Request) func() *http.Request {
	if r.Body == nil {
		return func() *http.Request { return r }
	}
	text, err := io.ReadAll(r.Body)
	body := func() io.ReadCloser {
		if err != nil {
			return io.NopCloser(io.MultiReader(bytes.NewReader(text), broken{err}))
		}
		return io.NopCloser(bytes.NewReader(text))
	}
	r.Body = body()
	return func() *http.Request {
		r.Body = body()
		return r
	}
}

// broken is a body that could not be read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// event is one of a stream, as it is sent.
type event struct {
	text []byte
	last bool
}

// stream is one answer. Only one goroutine writes to it.
type stream struct {
	*Transport
	w      http.ResponseWriter
	to     *http.ResponseController
	ctx    context.Context
	begun  chan struct{} // closed when the operation has begun
	events chan event
}

// produce makes results until there are none.
func (s *stream) produce(exec graphql.GraphExecutor, op *graphql.OperationContext) {
	if op.Operation.Operation != ast.Subscription {
		close(s.begun)
		s.give(s.Execute(s.ctx, exec, op))
		return
	}
	responses, ctx := exec.DispatchOperation(s.ctx, op)
	close(s.begun)
	for response := responses(ctx); response != nil; response = responses(ctx) {
		if !s.give(response) {
			return
		}
	}
}

// give writes a response before the next one is made: both have the same buffer.
func (s *stream) give(response *graphql.Response) bool {
	text, err := json.Marshal(response)
	if err != nil {
		panic(err)
	}
	return s.hand(slices.Concat([]byte("event: next\ndata: "), text, []byte("\n\n")), false)
}

func (s *stream) hand(text []byte, last bool) bool {
	select {
	case s.events <- event{text, last}:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// recovered keeps the process going: what panicked has no handler around it.
func (s *stream) recovered(end context.CancelFunc) {
	if panicked := recover(); panicked != nil {
		end()
		s.Log.ErrorContext(s.ctx, "socket: an operation panicked", "panic", panicked, "stack", string(debug.Stack()))
	}
}

// serve writes what is produced until one side ends it. Who sees that it has begun
// hears of all that happens from then on.
func (s *stream) serve() {
	select {
	case <-s.begun:
	case <-s.ctx.Done():
	}
	h := s.w.Header()
	h.Set("Content-Type", eventStream+"; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	h.Add("Vary", "Accept, Authorization")
	defer func() { _ = s.to.SetWriteDeadline(time.Time{}) }()
	every := time.NewTicker(pulse)
	defer every.Stop()
	e := event{text: alive} // some browsers wait for a first byte
	for s.write(e.text) == nil && !e.last {
		select {
		case <-s.ctx.Done():
			return
		case <-every.C:
			e = event{text: alive}
		case e = <-s.events:
			if s.Still(s.ctx) != nil {
				return
			}
			every.Reset(pulse)
		}
	}
}

// write gives up a caller who does not take an event in in time.
func (s *stream) write(event []byte) error {
	if err := s.to.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write(event); err != nil {
		return err
	}
	return s.to.Flush()
}
