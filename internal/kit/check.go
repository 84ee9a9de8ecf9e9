package kit

import (
	"fmt"
	"slices"
	"strings"

	"signet/domain"
)

// checkSigners checks who signs: the agencies and policies of kit.yaml.
func (k *Kit) checkSigners(root *parsed) error {
	if i := sortedBy(k.doc.Agencies, func(a, b agency) int { return strings.Compare(a.Key, b.Key) }); i >= 0 {
		return root.at(fmt.Sprintf("agencies[%d].key", i), unsorted("agencies", "key"))
	}
	for i, a := range k.doc.Agencies {
		if a.Registered.IsZero() {
			return root.at(fmt.Sprintf("agencies[%d].registered", i), missing("registered"))
		}
		if err := canonicalLocales(a.Name); err != nil {
			return root.at(fmt.Sprintf("agencies[%d].name", i), err)
		}
	}
	return k.checkPolicies(root)
}

// checkEditions checks the editions of kit.yaml, once the items are known.
func (k *Kit) checkEditions(root *parsed) error {
	for i, e := range k.doc.Editions {
		field := fmt.Sprintf("editions[%d]", i)
		if e.Number != i+1 {
			return root.at(field+".number", invalid("edition_gap", "editions are numbered 1, 2, 3 …; here stands %d", e.Number))
		}
		if err := k.checkEdition(root, field, &e); err != nil {
			return err
		}
	}
	return nil
}

func (k *Kit) checkEdition(root *parsed, field string, e *edition) error {
	times := clockwork{tree: root}
	times.step(field+".opened", e.Opened)
	if err := times.err(); err != nil {
		return err
	}
	opened := times
	if err := canonicalLocales(e.Title); err != nil {
		return root.at(field+".title", err)
	}
	opening := domain.OpenEdition{Number: e.Number, Title: e.Title, Due: domain.Date(e.Due), Basis: e.basis()}
	if _, err := opening.Decide(domain.Edition{}, domain.Call{At: e.Opened.Time, Facts: listed{kit: k}}); err != nil {
		return root.refuse(field+".", err)
	}
	if n := sortedBy(e.Entries, func(a, b entry) int { return strings.Compare(a.Item, b.Item) }); n >= 0 {
		return root.at(fmt.Sprintf("%s.entries[%d].item", field, n), unsorted("entries", "item"))
	}
	if n := sortedBy(e.Retired, func(a, b retirement) int { return strings.Compare(a.Item, b.Item) }); n >= 0 {
		return root.at(fmt.Sprintf("%s.retired[%d].item", field, n), unsorted("retired", "item"))
	}
	last := opened
	held := map[string]bool{}
	for n, entry := range e.Entries {
		place := fmt.Sprintf("%s.entries[%d]", field, n)
		held[entry.Item] = true
		if i := k.item(entry.Item); i == nil || entry.Version < 1 || entry.Version > len(i.Versions) {
			return root.at(place+".item", invalid("unknown_version", "the kit has no version %d of an item %q", entry.Version, clip(entry.Item)))
		}
		last = later(last, opened.after(place+".at", entry.At))
	}
	for n, r := range e.Retired {
		place := fmt.Sprintf("%s.retired[%d]", field, n)
		if k.item(r.Item) == nil {
			return root.at(place+".item", invalid("unknown_item", "the kit has no item %q", clip(r.Item)))
		}
		if held[r.Item] {
			return root.at(place+".item", invalid("entry_and_retired", "an edition can't both hold and retire %q", clip(r.Item)))
		}
		last = later(last, opened.after(place+".at", r.At))
	}
	if e.Issued != nil {
		last.step(field+".issued.at", e.Issued.At)
	}
	return last.err()
}

// checkReferences checks what items say of other items, and of editions.
func (k *Kit) checkReferences() error {
	for n := range k.items {
		i := &k.items[n]
		for n := range i.Versions {
			v := &i.Versions[n]
			field, refused := "", (*domain.Error)(nil)
			if v.Rescheduled != nil && v.Rescheduled.WithEdition > len(k.doc.Editions) {
				field, refused = ".rescheduled.with_edition", invalid("unknown_edition", "the kit has no edition %d", v.Rescheduled.WithEdition)
			}
			if v.Withdrawn != nil && v.Withdrawn.Replacement != nil && refused == nil {
				field, refused = ".withdrawn.replacement", k.checkReplacement(i, v)
			}
			if refused != nil {
				field = fmt.Sprintf("versions[%d]%s", n, field)
				return &Error{File: itemFile(i), Line: k.line(itemFile(i), field), Err: refused.At("%s", field)}
			}
		}
	}
	return nil
}

// checkReplacement refuses a version that is not there, or the one that is
// withdrawn.
func (k *Kit) checkReplacement(i *item, v *version) *domain.Error {
	r := v.Withdrawn.Replacement
	other := k.item(r.Item)
	switch {
	case other == nil || r.Version < 1 || r.Version > len(other.Versions):
		return invalid("unknown_version", "the kit has no version %d of an item %q", r.Version, clip(r.Item))
	case other == i && r.Version == v.Number:
		return invalid("replaces_itself", "a version can't replace itself")
	}
	return nil
}

func (k *Kit) item(key string) *item {
	n, found := slices.BinarySearchFunc(k.items, key, func(i item, key string) int { return strings.Compare(i.Key, key) })
	if !found {
		return nil
	}
	return &k.items[n]
}

// canonicalLocales refuses locales that would be kept in another form.
func canonicalLocales(t domain.Texts) *domain.Error {
	for _, l := range t.Locales() {
		if err := canonicalLocale(l); err != nil {
			return err
		}
	}
	return nil
}

func canonicalLocale(l domain.Locale) *domain.Error {
	locale, err := domain.ParseLocale(string(l))
	if err != nil {
		return domain.AsError(err)
	}
	if locale != l {
		return invalid("not_canonical", "the locale %s is written %s", l, locale)
	}
	return nil
}

func unsorted(what, by string) *domain.Error {
	return invalid("unsorted", "%s are sorted by %s, and none is there twice", what, by)
}

func missing(field string) *domain.Error {
	return invalid("missing_field", "the field %s is required", field)
}
