package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// metric is one that somebody exports.
type metric struct {
	kind   string   // counter, gauge, histogram
	labels []string // its own, without instance and job
}

// foreign are the metrics of others that are asked for, and where their names come
// from.
var foreign = map[string]metric{
	// Prometheus itself.
	"up": {"gauge", nil},
	// client_golang: collectors of the process and of the Go runtime, promhttp.
	"process_resident_memory_bytes":        {"gauge", nil},
	"process_cpu_seconds_total":            {"counter", nil},
	"process_open_fds":                     {"gauge", nil},
	"go_goroutines":                        {"gauge", nil},
	"go_memstats_heap_alloc_bytes":         {"gauge", nil},
	"promhttp_metric_handler_errors_total": {"counter", []string{"cause"}},
	"node_filesystem_avail_bytes":          {"gauge", []string{"device", "fstype", "mountpoint"}}, // node_exporter
	"node_filesystem_size_bytes":           {"gauge", []string{"device", "fstype", "mountpoint"}},
	"node_filesystem_readonly":             {"gauge", []string{"device", "fstype", "mountpoint"}},
	"kubelet_volume_stats_available_bytes": {"gauge", []string{"namespace", "persistentvolumeclaim"}}, // kubelet
	"kubelet_volume_stats_capacity_bytes":  {"gauge", []string{"namespace", "persistentvolumeclaim"}},
	"probe_success":                        {"gauge", nil}, // blackbox_exporter
	"probe_ssl_earliest_cert_expiry":       {"gauge", nil},
}

// everywhere are labels that Prometheus gives to whatever it scrapes.
var everywhere = []string{"instance", "job"}

// readMetrics reads the list of the metrics of signet: name, type, labels.
func readMetrics(file string) (map[string]metric, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := map[string]metric{}
	for line := range strings.Lines(string(content)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			return nil, fmt.Errorf("%s: %q is no metric", file, line)
		}
		all[words[0]] = metric{words[1], words[2:]}
	}
	return all, nil
}

// series finds the metric that a time series belongs to: a histogram has several.
func (d deployment) series(name string) (metric, bool) {
	for _, known := range []map[string]metric{d.metrics, foreign} {
		if m, ok := known[name]; ok && m.kind != "histogram" {
			return m, true
		}
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			base, cut := strings.CutSuffix(name, suffix)
			if m, ok := known[base]; cut && ok && m.kind == "histogram" {
				if suffix == "_bucket" {
					m.labels = append(slices.Clone(m.labels), "le")
				}
				return m, true
			}
		}
	}
	return metric{}, false
}

// growing are the functions that are meant for what only grows.
var growing = []string{"rate", "irate", "increase"}

var promQL = parser.NewParser(parser.Options{})

// checkExpression finds what an expression asks for that nobody exports: metrics,
// labels, the rate of what also falls.
func (d deployment) checkExpression(file, where, expression string) []finding {
	expr, err := promQL.ParseExpr(expression)
	if err != nil {
		return []finding{{file, "expression_invalid", where + ": " + err.Error()}}
	}
	var findings []finding
	add := func(code, detail string) { findings = append(findings, finding{file, code, where + ": " + detail}) }
	known := slices.Clone(everywhere)
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		m, ok := d.series(selector.Name)
		if !ok {
			add("metric_unknown", selector.Name)
			return nil
		}
		known = append(known, m.labels...)
		for _, matcher := range selector.LabelMatchers {
			if matcher.Name != model.MetricNameLabel && !slices.Contains(append(everywhere, m.labels...), matcher.Name) {
				add("label_unknown", selector.Name+" has no "+matcher.Name)
			}
		}
		return nil
	})
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.AggregateExpr:
			for _, label := range n.Grouping {
				if !slices.Contains(known, label) {
					add("label_unknown", label)
				}
			}
		case *parser.Call:
			if name, kind := d.argument(n); kind == "gauge" && slices.Contains(growing, n.Func.Name) {
				add("rate_of_gauge", name)
			}
		}
		return nil
	})
	return findings
}

// argument is the metric that a function is given as such, and its kind.
func (d deployment) argument(call *parser.Call) (name, kind string) {
	for _, arg := range call.Args {
		if m, ok := arg.(*parser.MatrixSelector); ok {
			if v, ok := m.VectorSelector.(*parser.VectorSelector); ok {
				found, _ := d.series(v.Name)
				return v.Name, found.kind
			}
		}
	}
	return "", ""
}

var heading = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)

// anchors returns those of the headings of a Markdown text, as GitHub makes them:
// small letters, digits and hyphens; spaces become hyphens, all else goes.
func anchors(text string) []string {
	var all []string
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		all = append(all, anchor(m[1]))
	}
	return all
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N}\p{M} _-]`)

func anchor(title string) string {
	kept := notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
	return strings.ReplaceAll(kept, " ", "-")
}
