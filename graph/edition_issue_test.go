package graph_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/testneeds"
)

// editionOf brings slogans in force, and their next versions into an open edition.
// What takes them in is appended at once: as many commands would each read the
// edition again.
func (w *world) editionOf(items int) {
	w.t.Helper()
	tell(w, domain.Editions, domain.OpenEdition{Number: 1, Title: domain.Texts{"vi": "Lần một"}, Due: "2027-07-31"})
	author := domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: 1}, Agency: "culture", Roles: domain.Roles{domain.RoleAuthor}}
	step := func(c domain.Command[domain.Item], by domain.Actor) {
		w.t.Helper()
		if _, err := commands.Run(context.Background(), w.runner, domain.Items, c, commands.Request{Actor: by}); err != nil {
			w.t.Fatalf("%T: %v", c, err)
		}
	}
	signer := func(n byte, agency string) domain.Actor {
		return domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Agency: agency, Roles: domain.Roles{domain.RoleReviewer}}
	}
	var held []eventlog.Record
	for i := range items {
		key := fmt.Sprintf("slogan-%03d", i)
		step(domain.RegisterItem{Key: key, Kind: domain.Slogan, Public: true}, author)
		for n, says := range []string{"Cũ", "Mới"} {
			step(domain.DraftVersion{Key: key, Content: domain.Content{Units: []domain.Unit{
				{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": key}}, {ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": says}},
			}}}, author)
			step(domain.SubmitVersion{Key: key, Version: 1 + n, Effective: domain.Effective{Edition: n}}, author)
			step(domain.SignVersion{Key: key, Version: 1 + n}, signer(2, "foreign"))
			step(domain.SignVersion{Key: key, Version: 1 + n}, signer(3, "culture"))
		}
		name, payload, err := domain.Encode(domain.EditionIncluded{Number: 1, Item: key, Version: 2})
		if err != nil {
			w.t.Fatal(err)
		}
		record, err := eventlog.Seal(eventlog.Envelope{ID: uuid.New(), Type: name, Stream: domain.EditionStream(1), Revision: eventlog.Revision(1 + i), At: w.clock(), Recorded: w.clock()}, payload)
		if err != nil {
			w.t.Fatal(err)
		}
		held = append(held, record)
	}
	position, err := w.runner.Log.Append(context.Background(), domain.EditionStream(1), 0, held...)
	if err == nil {
		err = w.views.WaitFor(context.Background(), position)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// allThere is how many items the edition has.
const allThere = 500

// pageReader goes through pages of 100 again and again.
type pageReader struct {
	who, query, path string // of the connection
	// was: it asks as of the moment before, and sees nothing new for ever.
	was bool
}

// walk goes through all pages once. A page is what was at one moment; once anybody
// has seen the issue, no page tells what was before it.
func (p pageReader) walk(w *world, at time.Time, seen *atomic.Bool) {
	w.t.Helper()
	total := 0
	for after := any(nil); ; {
		issued := seen.Load()
		r := w.ask(p.who, p.query, vars{"at": at, "after": after})
		if len(r.Errors) > 0 {
			w.t.Error(r.raw)
			return
		}
		rows, _ := r.at(p.path + ".edges").([]any)
		olds, news := 0, 0
		for _, row := range rows {
			node, _ := row.(map[string]any)["node"].(map[string]any)
			switch {
			case node["number"] == 1.0 && node["edition"] == nil && node["text"] == "Cũ":
				olds++
			case node["number"] == 2.0 && node["edition"] == 1.0 && node["text"] == "Mới":
				news++
			}
			after = row.(map[string]any)["cursor"]
		}
		switch {
		case olds+news != len(rows) || olds > 0 && news > 0:
			w.t.Errorf("half an edition: %d as before, %d as after, of %d", olds, news, len(rows))
		case p.was && news > 0:
			w.t.Error("the moment before has changed")
		case !p.was && issued && olds > 0:
			w.t.Error("as before, though somebody has seen the issue")
		}
		if news > 0 {
			seen.Store(true)
		}
		if total += len(rows); r.at(p.path+".pageInfo.hasNextPage") != true {
			break
		}
	}
	if total != allThere {
		w.t.Errorf("the pages have %d items", total)
	}
}

func TestNobodyIsToldHalfAnEdition(t *testing.T) {
	testneeds.OnceInCI(t)
	w := newWorld(t)
	w.editionOf(allThere)
	w.pass(time.Hour)
	at := w.clock()
	const rows = `{ edges { cursor node { key number edition text(locale: "vi") } } pageInfo { hasNextPage } }`
	approved := `query($at: DateTime, $after: String) { approved(asOf: $at, first: 100, after: $after) ` + rows + ` }`
	readers := []pageReader{
		{who: "", query: `query($after: String) { approved(kind: SLOGAN, first: 100, after: $after) ` + rows + ` }`, path: "approved"},
		{who: "press", query: `query($after: String) { edition(number: 1) { issued kit(first: 100, after: $after) ` + rows + ` } }`, path: "edition.kit"},
		{who: "press", query: approved, path: "approved"},
		{who: "", query: approved, path: "approved", was: true},
	}
	var seen, over atomic.Bool
	var reading, ready sync.WaitGroup
	for _, p := range readers {
		ready.Add(1)
		asOf := at
		if p.was {
			asOf = at.Add(-time.Microsecond)
		}
		reading.Go(func() {
			begun := sync.OnceFunc(ready.Done)
			defer begun()
			for last := false; !last && !t.Failed(); begun() {
				last = over.Load()
				p.walk(w, asOf, &seen)
			}
		})
	}
	ready.Wait()
	if seen.Load() {
		t.Error("an issue was seen before there was one")
	}
	issued := w.must("admin", `mutation { issueEdition(input: {number: 1, decision: "12/QĐ-UBND", decided: "2026-11-20"}) { edition { issued } } }`, nil)
	seen.Store(true) // it was answered: nobody may see what was before
	over.Store(true)
	reading.Wait()
	if got, ok := issued.at("issueEdition.edition.issued").(string); !ok || !strings.HasPrefix(got, at.Format("2006-01-02T15:04:05")) {
		t.Errorf("issued at %s, not %v", got, at)
	}
	for asOf, number := range map[time.Time]float64{at.Add(-time.Microsecond): 1, at: 2, at.Add(time.Microsecond): 2} {
		r := w.must("", `query($at: DateTime) { approved(key: "slogan-007", asOf: $at) { edges { node { number } } } }`, vars{"at": asOf})
		if r.at("approved.edges.0.node.number") != number {
			t.Errorf("%v after the issue: %s", asOf.Sub(at), r.raw)
		}
	}
	changes := w.must("press", `{ edition(number: 1) { changes(first: 1) { edges { node { key what before after } } } readiness { included } } compare: compareEditions(from: 1, to: 1) { edges { node { key } } } }`, nil)
	if changes.at("edition.changes.edges.0.node.what") != "CHANGED" || changes.at("edition.readiness.included") != float64(allThere) || changes.at("compare.edges.0") != nil {
		t.Error(changes.raw)
	}
}
