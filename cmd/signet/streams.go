package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
)

// streams ends subscriptions when the server stops: they never end by
// themselves, and http.Server.Shutdown waits for those by server-sent events as
// long as it may, and for WebSockets not at all. Other requests are left to
// finish.
type streams struct {
	next     http.Handler
	stopping context.Context
	end      context.CancelFunc
	open     sync.WaitGroup
}

func newStreams(next http.Handler) *streams {
	s := &streams{next: next}
	s.stopping, s.end = context.WithCancel(context.Background())
	return s
}

func (s *streams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isStream(r) {
		s.next.ServeHTTP(w, r)
		return
	}
	s.open.Add(1)
	defer s.open.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.stopping, cancel)()
	s.next.ServeHTTP(w, r.WithContext(ctx))
}

func isStream(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// wait returns when all subscriptions have ended, or with the context's error.
func (s *streams) wait(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.open.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
