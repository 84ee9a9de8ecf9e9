package eventlog

import "crypto/sha256"

// Digest is what an event is proved by: the hash of its envelope as a leaf of a Merkle
// tree, which is the SHA-256 of a byte 0 and Meta (RFC 9162, section 2.1.1). It is
// the same for ever, also when the payload has been erased; the payload is bound to it
// by the commitment in the envelope.
func (r Record) Digest() [sha256.Size]byte {
	return sha256.Sum256(append([]byte{0}, r.Meta...))
}
