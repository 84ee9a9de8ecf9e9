package metrics_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/metrics"
)

// full is a registry in which everything is registered, and has been seen once.
func full(t *testing.T) *metrics.Registry {
	t.Helper()
	r := metrics.New("1.2.3")
	metrics.Log(r, logtest.NewMemory())
	r.Ready(func() bool { return true })
	r.Views(func() []metrics.ViewState { return []metrics.ViewState{{Name: "views", Position: 7}} })
	r.Cache("rendition", func() (uint64, uint64) { return 1, 2 })
	r.Cache("contents", func() (uint64, uint64) { return 3, 4 })
	r.Downloads().Sent(metrics.Original, 10)
	r.Webhooks(func(context.Context) (metrics.WebhookQueue, error) { return metrics.WebhookQueue{Pending: 1}, nil })
	r.WebhookAttempts().Made("")
	r.Mails(func(context.Context) (metrics.WebhookQueue, error) { return metrics.WebhookQueue{Pending: 1}, nil })
	r.MailAttempts().Made("")
	r.History(func() metrics.SignedHistory { return metrics.SignedHistory{} })
	r.Backups(func() metrics.Backup { return metrics.Backup{} })
	r.GraphQL().Done("query", "")
	r.Refusals("guessing").Refused("guessing")
	h := metrics.HTTP(r, func(*http.Request) string { return "/" }, http.NotFoundHandler())
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	return r
}

// gathered returns the families of a registry by name.
func gathered(t *testing.T, r *metrics.Registry) map[string]*dto.MetricFamily {
	t.Helper()
	families, err := r.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*dto.MetricFamily{}
	for _, f := range families {
		all[f.GetName()] = f
	}
	return all
}

// value is the value of the one series that has these labels: of a histogram, how
// often something was observed.
func value(t *testing.T, r *metrics.Registry, name string, labels map[string]string) float64 {
	t.Helper()
	f := gathered(t, r)[name]
	for _, m := range f.GetMetric() {
		got := map[string]string{}
		for _, l := range m.GetLabel() {
			got[l.GetName()] = l.GetValue()
		}
		if maps.Equal(got, labels) {
			return m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	t.Fatalf("%s%v is not there: %v", name, labels, f)
	return 0
}

// labelValues are the values that a label of a metric has, sorted.
func labelValues(t *testing.T, r *metrics.Registry, name, label string) []string {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range gathered(t, r)[name].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == label {
				seen[l.GetValue()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// scripted is a log whose appends end as they are told to.
type scripted struct {
	eventlog.Log
	err error
}

func (s *scripted) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if s.err != nil {
		return 0, s.err
	}
	return s.Log.Append(ctx, stream, expected, records...)
}

// away is a log elsewhere.
type away struct {
	eventlog.Log
	health eventlog.Health
}

func (a *away) Health() eventlog.Health { return a.health }
