package bundle

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	latest    time.Time              // when the youngest of the items came into force, or the edition
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
	k := &kit{selection: s}
	for after := ""; ; {
		rows, err := views.Approved(ctx, projections.ApprovedFilter{AsOf: at, Public: s.Public}, after, page)
		if err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
		if err := k.take(ctx, views, rows); err != nil {
			return nil, err
		}
		if len(rows) < page {
			break
		}
		after = rows[len(rows)-1].Item
	}
	if len(k.items) == 0 {
		return nil, ErrNothing
	}
	slices.SortStableFunc(k.items, func(a, b *item) int {
		return slices.Index(domain.Kinds, a.Kind) - slices.Index(domain.Kinds, b.Kind)
	})
	return k, k.findEditions(ctx, views)
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
		if known == nil || v == nil || withdrawn(v, k.selection.Now) || k.selection.Public && !known.Public {
			continue
		}
		if len(k.selection.Kinds) > 0 && !slices.Contains(k.selection.Kinds, r.Kind) {
			continue
		}
		if content, wanted := k.selection.of(r.Kind, known.Source, *r.Content); wanted {
			k.items = append(k.items, &item{Standing: r, Source: known.Source, Content: content})
		}
	}
	return nil
}

// withdrawn tells whether a version may not be used any more.
func withdrawn(v *projections.Version, now time.Time) bool {
	return !v.WithdrawnFrom.IsZero() && !v.WithdrawnFrom.After(now)
}

// of returns what of a content is wanted, and whether that is anything.
func (s Selection) of(kind domain.Kind, source domain.Locale, c domain.Content) (domain.Content, bool) {
	out := domain.Content{Files: c.Files, Colours: c.Colours, Licence: c.Licence}
	wanted := kind == domain.Logo
	for _, u := range c.Units {
		if u.Audience != "" && len(s.Audiences) > 0 && !slices.Contains(s.Audiences, u.Audience) {
			continue
		}
		u.Text = s.texts(u.Text)
		if u.Role == domain.UnitName && len(u.Text) == 0 {
			u.Text = original(c.Name(), source)
		}
		if len(u.Text) == 0 {
			continue
		}
		wanted = wanted || isMain(u.Role)
		out.Units = append(out.Units, u)
	}
	for _, p := range c.Placeholders {
		p.Note = s.texts(p.Note)
		p.Forms = maps.Clone(p.Forms)
		maps.DeleteFunc(p.Forms, func(l domain.Locale, _ domain.PluralForms) bool { return !s.wants(l) })
		out.Placeholders = append(out.Placeholders, p)
	}
	return out, wanted
}

// isMain tells whether an item is there for units of the role.
func isMain(r domain.UnitRole) bool { return r != domain.UnitName && r != domain.UnitNote }

func (s Selection) texts(t domain.Texts) domain.Texts {
	out := t.Clone()
	maps.DeleteFunc(out, func(l domain.Locale, _ string) bool { return !s.wants(l) })
	return out
}

// original is a text in its source locale only.
func original(t domain.Texts, source domain.Locale) domain.Texts {
	if text, ok := t[source]; ok {
		return domain.Texts{source: text}
	}
	return t
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
		if n == k.selection.Edition {
			k.latest = e.Issued // nothing that came into force later is in it
		}
	}
	return nil
}

// edition returns what was asked for, or nil.
func (k *kit) edition() *projections.Edition {
	for _, e := range k.editions {
		if e.Number == k.selection.Edition {
			return e
		}
	}
	return nil
}

// text is what an item says in one locale, as a file of plain text, or "" for
// nothing. Slogans and templates can be used as they are; the parts of a message
// set stand under what they are for.
func (i *item) text(l domain.Locale) string {
	var parts []string
	for _, u := range i.Content.Units {
		text, ok := u.Text[l]
		switch {
		case !ok || !isMain(u.Role):
		case i.Kind == domain.MessageSet:
			about := strings.Join(strings.Fields(string(u.Role)+" "+u.Pillar+" "+u.Audience), " ")
			parts = append(parts, "["+about+"]\n"+text)
		default:
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// locales are those in which the item has a text, sorted.
func (i *item) locales() []domain.Locale {
	all := domain.Texts{}
	for _, u := range i.Content.Units {
		maps.Copy(all, u.Text)
	}
	return all.Locales()
}
