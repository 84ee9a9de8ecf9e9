package graph_test

import (
	"fmt"
	"strings"
	"testing"
)

// What the rows of a page ask for is fetched for all of them together; each row is
// told its own.
func TestAPageOfVersionsTellsEachItsOwn(t *testing.T) {
	w := newCity(t)
	const n = 60
	var want []string
	for i := range n {
		key := fmt.Sprintf("slogan-%02d", i)
		row := []string{key, "[]", "[]", "[]", "[ko]"}
		awaited := []string{baoChi, ngoaiVu, vanHoa}
		content := tongue("A", "ko")
		if i%2 == 0 {
			content, row[4] = tongue("A"), "[]"
		}
		w.registerAndDraft("author", key, "SLOGAN", content)
		w.must("author", submit, of(key, 1))
		if i%3 == 0 {
			w.must("culture", sign, of(key, 1))
			awaited, row[2] = awaited[:2], "["+vanHoa+"]"
		}
		if i%5 == 0 {
			w.must("press", recuse, of(key, 1, "reason", "có liên quan"))
			row[3] = "[" + baoChi + "]"
		}
		row[1] = fmt.Sprint(awaited)
		want = append(want, strings.Join(row, " "))
	}
	r := w.must("auditor", `{ versions(state: SUBMITTED, first: 60) { edges { node { item { key } awaited { agency } signatures { agency } recusals { agency } missing
		translations { locale missing } } } pageInfo { hasNextPage } } }`, nil)
	edges := r.at("versions.edges").([]any)
	for i := range edges {
		at := fmt.Sprintf("versions.edges.%d.node.", i)
		var missing []string
		for line := range strings.SplitSeq(r.rows(at+"translations", "locale", "missing"), "; ") {
			if l, found := strings.CutSuffix(line, " 2"); found {
				missing = append(missing, l)
			}
		}
		list := func(field string) string { return "[" + strings.ReplaceAll(r.rows(at+field, "agency"), ";", "") + "]" }
		got := strings.Join([]string{r.at(at + "item.key").(string), list("awaited"), list("signatures"), list("recusals"), fmt.Sprint(missing)}, " ")
		w.want(fmt.Sprint("row ", i), got, want[i])
	}
	if len(edges) != n || r.at("versions.pageInfo.hasNextPage") != false {
		t.Errorf("%d rows", len(edges))
	}
}
