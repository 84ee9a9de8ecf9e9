package projections_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signet/internal/eventlog"
	"signet/internal/testneeds"
	"signet/projections"
)

// setRebuildChecks lets SIGNET_REBUILD_CHECKS say how many random histories each
// property is tried on; the default keeps the tests short.
func setRebuildChecks() {
	checks := cmp.Or(os.Getenv("SIGNET_REBUILD_CHECKS"), defaultChecks)
	if err := flag.Set("rapid.checks", checks); err != nil { // before the command line, which may say otherwise
		fmt.Fprintln(os.Stderr, "SIGNET_REBUILD_CHECKS:", err)
		os.Exit(2)
	}
	flag.Parse()
}

// fewHistories tells whether so few histories are played, as with the race
// detector, that what happens in some of them need not happen in any.
func fewHistories() bool {
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	return err == nil && checks < 50
}

// rebuildsVariable names the environment's variable that says how many logs are
// rebuilt.
const rebuildsVariable = "SIGNET_REBUILDS"

// rebuilds is that number; if it is not said, 1,000 in CI, and elsewhere as many as
// there are histories for every other property.
func rebuilds(t *testing.T) int {
	t.Helper()
	usual, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil {
		t.Fatal(err)
	}
	return testneeds.Count(t, rebuildsVariable, usual, 1000)
}

// rebuilt counts what was compared.
type rebuilt struct {
	logs, events int
	types        map[string]int
}

// Every tenth history is long; the others are as short as makes a thousand of them
// possible.
func TestRebuiltEqualsIncremental(t *testing.T) {
	testneeds.PlainInCI(t)
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	t.Cleanup(func() { _ = checks.Set(before) })
	play := func(r *rebuilt, histories int, long func(*history) bool) {
		if err := checks.Set(strconv.Itoa(histories)); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			h := newHistory(rt, scratch(rt))
			steps := 4 + h.dice(16)
			if long(h) {
				steps = 40 + h.dice(128)
			}
			r.compare(h, steps)
		})
	}
	r := &rebuilt{types: map[string]int{}}
	logs := rebuilds(t)
	play(r, logs, func(h *history) bool { return h.dice(10) == 0 })
	if logs >= 50 {
		for range 5 { // what is rare may have been missed by chance
			if len(r.missing()) > 0 {
				play(r, 20, func(*history) bool { return true })
			}
		}
		if missing := r.missing(); len(missing) > 0 {
			t.Errorf("no history came to %v; the commands are drawn badly", missing)
		}
	}
	t.Logf("%d logs of %d events", r.logs, r.events)
}

// compare plays so many steps, catching up and breaking off now and then, and
// compares the read models with those that are built anew.
func (r *rebuilt) compare(h *history, steps int) {
	for range steps {
		h.step()
		switch h.dice(32) {
		case 0, 1:
			h.catchUp()
		case 2:
			h.crash(h.dice(8))
		case 3:
			h.catchUp()
			h.close()
			h.open()
		}
	}
	h.catchUp()
	h.close()
	for event, err := range allOf(h.log) {
		if err != nil {
			h.rt.Fatal(err)
		}
		r.types[event.Type]++
		r.events++
	}
	incremental := dump(h.rt, h.path)
	if err := projections.Rebuild(context.Background(), h.path, h.log, nil); err != nil {
		h.rt.Fatal(err)
	}
	same(h.rt, incremental, dump(h.rt, h.path))
	r.logs++
}

// missing are the types of events, of those that a history may come to, that none
// came to.
func (r *rebuilt) missing() []string {
	return slices.DeleteFunc([]string{
		"version.approved.v1", "version.withdrawn.v2", "version.returned.v1", "version.revised.v1", "edition.issued.v1", "edition.retired.v1",
		"edition.excluded.v1", "item.visibility_changed.v1", "member.removed.v1", "token.revoked.v1", "use.ended.v1", "asset.downloaded.v1",
		"policy.set.v1", "agency.renamed.v1", "member.roles_changed.v1", "version.translated.v1", "version.commented.v1", "comment.resolved.v1",
		"signer.recused.v1", "submission.withdrawn.v1", "review.escalated.v1", "version.rescheduled.v1", "webhook.registered.v1", "webhook.changed.v1",
		"webhook.secret_rotated.v1", "webhook.removed.v1", "signing.delegated.v1", "delegation.revoked.v1",
		"person.erasure_requested.v1", "person.erasure_cancelled.v1", "person.erased.v1",
		"usage.counted.v1", "token.rotated.v1", "token.used.v1", "registry.claimed.v1",
	}, func(name string) bool { return r.types[name] > 0 })
}

// scratch is a folder for one history, in memory where there is one: no history is
// about what a disk keeps.
func scratch(rt *rapid.T) string {
	const memory = "/dev/shm"
	dir, err := os.MkdirTemp(memory, "signet-history-")
	if err != nil {
		dir, err = os.MkdirTemp("", "signet-history-")
	}
	if err != nil {
		rt.Fatal(err)
	}
	rt.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// errCrash ends a catching up in the middle of a batch.
var errCrash = errors.New("crash")

// breakingLog fails after some more events were followed.
type breakingLog struct {
	eventlog.Log
	after int
}

func (l breakingLog) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		left := l.after
		for r, err := range l.Log.Follow(ctx, after) {
			if left == 0 && !r.CaughtUp {
				yield(eventlog.Recorded{}, errCrash)
				return
			}
			if !yield(r, err) {
				return
			}
			left--
		}
	}
}

// crash applies some events, and then loses them with the program. If there are
// fewer, they are kept.
func (h *history) crash(after int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	before := h.views.Position()
	head, err := h.log.Head(ctx)
	if err != nil {
		h.rt.Fatal(err)
	}
	if int(head-before) <= after { // positions of the log in memory have no gaps
		return
	}
	if err := h.views.CatchUp(ctx, breakingLog{h.log, after}, nil); !errors.Is(err, errCrash) {
		h.rt.Fatalf("catching up ended with %v", err)
	}
	if got := h.views.Position(); got != before {
		h.rt.Fatalf("after a crash the position is %d, not %d", got, before)
	}
	h.close()
	h.open()
	if got := h.views.Position(); got != before {
		h.rt.Fatalf("opened after a crash the position is %d, not %d", got, before)
	}
}

// allOf yields the events that a log holds now.
func allOf(log eventlog.Log) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range log.Follow(context.Background(), 0) {
			if r.CaughtUp || !yield(r, err) {
				return
			}
		}
	}
}

// dump is every row of every table, sorted, by table; the words of the search
// index stand for its own tables, whose rows depend on how it was merged.
func dump(t tester, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the temporary table belongs to a connection
	if _, err := db.Exec("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')"); err != nil {
		t.Fatalf("dump: %v", err)
	}
	out := map[string][]string{"words": rowsOf(t, db, "SELECT term, doc, col, offset FROM temp.words")}
	for _, name := range rowsOf(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		name = strings.Trim(name, `"`)
		if name == "search" || strings.HasPrefix(name, "search_") || strings.HasPrefix(name, "sqlite_") {
			continue
		}
		out[name] = rowsOf(t, db, "SELECT * FROM "+name)
	}
	return out
}

func rowsOf(t tester, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var out []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = fmt.Sprintf("%T:%v", v, v)
			if s, ok := v.(string); ok {
				cells[i] = strconv.Quote(s)
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	slices.Sort(out)
	return out
}

// same compares two dumps row for row.
func same(t tester, want, got map[string][]string) {
	t.Helper()
	if w, g := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(w, g) {
		t.Errorf("tables %q, not %q", g, w)
	}
	for table, rows := range want {
		for _, row := range rows {
			if !slices.Contains(got[table], row) {
				t.Errorf("%s: not rebuilt: %s", table, row)
			}
		}
		for _, row := range got[table] {
			if !slices.Contains(rows, row) {
				t.Errorf("%s: only rebuilt: %s", table, row)
			}
		}
		if len(rows) != len(got[table]) {
			t.Errorf("%s: %d rows, not %d", table, len(got[table]), len(rows))
		}
	}
}
