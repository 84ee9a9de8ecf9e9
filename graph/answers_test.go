package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/testneeds"
)

// asked are questions whose answers depend on tables, on what is in force, on the day,
// on the instant, on who asks, and on nothing at all.
var asked = []string{
	`{ approved(first: 50) { edges { node { key number validFrom validUntil text(locale: "ja") } } } }`,
	`{ approved(kind: SLOGAN, locale: "ja") { edges { node { key number } } pageInfo { hasNextPage endCursor } } }`,
	`{ approved(asOf: "2026-11-21T00:00:00Z") { edges { node { key number } } } }`,
	`{ item(key: "a") { key public inForce { number } versions { edges { node { number state status missing } } } } }`,
	`{ item(key: "b") { version(number: 1) { state status validities { from until } signatures { agency } awaited { agency due daysOverdue } } } }`,
	`{ items { edges { node { key name revision inForce { number } } } } }`,
	`{ versions(states: [DRAFTED, SUBMITTED, RETURNED], agency: "culture", order: NEWEST) { edges { node { item { key name } number } } } }`,
	`{ search(query: "bien") { edges { node { key number } } } }`,
	`{ editions { edges { node { number onTime daysLate issued readiness { included } } } } }`,
	`{ coverage { kind locale covered total met } }`,
	`{ overdue { edges { node { key daysOverdue } } } }`,
	`{ reviewQueue(agency: "foreign") { edges { node { key number } } } }`,
	`{ usage { edges { node { key agency downloads declared inForce } } } }`,
	`{ viewer { member agency roles delegations } }`,
	`{ agencies { edges { node { key revision members { edges { node { id roles } } } } } } }`,
	`{ agency(key: "culture") { delegations { edges { node { id } } } } }`,
	`{ recalls { edges { node { key number } } } }`,
	`{ item(key: "a") { history { edges { node { what } } } } }`,
	`{ node(id: "x") { id } }`,
	`{ findings(filter: {overdue: true}) { edges { node { place } } } }`,
	`{ policies(kind: SLOGAN) { revision reason } }`,
}

// Between random writes and random times, a kept answer is always what executing
// the query gives, for whoever asks.
func TestAKeptAnswerIsNeverOld(t *testing.T) {
	testneeds.PlainInCI(t)
	w := newWorld(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	p := player{w, rand.New(rand.NewPCG(seed, 0))}
	hits, changed := 0, 0
	last := map[string]string{}
	for range 400 {
		if p.dice.IntN(2) == 0 {
			p.write()
		}
		w.pass(p.pause())
		for i := range 8 {
			who, query := everybody[p.dice.IntN(len(everybody))], asked[p.dice.IntN(len(asked))]
			if i == 0 {
				who, query = "lan", asked[0]
			}
			first, _ := p.answer(who, query, "")
			again, hit := p.answer(who, query, "")
			executed, _ := p.answer(who, query, "no-cache")
			refused := strings.Contains(executed, `{"errors":`) // in any order; and never kept
			if (first != executed || again != executed) && (!refused || hit) {
				t.Fatalf("%s asks %s\nkept     %s\nexecuted %s", who, query, again, executed)
			}
			if hit {
				hits++
			}
			if before, asked := last[who+query]; asked && before != executed {
				changed++
			}
			last[who+query] = executed
		}
	}
	t.Logf("%d were kept, %d answers had changed", hits, changed)
	if hits < 1000 || changed < 200 {
		t.Errorf("%d were kept, %d had changed: this does not try it", hits, changed)
	}
}

// player writes whatever anybody may write.
type player struct {
	*world

	dice *rand.Rand
}

func (p player) pause() time.Duration {
	pauses := []time.Duration{0, 0, time.Microsecond, time.Hour, 7 * time.Hour, 24 * time.Hour}
	if p.dice.IntN(4) == 0 { // to the very end of the city's day
		now := p.clock().In(domain.CityZone)
		return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, domain.CityZone).Sub(now)
	}
	return pauses[p.dice.IntN(len(pauses))]
}

// answer is the whole answer of a query, and whether it had been kept.
func (p player) answer(who, query, control string) (string, bool) {
	p.t.Helper()
	body, err := json.Marshal(vars{"query": query})
	if err != nil {
		p.t.Fatal(err)
	}
	req := p.request(who, http.MethodPost, "application/json", bytes.NewReader(body))
	if control != "" {
		req.Header.Set("Cache-Control", control)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		p.t.Fatal(err)
	}
	return fmt.Sprint(res.StatusCode, text.String()), strings.HasSuffix(res.Header.Get("Cache-Status"), "hit")
}

// write lets one thing happen, or be refused.
func (p player) write() {
	key := string("abc"[p.dice.IntN(3)])
	soon := p.clock().Add(time.Duration(p.dice.IntN(72)) * time.Hour).Format(time.RFC3339Nano)
	n := 1 + p.dice.IntN(3)
	edition := 1 + p.dice.IntN(2)
	this := vars{"key": key, "version": n}
	with := func(more vars) vars {
		for name, v := range this {
			more[name] = v
		}
		return vars{"in": more}
	}
	names := []any{vars{"locale": "vi", "text": fmt.Sprint("Tên ", p.dice.IntN(100))}}
	switch p.dice.IntN(16) {
	case 0, 1, 2:
		p.ask("lan", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN", "public": p.dice.IntN(2) == 0}})
		p.ask("lan", draftVersion, vars{"in": vars{"key": key, "content": slogan(fmt.Sprint("Biển ", p.dice.IntN(100)), "海")}})
	case 3, 4, 5, 6:
		p.ask("lan", submitVersion, with(vars{"effective": []vars{{"at": soon}, {"edition": edition}, nil}[p.dice.IntN(3)]}))
		p.ask("minh", signVersion, with(vars{}))
		p.ask("hoa", signVersion, with(vars{}))
	case 7, 8:
		p.ask("minh", withdraw, with(vars{"reason": "x", "from": soon}))
	case 9:
		p.ask("admin", mutation("changeItemVisibility", "position"), vars{"in": vars{"key": key, "public": p.dice.IntN(2) == 0}})
	case 10:
		p.ask("press", declareUse, with(vars{"agency": "press", "channel": "portal", "place": soon}))
	case 11:
		p.ask("admin", openEdition, vars{"in": vars{"number": edition, "titles": names, "due": p.clock().AddDate(0, 0, p.dice.IntN(4)).Format(time.DateOnly)}})
		p.ask("admin", includeInEdition, with(vars{"number": edition}))
	case 12:
		p.ask("admin", issueEdition, vars{"in": vars{"number": edition, "decision": "1", "decided": p.clock().Format(time.DateOnly)}})
	case 13:
		p.ask("admin", mutation("renameAgency", "position"), vars{"in": vars{"key": "press", "names": names}})
		p.ask("admin", mutation("changeMemberRoles", "position"), vars{"in": vars{"agency": "press", "member": idOf("designer"), "roles": []any{[]string{"DESIGNER", "AUDITOR"}[p.dice.IntN(2)]}}})
	case 14:
		p.ask("minh", delegateSigning, vars{"in": vars{"agency": "culture", "member": idOf("press"), "memberAgency": "press", "until": soon, "reason": "x"}})
	default:
		p.ask("admin", setPolicy, vars{"in": vars{
			"kind": "SLOGAN", "leads": []any{"culture"}, "required": []any{"foreign"}, "coordinatingDays": p.dice.IntN(3), "leadDays": p.dice.IntN(3), "reason": "x",
		}})
	}
}

// What was scheduled comes although nothing is written.
func TestAKeptAnswerEndsWithWhatWasScheduled(t *testing.T) {
	w := newWorld(t)
	p := player{w, nil}
	begin, end := w.clock().Add(time.Hour), w.clock().Add(2*time.Hour)
	w.must("lan", registerItem, vars{"in": vars{"key": "a", "kind": "SLOGAN"}})
	w.must("lan", draftVersion, vars{"in": vars{"key": "a", "content": slogan("Biển", "海")}})
	w.must("lan", submitVersion, of("a", 1, "effective", vars{"at": begin.Format(time.RFC3339Nano)}))
	w.must("minh", signVersion, of("a", 1))
	w.must("hoa", signVersion, of("a", 1))
	w.must("minh", withdraw, of("a", 1, "reason", "x", "from", end.Format(time.RFC3339Nano)))
	for _, step := range []struct {
		at    time.Time
		there bool
	}{{w.clock(), false}, {begin.Add(-time.Microsecond), false}, {begin, true}, {end.Add(-time.Microsecond), true}, {end, false}} {
		w.pass(step.at.Sub(w.clock()))
		for range 2 {
			text, _ := p.answer("", asked[0], "")
			if strings.Contains(text, `"a"`) != step.there {
				t.Errorf("at %s: %s", step.at, text)
			}
		}
		if _, hit := p.answer("", asked[0], ""); !hit {
			t.Errorf("at %s it was not kept", step.at)
		}
	}
}

func TestAGETIsAnsweredByItsTag(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Cửa ngõ", "海へ")
	for name, query := range map[string]string{
		"what is kept":          `{ approved { edges { node { key number } } } }`,
		"what is executed anew": `{ nodeState { writable } }`,
	} {
		t.Run(name, func(t *testing.T) {
			get := func(method, tag string) *http.Response {
				req := w.request("", method, "", nil)
				req.URL.RawQuery = url.Values{"query": {query}}.Encode()
				if tag != "" {
					req.Header.Set("If-None-Match", tag)
				}
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				return res
			}
			first := get(http.MethodGet, "")
			tag := first.Header.Get("ETag")
			if first.StatusCode != http.StatusOK || tag == "" || !strings.Contains(first.Header.Get("Cache-Control"), "no-cache") {
				t.Fatal(first.Status, first.Header)
			}
			for given, want := range map[string]int{tag: 304, `"other", W/` + tag: 304, "*": 304, `"other"`: 200} {
				if res := get(http.MethodGet, given); res.StatusCode != want || res.Header.Get("ETag") != tag {
					t.Errorf("If-None-Match %s: %s", given, res.Status)
				}
			}
			if res := get(http.MethodHead, ""); res.StatusCode != http.StatusOK || res.Header.Get("ETag") != tag {
				t.Errorf("HEAD: %s %s", res.Status, res.Header)
			}
		})
	}
}

// What can't be told from the read models is never kept.
func TestWhatIsNotKept(t *testing.T) {
	w := newWorld(t)
	p := player{w, nil}
	for _, query := range []string{
		`{ nodeState { position } }`, `{ item(key: "") { key } nodeState { asOf } }`, `{ approved(first: -1) { edges { cursor } } }`,
		`mutation { registerItem(input: {key: "x", kind: LOGO}) { position } }`, `{ nothing }`, `{`,
	} {
		for range 3 {
			if _, hit := p.answer("lan", query, ""); hit {
				t.Errorf("kept: %s", query)
			}
		}
	}
}
