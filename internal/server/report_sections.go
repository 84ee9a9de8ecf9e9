package server

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"signet/domain"
	"signet/internal/report"
	"signet/projections"
)

// reportNames adds the names of the items that the sections before tell of.
func (s *Server) reportNames(ctx context.Context, d *report.Report) error {
	wanted := map[string]projections.VersionKey{}
	for _, r := range d.Returns {
		wanted[r.Item] = projections.VersionKey{Item: r.Item, Number: r.Version}
	}
	for _, r := range d.Recalls {
		wanted[r.Item] = projections.VersionKey{Item: r.Item, Number: r.Version}
	}
	for _, u := range d.Usage {
		wanted[u.Item] = projections.VersionKey{Item: u.Item, Number: u.Version}
	}
	for _, o := range d.Overdue {
		wanted[o.Item] = projections.VersionKey{Item: o.Item, Number: o.Version}
	}
	for _, f := range d.Findings {
		if f.Item != "" {
			wanted[f.Item] = projections.VersionKey{Item: f.Item, Number: f.Version}
		}
	}
	versions, err := s.Views.VersionsByKey(ctx, slices.Collect(maps.Values(wanted)))
	d.Names = make(map[string]map[string]string, len(versions))
	for k, v := range versions {
		d.Names[k.Item] = plainTexts(v.Content.Name())
	}
	return err
}

func (s *Server) reportAgencies(ctx context.Context, d *report.Report) error {
	agencies, err := s.Views.Agencies(ctx, "", maxRows)
	for _, a := range agencies {
		d.Agencies[a.Key] = plainTexts(a.Name)
	}
	return err
}

func plainTexts(in domain.Texts) map[string]string {
	out := make(map[string]string, len(in))
	for l, text := range in {
		out[string(l)] = text
	}
	return out
}

// cut shortens a section to what a report holds, and says so.
func cut[T any](d *report.Report, rows []T) []T {
	if len(rows) > maxRows {
		d.Truncated = true
		return rows[:maxRows]
	}
	return rows
}

func (s *Server) reportApprovals(ctx context.Context, d *report.Report) error {
	versions, err := s.Views.ApprovedBetween(ctx, d.From, d.Until, maxRows+1)
	if err != nil {
		return err
	}
	versions = cut(d, versions)
	keys, items := keysOf(versions)
	signatures, err := s.Views.SignaturesByKey(ctx, keys)
	if err != nil {
		return err
	}
	known, err := s.Views.ItemsByKey(ctx, items)
	if err != nil {
		return err
	}
	for i, v := range versions {
		a := report.Approval{
			Item: v.Item, Name: plainTexts(v.Content.Name()), Version: v.Number, ApprovedAt: v.Approved,
			Days: max(0, domain.DateOf(v.Approved).DaysAfter(domain.DateOf(v.Submitted))),
		}
		if item := known[v.Item]; item != nil {
			a.Kind = string(item.Kind)
		}
		for _, g := range signatures[keys[i]] {
			a.Agencies = append(a.Agencies, g.Agency)
		}
		d.Approvals = append(d.Approvals, a)
	}
	return nil
}

func keysOf(versions []*projections.Version) (keys []projections.VersionKey, items []string) {
	for _, v := range versions {
		keys, items = append(keys, projections.VersionKey{Item: v.Item, Number: v.Number}), append(items, v.Item)
	}
	return keys, items
}

func (s *Server) reportReturns(ctx context.Context, d *report.Report) error {
	steps, err := s.Views.ReturnedBetween(ctx, d.From, d.Until, maxRows+1)
	for _, p := range cut(d, steps) {
		d.Returns = append(d.Returns, report.Return{Item: p.Item, Version: p.Version, Agency: p.Agency, At: p.At, Reason: p.Reason})
	}
	return err
}

// reportEditions tells of the editions that were open, due or issued meanwhile.
func (s *Server) reportEditions(ctx context.Context, d *report.Report) error {
	editions, err := s.Views.Editions(ctx, 0, maxRows)
	if err != nil {
		return err
	}
	for _, e := range editions {
		if !e.Opened.Before(d.Until) || !e.Issued.IsZero() && e.Issued.Before(d.From) {
			continue
		}
		row := report.Edition{
			Number: e.Number, Title: plainTexts(e.Title), Due: string(e.Due), Decision: e.Decision, Decided: string(e.Decided),
			DaysLate: e.DaysLate(s.now()), NextDue: string(e.NextDue),
		}
		if !e.Issued.IsZero() {
			row.Issued = &e.Issued
			counts, err := s.Views.EditionCounts(ctx, e.Number)
			if err != nil {
				return err
			}
			row.Added, row.Changed, row.Retired = counts[projections.EditionAdded], counts[projections.EditionChanged], counts[projections.EditionRetired]
		}
		d.Editions = append(d.Editions, row)
	}
	return nil
}

// reportCoverage counts at the end of the interval, or now while it has not ended.
func (s *Server) reportCoverage(ctx context.Context, d *report.Report) error {
	at := d.Until
	if d.Made.Before(at) {
		at = d.Made
	}
	rows, err := s.Views.Coverage(ctx, projections.CoverageFilter{AsOf: at}, domain.KeyLocales)
	for _, c := range rows {
		d.Coverage = append(d.Coverage, report.Coverage{Kind: string(c.Kind), Locale: string(c.Locale), Covered: c.Covered, Total: c.Total})
	}
	return err
}

func (s *Server) reportRecalls(ctx context.Context, d *report.Report) error {
	versions, err := s.Views.WithdrawnBetween(ctx, d.From, d.Until, maxRows+1)
	if err != nil {
		return err
	}
	versions = cut(d, versions)
	keys, _ := keysOf(versions)
	affected, err := s.Views.AffectedByKey(ctx, keys)
	if err != nil {
		return err
	}
	for i, v := range versions {
		row := report.Recall{Item: v.Item, Version: v.Number, From: v.WithdrawnFrom, Reason: v.WithdrawnWhy, Replacement: replacementOf(v)}
		for _, a := range affected[keys[i]] {
			row.Affected = append(row.Affected, report.AffectedAgency{Agency: a.Agency, Downloads: a.Downloads, Declared: a.Declared})
		}
		d.Recalls = append(d.Recalls, row)
	}
	return nil
}

// replacementOf names what is to be used instead of what was withdrawn.
func replacementOf(v *projections.Version) string {
	if v.Replacement.Item == "" {
		return ""
	}
	return fmt.Sprintf("%s/%d", v.Replacement.Item, v.Replacement.Version)
}

func (s *Server) reportUsage(ctx context.Context, d *report.Report) error {
	rows, err := s.Views.UsedBetween(ctx, d.From, d.Until, maxRows+1)
	for _, u := range cut(d, rows) {
		d.Usage = append(d.Usage, report.Usage{
			Item: u.Item, Version: u.Version, Agency: u.Agency, Channel: u.Channel, Downloads: u.Downloads, Requests: u.Requests, Declared: u.Declared, InForce: u.InForce,
		})
	}
	return err
}

// reportOverdue tells what is overdue now.
func (s *Server) reportOverdue(ctx context.Context, d *report.Report) error {
	rows, err := s.Views.Overdue(ctx, domain.DateOf(d.Made), false, projections.OverdueCursor{}, maxRows+1)
	for _, a := range cut(d, rows) {
		d.Overdue = append(d.Overdue, report.Overdue{Item: a.Item, Version: a.Version, Agency: a.Agency, Due: string(a.Due), Days: a.Overdue(d.Made)})
	}
	return err
}
