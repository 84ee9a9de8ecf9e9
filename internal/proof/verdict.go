package proof

import (
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// Verdict is what a file proves: each thing in it follows from events that are leaves of
// the tree that the checkpoint signs, or from the checkpoint.
//
// It is proved that the log held these events, in this order and unchanged, when the
// checkpoint was signed; that by them these agencies signed this very content; and, of an
// edition, that it put these versions in force. That what the log was told is true is not
// proved: members have no keys of their own. What else is not is said by Unproved.
type Verdict struct {
	Subject    Subject
	Checkpoint Checkpoint
	// Events are all of the file, in the order of the stream.
	Events []Statement
	// Version, Edition or Older is there, as the subject is.
	Version *VersionVerdict
	Edition *EditionVerdict
	// Older is a checkpoint that Checkpoint continues: nothing that the log held then has
	// been changed or taken out.
	Older    *Checkpoint
	Unproved []Caveat
}

// Caveat is something that who reads a verdict could believe and that the file does not
// show; a stable name in snake_case.
type Caveat string

// What a file can't show.
const (
	// LaterEvents: that nothing happened after the checkpoint, or after the last event of
	// the file; a newer file does.
	LaterEvents Caveat = "later_events"
	// OneHistory: that the operator shows everybody the same log. A witness was not asked for.
	OneHistory Caveat = "one_history"
	// EditionIssue: when the edition begins for which the version was approved; the proof
	// of the edition does, and also shows whether it holds the version.
	EditionIssue Caveat = "edition_issue"
	// VersionApproval: how the versions of the edition were approved; their own proofs do.
	VersionApproval Caveat = "version_approval"
	// Successor: whether a later version of the item has taken the place of this one.
	Successor Caveat = "successor"
	// Identity: who the members are, and that they may act for their agencies, of their own
	// or by delegation. Their ids are opaque, and agencies are known by keys.
	Identity Caveat = "identity"
)

// Statement is one event of the file.
type Statement struct {
	// Leaf is its number in the tree, from 0.
	Leaf     int64
	ID       uuid.UUID
	Type     string
	Revision eventlog.Revision
	// At is when it happened, Recorded when the log was told: later for what was imported.
	At, Recorded time.Time
	// Member is the opaque id of who did it, Agency the key of their agency; empty for
	// what the program does.
	Member uuid.UUID
	Agency string
	// Event is what happened; nil when the payload was erased or left out. An event
	// without payload only shows that nothing else stands at its revision.
	Event domain.Event
}

// Act is who did something, and when.
type Act struct {
	Statement
	// Reason is what they gave as such.
	Reason string
}

// VersionVerdict is what a file says of a version.
type VersionVerdict struct {
	Item    string
	Version int
	Kind    domain.Kind
	Source  domain.Locale
	// State is as of the last event of the file.
	State   domain.VersionState
	Drafted Statement
	// Authors are all who wrote on it.
	Authors []uuid.UUID
	// Content is what was signed, or, before that, as it stands.
	Content domain.Content
	// Submitted is the last submission, Policy the terms that it was under.
	Submitted *Statement
	Policy    domain.PolicyTerms
	// Required are the agencies all of which must sign. Of Others at least Quorum must;
	// one that was recused as a whole is in Recused.
	Required []string
	Others   []string
	Quorum   int
	Recused  []string
	// Signatures are those that stand, in their order.
	Signatures []SignatureVerdict
	// Awaited are the agencies that are still asked to sign; none once it is approved.
	Awaited []string
	// Approved is the approval, nil when there is none.
	Approved *Statement
	// From is the instant from which it is in force; nil when it was not approved, or
	// begins with an edition, whose number is Edition.
	From    *time.Time
	Edition int
	// Withdrawn is the last withdrawal, and Until when it ends the version.
	Withdrawn *Act
	Until     *time.Time
	// Replacement is what is to be used instead of a withdrawn version; nil: nothing.
	Replacement *domain.VersionRef
}

// SignatureVerdict is a signature that stands.
type SignatureVerdict struct {
	domain.Signature
	// Event is where it was given.
	Event Statement
	// Kept: it was given on an earlier submission, and survived on Parts.
	Kept bool
}

// EditionVerdict is what a file says of an edition.
type EditionVerdict struct {
	Number int
	Title  domain.Texts
	Due    domain.Date
	Opened Statement
	// Issued is the issue, nil when there is none; From, Decision, Decided and NextDue
	// are what it says.
	Issued   *Statement
	From     *time.Time
	Decision string
	Decided  domain.Date
	NextDue  domain.Date
	// Entries are the versions that it puts in force, by item; Retired the items that end
	// with it. Before the issue they may change.
	Entries []domain.EditionEntry
	Retired []string
}
