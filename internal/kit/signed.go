package kit

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"signet/domain"
	"signet/projections"
)

// signingOrder orders signatures by time. Those of one instant stand in an order
// in which the terms let them be given: where they put the leads last, or leave a
// choice, first those of whom some can be done without, then those who must sign,
// then the leads. So the last one is always one that was waited for. Otherwise
// they stand by agency.
func signingOrder(t domain.PolicyTerms) func(a, b signature) int {
	turn := func(agency string) int {
		switch {
		case !t.LeadLast && len(t.Others) == 0:
			return 0
		case slices.Contains(t.Leads, agency):
			return 2
		case slices.Contains(t.Required, agency):
			return 1
		}
		return 0
	}
	return func(a, b signature) int {
		return cmp.Or(a.At.Compare(b.At.Time), cmp.Compare(turn(a.Agency), turn(b.Agency)), strings.Compare(a.Agency, b.Agency))
	}
}

// signaturesOf are the signatures that stand on all parts of a version, each not
// before its submission: one that survived was given anew by it.
func signaturesOf(source domain.Locale, r *projections.Version, given []*projections.Signature) []signature {
	parts := r.Content.Parts(source)
	var all []signature
	for _, s := range given {
		if slices.ContainsFunc(parts, func(p domain.Locale) bool { return !slices.Contains(s.Parts, p) }) {
			continue
		}
		all = append(all, signature{Agency: s.Agency, At: at(laterOf(s.At, r.Submitted))})
	}
	all = leadsLast(r.Policy, all)
	slices.SortFunc(all, signingOrder(r.Policy))
	return all
}

// leadsLast tells the signatures so that they can be given in the order of the
// terms. A lead's that survived may be older than those of coordinating
// agencies: it counts from when these are complete, and is left out until then.
func leadsLast(t domain.PolicyTerms, all []signature) []signature {
	if !t.LeadLast {
		return all
	}
	var leads, told []signature
	for _, s := range all {
		if slices.Contains(t.Leads, s.Agency) {
			leads = append(leads, s)
		} else {
			told = append(told, s)
		}
	}
	complete, since := completeSince(t, told)
	if !complete {
		return told
	}
	for _, s := range leads {
		told = append(told, signature{Agency: s.Agency, At: at(laterOf(s.At.Time, since))})
	}
	return told
}

// completeSince tells when the coordinating agencies had signed as the terms ask;
// it sorts their signatures.
func completeSince(t domain.PolicyTerms, coordinating []signature) (complete bool, since time.Time) {
	slices.SortFunc(coordinating, signingOrder(t))
	var signed []string
	for n := 0; ; n++ {
		if _, leadsLater := t.Awaited(signed, nil); len(leadsLater) == 0 {
			return true, since
		}
		if n == len(coordinating) {
			return false, time.Time{}
		}
		signed, since = append(signed, coordinating[n].Agency), coordinating[n].At.Time
	}
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
