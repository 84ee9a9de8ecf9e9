//go:build race

package testneeds

// Race tells whether the race detector watches, which makes everything slow.
const Race = true
