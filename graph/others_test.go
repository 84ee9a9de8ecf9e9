package graph_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/graph"
	"signet/internal/testneeds"
)

// conformant is how many checks graphql-http's serverAudits has, all of which pass.
const conformant = 61

// verdict is what a rule of others says.
type verdict struct {
	Check, Name string
	OK          bool
	Said        string
}

func TestTheRulesOfOthers(t *testing.T) {
	testneeds.PlainInCI(t)
	node := testneeds.Command(t, "node")
	if _, err := os.Stat("testdata/npm/node_modules/graphql-http"); err != nil {
		testneeds.Missing(t, "the npm packages of graph/testdata/npm: run npm ci --ignore-scripts there")
	}
	w, project := newWorld(t), relayProject(t)
	said := map[string][]verdict{}
	cmd := exec.CommandContext(t.Context(), node, append([]string{"rules.mjs", w.url}, absolute(t, "schema", "schema.graphql", "testdata/schema.released.graphql", project)...)...)
	cmd.Dir = "testdata/npm"
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var v verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(lines.Text(), err)
		}
		said[v.Check] = append(said[v.Check], v)
	}
	t.Run("GraphQL over HTTP", func(t *testing.T) { all(t, said["http"], conformant) })
	t.Run("the schema is written as graphql-eslint wants it", func(t *testing.T) {
		files, err := filepath.Glob("schema/*.graphqls")
		if err != nil {
			t.Fatal(err)
		}
		all(t, said["lint"], len(files))
	})
	t.Run("nothing is taken away from clients", func(t *testing.T) { onlyAllowed(t, said["breaking"]) })
	t.Run("a client with Relay compiles", func(t *testing.T) {
		all(t, said["relay"], 1)
		relaysList(t, w, project)
	})
}

// all fails unless so many rules were tried, and all are kept.
func all(t *testing.T, said []verdict, want int) {
	t.Helper()
	kept := 0
	for _, v := range said {
		if v.OK {
			kept++
			t.Log("ok", v.Name)
		} else {
			t.Errorf("%s: %.1000s", v.Name, v.Said)
		}
	}
	if kept != want {
		t.Errorf("%d of %d", kept, want)
	}
}

// onlyAllowed fails for what breaks clients and is not on the list with a reason, and
// for what is on the list and does not.
func onlyAllowed(t *testing.T, said []verdict) {
	t.Helper()
	text, err := os.ReadFile("testdata/breaking.allowed")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		change, why, _ := strings.Cut(line, " -- ")
		if strings.TrimSpace(why) == "" {
			t.Errorf("%q is allowed without a reason", change)
		}
		allowed[change] = true
	}
	compared := false
	for _, v := range said {
		switch {
		case v.OK:
			compared = true
		case !allowed[v.Name]:
			t.Errorf("%s: %s; if that is meant, say in testdata/breaking.allowed why nobody is hurt", v.Name, v.Said)
		}
		delete(allowed, v.Name)
	}
	for change := range allowed {
		t.Errorf("%s is allowed, but does not happen", change)
	}
	if !compared {
		t.Error("nothing was compared")
	}
}

// relayProject makes a folder in which relay-compiler compiles testdata/relay.
func relayProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/relay")); err != nil {
		t.Fatal(err)
	}
	schema, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"schema.graphql": string(schema), "list.json": "{}", "made/.keep": "",
		"relay.config.json": `{"src": "src", "schema": "schema.graphql", "language": "javascript", "artifactDirectory": "made", "persistConfig": {"file": "list.json"}}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// relaysList runs a document by the id that relay-compiler gave it.
func relaysList(t *testing.T, w *world, project string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project, "list.json"))
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := graph.ReadTrusted(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var list map[string]string
	if err := json.Unmarshal(text, &list); err != nil || len(list) != 4 || trusted.Len() != 4 {
		t.Fatalf("%d documents of 4, %v", trusted.Len(), err)
	}
	w = w.under(graph.DocumentRules{Trusted: trusted, Only: graph.TrustedOnlyForAll})
	for id, document := range list {
		if strings.Contains(document, "query SlogansPageQuery") {
			if r := w.post("lan", vars{"documentId": id, "variables": vars{"count": 1}}); r.status != 200 || len(r.Errors) > 0 {
				t.Error(r.raw)
			}
		}
	}
}

func absolute(t *testing.T, names ...string) []string {
	t.Helper()
	out := make([]string, len(names))
	for i, name := range names {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = path
	}
	return out
}
