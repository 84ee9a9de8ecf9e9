package metrics

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"signet/internal/eventlog"
)

// appendBuckets reach from one write to a good disk to the patience of a client, in
// seconds. An alert asks about 0.5.
var appendBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// outcomes of an append, in the order in which an error is looked at:
// ErrUnauthenticated is also an ErrUnavailable.
var outcomes = []struct {
	label string
	is    error
}{
	{"conflict", eventlog.ErrConflict},
	{"invalid", eventlog.ErrInvalid},
	{"too_large", eventlog.ErrTooLarge},
	{"unauthenticated", eventlog.ErrUnauthenticated},
	{"unavailable", eventlog.ErrUnavailable},
	{"closed", eventlog.ErrClosed},
	{"corrupt", eventlog.ErrCorrupt},
	{"deadline", context.DeadlineExceeded},
	{"canceled", context.Canceled},
}

const succeeded = "ok"

func outcomeOf(err error) string {
	if err == nil {
		return succeeded
	}
	for _, o := range outcomes {
		if errors.Is(err, o.is) {
			return o.label
		}
	}
	return other
}

// Log measures a log, of which there is one in a program: how long appends take and
// how they end, how many events were appended, and whether the log can be reached,
// which only an [eventlog.Remote] tells (any other is always up). What is returned is
// a Remote if the log is one, and hands everything on.
func Log(r *Registry, log eventlog.Log) eventlog.Log {
	m := &measuredLog{
		Log: log,
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "log_append_seconds",
			Help:    "How long appends to the log took, by how they ended.",
			Buckets: appendBuckets,
		}, []string{"outcome"}),
		events: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "log_appended_events_total",
			Help: "Events that this node has appended to the log.",
		}),
	}
	m.took.WithLabelValues(succeeded)
	m.took.WithLabelValues(other)
	for _, o := range outcomes {
		m.took.WithLabelValues(o.label)
	}
	began := r.now()
	health := func() eventlog.Health { return eventlog.Health{Up: true} }
	remote, isRemote := log.(eventlog.Remote)
	if isRemote {
		health = remote.Health
	}
	r.reg.MustRegister(m.took, m.events,
		gauge("log_up", "1 if the log can be reached, 0 if not.", func() float64 {
			if health().Up {
				return 1
			}
			return 0
		}),
		gauge("log_away_seconds", "For how long the log can't be reached; 0 when it can.", func() float64 {
			h := health()
			if h.Up {
				return 0
			}
			since := h.Since
			if since.Before(began) { // it was never up
				since = began
			}
			return max(r.now().Sub(since).Seconds(), 0)
		}),
	)
	if isRemote {
		return &measuredRemote{measuredLog: m, remote: remote}
	}
	return m
}

func gauge(metric, help string, f func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: metric, Help: help}, f)
}

// measuredLog times appends. Everything else goes to the log itself.
type measuredLog struct {
	eventlog.Log

	took   *prometheus.HistogramVec
	events prometheus.Counter
}

func (m *measuredLog) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	began := time.Now() // of the machine: a fake clock stands still
	position, err := m.Log.Append(ctx, stream, expected, records...)
	m.took.WithLabelValues(outcomeOf(err)).Observe(time.Since(began).Seconds())
	if err == nil {
		m.events.Add(float64(len(records)))
	}
	return position, err
}

// measuredRemote is a measured log that can be away.
type measuredRemote struct {
	*measuredLog

	remote eventlog.Remote
}

func (m *measuredRemote) Health() eventlog.Health { return m.remote.Health() }
