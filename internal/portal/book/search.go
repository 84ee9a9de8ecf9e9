package book

import (
	"slices"

	"signet/internal/portal/frame"
)

// hits is how many a page of the search shows, in all languages.
const hits = 40

type searchPage struct {
	view

	Query string
	Kinds []foundKind
	Next  string // address of the next page
}

// foundKind is what was found of a kind, best first.
type foundKind struct {
	Kind  string
	Items []*foundItem
}

// foundItem is an item with the languages in which it was found.
type foundItem struct {
	Key  string
	Name title
	Hits []hit
}

// hit is the line in which something was found.
type hit struct {
	Locale string
	Pieces []piece
}

const searchDocument = `
query BookSearch($query: String!, $asOf: DateTime, $lang: Locale!, $first: Int!, $after: String) {
	search(query: $query, asOf: $asOf, first: $first, after: $after) {
		edges { node { key kind locale excerpt item { name(locale: $lang) } } }
		pageInfo { hasNextPage endCursor }
	}
}`

type found struct {
	Search struct {
		Edges []struct {
			Node struct {
				Key, Kind, Locale, Excerpt string
				Item                       struct{ Name string }
			}
		}
		PageInfo struct {
			HasNextPage bool
			EndCursor   string
		}
	}
}

func search(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	p := searchPage{view: w, Query: v.Value("q")}
	if p.Query == "" {
		return v.Show("book/search", p)
	}
	var all found
	err = v.Ask(searchDocument, frame.Vars{"query": p.Query, "asOf": w.asOf(), "lang": v.Lang, "first": hits, "after": v.Optional("after")}, &all)
	if err := v.Refused(err); err != nil {
		return err
	}
	p.take(all, string(v.Lang))
	if all.Search.PageInfo.HasNextPage {
		p.Next = w.To("/search?q=", p.Query, "&after=", all.Search.PageInfo.EndCursor)
	}
	return v.Show("book/search", p)
}

// take groups what was found by kind and item, in the order in which it was found.
func (p *searchPage) take(all found, lang string) {
	for _, e := range all.Search.Edges {
		n := e.Node
		at := slices.IndexFunc(p.Kinds, func(k foundKind) bool { return k.Kind == n.Kind })
		if at < 0 {
			at = len(p.Kinds)
			p.Kinds = append(p.Kinds, foundKind{Kind: n.Kind})
		}
		of := slices.IndexFunc(p.Kinds[at].Items, func(i *foundItem) bool { return i.Key == n.Key })
		if of < 0 {
			of = len(p.Kinds[at].Items)
			name := titled(said{lang, n.Item.Name})
			if name.Main == "" {
				name.Main = n.Key
			}
			p.Kinds[at].Items = append(p.Kinds[at].Items, &foundItem{Key: n.Key, Name: name})
		}
		i := p.Kinds[at].Items[of]
		i.Hits = append(i.Hits, hit{n.Locale, marked(n.Excerpt, p.Query)})
	}
	for _, k := range p.Kinds {
		for _, i := range k.Items {
			slices.SortStableFunc(i.Hits, func(a, b hit) int { return rank(lang, a.Locale) - rank(lang, b.Locale) })
		}
	}
}

// Count is how many items were found.
func (p searchPage) Count() (n int) {
	for _, k := range p.Kinds {
		n += len(k.Items)
	}
	return n
}
