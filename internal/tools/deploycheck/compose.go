package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const (
	composeFile  = "compose/compose.yaml"
	settingsFile = "compose/settings.env.example"
)

// made are the files that an operator makes, and that no repository holds.
var made = []string{"compose/certificates", "compose/secrets", "compose/public"}

// checkCompose loads the compose file as docker compose does, with the settings of
// the example filled in.
func checkCompose(d deployment) []finding {
	settings, findings := d.settings()
	content, err := d.read(composeFile)
	if err != nil {
		return append(findings, unread(composeFile, err)...)
	}
	used := usedSettings(content)
	for name := range settings {
		if !slices.Contains(used, name) {
			findings = append(findings, finding{settingsFile, "setting_unused", name})
		}
	}
	for _, name := range used {
		if _, ok := settings[name]; !ok {
			findings = append(findings, finding{settingsFile, "setting_missing", name})
		}
	}
	environment := types.Mapping{}
	for name, value := range settings {
		environment[name] = value
		if value == "" {
			environment[name] = "filled-in"
		}
	}
	folder, err := filepath.Abs(filepath.Join(d.root, "compose"))
	if err != nil {
		return append(findings, unread(composeFile, err)...)
	}
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  folder,
		ConfigFiles: []types.ConfigFile{{Filename: filepath.Join(folder, "compose.yaml"), Content: content}},
		Environment: environment,
	}, func(o *loader.Options) { o.ResolvePaths = true })
	if err != nil {
		return append(findings, finding{composeFile, "compose_invalid", err.Error()})
	}
	tellers := 0
	for _, service := range project.Services {
		findings = append(findings, d.checkService(folder, service)...)
		if tells := service.Environment["SIGNET_WEBHOOKS"]; tells != nil && *tells == "on" {
			tellers++
		}
	}
	if tellers != 1 {
		findings = append(findings, finding{composeFile, "webhook_tellers", fmt.Sprintf("%d nodes tell webhooks", tellers)})
	}
	return findings
}

// settings reads the example of .env. A secret in it that is filled in is a finding:
// who copies it would keep it.
func (d deployment) settings() (map[string]string, []finding) {
	content, err := d.read(settingsFile)
	if err != nil {
		return nil, unread(settingsFile, err)
	}
	settings := map[string]string{}
	var findings []finding
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			findings = append(findings, finding{settingsFile, "setting_malformed", line})
			continue
		}
		if isSecret(name) && value != "" {
			findings = append(findings, finding{settingsFile, "secret_in_file", name})
		}
		settings[name] = value
	}
	return settings, findings
}

var settingUse = regexp.MustCompile(`\$\{([A-Z0-9_]+)`)

func usedSettings(content []byte) []string {
	var names []string
	for _, m := range settingUse.FindAllSubmatch(content, -1) {
		names = append(names, string(m[1]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// secretName is what the name of a variable says that holds a secret; one that holds
// the name of a file does not.
var secretName = regexp.MustCompile(`(PASSWORD|SECRET|TOKEN|PRIVATE|ACCESS_KEY)`)

func isSecret(name string) bool {
	return secretName.MatchString(name) && !strings.HasSuffix(name, "_FILE")
}

func (d deployment) checkService(folder string, s types.ServiceConfig) []finding {
	var findings []finding
	add := func(code, detail string) {
		findings = append(findings, finding{composeFile, code, s.Name + ": " + detail})
	}
	if s.Build == nil && !pinned(s.Image) {
		add("image_not_pinned", s.Image)
	}
	if s.Privileged || !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
		add("not_hardened", "want cap_drop ALL and no-new-privileges")
	}
	if s.Restart == "" {
		add("not_restarted", "it stays down once it has failed")
	}
	for name, value := range s.Environment {
		if isSecret(name) && value != nil && *value != "filled-in" {
			add("secret_in_file", name)
		}
	}
	for _, v := range s.Volumes {
		if v.Type == types.VolumeTypeBind && v.Source != "/" {
			d.checkMount(folder, v, add)
		}
	}
	if s.Build != nil && s.Build.Dockerfile != "deploy/"+dockerfile {
		add("file_missing", s.Build.Dockerfile)
	}
	return findings
}

// checkMount sees that a file that a container is given is there, or made by the
// operator, and that the container does not change it.
func (d deployment) checkMount(folder string, v types.ServiceVolumeConfig, add func(code, detail string)) {
	name, err := filepath.Rel(filepath.Dir(folder), v.Source)
	name = filepath.ToSlash(name)
	if err != nil || !d.exists(name) && !slices.ContainsFunc(made, func(m string) bool { return name == m || path.Dir(name) == m }) {
		add("file_missing", name)
	}
	if !v.ReadOnly {
		add("file_writable", name)
	}
}

// imageTag is an image with a version that says more than "the newest": at least two
// numbers, or a digest.
var imageTag = regexp.MustCompile(`(:v?[0-9]+\.[0-9]+[^/@]*|@sha256:[0-9a-f]{64})$`)

func pinned(image string) bool { return imageTag.MatchString(image) }
