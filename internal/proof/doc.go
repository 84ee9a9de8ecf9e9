// Package proof lets somebody who does not trust the registry check what it says: signed
// checkpoints of the log, and files that prove that a version was approved, or an edition
// issued, offline and without the registry.
//
// A checkpoint (https://c2sp.org/tlog-checkpoint) is the size and the root of the log's
// Merkle tree, signed as a note (https://c2sp.org/signed-note). A proof file holds events
// of one stream with the proof that each is a leaf of that tree; its form is described in
// docs/proof-format.md. [File.Check] believes nothing but the key that it is given: it
// finds out by itself what the events say.
//
// A proof shows what the log held when its checkpoint was signed. It can't show that
// nothing came later (a checkpoint of a later day does), nor, unless a witness has
// cosigned, that the operator shows everybody the same log: see [Verdict].
package proof
