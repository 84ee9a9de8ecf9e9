package main

import (
	"strings"
	"testing"

	"signet/internal/testneeds"
)

func TestVerbsTellHowTheyAreUsed(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	help := must(t, dir)
	for _, verb := range []string{"serve", "import", "export", "verify", "rebuild", "token", "pull", "check", "link", "identify", "usage", "version", "completion"} {
		if !strings.Contains(help, "\n  "+verb+" ") {
			t.Errorf("the help leaves out %s", verb)
		}
		if verb != "completion" && !strings.Contains(must(t, dir, verb, "--help"), "Usage:") {
			t.Errorf("%s has no help", verb)
		}
	}
	if strings.Contains(help, "generate") {
		t.Error("generate is for load tests, and is listed")
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if len(must(t, dir, "completion", shell)) < 1000 {
			t.Errorf("there is no completion for %s", shell)
		}
	}
	if version := must(t, dir, "version"); !strings.Contains(version, "go1.") || !strings.Contains(version, "signet-kit/v1") {
		t.Errorf("version says %s", version)
	}
}

func TestWhatCanNotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, line := range []string{
		"frobnicate", "serv", "serve --frobnicate", "serve twice", "serve --listen nowhere", "serve --listen 127.0.0.1:99999",
		"serve --max-upload 3x", "serve --log-level loud --listen 127.0.0.1:0", "serve --log-format xml", "import", "import a b", "export",
		"export kit", "verify", "rebuild", "token", "token list", "token revoke x",
	} {
		refused(t, exitBadInput, dir, strings.Fields(line)...)
	}
}

func TestAGeneratedRegistryCanBeServed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := strings.TrimSpace(must(t, dir, "generate", "--items", "40", "--versions", "2"))
	refused(t, exitBadInput, dir, "generate")
	p := serving(t, dir)
	if a := p.ask(secret, `{ items(first: 100) { edges { node { key } } } }`, nil); a.at("items.edges.39") == nil || a.at("items.edges.40") != nil {
		t.Errorf("not 40 items: %s", a.raw)
	}
	p.stop()
}
