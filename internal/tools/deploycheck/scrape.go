package main

import (
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"
)

const (
	scrapeFile = "compose/prometheus.yml"
	probeFile  = "compose/blackbox.yml"
)

// scrapeConfig is the part of Prometheus' configuration that is used here; the whole
// of it would bring every cloud's client. What is not in it is a finding.
type scrapeConfig struct {
	Global struct {
		ScrapeInterval     string `json:"scrape_interval"`
		EvaluationInterval string `json:"evaluation_interval"`
	} `json:"global"`
	RuleFiles     []string `json:"rule_files"`
	ScrapeConfigs []struct {
		JobName       string              `json:"job_name"`
		MetricsPath   string              `json:"metrics_path"`
		Params        map[string][]string `json:"params"`
		StaticConfigs []struct {
			Targets []string `json:"targets"`
		} `json:"static_configs"`
		RelabelConfigs []struct {
			SourceLabels []string `json:"source_labels"`
			TargetLabel  string   `json:"target_label"`
			Replacement  string   `json:"replacement"`
		} `json:"relabel_configs"`
	} `json:"scrape_configs"`
}

// probeConfig is the part of blackbox_exporter's configuration that is used here.
type probeConfig struct {
	Modules map[string]struct {
		Prober  string `json:"prober"`
		Timeout string `json:"timeout"`
		HTTP    struct {
			ValidStatusCodes []int `json:"valid_status_codes"`
			TLSConfig        struct {
				CAFile             string `json:"ca_file"`
				InsecureSkipVerify bool   `json:"insecure_skip_verify"`
			} `json:"tls_config"`
		} `json:"http"`
	} `json:"modules"`
}

// jobs that alerts name must be scraped by that name.
var jobs = []string{"signet"}

// checkScrapes reads what Prometheus scrapes, and how probes ask.
func checkScrapes(d deployment) []finding {
	var scrape scrapeConfig
	var probe probeConfig
	var findings []finding
	for name, into := range map[string]any{scrapeFile: &scrape, probeFile: &probe} {
		content, err := d.read(name)
		if err != nil {
			return unread(name, err)
		}
		if err := yaml.UnmarshalStrict(content, into); err != nil {
			findings = append(findings, finding{name, "yaml_invalid", err.Error()})
		}
	}
	if len(findings) > 0 {
		return findings
	}
	var seen []string
	for _, job := range scrape.ScrapeConfigs {
		seen = append(seen, job.JobName)
		for _, module := range job.Params["module"] {
			if _, ok := probe.Modules[module]; !ok {
				findings = append(findings, finding{scrapeFile, "probe_unknown", module})
			}
		}
		targets := 0
		for _, c := range job.StaticConfigs {
			targets += len(c.Targets)
		}
		if targets == 0 {
			findings = append(findings, finding{scrapeFile, "job_without_targets", job.JobName})
		}
	}
	for _, job := range jobs {
		if !slices.Contains(seen, job) {
			findings = append(findings, finding{scrapeFile, "job_missing", job})
		}
	}
	if len(scrape.RuleFiles) == 0 {
		findings = append(findings, finding{scrapeFile, "no_rules", fmt.Sprint(scrape.RuleFiles)})
	}
	return findings
}
