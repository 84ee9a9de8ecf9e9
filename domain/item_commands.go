package domain

import (
	"cmp"
	"slices"
	"time"
)

// RegisterItem makes an item known. Its key is unique for ever.
type RegisterItem struct {
	Key    string
	Kind   Kind
	Source Locale // DefaultSource when empty
	Public bool
}

// ChangeItemVisibility makes what is in force of an item readable without a
// token, or no longer.
type ChangeItemVisibility struct {
	Key    string
	Public bool
}

// DraftVersion begins the next version of an item.
type DraftVersion struct {
	Key     string
	Content Content
}

// ReviseDraft replaces the content of a draft, or of a version that was returned.
type ReviseDraft struct {
	Key     string
	Version int
	Content Content
}

// WithdrawVersion ends a version's validity, at once (zero From) or at an instant.
type WithdrawVersion struct {
	Key     string
	Version int
	Reason  string
	From    time.Time
	// Replacement is what is to be used instead; nil: nothing in particular.
	Replacement *VersionRef `json:",omitempty"`
}

// RescheduleVersion lets an approved version that missed its edition wait for
// another one.
type RescheduleVersion struct {
	Key     string
	Version int
	Edition int
	Reason  string
}

// Stream is the item's.
func (c RegisterItem) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c ChangeItemVisibility) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c DraftVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c ReviseDraft) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c RescheduleVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c WithdrawVersion) Stream() string { return ItemStream(c.Key) }

// Needs the permission to register items.
func (RegisterItem) Needs() (Permission, Scope) { return RegisterItems, Scope{} }

// Needs the permission to register items.
func (ChangeItemVisibility) Needs() (Permission, Scope) { return RegisterItems, Scope{} }

// Needs the permission to draft.
func (DraftVersion) Needs() (Permission, Scope) { return DraftVersions, Scope{} }

// Needs the permission to draft.
func (ReviseDraft) Needs() (Permission, Scope) { return DraftVersions, Scope{} }

// Needs the permission to withdraw; the lead's members only, see Decide.
func (RescheduleVersion) Needs() (Permission, Scope) { return WithdrawOnes, Scope{} }

// Needs the permission to withdraw; the lead's members only, see Decide.
func (WithdrawVersion) Needs() (Permission, Scope) { return WithdrawOnes, Scope{} }

// Decide refuses a key that is taken by an item of another kind.
func (c RegisterItem) Decide(s Item, call Call) ([]Event, error) {
	if _, err := ParseKey(c.Key); err != nil {
		return nil, AsError(err).At("key")
	}
	if _, err := ParseKind(string(c.Kind)); err != nil {
		return nil, AsError(err).At("kind")
	}
	if s.Exists {
		return nil, Refuse(Conflict, "key_taken", "an item with the key %q exists", c.Key).At("key")
	}
	source := cmp.Or(c.Source, DefaultSource)
	source, err := ParseLocale(string(source))
	if err != nil {
		return nil, AsError(err).At("source")
	}
	return []Event{ItemRegistered{Key: c.Key, Kind: c.Kind, Source: source, Public: c.Public, Agency: call.Actor.Agency}}, nil
}

// Decide stays quiet when nothing changes.
func (c ChangeItemVisibility) Decide(s Item, _ Call) ([]Event, error) {
	if !s.Exists {
		return nil, unknownItem(c.Key)
	}
	if s.Public == c.Public {
		return nil, nil
	}
	return []Event{ItemVisibilityChanged{Key: c.Key, Public: c.Public}}, nil
}

// Decide refuses a second version while one is open, since signers must know
// which one they sign.
func (c DraftVersion) Decide(s Item, call Call) ([]Event, error) {
	if !s.Exists {
		return nil, unknownItem(c.Key)
	}
	for _, v := range s.Versions {
		if v.State == Drafted || v.State == Submitted || v.State == Returned {
			return nil, Refuse(Conflict, "version_open", "version %d is still open (%s); finish it first", v.Number, v.State)
		}
	}
	content, err := c.Content.Normalise(s.Kind, s.Source)
	if err != nil {
		return nil, err
	}
	return []Event{VersionDrafted{
		Key: c.Key, Version: len(s.Versions) + 1, Author: call.Actor.Member, Agency: call.Actor.Agency, Content: content,
	}}, nil
}

// Decide lets the author's agency write until the version is submitted.
func (c ReviseDraft) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Returned)
	if err != nil {
		return nil, err
	}
	if err := v.sameAgency(call.Actor); err != nil {
		return nil, err
	}
	content, err := c.Content.Normalise(s.Kind, s.Source)
	if err != nil {
		return nil, err
	}
	if content.Equal(v.Content) && v.State == Drafted {
		return nil, nil
	}
	return []Event{VersionRevised{Key: c.Key, Version: c.Version, Author: call.Actor.Member, Content: content}}, nil
}

// Decide lets a lead agency (or an admin) withdraw what was approved, never
// with effect before now. A withdrawal can be brought forward, not put off.
func (c WithdrawVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Approved, Withdrawn)
	if err != nil {
		return nil, err
	}
	if err := v.ledBy(call.Actor); err != nil {
		return nil, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	from := call.At
	if !c.From.IsZero() {
		from = instant(c.From)
	}
	if from.Before(call.At) {
		return nil, Refuse(Invalid, "in_the_past", "a version can't be withdrawn from before now").At("from")
	}
	if v.State == Withdrawn && !from.Before(v.WithdrawnFrom) {
		return nil, Refuse(Conflict, "already_withdrawn", "version %d is withdrawn from %s", v.Number, v.WithdrawnFrom.Format(time.RFC3339))
	}
	if err := c.checkReplacement(s, call); err != nil {
		return nil, err
	}
	return []Event{VersionWithdrawn{
		Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, From: from, Reason: why, Replacement: c.Replacement,
	}}, nil
}

// checkReplacement refuses to name what may not be used either.
func (c WithdrawVersion) checkReplacement(s Item, call Call) error {
	if c.Replacement == nil {
		return nil
	}
	item := s
	if c.Replacement.Item != c.Key {
		var err error
		if item, err = knownItem(call, c.Replacement.Item); err != nil {
			return within(err, "replacement")
		}
	}
	if _, err := item.open(c.Replacement.Item, c.Replacement.Version, Approved); err != nil {
		return within(err, "replacement")
	}
	if *c.Replacement == (VersionRef{c.Key, c.Version}) {
		return Refuse(Invalid, "replaces_itself", "a version can't replace itself").At("replacement")
	}
	return nil
}

// within puts the field of a refusal below another; a failure stays as it is.
func within(err error, field string) error {
	if refused := AsError(err); refused != nil {
		return refused.At("%s.%s", field, refused.Field)
	}
	return err
}

// ledBy holds what lead agencies do, or an admin for them.
func (v *Version) ledBy(a Actor) error {
	if !slices.Contains(v.Policy.Leads, a.Agency) && !a.Roles.Has(RoleAdmin) {
		return Refuse(Forbidden, "not_lead", "only a lead agency may: %q", v.Policy.Leads)
	}
	return nil
}

// Decide lets a lead agency choose another edition for what missed its own.
func (c RescheduleVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Approved)
	if err != nil {
		return nil, err
	}
	if err := v.ledBy(call.Actor); err != nil {
		return nil, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	if v.Effective.Edition == c.Edition && c.Edition != 0 {
		return nil, nil
	}
	missed, err := call.Facts.Edition(v.Effective.Edition)
	if err != nil {
		return nil, err
	}
	if !missed.Issued || missed.Entries[c.Key] == c.Version {
		return nil, Refuse(Conflict, "not_missed", "version %d has not missed the edition that it was approved for", c.Version).At("version")
	}
	if err := openEdition(call, c.Edition, "edition"); err != nil {
		return nil, err
	}
	return []Event{VersionRescheduled{
		Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, Member: call.Actor.Member, Edition: c.Edition, Reason: why,
	}}, nil
}

// open returns the version if it is in one of the states.
func (i *Item) open(key string, number int, states ...VersionState) (*Version, error) {
	if !i.Exists {
		return nil, unknownItem(key)
	}
	v := i.Version(number)
	if v == nil {
		return nil, Refuse(NotFound, "unknown_version", "item %q has no version %d", key, number).At("version")
	}
	if !slices.Contains(states, v.State) {
		return nil, Refuse(Conflict, "wrong_state", "version %d is %s; it must be %q", number, v.State, states).At("version")
	}
	return v, nil
}

func unknownItem(key string) *Error {
	return Refuse(NotFound, "unknown_item", "there is no item %q", clip(key)).At("key")
}

// sameAgency holds a draft to the agency that began it.
func (v *Version) sameAgency(a Actor) error {
	if a.Agency != v.Agency {
		return Refuse(Forbidden, "not_author", "only members of %s write on this version", v.Agency)
	}
	return nil
}
