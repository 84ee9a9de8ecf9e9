package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/graph/gen"
	"signet/graph/rules"
)

// The tables of graph/rules have every field at the root, every mutation and every
// type with an id, and nothing that the schema has not.
func TestTheTableIsWhole(t *testing.T) {
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	var inSchema, fields []string
	for _, of := range schema.Types {
		for _, f := range of.Fields {
			inSchema = append(inSchema, of.Name+"."+f.Name)
		}
	}
	for _, r := range rules.Fields {
		name, _, _ := strings.Cut(r.Of, "(")
		if fields = append(fields, name); !slices.Contains(inSchema, name) {
			t.Errorf("the schema has no field %s", name)
		}
	}
	var tried []string
	for _, a := range rules.Acts() {
		if tried = append(tried, "Mutation."+a.Mutation); a.Mutation != "" && !slices.Contains(inSchema, "Mutation."+a.Mutation) {
			t.Errorf("the schema has no mutation %s", a.Mutation)
		}
	}
	for _, name := range inSchema {
		of, field, _ := strings.Cut(name, ".")
		root := of == "Query" || of == "Subscription"
		if !strings.HasPrefix(field, "__") && (root && !slices.Contains(fields, name) || of == "Mutation" && !slices.Contains(tried, name)) {
			t.Errorf("the table does not tell of %s", name)
		}
	}
	for _, of := range schema.PossibleTypes["Node"] {
		if !slices.ContainsFunc(rules.Nodes, func(r rules.Rule) bool { return r.Of == of.Name }) {
			t.Errorf("the table does not tell of nodes of the type %s", of.Name)
		}
	}
	for _, asks := range askers(t) {
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, asks) }) {
			t.Errorf("%s asks who asks, and the table does not tell of it", asks)
		}
	}
}

// Each row of the tables is tried.
func TestEveryRowIsTried(t *testing.T) {
	m := &matrix{ids: map[string]string{}}
	var tried []string
	for of := range byName {
		tried = append(tried, of)
	}
	for _, p := range probes {
		tried = append(tried, p.of)
	}
	for _, l := range m.lookups() {
		tried = append(tried, l.of)
	}
	for _, r := range slices.Concat(rules.Fields, rules.Nodes) {
		if !slices.Contains(tried, r.Of) && elsewhere[r.Of] == "" {
			t.Errorf("nobody tries %s", r.Of)
		}
	}
	documents := documents()
	for _, a := range rules.Acts() {
		if _, there := documents[a.Mutation]; !there && a.Mutation != "" && a.Mutation != "uploadFile" {
			t.Errorf("nobody tries %s", a.Mutation)
		}
	}
}

// askers are the fields, as type.Field, whose resolvers ask who asks, themselves or by
// functions of the package. Mutations are no rows of the tables of fields.
func askers(t *testing.T) (fields []string) {
	t.Helper()
	calls, of := functions(t)
	asks := map[string]bool{"access.From": true}
	for again := true; again; {
		again = false
		for name, called := range calls {
			if !asks[name] && slices.ContainsFunc(called, func(c string) bool { return asks[c] }) {
				asks[name], again = true, true
			}
		}
	}
	for name, receiver := range of {
		if asks[name] && receiver != "mutation" {
			_, field, _ := strings.Cut(name, ".")
			fields = append(fields, receiver+"."+field)
		}
	}
	if len(fields) < 20 {
		t.Errorf("only %d fields ask who asks: %q", len(fields), fields)
	}
	return fields
}

// functions are what each function of the package calls, and the types of the fields
// that are resolved by a method.
func functions(t *testing.T) (calls map[string][]string, resolvers map[string]string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls, resolvers = map[string][]string{}, map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil {
				name = "." + name
			}
			if of, ok := resolved(f); ok {
				name = of + name
				resolvers[name] = of
			}
			calls[name] = append(calls[name], namesIn(f)...)
		}
	}
	return calls, resolvers
}

// resolved is the type whose field a method resolves.
func resolved(f *ast.FuncDecl) (string, bool) {
	if f.Recv == nil || !f.Name.IsExported() {
		return "", false
	}
	star, _ := f.Recv.List[0].Type.(*ast.StarExpr)
	if star == nil {
		return "", false
	}
	name, _ := star.X.(*ast.Ident)
	if name == nil {
		return "", false
	}
	return strings.CutSuffix(name.Name, "Resolver")
}

// namesIn are the names of what a function calls: of functions, as .name of methods of
// the package, and as package.Name of others.
func namesIn(f *ast.FuncDecl) (names []string) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch to := call.Fun.(type) {
		case *ast.Ident:
			names = append(names, to.Name)
		case *ast.SelectorExpr:
			if of, ok := to.X.(*ast.Ident); ok {
				names = append(names, of.Name+"."+to.Sel.Name)
			}
			if !to.Sel.IsExported() {
				names = append(names, "."+to.Sel.Name)
			}
		}
		return true
	})
	return names
}
