package kit

import (
	"fmt"
	"path"
	"strings"

	"signet/domain"
)

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
		if n := sortedBy(v.Signed, signingOrder(k.policyOf(i.Kind, v))); n >= 0 {
			return tree.at(fmt.Sprintf("%s.signed[%d].at", field, n), unsorted("signatures", "time, and those of one instant in the order of the policy"))
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
	steps := v.Signed != nil || v.Returned != nil || v.Rescheduled != nil || v.Withdrawn != nil
	switch {
	case v.Agency == "":
		return tree.at(field+".agency", missing("agency"))
	case v.Submitted == nil && (v.Effective != nil || steps):
		return tree.at(field, invalid("not_submitted", "a version that was not submitted has no steps after its draft"))
	case v.Returned != nil && (v.Signed != nil || v.Withdrawn != nil):
		return tree.at(field+".returned", invalid("returned_and_signed", "a return voids the signatures: leave them out"))
	case v.Effective != nil && (v.Effective.At == nil) == (v.Effective.WithEdition == 0):
		return tree.at(field+".effective", invalid("two_beginnings", "a version begins at an instant or with an edition"))
	case v.Withdrawn != nil && v.Withdrawn.From.Before(v.Withdrawn.At.Time):
		return tree.at(field+".withdrawn.from", invalid("in_the_past", "a version can't be withdrawn from before the withdrawal"))
	case v.Rescheduled != nil:
		return v.checkRescheduling(tree, field+".rescheduled")
	}
	return nil
}

// checkRescheduling refuses to move what does not wait for an edition.
func (v *version) checkRescheduling(tree *parsed, field string) error {
	switch r := v.Rescheduled; {
	case v.Returned != nil || v.Effective == nil || v.Effective.WithEdition == 0:
		return tree.at(field, invalid("not_for_an_edition", "only a version that was approved for an edition waits for another one"))
	case r.WithEdition < 1:
		return tree.at(field+".with_edition", missing("with_edition"))
	case r.WithEdition == v.Effective.WithEdition:
		return tree.at(field+".with_edition", invalid("same_edition", "the version was submitted for this edition"))
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
	end := times // the next version need not wait for what follows
	if v.Rescheduled != nil {
		end.step(field+".rescheduled.at", v.Rescheduled.At)
	}
	if v.Withdrawn != nil {
		end.step(field+".withdrawn.at", v.Withdrawn.At)
	}
	times.failed = end.failed
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
	for n, p := range v.Content.Placeholders {
		for _, l := range sortedMap(p.Forms) {
			if err := canonicalLocale(l); err != nil {
				return tree.at(fmt.Sprintf("%s.placeholders[%d].forms.%s", field, n, l), err)
			}
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
