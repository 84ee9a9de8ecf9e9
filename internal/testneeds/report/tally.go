package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of "go test -json": go doc test2json and go help buildjson
// say what its fields hold. Test is empty for what concerns a whole package.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output and build-fail, in place of Package
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

type testName struct{ pkg, test string }

// tally is what has been heard so far.
type tally struct {
	passed, failed int
	packagesFailed int
	skipped        []testName
	said           map[testName]*strings.Builder
}

func newTally() *tally {
	return &tally{said: map[testName]*strings.Builder{}}
}

// readAll takes in every event and prints what ends: packages, and what failed
// tests said.
func (t *tally) readAll(in io.Reader, out io.Writer) error {
	events := json.NewDecoder(bufio.NewReader(in))
	for {
		var e event
		err := events.Decode(&e)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not the output of go test -json: %w", err)
		}
		t.take(e, out)
	}
}

func (t *tally) take(e event, out io.Writer) {
	name := testName{e.Package, e.Test}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(out, e.Output)
	case e.Action == "output":
		if t.said[name] == nil {
			t.said[name] = &strings.Builder{}
		}
		t.said[name].WriteString(e.Output)
	case e.Test == "":
		t.endPackage(e, out)
	default:
		t.endTest(e, out)
	}
}

func (t *tally) endTest(e event, out io.Writer) {
	name := testName{e.Package, e.Test}
	switch e.Action {
	case "pass":
		t.passed++
		delete(t.said, name)
	case "fail":
		t.failed++
		t.print(name, out)
	case "skip":
		t.skipped = append(t.skipped, name)
	}
}

func (t *tally) endPackage(e event, out io.Writer) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(out, "ok    %s (%.1fs)\n", e.Package, e.Elapsed)
	case "skip": // a package without tests
	case "fail":
		t.packagesFailed++
		t.printUnfinished(e.Package, out)
		t.print(testName{e.Package, ""}, out)
		fmt.Fprintf(out, "FAIL  %s (%.1fs)\n", e.Package, e.Elapsed)
	}
}

// printUnfinished prints what the tests of a failed package said that never
// ended: those that ran when it panicked or was killed.
func (t *tally) printUnfinished(pkg string, out io.Writer) {
	var names []testName
	for name := range t.said {
		if name.pkg == pkg && name.test != "" && !slices.Contains(t.skipped, name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b testName) int { return cmp.Compare(a.test, b.test) })
	for _, name := range names {
		t.print(name, out)
	}
}

func (t *tally) print(name testName, out io.Writer) {
	if said := t.said[name]; said != nil {
		fmt.Fprint(out, said.String())
		delete(t.said, name)
	}
}

// good reports whether tests ran and none failed.
func (t *tally) good() bool {
	return t.failed == 0 && t.packagesFailed == 0 && t.passed > 0
}

// sumUp prints the skipped tests, each with the last thing it said, and the
// totals.
func (t *tally) sumUp(out io.Writer) {
	for _, name := range t.skipped {
		fmt.Fprintf(out, "SKIP  %s %s: %s\n", name.pkg, name.test, t.reason(name))
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped, %d packages failed\n",
		t.passed, t.failed, len(t.skipped), t.packagesFailed)
}

func (t *tally) reason(name testName) string {
	said := t.said[name]
	if said == nil {
		return "it said nothing"
	}
	reason := ""
	for line := range strings.Lines(said.String()) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			reason = line
		}
	}
	return cmp.Or(reason, "it said nothing")
}
