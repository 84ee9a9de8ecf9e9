package archtest

import (
	"testing"
	"testing/fstest"
)

// house is a small module with one file for each kind of import that a rule
// has an opinion on.
func house(extra fstest.MapFS) module {
	files := fstest.MapFS{
		"go.mod":                     {Data: []byte("module house\n")},
		"domain/a.go":                {Data: []byte("package domain\nimport (\n\"time\"\n\"github.com/google/uuid\"\n)\nvar _ = uuid.New\nvar _ time.Time\n")},
		"domain/a_test.go":           {Data: []byte("package domain\nimport \"house/internal/log/disk\"\n")},
		"views/a.go":                 {Data: []byte("package views\nimport \"house/domain\"\nimport \"house/internal/log\"\nimport \"lib.example/sql\"\n")},
		"views/rows/a.go":            {Data: []byte("package rows\nimport \"house/views/cells\"\n")},
		"internal/log/a.go":          {Data: []byte("package log\nimport \"time\"\n")},
		"internal/log/disk/a.go":     {Data: []byte("package disk\nimport \"house/internal/log\"\n")},
		"cmd/house/main.go":          {Data: []byte("package main\nimport \"house/internal/log/disk\"\n")},
		"views/testdata/a.go":        {Data: []byte("package broken\nimport \"house/cmd\"\n")},
		"internal/tools/go.mod":      {Data: []byte("module tools\n")},
		"internal/tools/tools.go":    {Data: []byte("package tools\nimport \"house/internal/log/disk\"\n")},
		"internal/log/disk/a_test.g": {Data: []byte("not Go")},
	}
	for name, file := range extra {
		files[name] = file
	}
	return module{name: "house", files: files}
}

func goFile(imports string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("package p\nimport \"" + imports + "\"\n")}
}

func TestRules(t *testing.T) {
	domain := Rule{Libraries: []string{"github.com/google/uuid"}}
	views := Rule{Ours: []string{"domain", "internal/log"}, Libraries: []string{AnyLibrary}}
	log := Rule{Alone: true}
	notAdapters := Rule{Never: []string{"cmd/...", "internal/log/disk"}, Libraries: []string{AnyLibrary}}

	for _, c := range []struct {
		title  string
		folder string
		rule   Rule
		extra  fstest.MapFS
		broken int
	}{
		{"a pure package passes, and its tests may import anything", "domain", domain, nil, 0},
		{"a package of ours is refused where none is named", "domain", domain, fstest.MapFS{"domain/b.go": goFile("house/internal/log")}, 1},
		{"a foreign module is refused where it is not named", "domain", domain, fstest.MapFS{"domain/b.go": goFile("lib.example/sql")}, 1},
		{"a module with a longer name is another module", "domain", domain, fstest.MapFS{"domain/b.go": goFile("github.com/google/uuid2")}, 1},
		{"a package below a named module is of it", "domain", domain, fstest.MapFS{"domain/b.go": goFile("github.com/google/uuid/v7")}, 0},
		{"cgo is refused everywhere", "domain", domain, fstest.MapFS{"domain/b.go": goFile("C")}, 1},
		{"a file for another system counts", "domain", domain, fstest.MapFS{"domain/b_windows.go": goFile("house/cmd")}, 1},
		{"a folder below is under the rule of its parent", "domain", domain, fstest.MapFS{"domain/sub/b.go": goFile("house/cmd")}, 1},
		{"named packages and any library pass", "views", views, nil, 0},
		{"a named package does not open what lies below it", "views", views, fstest.MapFS{"views/b.go": goFile("house/internal/log/disk")}, 1},
		{"the module's root is a package of ours", "views", views, fstest.MapFS{"views/b.go": goFile("house")}, 1},
		{"an interface stands alone of its adapters", "internal/log", log, nil, 0},
		{"an interface may not import its adapter's neighbour", "internal/log", log, fstest.MapFS{"internal/log/b.go": goFile("house/domain")}, 1},
		{"what is not forbidden passes", "views", notAdapters, nil, 0},
		{"what is forbidden is refused", "views", notAdapters, fstest.MapFS{"views/b.go": goFile("house/internal/log/disk")}, 1},
		{"a forbidden tree is refused below its top", "views", notAdapters, fstest.MapFS{"views/b.go": goFile("house/cmd/house")}, 1},
	} {
		t.Run(c.title, func(t *testing.T) {
			broken, err := house(c.extra).broken(c.folder, c.rule)
			if err != nil {
				t.Fatal(err)
			}
			if len(broken) != c.broken {
				t.Fatalf("want %d broken, got %q", c.broken, broken)
			}
		})
	}
}

func TestAnAdapterIsKnownOnlyWhereItIsAllowed(t *testing.T) {
	intruders, err := house(nil).intruders("internal/log/disk", []string{"cmd/..."})
	if err != nil {
		t.Fatal(err)
	}
	if len(intruders) != 0 {
		t.Fatalf("cmd may know the adapter, and tests and other modules do not count: %q", intruders)
	}
	intruders, err = house(fstest.MapFS{"views/b.go": goFile("house/internal/log/disk")}).
		intruders("internal/log/disk", []string{"cmd/..."})
	if err != nil {
		t.Fatal(err)
	}
	if len(intruders) != 1 {
		t.Fatalf("views is an intruder, but got %q", intruders)
	}
}

func TestAGuardOfNothingFails(t *testing.T) {
	m := house(fstest.MapFS{"empty/a_test.go": goFile("time")})
	if _, err := m.broken("empty", Rule{}); err == nil {
		t.Fatal("a folder without production files was passed")
	}
	if _, err := m.broken("absent", Rule{}); err == nil {
		t.Fatal("a folder that does not exist was passed")
	}
}

func TestAFileThatIsNotGoFails(t *testing.T) {
	m := house(fstest.MapFS{"domain/b.go": {Data: []byte("not Go")}})
	if _, err := m.broken("domain", Rule{}); err == nil {
		t.Fatal("a file that does not parse was passed")
	}
}
