package main

import (
	"bytes"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

const dockerfile = "Dockerfile"

// checkDockerfile reads the Dockerfile as BuildKit does, and sees that what is made
// runs without rights.
func checkDockerfile(d deployment) []finding {
	content, err := d.read(dockerfile)
	if err != nil {
		return unread(dockerfile, err)
	}
	parsed, err := parser.Parse(bytes.NewReader(content))
	if err != nil {
		return []finding{{dockerfile, "dockerfile_invalid", err.Error()}}
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return []finding{{dockerfile, "dockerfile_invalid", err.Error()}}
	}
	var findings []finding
	add := func(code, detail string) { findings = append(findings, finding{dockerfile, code, detail}) }
	names := map[string]bool{"scratch": true}
	for _, s := range stages {
		if !names[s.BaseName] && !pinned(s.BaseName) {
			add("image_not_pinned", s.BaseName)
		}
		names[s.Name] = true
	}
	last := stages[len(stages)-1]
	user, entry := "", false
	for _, c := range last.Commands {
		switch c := c.(type) {
		case *instructions.UserCommand:
			user, _, _ = strings.Cut(c.User, ":")
		case *instructions.EntrypointCommand:
			entry = !c.PrependShell
		case *instructions.CopyCommand:
			if c.From != "" && !names[c.From] && !pinned(c.From) {
				add("stage_unknown", c.From)
			}
		}
	}
	// Kubernetes' runAsNonRoot knows numbers only.
	if user == "" || strings.Trim(user, "0123456789") != "" || strings.Trim(user, "0") == "" {
		add("user_is_root", "want USER to be a number that is not 0")
	}
	if !entry {
		add("entrypoint_by_shell", "signals would not reach the program")
	}
	return findings
}
