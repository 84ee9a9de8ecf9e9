package main

import (
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// checkAll sees that objects fit one another.
func (m *manifests) checkAll() {
	for _, s := range m.sets {
		m.checkSet(s.file, s.object)
		m.checkPod(s.file, s.object)
	}
	for _, s := range m.services {
		pods := m.pods(s.object.Spec.Selector)
		if len(pods) != 1 {
			m.add(s.file, "selector_wrong", "Service %s selects %d sets of pods", s.object.Name, len(pods))
		}
		for _, p := range s.object.Spec.Ports {
			if !hasPort(pods, p.TargetPort.String()) {
				m.add(s.file, "port_unknown", "Service %s: %s", s.object.Name, p.TargetPort.String())
			}
		}
	}
	for _, b := range m.budgets {
		if b.object.Spec.Selector == nil || len(m.pods(b.object.Spec.Selector.MatchLabels)) != 1 {
			m.add(b.file, "selector_wrong", "PodDisruptionBudget %s", b.object.Name)
		}
	}
	for _, i := range m.ingresses {
		m.checkIngress(i.file, i.object)
	}
	for _, p := range m.policies {
		m.checkPolicy(p.file, p.object)
	}
}

func (m *manifests) checkSet(file string, s *appsv1.StatefulSet) {
	if s.Spec.Selector == nil || len(m.pods(s.Spec.Selector.MatchLabels)) != 1 {
		m.add(file, "selector_wrong", "StatefulSet %s", s.Name)
	}
	headless := slices.ContainsFunc(m.services, func(l located[*corev1.Service]) bool {
		return l.object.Name == s.Spec.ServiceName && l.object.Spec.ClusterIP == corev1.ClusterIPNone
	})
	if !headless {
		m.add(file, "service_unknown", "StatefulSet %s wants the headless Service %q", s.Name, s.Spec.ServiceName)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		m.add(file, "unreadable", "%v", err)
		return
	}
	t := &s.Spec.Template
	for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &t.ObjectMeta, &t.Spec) {
		if !result.Allowed {
			m.add(file, "pod_not_restricted", "StatefulSet %s: %s: %s", s.Name, result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
	if a := t.Spec.AutomountServiceAccountToken; a == nil || *a {
		m.add(file, "pod_has_token", "StatefulSet %s", s.Name)
	}
	if config := m.config(s.Name); config != nil && s.Spec.Replicas != nil {
		tellers, complete := m.tellsWebhooks(s, config)
		if tellers != 1 {
			m.add(file, "webhook_tellers", "%d nodes tell webhooks", tellers)
		}
		if !complete {
			m.add(file, "config_missing", "a node of StatefulSet %s has no configuration", s.Name)
		}
	}
}

func (m *manifests) checkPod(file string, s *appsv1.StatefulSet) {
	spec := s.Spec.Template.Spec
	var volumes []string
	for _, v := range spec.Volumes {
		volumes = append(volumes, v.Name)
		switch {
		case v.ConfigMap != nil && m.config(v.ConfigMap.Name) == nil:
			m.add(file, "config_missing", "ConfigMap %s", v.ConfigMap.Name)
		case v.Secret != nil:
			m.documented(file, v.Secret.SecretName)
		}
	}
	for _, c := range s.Spec.VolumeClaimTemplates {
		volumes = append(volumes, c.Name)
	}
	pods := []*corev1.PodTemplateSpec{&s.Spec.Template}
	for _, c := range spec.Containers {
		if image := m.image(c.Image); !pinned(image) {
			m.add(file, "image_not_pinned", "%s", image)
		}
		for _, v := range c.VolumeMounts {
			if !slices.Contains(volumes, v.Name) {
				m.add(file, "volume_unknown", "%s", v.Name)
			}
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
			m.add(file, "resources_missing", "container %s", c.Name)
		}
		for name, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
			if probe == nil || probe.HTTPGet == nil || !hasPort(pods, probe.HTTPGet.Port.String()) {
				m.add(file, "probe_wrong", "container %s: %s", c.Name, name)
			}
		}
		m.checkEnvironment(file, c)
	}
}

var expansion = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)

// checkEnvironment sees that $(NAME) stands after NAME, for otherwise it is left as it
// is, and that no secret is a value.
func (m *manifests) checkEnvironment(file string, c corev1.Container) {
	var known []string
	expand := func(text string) {
		for _, use := range expansion.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, use[1]) {
				m.add(file, "variable_unknown", "container %s: %s", c.Name, use[1])
			}
		}
	}
	for _, v := range c.Env {
		expand(v.Value)
		known = append(known, v.Name)
		if isSecret(v.Name) && v.Value != "" {
			m.add(file, "secret_in_file", "%s", v.Name)
		}
		if v.ValueFrom != nil && v.ValueFrom.SecretKeyRef != nil {
			m.documented(file, v.ValueFrom.SecretKeyRef.Name)
		}
	}
	for _, text := range slices.Concat(c.Command, c.Args) {
		expand(text)
	}
}

// documented sees that an operator is told to make a Secret.
func (m *manifests) documented(file, secret string) {
	if !strings.Contains(m.d.handbook, "`"+secret+"`") {
		m.add(file, "secret_undocumented", "%s is not in docs/operations.md", secret)
	}
}

func (m *manifests) checkIngress(file string, i *networkingv1.Ingress) {
	for _, rule := range i.Spec.Rules {
		for _, path := range rule.HTTP.Paths {
			b := path.Backend.Service
			known := b != nil && slices.ContainsFunc(m.services, func(l located[*corev1.Service]) bool {
				return l.object.Name == b.Name && slices.ContainsFunc(l.object.Spec.Ports, func(p corev1.ServicePort) bool {
					return p.Name == b.Port.Name && b.Port.Name != "" || p.Port == b.Port.Number
				})
			})
			if !known {
				m.add(file, "service_unknown", "Ingress %s", i.Name)
			}
		}
	}
	if len(i.Spec.TLS) == 0 {
		m.add(file, "no_tls", "Ingress %s", i.Name)
	}
	for _, t := range i.Spec.TLS {
		m.documented(file, t.SecretName)
	}
}

func (m *manifests) checkPolicy(file string, p *networkingv1.NetworkPolicy) {
	pods := m.pods(p.Spec.PodSelector.MatchLabels)
	if len(pods) == 0 {
		m.add(file, "selector_wrong", "NetworkPolicy %s", p.Name)
	}
	ports := func(pods []*corev1.PodTemplateSpec, all []networkingv1.NetworkPolicyPort) {
		for _, port := range all {
			if port.Port != nil && port.Port.Type == intstr.String && !hasPort(pods, port.Port.StrVal) {
				m.add(file, "port_unknown", "NetworkPolicy %s: %s", p.Name, port.Port.StrVal)
			}
		}
	}
	peers := func(all []networkingv1.NetworkPolicyPeer) (pods []*corev1.PodTemplateSpec) {
		for _, peer := range all {
			if peer.PodSelector == nil || peer.NamespaceSelector != nil {
				continue
			}
			found := m.pods(peer.PodSelector.MatchLabels)
			if len(found) == 0 {
				m.add(file, "selector_wrong", "NetworkPolicy %s", p.Name)
			}
			pods = append(pods, found...)
		}
		return pods
	}
	for _, rule := range p.Spec.Ingress {
		peers(rule.From)
		ports(pods, rule.Ports)
	}
	for _, rule := range p.Spec.Egress {
		ports(peers(rule.To), rule.Ports)
	}
}
