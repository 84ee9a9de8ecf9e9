package verify

import (
	"bytes"
	"encoding/json"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// sealed is the form of eventlog.Record.Data.
type sealed struct {
	Salt    []byte          `json:"salt"`
	Payload json.RawMessage `json:"payload"`
}

// checkEnvelope compares an envelope with the event in it, which were written
// together: JSON that can be read may still not be what was written.
func (w *walk) checkEnvelope(place string, recorded eventlog.Recorded, envelope eventlog.Envelope, event domain.Event) {
	w.checkForm(place, recorded, envelope)
	var data sealed
	if err := json.Unmarshal(recorded.Data, &data); err != nil || !bytes.Equal(written(data), recorded.Data) {
		w.find(LogCorrupt, place, "its payload is not in the form in which it was written")
	}
	if envelope.Via == "" && !envelope.At.Equal(envelope.Recorded) {
		w.find(EnvelopeMismatch, place, "it happened at %s and was recorded at %s, but was not imported", envelope.At, envelope.Recorded)
	}
	member, agency := actorOf(event)
	if member != nil && *member != envelope.Member {
		w.find(EnvelopeMismatch, place, "its actor is %s, and %s by its payload", envelope.Member, *member)
	}
	if agency != nil && *agency != envelope.Agency {
		w.find(EnvelopeMismatch, place, "its agency is %q, and %q by its payload", envelope.Agency, *agency)
	}
}

// checkForm holds an envelope to the one form in which it is written: Go reads
// names of fields in any case, for one.
func (w *walk) checkForm(place string, recorded eventlog.Recorded, envelope eventlog.Envelope) {
	if !bytes.Equal(written(envelope), recorded.Meta) {
		w.find(LogCorrupt, place, "its envelope is not in the form in which it was written")
	}
}

// actorOf is the member and the agency that an event's payload says acted; nil
// where it doesn't. Whoever acts by a delegation may do so for another agency than
// their own.
func actorOf(event domain.Event) (member *uuid.UUID, agency *string) {
	switch e := event.(type) {
	case domain.ItemRegistered:
		return nil, &e.Agency
	case domain.VersionDrafted:
		return &e.Author, &e.Agency
	case domain.VersionRevised:
		return &e.Author, nil
	case domain.VersionTranslated:
		return &e.Author, &e.Agency
	case domain.VersionSigned:
		if e.Delegation != nil {
			return &e.Member, nil
		}
		return &e.Member, &e.Agency
	case domain.VersionReturned:
		if e.Delegation != nil {
			return &e.Member, nil
		}
		return &e.Member, &e.Agency
	case domain.VersionWithdrawn:
		return nil, &e.Agency
	case domain.VersionRescheduled:
		return &e.Member, &e.Agency
	case domain.EditionOpened:
		return nil, &e.Agency
	}
	return besideReview(event)
}

// besideReview is actorOf what happens beside the steps of a version.
func besideReview(event domain.Event) (member *uuid.UUID, agency *string) {
	switch e := event.(type) {
	case domain.SubmissionWithdrawn:
		return &e.Member, &e.Agency
	case domain.SignerRecused:
		return &e.Member, &e.Agency
	case domain.VersionCommented:
		return &e.Member, &e.Agency
	case domain.CommentResolved:
		return &e.Member, &e.Agency
	case domain.SigningDelegated: // by the agency itself, through any of its reviewers
		return nil, &e.Agency
	case domain.DelegationRevoked:
		return nil, &e.Agency
	}
	return nil, nil
}

// written is the JSON of a value as eventlog.Seal writes it.
func written(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
