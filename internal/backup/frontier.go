package backup

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/merkle"
)

// treeOf is the right edge of a tree that a snapshot tells of.
func treeOf(events int64, peaks []tlog.Hash, root tlog.Hash) (merkle.Frontier, error) {
	f, err := merkle.FrontierOf(events, peaks)
	if err == nil && f.Root() != root {
		err = fmt.Errorf("the hashes do not lead to the root %v", root)
	}
	return f, err
}
