package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signet/graph"
	"signet/graph/explorer"
	"signet/graph/rules"
	"signet/internal/oidc"
	"signet/internal/portal/frame"
)

// Every address that the server listens at is in the table, by each of its methods.
func TestTheTableHasEveryAddress(t *testing.T) {
	var listed []string
	for _, r := range rules.Addresses {
		of, _, _ := strings.Cut(r.Of, " (")
		listed = append(listed, of)
	}
	found := routes(t)
	for _, route := range found {
		if !slices.Contains(listed, route) {
			t.Errorf("the table lacks %s", route)
		}
	}
	for _, of := range listed {
		if !slices.Contains(found, of) && of != "GET /metrics" { // is at a port of its own
			t.Errorf("the server does not listen at %s", of)
		}
	}
}

// routes reads what the server registers.
func routes(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{"graph.EvidencePath": graph.EvidencePath, "explorer.FilesPath": explorer.FilesPath, "oidc.CallbackPath": oidc.CallbackPath, "frame.StaticPath": frame.StaticPath}
	var calls []*ast.CallExpr
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, v := range n.Values {
					if text := textOf(v, paths); text != "" {
						paths[n.Names[i].Name] = text
					}
				}
			case *ast.CallExpr:
				calls = append(calls, n)
			}
			return true
		})
	}
	for _, call := range calls {
		all = append(all, registered(call, paths)...)
	}
	return all
}

// registered are the methods and the address of a call that registers one
// by one of the functions that routes makes for that.
func registered(call *ast.CallExpr, paths map[string]string) (all []string) {
	if _, local := call.Fun.(*ast.Ident); !local || len(call.Args) < 2 {
		return nil
	}
	path := strings.TrimSuffix(textOf(call.Args[0], paths), "{$}")
	if !strings.HasPrefix(path, "/") {
		return nil
	}
	for _, method := range call.Args[2:] {
		name := ""
		switch m := method.(type) {
		case *ast.Ident:
			name = m.Name
		case *ast.SelectorExpr:
			name = strings.TrimPrefix(m.Sel.Name, "Method")
		}
		if name = strings.ToUpper(name); name != "HEAD" {
			all = append(all, name+" "+path)
		}
	}
	if len(call.Args) == 2 && textOf(call.Args[0], paths) != "/" { // that one answers what is nowhere
		method := "GET "
		if path == "/graphql" {
			method = "POST "
		}
		all = append(all, method+path)
	}
	return all
}

// textOf is the text that an expression of constants stands for; empty if it is
// another one.
func textOf(e ast.Expr, paths map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return paths[e.Name]
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok {
			return paths[of.Name+"."+e.Sel.Name]
		}
	case *ast.BinaryExpr:
		if x, y := textOf(e.X, paths), textOf(e.Y, paths); x != "" && y != "" {
			return x + y
		}
	}
	return ""
}
