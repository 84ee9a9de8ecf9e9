package frame

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// refusing are the folders, and files, whose refusals a page may show: those of the API, and of what
// it hands on.
var refusing = []string{
	"domain", "assets", "graph", "graph/scalar", "projections", "internal/access", "internal/commands", "internal/fill", "internal/identify",
	"internal/links", "internal/notify", "internal/people", "internal/webhooks/url.go", "internal/xliff", "internal/portal/*",
}

// makers are the functions that refuse, by their names: one of their first arguments is
// the reason.
var makers = []string{"Refuse", "refuse", "refusedAs", "refusedDocument", "invalid", "sentinel"}

var reasonLike = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// reasonOf is the reason that an expression is, or empty.
func reasonOf(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	if text, err := strconv.Unquote(literal.Value); err == nil && reasonLike.MatchString(text) {
		return text
	}
	return ""
}

// nameOf is how a function or a type is called, without its package.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// reasonAt is the reason that a part of the source refuses with, or empty.
func reasonAt(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		if slices.Contains(makers, nameOf(n.Fun)) {
			for _, arg := range n.Args {
				if reason := reasonOf(arg); reason != "" {
					return reason
				}
			}
		}
	case *ast.CompositeLit:
		if nameOf(n.Type) == "Told" && len(n.Elts) > 1 {
			return reasonOf(n.Elts[1])
		}
		return reasonField(n)
	case *ast.ValueSpec: // the codes of package xliff
		if len(n.Values) == 1 && strings.HasPrefix(n.Names[0].Name, "Code") {
			return reasonOf(n.Values[0])
		}
	}
	return ""
}

// reasonField is the reason of a literal that has it by name: an error, or the
// extensions of one.
func reasonField(n *ast.CompositeLit) string {
	_, extensions := n.Type.(*ast.MapType)
	for _, e := range n.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		byName := nameOf(pair.Key) == "Reason" && slices.Contains([]string{"Error", "Refusal"}, nameOf(n.Type))
		if byName || extensions && reasonOf(pair.Key) == "reason" {
			return reasonOf(pair.Value)
		}
	}
	return ""
}

// reasons are all with which something is refused in a folder, or in a file.
func reasons(t *testing.T, folder string) map[string]bool {
	t.Helper()
	if !strings.HasSuffix(folder, ".go") {
		folder = path.Join(folder, "*.go")
	}
	names, err := filepath.Glob(path.Join("../../..", folder))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(names), err)
	}
	found := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if reason := reasonAt(n); reason != "" {
				found[reason] = true
			}
			return true
		})
	}
	return found
}

func TestEveryRefusalIsToldInVietnamese(t *testing.T) {
	all := map[string]bool{}
	for _, folder := range refusing {
		maps.Copy(all, reasons(t, folder))
	}
	if len(all) < 200 {
		t.Fatalf("only %d reasons were found in the source: the search is broken", len(all))
	}
	for _, reason := range slices.Sorted(maps.Keys(all)) {
		if refusals[reason] == "" {
			t.Errorf("there is no Vietnamese sentence for %q", reason)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(refusals)) {
		if !all[reason] {
			t.Errorf("nothing is refused with %q any more", reason)
		}
	}
}

func TestRefusalsAreSentences(t *testing.T) {
	for reason, sentence := range refusals {
		begins, _ := utf8.DecodeRuneInString(sentence)
		if unicode.IsLower(begins) || !strings.HasSuffix(sentence, ".") || len(sentence) > 250 {
			t.Errorf("%s: %q", reason, sentence)
		}
	}
}
