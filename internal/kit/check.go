package kit

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"signet/domain"
)

// checkDocument checks kit.yaml, once the items are known.
func (k *Kit) checkDocument(root *parsed) error {
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
	if err := k.checkPolicies(root); err != nil {
		return err
	}
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

// checkPolicies checks their order, and that each changes something: one that
// does not would be left out by the registry.
func (k *Kit) checkPolicies(root *parsed) error {
	order := func(a, b policy) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.At.Compare(b.At.Time)) }
	if i := sortedBy(k.doc.Policies, order); i >= 0 {
		return root.at(fmt.Sprintf("policies[%d].at", i), unsorted("policies", "kind and at"))
	}
	for i, p := range k.doc.Policies {
		field := fmt.Sprintf("policies[%d]", i)
		if p.At.IsZero() {
			return root.at(field+".at", missing("at"))
		}
		if n := sortedKeys(p.Leads); n >= 0 {
			return root.at(fmt.Sprintf("%s.leads[%d]", field, n), unsorted("leads", "key"))
		}
		if n := sortedKeys(p.Required); n >= 0 {
			return root.at(fmt.Sprintf("%s.required[%d]", field, n), unsorted("required", "key"))
		}
		if i == 0 || k.doc.Policies[i-1].Kind != p.Kind {
			continue
		}
		before := k.doc.Policies[i-1]
		if slices.Equal(before.Leads, p.Leads) && slices.Equal(before.Required, p.Required) {
			return root.at(field, invalid("policy_unchanged", "the policy is the same as the one before"))
		}
	}
	return nil
}

func (k *Kit) checkEdition(root *parsed, field string, e *edition) error {
	times := clockwork{tree: root}
	times.step(field+".opened", e.Opened)
	opened := times
	if err := canonicalLocales(e.Title); err != nil {
		return root.at(field+".title", err)
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

// checkItem checks one item's file.
func (k *Kit) checkItem(tree *parsed, i *item) error {
	if i.Source == domain.DefaultSource {
		return tree.at("source", invalid("not_canonical", "leave the source out when it is %s", domain.DefaultSource))
	}
	if _, there := childOf(tree.root, "public"); there == nil {
		return tree.at("public", missing("public"))
	}
	times := clockwork{tree: tree}
	times.step("registered", i.Registered)
	for n := range i.Versions {
		v := &i.Versions[n]
		field := fmt.Sprintf("versions[%d]", n)
		if v.Number != n+1 {
			return tree.at(field+".number", invalid("version_gap", "versions are numbered 1, 2, 3 …; here stands %d", v.Number))
		}
		if err := v.checkLife(tree, field); err != nil {
			return err
		}
		times = v.checkTimes(times, field)
		if err := times.err(); err != nil {
			return err
		}
		if err := k.checkContent(tree, field, i, v); err != nil {
			return err
		}
	}
	return times.err()
}

// checkLife refuses steps that can't be there together.
func (v *version) checkLife(tree *parsed, field string) error {
	switch {
	case v.Agency == "":
		return tree.at(field+".agency", missing("agency"))
	case v.Submitted == nil && (v.Effective != nil || v.Signed != nil || v.Returned != nil || v.Withdrawn != nil):
		return tree.at(field, invalid("not_submitted", "a version that was not submitted has no steps after its draft"))
	case v.Returned != nil && (v.Signed != nil || v.Withdrawn != nil):
		return tree.at(field+".returned", invalid("returned_and_signed", "a return voids the signatures: leave them out"))
	case v.Effective != nil && (v.Effective.At == nil) == (v.Effective.WithEdition == 0):
		return tree.at(field+".effective", invalid("two_beginnings", "a version begins at an instant or with an edition"))
	case v.Withdrawn != nil && v.Withdrawn.From.Before(v.Withdrawn.At.Time):
		return tree.at(field+".withdrawn.from", invalid("in_the_past", "a version can't be withdrawn from before the withdrawal"))
	}
	bySignature := func(a, b signature) int { return cmp.Or(a.At.Compare(b.At.Time), strings.Compare(a.Agency, b.Agency)) }
	if n := sortedBy(v.Signed, bySignature); n >= 0 {
		return tree.at(fmt.Sprintf("%s.signed[%d].at", field, n), unsorted("signatures", "time"))
	}
	return nil
}

// checkTimes follows a version's steps, and returns where they end.
func (v *version) checkTimes(times clockwork, field string) clockwork {
	times.step(field+".drafted", v.Drafted)
	if v.Submitted != nil {
		times.step(field+".submitted", *v.Submitted)
	}
	for n, s := range v.Signed {
		times.step(fmt.Sprintf("%s.signed[%d].at", field, n), s.At)
	}
	if v.Returned != nil {
		times.step(field+".returned.at", v.Returned.At)
	}
	if v.Withdrawn != nil {
		times.failed = times.after(field+".withdrawn.at", v.Withdrawn.At).failed // the next version need not wait for it
	}
	return times
}

// checkContent holds the content to the domain's rules, before its files have
// been received: they stand in with digests of no bytes.
func (k *Kit) checkContent(tree *parsed, field string, i *item, v *version) error {
	field += ".content"
	for n, u := range v.Content.Units {
		if err := canonicalLocales(u.Text); err != nil {
			return tree.at(fmt.Sprintf("%s.units[%d].text", field, n), err)
		}
	}
	kind, err := domain.ParseKind(string(i.Kind))
	if err != nil {
		return tree.at("kind", domain.AsError(err))
	}
	files := make([]domain.File, len(v.Content.Files))
	for n, f := range v.Content.Files {
		size, refused := k.checkAsset(i, v.Number, f)
		if refused != nil {
			return tree.at(fmt.Sprintf("%s.files[%d].path", field, n), refused)
		}
		files[n] = domain.File{
			Colour: f.Colour, Layout: f.Layout, Name: path.Base(f.Path), Size: size,
			Digest: fmt.Sprintf("%064x", n), MediaType: fmt.Sprintf("unknown/%d", n),
		}
	}
	given := v.Content.domain(files)
	kept, err := given.Normalise(kind, i.source())
	if refused := domain.AsError(err); refused != nil {
		return tree.at(field+strings.TrimPrefix(refused.Field, "content"), refused)
	}
	if err != nil {
		return err
	}
	if !kept.Equal(given) {
		return tree.at(field, invalid("not_canonical", "it would be kept in another form: every placeholder of a template is listed, in the order of first use, and locales are written in their usual case"))
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
		locale, err := domain.ParseLocale(string(l))
		if err != nil {
			return domain.AsError(err)
		}
		if locale != l {
			return invalid("not_canonical", "the locale %s is written %s", l, locale)
		}
	}
	return nil
}

func unsorted(what, by string) *domain.Error {
	return invalid("unsorted", "%s are sorted by %s, and none is there twice", what, by)
}

func missing(field string) *domain.Error {
	return invalid("missing_field", "the field %s is required", field)
}

// clockwork follows the steps of one thing, and keeps the first that is missing
// or happens before the one it follows.
type clockwork struct {
	tree   *parsed
	now    time.Time
	failed *Error
}

func (c *clockwork) step(field string, at instant) { *c = c.after(field, at) }

// after is the clockwork after one more step.
func (c clockwork) after(field string, at instant) clockwork {
	switch {
	case c.failed != nil:
	case at.IsZero():
		c.failed = c.tree.at(field, invalid("missing_field", "the instant of this step is missing"))
	case at.Before(c.now):
		c.failed = c.tree.at(field, invalid("time_order", "it can't happen before %s", c.now.Format(instantLayout)))
	default:
		c.now = at.Time
	}
	return c
}

func (c clockwork) err() error {
	if c.failed == nil {
		return nil
	}
	return c.failed
}

// later is the one that has failed, or is further on.
func later(a, b clockwork) clockwork {
	if a.failed != nil || b.failed == nil && !b.now.After(a.now) {
		return a
	}
	return b
}
