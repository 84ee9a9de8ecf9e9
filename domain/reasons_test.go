package domain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source parses the package as it is shipped, without its tests.
func source(t *testing.T) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// refusals finds every "Code reason" that the package refuses with.
func refusals(t *testing.T) map[string]bool {
	t.Helper()
	codes := map[string]Code{"Invalid": Invalid, "NotFound": NotFound, "Conflict": Conflict, "Forbidden": Forbidden}
	found := map[string]bool{}
	for _, file := range source(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "Refuse" {
				return true
			}
			code, isName := call.Args[0].(*ast.Ident)
			literal, isLiteral := call.Args[1].(*ast.BasicLit)
			if !isName || !isLiteral {
				t.Errorf("%s: a refusal whose code or reason is computed can't be listed", file.Name.Name)
				return true
			}
			reason, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[string(codes[code.Name])+" "+reason] = true
			return true
		})
	}
	return found
}

func TestEveryReasonHasAStory(t *testing.T) {
	told := map[string]bool{}
	for _, s := range allStories() {
		if r := s.then.refusal; r != nil {
			told[string(r.Code)+" "+r.Reason] = true
		}
	}
	found := refusals(t)
	if len(found) < 50 {
		t.Fatalf("only %d reasons were found in the source: the search is broken", len(found))
	}
	for _, r := range slices.Sorted(maps.Keys(found)) {
		if !told[r] {
			t.Errorf("no story is refused with %q", r)
		}
	}
	for _, r := range slices.Sorted(maps.Keys(told)) {
		if !found[r] {
			t.Errorf("a story is refused with %q, which is not in the source", r)
		}
	}
}

// neverRefused are commands on which nothing is decided.
var neverRefused = []string{"RecordDownload"}

func TestEveryCommandHasStories(t *testing.T) {
	happened, refusedOnce := map[string]bool{}, map[string]bool{}
	for _, s := range allStories() {
		happened[s.when.command] = happened[s.when.command] || len(s.then.events) > 0
		refusedOnce[s.when.command] = refusedOnce[s.when.command] || s.then.refusal != nil
	}
	commands := receivers(t, "Decide")
	if len(commands) < 20 {
		t.Fatalf("only %d commands were found in the source: the search is broken", len(commands))
	}
	for _, c := range commands {
		if !happened[c] {
			t.Errorf("no story tells that %s happens", c)
		}
		if refusedOnce[c] == slices.Contains(neverRefused, c) {
			t.Errorf("%s is refused in a story: %t", c, refusedOnce[c])
		}
	}
}

func TestEveryEventIsKnownToTheCodec(t *testing.T) {
	var known []string
	for _, name := range EventTypes() {
		known = append(known, typeName(t, name))
	}
	for _, event := range receivers(t, "EventType") {
		if !slices.Contains(known, event) {
			t.Errorf("the event %s can be written but not be read", event)
		}
	}
}

// receivers returns the names of the types that have a method, sorted.
func receivers(t *testing.T, method string) []string {
	t.Helper()
	var names []string
	for _, file := range source(t) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != method {
				continue
			}
			if name, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
