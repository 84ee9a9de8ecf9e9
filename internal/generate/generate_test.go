package generate_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/generate"
	"signet/projections"
)

func generated(t *testing.T, o generate.Options) (eventlog.Log, generate.Summary) {
	t.Helper()
	log := logtest.NewMemory()
	summary, err := generate.Generate(t.Context(), log, o)
	if err != nil {
		t.Fatal(err)
	}
	return log, summary
}

// decoded is an event of a log with its envelope.
type decoded struct {
	eventlog.Envelope

	event domain.Event
}

func all(t *testing.T, log eventlog.Log) []decoded {
	t.Helper()
	var out []decoded
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		envelope, event, err := commands.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, decoded{envelope, event})
	}
	return out
}

// past answers facts from the events that happened at or before an instant.
type past []decoded

func fold[S any](p past, d domain.Decider[S], stream string) (S, error) {
	var s S
	for _, e := range p {
		if e.Stream == stream {
			s = d.Evolve(s, e.event)
		}
	}
	return s, nil
}

func (p past) Item(key string) (domain.Item, error) {
	return fold(p, domain.Items, domain.ItemStream(key))
}

func (p past) Policy(kind domain.Kind) (domain.Policy, error) {
	return fold(p, domain.Policies, domain.PolicyStream(kind))
}

func (p past) Edition(n int) (domain.Edition, error) {
	return fold(p, domain.Editions, domain.EditionStream(n))
}

func (p past) Agency(key string) (domain.Agency, error) {
	return fold(p, domain.Agencies, domain.AgencyStream(key))
}

// actor finds who wrote an event among the members of that time.
func (p past) actor(t *testing.T, e decoded) domain.Actor {
	t.Helper()
	if e.Agency == "" {
		return domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	}
	agency, _ := p.Agency(e.Agency)
	member, there := agency.Members[e.Member]
	if !there {
		t.Fatalf("%s by %s, who is no member of %s then", e.Type, e.Member, e.Agency)
	}
	return domain.Actor{Member: e.Member, Agency: e.Agency, Roles: member.Roles, Locales: member.Locales}
}

// decide asks the domain again for an event of an item or edition, in the past
// that it had.
func (p past) decide(t *testing.T, e decoded) []domain.Event {
	t.Helper()
	actor := p.actor(t, e)
	call := domain.Call{Actor: actor, At: e.At, Facts: p}
	switch c := e.event.(type) {
	case domain.ItemRegistered:
		return again(t, p, domain.Items, domain.RegisterItem{Key: c.Key, Kind: c.Kind, Source: c.Source, Public: c.Public}, call)
	case domain.VersionDrafted:
		return again(t, p, domain.Items, domain.DraftVersion{Key: c.Key, Content: c.Content}, call)
	case domain.VersionTranslated:
		return again(t, p, domain.Items, domain.TranslateVersion{Key: c.Key, Version: c.Version, Locale: c.Locale, Texts: c.Texts}, call)
	case domain.VersionSubmitted:
		return again(t, p, domain.Items, domain.SubmitVersion{Key: c.Key, Version: c.Version, Effective: c.Effective}, call)
	case domain.VersionSigned:
		return again(t, p, domain.Items, domain.SignVersion{Key: c.Key, Version: c.Version}, call)
	case domain.VersionWithdrawn:
		return again(t, p, domain.Items, domain.WithdrawVersion{Key: c.Key, Version: c.Version, Reason: c.Reason, From: c.From}, call)
	case domain.EditionIncluded:
		return again(t, p, domain.Editions, domain.IncludeInEdition{Number: c.Number, Item: c.Item, Version: c.Version}, call)
	case domain.EditionRetired:
		return again(t, p, domain.Editions, domain.RetireInEdition{Number: c.Number, Item: c.Item}, call)
	case domain.EditionIssued:
		return again(t, p, domain.Editions, domain.IssueEdition{Number: c.Number, Decision: c.Decision, Decided: c.Decided}, call)
	}
	return nil
}

func again[S any](t *testing.T, p past, d domain.Decider[S], c domain.Command[S], call domain.Call) []domain.Event {
	t.Helper()
	if permission, scope := c.Needs(); !call.Actor.May(permission, scope) {
		t.Errorf("%T by %+v", c, call.Actor)
	}
	s, _ := fold(p, d, c.Stream())
	events, err := c.Decide(s, call)
	if err != nil {
		t.Errorf("%T: %v", c, err)
	}
	return events
}

func TestEveryEventIsDecidedAgainInItsOwnTime(t *testing.T) {
	log, _ := generated(t, generate.Options{Items: 101, Versions: 3})
	events := all(t, log)
	slices.SortStableFunc(events, func(a, b decoded) int { return a.At.Compare(b.At) })
	reached := map[string]int{}
	var follows []domain.Event // what the last command led to beside its first event
	for i, e := range events {
		reached[e.Type]++
		if _, ok := e.event.(domain.VersionApproved); ok {
			if len(follows) != 1 || !reflect.DeepEqual(follows[0], e.event) {
				t.Fatalf("%+v, decided was %+v", e.event, follows)
			}
			continue
		}
		if got := past(events[:i]).decide(t, e); got != nil {
			if !reflect.DeepEqual(got[0], e.event) {
				t.Fatalf("%+v, decided was %+v", e.event, got)
			}
			follows = got[1:]
		}
	}
	for _, name := range []string{"version.withdrawn.v2", "edition.issued.v1", "edition.retired.v1", "edition.included.v1", "token.issued.v1"} {
		if reached[name] == 0 {
			t.Errorf("no %s", name)
		}
	}
	if reached["version.approved.v1"] != 101*3 || reached["item.registered.v1"] != 101 {
		t.Errorf("%v", reached)
	}
}

func TestTranslationsThatHappenToStayAreConfirmed(t *testing.T) {
	log, _ := generated(t, generate.Options{Items: 300, Versions: 10}) // enough for some
	confirmed := 0
	for _, e := range all(t, log) {
		if _, is := e.event.(domain.VersionTranslated); is {
			confirmed++
		}
	}
	if confirmed == 0 {
		t.Error("none was confirmed")
	}
	t.Log(confirmed, "confirmed")
}

func TestSameOptionsAreTheSameRegistry(t *testing.T) {
	tell := func(o generate.Options) string {
		log, summary := generated(t, o)
		var lines []string
		events := all(t, log)
		for _, e := range events {
			_, payload, err := domain.Encode(e.event)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprint(e.Stream, e.Revision, e.At, e.Member, string(payload)))
		}
		if summary.Events != int64(len(events)) || summary.Position != eventlog.Position(len(events)) {
			t.Errorf("%+v, there are %d events", summary, len(events))
		}
		slices.Sort(lines) // streams are written at the same time
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		return hex.EncodeToString(sum[:])
	}
	o := generate.Options{Items: 60, Versions: 2, Seed: 7}
	one := tell(o)
	if tell(o) != one {
		t.Error("the same seed makes another registry")
	}
	o.Seed = 8
	if tell(o) == one {
		t.Error("another seed makes the same registry")
	}
}

func TestItCanBeAskedFor(t *testing.T) {
	for _, o := range []generate.Options{
		{Items: 200, Versions: 1, Locales: []domain.Locale{"ja", "de-AT"}},
		{Items: 12, Versions: 20, Locales: []domain.Locale{"ja"}},
	} {
		var told atomic.Int64
		o.Progress = func(done, of int) {
			if done < 1 || done > of || of != o.Items {
				t.Errorf("%d of %d", done, of)
			}
			told.Add(1)
		}
		log, _ := generated(t, o)
		if told.Load() != int64(o.Items) {
			t.Errorf("told %d times of %d items", told.Load(), o.Items)
		}
		path := filepath.Join(t.TempDir(), "views.db")
		if err := projections.Rebuild(t.Context(), path, log, nil); err != nil {
			t.Fatal(err)
		}
		views, err := projections.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = views.Close() })
		after := generate.Start.AddDate(4, 0, 0)
		for _, kind := range domain.Kinds {
			rows, err := views.Approved(t.Context(), projections.ApprovedFilter{Kind: kind, Locale: "ja", AsOf: after}, "", 1000)
			if err != nil || len(rows) == 0 || o.Versions == 1 && len(rows) < o.Items/4/2 {
				t.Errorf("%d of %d items of kind %s in ja, %v", len(rows), o.Items, kind, err)
			}
		}
		token, err := views.Token(t.Context(), strings.Split(generate.Secret, "_")[1])
		sum := sha256.Sum256([]byte(generate.Secret))
		if err != nil || token.Hash != hex.EncodeToString(sum[:]) || token.Agency != generate.Agency {
			t.Errorf("%+v, %v", token, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	log := logtest.NewMemory()
	for _, o := range []generate.Options{
		{Items: 0, Versions: 1},
		{Items: 1, Versions: 0},
		{Items: 1, Versions: 51},
		{Items: 1 << 30, Versions: 1},
		{Items: 1, Versions: 1, Locales: []domain.Locale{"JA"}},
		{Items: 1, Versions: 1, Locales: []domain.Locale{"?"}},
	} {
		if _, err := generate.Generate(t.Context(), log, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := generate.Generate(ctx, log, generate.Options{Items: 1, Versions: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	full, _ := generated(t, generate.Options{Items: 1, Versions: 1})
	if _, err := generate.Generate(t.Context(), full, generate.Options{Items: 1, Versions: 1}); !errors.Is(err, generate.ErrNotEmpty) {
		t.Error(err)
	}
}
