package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const repository = "../../.."

func TestWhatIsDeployedIsWhole(t *testing.T) {
	all, err := examine(filepath.Join(repository, "deploy"), repository)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		t.Error(f)
	}
}

// broken is the real deployment with one thing changed.
func broken(t *testing.T, file, old, replacement string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "deploy")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(repository, "deploy"))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, filepath.FromSlash(file))
	if old == "" {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return folder
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s does not hold %q any more", file, old)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(replacement), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestWhatIsBrokenIsFound(t *testing.T) {
	const (
		logFile    = "kubernetes/log.yaml"
		signetFile = "kubernetes/signet.yaml"
		board      = "grafana/signet.json"
	)
	for _, c := range []struct{ title, file, old, replacement, code string }{
		{"a compose file that is no YAML", composeFile, "services:\n", "services: [\n", "compose_invalid"},
		{"a key that compose does not know", composeFile, "stop_grace_period: 60s", "stop_grace_perid: 60s", "compose_invalid"},
		{"a network that is not there", composeFile, "networks: [assets]", "networks: [elsewhere]", "compose_invalid"},
		{"a service that waits for nobody", composeFile, "s3: {condition: service_healthy}", "s4: {condition: service_healthy}", "compose_invalid"},
		{"an image without a version", composeFile, "image: caddy:2.11.4", "image: caddy:latest", "image_not_pinned"},
		{"a file that is mounted and not there", composeFile, "./Caddyfile:", "./Caddyfil:", "file_missing"},
		{"a file that a container may change", composeFile, "./blackbox.yml:/etc/blackbox.yml:ro", "./blackbox.yml:/etc/blackbox.yml", "file_writable"},
		{"a container with rights", composeFile, "cap_drop: [ALL]", "cap_drop: [NET_RAW]", "not_hardened"},
		{"a password in the compose file", composeFile, "AWS_SECRET_ACCESS_KEY: ${S3_SECRET_KEY:?see settings.env.example}", "AWS_SECRET_ACCESS_KEY: hunter2", "secret_in_file"},
		{"two nodes that tell webhooks", composeFile, `SIGNET_WEBHOOKS: "off"`, `SIGNET_WEBHOOKS: "on"`, "webhook_tellers"},
		{"no node that tells webhooks", composeFile, `SIGNET_WEBHOOKS: "on"`, `SIGNET_WEBHOOKS: "off"`, "webhook_tellers"},
		{"a setting that the example lacks", settingsFile, "LOG_OPS_PASSWORD=", "", "setting_missing"},
		{"a setting that nobody reads", settingsFile, "IMAGE=", "OTHER=\nIMAGE=", "setting_unused"},
		{"a password in the example", settingsFile, "S3_SECRET_KEY=", "S3_SECRET_KEY=hunter2", "secret_in_file"},
		{"a key that the reader of scrapes does not know", scrapeFile, "metrics_path: /probe", "metric_path: /probe", "yaml_invalid"},
		{"a probe that is not there", scrapeFile, "params: {module: [public]}", "params: {module: [pubic]}", "probe_unknown"},
		{"a job that alerts name", scrapeFile, "job_name: signet", "job_name: nodes", "job_missing"},
		{"no probes at all", probeFile, "", "", "unreadable"},
		{"a field that Kubernetes does not know", logFile, "podManagementPolicy", "podManagementPolicies", "manifest_invalid"},
		{"a number where a word belongs", logFile, `{name: KURRENTDB_CLUSTER_SIZE, value: "3"}`, `{name: KURRENTDB_CLUSTER_SIZE, value: 3}`, "manifest_invalid"},
		{"a quantity that is none", logFile, "memory: 4Gi", "memory: 4Gib", "manifest_invalid"},
		{"a manifest with a Secret", logFile, "apiVersion: v1\nkind: Service", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n---\napiVersion: v1\nkind: Service", "kind_unknown"},
		{"two objects of one name", signetFile, "name: signet-nodes\n", "name: signet\n", "name_twice"},
		{"a pod that runs as root", logFile, "runAsNonRoot: true", "runAsNonRoot: false", "pod_not_restricted"},
		{"a container with rights in Kubernetes", signetFile, "capabilities: {drop: [ALL]}", "capabilities: {add: [NET_ADMIN]}", "pod_not_restricted"},
		{"a pod with a token of the cluster", signetFile, "automountServiceAccountToken: false", "automountServiceAccountToken: true", "pod_has_token"},
		{"a Service that selects nothing", signetFile, "  selector: {app.kubernetes.io/name: signet}", "  selector: {app.kubernetes.io/name: sinet}", "selector_wrong"},
		{"a budget that covers nothing", logFile, "maxUnavailable: 1\n  selector:\n    matchLabels: {app.kubernetes.io/name: log}", "maxUnavailable: 1\n  selector:\n    matchLabels: {app.kubernetes.io/name: logs}", "selector_wrong"},
		{"a port that no container has", signetFile, "targetPort: metrics", "targetPort: metric", "port_unknown"},
		{"a set without its Service", logFile, "serviceName: log", "serviceName: logs", "service_unknown"},
		{"a volume that is not there", signetFile, "{name: tmp, mountPath: /tmp}", "{name: temp, mountPath: /tmp}", "volume_unknown"},
		{"a variable that is used before it is there", signetFile, "/config/$(POD_NAME).yaml", "/config/$(POD).yaml", "variable_unknown"},
		{"a probe at a port that is not there", signetFile, "path: /readyz, port: http", "path: /readyz, port: web", "probe_wrong"},
		{"a container without limits", signetFile, "limits: {memory: 2Gi}", "limits: {}", "resources_missing"},
		{"a Secret that nobody is told to make", signetFile, "secretName: signet-log", "secretName: signet-lock", "secret_undocumented"},
		{"a password in a manifest", logFile, "valueFrom: {secretKeyRef: {name: log-first-passwords, key: ops}}", "value: hunter2", "secret_in_file"},
		{"a node without a configuration", signetFile, "signet-1.yaml: |", "signet-2.yaml: |", "config_missing"},
		{"two nodes in Kubernetes that tell webhooks", signetFile, `webhooks: "off"`, `webhooks: "on"`, "webhook_tellers"},
		{"a configuration that is not there", signetFile, "configMap: {name: signet}", "configMap: {name: signets}", "config_missing"},
		{"an image without a version in Kubernetes", kustomization, "newTag: 1.0.0", "newTag: newest", "image_not_pinned"},
		{"a resource that is not there", kustomization, "- ingress.yaml", "- ingres.yaml", "file_missing"},
		{"a manifest that is left out", kustomization, "  - network.yaml\n", "", "resource_not_listed"},
		{"a field that kustomize does not know", kustomization, "resources:", "resorces:", "yaml_invalid"},
		{"an Ingress to nowhere", "kubernetes/ingress.yaml", "service: {name: signet,", "service: {name: sinet,", "service_unknown"},
		{"an Ingress without TLS", "kubernetes/ingress.yaml", "  tls:\n    - {hosts: [registry.example], secretName: signet-public-tls}\n", "", "no_tls"},
		{"a policy for nobody", "kubernetes/network.yaml", "  podSelector:\n    matchLabels: {app.kubernetes.io/name: log}", "  podSelector:\n    matchLabels: {app.kubernetes.io/name: logs}", "selector_wrong"},
		{"a policy for a port that is not there", "kubernetes/network.yaml", "port: metrics", "port: metric", "port_unknown"},
		{"a field that rules do not have", alertsFile, "expr: >-", "expression: >-", "rule_invalid"},
		{"an expression that is none", alertsFile, "signet_log_up == 0", "signet_log_up === 0", "rule_invalid"},
		{"a template that is none", alertsFile, "{{ $labels.instance }} is down", "{{ $label.instance }} is down", "rule_invalid"},
		{"a duration that is none", alertsFile, "for: 1m", "for: 1 minute", "rule_invalid"},
		{"a metric that nobody exports", alertsFile, "signet_log_up == 0", "signet_log_is_up == 0", "metric_unknown"},
		{"a histogram that is taken for a number", alertsFile, "signet_log_up == 0", "signet_log_append_seconds > 0", "metric_unknown"},
		{"a label that a metric does not have", alertsFile, `bucket{outcome="ok"}`, `bucket{result="ok"}`, "label_unknown"},
		{"a label to group by that is not there", alertsFile, "max by (instance, view)", "max by (instance, model)", "label_unknown"},
		{"the rate of what also falls", alertsFile, "signet_log_up == 0", "rate(signet_log_up[5m]) < 0", "rate_of_gauge"},
		{"an alert without help", alertsFile, "#the-log-is-away", "#the-log-is-gone", "runbook_unknown"},
		{"an alert that says nothing", alertsFile, "summary: 'No node of signet answers.'", "summary: ''", "annotation_missing"},
		{"two alerts of one name", alertsFile, "alert: SignetNodeDown", "alert: SignetNodeNotReady", "alert_twice"},
		{"a severity that nobody listens to", alertsFile, "severity: critical", "severity: page", "severity_unknown"},
		{"a dashboard that is no JSON", board, `"uid": "signet"`, `"uid": signet`, "json_invalid"},
		{"a panel that asks for what nobody exports", board, "signet_log_away_seconds", "signet_log_off_seconds", "metric_unknown"},
		{"a panel with an expression that is none", board, "max(signet_log_away_seconds", "max((signet_log_away_seconds", "expression_invalid"},
		{"a panel with a variable that is not there", board, `sum(signet_ready{instance=~\"$instance\"})`, `sum(signet_ready{instance=~\"$node\"})`, "variable_unknown"},
		{"a variable from what nobody exports", board, "label_values(signet_build_info", "label_values(signet_builds", "metric_unknown"},
		{"a panel over another one", board, `"x": 4,`, `"x": 3,`, "panel_covered"},
		{"a panel beyond the edge", board, `"x": 20,`, `"x": 21,`, "panel_outside"},
		{"two panels of one id", board, `"id": 2,`, `"id": 1,`, "panel_incomplete"},
		{"a panel without a unit", board, `"unit": "none"`, `"unit": ""`, "panel_incomplete"},
		{"no dashboard", board, "", "", "unreadable"},
		{"an instruction that Docker does not know", dockerfile, "USER 65532:65532", "USSER 65532:65532", "dockerfile_invalid"},
		{"a flag that Docker does not know", dockerfile, "--chmod=0700", "--mode=0700", "dockerfile_invalid"},
		{"an image that runs as root", dockerfile, "USER 65532:65532", "USER root", "user_is_root"},
		{"a builder without a version", dockerfile, "FROM golang:1.26.5", "FROM golang:latest", "image_not_pinned"},
		{"a stage that is not there", dockerfile, "COPY --from=build /out/signet", "COPY --from=builder /out/signet", "stage_unknown"},
		{"a program behind a shell", dockerfile, `ENTRYPOINT ["/signet"]`, `ENTRYPOINT /signet`, "entrypoint_by_shell"},
	} {
		t.Run(c.title, func(t *testing.T) {
			all, err := examine(broken(t, c.file, c.old, c.replacement), repository)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(all, func(f finding) bool { return f.code == c.code }) {
				t.Errorf("want %s, got %v", c.code, all)
			}
		})
	}
}

func TestThePlacesOfAHandbookAreNamedAsOnGitHub(t *testing.T) {
	got := anchors("# Operating signet\n\n## Which shape?\n\ntext # no heading\n\n### `S3` is away, 2\n## Khi có sự cố\n")
	if want := []string{"operating-signet", "which-shape", "s3-is-away-2", "khi-có-sự-cố"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestTheProgramTellsByItsStatus(t *testing.T) {
	for _, c := range []struct {
		title string
		args  []string
		want  int
	}{
		{"all is well", []string{filepath.Join(repository, "deploy")}, 0},
		{"a folder with nothing to read", []string{filepath.Join(repository, "docs")}, 1},
		{"a folder that stands alone", []string{t.TempDir()}, 2},
		{"no folder", nil, 2},
	} {
		t.Run(c.title, func(t *testing.T) {
			var out strings.Builder
			if got := run(c.args, &out); got != c.want {
				t.Errorf("status %d: %s", got, &out)
			}
		})
	}
}
