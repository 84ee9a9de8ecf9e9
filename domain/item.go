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
	// Signatures stand on the version as it is, in the order in which they were given.
	Signatures []Signature
	// SignedFor is for which agency each member has signed, ever.
	SignedFor map[uuid.UUID]string
	Recused   []Recusal
	// Due is the day by which the coordinating agencies are to sign, or the author is
	// to answer a return; LeadDue that of the leads. Empty: no deadline.
	Due, LeadDue Date
	// Escalated are the agencies that were reported as overdue in this step.
	Escalated []string
	// Last is the submission before, of which signatures may survive.
	Last submission
	// Stale are the translations whose source has changed.
	Stale    StaleTexts
	Comments map[uuid.UUID]CommentState
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
		var stale StaleTexts
		if n := len(s.Versions); n > 0 {
			stale = s.Versions[n-1].Stale.After(s.Source, s.Versions[n-1].Content, e.Content)
		}
		s.Versions = append(s.Versions, Version{
			Number: e.Version, State: Drafted, Authors: []uuid.UUID{e.Author}, Agency: e.Agency, Content: e.Content, Stale: stale,
		})
	default:
		if v := s.Version(versionOf(event)); v != nil {
			v.evolve(s.Source, event)
		}
	}
	return s
}

// ofVersion is an event about one version of an item.
type ofVersion interface{ versionNumber() int }

// versionOf returns the number of the version that an event is about, or 0.
func versionOf(event Event) int {
	if e, ok := event.(ofVersion); ok {
		return e.versionNumber()
	}
	return 0
}

// evolve moves the version on; it writes into nothing that an earlier state shares.
func (v *Version) evolve(source Locale, event Event) {
	switch e := event.(type) {
	case VersionRevised:
		v.State, v.Due, v.Stale = Drafted, "", v.Stale.After(source, v.Content, e.Content)
		v.Content = e.Content
		v.wrote(e.Author)
	case VersionTranslated:
		v.Content, v.Stale = v.Content.Translated(e.Locale, e.Texts), v.Stale.Without(e.Locale, e.Texts)
		v.wrote(e.Author)
	case VersionSubmitted:
		v.State, v.Policy, v.Effective, v.Signatures = Submitted, e.Policy, e.Effective, e.Kept
		v.Due, v.LeadDue, v.Escalated, v.Last = e.Due, e.LeadDue, nil, submission{}
	case VersionSigned:
		v.Signatures = v.sign(source, e.Agency, e.Member)
		v.SignedFor = copied(v.SignedFor)
		v.SignedFor[e.Member] = e.Agency
		if e.LeadDue != "" {
			v.LeadDue = e.LeadDue
		}
	case SignerRecused:
		v.Recused = append(slices.Clone(v.Recused), Recusal{e.Agency, e.Member, e.Whole})
		if e.LeadDue != "" {
			v.LeadDue = e.LeadDue
		}
	case VersionReturned:
		v.endSubmission(e.Agency)
		v.State, v.Due, v.Escalated = Returned, e.Due, nil
	case SubmissionWithdrawn:
		v.endSubmission("")
		v.State = Drafted
	case ReviewEscalated:
		v.Escalated = slices.Clone(v.Escalated)
		for _, o := range e.Overdue {
			v.Escalated = append(v.Escalated, o.Agency)
		}
	case VersionApproved:
		v.State = Approved
	case VersionRescheduled:
		v.Effective = Effective{Edition: e.Edition}
	case VersionWithdrawn:
		v.State, v.WithdrawnFrom = Withdrawn, e.From
	default:
		v.evolveComments(event)
	}
}

func (v *Version) wrote(author uuid.UUID) {
	if !slices.Contains(v.Authors, author) {
		v.Authors = append(slices.Clone(v.Authors), author)
	}
}
