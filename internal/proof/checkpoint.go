package proof

import (
	"errors"
	"math"
	"strings"
	"time"

	flog "github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxCheckpointBytes bounds the text of a checkpoint; its witnesses' signatures take the
// most of it.
const MaxCheckpointBytes = 64 << 10

// Checkpoint is the state of a log that its key has signed.
type Checkpoint struct {
	// Origin is the name of the log.
	Origin string
	// Size is how many events it held, Root the hash of their tree.
	Size int64
	Root tlog.Hash
	// Note is the signed text: https://c2sp.org/tlog-checkpoint.
	Note []byte
	// Cosigned are the signatures of witnesses that were asked for, in the order of the note.
	Cosigned []Cosignature
}

// Cosignature says that a witness saw the log grow into this state, by adding to what it
// saw before, and when (to the second).
type Cosignature struct {
	Name string
	At   time.Time
}

func checkpointText(origin string, size int64, root tlog.Hash) string {
	return string(flog.Checkpoint{Origin: origin, Size: uint64(max(size, 0)), Hash: root[:]}.Marshal())
}

// ReadCheckpoint reads a checkpoint that the key must have signed, in whose name it must
// be. Cosigned are those of the witnesses (also verifier keys) that have signed too; one
// that has not is no error, but a signature in its name that is not good is. Signatures by
// other keys are passed over. The error is an *Error: KeyMalformed, KeyPrivate,
// CheckpointMalformed, CheckpointUnsigned, OriginDiffers or WitnessWrong.
func ReadCheckpoint(text []byte, key string, witnesses ...string) (Checkpoint, error) {
	if len(text) > MaxCheckpointBytes {
		return Checkpoint{}, fail(CheckpointMalformed, "a checkpoint has at most %d bytes", MaxCheckpointBytes)
	}
	log, err := logVerifier(key)
	if err != nil {
		return Checkpoint{}, err
	}
	known, err := witnessVerifiers(witnesses)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(text, note.VerifierList(append(known, log)...))
	var wrong *note.InvalidSignatureError
	var unverified *note.UnverifiedNoteError
	switch {
	case errors.As(err, &wrong) && (wrong.Name != log.Name() || wrong.Hash != log.KeyHash()):
		return Checkpoint{}, fail(WitnessWrong, "the signature of %s is not good", wrong.Name)
	case errors.As(err, &wrong):
		return Checkpoint{}, fail(CheckpointUnsigned, "the signature of %s is not good", wrong.Name)
	case errors.As(err, &unverified):
		return Checkpoint{}, unsigned(unverified.Note, log)
	case err != nil:
		return Checkpoint{}, fail(CheckpointMalformed, "this is no signed note").because(err)
	}
	c := Checkpoint{Note: text}
	signed := false
	for _, s := range n.Sigs {
		if s.Name == log.Name() && s.Hash == log.KeyHash() {
			signed = true
			continue
		}
		at, err := fnote.CoSigV1Timestamp(s)
		if err != nil {
			return Checkpoint{}, fail(WitnessWrong, "the signature of %s has no time", s.Name).because(err)
		}
		c.Cosigned = append(c.Cosigned, Cosignature{Name: s.Name, At: at.UTC()})
	}
	if !signed {
		return Checkpoint{}, unsigned(n, log)
	}
	if err := c.parse(n.Text, log.Name()); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}

// unsigned says who has signed instead.
func unsigned(n *note.Note, log note.Verifier) *Error {
	var names []string
	for _, s := range append(n.Sigs, n.UnverifiedSigs...) {
		names = append(names, s.Name)
	}
	return fail(CheckpointUnsigned, "it is not signed by the key %s+%08x, but by %.200q", log.Name(), log.KeyHash(), names)
}

// parse reads the text of a note that the log has signed.
func (c *Checkpoint) parse(text, origin string) error {
	var parsed flog.Checkpoint
	if _, err := parsed.Unmarshal([]byte(text)); err != nil {
		return fail(CheckpointMalformed, "this is no checkpoint").because(err)
	}
	if parsed.Origin != origin {
		return fail(OriginDiffers, "the checkpoint is that of %.100q, the key that of %q", parsed.Origin, origin)
	}
	if len(parsed.Hash) != tlog.HashSize || parsed.Size > math.MaxInt64 {
		return fail(CheckpointMalformed, "the size or the root of the log is out of range")
	}
	c.Origin, c.Size, c.Root = parsed.Origin, int64(parsed.Size), tlog.Hash(parsed.Hash)
	if !strings.HasPrefix(text, checkpointText(c.Origin, c.Size, c.Root)) {
		return fail(CheckpointMalformed, "the size or the root of the log is not written as it is to be")
	}
	return nil
}

func logVerifier(key string) (note.Verifier, error) {
	key, err := ReadVerifierKey(key)
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(key) // knows no other type than that of a log
	if err != nil {
		return nil, fail(KeyMalformed, "this is the key of a witness, not of a log").because(err)
	}
	return v, nil
}

// keyID is what a signature says of its key.
type keyID struct {
	name string
	hash uint32
}

// witnessVerifiers are those of the keys, each once.
func witnessVerifiers(keys []string) ([]note.Verifier, error) {
	var all []note.Verifier
	seen := map[keyID]bool{}
	for _, key := range keys {
		key, err := ReadVerifierKey(key)
		if err != nil {
			return nil, err
		}
		v, err := fnote.NewVerifierForCosignatureV1(key)
		if err != nil {
			return nil, fail(KeyMalformed, "this is no key of a witness").because(err)
		}
		if id := (keyID{v.Name(), v.KeyHash()}); !seen[id] {
			seen[id] = true
			all = append(all, v)
		}
	}
	return all, nil
}
