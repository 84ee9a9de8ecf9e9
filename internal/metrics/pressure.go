package metrics

import "github.com/prometheus/client_golang/prometheus"

// Refusals count what a node turned away because too much was asked of it. The zero
// value and nil count nothing.
type Refusals struct {
	counts map[string]prometheus.Counter
}

// Refusals registers the counter of what was turned away, for some reasons.
func (r *Registry) Refusals(reasons ...string) *Refusals {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "refused_total",
		Help: "Requests and connections that were turned away because too much was asked: by one caller (rate_…, guessing), or by all (overloaded_…, connections).",
	}, []string{"reason"})
	counts := map[string]prometheus.Counter{other: vec.WithLabelValues(other)}
	for _, reason := range reasons {
		counts[reason] = vec.WithLabelValues(reason)
	}
	r.reg.MustRegister(vec)
	return &Refusals{counts}
}

// Refused counts one; a reason that was not registered is "other".
func (r *Refusals) Refused(reason string) {
	if r == nil || r.counts == nil {
		return
	}
	counter, known := r.counts[reason]
	if !known {
		counter = r.counts[other]
	}
	counter.Inc()
}
