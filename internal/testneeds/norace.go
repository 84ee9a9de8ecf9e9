//go:build !race

package testneeds

// raceEnabled tells whether the race detector watches.
const raceEnabled = false
