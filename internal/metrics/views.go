package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"signet/internal/eventlog"
)

// ViewState is how far one read model has come.
type ViewState struct {
	// Name is one of a known few, such as "views"; it becomes a label.
	Name string
	// Position is that of the last event that was applied.
	Position eventlog.Position
	// Lag is how long the oldest event that is not applied yet has waited; 0 when
	// there is none.
	Lag time.Duration
	// Applying is how long applying events has taken since the program began.
	Applying time.Duration
	// Events is how many have been applied since the program began.
	Events uint64
}

// Views asks at each scrape how far the read models have come. Two states of one
// name are a mistake of the caller, which the scrape reports.
func (r *Registry) Views(states func() []ViewState) {
	r.reg.MustRegister(&viewsCollector{
		states:   states,
		lag:      desc("views_lag_seconds", "How long the oldest event that a read model has not applied yet has waited.", "view"),
		position: desc("views_position", "Position of the log up to which a read model tells its story.", "view"),
		applying: desc("view_apply_seconds_total", "Time that a read model has spent on applying events.", "view"),
		events:   desc("views_events_total", "Events that the read models have applied, counted once for each of them."),
	})
}

func desc(metric, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name(metric), help, labels, nil)
}

type viewsCollector struct {
	states                          func() []ViewState
	lag, position, applying, events *prometheus.Desc
}

func (c *viewsCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.lag, c.position, c.applying, c.events} {
		to <- d
	}
}

func (c *viewsCollector) Collect(to chan<- prometheus.Metric) {
	events := uint64(0)
	for _, s := range c.states() {
		to <- prometheus.MustNewConstMetric(c.lag, prometheus.GaugeValue, s.Lag.Seconds(), s.Name)
		to <- prometheus.MustNewConstMetric(c.position, prometheus.GaugeValue, float64(s.Position), s.Name)
		to <- prometheus.MustNewConstMetric(c.applying, prometheus.CounterValue, s.Applying.Seconds(), s.Name)
		events += s.Events
	}
	to <- prometheus.MustNewConstMetric(c.events, prometheus.CounterValue, float64(events))
}

// Cache asks at each scrape how often a cache was asked in vain since the program
// began. The name is one of a known few, such as "rendition"; it becomes a label.
func (r *Registry) Cache(cache string, counts func() (hits, misses uint64)) {
	labels := prometheus.Labels{"cache": cache}
	r.reg.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: namespace, Name: "cache_hits_total", ConstLabels: labels,
			Help: "Questions that a cache could answer.",
		}, func() float64 { hits, _ := counts(); return float64(hits) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: namespace, Name: "cache_misses_total", ConstLabels: labels,
			Help: "Questions that a cache could not answer.",
		}, func() float64 { _, misses := counts(); return float64(misses) }),
	)
}
