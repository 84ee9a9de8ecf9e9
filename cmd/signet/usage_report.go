package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"signet/internal/accesslog"
)

// usageReport is what is told of one log.
type usageReport struct {
	File string `json:"file"`
	*accesslog.Tally

	DryRun   bool         `json:"dryRun"`
	Recorded int          `json:"recorded"` // counts that were written
	Known    int          `json:"known"`    // counts that had been before
	Lines    []usageWrong `json:"badLines"` // the first of the bad lines
	Versions []usageSum   `json:"versions"`
}

// usageWrong is a line that could not be read.
type usageWrong struct {
	Line int            `json:"line"`
	Code accesslog.Code `json:"code"`
}

// usageSum is what a log tells of one version.
type usageSum struct {
	Item     string `json:"item"`
	Version  int    `json:"version"`
	First    string `json:"first"` // day
	Last     string `json:"last"`  // day
	Requests int    `json:"requests"`
	Robots   int    `json:"robots"`
}

// sum sums the counts up by version, in the order in which they were first used.
func (r *usageReport) sum() {
	r.Versions, r.Lines = []usageSum{}, []usageWrong{}
	of := map[[2]any]int{}
	for _, c := range r.Counts {
		key := [2]any{c.Item, c.Version}
		i, ok := of[key]
		if !ok {
			i, of[key] = len(r.Versions), len(r.Versions)
			r.Versions = append(r.Versions, usageSum{Item: c.Item, Version: c.Version, First: c.Day})
		}
		s := &r.Versions[i]
		s.Last, s.Requests, s.Robots = c.Day, s.Requests+c.Requests, s.Robots+c.Robots
	}
	for _, w := range r.Worst {
		r.Lines = append(r.Lines, usageWrong{w.Line, w.Code})
	}
}

func (r *usageReport) print(w io.Writer, format string) error {
	r.sum()
	if format == "json" {
		return json.NewEncoder(w).Encode(r)
	}
	fmt.Fprintf(w, "%s: %d lines, %d of them requests for versions\n", r.File, r.Tally.Lines, r.Counted)
	fmt.Fprintf(w, "  left out: %d of other paths, %d not answered with a file, %d no GET, %d further parts of a download, %d that can't be read\n",
		r.Unknown, r.Failed, r.Other, r.Parts, r.Bad)
	for _, b := range r.Lines {
		fmt.Fprintf(w, "  line %d: %s\n", b.Line, b.Code)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.Versions) > 0 {
		fmt.Fprintln(table, "  item\tversion\tfrom\tto\trequests\trobots")
	}
	for _, s := range r.Versions {
		fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%d\t%d\n", s.Item, s.Version, s.First, s.Last, s.Requests, s.Robots)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if r.DryRun {
		_, err := fmt.Fprintf(w, "  %d counts; nothing was written\n", len(r.Counts))
		return err
	}
	_, err := fmt.Fprintf(w, "  %d counts written, %d known before\n", r.Recorded, r.Known)
	return err
}
