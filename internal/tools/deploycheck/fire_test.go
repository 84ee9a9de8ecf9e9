package main

import (
	"context"
	"log/slog"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// sample is a number at an instant, in milliseconds.
type sample struct {
	at    int64
	value float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.value }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

// world is what Prometheus has scraped, once in 15 seconds for an hour. A series is
// written as in an expression; its value is a line: start + slope a second.
type world map[string]line

type line struct{ start, slope float64 }

const scraped = 15 * time.Second

var (
	now  = time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)
	hour = time.Hour
)

// seriesSet yields the series of a world.
type seriesSet struct {
	all               []storage.Series
	storage.SeriesSet // Err, Warnings
}

func (s *seriesSet) Next() bool {
	if len(s.all) == 0 {
		return false
	}
	s.all = s.all[1:]
	return len(s.all) > 0
}

func (s *seriesSet) At() storage.Series { return s.all[0] }

func (w world) queryable(t *testing.T) storage.Queryable {
	t.Helper()
	var all []storage.Series
	for text, l := range w {
		metric, err := promQL.ParseMetric(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var samples []chunks.Sample
		for at := time.Duration(0); at <= hour; at += scraped {
			value := l.start + l.slope*at.Seconds()
			samples = append(samples, sample{now.Add(at - hour).UnixMilli(), value})
		}
		all = append(all, storage.NewListSeries(metric, samples))
	}
	return &storage.MockQueryable{MockQuerier: &storage.MockQuerier{
		SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
			found := []storage.Series{nil} // Next comes before At
			for _, s := range all {
				matches := true
				for _, m := range matchers {
					matches = matches && m.Matches(s.Labels().Get(m.Name))
				}
				if matches {
					found = append(found, s)
				}
			}
			return &seriesSet{found, storage.EmptySeriesSet()}
		},
	}}
}

// fires tells for how many series an expression is true now.
func fires(t *testing.T, w world, expression string) int {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: promQL})
	query, err := engine.NewInstantQuery(context.Background(), w.queryable(t), nil, expression, now)
	if err != nil {
		t.Fatal(err)
	}
	defer query.Close()
	vector, err := query.Exec(context.Background()).Vector()
	if err != nil {
		t.Fatal(err)
	}
	return len(vector)
}

// healthy is a cluster of two nodes to which nothing happens but work.
func healthy() world {
	w := world{
		`signet_webhook_oldest_seconds{job="signet",instance="a"}`:                                    {20, 0},
		`signet_mail_oldest_seconds{job="signet",instance="a"}`:                                       {20, 0},
		`signet_history_contradicted{job="signet",instance="a"}`:                                      {0, 0},
		`signet_backup_age_seconds{job="signet",instance="a"}`:                                        {21000, 0},
		`signet_webhook_queue{job="signet",instance="a",state="failed"}`:                              {3, 0},
		`signet_webhook_queue{job="signet",instance="a",state="pending"}`:                             {0, 0.01},
		`node_filesystem_avail_bytes{instance="m",mountpoint="/",fstype="ext4"}`:                      {50e9, 0},
		`node_filesystem_size_bytes{instance="m",mountpoint="/",fstype="ext4"}`:                       {100e9, 0},
		`node_filesystem_readonly{instance="m",mountpoint="/",fstype="ext4"}`:                         {0, 0},
		`node_filesystem_avail_bytes{instance="m",mountpoint="/boot",fstype="ext4"}`:                  {1e6, 0},
		`node_filesystem_size_bytes{instance="m",mountpoint="/boot",fstype="ext4"}`:                   {100e6, 0},
		`node_filesystem_readonly{instance="m",mountpoint="/boot",fstype="ext4"}`:                     {1, 0},
		`node_filesystem_avail_bytes{instance="m",mountpoint="/run",fstype="tmpfs"}`:                  {0, 0},
		`node_filesystem_size_bytes{instance="m",mountpoint="/run",fstype="tmpfs"}`:                   {1e9, 0},
		`node_filesystem_readonly{instance="m",mountpoint="/run",fstype="tmpfs"}`:                     {0, 0},
		`kubelet_volume_stats_available_bytes{namespace="signet",persistentvolumeclaim="data-log-0"}`: {40e9, 0},
		`kubelet_volume_stats_capacity_bytes{namespace="signet",persistentvolumeclaim="data-log-0"}`:  {50e9, 0},
		`kubelet_volume_stats_available_bytes{namespace="other",persistentvolumeclaim="x"}`:           {0, 0},
		`kubelet_volume_stats_capacity_bytes{namespace="other",persistentvolumeclaim="x"}`:            {50e9, 0},
		`probe_ssl_earliest_cert_expiry{job="cluster",instance="log-0"}`:                              {float64(now.Unix()) + 60*86400, 0},
		`probe_success{job="cluster",instance="log-0"}`:                                               {1, 0},
	}
	for _, node := range []string{"a", "b"} {
		of := func(name, more string) string { return name + `{job="signet",instance="` + node + `"` + more + `}` }
		w[of("up", "")] = line{1, 0}
		w[of("signet_ready", "")] = line{1, 0}
		w[of("signet_log_up", "")] = line{1, 0}
		w[of("signet_views_lag_seconds", `,view="views"`)] = line{0.2, 0}
		for _, outcome := range []string{"ok", "conflict", "invalid"} {
			w[of("signet_log_append_seconds_count", `,outcome="`+outcome+`"`)] = line{10, 1}
		}
		for _, outcome := range []string{"unavailable", "unauthenticated", "other", "corrupt"} {
			w[of("signet_log_append_seconds_count", `,outcome="`+outcome+`"`)] = line{4, 0}
		}
		for _, le := range []string{"0.01", "0.5", "1", "+Inf"} {
			w[of("signet_log_append_seconds_bucket", `,outcome="ok",le="`+le+`"`)] = line{10, 1}
		}
		for class, rate := range map[string]float64{"2xx": 10, "4xx": 5, "5xx": 0.01} {
			w[of("signet_http_requests_total", `,route="/graphql",method="post",class="`+class+`"`)] = line{0, rate}
		}
		w[of("signet_graphql_operations_total", `,type="query",outcome="not_found"`)] = line{0, 5}
		w[of("signet_graphql_operations_total", `,type="query",outcome="internal"`)] = line{2, 0}
		w[of("process_resident_memory_bytes", "")] = line{4e8, 0}
		w[of("promhttp_metric_handler_errors_total", `,cause="gathering"`)] = line{1, 0}
	}
	return w
}

// ills are what each alert is for: what is changed in a healthy world. NaN takes a
// series away.
var ills = map[string]world{
	"SignetNobodyServes":        {`signet_ready{job="signet",instance="a"}`: {0, 0}, `signet_ready{job="signet",instance="b"}`: {0, 0}},
	"SignetNodeDown":            {`up{job="signet",instance="a"}`: {0, 0}},
	"SignetNodeNotReady":        {`signet_ready{job="signet",instance="a"}`: {0, 0}},
	"SignetLogAway":             {`signet_log_up{job="signet",instance="a"}`: {0, 0}},
	"SignetAppendsFail":         {`signet_log_append_seconds_count{job="signet",instance="a",outcome="unauthenticated"}`: {0, 0.01}},
	"SignetLogDamaged":          {`signet_log_append_seconds_count{job="signet",instance="a",outcome="corrupt"}`: {0, 0.001}},
	"SignetHistoryContradicted": {`signet_history_contradicted{job="signet",instance="a"}`: {1, 0}},
	"SignetBackupOld":           {`signet_backup_age_seconds{job="signet",instance="a"}`: {129000, 1}},
	"SignetAppendSlow":          {`signet_log_append_seconds_bucket{job="signet",instance="a",outcome="ok",le="0.5"}`: {10, 0.9}, `signet_log_append_seconds_bucket{job="signet",instance="a",outcome="ok",le="0.01"}`: {10, 0.9}},
	"SignetViewsLag":            {`signet_views_lag_seconds{job="signet",instance="a",view="views"}`: {31, 0}},
	"SignetWebhookQueueOld":     {`signet_webhook_oldest_seconds{job="signet",instance="a"}`: {0, 1.01}},
	"SignetWebhooksGivenUp":     {`signet_webhook_queue{job="signet",instance="a",state="failed"}`: {0, 0.001}},
	"SignetMailsNotSent":        {`signet_mail_oldest_seconds{job="signet",instance="a"}`: {0, 1.01}},
	"SignetTwoTellWebhooks":     {`signet_webhook_oldest_seconds{job="signet",instance="b"}`: {0, 0}},
	"SignetNobodyTellsWebhooks": {`signet_webhook_oldest_seconds{job="signet",instance="a"}`: {math.NaN(), 0}},
	"SignetAnswersFail":         {`signet_http_requests_total{job="signet",instance="a",route="/graphql",method="post",class="5xx"}`: {0, 1}},
	"SignetOperationsFail":      {`signet_graphql_operations_total{job="signet",instance="a",type="query",outcome="internal"}`: {0, 0.02}},
	"SignetMemoryHigh":          {`process_resident_memory_bytes{job="signet",instance="a"}`: {1.9e9, 0}},
	"SignetScrapeIncomplete":    {`promhttp_metric_handler_errors_total{job="signet",instance="a",cause="gathering"}`: {0, 0.01}},
	"SignetDiskFills":           {`node_filesystem_avail_bytes{instance="m",mountpoint="/",fstype="ext4"}`: {10e9, 0}},
	"SignetVolumeFills":         {`kubelet_volume_stats_available_bytes{namespace="signet",persistentvolumeclaim="data-log-0"}`: {5e9, 0}},
	"SignetCertificateExpires":  {`probe_ssl_earliest_cert_expiry{job="cluster",instance="log-0"}`: {float64(now.Unix()) + 13*86400, 0}},
	"SignetProbeFails":          {`probe_success{job="cluster",instance="log-0"}`: {0, 0}},
}

func alertRules(t *testing.T) map[string]rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile(filepath.Join(repository, "deploy", alertsFile), false, model.UTF8Validation, promQL, slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	rules := map[string]rulefmt.Rule{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			rules[r.Alert] = r
		}
	}
	return rules
}

func TestNoAlertFiresWhenAllIsWell(t *testing.T) {
	for name, rule := range alertRules(t) {
		if n := fires(t, healthy(), rule.Expr); n != 0 {
			t.Errorf("%s fires %d times", name, n)
		}
	}
}

func TestEveryAlertFiresForWhatItIsFor(t *testing.T) {
	rules := alertRules(t)
	for name := range ills {
		if _, ok := rules[name]; !ok {
			t.Errorf("%s is not there any more", name)
		}
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			ill, ok := ills[name]
			if !ok {
				t.Fatal("nobody has said what it is for")
			}
			w := healthy()
			for series, l := range ill {
				if math.IsNaN(l.start) {
					delete(w, series)
				} else {
					w[series] = l
				}
			}
			if n := fires(t, w, rule.Expr); n != 1 {
				t.Errorf("it fires %d times", n)
			}
		})
	}
}

func TestNobodyAnsweringIsToldAlsoWhenNothingIsScraped(t *testing.T) {
	if n := fires(t, world{}, alertRules(t)["SignetNobodyServes"].Expr); n != 1 {
		t.Errorf("it fires %d times", n)
	}
}
