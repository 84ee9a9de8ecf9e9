package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrUnknownEvent: a stored name that this program does not know. A reader must
// stop at it, since what follows may depend on it.
var ErrUnknownEvent = errors.New("domain: unknown event type")

// decoder reads the payload of one stored name. At is when the event happened,
// which an upcast from an older shape may need.
type decoder func(payload []byte, at time.Time) (Event, error)

// decoders holds every stored name there ever was.
var decoders = map[string]decoder{
	"version.withdrawn.v1": upcastWithdrawnV1,
}

func init() {
	know[ItemRegistered]()
	know[ItemVisibilityChanged]()
	know[VersionDrafted]()
	know[VersionRevised]()
	know[VersionSubmitted]()
	know[VersionSigned]()
	know[VersionReturned]()
	know[VersionApproved]()
	know[VersionWithdrawn]()
	know[SignerRecused]()
	know[SubmissionWithdrawn]()
	know[ReviewEscalated]()
	know[VersionTranslated]()
	know[VersionCommented]()
	know[CommentResolved]()
	know[VersionRescheduled]()
	know[SigningDelegated]()
	know[DelegationRevoked]()
	know[WebhookRegistered]()
	know[WebhookChanged]()
	know[WebhookSecretRotated]()
	know[WebhookRemoved]()
	know[PolicySet]()
	know[EditionOpened]()
	know[EditionIncluded]()
	know[EditionExcluded]()
	know[EditionRetired]()
	know[EditionIssued]()
	know[AgencyRegistered]()
	know[AgencyRenamed]()
	know[MemberAdded]()
	know[MemberRolesChanged]()
	know[MemberRemoved]()
	know[AssetDownloaded]()
	know[UseDeclared]()
	know[UseEnded]()
	know[UsageCounted]()
	knowTokens()
	knowAudits()
	know[ErasureRequested]()
	know[ErasureCancelled]()
	know[PersonErased]()
}

func knowTokens() {
	know[TokenIssued]()
	know[TokenRotated]()
	know[TokenRevoked]()
	know[TokenUsed]()
	know[RegistryClaimed]()
}

func knowAudits() {
	know[AuditPlanned]()
	know[AuditChanged]()
	know[AuditReported]()
	know[FindingAnswered]()
	know[FindingResolved]()
	know[FindingRechecked]()
	know[AuditRoundConcluded]()
	know[AuditEnded]()
}

// know enters the present shape of an event under its stored name.
func know[E Event]() {
	var zero E
	decoders[zero.EventType()] = func(payload []byte, _ time.Time) (Event, error) {
		var e E
		err := json.Unmarshal(payload, &e)
		return e, err
	}
}

// EventTypes returns every stored name that can be read, sorted.
func EventTypes() []string { return slices.Sorted(maps.Keys(decoders)) }

// Encode returns an event's stored name and payload: JSON in the order of the
// fields, so that equal events are equal bytes.
func Encode(e Event) (name string, payload []byte, err error) {
	payload, err = marshalPlain(e)
	return e.EventType(), payload, err
}

// Decode reads what Encode wrote, now or in an older program, as the event's
// present shape. The error wraps ErrUnknownEvent for a name that was never known.
func Decode(name string, payload []byte, at time.Time) (Event, error) {
	decode, ok := decoders[name]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownEvent, name)
	}
	e, err := decode(payload, at)
	if err != nil {
		return nil, fmt.Errorf("domain: payload of %s: %w", name, err)
	}
	return e, nil
}

// upcastWithdrawnV1 reads withdrawals as they were before they could be dated:
// they began at the instant at which they happened.
func upcastWithdrawnV1(payload []byte, at time.Time) (Event, error) {
	var old struct {
		Key     string `json:"key"`
		Version int    `json:"version"`
		Agency  string `json:"agency"`
		Reason  string `json:"reason"`
	}
	if err := json.Unmarshal(payload, &old); err != nil {
		return nil, err
	}
	return VersionWithdrawn{Key: old.Key, Version: old.Version, Agency: old.Agency, From: at, Reason: old.Reason}, nil
}
