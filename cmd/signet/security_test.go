package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every attack that docs/security.md lists is played by the tests that it names.
func TestTheAttacksAreTested(t *testing.T) {
	const root = "../.."
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)[A-Za-z0-9]+)`")
	rows := 0
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) != 6 || strings.Contains(cells[1], "-") && cells[1] != " – " || cells[1] == " # " {
			continue
		}
		rows++
		tests := named.FindAllStringSubmatch(line, -1)
		if len(tests) == 0 {
			t.Errorf("no test is named: %s", line)
		}
		for _, found := range tests {
			if !declares(t, filepath.Join(root, filepath.FromSlash(found[1])), found[2]) {
				t.Errorf("there is no %s in %s", found[2], found[1])
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d attacks are listed", rows)
	}
}

// declares tells whether a folder has a test of the name.
func declares(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // our own tests
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
