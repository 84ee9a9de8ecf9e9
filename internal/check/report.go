package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"signet/domain"
	"signet/internal/catalogue"
	"signet/internal/crawl"
	"signet/internal/identify"
)

// Report is what came of a check.
type Report struct {
	Registry string
	// AsOf is the instant of the catalogue: by then it was so.
	AsOf         time.Time
	Began, Ended time.Time
	Sources      []Source
	Findings     []Finding
	Counts       []domain.Tally
}

// Source is a folder or a site, and what was read of it.
type Source struct {
	Address string
	crawl.Summary
}

// Sort brings the findings into an order: the worst first, then by address and line.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// weight orders findings.
func weight(f Finding) int {
	at := slices.Index([]domain.Outcome{domain.UseWithdrawn, domain.UseSuperseded, domain.UseAltered, domain.UseUnregistered, domain.UseCurrent}, f.Outcome)
	if f.Certainty == domain.Look && f.Outcome != domain.UseCurrent {
		at += 10
	}
	return at
}

// Bad counts the findings that should not be.
func (r *Report) Bad() int {
	n := 0
	for _, f := range r.Findings {
		if f.Bad() {
			n++
		}
	}
	return n
}

// Looks counts the findings that a person must look at.
func (r *Report) Looks() int {
	n := 0
	for _, f := range r.Findings {
		if f.Certainty == domain.Look {
			n++
		}
	}
	return n
}

// Complete tells whether everything was read, of what is to be read.
func (s Source) Complete() bool {
	for reason, n := range s.SkippedBy {
		if n > 0 && slices.Contains([]crawl.Reason{
			crawl.SkippedTimeout, crawl.SkippedName, crawl.SkippedConnect, crawl.SkippedConnection, crawl.SkippedTLS, crawl.SkippedNoRobots, crawl.SkippedFile,
		}, reason) {
			return false
		}
	}
	return s.Truncated == ""
}

// where is the place of a finding.
func (f Finding) where() string {
	out := f.Address
	if f.Line > 0 {
		out += fmt.Sprintf(":%d:%d", f.Line, f.Column)
	}
	return out
}

// Sentence tells of a finding, in English.
func (f Finding) Sentence() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s, by %s)", f.Outcome, f.Certainty, f.By)
	if f.Of != nil {
		fmt.Fprintf(&b, ": %s version %d", f.Of.Item, f.Of.Version)
		if f.Locale != "" {
			fmt.Fprintf(&b, " (%s)", f.Locale)
		}
	}
	for _, o := range f.Others {
		fmt.Fprintf(&b, " or %s version %d", o.Item, o.Version)
	}
	if f.Of != nil && f.Outcome != domain.UseCurrent {
		b.WriteString(since(f.Of))
	}
	if f.Note != "" {
		b.WriteString("; " + f.Note)
	}
	return b.String()
}

// since tells from when a version is what it is, and what is to be used instead.
func since(v *catalogue.Version) string {
	out := ""
	if v.State != identify.InForce {
		out = fmt.Sprintf(", %s since %s", v.State, v.Since.In(domain.CityZone).Format(time.DateOnly))
	}
	switch {
	case v.Replacement != nil:
		out += fmt.Sprintf("; use %s version %d", v.Replacement.Item, v.Replacement.Version)
	case v.Current > 0:
		out += fmt.Sprintf("; use version %d", v.Current)
	}
	if v.Reason != "" {
		out += "; " + v.Reason
	}
	return out
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.where(), f.Sentence())
		if f.Text != "" {
			fmt.Fprintf(&b, "    …%s [%s] %s…\n", f.Before, f.Text, f.After)
		}
		for _, from := range f.From {
			if from.Page != f.Address {
				fmt.Fprintf(&b, "    on %s:%d\n", from.Page, from.Line)
			}
		}
		if n := f.References - len(f.From); n > 0 && len(f.From) > 0 {
			fmt.Fprintf(&b, "    and at %d more places\n", n)
		}
	}
	for _, s := range r.Sources {
		fmt.Fprintf(&b, "%s: %d pages, %d files and pictures, %s read", s.Address, s.Pages, s.Resources-s.Pages, megabytes(s.Bytes))
		if n := skipped(s); n > 0 {
			fmt.Fprintf(&b, "; %d not read", n)
		}
		if s.Truncated != "" {
			fmt.Fprintf(&b, "; stopped at the limit of %s, %d left", s.Truncated, s.Unread)
		}
		for _, host := range s.RobotsIgnored {
			fmt.Fprintf(&b, "; robots.txt of %s was not obeyed", host)
		}
		b.WriteString("\n")
	}
	totals := map[domain.Outcome]int{}
	for _, t := range r.Counts {
		totals[t.Outcome] += t.Places
	}
	fmt.Fprintf(&b, "in force %d, superseded %d, withdrawn %d, altered %d, unregistered %d; to look at %d\n", totals[domain.UseCurrent],
		totals[domain.UseSuperseded], totals[domain.UseWithdrawn], totals[domain.UseAltered], totals[domain.UseUnregistered], r.Looks())
	_, err := io.WriteString(w, b.String())
	return err
}

func skipped(s Source) int {
	n := 0
	for _, k := range s.SkippedBy {
		n += k
	}
	return n
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// The report as JSON. Fields may be added under the same name.
type (
	jsonReport struct {
		Format   string        `json:"format"`
		Registry string        `json:"registry"`
		AsOf     time.Time     `json:"asOf"`
		Began    time.Time     `json:"began"`
		Ended    time.Time     `json:"ended"`
		Sources  []jsonSource  `json:"sources"`
		Counts   []jsonCount   `json:"counts"`
		Findings []jsonFinding `json:"findings"`
	}
	jsonSource struct {
		Address   string               `json:"address"`
		Pages     int                  `json:"pages"`
		Resources int                  `json:"resources"`
		Bytes     int64                `json:"bytes"`
		Complete  bool                 `json:"complete"`
		Truncated crawl.Truncation     `json:"truncated,omitempty"`
		Unread    int                  `json:"unread,omitempty"`
		SkippedBy map[crawl.Reason]int `json:"skippedBy,omitempty"`
		Skipped   []jsonSkipped        `json:"skipped,omitempty"`
	}
	jsonSkipped struct {
		Address string       `json:"address"`
		Reason  crawl.Reason `json:"reason"`
		Status  int          `json:"status,omitempty"`
		Page    string       `json:"page,omitempty"`
	}
	jsonCount struct {
		Outcome domain.Outcome `json:"outcome"`
		Item    string         `json:"item,omitempty"`
		Version int            `json:"version,omitempty"`
		Places  int            `json:"places"`
	}
	jsonFinding struct {
		Address    string              `json:"address"`
		Line       int                 `json:"line,omitempty"`
		Column     int                 `json:"column,omitempty"`
		From       []jsonPlace         `json:"from,omitempty"`
		References int                 `json:"references,omitempty"`
		Outcome    domain.Outcome      `json:"outcome"`
		Certainty  domain.Certainty    `json:"certainty"`
		By         domain.Recognised   `json:"by"`
		Version    *identify.Answer    `json:"version,omitempty"`
		Others     []domain.VersionRef `json:"others,omitempty"`
		Locale     domain.Locale       `json:"locale,omitempty"`
		Text       string              `json:"text,omitempty"`
		Before     string              `json:"before,omitempty"`
		After      string              `json:"after,omitempty"`
		Box        *[4]int             `json:"box,omitempty"` // left, top, right, bottom
		SHA256     string              `json:"sha256,omitempty"`
		Note       string              `json:"note,omitempty"`
	}
	jsonPlace struct {
		Page string `json:"page"`
		Line int    `json:"line,omitempty"`
	}
)

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	out := jsonReport{
		Format: "signet-check/v1", Registry: r.Registry, AsOf: r.AsOf, Began: r.Began, Ended: r.Ended,
		Sources: []jsonSource{}, Counts: []jsonCount{}, Findings: []jsonFinding{},
	}
	for _, s := range r.Sources {
		source := jsonSource{
			Address: s.Address, Pages: s.Pages, Resources: s.Resources, Bytes: s.Bytes, Complete: s.Complete(), Truncated: s.Truncated, Unread: s.Unread, SkippedBy: s.SkippedBy,
		}
		for _, k := range s.Skipped {
			source.Skipped = append(source.Skipped, jsonSkipped{k.Address, k.Reason, k.Status, k.From.Page})
		}
		out.Sources = append(out.Sources, source)
	}
	for _, t := range r.Counts {
		out.Counts = append(out.Counts, jsonCount(t))
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, f.json())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func (f Finding) json() jsonFinding {
	out := jsonFinding{
		Address: f.Address, Line: f.Line, Column: f.Column, References: f.References, Outcome: f.Outcome, Certainty: f.Certainty, By: f.By, Locale: f.Locale,
		Text: f.Text, Before: f.Before, After: f.After, SHA256: f.SHA256, Note: f.Note,
	}
	if f.Of != nil {
		out.Version = &f.Of.Answer
	}
	for _, o := range f.Others {
		out.Others = append(out.Others, domain.VersionRef{Item: o.Item, Version: o.Version})
	}
	for _, p := range f.From {
		out.From = append(out.From, jsonPlace(p))
	}
	if !f.Box.Empty() {
		out.Box = &[4]int{f.Box.Min.X, f.Box.Min.Y, f.Box.Max.X, f.Box.Max.Y}
	}
	return out
}
