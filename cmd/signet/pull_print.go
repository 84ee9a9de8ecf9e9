package main

import (
	"fmt"
	"io"
	"strings"

	"signet/internal/pull"
)

// printReport tells what a pull has done.
func printReport(w io.Writer, r *pull.Report) {
	if r.Recovered {
		fmt.Fprintln(w, "an earlier pull was broken off, and has been finished")
	}
	for _, v := range r.Withdrawn {
		fmt.Fprintf(w, "%s was withdrawn, and is left out\n", v)
	}
	for _, path := range r.Kept {
		fmt.Fprintf(w, "%s is no longer part, and stays: it was changed by hand\n", path)
	}
	if r.Partial {
		fmt.Fprintln(w, "the versions are of several days: kit.json, tokens.json and index.html are left out")
	}
	came := len(r.Added) + len(r.Changed) + len(r.Restored)
	if came+len(r.Removed) == 0 {
		fmt.Fprintf(w, "nothing has changed: %s, %s over the wire\n", countOf(r.Unchanged, "file"), sizeOf(r.Received))
		return
	}
	fmt.Fprintf(w, "%s new, %d changed, %d brought back, %d gone, %d as before; %s over the wire\n",
		countOf(len(r.Added), "file"), len(r.Changed), len(r.Restored), len(r.Removed), r.Unchanged, sizeOf(r.Received))
}

// printVerification lists what differs.
func printVerification(w io.Writer, v *pull.Verification) {
	for _, list := range []struct {
		title string
		paths []string
	}{{"changed", v.Changed}, {"missing", v.Missing}, {"unknown", v.Unknown}} {
		for _, path := range list.paths {
			fmt.Fprintf(w, "%s: %s\n", list.title, path)
		}
	}
	if v.OK() {
		fmt.Fprintf(w, "%s as locked\n", countOf(v.Files, "file"))
	}
}

// printDifference lists what a pull would change.
func printDifference(w io.Writer, d *pull.Difference) {
	for _, i := range d.Items {
		fmt.Fprintf(w, "%s: %s%s; files: %d new, %d changed, %d gone\n", i.Item, movesTo(i), becomes(i), len(i.Added), len(i.Changed), len(i.Removed))
	}
	if len(d.Whole) > 0 {
		fmt.Fprintf(w, "of the whole kit: %s\n", strings.Join(d.Whole, ", "))
	}
	if d.Same() {
		fmt.Fprintln(w, "nothing differs")
	}
}

func movesTo(i pull.ItemChange) string {
	switch {
	case i.From == 0:
		return fmt.Sprintf("version %d comes", i.To)
	case i.To == 0:
		return fmt.Sprintf("version %d goes", i.From)
	case i.From == i.To:
		return fmt.Sprintf("version %d", i.To)
	}
	return fmt.Sprintf("version %d becomes %d", i.From, i.To)
}

func becomes(i pull.ItemChange) string {
	if i.State == "" {
		return ""
	}
	return fmt.Sprintf(" (version %d is %s)", i.From, strings.ReplaceAll(i.State, "_", " "))
}

// countOf writes a number of things.
func countOf(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// sizeOf writes a number of bytes for people.
func sizeOf(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return countOf(int(n), "byte")
}
