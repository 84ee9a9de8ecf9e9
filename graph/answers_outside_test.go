package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// beyond are the parts of a resolver that are not the read models: what an answer says
// of them ends without anybody knowing.
var beyond = []string{"Runner", "Store", "Notifier", "People", "System"}

// notForKeeping are functions whose answers are not those of queries, each with why.
var notForKeeping = map[string]string{
	"run":         "runs commands",
	"eraser":      "carries out erasures",
	"setPerson":   "is a mutation",
	"watcher":     "is asked by mutations",
	"watchItem":   "is a mutation",
	"unwatchItem": "is a mutation",
	"toErase":     "is asked by mutations",
	"pictured":    "is asked before a report is written",
	"file":        "looks at what is uploaded before a draft is written",
	"peopleByID":  "is the loader of personOf, which says so",
	"hooks":       "only asks whether there is a notifier",
	"clock":       "is behind now, today and present, which say how they depend on it",
}

// Whatever asks more than the read models says so, or its answer would be kept.
func TestWhatIsReadOutsideOfTheReadModelsIsNotKept(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || receiver(f) == "mutationResolver" {
				continue
			}
			asks, says := reaches(f)
			if says {
				marked++
			}
			if _, writes := notForKeeping[f.Name.Name]; asks != "" && !says && !writes {
				t.Errorf("%s: %s asks %s, and does not say outside(ctx)", e.Name(), f.Name.Name, asks)
			}
		}
	}
	if marked < 3 {
		t.Errorf("only %d functions say so", marked)
	}
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	name, ok := star.X.(*ast.Ident)
	if !ok { // a generic type
		return ""
	}
	return name.Name
}

// reaches tells what a function asks beside the read models, and whether it says so.
func reaches(f *ast.FuncDecl) (asks string, says bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && (from.Name == "r" && slices.Contains(beyond, n.Sel.Name) || from.Name == "time" && n.Sel.Name == "Now") {
				asks = from.Name + "." + n.Sel.Name
			}
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "outside" {
				says = true
			}
		}
		return true
	})
	return asks, says
}
