// Package peopletest is the suite that every store of people passes.
package peopletest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"signet/domain"
	"signet/internal/people"
)

// Noon is when everything happens in the suite: the clock that stores are to be
// opened with says so.
var Noon = time.Date(2027, 7, 1, 5, 0, 0, 123_000_000, time.UTC)

// Clock says that it is Noon.
func Clock() time.Time { return Noon }

// ID is an id by its number; they sort by it.
func ID(n int) uuid.UUID { return uuid.UUID{0: byte(n >> 8), 1: byte(n), 6: 0x70, 8: 0x80} }

// Binh is a person whose every byte string is found nowhere else.
var Binh = people.Person{
	ID: ID(7), Name: "Nguyễn Thị Hòa Bình", Mail: "nguyen.thi.hoa.binh@songoaivu.haiphong.example",
	Identities: []people.Identity{{Issuer: "https://id.haiphong-provider.example", Subject: "sub-binh-8f14e45f"}, {Issuer: "https://id2.haiphong-provider.example", Subject: "sub-binh-c9f0f895"}},
	Watches:    []string{people.WholeKit, "slogan-binh-45c48cce"},
}

// Traces are the byte strings that tell of a person: each of them also decomposed,
// without marks, as JSON escapes it, and in the other cases. Of an identity it is the
// subject; an issuer is that of many. Of what is watched it is the key.
func Traces(p people.Person) []string {
	traces := []string{p.Name, p.Mail}
	for _, i := range p.Identities {
		traces = append(traces, i.Subject)
	}
	for _, w := range p.Watches {
		if w != people.WholeKit {
			traces = append(traces, w)
		}
	}
	var all []string
	for _, t := range traces {
		if t == "" {
			continue
		}
		var escaped strings.Builder
		for _, r := range t {
			if r < 0x80 {
				escaped.WriteRune(r)
			} else {
				fmt.Fprintf(&escaped, "\\u%04x", r)
			}
		}
		plain := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(t))
		all = append(all, t, norm.NFD.String(t), plain, strings.ToLower(plain), escaped.String(), strings.ToUpper(t), strings.ToLower(t))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// InFiles returns a sentence for each trace of a person in the raw bytes of a file
// below a folder, or in its name.
func InFiles(tb testing.TB, folder string, p people.Person) []string {
	tb.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, trace := range Traces(p) {
			if strings.Contains(entry.Name(), trace) {
				found = append(found, fmt.Sprintf("%q is in the name %s", trace, name))
			}
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, trace := range Traces(p) {
			if bytes.Contains(content, []byte(trace)) {
				found = append(found, fmt.Sprintf("%q is in %s", trace, name))
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// Run runs the suite. Open opens a store that is empty at first; called again in
// the same test it opens what that store holds, beside it where several nodes may
// (nodes is more than 1), else after it was closed.
func Run(t *testing.T, nodes int, open func(t *testing.T) func() people.Store) {
	t.Helper()
	for _, test := range []struct {
		title string
		run   func(*testing.T, people.Store)
	}{
		{"what is put is got", testPut},
		{"who has an identity keeps it", testClaim},
		{"what is watched is kept, and ended", testWatch},
		{"one can watch so many things and no more", testWatches},
		{"what is erased is gone for ever", testErase},
		{"what can't be right is refused", testRefused},
		{"everybody comes in order", testEach},
		{"erasing and putting at once end erased", testRace},
		{"a context that has ended ends it", testContext},
	} {
		t.Run(test.title, func(t *testing.T) {
			store := open(t)()
			defer closed(t, store)
			test.run(t, store)
		})
	}
	t.Run("of claims at once one wins", func(t *testing.T) { testClaims(t, nodes, open(t)) })
	t.Run("it is there when the store is opened again", func(t *testing.T) { testReopened(t, open(t)) })
}

func closed(t *testing.T, s people.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Fill puts a person with all their identities and watches.
func Fill(t *testing.T, s people.Store, p people.Person) {
	t.Helper()
	if err := s.Put(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for _, i := range p.Identities {
		if holder, err := s.Claim(t.Context(), i, p.ID); err != nil || holder != p.ID {
			t.Fatalf("%s has it, %v", holder, err)
		}
	}
	for _, what := range p.Watches {
		if err := s.Watch(t.Context(), p.ID, what); err != nil {
			t.Fatal(err)
		}
	}
}

// Known sees that a person is kept as given; when was Changed unless it is zero.
func Known(t *testing.T, s people.Store, want people.Person) {
	t.Helper()
	all, err := s.Get(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := all[want.ID]
	switch {
	case !ok || len(all) != 1:
		t.Errorf("%s is not known, but %v", want.ID, all)
	case got.ID != want.ID || got.Name != want.Name || got.Mail != want.Mail || !slices.Equal(got.Identities, want.Identities) || !slices.Equal(got.Watches, want.Watches):
		t.Errorf("got %+v, want %+v", got, want)
	case !want.Changed.IsZero() && !got.Changed.Equal(want.Changed):
		t.Errorf("changed %v, want %v", got.Changed, want.Changed)
	}
}

func unknown(t *testing.T, s people.Store, ids ...uuid.UUID) {
	t.Helper()
	if all, err := s.Get(t.Context(), ids...); err != nil || all == nil || len(all) != 0 {
		t.Errorf("got %v, %v", all, err)
	}
}

func testPut(t *testing.T, s people.Store) {
	t.Helper()
	unknown(t, s)
	unknown(t, s, ID(1))
	first := people.Person{ID: ID(1), Name: "Nguye\u0302\u0303n An", Mail: "an@x.example"}
	Fill(t, s, first)
	first.Name, first.Changed = "Nguyễn An", Noon
	Known(t, s, first)
	Fill(t, s, people.Person{ID: ID(1), Name: "Trần An", Changed: Noon.Add(time.Hour)})
	Known(t, s, people.Person{ID: ID(1), Name: "Trần An", Changed: Noon.Add(time.Hour)})
	Fill(t, s, Binh)
	if err := s.Put(t.Context(), people.Person{ID: Binh.ID, Name: "Bình"}); err != nil {
		t.Fatal(err)
	}
	Known(t, s, people.Person{ID: Binh.ID, Name: "Bình", Identities: Binh.Identities, Watches: Binh.Watches})
	if all, err := s.Get(t.Context(), ID(1), ID(2), Binh.ID, Binh.ID); err != nil || len(all) != 2 {
		t.Errorf("got %v, %v", all, err)
	}
}

func testClaim(t *testing.T, s people.Store) {
	t.Helper()
	one, other := Binh.Identities[0], Binh.Identities[1]
	for _, c := range []struct {
		identity people.Identity
		by, has  uuid.UUID
	}{
		{one, ID(1), ID(1)},
		{one, ID(1), ID(1)},
		{one, ID(2), ID(1)},
		{other, ID(1), ID(1)},
		{people.Identity{Issuer: one.Issuer, Subject: other.Subject}, ID(3), ID(3)},
		// Where one part ends and the next begins tells them apart.
		{people.Identity{Issuer: "https://a", Subject: "bc"}, ID(4), ID(4)},
		{people.Identity{Issuer: "https://ab", Subject: "c"}, ID(5), ID(5)},
		{people.Identity{Issuer: "https://A", Subject: "bc"}, ID(6), ID(6)},
	} {
		if holder, err := s.Claim(t.Context(), c.identity, c.by); err != nil || holder != c.has {
			t.Errorf("%v: %s has it, %v; want %s", c.identity, holder, err, c.has)
		}
	}
	Known(t, s, people.Person{ID: ID(1), Identities: Binh.Identities})
	unknown(t, s, ID(2))
}

func testWatch(t *testing.T, s people.Store) {
	t.Helper()
	watch := func(what ...string) {
		t.Helper()
		for _, w := range what {
			if err := s.Watch(t.Context(), ID(1), w); err != nil {
				t.Fatal(err)
			}
		}
	}
	unwatch := func(what string) {
		t.Helper()
		if err := s.Unwatch(t.Context(), ID(1), what); err != nil {
			t.Fatal(err)
		}
	}
	watch("slogan-b", "slogan-a", "slogan-b") // who is not known yet can watch
	Known(t, s, people.Person{ID: ID(1), Watches: []string{"slogan-a", "slogan-b"}})
	Fill(t, s, people.Person{ID: ID(1), Name: "An"})
	Fill(t, s, Binh)
	watch(people.WholeKit, "0")
	Known(t, s, people.Person{ID: ID(1), Name: "An", Watches: []string{people.WholeKit, "0", "slogan-a", "slogan-b"}})
	Known(t, s, Binh)
	unwatch("slogan-a")
	unwatch("slogan-a")
	unwatch(people.WholeKit)
	Known(t, s, people.Person{ID: ID(1), Name: "An", Watches: []string{"0", "slogan-b"}})
	if _, err := s.Claim(t.Context(), Binh.Identities[0], ID(1)); err != nil {
		t.Fatal(err)
	}
	for p, err := range s.Each(t.Context()) {
		if want := map[bool][]string{true: {"0", "slogan-b"}, false: Binh.Watches}[p.ID == ID(1)]; err != nil || !slices.Equal(p.Watches, want) {
			t.Errorf("got %+v, %v", p, err)
		}
	}
}

func testWatches(t *testing.T, s people.Store) {
	t.Helper()
	n := people.MaxWatches
	if _, slow := s.(interface{ Slow() }); slow {
		n = 3
	}
	want := make([]string, n)
	for i := range n {
		want[i] = fmt.Sprintf("slogan-%03d", i)
		if err := s.Watch(t.Context(), ID(1), want[i]); err != nil {
			t.Fatal(err)
		}
	}
	Known(t, s, people.Person{ID: ID(1), Watches: want})
	if n < people.MaxWatches {
		return
	}
	if err := s.Watch(t.Context(), ID(1), want[7]); err != nil {
		t.Errorf("what is watched already: %v", err)
	}
	for _, more := range []string{"slogan-x", people.WholeKit} {
		if refused := domain.AsError(s.Watch(t.Context(), ID(1), more)); refused == nil || refused.Reason != "too_many_watches" || refused.Field != "key" {
			t.Errorf("got %v", refused)
		}
	}
	if err := errors.Join(s.Unwatch(t.Context(), ID(1), want[7]), s.Watch(t.Context(), ID(1), want[7])); err != nil {
		t.Error(err)
	}
	Known(t, s, people.Person{ID: ID(1), Watches: want})
}

func testErase(t *testing.T, s people.Store) {
	t.Helper()
	Fill(t, s, Binh)
	Fill(t, s, people.Person{ID: ID(8), Name: "Trần An", Identities: []people.Identity{{Issuer: Binh.Identities[0].Issuer, Subject: "another"}}})
	for range 2 {
		if err := s.Erase(t.Context(), Binh.ID); err != nil {
			t.Fatal(err)
		}
		unknown(t, s, Binh.ID)
	}
	for p, err := range s.Each(t.Context()) {
		if err != nil || p.ID != ID(8) {
			t.Errorf("got %+v, %v", p, err)
		}
	}
	Known(t, s, people.Person{ID: ID(8), Name: "Trần An", Identities: []people.Identity{{Issuer: Binh.Identities[0].Issuer, Subject: "another"}}})
	if err := s.Put(t.Context(), Binh); !errors.Is(err, people.ErrErased) {
		t.Errorf("put: %v", err)
	}
	for _, err := range []error{s.Watch(t.Context(), Binh.ID, "slogan"), s.Unwatch(t.Context(), Binh.ID, Binh.Watches[1])} {
		if !errors.Is(err, people.ErrErased) {
			t.Errorf("watched: %v", err)
		}
	}
	// The identity is free, but not for who was erased.
	if _, err := s.Claim(t.Context(), Binh.Identities[0], Binh.ID); !errors.Is(err, people.ErrErased) {
		t.Errorf("claimed: %v", err)
	}
	if holder, err := s.Claim(t.Context(), Binh.Identities[0], ID(9)); err != nil || holder != ID(9) {
		t.Errorf("%s has it, %v", holder, err)
	}
	unknown(t, s, Binh.ID)
	// Nobody need have been known: then the id is taken out of use.
	if err := s.Erase(t.Context(), ID(10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), people.Person{ID: ID(10), Name: "x"}); !errors.Is(err, people.ErrErased) {
		t.Errorf("put: %v", err)
	}
}

func testRefused(t *testing.T, s people.Store) {
	t.Helper()
	is := func(err error, reason string) {
		t.Helper()
		if refusal := domain.AsError(err); refusal == nil || refusal.Reason != reason {
			t.Errorf("got %v, want %s", err, reason)
		}
	}
	is(s.Put(t.Context(), people.Person{Name: "x"}), "invalid_person")
	is(s.Put(t.Context(), people.Person{ID: ID(1), Name: "a\nb"}), "invalid_name")
	is(s.Put(t.Context(), people.Person{ID: ID(1), Mail: "x"}), "invalid_mail")
	is(s.Erase(t.Context(), uuid.Nil), "invalid_person")
	is(s.Watch(t.Context(), uuid.Nil, "slogan"), "invalid_person")
	is(s.Unwatch(t.Context(), uuid.Nil, "slogan"), "invalid_person")
	for _, key := range []string{"", "Slogan", "a b", "**", "slogan\x00"} {
		is(s.Watch(t.Context(), ID(1), key), "invalid_key")
		is(s.Unwatch(t.Context(), ID(1), key), "invalid_key")
	}
	_, err := s.Claim(t.Context(), people.Identity{Issuer: "x"}, ID(1))
	is(err, "invalid_identity")
	_, err = s.Claim(t.Context(), Binh.Identities[0], uuid.Nil)
	is(err, "invalid_person")
	unknown(t, s, ID(1))
}

// many is more than a page of any adapter that reads by pages, but for S3, which
// would take long to fill.
const many = 210

func testEach(t *testing.T, s people.Store) {
	t.Helper()
	n := many
	if _, slow := s.(interface{ Slow() }); slow {
		n = 12
	}
	want := make([]uuid.UUID, n)
	for i := range n {
		want[i] = ID(i + 1)
		if err := s.Put(t.Context(), people.Person{ID: ID(i*11%n + 1), Name: fmt.Sprint("Người ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Erase(t.Context(), want[4]); err != nil {
		t.Fatal(err)
	}
	want = slices.Delete(want, 4, 5)
	var got []uuid.UUID
	for p, err := range s.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		// The store can be used meanwhile.
		if len(got) == 2 {
			Known(t, s, people.Person{ID: p.ID, Name: p.Name})
		}
		got = append(got, p.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d came, want %d in order: %v", len(got), len(want), got[:min(len(got), 20)])
	}
	if all, err := s.Get(t.Context(), want...); err != nil || len(all) != len(want) {
		t.Errorf("got %d of %d, %v", len(all), len(want), err)
	}
	for _, err := range s.Each(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		break
	}
}

func testRace(t *testing.T, s people.Store) {
	t.Helper()
	for n := range 6 {
		p := Binh
		p.ID = ID(100 + n)
		var both sync.WaitGroup
		both.Go(func() {
			if err := s.Watch(t.Context(), p.ID, p.Watches[0]); err != nil && !errors.Is(err, people.ErrErased) {
				t.Error(err)
			}
		})
		both.Go(func() {
			if err := s.Put(t.Context(), p); err != nil && !errors.Is(err, people.ErrErased) {
				t.Error(err)
			}
			if _, err := s.Claim(t.Context(), p.Identities[0], p.ID); err != nil && !errors.Is(err, people.ErrErased) {
				t.Error(err)
			}
		})
		both.Go(func() {
			if err := s.Erase(t.Context(), p.ID); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		unknown(t, s, p.ID)
		if holder, err := s.Claim(t.Context(), p.Identities[0], ID(200+n)); err != nil || holder != ID(200+n) {
			t.Errorf("%s has the identity, %v", holder, err)
		}
		if err := s.Erase(t.Context(), ID(200+n)); err != nil {
			t.Error(err)
		}
	}
}

func testContext(t *testing.T, s people.Store) {
	t.Helper()
	Fill(t, s, Binh)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, people.Person{ID: Binh.ID, Name: "x"}); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Claim(ctx, Binh.Identities[0], ID(9)); !errors.Is(err, context.Canceled) {
		t.Errorf("claimed: %v", err)
	}
	if err := s.Watch(ctx, Binh.ID, "slogan"); !errors.Is(err, context.Canceled) {
		t.Errorf("watched: %v", err)
	}
	if err := s.Unwatch(ctx, Binh.ID, Binh.Watches[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("unwatched: %v", err)
	}
	if _, err := s.Get(ctx, Binh.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("got: %v", err)
	}
	if err := s.Erase(ctx, Binh.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("erased: %v", err)
	}
	ended := 0
	for _, err := range s.Each(ctx) {
		ended++
		if !errors.Is(err, context.Canceled) {
			t.Errorf("each: %v", err)
		}
	}
	if ended != 1 {
		t.Errorf("each ended %d times", ended)
	}
	Known(t, s, Binh)
}

func testClaims(t *testing.T, nodes int, open func() people.Store) {
	t.Helper()
	stores := make([]people.Store, nodes)
	for i := range stores {
		stores[i] = open()
		t.Cleanup(func() { closed(t, stores[i]) })
	}
	const claims = 9
	holders := make([]uuid.UUID, claims)
	var all sync.WaitGroup
	for i := range claims {
		all.Go(func() {
			holder, err := stores[i%nodes].Claim(t.Context(), Binh.Identities[0], ID(i+1))
			if err != nil {
				t.Error(err)
			}
			holders[i] = holder
		})
	}
	all.Wait()
	if len(slices.CompactFunc(slices.Clone(holders), func(a, b uuid.UUID) bool { return a == b })) != 1 || holders[0] == uuid.Nil {
		t.Fatalf("several have won: %v", holders)
	}
	for i := range claims {
		known, err := stores[i%nodes].Get(t.Context(), ID(i+1))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(known[ID(i+1)].Identities); (got == 1) != (ID(i+1) == holders[0]) || got > 1 {
			t.Errorf("%s has %d identities", ID(i+1), got)
		}
	}
}

func testReopened(t *testing.T, open func() people.Store) {
	t.Helper()
	store := open()
	Fill(t, store, Binh)
	if err := store.Erase(t.Context(), ID(1)); err != nil {
		t.Fatal(err)
	}
	closed(t, store)
	if err := store.Put(t.Context(), Binh); !errors.Is(err, people.ErrClosed) {
		t.Errorf("put after it was closed: %v", err)
	}
	if err := store.Watch(t.Context(), Binh.ID, "slogan"); !errors.Is(err, people.ErrClosed) {
		t.Errorf("watched after it was closed: %v", err)
	}
	closed(t, store)
	store = open()
	defer closed(t, store)
	Known(t, store, people.Person{ID: Binh.ID, Name: Binh.Name, Mail: Binh.Mail, Identities: Binh.Identities, Watches: Binh.Watches, Changed: Noon})
	if err := store.Put(t.Context(), people.Person{ID: ID(1)}); !errors.Is(err, people.ErrErased) {
		t.Errorf("put: %v", err)
	}
}
