package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/check"
)

// reportOptions say to which audit a check is reported.
type reportOptions struct{ audit, site, agency, channel string }

func (o *reportOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.audit, "report", "", "opaque id of the audit to which the findings are reported")
	flags.StringVar(&o.site, "site", "", "address or name of the site in the audit; what is checked, if left out")
	flags.StringVar(&o.agency, "agency", "", "key of the agency that answers for the site; that of the audit's plan if left out")
	flags.StringVar(&o.channel, "channel", "", "key of the site's channel; that of the audit's plan if left out")
}

// check refuses what could not be reported, before anything is read.
func (o *reportOptions) check(args []string) error {
	if o.audit == "" {
		return nil
	}
	if _, err := uuid.Parse(o.audit); err != nil {
		return badInput(fmt.Errorf("%q is no id of an audit", o.audit), "the API tells it: audits { edges { node { audit title } } }")
	}
	if o.site == "" && len(args) > 1 {
		return badInput(errors.New("--site is missing"), "a report is about one site; name it if more than one place is read for it")
	}
	if o.site == "" {
		o.site = args[0]
	}
	return nil
}

// mostReported is how many findings are reported one by one; others are counted.
const mostReported = 2000

// sendReport tells an audit what was found.
const sendReport = `mutation($in: ReportAuditInput!) { reportAudit(input: $in) { audit { audit } } }`

// send reports the findings, in parts, the worst first.
func (o *reportOptions) send(ctx context.Context, at remote, r *check.Report, stderr io.Writer) error {
	findings := slices.DeleteFunc(slices.Clone(r.Findings), func(f check.Finding) bool { return f.Outcome == domain.UseCurrent })
	whole := len(findings) <= mostReported
	findings = findings[:min(len(findings), mostReported)]
	pages := 0
	for _, s := range r.Sources {
		whole = whole && s.Complete()
		pages += s.Pages
	}
	counts := uncounted(r.Counts, findings)
	report := uuid.New()
	shown := newProgress(stderr, "đang báo cáo / reporting")
	defer shown.end()
	for part := 1; ; part++ {
		n := min(len(findings), domain.MaxPart)
		told := make([]map[string]any, n)
		for i, f := range findings[:n] {
			var err error
			if told[i], err = o.finding(ctx, at, f); err != nil {
				return err
			}
		}
		findings = findings[n:]
		m := min(len(counts), domain.MaxPart)
		in := map[string]any{
			"audit": o.audit, "report": report, "part": part, "site": o.place(), "checked": r.Began, "tool": "signet check", "pages": pages,
			"findings": told, "counts": counts[:m], "complete": whole && len(findings) == 0 && m == len(counts),
		}
		counts, pages = counts[m:], 0
		if err := at.ask(ctx, sendReport, map[string]any{"in": in}, nil); err != nil {
			return fmt.Errorf("part %d of the report: %w", part, err)
		}
		shown.to(int64(part))
		if len(findings) == 0 && len(counts) == 0 {
			return nil
		}
	}
}

func (o *reportOptions) place() map[string]any {
	site := map[string]any{"address": o.site}
	if o.agency != "" {
		site["agency"] = o.agency
	}
	if o.channel != "" {
		site["channel"] = o.channel
	}
	return site
}

// uncounted are the places that no finding tells of: those of what is in force, and
// those that are more than one on a page.
func uncounted(counts []domain.Tally, findings []check.Finding) []map[string]any {
	told := map[domain.Tally]map[string]bool{}
	for _, f := range findings {
		if f.Certainty == domain.Look {
			continue
		}
		t := domain.Tally{Outcome: f.Outcome}
		if f.Of != nil {
			t.Item, t.Version = f.Of.Item, f.Of.Version
		}
		if told[t] == nil {
			told[t] = map[string]bool{}
		}
		told[t][f.Address+"\n"+alike(f)] = true
	}
	out := []map[string]any{}
	for _, t := range counts {
		key := t
		key.Places = 0
		if t.Places -= len(told[key]); t.Places > 0 {
			out = append(out, counted(t))
		}
	}
	return out
}

// alike tells apart what the registry tells apart at one place: changed words and
// pictures.
func alike(f check.Finding) string {
	if f.Outcome == domain.UseAltered || f.Outcome == domain.UseUnregistered {
		return f.Text + string(f.Picture)
	}
	return ""
}

func counted(t domain.Tally) map[string]any {
	out := map[string]any{"outcome": enum(t.Outcome), "places": t.Places}
	if t.Item != "" {
		out["key"], out["version"] = t.Item, t.Version
	}
	return out
}

// enum is how the API writes a value.
func enum[T ~string](v T) string { return strings.ToUpper(string(v)) }

// finding is a finding as the API takes it; its picture is sent first.
func (o *reportOptions) finding(ctx context.Context, at remote, f check.Finding) (map[string]any, error) {
	evidence := map[string]any{"text": clipped(f.Text), "before": clipped(f.Before), "after": clipped(f.After)}
	if f.Text == "" && len(f.From) > 0 {
		evidence["before"] = clipped(fmt.Sprintf("%s:%d", f.From[0].Page, f.From[0].Line))
	}
	if len(f.Picture) > 0 {
		digest, err := at.sendPicture(ctx, f.Picture)
		if err != nil {
			return nil, err
		}
		evidence["picture"] = digest
	}
	out := map[string]any{
		"place": f.Address, "outcome": enum(f.Outcome), "certainty": enum(f.Certainty), "by": enum(f.By), "evidence": evidence,
	}
	if f.Line > 0 {
		out["line"] = f.Line
	}
	if f.Of != nil {
		out["key"], out["version"] = f.Of.Item, f.Of.Version
	}
	return out, nil
}

// clipped is what fits into the evidence of a finding.
func clipped(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// sendPicture stores a picture of a place, and returns its digest.
func (o remote) sendPicture(ctx context.Context, picture []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	request, err := o.request(ctx, http.MethodPost, "evidence", nil, nil)
	if err != nil {
		return "", err
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(picture)), int64(len(picture))
	var kept struct {
		Digest string `json:"digest"`
	}
	err = answerTo(request, &kept)
	return kept.Digest, err
}
