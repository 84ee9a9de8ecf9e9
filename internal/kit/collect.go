package kit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"signet/domain"
	"signet/projections"
)

// maxPolicies is how many revisions of a policy the read models tell.
const maxPolicies = 1000

// document collects kit.yaml from the read models.
func (w *exporter) document(ctx context.Context) (*document, error) {
	doc := &document{Format: Format}
	for after := ""; ; {
		rows, err := w.views.Agencies(ctx, after, page)
		if err != nil {
			return nil, err
		}
		for _, a := range rows {
			doc.Agencies = append(doc.Agencies, agency{Key: a.Key, Name: a.Name, Registered: at(a.Registered)})
			after = a.Key
		}
		if len(rows) < page {
			break
		}
	}
	for _, kind := range slices.Sorted(slices.Values(domain.Kinds)) {
		policies, err := policiesOf(ctx, w.views, kind)
		if err != nil {
			return nil, err
		}
		doc.Policies = append(doc.Policies, policies...)
	}
	for {
		rows, err := w.views.Editions(ctx, len(doc.Editions), page)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			e, err := editionOf(ctx, w.views, row)
			if err != nil {
				return nil, err
			}
			doc.Editions = append(doc.Editions, *e)
		}
		if len(rows) < page {
			break
		}
	}
	w.report.Agencies, w.report.Policies, w.report.Editions = len(doc.Agencies), len(doc.Policies), len(doc.Editions)
	return doc, nil
}

// policiesOf collects a kind's policies, the oldest first.
func policiesOf(ctx context.Context, views *projections.Views, kind domain.Kind) ([]policy, error) {
	rows, err := views.Policies(ctx, kind)
	if err != nil {
		return nil, err
	}
	if len(rows) >= maxPolicies {
		return nil, &Error{File: rootFile, Err: invalid("too_many_policies", "the kind %s has %d policies or more", kind, maxPolicies)}
	}
	out := make([]policy, 0, len(rows))
	for _, p := range slices.Backward(rows) {
		t := p.Terms
		out = append(out, policy{
			Kind: p.Kind, At: at(p.Set), Leads: t.Leads, Required: t.Required, Others: t.Others, Quorum: t.Quorum, LeadLast: t.LeadLast,
			CoordinatingDays: t.CoordinatingDays, LeadDays: t.LeadDays, RevisionDays: t.RevisionDays, Survival: t.Survival, Reason: p.Reason,
		})
	}
	return out, nil
}

func editionOf(ctx context.Context, views *projections.Views, row *projections.Edition) (*edition, error) {
	e := &edition{Number: row.Number, Title: row.Title, Due: day(row.Due), Opened: at(row.Opened), Agency: row.Agency}
	if b := row.Basis; b.Decision != "" {
		e.Basis = &basis{Decision: b.Decision, Decided: day(b.Decided)}
	}
	if !row.Issued.IsZero() {
		e.Issued = &issue{At: at(row.Issued), Decision: row.Decision, Decided: day(row.Decided)}
	}
	for after := ""; ; {
		rows, err := views.EditionEntries(ctx, row.Number, after, page)
		if err != nil {
			return nil, err
		}
		for _, held := range rows {
			after = held.Item
			if held.Version == 0 {
				e.Retired = append(e.Retired, retirement{Item: held.Item, At: at(held.At)})
				continue
			}
			e.Entries = append(e.Entries, entry{Item: held.Item, Version: held.Version, At: at(held.At)})
		}
		if len(rows) < page {
			return e, nil
		}
	}
}

// itemOf collects an item with all its versions, and their contents.
func itemOf(ctx context.Context, views *projections.Views, row *projections.Item) (*item, []*domain.Content, error) {
	i := &item{Key: row.Key, Kind: row.Kind, Public: row.Public, Registered: at(row.Registered), Agency: row.Agency}
	if row.Source != domain.DefaultSource {
		i.Source = row.Source
	}
	var rows []*projections.Version
	signed := map[projections.VersionKey][]*projections.Signature{}
	for before := 0; len(rows) < row.Versions; {
		more, err := views.Versions(ctx, row.Key, before, page, false)
		if err != nil {
			return nil, nil, err
		}
		if len(more) == 0 {
			return nil, nil, fmt.Errorf("kit: item %s: the read models lack some of its %d versions", row.Key, row.Versions)
		}
		keys := make([]projections.VersionKey, len(more))
		for n, r := range more {
			keys[n] = projections.VersionKey{Item: r.Item, Number: r.Number}
		}
		given, err := views.SignaturesByKey(ctx, keys)
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(signed, given)
		rows, before = append(rows, more...), more[len(more)-1].Number
	}
	slices.Reverse(rows)
	lives, err := livesOf(ctx, views, row.Key, len(rows))
	if err != nil {
		return nil, nil, err
	}
	contents := make([]*domain.Content, len(rows))
	for n, r := range rows {
		contents[n] = r.Content
		v := versionOf(r, &lives[n])
		if v.Submitted != nil && v.Returned == nil {
			v.Signed = signaturesOf(row.Source, r, signed[projections.VersionKey{Item: r.Item, Number: r.Number}])
		}
		i.Versions = append(i.Versions, v)
	}
	return i, contents, nil
}

// life is what the history says of a version beside its state.
type life struct {
	edition   int // for which it was last submitted
	returned  *returned
	rewritten bool // a text was translated after the return
	moved     *rescheduling
	withdrawn *withdrawal
}

// livesOf reads an item's history; lives[n] is that of version n+1.
func livesOf(ctx context.Context, views *projections.Views, key string, versions int) ([]life, error) {
	lives := make([]life, versions)
	steps, err := views.History(ctx, key, 0, 0, page)
	for err == nil && len(steps) > 0 {
		for _, s := range steps {
			if s.Version >= 1 && s.Version <= versions {
				lives[s.Version-1].follow(s)
			}
		}
		steps, err = views.History(ctx, key, 0, steps[len(steps)-1].Position, page)
	}
	return lives, err
}

func (l *life) follow(s *projections.Step) {
	switch s.What {
	case projections.StepSubmitted:
		*l = life{edition: s.Edition}
	case projections.StepReturned:
		l.returned = &returned{Agency: s.Agency, At: at(s.At), Reason: s.Reason}
	case projections.StepMoved: // the last one counts, here and below
		l.moved = &rescheduling{Agency: s.Agency, At: at(s.At), WithEdition: s.Edition, Reason: s.Reason}
	case projections.StepWithdrawn: // it may have been brought forward
		l.withdrawn = &withdrawal{Agency: s.Agency, At: at(s.At), From: at(s.Effective), Reason: s.Reason}
	case projections.StepTranslated:
		l.rewritten = l.returned != nil
	case projections.StepSigned: // see Views.SignaturesByKey
	case projections.StepRegistered, projections.StepVisibility, projections.StepDrafted, projections.StepRevised,
		projections.StepCommented, projections.StepResolved, projections.StepRecused, projections.StepTakenBack, projections.StepEscalated,
		projections.StepApproved, projections.StepIncluded, projections.StepExcluded, projections.StepIssued, projections.StepRetired:
	}
}

func versionOf(r *projections.Version, l *life) version {
	v := version{Number: r.Number, Agency: r.Agency, Drafted: at(r.Drafted), Content: contentOf(r.Content, r.Item, r.Number)}
	if r.State == domain.Drafted || l.rewritten { // also one that was returned and written on, or taken back
		return v
	}
	submitted := at(r.Submitted)
	v.Submitted, v.Returned, v.Rescheduled, v.Withdrawn = &submitted, l.returned, l.moved, l.withdrawn
	if instead := r.Replacement; v.Withdrawn != nil && instead.Item != "" {
		v.Withdrawn.Replacement = &replacement{Item: instead.Item, Version: instead.Version}
	}
	if l.edition != 0 {
		v.Effective = &effective{WithEdition: l.edition}
	} else if e := r.Effective; e.At != nil {
		begins := at(*e.At)
		v.Effective = &effective{At: &begins}
	}
	return v
}
