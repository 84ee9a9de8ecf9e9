package proof

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
)

// follows tells whether an event can happen to a version that is in a state, see the
// deciders in domain. If not, what led there is missing.
func follows(state domain.VersionState, e domain.Event) bool {
	in := func(states ...domain.VersionState) bool { return slices.Contains(states, state) }
	switch e.(type) {
	case domain.VersionRevised, domain.VersionTranslated, domain.VersionSubmitted:
		return in(domain.Drafted, domain.Returned)
	case domain.VersionSigned, domain.SignerRecused, domain.VersionReturned, domain.SubmissionWithdrawn, domain.VersionApproved:
		return in(domain.Submitted)
	case domain.ReviewEscalated:
		return in(domain.Submitted, domain.Returned)
	case domain.VersionRescheduled:
		return in(domain.Approved)
	case domain.VersionWithdrawn:
		return in(domain.Approved, domain.Withdrawn)
	case domain.ItemVisibilityChanged, domain.VersionCommented, domain.CommentResolved:
		return true
	}
	return false // also a second drafting
}

// aside are the kinds of events, without their versions, that may stand between the
// drafting and the approval of a version and neither are about what is signed nor about
// who signs: so they may be without payload. Withdrawals and moves to another edition are
// those of earlier versions, since this one is not yet approved.
var aside = []string{"item.visibility_changed", "version.commented", "comment.resolved", "version.withdrawn", "version.rescheduled"}

func isAside(eventType string) bool {
	kind := eventType
	if i := strings.LastIndex(eventType, ".v"); i >= 0 {
		kind = eventType[:i]
	}
	return slices.Contains(aside, kind)
}

// giver is who gave a signature.
type giver struct {
	agency string
	member uuid.UUID
}

// review follows a version through its events.
type review struct {
	file   *File
	item   domain.Item // of whose versions only this one is known
	given  map[giver]Statement
	out    *VersionVerdict
	before Statement
}

// version finds out what the events say of the version.
func (f *File) version(events []Statement) (*VersionVerdict, error) {
	registered, ok := events[0].Event.(domain.ItemRegistered)
	if !ok || events[0].Revision != 0 {
		return nil, fail(EventsIncomplete, "the registration of the item is missing, with which its stream begins").at(f.place(events[0]))
	}
	r := review{file: f, item: domain.Items.Fold(registered), given: map[giver]Statement{}}
	r.out = &VersionVerdict{Item: registered.Key, Version: f.Subject.Version, Kind: registered.Kind, Source: registered.Source}
	for _, s := range events[1:] {
		if err := r.take(s); err != nil {
			return nil, err
		}
		r.before = s
	}
	if r.version() == nil {
		return nil, fail(EventsIncomplete, "the version has not been drafted")
	}
	r.conclude()
	return r.out, nil
}

// version is its state; nil before it was drafted.
func (r *review) version() *domain.Version { return r.item.Version(r.out.Version) }

// take takes the next event. From the drafting to the approval there must be every event
// of the stream: otherwise a change of the text could be left out, and a signature would
// seem to stand on what nobody signed.
func (r *review) take(s Statement) error {
	place := r.file.place(s)
	v := r.version()
	if v == nil {
		return r.draft(s)
	}
	approved := r.out.Approved != nil
	switch {
	case !approved && s.Revision != r.before.Revision+1:
		return fail(EventsIncomplete, "before it stands revision %d; until the approval every event is needed", r.before.Revision).at(place)
	case s.Event == nil && !approved && !isAside(s.Type):
		return fail(EventsIncomplete, "its payload is missing, without which it is not known what was signed").at(place)
	case s.Event == nil:
		return nil
	case !follows(v.State, s.Event):
		return fail(EventsIncomplete, "it can't follow on a version that is %s", v.State).at(place)
	}
	if err := r.founded(v, s); err != nil {
		return err
	}
	r.item = domain.Items.Evolve(r.item, s.Event)
	r.tell(s)
	return nil
}

// draft takes the first event of the version.
func (r *review) draft(s Statement) error {
	if _, ok := s.Event.(domain.VersionDrafted); !ok {
		return fail(EventsIncomplete, "the drafting of the version is missing before it").at(r.file.place(s))
	}
	r.item.Versions = make([]domain.Version, r.out.Version-1)
	r.item = domain.Items.Evolve(r.item, s.Event)
	r.out.Drafted = s
	return nil
}

// founded refuses what the registry's rules of signing never allow.
func (r *review) founded(v *domain.Version, s Statement) error {
	place := r.file.place(s)
	switch e := s.Event.(type) {
	case domain.VersionSubmitted:
		for _, kept := range e.Kept {
			if _, there := r.given[giver{kept.Agency, kept.Member}]; !there {
				return fail(EventsIncomplete, "the signature of %s, which is kept, is missing", kept.Agency).at(place)
			}
		}
	case domain.VersionSigned:
		if slices.Contains(v.Authors, e.Member) || !slices.Contains(v.Policy.Signers(), e.Agency) {
			return fail(ApprovalUnfounded, "it is the signature of an author, or of an agency that was not asked").at(place)
		}
	case domain.VersionApproved:
		if now, _ := v.Awaited(r.item.Source); len(now) > 0 {
			return fail(ApprovalUnfounded, "the signatures of %q are missing", now).at(place)
		}
	}
	return nil
}

// tell keeps who did what, which the state does not.
func (r *review) tell(s Statement) {
	switch e := s.Event.(type) {
	case domain.VersionSubmitted:
		r.out.Submitted = &s
	case domain.VersionSigned:
		r.given[giver{e.Agency, e.Member}] = s
	case domain.VersionApproved:
		r.out.Approved, r.out.From, r.out.Edition = &s, e.From, e.Edition
	case domain.VersionRescheduled:
		r.out.Edition = e.Edition
	case domain.VersionWithdrawn:
		r.out.Withdrawn = &Act{s, e.Reason}
		r.out.Until, r.out.Replacement = &e.From, e.Replacement
	}
}

// conclude fills in the state in which the events end.
func (r *review) conclude() {
	v, out := r.version(), r.out
	out.State, out.Authors, out.Content, out.Policy = v.State, v.Authors, v.Content, v.Policy
	out.Required = slices.Concat(v.Policy.Leads, v.Policy.Required)
	slices.Sort(out.Required)
	out.Others, out.Quorum = v.Policy.Others, v.Policy.Quorum
	for _, recusal := range v.Recused {
		if recusal.Whole {
			out.Recused = append(out.Recused, recusal.Agency)
		}
	}
	for _, signature := range v.Signatures {
		s := r.given[giver{signature.Agency, signature.Member}] // there, or it would not be founded
		out.Signatures = append(out.Signatures, SignatureVerdict{
			Signature: signature, Event: s, Kept: s.Revision < out.Submitted.Revision,
		})
	}
	if v.State == domain.Submitted {
		now, after := v.Awaited(r.item.Source)
		out.Awaited = slices.Concat(now, after)
	}
}
