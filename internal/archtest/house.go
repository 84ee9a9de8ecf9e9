package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// topFolders are the folders that may stand beside go.mod. A new one is a
// decision about the layout: it needs an ADR.
var topFolders = []string{"assets", "cmd", "deploy", "docs", "domain", "graph", "internal", "projections"}

// emptyNames say nothing about what a package holds, and so end up holding
// everything.
var emptyNames = []string{"common", "helper", "helpers", "manager", "misc", "service", "services", "util", "utils"}

// strayFolders returns a sentence for every folder beside go.mod that the
// layout does not know. Hidden folders and those that .gitignore names (as
// "/name/" or "name/") are not part of the house.
func (m module) strayFolders() ([]string, error) {
	entries, err := fs.ReadDir(m.files, ".")
	if err != nil {
		return nil, err
	}
	ignored, err := fs.ReadFile(m.files, ".gitignore")
	if err != nil {
		return nil, err
	}
	ignoredLines := strings.Split(string(ignored), "\n")
	var sentences []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case !e.IsDir(), strings.HasPrefix(name, "."), slices.Contains(topFolders, name):
		case slices.Contains(ignoredLines, "/"+name+"/"), slices.Contains(ignoredLines, name+"/"):
		default:
			sentences = append(sentences, fmt.Sprintf("folder %s is not one of %s", name, list(topFolders)))
		}
	}
	return sentences, nil
}

// emptyNamed returns a sentence for every folder of Go files whose name says
// nothing.
func (m module) emptyNamed() ([]string, error) {
	var sentences []string
	err := fs.WalkDir(m.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() || name == "." {
			return nil
		}
		if m.isOutside(name) {
			return fs.SkipDir
		}
		if slices.Contains(emptyNames, path.Base(name)) {
			sentences = append(sentences, fmt.Sprintf("folder %s is named after nothing that it holds", name))
		}
		return nil
	})
	return sentences, err
}

// unguarded returns a sentence for every package that should state its rule in an
// imports_test.go and does not: those at the top and those directly in internal,
// and the adapters of the log. cmd may import everything.
func (m module) unguarded() ([]string, error) {
	var sentences []string
	for _, pattern := range []string{"*", "internal/*", "internal/eventlog/*"} {
		folders, err := fs.Glob(m.files, pattern)
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			code, err := fs.Glob(m.files, folder+"/*.go")
			if err != nil {
				return nil, err
			}
			if len(code) == 0 || slices.Contains(code, folder+"/imports_test.go") {
				continue
			}
			sentences = append(sentences, fmt.Sprintf("package %s states in no imports_test.go what it may import", folder))
		}
	}
	return sentences, nil
}

// adapterIntruders returns a sentence for every production file outside of cmd
// that imports an adapter of the log. logtest, the suite of all adapters, is
// none.
func (m module) adapterIntruders() ([]string, error) {
	imports, err := m.imports(".", false)
	if err != nil {
		return nil, err
	}
	var sentences []string
	for _, i := range imports {
		ours, _ := cutModule(m.name, i.path)
		rest, below := strings.CutPrefix(ours, "internal/eventlog/")
		adapter, _, _ := strings.Cut(rest, "/")
		knows := []string{"cmd/...", "internal/eventlog/" + adapter + "/..."}
		if !below || adapter == "logtest" || matchesAny(knows, path.Dir(i.file)) {
			continue
		}
		sentences = append(sentences, fmt.Sprintf("%s imports %s, which only cmd may know", i.file, i.path))
	}
	return sentences, nil
}
