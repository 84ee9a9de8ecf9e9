package graph_test

import (
	"context"
	"strings"
	"testing"
)

var (
	watchItem   = mutation("watchItem", "viewer { member watches watchesKit }")
	unwatchItem = mutation("unwatchItem", "viewer { member watches watchesKit }")
)

const whatIWatch = `{ viewer { watches watchesKit } }`

// key is an item that is watched, or the whole kit if empty.
func key(of string) vars {
	if of == "" {
		return vars{"in": vars{"key": nil}}
	}
	return vars{"in": vars{"key": of}}
}

// seaWorld has something that is public and in force, and something that is neither.
func seaWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "開かれた海")
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	return w
}

func TestWatchingIsOnesOwn(t *testing.T) {
	w := seaWorld(t)
	w.must("press", watchItem, key("open-sea"))
	w.must("press", watchItem, key("hidden"))
	w.must("press", watchItem, key("open-sea")) // again
	if r := w.must("press", watchItem, key("")); r.at("watchItem.viewer.watchesKit") != true || r.at("watchItem.viewer.watches.1") != "open-sea" {
		t.Error(r.raw)
	}
	w.wants("press", "hidden open-sea", true)
	w.wants("designer", "", false)
	w.must("press", unwatchItem, key("hidden"))
	w.must("press", unwatchItem, key("nothing")) // what is not there is not watched
	w.must("press", unwatchItem, vars{"in": vars{}})
	w.wants("press", "open-sea", false)
	// The name is another thing.
	w.must("press", setPerson, called("press", "press", "Báo", ""))
	w.wants("press", "open-sea", false)
	if r := w.must("press", myName, nil); r.at("viewer.name") != "Báo" {
		t.Error(r.raw)
	}
	head := w.head()
	w.must("press", unwatchItem, key("open-sea"))
	if w.head() != head {
		t.Error("what somebody watches stands in the log")
	}
}

// wants sees what somebody watches.
func (w *world) wants(who, items string, kit bool) {
	w.t.Helper()
	r := w.must(who, whatIWatch, nil)
	var got []string
	for _, k := range r.at("viewer.watches").([]any) {
		got = append(got, k.(string))
	}
	if strings.Join(got, " ") != items || r.at("viewer.watchesKit") != kit {
		w.t.Errorf("%s watches %s, want %q, %t", who, r.raw, items, kit)
	}
}

func TestWhatCanNotBeWatched(t *testing.T) {
	w := seaWorld(t)
	w.limit("admin", "culture", "writer", "people.write.own")
	w.limit("admin", "culture", "reader", "read.approved")
	for title, c := range map[string]struct{ who, key, code, reason, field string }{
		"what is not there":                          {"press", "nothing", "NOT_FOUND", "unknown_item", "key"},
		"what is no key":                             {"press", "Không Phải", "NOT_FOUND", "unknown_item", "key"},
		"what one may not see":                       {"writer", "hidden", "NOT_FOUND", "unknown_item", "key"},
		"the whole kit by another name":              {"press", "*", "NOT_FOUND", "unknown_item", "key"},
		"anything by a token that is not for it":     {"reader", "open-sea", "FORBIDDEN", "not_permitted", ""},
		"anything by who is nobody in particular":    {"", "open-sea", "UNAUTHENTICATED", "unauthenticated", ""},
		"the kit by a token that is not for it":      {"reader", "", "FORBIDDEN", "not_permitted", ""},
		"the kit by who is nobody in particular too": {"", "", "UNAUTHENTICATED", "unauthenticated", ""},
	} {
		t.Run(title, func(t *testing.T) {
			if r := w.ask(c.who, watchItem, key(c.key)); r.code() != c.code || r.reason() != c.reason || r.field() != c.field {
				t.Error(r.raw)
			}
		})
	}
	w.must("writer", watchItem, key("open-sea")) // public, and in force
	if r := w.ask("press", unwatchItem, key("*")); r.reason() != "invalid_key" || r.field() != "key" {
		t.Errorf("the whole kit is ended by a key: %s", r.raw)
	}
}

func TestWhatIsWatchedGoesWithThePerson(t *testing.T) {
	w := seaWorld(t)
	w.must("press", watchItem, key("open-sea"))
	if err := w.persons.Erase(context.Background(), idOf("press")); err != nil {
		t.Fatal(err)
	}
	w.wants("press", "", false) // the token has not ended yet
	if r := w.ask("press", watchItem, key("open-sea")); r.code() != "CONFLICT" || r.reason() != "person_erased" {
		t.Error(r.raw)
	}
	known, err := w.persons.Get(context.Background(), idOf("press"))
	if err != nil || len(known) > 0 {
		t.Error(known, err)
	}
}

func TestAStoreThatIsAwayIsNoRefusal(t *testing.T) {
	w := seaWorld(t)
	if err := w.persons.Close(); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{watchItem, unwatchItem} {
		if r := w.ask("press", query, key("open-sea")); r.code() != "INTERNAL" {
			t.Error(r.raw)
		}
	}
	w.persons.Reopened()
}

func TestWithoutANotifierNobodyIsTold(t *testing.T) {
	w := newWorld(t)
	if r := w.must("", `{ nodeState { mails } }`, nil); r.at("nodeState.mails") != false {
		t.Error(r.raw)
	}
}
