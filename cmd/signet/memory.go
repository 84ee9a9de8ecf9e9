package main

import (
	"os"
	"runtime/debug"
)

// collectAt is by how many percent the heap of a server may grow before it is
// collected: what lives is small, and what requests leave behind is much, so
// that collecting less often gives back a tenth of the processor.
const collectAt = 400

// tuneMemory sets what an operator has not set by GOGC.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
}
