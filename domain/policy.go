package domain

import (
	"fmt"
	"slices"
)

// PolicyTerms say who signs the versions of a kind.
type PolicyTerms struct {
	// Leads are the lead agencies (chủ trì), sorted; each of them signs.
	Leads []string `json:"leads"`
	// Required are the coordinating agencies (phối hợp) that must sign, sorted.
	Required []string `json:"required,omitempty"`
}

// Signers are all agencies that must sign, sorted.
func (t PolicyTerms) Signers() []string {
	all := slices.Concat(t.Leads, t.Required)
	slices.Sort(all)
	return slices.Compact(all)
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
	why, err := reason(c.Reason, "reason")
	if err != nil {
		return nil, err
	}
	terms := PolicyTerms{Leads: slices.Clone(c.Terms.Leads), Required: slices.Clone(c.Terms.Required)}
	slices.Sort(terms.Leads)
	slices.Sort(terms.Required)
	terms.Leads, terms.Required = slices.Compact(terms.Leads), slices.Compact(terms.Required)
	if len(terms.Leads) == 0 {
		return nil, Refuse(Invalid, "lead_required", "a policy names at least one lead agency").At("leads")
	}
	if err := knownAgencies(call, terms.Leads, "leads"); err != nil {
		return nil, err
	}
	if err := knownAgencies(call, terms.Required, "required"); err != nil {
		return nil, err
	}
	if s.Exists && slices.Equal(s.Terms.Leads, terms.Leads) && slices.Equal(s.Terms.Required, terms.Required) {
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
