package eventlog

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// EnvelopeVersion is the version of the form of Record.Meta.
const EnvelopeVersion = 1

// SaltBytes is the length of the salt of a commitment, in bytes.
const SaltBytes = 16

// Envelope is what is known for ever of an event: who, when, what name, and a
// commitment to the payload. Its JSON is Record.Meta, and is the leaf of a Merkle
// tree: it stays valid when the payload, in Record.Data, has been erased.
type Envelope struct {
	Version  int       `json:"v"`
	ID       uuid.UUID `json:"id"`
	Type     string    `json:"type"`
	Stream   string    `json:"stream"`
	Revision Revision  `json:"revision"`
	// At is when it happened; Recorded is when this log was told. They are the
	// same but for what was imported.
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	// Member and Agency are those of the actor.
	Member uuid.UUID `json:"member"`
	Agency string    `json:"agency,omitempty"`
	// Request is the idempotency key of the command, Command the SHA-256 of the
	// command itself, so that a key that is used for something else is noticed.
	Request string `json:"request,omitempty"`
	Command string `json:"command,omitempty"`
	// Via says how the command came, when not through the API: "import".
	Via string `json:"via,omitempty"`
	// Commitment is the hexadecimal SHA-256 of salt and payload.
	Commitment string `json:"commitment"`
}

// sealed is the form of Record.Data.
type sealed struct {
	Salt    []byte          `json:"salt"`
	Payload json.RawMessage `json:"payload"`
}

// ErrErased: the payload was erased; the envelope is still there.
var ErrErased = errors.New("eventlog: payload erased")

// Seal puts a payload, which must be compact JSON, into its stored form. It sets
// the envelope's Version and Commitment; the other fields are the caller's.
func Seal(e Envelope, payload []byte) (Record, error) {
	salt := make([]byte, SaltBytes)
	if _, err := rand.Read(salt); err != nil {
		return Record{}, fmt.Errorf("eventlog: salt: %w", err)
	}
	e.Version = EnvelopeVersion
	e.Commitment = commitment(salt, payload)
	e.At, e.Recorded = e.At.UTC(), e.Recorded.UTC()
	meta, err := marshal(e)
	if err != nil {
		return Record{}, fmt.Errorf("eventlog: envelope: %w", err)
	}
	data, err := marshal(sealed{Salt: salt, Payload: payload})
	if err != nil {
		return Record{}, fmt.Errorf("eventlog: payload: %w", err)
	}
	return Record{ID: e.ID, Type: e.Type, Data: data, Meta: meta}, nil
}

// Open returns the envelope and the payload of a stored event, after it has
// checked that they belong together and stand where the envelope says. The error
// wraps ErrErased (the envelope is still returned) or ErrCorrupt.
func Open(r Recorded) (Envelope, []byte, error) {
	var e Envelope
	if err := json.Unmarshal(r.Meta, &e); err != nil {
		return Envelope{}, nil, fmt.Errorf("%w: envelope at position %d: %w", ErrCorrupt, r.Position, err)
	}
	if e.Version != EnvelopeVersion {
		return Envelope{}, nil, fmt.Errorf("%w: envelope at position %d has version %d", ErrCorrupt, r.Position, e.Version)
	}
	if e.ID != r.ID || e.Type != r.Type || e.Stream != r.Stream || e.Revision != r.Revision {
		return Envelope{}, nil, fmt.Errorf("%w: envelope at position %d is that of another event", ErrCorrupt, r.Position)
	}
	if len(r.Data) == 0 {
		return e, nil, ErrErased
	}
	var s sealed
	if err := json.Unmarshal(r.Data, &s); err != nil {
		return Envelope{}, nil, fmt.Errorf("%w: payload at position %d: %w", ErrCorrupt, r.Position, err)
	}
	if subtle.ConstantTimeCompare([]byte(commitment(s.Salt, s.Payload)), []byte(e.Commitment)) != 1 {
		return Envelope{}, nil, fmt.Errorf("%w: payload at position %d does not match its commitment", ErrCorrupt, r.Position)
	}
	return e, s.Payload, nil
}

func commitment(salt, payload []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return hex.EncodeToString(h.Sum(nil))
}

// marshal is json.Marshal without the escaping meant for HTML: a payload must
// come out byte by byte as it went in.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
