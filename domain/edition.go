package domain

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// RenewalMonths is how long after its issue an edition must be followed by the
// next one: the plan asks for an update at least every two years ("định kỳ cập
// nhật tối thiểu 02 năm/lần").
const RenewalMonths = 24

// MaxEditionItems bounds an edition, so that its issue is one event of the log.
const MaxEditionItems = 5000

// Edition is the state of one biennial update of the kit.
type Edition struct {
	Exists  bool
	Number  int
	Due     Date
	Entries map[string]int  // item → version taken in
	Retired map[string]bool // items whose validity ends with it
	Issued  bool
}

// Editions folds the streams "edition-<number>".
var Editions = Decider[Edition]{Category: "edition", Evolve: evolveEdition}

// EditionStream is the name of an edition's stream.
func EditionStream(number int) string { return "edition-" + strconv.Itoa(number) }

func evolveEdition(s Edition, event Event) Edition {
	s.Entries, s.Retired = copied(s.Entries), copied(s.Retired)
	switch e := event.(type) {
	case EditionOpened:
		return Edition{Exists: true, Number: e.Number, Due: e.Due, Entries: map[string]int{}, Retired: map[string]bool{}}
	case EditionIncluded:
		s.Entries[e.Item] = e.Version
		delete(s.Retired, e.Item)
	case EditionExcluded:
		delete(s.Entries, e.Item)
		delete(s.Retired, e.Item)
	case EditionRetired:
		delete(s.Entries, e.Item)
		s.Retired[e.Item] = true
	case EditionIssued:
		s.Issued = true
	}
	return s
}

// EditionEntry is a version that an edition puts in force.
type EditionEntry struct {
	Item    string `json:"item"`
	Version int    `json:"version"`
}

// EditionOpened: an edition is being prepared.
type EditionOpened struct {
	Number int    `json:"number"`
	Title  Texts  `json:"title"`
	Due    Date   `json:"due"`
	Agency string `json:"agency"`
	// Basis is the decision that orders the edition.
	Basis *LegalBasis `json:"basis,omitempty"`
}

// LegalBasis is a decision of an authority.
type LegalBasis struct {
	Decision string `json:"decision"` // its number
	Decided  Date   `json:"decided"`
}

// EditionIncluded: a version was taken in, in place of any other of its item.
type EditionIncluded struct {
	Number  int    `json:"number"`
	Item    string `json:"item"`
	Version int    `json:"version"`
}

// EditionExcluded: what was taken in (or to be retired) is no longer.
type EditionExcluded struct {
	Number int    `json:"number"`
	Item   string `json:"item"`
}

// EditionRetired: the item's validity is to end with the edition.
type EditionRetired struct {
	Number int    `json:"number"`
	Item   string `json:"item"`
}

// EditionIssued puts all entries in force, and ends the retired, at one instant.
type EditionIssued struct {
	Number   int            `json:"number"`
	From     time.Time      `json:"from"`
	Decision string         `json:"decision"` // number of the decision, its legal basis
	Decided  Date           `json:"decided"`
	Entries  []EditionEntry `json:"entries"`
	Retired  []string       `json:"retired,omitempty"`
	NextDue  Date           `json:"next_due"`
}

// EventType is the stored name.
func (EditionOpened) EventType() string { return "edition.opened.v1" }

// EventType is the stored name.
func (EditionIncluded) EventType() string { return "edition.included.v1" }

// EventType is the stored name.
func (EditionExcluded) EventType() string { return "edition.excluded.v1" }

// EventType is the stored name.
func (EditionRetired) EventType() string { return "edition.retired.v1" }

// EventType is the stored name.
func (EditionIssued) EventType() string { return "edition.issued.v1" }

// OpenEdition begins an edition. Numbers count from 1.
type OpenEdition struct {
	Number int
	Title  Texts
	Due    Date
	Basis  *LegalBasis `json:",omitempty"` // nil: none yet
}

// IncludeInEdition takes a version in that was submitted for this edition.
type IncludeInEdition struct {
	Number  int
	Item    string
	Version int
}

// RetireInEdition ends an item's validity with the edition, without a successor.
type RetireInEdition struct {
	Number int
	Item   string
}

// ExcludeFromEdition takes back what was included or to be retired.
type ExcludeFromEdition struct {
	Number int
	Item   string
}

// IssueEdition puts every version of the edition in force at once.
type IssueEdition struct {
	Number   int
	Decision string
	Decided  Date
}

// Stream is the edition's.
func (c OpenEdition) Stream() string { return EditionStream(c.Number) }

// Stream is the edition's.
func (c IncludeInEdition) Stream() string { return EditionStream(c.Number) }

// Stream is the edition's.
func (c RetireInEdition) Stream() string { return EditionStream(c.Number) }

// Stream is the edition's.
func (c ExcludeFromEdition) Stream() string { return EditionStream(c.Number) }

// Stream is the edition's.
func (c IssueEdition) Stream() string { return EditionStream(c.Number) }

// Needs the permission to manage editions.
func (OpenEdition) Needs() (Permission, Scope) { return ManageEditions, Scope{} }

// Needs the permission to manage editions.
func (IncludeInEdition) Needs() (Permission, Scope) { return ManageEditions, Scope{} }

// Needs the permission to manage editions.
func (RetireInEdition) Needs() (Permission, Scope) { return ManageEditions, Scope{} }

// Needs the permission to manage editions.
func (ExcludeFromEdition) Needs() (Permission, Scope) { return ManageEditions, Scope{} }

// Needs the permission to manage editions.
func (IssueEdition) Needs() (Permission, Scope) { return ManageEditions, Scope{} }

// Decide refuses a number that is taken, or that leaves a gap.
func (c OpenEdition) Decide(s Edition, call Call) ([]Event, error) {
	if c.Number < 1 || c.Number > 10_000 {
		return nil, Refuse(Invalid, "invalid_number", "editions are numbered from 1").At("number")
	}
	if s.Exists {
		return nil, Refuse(Conflict, "edition_exists", "edition %d has been opened", c.Number).At("number")
	}
	if c.Number > 1 {
		before, err := call.Facts.Edition(c.Number - 1)
		if err != nil {
			return nil, err
		}
		if !before.Exists {
			return nil, Refuse(Conflict, "edition_gap", "edition %d has not been opened yet", c.Number-1).At("number")
		}
	}
	title, err := c.Title.normalise("title")
	if err != nil {
		return nil, err
	}
	if len(title) == 0 {
		return nil, Refuse(Invalid, "title_required", "an edition has a title").At("title")
	}
	if _, err := ParseDate(string(c.Due)); err != nil {
		return nil, AsError(err).At("due")
	}
	e := EditionOpened{Number: c.Number, Title: title, Due: c.Due, Agency: call.Actor.Agency}
	if c.Basis != nil {
		basis, err := c.Basis.normalise(call, "basis.")
		if err != nil {
			return nil, err
		}
		e.Basis = &basis
	}
	return []Event{e}, nil
}

// Decide takes in only versions that their signers have approved for this edition.
func (c IncludeInEdition) Decide(s Edition, call Call) ([]Event, error) {
	if err := s.stillOpen(c.Number); err != nil {
		return nil, err
	}
	if s.Entries[c.Item] == c.Version && c.Version != 0 {
		return nil, nil
	}
	if err := s.roomFor(c.Item); err != nil {
		return nil, err
	}
	if err := approvedFor(call, c.Number, c.Item, c.Version); err != nil {
		return nil, err
	}
	return []Event{EditionIncluded{Number: c.Number, Item: c.Item, Version: c.Version}}, nil
}

func approvedFor(call Call, edition int, key string, version int) error {
	item, err := knownItem(call, key)
	if err != nil {
		return err
	}
	v, err := item.open(key, version, Approved)
	if err != nil {
		return err
	}
	if v.Effective.Edition != edition {
		return Refuse(Conflict, "other_edition", "version %d of %q was not submitted for edition %d", version, key, edition).At("version")
	}
	return nil
}

// knownItem reads the item that a command on another stream names as its item.
func knownItem(call Call, key string) (Item, error) {
	item, err := call.Facts.Item(key)
	if err != nil {
		return Item{}, err
	}
	if !item.Exists {
		return Item{}, unknownItem(key).At("item")
	}
	return item, nil
}

// Decide stays quiet when it is to be retired already.
func (c RetireInEdition) Decide(s Edition, call Call) ([]Event, error) {
	if err := s.stillOpen(c.Number); err != nil {
		return nil, err
	}
	if s.Retired[c.Item] {
		return nil, nil
	}
	if err := s.roomFor(c.Item); err != nil {
		return nil, err
	}
	if _, err := knownItem(call, c.Item); err != nil {
		return nil, err
	}
	return []Event{EditionRetired{Number: c.Number, Item: c.Item}}, nil
}

// Decide refuses an item that the edition does not hold.
func (c ExcludeFromEdition) Decide(s Edition, _ Call) ([]Event, error) {
	if err := s.stillOpen(c.Number); err != nil {
		return nil, err
	}
	if s.Entries[c.Item] == 0 && !s.Retired[c.Item] {
		return nil, Refuse(NotFound, "not_included", "edition %d does not hold %q", c.Number, clip(c.Item)).At("item")
	}
	return []Event{EditionExcluded{Number: c.Number, Item: c.Item}}, nil
}

// Decide checks every entry once more: an approved version may have been
// withdrawn since it was taken in.
func (c IssueEdition) Decide(s Edition, call Call) ([]Event, error) {
	if err := s.stillOpen(c.Number); err != nil {
		return nil, err
	}
	basis, err := LegalBasis{c.Decision, c.Decided}.normalise(call, "")
	if err != nil {
		return nil, err
	}
	if len(s.Entries) == 0 {
		return nil, Refuse(Conflict, "edition_empty", "edition %d holds no version", c.Number)
	}
	e := EditionIssued{
		Number: c.Number, From: call.At, Decision: basis.Decision, Decided: basis.Decided,
		Retired: slices.Sorted(maps.Keys(s.Retired)), NextDue: DateOf(call.At).AddMonths(RenewalMonths),
	}
	for i, key := range slices.Sorted(maps.Keys(s.Entries)) {
		if err := approvedFor(call, c.Number, key, s.Entries[key]); err != nil {
			if refused := AsError(err); refused != nil {
				return nil, Refuse(Conflict, "not_ready", "%q can't be issued: %s", key, refused.Sentence).At("%s", fmt.Sprintf("entries[%d]", i))
			}
			return nil, err
		}
		e.Entries = append(e.Entries, EditionEntry{Item: key, Version: s.Entries[key]})
	}
	return []Event{e}, nil
}

// maxDecision bounds the number of a decision, in characters.
const maxDecision = 200

// normalise returns the decision as it is kept; fields are named below a path.
func (b LegalBasis) normalise(call Call, path string) (LegalBasis, error) {
	decision, err := NormaliseText(b.Decision, maxDecision)
	if err != nil {
		return b, AsError(err).At("%sdecision", path)
	}
	if decision == "" {
		return b, Refuse(Invalid, "decision_required", "a decision has a number; give it").At("%sdecision", path)
	}
	if _, err := ParseDate(string(b.Decided)); err != nil {
		return b, AsError(err).At("%sdecided", path)
	}
	if b.Decided.DaysAfter(DateOf(call.At)) > 0 {
		return b, Refuse(Invalid, "in_the_future", "the decision is dated after today").At("%sdecided", path)
	}
	return LegalBasis{decision, b.Decided}, nil
}

// roomFor refuses a further item when the edition is full; one that it holds
// already changes nothing in its size.
func (s Edition) roomFor(item string) error {
	if s.Entries[item] != 0 || s.Retired[item] || len(s.Entries)+len(s.Retired) < MaxEditionItems {
		return nil
	}
	return Refuse(Conflict, "edition_full", "an edition has at most %d items", MaxEditionItems).At("item")
}

func (s Edition) stillOpen(number int) error {
	if !s.Exists {
		return Refuse(NotFound, "unknown_edition", "there is no edition %d", number).At("number")
	}
	if s.Issued {
		return Refuse(Conflict, "edition_issued", "edition %d has been issued", number).At("number")
	}
	return nil
}
