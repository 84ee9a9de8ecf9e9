package server

import (
	"context"
	"time"

	"signet/domain"
	"signet/internal/report"
	"signet/projections"
)

// reportCompliance tells what audits found in the months that the interval touches, as
// far as they have come; months in which nobody looked are left out.
func (s *Server) reportCompliance(ctx context.Context, d *report.Report) error {
	until := d.Until
	if d.Made.Before(until) {
		until = d.Made
	}
	if !d.From.Before(until) {
		return nil
	}
	first, last := cityMonth(d.From), cityMonth(until.Add(-time.Microsecond))
	months := (last.Year()-first.Year())*12 + int(last.Month()-first.Month()) + 1
	step := spanOf(months)
	points, err := s.Views.AuditPoints(ctx, projections.UsageScope{}, domain.DateOf(first), (months+step-1)/step, step)
	for _, p := range points {
		if p.Sites == 0 {
			continue
		}
		d.Compliance = append(d.Compliance, report.Compliance{
			From: string(p.From), To: string(p.To), Sites: p.Sites, Current: p.Current(), Superseded: p.Superseded(), Withdrawn: p.Withdrawn(),
			Altered: p.Altered(), Unregistered: p.Unregistered(),
		})
	}
	d.Compliance = cut(d, d.Compliance)
	return err
}

// cityMonth is the first instant of the city's month in which an instant lies.
func cityMonth(t time.Time) time.Time {
	year, month, _ := t.In(domain.CityZone).Date()
	return time.Date(year, month, 1, 0, 0, 0, 0, domain.CityZone)
}

// spanOf is how many months a row of compliance is about, so that there are not many
// rows: a month, a quarter or a year.
func spanOf(months int) int {
	switch {
	case months <= 24:
		return 1
	case months <= 96:
		return 3
	}
	return 12
}

// reportFound counts the findings that were open in the interval.
func (s *Server) reportFound(ctx context.Context, d *report.Report) error {
	counts, err := s.Views.FindingCounts(ctx, d.From, d.Until, domain.DateOf(d.Made), maxRows+1)
	for _, c := range cut(d, counts) {
		n := len(d.Found) - 1
		if n < 0 || d.Found[n].Agency != c.Agency || d.Found[n].Channel != c.Channel {
			d.Found = append(d.Found, report.Found{Agency: c.Agency, Channel: c.Channel})
			n++
		}
		f := &d.Found[n]
		f.Open, f.Overdue = f.Open+c.Open, f.Overdue+c.Overdue
		switch c.Outcome {
		case domain.UseSuperseded:
			f.Superseded = c.All
		case domain.UseWithdrawn:
			f.Withdrawn = c.All
		case domain.UseAltered:
			f.Altered = c.All
		case domain.UseUnregistered:
			f.Unregistered = c.All
		case domain.UseCurrent: // is no finding
		}
	}
	return err
}

// reportFindings tells of the findings of before the interval's end that are not settled
// now.
func (s *Server) reportFindings(ctx context.Context, d *report.Report) error {
	today := domain.DateOf(d.Made)
	findings, err := s.Views.Unsettled(ctx, d.Until, today, maxRows+1)
	for _, f := range cut(d, findings) {
		row := report.AuditFinding{
			Agency: f.Site.Agency, Channel: f.Site.Channel, Place: f.Place, Outcome: string(f.Outcome), Item: f.Item, Version: f.Version,
			Answered: f.Status == domain.StatusAnswered, Since: f.First, Promised: string(f.Promised),
		}
		if f.Promised != "" {
			row.Days = max(0, today.DaysAfter(f.Promised))
		}
		d.Findings = append(d.Findings, row)
	}
	return err
}
