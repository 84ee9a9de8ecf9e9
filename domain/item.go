package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// VersionState is where a version stands in its life. Whether an approved
// version is in force, scheduled or superseded depends on the instant that is
// asked about, and is answered by projections.
type VersionState string

// The states of a version.
const (
	Drafted   VersionState = "drafted"
	Submitted VersionState = "submitted"
	Returned  VersionState = "returned"
	Approved  VersionState = "approved"
	Withdrawn VersionState = "withdrawn"
)

// Item is the state of one slogan, logo, message set or template.
type Item struct {
	Exists   bool
	Key      string
	Kind     Kind
	Source   Locale // in which its texts are written first
	Public   bool
	Versions []Version // Versions[i] has number i+1
}

// Version is one numbered version of an item.
type Version struct {
	Number int
	State  VersionState
	// Authors are all members who wrote on it; none of them may sign it.
	Authors []uuid.UUID
	// Agency is that of the first author.
	Agency  string
	Content Content
	// Policy is the one under which it was submitted.
	Policy    PolicyTerms
	Effective Effective
	Signed    []string // agencies that have signed, in order
	// WithdrawnFrom is the instant from which it is withdrawn.
	WithdrawnFrom time.Time
}

// Effective says when a version begins to be in force once it is approved: at
// once (the zero value), at an instant, or with the issue of an edition.
type Effective struct {
	At      *time.Time `json:"at,omitempty"`
	Edition int        `json:"edition,omitempty"`
}

// Items folds the streams "item-<key>".
var Items = Decider[Item]{Category: "item", Evolve: evolveItem}

// ItemStream is the name of an item's stream.
func ItemStream(key string) string { return "item-" + key }

// Version returns the version with the number, or nil.
func (i *Item) Version(number int) *Version {
	if number < 1 || number > len(i.Versions) {
		return nil
	}
	return &i.Versions[number-1]
}

func evolveItem(s Item, event Event) Item {
	s.Versions = slices.Clone(s.Versions)
	switch e := event.(type) {
	case ItemRegistered:
		s.Exists, s.Key, s.Kind, s.Source, s.Public = true, e.Key, e.Kind, e.Source, e.Public
	case ItemVisibilityChanged:
		s.Public = e.Public
	case VersionDrafted:
		s.Versions = append(s.Versions, Version{
			Number: e.Version, State: Drafted, Authors: []uuid.UUID{e.Author}, Agency: e.Agency, Content: e.Content,
		})
	default:
		if v := s.Version(versionOf(event)); v != nil {
			v.evolve(event)
		}
	}
	return s
}

// versionOf returns the number of the version that an event is about, or 0.
func versionOf(event Event) int {
	switch e := event.(type) {
	case VersionRevised:
		return e.Version
	case VersionSubmitted:
		return e.Version
	case VersionSigned:
		return e.Version
	case VersionReturned:
		return e.Version
	case VersionApproved:
		return e.Version
	case VersionWithdrawn:
		return e.Version
	}
	return 0
}

func (v *Version) evolve(event Event) {
	switch e := event.(type) {
	case VersionRevised:
		v.State, v.Content = Drafted, e.Content
		if !slices.Contains(v.Authors, e.Author) {
			v.Authors = append(slices.Clone(v.Authors), e.Author)
		}
	case VersionSubmitted:
		v.State, v.Policy, v.Effective, v.Signed = Submitted, e.Policy, e.Effective, nil
	case VersionSigned:
		v.Signed = append(slices.Clone(v.Signed), e.Agency)
	case VersionReturned:
		v.State, v.Signed = Returned, nil
	case VersionApproved:
		v.State = Approved
	case VersionWithdrawn:
		v.State, v.WithdrawnFrom = Withdrawn, e.From
	}
}

// Missing returns the agencies that must still sign, sorted.
func (v *Version) Missing() []string { return difference(v.Policy.Signers(), v.Signed) }
