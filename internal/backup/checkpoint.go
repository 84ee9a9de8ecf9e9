package backup

import (
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
)

// signedTree is what a checkpoint says; of no checkpoint the size is -1.
type signedTree struct {
	size int64
	root tlog.Hash
}

// readCheckpoint reads a signed checkpoint (C2SP tlog-checkpoint) and checks the
// signature by a verifier key (C2SP signed-note).
func readCheckpoint(text []byte, key string) (signedTree, error) {
	c, err := proof.ReadCheckpoint(text, strings.TrimSpace(key))
	if err != nil {
		return signedTree{}, refuse(CheckpointUnsigned, "").from(err)
	}
	return signedTree{c.Size, c.Root}, nil
}
