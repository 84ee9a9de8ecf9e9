package metrics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// WebhookQueue is what a node has still to tell, webhooks or people by mail.
type WebhookQueue struct {
	// Pending messages wait for their first attempt, Retrying ones for another one;
	// Failed ones have been given up.
	Pending, Retrying, Failed int
	// Oldest is how long the oldest message that is pending or retrying has waited; 0
	// when there is none.
	Oldest time.Duration
}

// Webhooks asks at each scrape what is still to be told, for at most 5 seconds. It
// is for the node that tells webhooks: only that one has these metrics, so that it
// can be seen when there are two of them, or none. An error is reported by the scrape.
func (r *Registry) Webhooks(queue func(context.Context) (WebhookQueue, error)) {
	r.reg.MustRegister(&queueCollector{
		queue: queue, of: "webhooks",
		messages: desc("webhook_queue", "Messages to webhooks that are not delivered, by how they stand.", "state"),
		oldest:   desc("webhook_oldest_seconds", "How long the oldest message has waited that is still to be delivered."),
	})
}

type queueCollector struct {
	queue            func(context.Context) (WebhookQueue, error)
	of               string
	messages, oldest *prometheus.Desc
}

func (c *queueCollector) Describe(to chan<- *prometheus.Desc) {
	to <- c.messages
	to <- c.oldest
}

func (c *queueCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	q, err := c.queue(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(c.messages, fmt.Errorf("metrics: the queue of %s: %w", c.of, err))
		return
	}
	for state, n := range map[string]int{"pending": q.Pending, "retrying": q.Retrying, "failed": q.Failed} {
		to <- prometheus.MustNewConstMetric(c.messages, prometheus.GaugeValue, float64(n), state)
	}
	to <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, max(q.Oldest, 0).Seconds())
}

// failures are the values of webhooks.Failure; a test of this package compares them.
var failures = []string{"status", "gone", "timeout", "name", "address", "connect", "tls", "connection", "url", "secret"}

// delivered is the outcome of an attempt that has no failure.
const delivered = "delivered"

// Attempts counts attempts to tell a webhook, or somebody by mail. The zero value and
// nil count nothing.
type Attempts struct {
	counts *prometheus.CounterVec
	known  []string // how an attempt can fail
}

// WebhookAttempts registers the counter of attempts.
func (r *Registry) WebhookAttempts() *Attempts {
	return r.attempts("webhook_attempts_total", "Attempts to tell a webhook, by what came of them.", failures)
}

func (r *Registry) attempts(name, help string, known []string) *Attempts {
	a := &Attempts{prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, []string{"outcome"}), known}
	for _, outcome := range append([]string{delivered, other}, known...) {
		a.counts.WithLabelValues(outcome)
	}
	r.reg.MustRegister(a.counts)
	return a
}

// Made counts an attempt that failed so (a webhooks.Failure), or was delivered when
// that is empty.
func (a *Attempts) Made(failure string) {
	switch {
	case a == nil || a.counts == nil:
		return
	case failure == "":
		failure = delivered
	case !slices.Contains(a.known, failure):
		failure = other
	}
	a.counts.WithLabelValues(failure).Inc()
}
