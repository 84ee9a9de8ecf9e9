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

// SubmitVersion asks the agencies of the kind's policy to sign.
type SubmitVersion struct {
	Key       string
	Version   int
	Effective Effective
}

// SignVersion signs off a version for the actor's agency.
type SignVersion struct {
	Key     string
	Version int
}

// ReturnVersion sends a version back to its author, with a reason.
type ReturnVersion struct {
	Key     string
	Version int
	Reason  string
}

// WithdrawVersion ends a version's validity, at once (zero From) or at an instant.
type WithdrawVersion struct {
	Key     string
	Version int
	Reason  string
	From    time.Time
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
func (c SubmitVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c SignVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c ReturnVersion) Stream() string { return ItemStream(c.Key) }

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

// Needs the permission to draft.
func (SubmitVersion) Needs() (Permission, Scope) { return DraftVersions, Scope{} }

// Needs the permission to sign; for which agency is decided on the state.
func (SignVersion) Needs() (Permission, Scope) { return SignVersions, Scope{} }

// Needs the permission to sign; for which agency is decided on the state.
func (ReturnVersion) Needs() (Permission, Scope) { return SignVersions, Scope{} }

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

// Decide fixes the policy and the beginning that the signers will sign for.
func (c SubmitVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Returned)
	if err != nil {
		return nil, err
	}
	if err := v.sameAgency(call.Actor); err != nil {
		return nil, err
	}
	policy, err := call.Facts.Policy(s.Kind)
	if err != nil {
		return nil, err
	}
	if !policy.Exists {
		return nil, Refuse(Conflict, "no_policy", "there is no sign-off policy for the kind %s yet", s.Kind)
	}
	if err := c.Effective.check(call); err != nil {
		return nil, err
	}
	effective := c.Effective
	if effective.At != nil {
		at := instant(*effective.At)
		effective.At = &at
	}
	return []Event{VersionSubmitted{Key: c.Key, Version: c.Version, Policy: policy.Terms, Effective: effective}}, nil
}

// check refuses a beginning that can't be met.
func (e Effective) check(call Call) error {
	switch {
	case e.At != nil && e.Edition != 0:
		return Refuse(Invalid, "two_beginnings", "in force at an instant or with an edition, not both").At("effective")
	case e.At != nil && e.At.Before(call.At):
		return Refuse(Invalid, "in_the_past", "a version can't be in force from before its submission").At("effective.at")
	case e.Edition != 0:
		edition, err := call.Facts.Edition(e.Edition)
		if err != nil {
			return err
		}
		if !edition.Exists {
			return Refuse(NotFound, "unknown_edition", "there is no edition %d", e.Edition).At("effective.edition")
		}
		if edition.Issued {
			return Refuse(Conflict, "edition_issued", "edition %d has been issued", e.Edition).At("effective.edition")
		}
	}
	return nil
}

// Decide counts the signature, and approves with the last one. Who wrote on the
// version can't sign it (four eyes), nor can an agency that the policy does not name.
func (c SignVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	if err := v.maySign(call.Actor); err != nil {
		return nil, err
	}
	if slices.Contains(v.Signed, call.Actor.Agency) {
		return nil, nil
	}
	events := []Event{VersionSigned{Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, Member: call.Actor.Member}}
	if missing := v.Missing(); len(missing) == 1 && missing[0] == call.Actor.Agency {
		events = append(events, v.approve(c.Key, call.At))
	}
	return events, nil
}

// approve tells from when the version is in force: not before its last signature.
func (v *Version) approve(key string, now time.Time) VersionApproved {
	e := VersionApproved{Key: key, Version: v.Number, Edition: v.Effective.Edition}
	if e.Edition != 0 {
		return e
	}
	from := now
	if v.Effective.At != nil && v.Effective.At.After(now) {
		from = *v.Effective.At
	}
	e.From = &from
	return e
}

// Decide lets any agency of the policy return, but not the author.
func (c ReturnVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	if err := v.maySign(call.Actor); err != nil {
		return nil, err
	}
	why, err := reason(c.Reason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{VersionReturned{
		Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, Member: call.Actor.Member, Reason: why,
	}}, nil
}

// Decide lets a lead agency (or an admin) withdraw what was approved, never
// with effect before now. A withdrawal can be brought forward, not put off.
func (c WithdrawVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Approved, Withdrawn)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(v.Policy.Leads, call.Actor.Agency) && !call.Actor.Roles.Has(RoleAdmin) {
		return nil, Refuse(Forbidden, "not_lead", "only a lead agency withdraws: %q", v.Policy.Leads)
	}
	why, err := reason(c.Reason, "reason")
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
	return []Event{VersionWithdrawn{Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, From: from, Reason: why}}, nil
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

// maySign is the rule of four eyes, and that only named agencies sign.
func (v *Version) maySign(a Actor) error {
	if slices.Contains(v.Authors, a.Member) {
		return Refuse(Forbidden, "self_approval", "who wrote on a version can't sign it off")
	}
	if !slices.Contains(v.Policy.Signers(), a.Agency) {
		return Refuse(Forbidden, "not_a_signer", "the policy does not ask %s to sign", a.Agency)
	}
	return nil
}
