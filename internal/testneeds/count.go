package testneeds

import (
	"os"
	"strconv"
	"testing"
)

// Count is how often a test tries what chance decides: as often as the variable of
// the environment says, and without it inCI times in CI and here times elsewhere.
// What is no whole number above 0 fails the test.
func Count(tb testing.TB, variable string, here, inCI int) int {
	tb.Helper()
	text := os.Getenv(variable)
	if text == "" {
		if os.Getenv(StrictVariable) == "1" {
			return inCI
		}
		return here
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		tb.Fatalf("%s is %q, and no number of times", variable, text)
	}
	return n
}
