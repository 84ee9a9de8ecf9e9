package projections

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
	"unicode"

	"signet/domain"
)

// search answers which texts and names contain some words, in every language.
//
// One document is all that a version says in one locale. Its words are entered
// twice: as written, and without the marks of Latin letters; see words.
var search = projection{
	name: "search",
	schema: `
CREATE TABLE document (
	id INTEGER PRIMARY KEY, item TEXT NOT NULL, version INTEGER NOT NULL, locale TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX document_by_version ON document (item, version);
CREATE VIRTUAL TABLE search USING fts5 (exact, folded, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
`,
	apply: applySearch,
}

// localeSlots is how many documents a content may have: domain.MaxLocales fit.
const localeSlots = 64

func applySearch(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.VersionDrafted:
		return w.index(f, e.Key, e.Version, e.Content)
	case domain.VersionRevised:
		return w.reindex(f, e.Key, e.Version, e.Content)
	case domain.VersionTranslated:
		c, err := w.versionContent(e.Key, e.Version) // items has applied it
		if err != nil {
			return err
		}
		return w.reindex(f, e.Key, e.Version, c)
	}
	return nil
}

// reindex enters what a version says now in place of what it said.
func (w *writer) reindex(f fact, key string, version int, c domain.Content) error {
	var old []int64
	err := w.each(func(rows *sql.Rows) error {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		old = append(old, id)
		return nil
	}, "SELECT id FROM document WHERE item = ? AND version = ?", key, version)
	if err != nil {
		return err
	}
	for _, id := range old {
		if err := w.exec("DELETE FROM search WHERE rowid = ?", id); err != nil {
			return err
		}
		if err := w.exec("DELETE FROM document WHERE id = ?", id); err != nil {
			return err
		}
	}
	return w.index(f, key, version, c)
}

func (w *writer) index(f fact, key string, version int, c domain.Content) error {
	bodies := domain.Texts{}
	for _, u := range c.Units {
		for l, text := range u.Text {
			if bodies[l] != "" {
				text = bodies[l] + "\n" + text
			}
			bodies[l] = text
		}
	}
	locales := bodies.Locales()
	for i, l := range locales[:min(len(locales), localeSlots)] {
		id := int64(f.position)*localeSlots + int64(i)
		if err := w.exec("INSERT INTO document VALUES (?,?,?,?,?)", id, key, version, l, bodies[l]); err != nil {
			return err
		}
		text := words(bodies[l])
		if err := w.exec("INSERT INTO search (rowid, exact, folded) VALUES (?,?,?)", id, text.exact(), text.folded()); err != nil {
			return err
		}
	}
	return nil
}

// searchDepth bounds how many documents are put in order for one query: the newest
// that match as written, and the newest that match without marks. The order does
// not weigh words by how rare they are, as BM25 does: all of them must be there
// anyway, and to count them took 0.1 to 0.4 s with 100,000 items.
const searchDepth = 2000

// SearchFilter says where to search; empty fields mean anywhere.
type SearchFilter struct {
	Kind   domain.Kind
	Locale domain.Locale
	// AsOf limits the search to what is in force at the instant; zero searches
	// every version there is.
	AsOf   time.Time
	Public bool // only what may be read without a token; requires AsOf
}

// Hit is a version of which the text in one locale contains the words.
type Hit struct {
	Item    string
	Kind    domain.Kind
	Version int
	Locale  domain.Locale
	// Excerpt is the line that contains the first of the words.
	Excerpt string
}

// Search returns what contains all words of the query: first what is written with
// the very same marks, and in that the shortest texts, of which the words are the
// greatest part. The last word may be the beginning of one. An empty query finds
// nothing.
func (v *Views) Search(ctx context.Context, query string, f SearchFilter, offset, limit int) ([]*Hit, error) {
	wanted := words(query)
	if len(wanted) == 0 {
		return nil, nil
	}
	sqlText := `SELECT d.item, i.kind, d.version, d.locale, d.body FROM (
			SELECT rowid, min(folded) AS folded FROM (
				SELECT * FROM (SELECT rowid, 0 AS folded FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)
				UNION ALL
				SELECT * FROM (SELECT rowid, 1 AS folded FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)
			) GROUP BY rowid
		) h JOIN document d ON d.id = h.rowid JOIN item i ON i.key = d.item WHERE 1 = 1`
	args := []any{wanted.match("exact"), searchDepth, wanted.match("folded"), searchDepth}
	if !f.AsOf.IsZero() {
		sqlText += " AND EXISTS (SELECT 1 FROM standing s WHERE s.item = d.item AND s.version = d.version AND s.valid_from <= ? AND s.valid_until > ?)"
		args = append(args, micros(f.AsOf), micros(f.AsOf))
	}
	if f.Public {
		sqlText += " AND i.public = 1"
	}
	if f.Kind != "" {
		sqlText, args = sqlText+" AND i.kind = ?", append(args, f.Kind)
	}
	if f.Locale != "" {
		sqlText, args = sqlText+" AND d.locale = ?", append(args, f.Locale)
	}
	sqlText += " ORDER BY h.folded, octet_length(d.body), d.item, d.version DESC, d.locale LIMIT ? OFFSET ?"
	return many(ctx, v, func(rows columns) (*Hit, error) {
		var h Hit
		var body string
		err := rows.Scan(&h.Item, &h.Kind, &h.Version, &h.Locale, &body)
		h.Excerpt = excerpt(body, wanted)
		return &h, err
	}, sqlText, append(args, limit, offset)...)
}

// excerptLength is how many characters of a line an excerpt has at most, and excerptLead
// how many of them stand before the first of the words.
const (
	excerptLength = 200
	excerptLead   = 40
)

// excerpt returns the line that contains most of the words, or the first; of a long line
// what is around the first of the words.
func excerpt(body string, wanted text) string {
	var best string
	most := -1
	for line := range strings.SplitSeq(body, "\n") {
		if n := found(words(line), wanted); n > most {
			best, most = line, n
		}
	}
	r := []rune(best)
	if len(r) <= excerptLength {
		return best
	}
	begin := 0
	if at := firstOf(r, wanted); at > excerptLead {
		begin = at - excerptLead
		for begin < at && within(r, begin) {
			begin++
		}
	}
	out := string(r[begin:min(len(r), begin+excerptLength)])
	if begin > 0 {
		out = "…" + out
	}
	if begin+excerptLength < len(r) {
		out += "…"
	}
	return out
}

// found counts the wanted words that a text contains.
func found(in, wanted text) (n int) {
	for _, q := range wanted {
		if slices.ContainsFunc(in, func(w word) bool { return strings.HasPrefix(w.folded, q.folded) }) {
			n++
		}
	}
	return n
}

// firstOf is where in a line the first of the wanted words begins; 0 if none does.
func firstOf(line []rune, wanted text) int {
	const longest = 40 // characters of a word that are compared
	for i := range line {
		if within(line, i) || !unicode.IsLetter(line[i]) && !unicode.IsDigit(line[i]) {
			continue
		}
		if here := words(string(line[i:min(len(line), i+longest)])); len(here) > 0 && found(here[:1], wanted) > 0 {
			return i
		}
	}
	return 0
}

// within tells whether a place in a line is within a word, of a script that is written
// with spaces.
func within(line []rune, i int) bool {
	if i == 0 || !unicode.IsLetter(line[i-1]) {
		return false
	}
	before := words(string(line[i-1]))
	return len(before) > 0 && !before[0].single
}
