package testneeds_test

import (
	"testing"

	"signet/internal/testneeds"
)

func TestCountIsWhatTheEnvironmentSays(t *testing.T) {
	const variable = "SIGNET_TEST_COUNT"
	for _, c := range []struct {
		name, variable, strict string
		want                   int
	}{
		{"nothing is said", "", "", 3},
		{"nothing is said, in CI", "", "1", 50},
		{"a number", "1000", "", 1000},
		{"a number, in CI", "7", "1", 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(variable, c.variable)
			t.Setenv(testneeds.StrictVariable, c.strict)
			if got := testneeds.Count(t, variable, 3, 50); got != c.want {
				t.Errorf("%d, not %d", got, c.want)
			}
		})
	}
}
