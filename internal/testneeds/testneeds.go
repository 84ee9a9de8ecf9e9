// Package testneeds finds the programs outside of Go that some tests drive: a
// browser, a reference renderer, a load generator.
//
// Everybody can run the tests with nothing but Go, so a program that is missing
// skips its test; and everything must be tested somewhere, so with
// SIGNET_CI_STRICT=1 in the environment a missing program fails it.
package testneeds

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// StrictVariable names the environment variable that turns a missing program
// from a skipped test into a failed one when it is "1".
const StrictVariable = "SIGNET_CI_STRICT"

// Command returns the path of the first of the named programs that is found in
// PATH; several names are for a program that systems call differently. If there
// is none the test is skipped, or failed when strict, and the call does not
// return.
func Command(tb testing.TB, name string, others ...string) string {
	tb.Helper()
	names := append([]string{name}, others...)
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	Missing(tb, strings.Join(names, " or ")+", which is not in PATH")
	return ""
}

// Chromium returns the path of a Chromium or Chrome browser, as [Command] does.
func Chromium(tb testing.TB) string {
	tb.Helper()
	return Command(tb, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
}

// Missing skips the test for want of something, or fails it when strict; it does
// not return.
func Missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv(StrictVariable) == "1" {
		tb.Fatalf("NEEDS %s, and %s=1 allows no skipping", what, StrictVariable)
	}
	tb.Skipf("SKIPPED ALOUD: needs %s; nothing of this test was checked", what)
}

// PlainInCI skips a long test in that of CI's two runs which has the race detector:
// the other one has the test. It is for tests in which nothing runs at the same time
// that is not tried elsewhere: of what is computed, and of single processes.
func PlainInCI(tb testing.TB) {
	tb.Helper()
	if os.Getenv(StrictVariable) == "1" && Race {
		tb.Skipf("SKIPPED ALOUD: CI runs this without the race detector, in the same run")
	}
}

// OnceInCI skips a long test in that of CI's two runs which does without the race
// detector: the other one has it. Everybody else's runs have it in any case. It is
// for tests that try no less when the race detector watches.
func OnceInCI(tb testing.TB) {
	tb.Helper()
	if os.Getenv(StrictVariable) == "1" && !Race {
		tb.Skipf("SKIPPED ALOUD: CI runs this with the race detector, in the same run")
	}
}
