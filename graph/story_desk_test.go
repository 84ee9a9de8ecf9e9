package graph_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/webhooks"
)

const desk = `query($states: [VersionState!], $agency: String, $order: VersionOrder, $first: Int, $after: String) {
	versions(states: $states, agency: $agency, order: $order, first: $first, after: $after) {
		edges { node { item { key name } number state } } pageInfo { hasNextPage endCursor }
	}
}`

// An author finds what their agency has begun and not brought to its end, page by page.
func TestTheDeskOfAnAgency(t *testing.T) {
	w := newWorld(t)
	w.join([]member{{"thu", "press", []domain.Role{domain.RoleAuthor}, nil}})
	begin := func(who, key string) {
		w.pass(time.Minute)
		w.must(who, registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN"}})
		w.must(who, draftVersion, vars{"in": vars{"key": key, "content": titled(slogan("x", "y"), "Tên "+key, key)}})
	}
	for _, key := range []string{"c", "a", "d", "b"} {
		begin("lan", key)
	}
	begin("thu", "theirs")
	w.must("lan", submitVersion, of("a", 1))
	w.must("lan", submitVersion, of("d", 1))
	w.must("minh", returnVersion, of("d", 1, "reason", "x"))
	w.inForce("done", "z", "z")
	open := []any{"DRAFTED", "RETURNED", "SUBMITTED"}
	for name, test := range map[string]struct {
		in   vars
		want string
	}{
		"my agency's, the newest first":  {vars{"states": open, "agency": "culture", "order": "NEWEST"}, "b DRAFTED; d RETURNED; a SUBMITTED; c DRAFTED"},
		"my agency's, by item":           {vars{"states": open, "agency": "culture"}, "a SUBMITTED; b DRAFTED; c DRAFTED; d RETURNED"},
		"everybody's, the newest first":  {vars{"states": open, "order": "NEWEST"}, "theirs DRAFTED; b DRAFTED; d RETURNED; a SUBMITTED; c DRAFTED"},
		"in whatever state":              {vars{"agency": "culture", "order": "NEWEST"}, "done APPROVED; b DRAFTED; d RETURNED; a SUBMITTED; c DRAFTED"},
		"no state is no filter":          {vars{"states": []any{}, "agency": "press"}, "theirs DRAFTED"},
		"of an agency that is not there": {vars{"agency": "nobody"}, ""},
	} {
		for _, size := range []int{1, 3, 100} {
			var rows []string
			in := vars{"first": size}
			for field, value := range test.in {
				in[field] = value
			}
			for more := true; more; {
				r := w.must("lan", desk, in)
				if text := r.rows("versions.edges", "node.item.key", "node.state"); text != "" {
					rows = append(rows, text)
				}
				more, in["after"] = r.at("versions.pageInfo.hasNextPage") == true, r.at("versions.pageInfo.endCursor")
			}
			w.want(fmt.Sprintf("%s, by %d", name, size), strings.Join(rows, "; "), test.want)
		}
	}
	// As callers have always asked, also with the cursors that they have kept.
	const old = `query($after: String) { versions(state: DRAFTED, after: $after) { edges { node { item { key } } } } }`
	w.want("in a state", w.must("lan", old, nil).rows("versions.edges", "node.item.key"), "b; c; theirs")
	w.want("after an old cursor", w.must("lan", old, vars{"after": "eyJJdGVtIjoiYiIsIk51bWJlciI6MX0"}).rows("versions.edges", "node.item.key"), "c; theirs")
	w.refused(
		refusal{"a state and states", "lan", `{ versions(state: DRAFTED, states: [RETURNED]) { edges { cursor } } }`, nil, "BAD_USER_INPUT", "two_filters", "states"},
		refusal{"a cursor of another list", "lan", `{ versions(after: "x") { edges { cursor } } }`, nil, "BAD_USER_INPUT", "invalid_cursor", "after"},
	)
}

// What a mutation answers has come to pass, although time has gone by since it was
// asked for.
func TestAMutationTellsWhatItHasDone(t *testing.T) {
	w := newWorld(t)
	w.must("lan", registerItem, vars{"in": vars{"key": "sea", "kind": "SLOGAN"}})
	w.must("lan", draftVersion, vars{"in": vars{"key": "sea", "content": titled(slogan("x", "y"), "Biển", "Sea")}})
	w.must("lan", submitVersion, of("sea", 1))
	w.must("minh", signVersion, of("sea", 1))
	w.tick()
	r := w.must("hoa", `mutation($in: SignVersionInput!) { signVersion(input: $in) { version { status item { inForce { number } } } } }`, of("sea", 1))
	if r.at("signVersion.version.status") != "IN_FORCE" || r.at("signVersion.version.item.inForce.number") == nil {
		t.Error(r.raw)
	}
}

// An item is called what its version in force is, or what the newest one is that
// somebody may see.
func TestAnItemHasANameBeforeItIsInForce(t *testing.T) {
	w := newWorld(t)
	named := func(who, key, locale string) any {
		return w.must(who, `query($key: String!, $in: Locale!) { item(key: $key) { name(locale: $in) } }`, vars{"key": key, "in": locale}).at("item.name")
	}
	is := func(what, who, key, locale string, want any) {
		t.Helper()
		if got := named(who, key, locale); got != want {
			t.Errorf("%s: %v, not %v", what, got, want)
		}
	}
	w.must("lan", registerItem, vars{"in": vars{"key": "sea", "kind": "SLOGAN"}})
	is("without a version", "lan", "sea", "vi", nil)
	w.must("lan", draftVersion, vars{"in": vars{"key": "sea", "content": titled(slogan("x", "y"), "Biển", "Sea")}})
	is("a draft, for its author", "lan", "sea", "en", "Sea")
	is("in a language that it lacks", "lan", "sea", "ja", "Biển")
	is("a draft, for who may see none", "designer", "sea", "en", nil)
	w.must("lan", submitVersion, of("sea", 1, "effective", vars{"at": w.clock().Add(time.Hour)}))
	w.must("minh", signVersion, of("sea", 1))
	w.must("hoa", signVersion, of("sea", 1))
	is("approved, and not in force yet", "designer", "sea", "en", "Sea")
	w.pass(2 * time.Hour)
	is("in force", "", "sea", "en", "Sea")
	w.must("lan", draftVersion, vars{"in": vars{"key": "sea", "content": titled(slogan("x", "y"), "Đại dương", "Ocean")}})
	is("in force before a newer draft", "lan", "sea", "en", "Sea")
	w.must("minh", withdraw, of("sea", 1, "reason", "x"))
	is("nothing in force, for who may see drafts", "lan", "sea", "en", "Ocean")
	is("nothing in force, for others", "designer", "sea", "en", "Sea")
	w.pass(time.Hour)
	r := w.must("", `{ approved(asOf: "2026-11-20T03:30:00Z") { edges { node { item { key name } } } } }`, nil)
	if r.at("approved.edges.0.node.item.key") != "sea" || r.at("approved.edges.0.node.item.name") != nil {
		t.Errorf("for everybody it has no name any more: %s", r.raw)
	}
}

// A picture of the kit over time asks for each item, its versions, and when they were in
// force: a hundred items at a time, of which each may have twenty versions.
func TestTheKitOverTimeIsWithinTheLimits(t *testing.T) {
	w := newWorld(t)
	w.inForce("sea", "Biển", "海")
	w.pass(time.Hour)
	w.inForce("sea", "Biển mở", "開かれた海")
	r := w.must("designer", `{ items(first: 100) { edges { node { key name kind versions(first: 20) { edges { node { number state validities { from until edition } } } } } } pageInfo { hasNextPage endCursor } } }`, nil)
	const at = "items.edges.0.node.versions.edges."
	if got := fmt.Sprintf("%v %t %v", r.at("items.edges.0.node.name"), r.at(at+"1.node.validities.0.until") == r.at(at+"0.node.validities.0.from"), r.at(at+"0.node.validities.0.until")); got != "Khẩu hiệu true <nil>" {
		t.Errorf("%s: %s", got, r.raw)
	}
}

// behindLog is a log that holds more than the read models have been told of.
type behindLog struct {
	eventlog.Log

	more     int
	away     bool
	followed int
}

var errAway = errors.New("away")

func (l *behindLog) Head(ctx context.Context) (eventlog.Position, error) {
	head, err := l.Log.Head(ctx)
	return head + eventlog.Position(l.more), err
}

func (l *behindLog) Follow(_ context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	l.followed++
	return func(yield func(eventlog.Recorded, error) bool) {
		for i := range l.more {
			if !yield(eventlog.Recorded{Position: after + eventlog.Position(i) + 1}, nil) {
				return
			}
		}
		yield(eventlog.Recorded{CaughtUp: true}, nil)
	}
}

func (l *behindLog) Health() eventlog.Health {
	if l.away {
		return eventlog.Health{Err: errAway}
	}
	return eventlog.Health{Up: true}
}

const systemState = `{ systemState { version started head position behind asOf lagSeconds writable storage { log readModels files fileCount counted } webhooks { pending retrying failed oldest } } }`

// system asks how the registry is, as the auditor, of a program over a log.
func (w *world) system(log eventlog.Log, of graph.System) response {
	w.t.Helper()
	auth, err := access.NewAuthenticator(w.views, w.clock)
	if err != nil {
		w.t.Fatal(err)
	}
	viewer, err := auth.Authenticate(w.t.Context(), w.tokens["auditor"])
	if err != nil {
		w.t.Fatal(err)
	}
	handler := graph.NewHandler(&graph.Resolver{Runner: &commands.Runner{Log: log, Clock: w.clock}, Views: w.views, Store: w.store, System: of}, auth, nil)
	var r response
	asker := graph.NewAsker(handler)
	err = asker.Ask(access.With(w.t.Context(), viewer), systemState, nil, &r.Data)
	var refusal *graph.Refusal
	if err != nil && !errors.As(err, &refusal) {
		w.t.Fatal(err)
	}
	r.raw = fmt.Sprint(r.Data, err)
	return r
}

func TestHowTheRegistryIs(t *testing.T) {
	w := newWorld(t)
	head := fmt.Sprint(w.head())
	log := &behindLog{Log: w.runner.Log}
	of := graph.System{Version: "v1", Started: w.clock()}
	r := w.system(log, of)
	for path, want := range map[string]string{
		"version": "v1", "started": "2026-11-20T02:00:00Z", "head": head, "position": head, "behind": "0", "lagSeconds": "0", "writable": "true",
		"storage.log": "<nil>", "storage.files": "<nil>", "storage.counted": "<nil>", "webhooks": "<nil>",
	} {
		if got := fmt.Sprint(r.at("systemState." + path)); got != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
	if log.followed > 0 {
		t.Error("the log was read although nothing is missing")
	}
	for more, want := range map[int]string{1: "1", 37: "37", 999: "999", 1000: "1000", 5000: "1000"} {
		log.more = more
		r := w.system(log, of)
		if got := fmt.Sprint(r.at("systemState.behind"), " ", r.at("systemState.position")); got != want+" "+head {
			t.Errorf("%d events behind: %s", more, got)
		}
	}
	log.away = true
	r = w.system(log, of)
	if r.at("systemState.head") != nil || r.at("systemState.behind") != nil || r.at("systemState.writable") != false || r.at("systemState.asOf") == nil {
		t.Errorf("while the log is away: %s", r.raw)
	}
}

// What is stored and what waits is asked of the program; what fails there is no more
// than a gap.
func TestHowMuchIsStoredAndWaits(t *testing.T) {
	w := newWorld(t)
	big, few, when := int64(5_000_000_000), 3, time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	var broken error
	of := graph.System{
		Version: "v2", Started: w.clock(),
		Stored: func(context.Context) graph.Stored { return graph.Stored{Log: &big, FileCount: &few, Counted: when} },
		Backlog: func(context.Context) (webhooks.Backlog, error) {
			return webhooks.Backlog{Pending: 7, Retrying: 2, Failed: 1, Oldest: when}, broken
		},
	}
	r := w.system(w.runner.Log, of)
	const at = "2026-11-20T01:00:00Z"
	if got, want := fmt.Sprint(r.at("systemState.storage"), r.at("systemState.webhooks")), "map[counted:"+at+" fileCount:3 files:<nil> log:5000000000 readModels:<nil>] map[failed:1 oldest:"+at+" pending:7 retrying:2]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	broken = errAway
	r = w.system(w.runner.Log, of)
	if r.at("systemState.webhooks") != nil || fmt.Sprint(r.at("systemState.storage.fileCount")) != "3" || strings.Contains(r.raw, errAway.Error()) {
		t.Error(r.raw)
	}
}
