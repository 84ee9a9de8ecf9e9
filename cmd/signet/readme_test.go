package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

// The README's commands do what it says: those of its section "Query" are run, in
// their order, in one shell beside a demo.
func TestTheReadmeIsTrue(t *testing.T) {
	testneeds.PlainInCI(t)
	shell, _ := testneeds.Command(t, "bash"), testneeds.Command(t, "curl")
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Query\n")
	section, _, ended := strings.Cut(section, "\n## ")
	if !found || !ended {
		t.Fatal("the README has no section Query")
	}
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	var script strings.Builder
	for i, block := range strings.Split(section, "```") {
		if commands, ok := strings.CutPrefix(block, "sh\n"); ok && i%2 == 1 {
			script.WriteString(strings.ReplaceAll(commands, "http://127.0.0.1:8080", p.url))
		}
	}
	run := exec.CommandContext(t.Context(), shell, "-euo", "pipefail", "-c", script.String()) //nolint:gosec // our own README
	run.Dir = dir
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, `{"data"`) || strings.Contains(line, `"errors"`) {
			t.Errorf("%s", line)
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, "ハイフォンへようこそ") {
		t.Errorf("the new slogan is not in force: %s", last)
	}
	if picture, err := os.ReadFile(filepath.Join(dir, "logo.png")); err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Errorf("the logo is no picture, %v", err)
	}
	p.stop()
}
