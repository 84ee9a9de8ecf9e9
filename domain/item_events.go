package domain

import (
	"time"

	"github.com/google/uuid"
)

// ItemRegistered: an item exists from now on, without a version yet.
type ItemRegistered struct {
	Key    string `json:"key"`
	Kind   Kind   `json:"kind"`
	Source Locale `json:"source"`
	Public bool   `json:"public"`
	Agency string `json:"agency"`
}

// ItemVisibilityChanged: whether what is in force can be read without a token.
type ItemVisibilityChanged struct {
	Key    string `json:"key"`
	Public bool   `json:"public"`
}

// VersionDrafted: a new version was begun.
type VersionDrafted struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Author  uuid.UUID `json:"author"`
	Agency  string    `json:"agency"`
	Content Content   `json:"content"`
}

// VersionRevised: a draft's content was replaced.
type VersionRevised struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Author  uuid.UUID `json:"author"`
	Content Content   `json:"content"`
}

// VersionSubmitted: agencies are asked to sign, under the policy as it is now.
type VersionSubmitted struct {
	Key       string      `json:"key"`
	Version   int         `json:"version"`
	Policy    PolicyTerms `json:"policy"`
	Effective Effective   `json:"effective"`
	// Kept are the signatures of the submission before that stand.
	Kept []Signature `json:"kept,omitempty"`
	// Due and LeadDue are the days by which coordinating agencies and leads are to
	// sign; absent where there is no deadline, or it has not begun.
	Due     Date `json:"due,omitempty"`
	LeadDue Date `json:"lead_due,omitempty"`
}

// VersionSigned: an agency has signed off, through one of its members, or one to
// whom it has delegated that.
type VersionSigned struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	// Delegation is the id of the delegation by which the member signed.
	Delegation *uuid.UUID `json:"delegation,omitempty"`
	// LeadDue is the day by which the leads are to sign, if it is their turn now.
	LeadDue Date `json:"lead_due,omitempty"`
}

// SignerRecused: a member, or with Whole their agency, does not sign the version.
type SignerRecused struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Whole   bool      `json:"whole,omitempty"`
	Reason  string    `json:"reason"`
	LeadDue Date      `json:"lead_due,omitempty"`
}

// SubmissionWithdrawn: the author's agency took the version back before it was
// approved; it is a draft again.
type SubmissionWithdrawn struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Reason  string    `json:"reason"`
}

// ReviewEscalated: agencies did not do their step by the day on which it was due.
type ReviewEscalated struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Overdue []Overdue `json:"overdue"`
}

// VersionTranslated: texts of a draft in one locale were written anew, or
// confirmed against the source as it is. An empty text was taken out.
type VersionTranslated struct {
	Key     string            `json:"key"`
	Version int               `json:"version"`
	Author  uuid.UUID         `json:"author"`
	Agency  string            `json:"agency"`
	Locale  Locale            `json:"locale"`
	Texts   map[string]string `json:"texts"` // by unit
}

// VersionCommented: somebody said something about a version, or about a unit's
// text in a locale, or a passage of it.
type VersionCommented struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Comment uuid.UUID `json:"comment"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Unit    string    `json:"unit,omitempty"`
	Locale  Locale    `json:"locale,omitempty"`
	Passage *Passage  `json:"passage,omitempty"`
	Text    string    `json:"text"`
	// ReplyTo is the comment that it answers.
	ReplyTo *uuid.UUID `json:"reply_to,omitempty"`
}

// CommentResolved: what a comment asked for is settled.
type CommentResolved struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Comment uuid.UUID `json:"comment"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
}

// VersionReturned: an agency sent it back. Its signatures fall, but for those
// that survive the next submission.
type VersionReturned struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Reason  string    `json:"reason"`
	// Due is the day by which the author is to answer.
	Due Date `json:"due,omitempty"`
	// Delegation is the id of the delegation by which the member returned it.
	Delegation *uuid.UUID `json:"delegation,omitempty"`
}

// VersionApproved: every agency of the policy has signed. From is the instant
// from which it is in force; absent when it waits for its edition.
type VersionApproved struct {
	Key     string     `json:"key"`
	Version int        `json:"version"`
	From    *time.Time `json:"from,omitempty"`
	Edition int        `json:"edition,omitempty"`
}

// VersionWithdrawn: it may not be used from an instant on.
type VersionWithdrawn struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	From    time.Time `json:"from"`
	Reason  string    `json:"reason"`
	// Replacement is what is to be used instead.
	Replacement *VersionRef `json:"replacement,omitempty"`
}

// VersionRef names one version of an item.
type VersionRef struct {
	Item    string `json:"item"`
	Version int    `json:"version"`
}

// VersionRescheduled: a lead agency let a version that missed its edition wait for
// another one.
type VersionRescheduled struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Edition int       `json:"edition"`
	Reason  string    `json:"reason"`
}

// EventType is the stored name.
func (VersionRescheduled) EventType() string { return "version.rescheduled.v1" }

// EventType is the stored name.
func (ItemRegistered) EventType() string { return "item.registered.v1" }

// EventType is the stored name.
func (ItemVisibilityChanged) EventType() string { return "item.visibility_changed.v1" }

// EventType is the stored name.
func (VersionDrafted) EventType() string { return "version.drafted.v1" }

// EventType is the stored name.
func (VersionRevised) EventType() string { return "version.revised.v1" }

// EventType is the stored name.
func (VersionSubmitted) EventType() string { return "version.submitted.v1" }

// EventType is the stored name.
func (VersionSigned) EventType() string { return "version.signed.v1" }

// EventType is the stored name.
func (VersionReturned) EventType() string { return "version.returned.v1" }

// EventType is the stored name.
func (VersionApproved) EventType() string { return "version.approved.v1" }

// EventType is the stored name. v1 had no From: it began at once.
func (VersionWithdrawn) EventType() string { return "version.withdrawn.v2" }

// EventType is the stored name.
func (SignerRecused) EventType() string { return "signer.recused.v1" }

// EventType is the stored name.
func (SubmissionWithdrawn) EventType() string { return "submission.withdrawn.v1" }

// EventType is the stored name.
func (ReviewEscalated) EventType() string { return "review.escalated.v1" }

// EventType is the stored name.
func (VersionTranslated) EventType() string { return "version.translated.v1" }

// EventType is the stored name.
func (VersionCommented) EventType() string { return "version.commented.v1" }

// EventType is the stored name.
func (CommentResolved) EventType() string { return "comment.resolved.v1" }

func (e VersionRevised) versionNumber() int      { return e.Version }
func (e VersionSubmitted) versionNumber() int    { return e.Version }
func (e VersionSigned) versionNumber() int       { return e.Version }
func (e VersionReturned) versionNumber() int     { return e.Version }
func (e VersionApproved) versionNumber() int     { return e.Version }
func (e VersionWithdrawn) versionNumber() int    { return e.Version }
func (e SignerRecused) versionNumber() int       { return e.Version }
func (e SubmissionWithdrawn) versionNumber() int { return e.Version }
func (e ReviewEscalated) versionNumber() int     { return e.Version }
func (e VersionTranslated) versionNumber() int   { return e.Version }
func (e VersionCommented) versionNumber() int    { return e.Version }
func (e VersionRescheduled) versionNumber() int  { return e.Version }
func (e CommentResolved) versionNumber() int     { return e.Version }
