package server_test

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"signet/domain"
	"signet/graph"
	"signet/internal/server"
)

// FuzzQueries reads any query of a file and of the kit. What is refused is the caller's
// doing, of what is accepted each part can be right, and a query stays as it was: it is
// read again where a link is checked.
func FuzzQueries(f *testing.F) {
	for _, query := range []string{
		"", "width=400", "width=400&height=300&fit=cover&format=webp&channel=portal", "preset=print", "preset=print&preset=print", "preview=1&width=800", "preview=1&width=801", "preview=1", "stamp=1", "stamp=0",
		"channel=a&channel=b", "channel=A%20B", "width=400&width=1", "width=-1", "background=%23fff", "edition=2&kind=logo&kind=SLOGAN&locale=VI&audience=investors&channel=portal&item=logo-city", "asOf=2027-03-01T00:00:00%2B07:00",
		"edition=0", "pinned=1&pinned=x", "asOf=9999-12-31T23:59:59-12:00", "locale=", "kind=&item=", "%zz=1", "a;b", "edition=99999999999999999999",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		before := maps.Clone(q)
		channel, spec, longest, preview, err := server.FileQuery(q)
		if err != nil && graph.Tell(err).Status >= 500 {
			t.Fatalf("%q: %v", query, err)
		}
		if err == nil {
			rightKey(t, query, channel)
			if preview && (spec == "" || longest > 800) {
				t.Fatalf("%q is a preview %q", query, spec)
			}
			if spec != "" {
				again, _ := url.ParseQuery(spec)
				if _, same, _, _, err := server.FileQuery(again); err != nil || same != spec {
					t.Fatalf("%q makes %q, which makes %q (%v)", query, spec, same, err)
				}
			}
		}
		selection, channel, err := server.KitQuery(q)
		if err != nil && graph.Tell(err).Status >= 500 {
			t.Fatalf("%q: %v", query, err)
		}
		if err == nil {
			rightKey(t, query, append(selection.Items, channel)...)
			if selection.Edition < 0 || slices.Contains(selection.Locales, "") || slices.ContainsFunc(selection.Kinds, func(k domain.Kind) bool { return !slices.Contains(domain.Kinds, k) }) {
				t.Fatalf("%q selects %+v", query, selection)
			}
		}
		if !maps.EqualFunc(q, before, slices.Equal) {
			t.Fatalf("%q has become %v", query, q)
		}
	})
}

// rightKey fails unless each is a key, or nothing.
func rightKey(t *testing.T, query string, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if same, err := domain.ParseKey(key); key != "" && (err != nil || same != key) {
			t.Fatalf("%q names %q", query, key)
		}
	}
}
