package domain

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// PolicyTerms say who signs the versions of a kind, in which order and by when.
type PolicyTerms struct {
	// Leads are the lead agencies (chủ trì), sorted; each of them signs.
	Leads []string `json:"leads"`
	// Required are the coordinating agencies (phối hợp) that must sign, sorted.
	Required []string `json:"required,omitempty"`
	// Others are the coordinating agencies of which Quorum sign, sorted.
	Others []string `json:"others,omitempty"`
	// Quorum is how many of Others sign, at least 1 where there are any.
	Quorum int `json:"quorum,omitempty"`
	// LeadLast: the leads sign when the coordinating agencies have.
	LeadLast bool `json:"lead_last,omitempty"`
	// CoordinatingDays, LeadDays and RevisionDays are how many days of the calendar
	// a step may take, counted from the day on which it began: the signatures of the
	// coordinating agencies, those of the leads, and the author's answer to a
	// return. 0: no deadline.
	CoordinatingDays int `json:"coordinating_days,omitempty"`
	LeadDays         int `json:"lead_days,omitempty"`
	RevisionDays     int `json:"revision_days,omitempty"`
	// Survival is which signatures survive when a version is submitted again;
	// empty is SurviveTranslations.
	Survival Survival `json:"survival,omitempty"`
}

// Survival is a rule about the signatures of a version that is submitted again.
type Survival string

// The rules of survival. The signature of the agency that returned a version
// falls in any case.
const (
	// SurviveTranslations: signatures stand on the parts that did not change, as long
	// as the source part did not: its text, files, placeholders and terms of use, and
	// when the version is to be in force. Otherwise all fall.
	SurviveTranslations Survival = "translations"
	// SurviveNone: all fall.
	SurviveNone Survival = "none"
)

// MaxStepDays bounds the deadline of a step.
const MaxStepDays = 730

// Signers are all agencies that may sign, sorted.
func (t PolicyTerms) Signers() []string {
	all := slices.Concat(t.Leads, t.Required, t.Others)
	slices.Sort(all)
	return slices.Compact(all)
}

// Awaited tells whose signature is asked for now, and whose only after those,
// given who has signed and who is recused; both sorted. Nobody is left when the
// terms are met. Where a quorum is open, all who can fill it are asked.
func (t PolicyTerms) Awaited(signed, recused []string) (now, after []string) {
	now = difference(t.Required, signed)
	open := difference(t.Others, signed)
	if have := len(t.Others) - len(open); have < t.Quorum {
		willing := difference(open, recused)
		if have+len(willing) < t.Quorum {
			willing = open // under these terms nobody can be done without
		}
		now = append(now, willing...)
	}
	leads := difference(t.Leads, signed)
	if t.LeadLast && len(now) > 0 {
		after, leads = leads, nil
	}
	now = append(now, leads...)
	slices.Sort(now)
	return slices.Compact(now), after
}

// agencyList is one of the lists of agencies of a policy.
type agencyList struct {
	field string
	keys  *[]string
}

func (t *PolicyTerms) lists() []agencyList {
	return []agencyList{{"leads", &t.Leads}, {"required", &t.Required}, {"others", &t.Others}}
}

func (t PolicyTerms) equal(o PolicyTerms) bool {
	for i, list := range t.lists() {
		if !slices.Equal(*list.keys, *o.lists()[i].keys) {
			return false
		}
	}
	t.Leads, t.Required, t.Others, o.Leads, o.Required, o.Others = nil, nil, nil, nil, nil, nil
	return reflect.DeepEqual(t, o)
}

// normalise returns the terms sorted, or the first thing that is wrong with them.
func (t PolicyTerms) normalise() (PolicyTerms, error) {
	seen := map[string]string{}
	for _, list := range t.lists() {
		keys := slices.Clone(*list.keys)
		slices.Sort(keys)
		*list.keys = slices.Compact(keys)
		for i, key := range *list.keys {
			if other, twice := seen[key]; twice {
				return t, Refuse(Invalid, "agency_twice", "%q stands among %s too", clip(key), other).At("%s[%d]", list.field, i)
			}
			seen[key] = list.field
		}
	}
	if len(t.Leads) == 0 {
		return t, Refuse(Invalid, "lead_required", "a policy names at least one lead agency").At("leads")
	}
	if t.Quorum < min(1, len(t.Others)) || t.Quorum > len(t.Others) {
		return t, Refuse(Invalid, "invalid_quorum", "the quorum is 1 to %d, the number of other agencies", len(t.Others)).At("quorum")
	}
	for _, step := range []struct {
		field string
		days  int
	}{{"coordinatingDays", t.CoordinatingDays}, {"leadDays", t.LeadDays}, {"revisionDays", t.RevisionDays}} {
		if step.days < 0 || step.days > MaxStepDays {
			return t, Refuse(Invalid, "invalid_deadline", "a step takes 0 to %d days", MaxStepDays).At("%s", step.field)
		}
	}
	switch t.Survival {
	case SurviveTranslations:
		t.Survival = ""
	case "", SurviveNone:
	default:
		return t, Refuse(Invalid, "unknown_survival", "%q is not a rule of survival", clip(string(t.Survival))).At("survival")
	}
	return t, nil
}

// due is the day by which a step that begins now is to be done; empty when it
// has no deadline.
func due(now time.Time, days int) Date {
	if days == 0 {
		return ""
	}
	return DateOf(now).AddDays(days)
}

// Policy is the state of the sign-off policy of one kind.
type Policy struct {
	Exists bool
	Kind   Kind
	Terms  PolicyTerms
}

// Policies folds the streams "policy-<kind>".
var Policies = Decider[Policy]{Category: "policy", Evolve: func(s Policy, event Event) Policy {
	if e, ok := event.(PolicySet); ok {
		return Policy{Exists: true, Kind: e.Kind, Terms: e.Terms}
	}
	return s
}}

// PolicyStream is the name of the stream of a kind's policy.
func PolicyStream(k Kind) string { return "policy-" + string(k) }

// PolicySet: from now on versions of the kind are submitted under these terms.
type PolicySet struct {
	Kind   Kind        `json:"kind"`
	Terms  PolicyTerms `json:"terms"`
	Reason string      `json:"reason"`
}

// EventType is the stored name.
func (PolicySet) EventType() string { return "policy.set.v1" }

// SetPolicy changes who signs. Versions under review keep the terms under which
// they were submitted.
type SetPolicy struct {
	Kind   Kind
	Terms  PolicyTerms
	Reason string
}

// Stream is the policy's.
func (c SetPolicy) Stream() string { return PolicyStream(c.Kind) }

// Needs the permission to set policies.
func (SetPolicy) Needs() (Permission, Scope) { return SetPolicies, Scope{} }

// Decide refuses terms that name no lead, or agencies that are not registered.
func (c SetPolicy) Decide(s Policy, call Call) ([]Event, error) {
	if _, err := ParseKind(string(c.Kind)); err != nil {
		return nil, AsError(err).At("kind")
	}
	why, err := reason(c.Reason)
	if err != nil {
		return nil, err
	}
	terms, err := c.Terms.normalise()
	if err != nil {
		return nil, err
	}
	for _, list := range terms.lists() {
		if err := knownAgencies(call, *list.keys, list.field); err != nil {
			return nil, err
		}
	}
	if s.Exists && s.Terms.equal(terms) {
		return nil, nil
	}
	return []Event{PolicySet{Kind: c.Kind, Terms: terms, Reason: why}}, nil
}

func knownAgencies(call Call, keys []string, field string) error {
	for i, key := range keys {
		if err := knownAgency(call, key, fmt.Sprintf("%s[%d]", field, i)); err != nil {
			return err
		}
	}
	return nil
}

func knownAgency(call Call, key, field string) error {
	if _, err := ParseKey(key); err != nil {
		return AsError(err).At("%s", field)
	}
	agency, err := call.Facts.Agency(key)
	if err != nil {
		return err
	}
	if !agency.Exists {
		return Refuse(NotFound, "unknown_agency", "there is no agency %q", key).At("%s", field)
	}
	return nil
}
