package graph

import (
	"encoding/base64"
	"encoding/json"

	"signet/domain"
	"signet/graph/gen"
)

// maxLocales is how many languages are counted at once.
const maxLocales = 20

// maxPage is the largest page of a connection.
const maxPage = 100

// pageSize checks the argument first.
func pageSize(first *int) (int, error) {
	n := or(first, 20)
	if n < 1 || n > maxPage {
		return 0, domain.Refuse(domain.Invalid, "invalid_page_size", "a page has 1 to %d rows", maxPage).At("first")
	}
	return n, nil
}

// cursor makes a cursor of the place of a row in its order.
func cursor(place any) string {
	b, err := json.Marshal(place)
	if err != nil {
		return "" // places are strings and numbers only
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// place reads what cursor made; the zero place without a cursor.
func place[P any](after *string) (P, error) {
	var p P
	if after == nil {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*after)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return p, domain.Refuse(domain.Invalid, "invalid_cursor", "this cursor did not come from here").At("after")
	}
	return p, nil
}

// page is what a connection is asked for: size rows after the place.
type page[P any] struct {
	size  int
	after P
	began bool
}

// pageOf reads the arguments of a connection.
func pageOf[P any](first *int, after *string) (page[P], error) {
	size, err := pageSize(first)
	if err != nil {
		return page[P]{}, err
	}
	from, err := place[P](after)
	return page[P]{size: size, after: from, began: after == nil}, err
}

// fetch is how many rows to read: one more tells whether there are more.
func (p page[P]) fetch() int { return p.size + 1 }

// edges cuts the rows to the page and makes an edge of each.
func edges[P, R, E any](p page[P], rows []*R, at func(*R) P, edge func(string, *R) *E) ([]*E, *gen.PageInfo) {
	info := &gen.PageInfo{HasNextPage: len(rows) > p.size, HasPreviousPage: !p.began}
	if info.HasNextPage {
		rows = rows[:p.size]
	}
	out := make([]*E, len(rows))
	for i, row := range rows {
		c := cursor(at(row))
		out[i] = edge(c, row)
		if i == 0 {
			info.StartCursor = &c
		}
		if i == len(rows)-1 {
			info.EndCursor = &c
		}
	}
	return out, info
}
