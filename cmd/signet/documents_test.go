package main

import (
	"os"
	"path/filepath"
	"testing"

	"signet/graph"
)

func TestWhichDocumentsAServerRuns(t *testing.T) {
	dir := t.TempDir()
	named := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := named("list.json", `{"who": "{ viewer { agency } }"}`)
	for title, c := range map[string]struct {
		documentOptions

		demo, fine, public bool
		only               graph.TrustedOnly
		ids                int
	}{
		"by default":                        {documentOptions{"", "any", ""}, false, true, false, graph.TrustedOnlyForNobody, 0},
		"in the demo":                       {documentOptions{"", "any", ""}, true, true, true, graph.TrustedOnlyForNobody, 0},
		"in the demo, for who is signed in": {documentOptions{"", "any", "signed-in"}, true, true, false, graph.TrustedOnlyForNobody, 0},
		"with the schema for all":           {documentOptions{"", "any", "all"}, false, true, true, graph.TrustedOnlyForNobody, 0},
		"with a list":                       {documentOptions{list, "any", ""}, false, true, false, graph.TrustedOnlyForNobody, 1},
		"with a list for anonymous callers": {documentOptions{list, "trusted", ""}, false, true, false, graph.TrustedOnlyWithoutName, 1},
		"with a list for all":               {documentOptions{list, "trusted-all", ""}, false, true, false, graph.TrustedOnlyForAll, 1},
		"with no list":                      {documentOptions: documentOptions{"", "trusted", ""}},
		"with a list that is not there":     {documentOptions: documentOptions{filepath.Join(dir, "none.json"), "any", ""}},
		"with a list of another API":        {documentOptions: documentOptions{named("other.json", `{"who": "{ shoes }"}`), "any", ""}},
		"in an unknown way":                 {documentOptions: documentOptions{list, "some", ""}},
		"with the schema for some":          {documentOptions: documentOptions{"", "any", "some"}},
	} {
		rules, err := c.rules(c.demo)
		if c.fine != (err == nil) {
			t.Errorf("%s: %v", title, err)
			continue
		}
		ids := 0
		if rules.Trusted != nil {
			ids = rules.Trusted.Len()
		}
		if c.fine && (rules.Only != c.only || rules.PublicSchema != c.public || ids != c.ids) {
			t.Errorf("%s: %+v with %d ids", title, rules, ids)
		}
	}
}
