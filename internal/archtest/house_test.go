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

func TestEveryPackageStatesItsRule(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	unguarded, err := m.unguarded()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range unguarded {
		t.Error(sentence)
	}
}

func TestOnlyCmdKnowsAnAdapterOfTheLog(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	intruders, err := m.adapterIntruders()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range intruders {
		t.Error(sentence)
	}
}

func TestAPackageWithoutARuleIsSeen(t *testing.T) {
	m := module{name: "house", files: fstest.MapFS{
		"domain/a.go":                      {},
		"domain/imports_test.go":           {},
		"graph/a.go":                       {},
		"internal/log/a.go":                {},
		"internal/eventlog/disk/a.go":      {},
		"internal/eventlog/nothing.txt":    {},
		"cmd/signet/main.go":               {},
		"internal/log/below/a.go":          {},
		"internal/tools/go.mod":            {},
		"internal/guarded/a.go":            {},
		"internal/guarded/imports_test.go": {},
	}}
	unguarded, err := m.unguarded()
	if err != nil {
		t.Fatal(err)
	}
	if len(unguarded) != 3 {
		t.Fatalf("graph, log and disk state no rule, but got %q", unguarded)
	}
}

func TestAnAdapterOutsideOfCmdIsSeen(t *testing.T) {
	m := module{name: "house", files: fstest.MapFS{
		"cmd/signet/main.go":            goFile("house/internal/eventlog/disk"),
		"graph/a_test.go":               goFile("house/internal/eventlog/disk"),
		"graph/a.go":                    goFile("house/internal/eventlog/disk"),
		"assets/a.go":                   goFile("house/internal/eventlog"),
		"internal/eventlog/disk/a.go":   goFile("house/internal/eventlog"),
		"internal/eventlog/disk/x/a.go": goFile("house/internal/eventlog/disk"),
		"internal/eventlog/disk/y/a.go": goFile("house/internal/eventlog/logtest"),
	}}
	intruders, err := m.adapterIntruders()
	if err != nil {
		t.Fatal(err)
	}
	if len(intruders) != 1 {
		t.Fatalf("only graph is an intruder, but got %q", intruders)
	}
}
