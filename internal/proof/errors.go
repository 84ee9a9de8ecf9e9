package proof

import (
	"fmt"

	"signet/internal/eventlog"
)

// Code is the stable name of what is wrong, in snake_case.
type Code string

// What can be wrong with keys, checkpoints and proof files.
const (
	// KeyMalformed: the text is no key, or its hash is not that of its bytes.
	KeyMalformed Code = "key_malformed"
	// KeyPrivate: where a verifier key belongs stands one that must be kept secret.
	KeyPrivate Code = "key_private"
	// OriginMalformed: a name that can't be that of a log.
	OriginMalformed Code = "origin_malformed"
	// OriginDiffers: a key or a checkpoint is that of another log.
	OriginDiffers Code = "origin_differs"
	// CheckpointMalformed: the text is no checkpoint.
	CheckpointMalformed Code = "checkpoint_malformed"
	// CheckpointUnsigned: the key has not signed it, or has signed something else.
	CheckpointUnsigned Code = "checkpoint_unsigned"
	// WitnessWrong: what stands there as the signature of a witness is none.
	WitnessWrong Code = "witness_wrong"
	// WitnessMissing: a witness that was asked for has not cosigned.
	WitnessMissing Code = "witness_missing"
	// ProofMalformed: the file is not of the form that docs/proof-format.md describes.
	ProofMalformed Code = "proof_malformed"
	// ProofTooLarge: it has, or would have, more than MaxFileBytes.
	ProofTooLarge Code = "proof_too_large"
	// InclusionWrong: the event is not the leaf of the tree that it is said to be.
	InclusionWrong Code = "inclusion_wrong"
	// PayloadChanged: the payload is not the one that the envelope commits to.
	PayloadChanged Code = "payload_changed"
	// EventMalformed: the log held an event that is none of ours.
	EventMalformed Code = "event_malformed"
	// EventUnknown: an event of a kind that a later program may know.
	EventUnknown Code = "event_unknown"
	// EventForeign: the event is not about the subject.
	EventForeign Code = "event_foreign"
	// EventsUnordered: the events do not stand in the order of their stream.
	EventsUnordered Code = "events_unordered"
	// EventsIncomplete: what the file says can't have happened without events that are
	// not in it.
	EventsIncomplete Code = "events_incomplete"
	// ApprovalUnfounded: the events contradict the registry's own rules of signing.
	ApprovalUnfounded Code = "approval_unfounded"
	// ConsistencyWrong: the older checkpoint is not of the same history.
	ConsistencyWrong Code = "consistency_wrong"
	// UnknownSubject: the log holds no such version or edition.
	UnknownSubject Code = "unknown_subject"
	// NotCovered: the checkpoint is older than what is to be proved.
	NotCovered Code = "not_covered"
)

// Error is what is wrong, and where.
type Error struct {
	Code Code
	// Event is the event that it is about; nil when it is about no single one.
	Event *Place
	// Sentence says it in English, for a person.
	Sentence string
	// Err is the cause, or nil.
	Err error
}

// Place says which event is meant, as far as that is known.
type Place struct {
	// Leaf is its number in the tree, from 0.
	Leaf     int64
	Type     string
	Stream   string
	Revision eventlog.Revision
}

func (p Place) String() string {
	if p.Type == "" {
		return fmt.Sprintf("leaf %d", p.Leaf)
	}
	return fmt.Sprintf("leaf %d (%s, revision %d of %s)", p.Leaf, p.Type, p.Revision, p.Stream)
}

func (e *Error) Error() string {
	s := string(e.Code) + ": "
	if e.Event != nil {
		s += e.Event.String() + ": "
	}
	s += e.Sentence
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, ErrNotCovered) true for that code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Event == nil && other.Sentence == "" && other.Code == e.Code
}

// ErrNotCovered, for errors.Is: the checkpoint is older than what is to be proved; wait
// for the next one.
var ErrNotCovered error = &Error{Code: NotCovered}

func fail(code Code, sentence string, args ...any) *Error {
	return &Error{Code: code, Sentence: fmt.Sprintf(sentence, args...)}
}

// because names the cause.
func (e *Error) because(err error) *Error {
	e.Err = err
	return e
}

// at names the event.
func (e *Error) at(p Place) *Error {
	e.Event = &p
	return e
}
