//go:build race

package projections_test

// defaultChecks is how many random histories each property is tried on: few with
// the race detector, under which SQLite, translated to Go, is 20 times slower.
const defaultChecks = "8"
