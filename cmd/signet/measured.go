package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"signet/assets/rendition"
	"signet/graph"
	"signet/internal/metrics"
	"signet/internal/server"
	"signet/internal/webhooks"
)

// started is when the program was.
var started = time.Now()

// system is what the API tells of the program.
func (n *node) system(kept *stock, proofs trust) graph.System {
	version, _ := build()
	s := graph.System{Version: version, Started: started, Stored: kept.stored, Signed: signed(proofs.signing)}
	if n.queue != nil {
		s.Backlog = n.queue.Backlog
	}
	if proofs.copies != nil {
		s.BackedUp = backedUp(proofs.copies)
	}
	return s
}

// measure lets what a node consists of be measured. The log was handed to the
// metrics before.
func (n *node) measure(s *server.Server, renditions *rendition.Maker, proofs trust) http.Handler {
	m := n.metrics
	m.History(func() metrics.SignedHistory {
		s := proofs.signing.State()
		return metrics.SignedHistory{Counted: s.Counted, Signed: s.Size, Cosigned: s.Cosigned, Contradicted: s.Failed != nil}
	})
	m.Ready(s.Ready)
	m.Views(func() []metrics.ViewState {
		states := n.reg.views.States(time.Now())
		out := make([]metrics.ViewState, len(states))
		for i, s := range states {
			out[i] = metrics.ViewState(s)
		}
		return out
	})
	m.Cache("renditions", renditions.Counts)
	m.Cache("contents", n.reg.views.Contents)
	if proofs.copies != nil {
		m.Backups(func() metrics.Backup {
			s := proofs.copies.State()
			age := time.Since(started)
			if !s.At.IsZero() {
				age = time.Since(s.At)
			}
			return metrics.Backup{Age: age, Failing: !s.Failed.IsZero(), Events: s.Events}
		})
	}
	if n.queue != nil {
		m.Webhooks(waiting(n.queue.Backlog))
	}
	if n.mailer != nil {
		m.Mails(waiting(n.mailer.Backlog))
	}
	return metrics.HTTP(m, func(r *http.Request) string { return r.Pattern }, s)
}

// waiting is what a queue holds, as metrics tell it.
func waiting(backlog func(context.Context) (webhooks.Backlog, error)) func(context.Context) (metrics.WebhookQueue, error) {
	return func(ctx context.Context) (metrics.WebhookQueue, error) {
		b, err := backlog(ctx)
		q := metrics.WebhookQueue{Pending: b.Pending - b.Retrying, Retrying: b.Retrying, Failed: b.Failed}
		if !b.Oldest.IsZero() {
			q.Oldest = time.Since(b.Oldest)
		}
		return q, err
	}
}

// attempted counts attempts to tell somebody.
func attempted(counts *metrics.Attempts) func(webhooks.Failure) {
	return func(f webhooks.Failure) { counts.Made(string(f)) }
}

// downloaded counts downloads.
func downloaded(m *metrics.Registry) func(bool, int64) {
	counts := m.Downloads()
	return func(isRendition bool, bytes int64) {
		kind := metrics.Original
		if isRendition {
			kind = metrics.Rendition
		}
		counts.Sent(kind, bytes)
	}
}

// operated counts operations of the API.
func operated(m *metrics.Registry) func(string, graph.Code) {
	counts := m.GraphQL()
	return func(operation string, code graph.Code) { counts.Done(operation, string(code)) }
}

// serveMetrics answers Prometheus at /metrics until the context ends.
func serveMetrics(ctx context.Context, listener net.Listener, m *metrics.Registry, log *slog.Logger) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler(log))
	s := &http.Server{Handler: mux, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	server.Configure(s)
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	return s.Serve(listener)
}
