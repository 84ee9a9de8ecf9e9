//go:build race

package testneeds_test

const raceWatches = true
