package domain

import (
	"slices"
	"time"
)

// SubmitVersion asks the agencies of the kind's policy to sign.
type SubmitVersion struct {
	Key       string
	Version   int
	Effective Effective
}

// SignVersion signs off a version for an agency: the actor's own when Agency is
// empty, or one that has delegated its signature to the actor.
type SignVersion struct {
	Key     string
	Version int
	Agency  string `json:",omitempty"` // absent in the digest of a command of before it was there
}

// ReturnVersion sends a version back to its author, with a reason, for an agency
// as SignVersion does.
type ReturnVersion struct {
	Key     string
	Version int
	Agency  string `json:",omitempty"` // absent in the digest of a command of before it was there
	Reason  string
}

// WithdrawSubmission takes a version back before it is approved.
type WithdrawSubmission struct {
	Key     string
	Version int
	Reason  string
}

// RecuseSigner says that the actor, or with Whole their agency, will not sign a
// version, because of an interest of theirs in it.
type RecuseSigner struct {
	Key     string
	Version int
	Whole   bool
	Reason  string
}

// EscalateReview reports who has not done their step in time.
type EscalateReview struct {
	Key     string
	Version int
}

// Stream is the item's.
func (c SubmitVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c SignVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c ReturnVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c WithdrawSubmission) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c RecuseSigner) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c EscalateReview) Stream() string { return ItemStream(c.Key) }

// Needs the permission to draft.
func (SubmitVersion) Needs() (Permission, Scope) { return DraftVersions, Scope{} }

// Needs the permission to sign; for which agency is decided on the state.
func (SignVersion) Needs() (Permission, Scope) { return SignVersions, Scope{} }

// Needs the permission to sign; for which agency is decided on the state.
func (ReturnVersion) Needs() (Permission, Scope) { return SignVersions, Scope{} }

// Needs the permission to draft.
func (WithdrawSubmission) Needs() (Permission, Scope) { return DraftVersions, Scope{} }

// Needs the permission to sign, which is given up.
func (RecuseSigner) Needs() (Permission, Scope) { return SignVersions, Scope{} }

// Needs the permission to escalate.
func (EscalateReview) Needs() (Permission, Scope) { return EscalateReviews, Scope{} }

// Decide fixes the policy and the beginning that the signers will sign for. A
// translation that its source has left behind is brought up to date, confirmed or
// taken out first, and a plural has forms wherever it is used. Where the signatures that survive are all that the policy asks
// for, the version is approved.
func (c SubmitVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Returned)
	if err != nil {
		return nil, err
	}
	if err := v.sameAgency(call.Actor); err != nil {
		return nil, err
	}
	if i, l, found := v.Stale.first(v.Content); found {
		return nil, Refuse(Conflict, "stale_translation", "the text in %s was made from another source text; translate it anew, confirm it or take it out", l).
			At("content.units[%d].text.%s", i, l)
	}
	if i, l, found := v.Content.formsMissing(); found {
		return nil, Refuse(Conflict, "forms_missing", "a plural has no forms in %s, in which it is used", l).At("content.placeholders[%d].forms.%s", i, l)
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
	e := VersionSubmitted{
		Key: c.Key, Version: c.Version, Policy: policy.Terms, Effective: effective,
		Kept: v.survivors(s.Source, effective, policy.Terms),
	}
	next := *v
	next.evolve(s.Source, e)
	coordinating, lead, done := next.waiting(s.Source)
	if coordinating {
		e.Due = due(call.At, policy.Terms.CoordinatingDays)
	}
	if lead {
		e.LeadDue = due(call.At, policy.Terms.LeadDays)
	}
	if done {
		return []Event{e, next.approve(c.Key, call.At)}, nil
	}
	return []Event{e}, nil
}

// waiting tells for whose signatures the version waits now: coordinating
// agencies, leads, or nobody any more.
func (v *Version) waiting(source Locale) (coordinating, lead, done bool) {
	now, _ := v.Awaited(source)
	for _, agency := range now {
		if slices.Contains(v.Policy.Leads, agency) {
			lead = true
		} else {
			coordinating = true
		}
	}
	return coordinating, lead, len(now) == 0
}

// check refuses a beginning that can't be met.
func (e Effective) check(call Call) error {
	switch {
	case e.At != nil && e.Edition != 0:
		return Refuse(Invalid, "two_beginnings", "in force at an instant or with an edition, not both").At("effective")
	case e.At != nil && e.At.Before(call.At):
		return Refuse(Invalid, "in_the_past", "a version can't be in force from before its submission").At("effective.at")
	case e.Edition != 0:
		return openEdition(call, e.Edition, "effective.edition")
	}
	return nil
}

// openEdition refuses an edition that is not open, named by a field of a command
// on another stream.
func openEdition(call Call, number int, field string) error {
	edition, err := call.Facts.Edition(number)
	if err != nil {
		return err
	}
	if !edition.Exists {
		return Refuse(NotFound, "unknown_edition", "there is no edition %d", number).At("%s", field)
	}
	if edition.Issued {
		return Refuse(Conflict, "edition_issued", "edition %d has been issued", number).At("%s", field)
	}
	return nil
}

// Decide counts the signature, and approves with the last one. Who wrote on the
// version can't sign it (four eyes), nobody signs for two agencies, and agencies
// sign in the order of the policy.
func (c SignVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	signer, err := v.signer(s.Source, call, c.Agency)
	if err != nil {
		return nil, err
	}
	if slices.Contains(v.Signed(s.Source), signer.agency) {
		return nil, nil
	}
	if _, after := v.Awaited(s.Source); slices.Contains(after, signer.agency) {
		return nil, Refuse(Conflict, "not_your_turn", "the lead agencies sign when the coordinating ones have")
	}
	e := VersionSigned{Key: c.Key, Version: c.Version, Agency: signer.agency, Member: call.Actor.Member, Delegation: signer.delegation}
	next := *v
	next.evolve(s.Source, e)
	due, done := next.leadDue(s.Source, call.At)
	if e.LeadDue = due; !done {
		return []Event{e}, nil
	}
	if v.Effective.Edition != 0 {
		if err := openEdition(call, v.Effective.Edition, "version"); err != nil {
			return nil, err
		}
	}
	return []Event{e, next.approve(c.Key, call.At)}, nil
}

// leadDue is the day by which the leads are to sign, if it is their turn since
// now; done when nobody is awaited any more.
func (v *Version) leadDue(source Locale, now time.Time) (day Date, done bool) {
	_, lead, done := v.waiting(source)
	if !lead || v.LeadDue != "" || !v.Policy.LeadLast {
		return "", done
	}
	return due(now, v.Policy.LeadDays), done
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

// Decide lets any agency of the policy return, in any order, but not the author.
func (c ReturnVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	signer, err := v.signer(s.Source, call, c.Agency)
	if err != nil {
		return nil, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{VersionReturned{
		Key: c.Key, Version: c.Version, Agency: signer.agency, Member: call.Actor.Member, Reason: why,
		Due: due(call.At, v.Policy.RevisionDays), Delegation: signer.delegation,
	}}, nil
}

// Decide lets the author's agency take back what it has submitted.
func (c WithdrawSubmission) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	if err := v.sameAgency(call.Actor); err != nil {
		return nil, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{SubmissionWithdrawn{
		Key: c.Key, Version: c.Version, Agency: call.Actor.Agency, Member: call.Actor.Member, Reason: why,
	}}, nil
}

// Decide lets a member of a signing agency step back, and a whole agency where
// the policy can be met without it.
func (c RecuseSigner) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted)
	if err != nil {
		return nil, err
	}
	agency := call.Actor.Agency
	if !slices.Contains(v.Policy.Signers(), agency) {
		return nil, notASigner(agency)
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(v.Recused, func(r Recusal) bool {
		return r.Agency == agency && (r.Whole && c.Whole || r.Member == call.Actor.Member && r.Whole == c.Whole)
	}) {
		return nil, nil
	}
	if v.SignedFor[call.Actor.Member] == agency && slices.ContainsFunc(v.Signatures, func(g Signature) bool { return g.Member == call.Actor.Member }) {
		return nil, Refuse(Conflict, "already_signed", "you have signed version %d; its author can take it back", c.Version)
	}
	if c.Whole {
		if !call.Actor.Roles.Has(RoleReviewer) { // somebody who signs for another agency
			return nil, Refuse(Forbidden, "not_reviewer", "only a reviewer of %s says that the agency does not sign", agency)
		}
		if err := v.mayDoWithout(s.Source, agency); err != nil {
			return nil, err
		}
	}
	e := SignerRecused{Key: c.Key, Version: c.Version, Agency: agency, Member: call.Actor.Member, Whole: c.Whole, Reason: why}
	next := *v
	next.evolve(s.Source, e)
	e.LeadDue, _ = next.leadDue(s.Source, call.At)
	return []Event{e}, nil
}

// mayDoWithout refuses to miss an agency that the policy can't be met without.
func (v *Version) mayDoWithout(source Locale, agency string) error {
	if !slices.Contains(v.Policy.Others, agency) {
		return Refuse(Conflict, "must_sign", "the policy can't be met without %s; another of its members can sign", agency)
	}
	signed := v.Signed(source)
	if slices.Contains(signed, agency) {
		return Refuse(Conflict, "already_signed", "%s has signed version %d", agency, v.Number)
	}
	left := difference(v.Policy.Others, append(v.recusedAgencies(), agency))
	if len(left) < v.Policy.Quorum {
		return Refuse(Conflict, "quorum_unreachable", "without %s the quorum of %d can't be reached", agency, v.Policy.Quorum)
	}
	return nil
}

// Decide stays quiet when nobody is late who has not been reported.
func (c EscalateReview) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Submitted, Returned)
	if err != nil {
		return nil, err
	}
	late := slices.DeleteFunc(v.Overdue(s.Source, call.At), func(o Overdue) bool { return slices.Contains(v.Escalated, o.Agency) })
	if len(late) == 0 {
		return nil, nil
	}
	return []Event{ReviewEscalated{Key: c.Key, Version: c.Version, Overdue: late}}, nil
}
