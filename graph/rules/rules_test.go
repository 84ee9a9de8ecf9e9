package rules_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signet/domain"
	"signet/graph/rules"
)

// decided parses the domain as it is shipped.
func decided(t *testing.T) (commands []string, forbidden, others map[string]bool) {
	t.Helper()
	files, err := filepath.Glob("../../domain/*.go")
	if err != nil {
		t.Fatal(err)
	}
	forbidden, others = map[string]bool{}, map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil && n.Name.Name == "Needs" {
					commands = append(commands, n.Recv.List[0].Type.(*ast.Ident).Name)
				}
			case *ast.CallExpr:
				code, reason := refusal(n)
				if code == "Forbidden" {
					forbidden[reason] = true
				} else if code != "" {
					others[reason] = true
				}
			}
			return true
		})
	}
	return commands, forbidden, others
}

func refusal(call *ast.CallExpr) (code, reason string) {
	if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "Refuse" {
		return "", ""
	}
	reason, _ = strconv.Unquote(call.Args[1].(*ast.BasicLit).Value)
	return call.Args[0].(*ast.Ident).Name, reason
}

func TestEveryCommandIsInTheTable(t *testing.T) {
	commands, _, _ := decided(t)
	slices.Sort(commands)
	var listed []string
	for _, a := range rules.Acts() {
		if full := fmt.Sprintf("%T", a.Needing); strings.HasPrefix(full, "domain.") {
			listed = append(listed, strings.TrimPrefix(full, "domain."))
		}
	}
	slices.Sort(listed)
	if !slices.Equal(commands, listed) {
		t.Errorf("the table has\n%q\nthe domain\n%q", listed, commands)
	}
}

// What is forbidden beside for want of a permission stands in a note, and what a note
// tells of is there.
func TestEveryRuleBesidePermissionsHasItsNote(t *testing.T) {
	_, forbidden, others := decided(t)
	noted := map[string]bool{}
	for _, a := range rules.Acts() {
		for _, n := range a.Notes {
			for _, reason := range n.Reasons {
				noted[reason] = true
			}
		}
	}
	for reason := range forbidden {
		if !noted[reason] {
			t.Errorf("no note tells of %s", reason)
		}
	}
	for reason := range noted {
		if !forbidden[reason] && !others[reason] {
			t.Errorf("a note tells of %s, and nothing is refused so", reason)
		}
	}
}

// Each permission is what something in the tables asks for, so that none is granted
// for nothing.
func TestEveryPermissionIsAskedFor(t *testing.T) {
	asked := map[domain.Permission]bool{}
	for _, a := range rules.Acts() {
		name, _ := a.Needs()
		asked[name] = true
	}
	for _, r := range slices.Concat(rules.Fields, rules.Nodes, rules.Addresses) {
		for _, s := range r.Steps {
			asked[s.Can], asked[s.Also] = true, true
		}
	}
	for _, p := range domain.Permissions() {
		if !asked[p] {
			t.Errorf("nothing asks for %s", p)
		}
	}
}

func TestARowIsWholeAndThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range slices.Concat(rules.Fields, rules.Nodes, rules.Addresses) {
		if seen[r.Of] {
			t.Errorf("%s is there twice", r.Of)
		}
		seen[r.Of] = true
		for i, s := range r.Steps {
			if last := i == len(r.Steps)-1; (s.Can == rules.Anybody) != last {
				t.Errorf("%s: the step that takes everybody is the last one", r.Of)
			}
			if (s.Sight == rules.Part) != (s.Part.VI != "" && s.Part.EN != "") {
				t.Errorf("%s: a part says in two languages which", r.Of)
			}
		}
	}
	for _, a := range rules.Acts() {
		if a.VI == "" || a.EN == "" || a.Mutation == "" && a.Means == "" {
			t.Errorf("%+v does not say what is done and how", a)
		}
	}
}

func TestWhoIsTakenByWhichStep(t *testing.T) {
	limited := rules.As(domain.RoleAdmin)
	limited.Scopes = domain.Scopes{domain.ReadApproved}
	cases := []struct {
		name  string
		asker rules.Asker
		steps rules.Steps
		want  int
	}{
		{"nobody is not a member", rules.Nobody, rules.Steps{{Can: rules.AnyMember}, {}}, 1},
		{"a role without a token is nobody", rules.Asker{Actor: domain.Actor{Roles: domain.Roles{domain.RoleAdmin}}}, rules.Steps{{Can: domain.ReadUsage}, {}}, 1},
		{"an agency's member holds it at home", rules.As(domain.RoleAgency), rules.Steps{{Can: domain.ManageWebhooks, OfOthers: true}, {Can: domain.ManageWebhooks}, {}}, 1},
		{"an admin holds it elsewhere", rules.As(domain.RoleAdmin), rules.Steps{{Can: domain.ManageWebhooks, OfOthers: true}, {}}, 0},
		{"both are wanted", rules.As(domain.RoleTranslator), rules.Steps{{Can: domain.ReadUnapproved, Also: domain.DownloadAssets}, {}}, 1},
		{"a limited token is for no more", limited, rules.Steps{{Can: domain.ReadUsage}, {Can: domain.ReadApproved}, {}}, 1},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			if _, at := test.steps.For(test.asker); at != test.want {
				t.Errorf("step %d, want %d", at, test.want)
			}
		})
	}
}

func TestTheDocumentIsWhatTheTablesSay(t *testing.T) {
	document, err := os.ReadFile("../../docs/access.md")
	if err != nil {
		t.Fatal(err)
	}
	made, err := rules.Fill(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(document, made) {
		t.Error("docs/access.md is out of date: run go generate ./graph/rules")
	}
	for _, what := range []string{"| Ký / Sign (", "`self_approval`", "| `Query.usage` |", "| `Webhook` |", "| `GET /reports` |"} {
		if !bytes.Contains(made, []byte(what)) {
			t.Errorf("it does not tell of %s", what)
		}
	}
}

func TestADocumentWithoutItsPlacesIsRefused(t *testing.T) {
	const place = "<!-- made by go generate ./graph/rules: %s -->\n<!-- end -->\n"
	all := map[string]string{}
	for _, name := range []string{"roles", "acts", "fields", "nodes", "addresses"} {
		all[name] = fmt.Sprintf(place, name)
	}
	whole := strings.Join(slices.Sorted(maps.Values(all)), "words\n")
	if _, err := rules.Fill([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a section lacks":          strings.Replace(whole, all["nodes"], "", 1),
		"a section is there twice": whole + all["nodes"],
		"a section is unknown":     whole + fmt.Sprintf(place, "weather"),
		"a place does not end":     whole + "<!-- made by go generate ./graph/rules: roles -->\n",
	} {
		if _, err := rules.Fill([]byte(text)); err == nil {
			t.Errorf("taken though %s", name)
		}
	}
}

func TestEveryRoleThatIsGivenSaysWhatItDoes(t *testing.T) {
	for _, role := range domain.MemberRoles {
		if does := rules.Does(role); does.VI == "" || does.EN == "" {
			t.Errorf("%s: %+v", role, does)
		}
	}
	if does := rules.Does("nobody in particular"); does != (rules.What{}) {
		t.Errorf("a role that there is not does %+v", does)
	}
}
