package archtest

import (
	"testing"
	"testing/fstest"
)

func TestTheHouseHasNoStrayFolder(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	stray, err := m.strayFolders()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range stray {
		t.Error(sentence)
	}
}

func TestNoPackageIsNamedAfterNothing(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	empty, err := m.emptyNamed()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range empty {
		t.Error(sentence)
	}
}

func TestAStrayFolderIsSeen(t *testing.T) {
	m := module{name: "house", files: fstest.MapFS{
		".gitignore":      {Data: []byte("/data/\nbin/\n")},
		"README.md":       {},
		"domain/a.go":     {},
		"data/x":          {},
		"bin/x":           {},
		".ci/run":         {},
		"pkg/helper.go":   {},
		"graph/gen/gen.g": {},
	}}
	stray, err := m.strayFolders()
	if err != nil {
		t.Fatal(err)
	}
	if len(stray) != 1 {
		t.Fatalf("only pkg is a stranger, but got %q", stray)
	}
}

func TestAnEmptyNameIsSeenAtAnyDepth(t *testing.T) {
	m := module{name: "house", files: fstest.MapFS{
		"domain/a.go":             {},
		"domain/util/a.go":        {},
		"graph/x/common/a.go":     {},
		"testdata/common/a.go":    {},
		"docs/commonplace/adr.md": {},
	}}
	empty, err := m.emptyNamed()
	if err != nil {
		t.Fatal(err)
	}
	if len(empty) != 2 {
		t.Fatalf("util and common say nothing, but got %q", empty)
	}
}
