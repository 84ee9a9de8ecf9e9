package main

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

const (
	alertsFile = "prometheus/alerts.yml"
	runbook    = "docs/operations.md#"
)

// checkAlerts reads the alerts as Prometheus does, templates included.
func checkAlerts(d deployment) []finding {
	content, err := d.read(alertsFile)
	if err != nil {
		return unread(alertsFile, err)
	}
	groups, errs := rulefmt.Parse(content, false, model.UTF8Validation, promQL, slog.New(slog.DiscardHandler))
	var findings []finding
	for _, err := range errs {
		findings = append(findings, finding{alertsFile, "rule_invalid", err.Error()})
	}
	if groups == nil {
		return findings
	}
	var names []string
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			names = append(names, r.Alert)
			findings = append(findings, d.checkAlert(r)...)
		}
	}
	slices.Sort(names)
	if twice := len(names) - len(slices.Compact(slices.Clone(names))); twice > 0 {
		findings = append(findings, finding{alertsFile, "alert_twice", strings.Join(names, " ")})
	}
	return findings
}

func (d deployment) checkAlert(r rulefmt.Rule) []finding {
	findings := d.checkExpression(alertsFile, r.Alert, r.Expr)
	add := func(code, detail string) {
		findings = append(findings, finding{alertsFile, code, r.Alert + ": " + detail})
	}
	for _, annotation := range []string{"summary", "description", "runbook"} {
		if strings.TrimSpace(r.Annotations[annotation]) == "" {
			add("annotation_missing", annotation)
		}
	}
	place, ok := strings.CutPrefix(r.Annotations["runbook"], runbook)
	if !ok || !slices.Contains(d.runbook, place) {
		add("runbook_unknown", r.Annotations["runbook"])
	}
	if s := r.Labels["severity"]; s != "critical" && s != "warning" {
		add("severity_unknown", s)
	}
	return findings
}
