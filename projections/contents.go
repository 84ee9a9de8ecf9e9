package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"signet/domain"
)

// replaceContent lets a version say something else.
func (w *writer) replaceContent(f fact, key string, version int, c domain.Content) error {
	if err := w.exec("UPDATE version SET content = ? WHERE item = ? AND number = ?", int64(f.position), key, version); err != nil {
		return err
	}
	if err := w.exec("DELETE FROM file WHERE item = ? AND version = ?", key, version); err != nil {
		return err
	}
	return errors.Join(w.keepContent(f, key, version, c), w.touch(f, key))
}

// keepContent keeps a content under the position at which it was written; it
// never changes under that number.
func (w *writer) keepContent(f fact, key string, version int, c domain.Content) error {
	body, err := asJSON(c)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT INTO content VALUES (?,?)", int64(f.position), body); err != nil {
		return err
	}
	w.contents.Add(int64(f.position), contentOf(int64(f.position), c))
	for _, file := range c.Files {
		if err := w.exec("INSERT INTO file VALUES (?,?,?,?)", file.Digest, key, version, file.Name); err != nil {
			return err
		}
	}
	return nil
}

// content is what the writer needs of a content: the ways to ask for it, and the
// locales of its texts, sorted.
type content struct {
	id      int64
	facets  []counted
	locales []domain.Locale
}

func contentOf(id int64, c domain.Content) *content {
	return &content{id, facets(c), c.Parts("")[1:]} // the empty locale, which no text has, comes first
}

// content reads a content within the writer's transaction, or remembers it. Under
// a number it never changes, but for one that a lost transaction wrote; see
// rollback.
func (w *writer) content(id int64) (*content, error) {
	if c, ok := w.contents.Get(id); ok {
		return c, nil
	}
	c, err := w.body(id)
	if err != nil {
		return nil, err
	}
	known := contentOf(id, c)
	w.contents.Add(id, known)
	return known, nil
}

// body reads all of a content.
func (w *writer) body(id int64) (domain.Content, error) {
	var c domain.Content
	var body string
	if err := w.row("SELECT body FROM content WHERE id = ?", id).Scan(&body); err != nil {
		return c, err
	}
	err := json.Unmarshal([]byte(body), &c)
	return c, err
}

// versionContent reads what a version says.
func (w *writer) versionContent(key string, version int) (domain.Content, error) {
	var id int64
	if err := w.row("SELECT content FROM version WHERE item = ? AND number = ?", key, version).Scan(&id); err != nil {
		return domain.Content{}, err
	}
	return w.body(id)
}

// parts are the parts of a version that are signed, see domain.Signature.
func (w *writer) parts(key string, version int) ([]domain.Locale, error) {
	var id int64
	var source domain.Locale
	if err := w.row("SELECT v.content, i.source FROM version v JOIN item i ON i.key = v.item WHERE v.item = ? AND v.number = ?", key, version).Scan(&id, &source); err != nil {
		return nil, err
	}
	c, err := w.content(id)
	if err != nil {
		return nil, err
	}
	return c.parts(source), nil
}

func (c *content) parts(source domain.Locale) []domain.Locale {
	if slices.Contains(c.locales, source) {
		return c.locales
	}
	parts := append(slices.Clone(c.locales), source)
	slices.Sort(parts)
	return parts
}

func (v *Views) fillContents(ctx context.Context, rows []*Version) error {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.contentID
	}
	contents, err := v.contentsOf(ctx, ids)
	if err != nil {
		return err
	}
	for i, r := range rows {
		r.Content = contents[i]
	}
	return nil
}

// Contents tells how many contents of versions were in memory when they were asked
// for, and how many were not.
func (v *Views) Contents() (hits, misses uint64) { return v.hits.Load(), v.misses.Load() }

// contentsOf returns contents by their numbers, in the same order: from memory
// those that were read before, the others by one query.
func (v *Views) contentsOf(ctx context.Context, ids []int64) ([]*domain.Content, error) {
	out := make([]*domain.Content, len(ids))
	var missing []int64
	for i, id := range ids {
		if c, ok := v.contents.Get(id); ok {
			out[i] = c
		} else {
			missing = append(missing, id)
		}
	}
	v.hits.Add(uint64(len(ids) - len(missing)))
	v.misses.Add(uint64(len(missing)))
	if len(missing) == 0 {
		return out, nil
	}
	list, err := asJSON(missing)
	if err != nil {
		return nil, err
	}
	read, err := many(ctx, v, scanContent, "SELECT id, body FROM content WHERE id IN (SELECT value FROM json_each(?))", list)
	if err != nil {
		return nil, err
	}
	fresh := make(map[int64]*domain.Content, len(read))
	for _, r := range read {
		fresh[r.id] = &r.content
		v.contents.Add(r.id, &r.content)
	}
	for i, id := range ids {
		if out[i] == nil {
			out[i] = fresh[id]
		}
		if out[i] == nil {
			return nil, fmt.Errorf("projections: there is no content %d", id)
		}
	}
	return out, nil
}

type contentRow struct {
	id      int64
	content domain.Content
}

func scanContent(rows columns) (*contentRow, error) {
	var r contentRow
	var body sql.RawBytes
	if err := rows.Scan(&r.id, &body); err != nil {
		return nil, err
	}
	return &r, json.Unmarshal(body, &r.content)
}
