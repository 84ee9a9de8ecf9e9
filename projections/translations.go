package projections

import (
	"context"
	"database/sql"
	"slices"

	"signet/domain"
)

// translations answers how far the texts of a version are translated, and which
// translations were made from another source text than there is now.
var translations = projection{
	name: "translations",
	schema: `
CREATE TABLE stale (
	item TEXT NOT NULL, version INTEGER NOT NULL, unit TEXT NOT NULL, locale TEXT NOT NULL, source TEXT NOT NULL,
	PRIMARY KEY (item, version, unit, locale)
) STRICT, WITHOUT ROWID;
CREATE TABLE translation (
	item TEXT NOT NULL, version INTEGER NOT NULL, locale TEXT NOT NULL, missing INTEGER NOT NULL, stale INTEGER NOT NULL,
	PRIMARY KEY (item, version, locale)
) STRICT, WITHOUT ROWID;
`,
	apply: applyTranslations,
}

func applyTranslations(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.VersionDrafted:
		stale := domain.StaleTexts{}
		source, err := w.source(e.Key)
		if err != nil {
			return err
		}
		if e.Version > 1 {
			if stale, err = w.staleAfter(source, e.Key, e.Version-1, e.Content); err != nil {
				return err
			}
		}
		return w.enterStale(e.Key, e.Version, source, e.Content, stale)
	case domain.VersionRevised:
		source, err := w.source(e.Key)
		if err != nil {
			return err
		}
		stale, err := w.staleAfter(source, e.Key, e.Version, e.Content)
		if err != nil {
			return err
		}
		return w.keepStale(e.Key, e.Version, source, e.Content, stale)
	case domain.VersionTranslated:
		source, err := w.source(e.Key)
		if err != nil {
			return err
		}
		before, err := w.versionContent(e.Key, e.Version)
		if err != nil {
			return err
		}
		stale, err := w.stale(e.Key, e.Version)
		if err != nil {
			return err
		}
		return w.keepStale(e.Key, e.Version, source, before.Translated(e.Locale, e.Texts), stale.Without(e.Locale, e.Texts))
	}
	return nil
}

func (w *writer) source(key string) (source domain.Locale, err error) {
	err = w.row("SELECT source FROM item WHERE key = ?", key).Scan(&source)
	return source, err
}

// staleAfter tells what is stale when a content follows that of a version.
func (w *writer) staleAfter(source domain.Locale, key string, version int, after domain.Content) (domain.StaleTexts, error) {
	before, err := w.versionContent(key, version)
	if err != nil {
		return nil, err
	}
	stale, err := w.stale(key, version)
	return stale.After(source, before, after), err
}

func (w *writer) stale(key string, version int) (domain.StaleTexts, error) {
	out := domain.StaleTexts{}
	return out, w.each(func(rows *sql.Rows) error {
		var k domain.TextKey
		var source string
		if err := rows.Scan(&k.Unit, &k.Locale, &source); err != nil {
			return err
		}
		out[k] = source
		return nil
	}, "SELECT unit, locale, source FROM stale WHERE item = ? AND version = ?", key, version)
}

// keepStale writes what is stale of a version in place of what was before.
func (w *writer) keepStale(key string, version int, source domain.Locale, c domain.Content, stale domain.StaleTexts) error {
	for _, table := range []string{"stale", "translation"} {
		if err := w.exec("DELETE FROM "+table+" WHERE item = ? AND version = ?", key, version); err != nil {
			return err
		}
	}
	return w.enterStale(key, version, source, c, stale)
}

// enterStale writes what is stale of a version, and counts by locale what is
// missing and what is stale.
func (w *writer) enterStale(key string, version int, source domain.Locale, c domain.Content, stale domain.StaleTexts) error {
	counts := map[domain.Locale]int{}
	for k, from := range stale {
		counts[k.Locale]++
		if err := w.exec("INSERT INTO stale VALUES (?,?,?,?,?)", key, version, k.Unit, k.Locale, from); err != nil {
			return err
		}
	}
	for _, l := range localesOf(source, c) {
		missing := 0
		for _, u := range c.Units {
			if u.Text[l] == "" {
				missing++
			}
		}
		if err := w.exec("INSERT INTO translation VALUES (?,?,?,?,?)", key, version, l, missing, counts[l]); err != nil {
			return err
		}
	}
	return nil
}

// localesOf are the locales into which a content is or ought to be translated,
// sorted.
func localesOf(source domain.Locale, c domain.Content) []domain.Locale {
	all := append(c.Parts(source), domain.KeyLocales...)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(l domain.Locale) bool { return l == source })
}

// Translation sums up how far a version is translated into a locale.
type Translation struct {
	Locale domain.Locale
	// Missing and Stale count text units, with their titles.
	Missing, Stale int
}

// TranslationsByKey sums up how far the versions are translated, each in order of
// the locales: the key languages, and those that there are.
func (v *Views) TranslationsByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Translation, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Translation, error) {
		var t Translation
		return &t, rows.Scan(&of.Item, &of.Number, &t.Locale, &t.Missing, &t.Stale)
	}, `SELECT item, version, locale, missing, stale FROM translation
		WHERE (item, version) IN (SELECT item, number FROM wanted) ORDER BY locale`)
}

// TranslationWork returns the versions that are being written and have something
// missing or stale in a locale, in order, those after the one given, at most limit.
func (v *Views) TranslationWork(ctx context.Context, l domain.Locale, after VersionKey, limit int) ([]*Version, error) {
	rows, err := many(ctx, v, scanVersion, selectVersion+`WHERE state IN ('drafted', 'returned') AND (item, number) > (?, ?)
		AND EXISTS (SELECT 1 FROM translation t WHERE t.item = version.item AND t.version = version.number AND t.locale = ? AND t.missing + t.stale > 0)
		ORDER BY item, number LIMIT ?`, after.Item, after.Number, l, limit)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}

// Text is what a version says in one unit and one locale, and where that stands.
type Text struct {
	Unit   domain.Unit
	Locale domain.Locale
	Text   string // empty when it is missing
	Source string // the text in the source locale
	State  domain.TextState
	// MadeFrom is the source text from which a stale text was made.
	MadeFrom string
}

// StaleByKey returns what is stale of each of the versions.
func (v *Views) StaleByKey(ctx context.Context, keys []VersionKey) (map[VersionKey]domain.StaleTexts, error) {
	type row struct {
		domain.TextKey

		of     VersionKey
		source string
	}
	list, err := wanted(keys)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, func(rows columns) (*row, error) {
		var r row
		return &r, rows.Scan(&r.of.Item, &r.of.Number, &r.Unit, &r.Locale, &r.source)
	}, withWanted+"SELECT item, version, unit, locale, source FROM stale WHERE (item, version) IN (SELECT item, number FROM wanted)", list)
	out := make(map[VersionKey]domain.StaleTexts, len(keys))
	for _, r := range rows {
		if out[r.of] == nil {
			out[r.of] = domain.StaleTexts{}
		}
		out[r.of][r.TextKey] = r.source
	}
	return out, err
}

// Texts returns the texts of a version in a locale, in order of the units.
func (v *Views) Texts(ctx context.Context, of *Version, l domain.Locale) ([]*Text, error) {
	item, err := v.Item(ctx, of.Item)
	if err != nil {
		return nil, err
	}
	key := VersionKey{of.Item, of.Number}
	stale, err := v.StaleByKey(ctx, []VersionKey{key})
	return TextsOf(of, item.Source, stale[key], l), err
}

// TextsOf are the texts of a version in a locale, in order of the units, given what
// is stale of it.
func TextsOf(of *Version, source domain.Locale, stale domain.StaleTexts, l domain.Locale) []*Text {
	out := make([]*Text, len(of.Content.Units))
	for i, u := range of.Content.Units {
		text, there := u.Text[l]
		from, isStale := stale[domain.TextKey{Unit: u.ID, Locale: l}]
		out[i] = &Text{Unit: u, Locale: l, Text: text, Source: u.Text[source], State: domain.StateOf(of.State, there, isStale), MadeFrom: from}
	}
	return out
}
