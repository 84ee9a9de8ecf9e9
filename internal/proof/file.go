package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	fproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Format is what a proof file says that it is.
const Format = "signet-proof/v1"

// Limits of a proof file.
const (
	MaxFileBytes = 8 << 20
	maxHashes    = 63     // of a proof, since a tree has at most 2^63 leaves
	maxNumber    = 10_000 // of a version, as of an edition in domain; so much memory is taken
)

// The kinds of subjects.
const (
	KindVersion    = "version"
	KindEdition    = "edition"
	KindCheckpoint = "checkpoint"
)

// Subject is what a file proves something about.
type Subject struct {
	Kind string `json:"kind"`
	// Item and Version name a version of an item.
	Item    string `json:"item,omitempty"`
	Version int    `json:"version,omitempty"`
	// Edition is the number of an edition.
	Edition int `json:"edition,omitempty"`
}

// Event is an event with the proof that the log holds it.
type Event struct {
	// Index is the number of its leaf, from 0.
	Index int64
	// Envelope is eventlog.Record.Meta, whose hash is the leaf. Data is
	// eventlog.Record.Data; empty when it was erased or left out.
	Envelope, Data []byte
	// Hashes lead from the leaf to the root of the checkpoint.
	Hashes tlog.RecordProof
}

// File is a proof file.
type File struct {
	Subject Subject
	// Checkpoint is the signed state of the log to which all proofs lead.
	Checkpoint []byte
	// Events are those of the subject, in the order of their stream.
	Events []Event
	// Older, for the kind "checkpoint", is one from before, and Consistency proves that
	// Checkpoint continues it.
	Older       []byte
	Consistency tlog.TreeProof
}

// written is the form of a file; docs/proof-format.md describes it.
type written struct {
	Format      string         `json:"format"`
	Subject     Subject        `json:"subject"`
	Checkpoint  string         `json:"checkpoint"`
	Events      []writtenEvent `json:"events,omitempty"`
	Older       string         `json:"older,omitempty"`
	Consistency []string       `json:"consistency,omitempty"`
}

type writtenEvent struct {
	Envelope string `json:"envelope"`
	Data     string `json:"data,omitempty"`
	// Proof is a whole https://c2sp.org/tlog-proof, so that the event can also be checked
	// by programs that know nothing of ours.
	Proof string `json:"proof"`
}

// Marshal writes the file. The error is an *Error: ProofTooLarge, or ProofMalformed for
// bytes that are no text.
func (f *File) Marshal() ([]byte, error) {
	w := written{Format: Format, Subject: f.Subject, Checkpoint: string(f.Checkpoint), Older: string(f.Older)}
	texts := [][]byte{f.Checkpoint, f.Older}
	for _, e := range f.Events {
		w.Events = append(w.Events, writtenEvent{string(e.Envelope), string(e.Data), string(f.tlogProof(e))})
		texts = append(texts, e.Envelope, e.Data)
	}
	for _, h := range f.Consistency {
		w.Consistency = append(w.Consistency, base64.StdEncoding.EncodeToString(h[:]))
	}
	if i := slices.IndexFunc(texts, func(b []byte) bool { return !utf8.Valid(b) }); i >= 0 {
		return nil, fail(ProofMalformed, "an event or a checkpoint is no text in UTF-8, and can't be written")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(w); err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	if out.Len() > MaxFileBytes {
		return nil, fail(ProofTooLarge, "the proof has %d bytes, at most %d", out.Len(), MaxFileBytes)
	}
	return out.Bytes(), nil
}

func (f *File) tlogProof(e Event) []byte {
	p := fproof.TLogProof{Index: uint64(max(e.Index, 0)), Checkpoint: f.Checkpoint}
	for _, h := range e.Hashes {
		p.Hashes = append(p.Hashes, h)
	}
	return p.Marshal()
}

// Read reads a proof file; nothing is checked yet but its form. The error is an *Error:
// ProofTooLarge or ProofMalformed.
func Read(b []byte) (*File, error) {
	if len(b) > MaxFileBytes {
		return nil, fail(ProofTooLarge, "a proof has at most %d bytes", MaxFileBytes)
	}
	if err := strictly(b); err != nil {
		return nil, fail(ProofMalformed, "this is no proof file").because(err)
	}
	var w written
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return nil, fail(ProofMalformed, "this is no proof file").because(err)
	}
	if w.Format != Format {
		return nil, fail(ProofMalformed, "the format is %.40q, not %q", w.Format, Format)
	}
	if err := w.Subject.check(); err != nil {
		return nil, err
	}
	f := &File{Subject: w.Subject, Checkpoint: []byte(w.Checkpoint)}
	fill := f.readEvents
	if f.Subject.Kind == KindCheckpoint {
		fill = f.readOlder
	}
	if err := fill(w); err != nil {
		return nil, err
	}
	return f, nil
}

// check refuses a subject that names nothing, or two things.
func (s Subject) check() error {
	good := false
	switch s.Kind {
	case KindVersion:
		good = s.Item != "" && s.Version >= 1 && s.Version <= maxNumber && s.Edition == 0
	case KindEdition:
		good = s.Edition >= 1 && s.Edition <= maxNumber && s.Item == "" && s.Version == 0
	case KindCheckpoint:
		good = s == Subject{Kind: KindCheckpoint}
	}
	if !good {
		return fail(ProofMalformed, "the subject is a version of an item, an edition or a checkpoint")
	}
	return nil
}

func (f *File) readEvents(w written) error {
	if w.Older != "" || len(w.Consistency) > 0 {
		return fail(ProofMalformed, "only a checkpoint has an older one")
	}
	if len(w.Events) == 0 {
		return fail(ProofMalformed, "the file proves nothing: it has no events")
	}
	for i, e := range w.Events {
		var p fproof.TLogProof
		if err := p.Unmarshal([]byte(e.Proof)); err != nil {
			return fail(ProofMalformed, "events[%d].proof is no tlog-proof@v1", i).because(err)
		}
		if !bytes.Equal(p.Checkpoint, f.Checkpoint) {
			return fail(ProofMalformed, "events[%d].proof leads to another checkpoint than the file's", i)
		}
		event := Event{Index: int64(p.Index & math.MaxInt64), Envelope: []byte(e.Envelope)}
		if e.Data != "" {
			event.Data = []byte(e.Data)
		}
		for _, h := range p.Hashes {
			event.Hashes = append(event.Hashes, h)
		}
		// What is written otherwise than we write it could be read otherwise by others.
		if len(p.Hashes) > maxHashes || string(f.tlogProof(event)) != e.Proof {
			return fail(ProofMalformed, "events[%d].proof is not written as a tlog-proof@v1 is", i)
		}
		f.Events = append(f.Events, event)
	}
	return nil
}

func (f *File) readOlder(w written) error {
	if len(w.Events) > 0 || len(w.Consistency) > maxHashes {
		return fail(ProofMalformed, "the proof of a checkpoint has no events, and at most %d hashes", maxHashes)
	}
	f.Older = []byte(w.Older)
	for i, text := range w.Consistency {
		b, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(b) != tlog.HashSize {
			return fail(ProofMalformed, "consistency[%d] is no hash", i)
		}
		f.Consistency = append(f.Consistency, tlog.Hash(b))
	}
	return nil
}

// names are those that a file may have; encoding/json would take them in any case of
// letters and several times over, and other programs would read something else.
var names = []string{
	"format", "subject", "kind", "item", "version", "edition", "checkpoint", "events", "envelope", "data", "proof", "older", "consistency",
}

// strictly refuses JSON of which one reader could understand something else than another.
func strictly(b []byte) error {
	if !utf8.Valid(b) {
		return errors.New("it is no UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := strictValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind its end")
	}
	return nil
}

// strictValue reads one value.
func strictValue(dec *json.Decoder, depth int) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	open, nested := token.(json.Delim)
	if token == nil || depth > 4 {
		return errors.New("null, or too deep")
	}
	if !nested {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if open == '{' {
			token, err := dec.Token()
			if err != nil {
				return err
			}
			name, _ := token.(string)
			if seen[name] || !slices.Contains(names, name) {
				return fmt.Errorf("the name %.40q, or a second time", name)
			}
			seen[name] = true
		}
		if err := strictValue(dec, depth+1); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}
