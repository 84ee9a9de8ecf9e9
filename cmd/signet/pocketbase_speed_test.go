package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"signet/internal/testneeds"
	"signet/internal/testneeds/tool"
)

// pocketbaseVariable is set to 1 by who wants queries to be measured, side by side
// with PocketBase.
const pocketbaseVariable = "SIGNET_MEASURE_POCKETBASE"

const (
	pocketbaseItems = 10_000
	executedWanted  = 1_500 // requests of a second, of the list, by loadConnections
	keptWanted      = 20_000
)

// rival is a question to both servers.
type rival struct {
	title string
	query string // to signet
	path  string // of PocketBase
	rows  int    // in the answer
}

// slogansOf are the questions. PocketBase does not count what it does not show, and
// tells all fields: picking those that signet is asked for would cost it more.
func slogansOf(key string) []rival {
	list := url.Values{"filter": {"kind='SLOGAN' && locale='ja'"}, "sort": {"key"}, "perPage": {"50"}, "skipTotal": {"1"}}
	return []rival{
		{"list of 50", approvedPage, "/api/collections/slogans/records?" + list.Encode(), 50},
		{
			"one by key", `{"query":"{ approved(key: \"` + key + `\", first: 1) { edges { node { key number validFrom text(locale: \"ja\") } } } }"}`,
			"/api/collections/slogans/records/" + key + "-ja", 1,
		},
	}
}

// TestBesidePocketBase measures queries of what is in force, and prints a table. The
// cost of a request is the time of the server's processors: unlike the rate it holds
// nothing of wrk's work, and little of what else runs. Ratios above 1 are for signet.
func TestBesidePocketBase(t *testing.T) {
	if os.Getenv(pocketbaseVariable) != "1" {
		t.Skipf("it is measured if %s is 1", pocketbaseVariable)
	}
	if testneeds.Race {
		t.Skip("the race detector makes signet slow, and not PocketBase")
	}
	wrk := testneeds.Command(t, "wrk")
	tool := buildPocketBase(t)
	ours, theirs := &loaded{items: pocketbaseItems}, &loaded{}
	ours.start(t, filepath.Join(t.TempDir(), defaultData))
	count, key := ours.fill(t, tool)
	theirs.serve(t, program{tool("serve", "--http", "127.0.0.1:0")}, "/api/health")
	t.Logf("%d rows", count)
	t.Log("| what | connections | signet, executed | signet, kept | PocketBase | executed beside PocketBase: rate, cost | kept beside PocketBase: rate, cost |")
	t.Log("| --- | --- | --- | --- | --- | --- | --- |")
	for _, r := range slogansOf(key) {
		ours.answersAsAsked(t, r.query)
		r.same(t, ours, theirs)
		for _, connections := range []int{loadConnections, loadConnections / 2} {
			r.measure(t, wrk, connections, ours, theirs)
		}
	}
	t.Logf("ready after %d ms, PocketBase %d ms", ours.ready.Milliseconds(), theirs.ready.Milliseconds())
	t.Logf("memory after the load %s, PocketBase %s", ours.memory(t), theirs.memory(t))
}

// buildPocketBase builds the server of the tool's module, and returns how it is called
// on a data folder.
func buildPocketBase(t *testing.T) func(args ...string) *exec.Cmd {
	t.Helper()
	built, err := tool.Build(t.Context(), "pocketbase", ".")
	if err != nil {
		testneeds.Missing(t, "PocketBase, which can't be built here: "+err.Error())
	}
	data := t.TempDir()
	return func(args ...string) *exec.Cmd { return exec.Command(built, append(args, "--dir", data)...) }
}

// everythingApproved asks for all of which rows are made.
const everythingApproved = `query($locale: Locale!, $after: String) {
	approved(locale: $locale, first: 100, after: $after) {
		edges { node { key number kind validFrom validUntil name(locale: $locale) text(locale: $locale) } }
		pageInfo { hasNextPage endCursor }
	}
}`

// fill gives PocketBase all that is in force in the generator's locales. It returns the
// number of rows, and the key of a slogan in the middle.
func (l *loaded) fill(t *testing.T, tool func(...string) *exec.Cmd) (count int, key string) {
	t.Helper()
	var rows bytes.Buffer
	var keys []string
	encoder := json.NewEncoder(&rows)
	for _, locale := range []string{"vi", "en", "ja", "ko", "zh"} {
		var after *string
		for more := true; more; {
			body, err := json.Marshal(vars{"query": everythingApproved, "variables": vars{"locale": locale, "after": after}})
			if err != nil {
				t.Fatal(err)
			}
			page := l.approved(t, string(body))
			for _, edge := range page.Edges {
				edge.Node["locale"] = locale
				if err := encoder.Encode(edge.Node); err != nil {
					t.Fatal(err)
				}
				count++
				if edge.Node["kind"] == "SLOGAN" && locale == "ja" {
					keys = append(keys, edge.Node["key"].(string))
				}
			}
			after, more = &page.PageInfo.EndCursor, page.PageInfo.HasNextPage
		}
	}
	cmd := tool("fill")
	cmd.Stdin = &rows
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return count, keys[len(keys)/2]
}

// approvedRows is a page of what is in force.
type approvedRows struct {
	Edges    []struct{ Node map[string]any }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

func (l *loaded) approved(t *testing.T, query string) approvedRows {
	t.Helper()
	text, _ := l.ask(t, query, true)
	var told struct {
		Data   struct{ Approved approvedRows }
		Errors []any
	}
	if err := json.Unmarshal(text, &told); err != nil || len(told.Errors) > 0 {
		t.Fatalf("%s, %v", text, err)
	}
	return told.Data.Approved
}

// sameRow is what is compared of an answer. PocketBase keeps milliseconds.
type sameRow struct {
	key, text string
	number    float64
	from      time.Time
}

// same makes sure that both answer the same rows in the same order.
func (r rival) same(t *testing.T, ours, theirs *loaded) {
	t.Helper()
	var a, b []sameRow
	for _, edge := range ours.approved(t, r.query).Edges {
		a = append(a, toldRow(t, edge.Node, "validFrom", time.RFC3339))
	}
	res, err := http.Get(theirs.url + r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatalf("%s, %v", text, err)
	}
	if list.Items == nil { // a record is told alone
		list.Items = make([]map[string]any, 1)
		if err := json.Unmarshal(text, &list.Items[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, item := range list.Items {
		b = append(b, toldRow(t, item, "valid_from", "2006-01-02 15:04:05.999Z"))
	}
	if len(a) != r.rows || !slices.Equal(a, b) {
		t.Fatalf("%s: %d rows\n%v\n%d rows of PocketBase\n%v", r.title, len(a), a, len(b), b)
	}
}

func toldRow(t *testing.T, fields map[string]any, from, layout string) sameRow {
	t.Helper()
	at, err := time.Parse(layout, fields[from].(string))
	if err != nil {
		t.Fatal(err)
	}
	return sameRow{fields["key"].(string), fields["text"].(string), fields["number"].(float64), at.UTC().Truncate(time.Millisecond)}
}

// costly is a pace, and what it cost the server.
type costly struct {
	pace
	costs []float64 // processor time of a request, in microseconds, a round each
}

// round lets wrk ask a server for a round.
func (c *costly) round(t *testing.T, wrk string, connections int, l *loaded, args ...string) {
	t.Helper()
	server := contestant{l.url, []int{l.process.Pid}}
	used := server.used(t)
	c.measure(t, wrk, connections, args...)
	used = server.used(t) - used
	c.costs = append(c.costs, float64(used.Microseconds())/(c.rates[len(c.rates)-1]*loadTime))
}

func (c *costly) String() string {
	return fmt.Sprintf("%.0f/s, p99 %.1f ms, %.0f µs", median(c.rates), c.milliseconds(), median(c.costs))
}

// against is the median of what one has of the other's rates, round by round, and
// what the other has of its costs.
func (c *costly) against(other *costly) string {
	var rates, costs []float64
	for i := range c.rates {
		rates = append(rates, c.rates[i]/other.rates[i])
		costs = append(costs, other.costs[i]/c.costs[i])
	}
	return fmt.Sprintf("%.2f, %.2f", median(rates), median(costs))
}

// measure asks in turn, after a round of each that is not counted.
func (r rival) measure(t *testing.T, wrk string, connections int, ours, theirs *loaded) {
	t.Helper()
	script := postScript(t, r.query)
	var executed, kept, other costly
	for i := range 1 + loadRounds {
		if i == 1 {
			executed, kept, other = costly{}, costly{}, costly{}
		}
		executed.round(t, wrk, connections, ours, "-s", script, "-H", uncached, ours.url+"/graphql")
		kept.round(t, wrk, connections, ours, "-s", script, ours.url+"/graphql")
		other.round(t, wrk, connections, theirs, theirs.url+r.path)
	}
	t.Logf("| %s | %d | %s | %s | %s | %s | %s |", r.title, connections, &executed, &kept, &other, executed.against(&other), kept.against(&other))
	if r.rows > 1 && connections == loadConnections && (median(executed.rates) < executedWanted || median(kept.rates) < keptWanted) {
		t.Errorf("%s: %d/s executed and %d/s kept are wanted", r.title, executedWanted, keptWanted)
	}
}

var memoryLine = regexp.MustCompile(`(VmRSS|RssAnon):\s+(\d+) kB`)

// memory is that of the process, as Linux tells it in proc(5). Mapped files are a
// part of it that the kernel takes back when somebody else needs it.
func (l *loaded) memory(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	megabytes := map[string]int{}
	for _, found := range memoryLine.FindAllStringSubmatch(string(text), -1) {
		kibibytes, err := strconv.Atoi(found[2])
		if err != nil {
			t.Fatal(err)
		}
		megabytes[found[1]] = kibibytes * 1024 / 1_000_000
	}
	return fmt.Sprintf("%d MB, %d MB of them without mapped files", megabytes["VmRSS"], megabytes["RssAnon"])
}
