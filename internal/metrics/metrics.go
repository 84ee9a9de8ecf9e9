// Package metrics measures a node of the registry, for Prometheus.
//
// There is no global registry: a program makes one with [New], hands it what is to
// be measured, and serves [Registry.Handler]. What has a state of its own (the read
// models, a cache, the queue of webhooks) is asked at each scrape; what happens
// (an append, a request, a download) is counted when it does.
//
// Names follow https://prometheus.io/docs/practices/naming: base units, and _total
// for what only grows. The values of labels are a known few: never a path, a key or
// somebody's name. testdata/names.txt lists all of them; the alerts and the dashboard
// in deploy are held against that list.
package metrics

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const namespace = "signet"

// other is the value of a label for what nobody has foreseen, so that no caller can
// make new time series.
const other = "other"

// scrapeTime bounds how long one scrape asks for.
const scrapeTime = 5 * time.Second

// Registry holds the metrics of one node. Its methods are safe for concurrent use.
// Those that register something panic when it was registered before: that is a
// mistake in the program, which its first start shows.
type Registry struct {
	reg *prometheus.Registry
	now func() time.Time
}

// New makes a registry with signet_build_info, and with the collectors of the Go
// runtime (go_…) and the process (process_…).
func New(version string) *Registry {
	r := &Registry{reg: prometheus.NewRegistry(), now: time.Now}
	r.reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: namespace, Name: "build_info",
			Help:        "Always 1; the label tells the version that runs.",
			ConstLabels: prometheus.Labels{"version": version},
		}, func() float64 { return 1 }),
	)
	return r
}

// Ready asks at each scrape whether the node answers requests: as /readyz does, also
// when it serves reads only because the log is away.
func (r *Registry) Ready(ready func() bool) {
	r.reg.MustRegister(gauge("ready", "1 if the node answers requests, 0 while it catches up.", func() float64 {
		if ready() {
			return 1
		}
		return 0
	}))
}

// Handler answers a scrape in the format that Prometheus asks for. What can't be
// asked is left out, logged, and counted in promhttp_metric_handler_errors_total:
// the rest is worth more than none. Log may be nil.
func (r *Registry) Handler(log *slog.Logger) http.Handler {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return promhttp.HandlerFor(r.reg, promhttp.HandlerOpts{
		Registry:      r.reg,
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		Timeout:       2 * scrapeTime,
	})
}

// Gatherer is for tests, and for who sends the metrics elsewhere.
func (r *Registry) Gatherer() prometheus.Gatherer { return r.reg }

// name is the full name of a metric.
func name(parts string) string { return namespace + "_" + parts }
