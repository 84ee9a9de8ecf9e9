package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"signet/domain"
	"signet/graph"
	"signet/graph/gen"
	"signet/internal/access"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/internal/testneeds"
)

// maxStatements is how many SQL statements the query of any list may make, with all
// that its rows say.
const maxStatements = 20

// The pages that are compared: what asks for each row makes as many statements more.
const fewRows, manyRows = 1, 8

// supplied are the values of arguments that a list needs.
var supplied = map[string]string{
	"Query.agency.key": `"culture"`, "Query.item.key": `"slogan-open-sea"`, "Item.version.number": "1", "Query.edition.number": "1", "Query.policies.kind": "SLOGAN",
	"Query.search.query": `"hai"`, "Query.compareEditions.from": "1", "Query.compareEditions.to": "1", "Item.diff.from": "1", "Item.diff.to": "1", "ApprovedFile.rendition.width": "100",
	"Query.reviewQueue.agency": `"foreign"`, "Query.translationWork.locale": `"ko"`, "Query.coverageGaps.locale": `"ko"`, "Query.webhooks.agency": `"press"`,
	"Query.auditCompliance.from": `"2026-11-01"`, "Query.usageCompliance.from": `"2026-01-01"`, "Query.unusedVersions.from": `"2026-01-01"`, "Query.unusedVersions.to": `"2026-12-31"`,
	"Query.identify.digest": `"` + strings.Repeat("0", 64) + `"`, "Query.identify.claims": "{}",
}

// No list asks the read models for each of its rows.
func TestNoListAsksForEachRow(t *testing.T) {
	testneeds.PlainInCI(t)
	w := crowded(t)
	walk := lists{schema: gen.NewExecutableSchema(gen.Config{}).Schema()}
	walk.find()
	ask := w.counting(t)
	most := 0
	for _, l := range walk.lists {
		var few, many int
		var rows string
		for _, wait := range []time.Duration{5 * time.Millisecond, 100 * time.Millisecond} {
			graph.WaitForOthers(t, wait) // the longer one is for a busy machine
			few, _ = ask(l.query(fewRows))
			if many, rows = ask(l.query(manyRows)); many-few < manyRows-1 {
				break
			}
		}
		most = max(most, many)
		if many-few >= manyRows-1 || many > maxStatements {
			t.Errorf("%s: %d statements for a page of %d, %d for one of %d\n%s\n%.200s", l.name, few, fewRows, many, manyRows, l.query(manyRows), rows)
		}
	}
	t.Logf("%d lists, at most %d statements", len(walk.lists), most)
	if len(walk.lists) < 60 {
		t.Errorf("only %d lists were found", len(walk.lists))
	}
}

// step is a field on the way to a list, with its arguments.
type step struct {
	field *ast.FieldDefinition
	of    *ast.Definition
}

type list struct {
	name  string
	paths []step
	walk  *lists
}

// lists finds all lists of the schema, and ways to each of them: the shortest one, and
// the shortest one on which there is another list.
type lists struct {
	schema *ast.Schema
	lists  []list
}

// place is a type that was come to, on a way.
type place struct {
	of      *ast.Definition
	way     []step
	through bool // a list
}

func (l *lists) find() {
	type arrived struct {
		name    string
		through bool
	}
	known := map[arrived]bool{{l.schema.Query.Name, false}: true}
	queue := []place{{of: l.schema.Query}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, f := range at.of.Fields {
			to := l.rowsOf(f)
			if strings.HasPrefix(f.Name, "__") || to == nil || to.Kind != ast.Object || !callable(at.of, f) {
				continue
			}
			next := place{to, append(slices.Clone(at.way), step{f, at.of}), at.through || isList(f) || isPage(f)}
			if isList(f) || isPage(f) {
				l.lists = append(l.lists, list{at.of.Name + "." + f.Name, next.way, l})
			}
			if here := (arrived{to.Name, next.through}); !known[here] {
				known[here] = true
				queue = append(queue, next)
			}
		}
	}
}

func isList(f *ast.FieldDefinition) bool { return f.Type.Elem != nil }

func isPage(f *ast.FieldDefinition) bool { return strings.HasSuffix(f.Type.Name(), "Connection") }

// rowsOf is the type of a field's value, or of the rows of its page.
func (l *lists) rowsOf(f *ast.FieldDefinition) *ast.Definition {
	name := f.Type.Name()
	if isPage(f) {
		name = l.schema.Types[strings.TrimSuffix(name, "Connection")+"Edge"].Fields.ForName("node").Type.Name()
	}
	return l.schema.Types[name]
}

func callable(of *ast.Definition, f *ast.FieldDefinition) bool {
	return !slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool {
		return a.Type.NonNull && a.DefaultValue == nil && supplied[of.Name+"."+f.Name+"."+a.Name] == ""
	})
}

// call writes a field with its arguments.
func call(s step, rows int) string {
	var args []string
	for _, a := range s.field.Arguments {
		value := supplied[s.of.Name+"."+s.field.Name+"."+a.Name]
		if a.Name == "first" {
			value = fmt.Sprint(rows)
		}
		if value != "" {
			args = append(args, a.Name+": "+value)
		}
	}
	if len(args) == 0 {
		return s.field.Name
	}
	return s.field.Name + "(" + strings.Join(args, ", ") + ")"
}

// query asks for a list with all that its rows say, two levels deep.
func (l list) query(rows int) string {
	last := l.paths[len(l.paths)-1]
	text := l.walk.all(l.walk.rowsOf(last.field), 2, rows)
	for _, s := range slices.Backward(l.paths) {
		if isPage(s.field) {
			text = "edges { node { " + text + " } }"
		}
		text = call(s, rows) + " { " + text + " }"
	}
	return "{ " + text + " }"
}

// all writes the fields of a type that need nothing said.
func (l *lists) all(of *ast.Definition, depth, rows int) string {
	fields := []string{"__typename"}
	for _, f := range of.Fields {
		to := l.schema.Types[f.Type.Name()]
		switch {
		case strings.HasPrefix(f.Name, "__") || !callable(of, f):
		case to.IsLeafType():
			fields = append(fields, call(step{f, of}, rows))
		case depth > 0 && to.Kind == ast.Object && !isPage(f):
			fields = append(fields, call(step{f, of}, rows)+" { "+l.all(to, depth-1, rows)+" }")
		}
	}
	return strings.Join(fields, " ")
}

// counting returns what asks as somebody who may see everything, and tells how many
// statements that took.
func (w *world) counting(t *testing.T) func(query string) (statements int, answer string) {
	t.Helper()
	auth, err := access.NewAuthenticator(w.views, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	w.tick()
	handler := graph.NewHandler(&graph.Resolver{Runner: w.runner, Views: w.views, Store: w.store, MaxUpload: 1 << 20}, auth, nil)
	viewer, err := auth.Authenticate(t.Context(), w.tokens["everything"])
	if err != nil {
		t.Fatal(err)
	}
	return func(query string) (int, string) {
		ctx, reads := w.views.Watch(access.With(context.WithoutCancel(t.Context()), viewer))
		body := strings.NewReader(fmt.Sprintf(`{"query":%q}`, query))
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", body)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Cache-Control", "no-cache")
		res := httptest.NewRecorder()
		handler.ServeHTTP(res, req)
		if strings.HasPrefix(res.Body.String(), `{"errors":`) {
			t.Errorf("%s\n%.300s", query, res.Body)
		}
		return reads.Statements(), res.Body.String()
	}
}

// crowded is a world in which there is more than one of everything.
func crowded(t *testing.T) *world {
	t.Helper()
	w := emptyWorld(t)
	w.pass(30 * 24 * time.Hour)
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), kit.Target{Runner: w.runner, Store: w.store}, nil); err != nil {
		t.Fatal(err)
	}
	w.people()
	w.join([]member{{"everything", "culture", domain.MemberRoles, []domain.Locale{"ja"}}})
	for i := range manyRows {
		key, title := fmt.Sprint("waiting-", i), []any{vars{"locale": "vi", "text": fmt.Sprint("Kiểm tra ", i)}}
		for _, key := range []string{key, fmt.Sprint("draft-", i)} {
			w.must("lan", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN"}})
			w.must("lan", draftVersion, vars{"in": vars{"key": key, "content": slogan(fmt.Sprint("Biển ", i), "海")}})
		}
		w.must("lan", submitVersion, of(key, 1))
		w.must("hoa", comment, of(key, 1, "text", "x"))
		audit := w.must("auditor", planAudit, vars{"in": vars{"titles": title, "due": "2027-12-31"}}).at("planAudit.audit.audit")
		w.must("press", reportAudit, vars{"in": vars{"audit": audit, "report": uuid.NewSHA1(uuid.Nil, []byte(key)), "site": vars{"address": "https://example.vn/", "agency": "press", "channel": "web"}, "pages": 1}})
	}
	return w
}
