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
}

// VersionSigned: an agency has signed off, through one of its members.
type VersionSigned struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
}

// VersionReturned: an agency sent it back; signatures fall.
type VersionReturned struct {
	Key     string    `json:"key"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Reason  string    `json:"reason"`
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
}

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
