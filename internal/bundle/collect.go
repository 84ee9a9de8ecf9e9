package bundle

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signet/domain"
	"signet/projections"
)

// page is how many rows are read at once.
const page = 200

// kit is what a selection chose.
type kit struct {
	selection Selection
	items     []*item                // in order of kinds, then keys
	editions  []*projections.Edition // those that put something in force, and that was asked for
	latest    time.Time              // when the youngest of the items came into force
	withdrawn []*projections.Version // what was in force then, and may not be used any more
	bytes     int                    // of the items' texts
}

// item is a version that is in force, with what of it is wanted.
type item struct {
	*projections.Standing

	Source  domain.Locale
	Content domain.Content
	Paths   []string // of Content.Files, in the archive
}

// collect asks the read models for what is selected.
func collect(ctx context.Context, views *projections.Views, s Selection) (*kit, error) {
	at, err := s.instant(ctx, views)
	if err != nil {
		return nil, err
	}
	if s.Pinned {
		s.AsOf = time.Time{} // it has been asked about, and is not told
	}
	k := &kit{selection: s}
	filter := projections.ApprovedFilter{AsOf: at, Public: s.Public}
	if len(s.Items) > 0 {
		err = k.named(ctx, views, filter)
	} else {
		err = k.all(ctx, views, filter)
	}
	if err != nil {
		return nil, err
	}
	if len(k.items) == 0 {
		return nil, ErrNothing
	}
	slices.SortStableFunc(k.items, func(a, b *item) int {
		return slices.Index(domain.Kinds, a.Kind) - slices.Index(domain.Kinds, b.Kind)
	})
	if err := k.findEditions(ctx, views); err != nil {
		return nil, err
	}
	return k, nil
}

// all takes over what is in force, page by page.
func (k *kit) all(ctx context.Context, views *projections.Views, filter projections.ApprovedFilter) error {
	for after := ""; ; {
		rows, err := views.Approved(ctx, filter, after, page)
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		if err := k.take(ctx, views, rows); err != nil || len(rows) < page {
			return err
		}
		after = rows[len(rows)-1].Item
	}
}

// named takes over the items that were named.
func (k *kit) named(ctx context.Context, views *projections.Views, filter projections.ApprovedFilter) error {
	for _, key := range k.selection.Items {
		filter.Item = key
		rows, err := views.Approved(ctx, filter, "", page)
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		if len(rows) == 0 {
			return domain.Refuse(domain.NotFound, "unknown_item", "there is no item %s, or it is not in force", key).At("item")
		}
		if err := k.take(ctx, views, rows); err != nil {
			return err
		}
	}
	return nil
}

// take takes over what of a page of versions is wanted.
func (k *kit) take(ctx context.Context, views *projections.Views, rows []*projections.Standing) error {
	keys := make([]string, len(rows))
	numbers := make([]projections.VersionKey, len(rows))
	for i, r := range rows {
		keys[i], numbers[i] = r.Item, projections.VersionKey{Item: r.Item, Number: r.Version}
	}
	items, err := views.ItemsByKey(ctx, keys)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	versions, err := views.VersionsByKey(ctx, numbers)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	for i, r := range rows {
		known, v := items[keys[i]], versions[numbers[i]]
		if known == nil || v == nil || k.selection.Public && !known.Public {
			continue // it was hidden between two questions
		}
		if err := k.takeOne(r, known, v); err != nil {
			return err
		}
	}
	return nil
}

// takeOne takes over what of a version is wanted.
func (k *kit) takeOne(r *projections.Standing, known *projections.Item, v *projections.Version) error {
	if len(k.selection.Kinds) > 0 && !slices.Contains(k.selection.Kinds, r.Kind) {
		return nil
	}
	content, wanted := k.selection.of(r.Kind, known.Source, *r.Content)
	switch {
	case !wanted:
		return nil
	case withdrawn(v, k.selection.Now):
		k.withdrawn = append(k.withdrawn, v)
		return nil
	}
	for _, u := range content.Units {
		for _, text := range u.Text {
			k.bytes += len(text)
		}
	}
	if k.bytes > maxTexts { // before more of them are kept
		return ErrTooLarge
	}
	standing := *r
	if k.selection.Pinned {
		standing.Until = time.Time{}
	}
	k.items = append(k.items, &item{Standing: &standing, Source: known.Source, Content: content})
	return nil
}

// withdrawn tells whether a version may not be used any more.
func withdrawn(v *projections.Version, now time.Time) bool {
	return !v.WithdrawnFrom.IsZero() && !v.WithdrawnFrom.After(now)
}

// findEditions finds the editions that are named, and the latest instant.
func (k *kit) findEditions(ctx context.Context, views *projections.Views) error {
	numbers := []int{k.selection.Edition}
	for _, i := range k.items {
		numbers = append(numbers, i.Edition)
		if i.From.After(k.latest) {
			k.latest = i.From
		}
	}
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		if n == 0 {
			continue
		}
		e, err := views.Edition(ctx, n)
		if err != nil {
			return fmt.Errorf("bundle: edition %d: %w", n, err)
		}
		k.editions = append(k.editions, e)
	}
	return nil
}
