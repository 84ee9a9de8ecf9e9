//go:build race

package resvg

// oneLogoOf: the race detector makes each picture slow, and the other of CI's runs
// compares them all.
const oneLogoOf = 3
