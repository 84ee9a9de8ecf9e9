package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

const (
	kubernetesFolder = "kubernetes"
	kustomization    = kubernetesFolder + "/kustomization.yaml"
)

// kinds are those that may stand in a manifest. A Secret is none of them.
var kinds = map[string]func() metav1.Object{
	"v1 Namespace":                       func() metav1.Object { return new(corev1.Namespace) },
	"v1 ConfigMap":                       func() metav1.Object { return new(corev1.ConfigMap) },
	"v1 Service":                         func() metav1.Object { return new(corev1.Service) },
	"apps/v1 StatefulSet":                func() metav1.Object { return new(appsv1.StatefulSet) },
	"policy/v1 PodDisruptionBudget":      func() metav1.Object { return new(policyv1.PodDisruptionBudget) },
	"networking.k8s.io/v1 Ingress":       func() metav1.Object { return new(networkingv1.Ingress) },
	"networking.k8s.io/v1 NetworkPolicy": func() metav1.Object { return new(networkingv1.NetworkPolicy) },
}

// kustomizationFile is the part of a kustomization that is used here.
type kustomizationFile struct {
	metav1.TypeMeta `json:",inline"`
	Namespace       string   `json:"namespace"`
	Resources       []string `json:"resources"`
	Images          []struct {
		Name    string `json:"name"`
		NewName string `json:"newName"`
		NewTag  string `json:"newTag"`
	} `json:"images"`
}

// manifests are all objects of the folder, by the file that they stand in.
type manifests struct {
	d        deployment
	images   map[string]string // what the kustomization puts in the place of an image
	findings []finding

	sets      []located[*appsv1.StatefulSet]
	services  []located[*corev1.Service]
	configs   []located[*corev1.ConfigMap]
	budgets   []located[*policyv1.PodDisruptionBudget]
	ingresses []located[*networkingv1.Ingress]
	policies  []located[*networkingv1.NetworkPolicy]
}

type located[T metav1.Object] struct {
	file   string
	object T
}

func (m *manifests) add(file, code, format string, args ...any) {
	m.findings = append(m.findings, finding{file, code, fmt.Sprintf(format, args...)})
}

// checkKubernetes decodes the manifests strictly, and sees that what they refer to is
// there.
func checkKubernetes(d deployment) []finding {
	m := &manifests{d: d, images: map[string]string{}}
	listed := m.kustomize()
	files, err := fs.Glob(os.DirFS(d.root), kubernetesFolder+"/*.yaml")
	if err != nil {
		return unread(kubernetesFolder, err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		if file == kustomization {
			continue
		}
		if !slices.Contains(listed, filepath.Base(file)) {
			m.add(kustomization, "resource_not_listed", "%s", file)
		}
		content, err := d.read(file)
		if err != nil {
			return unread(file, err)
		}
		for _, document := range bytes.Split(content, []byte("\n---\n")) {
			m.decode(file, document, seen)
		}
	}
	m.checkAll()
	return m.findings
}

func (m *manifests) kustomize() (resources []string) {
	content, err := m.d.read(kustomization)
	if err != nil {
		m.add(kustomization, "unreadable", "%v", err)
		return nil
	}
	var k kustomizationFile
	if err := yaml.UnmarshalStrict(content, &k); err != nil || k.Kind != "Kustomization" {
		m.add(kustomization, "yaml_invalid", "%s %v", k.Kind, err)
	}
	for _, r := range k.Resources {
		if !m.d.exists(kubernetesFolder + "/" + r) {
			m.add(kustomization, "file_missing", "%s", r)
		}
	}
	for _, i := range k.Images {
		m.images[i.Name] = i.NewName + ":" + i.NewTag
	}
	return k.Resources
}

func (m *manifests) decode(file string, document []byte, seen map[string]bool) {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		m.add(file, "yaml_invalid", "%v", err)
		return
	}
	name := kind.APIVersion + " " + kind.Kind
	begin, ok := kinds[name]
	if !ok {
		m.add(file, "kind_unknown", "%s", name)
		return
	}
	object := begin()
	// As the API server reads it: a number is no word, and letters have a case.
	text, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		m.add(file, "yaml_invalid", "%v", err)
		return
	}
	strict, err := json.UnmarshalStrict(text, object)
	if err = errors.Join(append(strict, err)...); err != nil {
		m.add(file, "manifest_invalid", "%s: %v", name, err)
		return
	}
	id := kind.Kind + " " + object.GetName()
	if object.GetName() == "" || seen[id] {
		m.add(file, "name_twice", "%s", id)
	}
	seen[id] = true
	switch o := object.(type) {
	case *appsv1.StatefulSet:
		m.sets = append(m.sets, located[*appsv1.StatefulSet]{file, o})
	case *corev1.Service:
		m.services = append(m.services, located[*corev1.Service]{file, o})
	case *corev1.ConfigMap:
		m.configs = append(m.configs, located[*corev1.ConfigMap]{file, o})
	case *policyv1.PodDisruptionBudget:
		m.budgets = append(m.budgets, located[*policyv1.PodDisruptionBudget]{file, o})
	case *networkingv1.Ingress:
		m.ingresses = append(m.ingresses, located[*networkingv1.Ingress]{file, o})
	case *networkingv1.NetworkPolicy:
		m.policies = append(m.policies, located[*networkingv1.NetworkPolicy]{file, o})
	}
}

// image is what runs, once the kustomization has put its own in the place.
func (m *manifests) image(name string) string {
	if i, ok := m.images[name]; ok {
		return i
	}
	return name
}

// config returns a ConfigMap by its name.
func (m *manifests) config(name string) *corev1.ConfigMap {
	for _, c := range m.configs {
		if c.object.Name == name {
			return c.object
		}
	}
	return nil
}

// pods returns the templates that a selector meant for pods selects.
func (m *manifests) pods(selector map[string]string) []*corev1.PodTemplateSpec {
	var found []*corev1.PodTemplateSpec
	for _, s := range m.sets {
		matches := true
		for name, value := range selector {
			matches = matches && s.object.Spec.Template.Labels[name] == value
		}
		if matches {
			found = append(found, &s.object.Spec.Template)
		}
	}
	return found
}

// hasPort tells whether one of the pods has a port by this name or number.
func hasPort(pods []*corev1.PodTemplateSpec, port string) bool {
	for _, p := range pods {
		for _, c := range p.Spec.Containers {
			for _, known := range c.Ports {
				if known.Name == port || fmt.Sprint(known.ContainerPort) == port {
					return true
				}
			}
		}
	}
	return false
}

// tellsWebhooks counts the nodes whose configuration tells webhooks, and whether each
// of them has one.
func (m *manifests) tellsWebhooks(s *appsv1.StatefulSet, config *corev1.ConfigMap) (tellers int, complete bool) {
	complete = true
	for i := range int(*s.Spec.Replicas) {
		text, ok := config.Data[fmt.Sprintf("%s-%d.yaml", s.Name, i)]
		complete = complete && ok
		var settings map[string]string
		if err := yaml.UnmarshalStrict([]byte(text), &settings); err != nil {
			return 0, false
		}
		if strings.EqualFold(settings["webhooks"], "on") {
			tellers++
		}
	}
	return tellers, complete
}
