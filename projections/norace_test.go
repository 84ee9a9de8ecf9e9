//go:build !race

package projections_test

// defaultChecks is how many random histories each property is tried on.
const defaultChecks = "100"
