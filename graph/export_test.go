package graph

import (
	"testing"
	"time"
)

// WaitForOthers lets batched questions wait so long for others, until the test ends: a
// busy machine breaks no batch in two then.
func WaitForOthers(t *testing.T, wait time.Duration) {
	t.Helper()
	before := batchWait
	batchWait = wait
	t.Cleanup(func() { batchWait = before })
}
