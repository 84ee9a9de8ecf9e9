// Package deploy_test reads what an operator runs as those will who run it, as far as
// that takes no more than this module has. Formats with parsers of their own are read
// by internal/tools/deploycheck.
package deploy_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"signet/internal/testneeds"
)

const handbook = "../docs/operations.md"

// folder is where the program is built; TestMain removes it.
var folder string

// program builds signet, once.
var program = sync.OnceValues(func() (string, error) {
	name := filepath.Join(folder, "signet")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", name, "signet/cmd/signet").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return name, nil
})

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "signet-deploy-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

var flagLine = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`)

// flagsOf are the flags of a verb, as its help tells them; nil if there is no such
// verb.
func flagsOf(t *testing.T, verb ...string) []string {
	t.Helper()
	testneeds.PlainInCI(t) // the program that is built is the same one
	name, err := program()
	if err != nil {
		t.Fatal(name, err)
	}
	out, err := exec.CommandContext(t.Context(), name, append(verb, "--help")...).Output()
	if err != nil || !strings.Contains(string(out), "signet "+strings.Join(verb, " ")) {
		return nil
	}
	var flags []string
	for _, m := range flagLine.FindAllStringSubmatch(string(out), -1) {
		flags = append(flags, m[1])
	}
	return flags
}

// texts are all files of this folder but tests, and the handbook.
func texts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	read := func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(text)
	}
	read(handbook)
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasSuffix(path, "_test.go") {
			read(filepath.FromSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var variable = regexp.MustCompile(`\bSIGNET_[A-Z0-9_]*[A-Z0-9]`)

func TestEveryVariableIsAFlag(t *testing.T) {
	var known []string
	ofJobs := []string{"SIGNET_DOWNLOAD", "SIGNET_SHA256"} // where the program is, and its digest
	for _, flag := range flagsOf(t, "serve") {
		known = append(known, "SIGNET_"+strings.ToUpper(strings.ReplaceAll(flag, "-", "_")))
	}
	// What runs in the build systems of agencies has variables of its own.
	for _, flag := range flagsOf(t, "check") {
		ofJobs = append(ofJobs, "SIGNET_"+strings.ToUpper(strings.ReplaceAll(flag, "-", "_")))
	}
	seen := 0
	for file, text := range texts(t) {
		known := known
		if strings.HasPrefix(filepath.ToSlash(file), "ci/") {
			known = ofJobs
		}
		for _, name := range variable.FindAllString(text, -1) {
			seen++
			if !slices.Contains(known, name) {
				t.Errorf("%s: %s is no flag of signet serve", file, name)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d variables were found", seen)
	}
}

var (
	call     = regexp.MustCompile("signet ([a-z]+)((?: [a-z]+)?)((?: +(?:--?[a-z-]+|[A-Z…/<a-z][^ `]*))*)")
	flagWord = regexp.MustCompile(`--[a-z][a-z-]*`)
	alone    = regexp.MustCompile("`(--[a-z][a-z-]*)[^`]*`")
)

// verbs that take a verb of their own.
var families = []string{"log", "token"}

func TestEveryFlagThatIsNamedIsThere(t *testing.T) {
	known := map[string][]string{}
	seen := 0
	flags := func(verb string) []string {
		if _, ok := known[verb]; !ok {
			known[verb] = flagsOf(t, strings.Fields(verb)...)
		}
		return known[verb]
	}
	verbs := strings.Fields("serve import export verify rebuild token log")
	for file, text := range texts(t) {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			verb := m[1]
			if !slices.Contains(verbs, verb) {
				continue // prose
			}
			if slices.Contains(families, verb) && m[2] != "" {
				verb += m[2]
			}
			if flags(verb) == nil {
				t.Errorf("%s: there is no signet %s", file, verb)
				continue
			}
			seen++
			for _, flag := range flagWord.FindAllString(m[3], -1) {
				if !slices.Contains(flags(verb), strings.TrimPrefix(flag, "--")) {
					t.Errorf("%s: signet %s has no %s", file, verb, flag)
				}
			}
		}
	}
	for _, m := range alone.FindAllStringSubmatch(texts(t)[handbook], -1) {
		if !slices.Contains(flags("serve"), strings.TrimPrefix(m[1], "--")) {
			t.Errorf("%s: signet serve has no %s", handbook, m[1])
		}
	}
	if seen < 10 {
		t.Errorf("only %d calls were found", seen)
	}
}

func TestEveryKeyOfAConfigurationIsAFlag(t *testing.T) {
	text, err := os.ReadFile("kubernetes/signet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	flags := flagsOf(t, "serve")
	var config struct {
		Kind string            `yaml:"kind"`
		Data map[string]string `yaml:"data"`
	}
	first, _, _ := strings.Cut(string(text), "\n---\n")
	if err := yaml.Unmarshal([]byte(first), &config); err != nil || config.Kind != "ConfigMap" || len(config.Data) < 2 {
		t.Fatalf("the ConfigMap does not come first: %+v, %v", config, err)
	}
	for name, file := range config.Data {
		var settings map[string]string
		if err := yaml.Unmarshal([]byte(file), &settings); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for key := range settings {
			if !slices.Contains(flags, key) {
				t.Errorf("%s: %s is no flag of signet serve", name, key)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for _, file := range []string{handbook, "README.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target := file
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(file), m[1])
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if m[2] != "" && !slices.Contains(places(t, target), m[2]) {
				t.Errorf("%s: %s has no %s", file, target, m[2])
			}
		}
	}
}

var (
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	noAnchor = regexp.MustCompile(`[^\p{L}\p{N}\p{M} _-]`)
)

// places are the anchors of a Markdown file, as GitHub makes them.
func places(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
		all = append(all, "#"+strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}
