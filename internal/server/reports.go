package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/report"
)

// maxRows bounds each section of a report; one that is cut says so.
const maxRows = 5000

// report answers with what happened in an interval, as the plan asks for it every
// half-year, every year and at any time.
//
//	GET /reports?period=2026-H1&format=html&lang=vi
//	GET /reports?from=2026-07-01&until=2026-10-01&format=csv
//
// format is json (the default), csv or html. Days are those of the city; until is
// the first day that is left out. It needs the permission to read all usage.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	if err := access.From(r.Context()).Require(domain.ReadAllUsage); err != nil {
		s.fail(w, r, err)
		return
	}
	q := r.URL.Query()
	period, from, until, err := interval(q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	write := map[string]func(report.Report, *bytes.Buffer) error{
		"json": func(d report.Report, b *bytes.Buffer) error { return d.WriteJSON(b) },
		"csv":  func(d report.Report, b *bytes.Buffer) error { return d.WriteCSV(b, langOf(r)) },
		"html": func(d report.Report, b *bytes.Buffer) error { return d.WriteHTML(b, langOf(r)) },
	}
	format := q.Get("format")
	if format == "" {
		format = "json"
	}
	if write[format] == nil {
		s.fail(w, r, domain.Refuse(domain.Invalid, "unknown_format", "the formats are json, csv and html").At("format"))
		return
	}
	d, err := s.gather(r.Context(), from, until)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	d.Period = period
	var body bytes.Buffer
	if err := write[format](d, &body); err != nil {
		s.fail(w, r, reportRefusal(err))
		return
	}
	media := map[string]string{"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}[format]
	name := ""
	if format == "csv" {
		name = "report.csv"
	}
	if format == "html" {
		w.Header().Set("Content-Security-Policy", report.ContentSecurityPolicy())
	}
	s.document200(w, r, media, name, body.Bytes())
}

// reportRefusal makes a refusal of what the report did not like about its input.
func reportRefusal(err error) error {
	var e *report.Error
	if errors.As(err, &e) {
		return domain.Refuse(domain.Invalid, e.Code, "%s", e.Sentence).At("%s", e.Field)
	}
	return err
}

// interval reads for when a report is asked: a period with a name, or two days.
func interval(q url.Values) (period string, from, until time.Time, err error) {
	if period = q.Get("period"); period != "" {
		if q.Has("from") || q.Has("until") {
			return "", from, until, domain.Refuse(domain.Invalid, "two_intervals", "give a period or two days, not both").At("period")
		}
		from, until, err = report.ParsePeriod(period)
		return period, from, until, reportRefusal(err)
	}
	for _, day := range []struct {
		field string
		at    *time.Time
	}{{"from", &from}, {"until", &until}} {
		d, err := domain.ParseDate(q.Get(day.field))
		if err != nil {
			return "", from, until, domain.AsError(err).At("%s", day.field)
		}
		*day.at, err = time.ParseInLocation(time.DateOnly, string(d), domain.CityZone)
		if err != nil {
			return "", from, until, err
		}
	}
	if !from.Before(until) {
		return "", from, until, domain.Refuse(domain.Invalid, "interval_empty", "the interval must end after it begins").At("until")
	}
	return "", from.UTC(), until.UTC(), nil
}

// gather asks the read models for all that a report tells.
func (s *Server) gather(ctx context.Context, from, until time.Time) (report.Report, error) {
	d := report.Report{Registry: "signet", From: from, Until: until, Made: s.now(), Agencies: map[string]map[string]string{}}
	for _, section := range []func(context.Context, *report.Report) error{
		s.reportApprovals, s.reportReturns, s.reportEditions, s.reportCoverage, s.reportRecalls, s.reportUsage, s.reportOverdue,
		s.reportCompliance, s.reportFound, s.reportFindings, s.reportNames, s.reportAgencies,
	} {
		if err := section(ctx, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}
