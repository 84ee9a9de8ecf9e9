package domain

import (
	"slices"
	"testing"
)

func policyStories() []story {
	set := func(reason string, t PolicyTerms) attempt {
		return try(Policies, SetPolicy{Kind: Slogan, Terms: t, Reason: reason})
	}
	inOrder := terms
	inOrder.Required, inOrder.LeadLast = []string{foreign, culture}, true
	only := func(keys ...string) PolicyTerms { return PolicyTerms{Leads: keys} }
	return []story{
		{
			"the agencies are kept sorted and once each", city, an,
			set(" Đề án ", PolicyTerms{Leads: []string{party, culture, party}, Required: []string{industry, foreign, industry}}),
			happens(PolicySet{Kind: Slogan, Reason: "Đề án", Terms: PolicyTerms{
				Leads: []string{party, culture}, Required: []string{industry, foreign},
			}}),
		},
		{"they are the same in another order", city, an, set("r", PolicyTerms{Leads: []string{party}, Required: []string{culture, foreign, culture}}), quiet()},
		{"a required agency becomes a lead", city, an, set("r", only(party, culture)), happens(PolicySet{Kind: Slogan, Reason: "r", Terms: only(party, culture)})},
		{
			"each kind has its own",
			past{AgencyRegistered{Key: party}, PolicySet{Kind: Logo, Terms: only(party)}},
			an, set("r", only(party)),
			happens(PolicySet{Kind: Slogan, Reason: "r", Terms: only(party)}),
		},
		{"there are four kinds", city, an, try(Policies, SetPolicy{Kind: "jingle", Terms: only(party), Reason: "r"}), refused(Invalid, "unknown_kind", "kind")},
		{"not without a reason", city, an, set("", only(party)), refused(Invalid, "reason_required", "reason")},
		{"somebody must lead", city, an, set("r", PolicyTerms{Required: []string{party}}), refused(Invalid, "lead_required", "leads")},
		{"a lead that is not registered", city, an, set("r", only(party, "zz")), refused(NotFound, "unknown_agency", "leads[1]")},
		{
			"a required agency that is not registered", city, an, set("r", PolicyTerms{Leads: []string{party}, Required: []string{"zz"}}),
			refused(NotFound, "unknown_agency", "required[0]"),
		},
		{
			"a quorum of others, in an order, with deadlines", city.and(AgencyRegistered{Key: press}), an,
			set("r", PolicyTerms{
				Leads: []string{party}, Required: []string{foreign}, Others: []string{culture, press}, Quorum: 1, LeadLast: true,
				CoordinatingDays: 10, LeadDays: 5, RevisionDays: 7, Survival: SurviveTranslations,
			}),
			happens(PolicySet{Kind: Slogan, Reason: "r", Terms: PolicyTerms{
				Leads: []string{party}, Required: []string{foreign}, Others: []string{press, culture}, Quorum: 1, LeadLast: true,
				CoordinatingDays: 10, LeadDays: 5, RevisionDays: 7,
			}}),
		},
		{"the order alone is another policy", city, an, set("r", inOrder), happens(PolicySet{Kind: Slogan, Reason: "r", Terms: inOrder})},
		{"no agency stands twice", city, an, set("r", PolicyTerms{Leads: []string{party}, Required: []string{party}}), refused(Invalid, "agency_twice", "required[0]")},
		{"others have a quorum", city, an, set("r", PolicyTerms{Leads: []string{party}, Others: []string{culture}}), refused(Invalid, "invalid_quorum", "quorum")},
		{"of not more than they are", city, an, set("r", PolicyTerms{Leads: []string{party}, Others: []string{culture}, Quorum: 2}), refused(Invalid, "invalid_quorum", "quorum")},
		{"a quorum of nobody is none", city, an, set("r", PolicyTerms{Leads: []string{party}, Quorum: 1}), refused(Invalid, "invalid_quorum", "quorum")},
		{"days are not negative", city, an, set("r", PolicyTerms{Leads: []string{party}, LeadDays: -1}), refused(Invalid, "invalid_deadline", "leadDays")},
		{"nor endless", city, an, set("r", PolicyTerms{Leads: []string{party}, CoordinatingDays: MaxStepDays + 1}), refused(Invalid, "invalid_deadline", "coordinatingDays")},
		{"there is no such rule of survival", city, an, set("r", PolicyTerms{Leads: []string{party}, Survival: "some"}), refused(Invalid, "unknown_survival", "survival")},
		{
			"one of the others that is not registered", city, an, set("r", PolicyTerms{Leads: []string{party}, Others: []string{"zz"}, Quorum: 1}),
			refused(NotFound, "unknown_agency", "others[0]"),
		},
		{"a lead that can't be an agency", city, an, set("r", only("Z Z")), refused(Invalid, "invalid_key", "leads[0]")},
	}
}

func TestTheFirstFaultIsAlwaysTheSame(t *testing.T) {
	terms := story{given: city, by: an, when: try(Policies, SetPolicy{
		Kind: Slogan, Reason: "r", Terms: PolicyTerms{Leads: []string{"no-lead"}, Required: []string{"no-other"}},
	})}
	message := messageContent()
	message.Units[1].Pillar, message.Units[1].Audience = "Not A Key", "Not A Key"
	bothKeys := story{
		given: city.and(ItemRegistered{Key: "k", Kind: MessageSet, Source: "vi"}), by: lan,
		when: try(Items, DraftVersion{Key: "k", Content: message}),
	}
	for range 50 { // the order of a Go map is random
		if got, want := terms.play(), refused(NotFound, "unknown_agency", "leads[0]"); got.String() != want.String() {
			t.Fatalf("got %s, want %s", got, want)
		}
		if got, want := bothKeys.play(), refused(Invalid, "invalid_key", "content.units[1].pillar"); got.String() != want.String() {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}

func TestSignersAreLeadsAndRequired(t *testing.T) {
	shared := PolicyTerms{Leads: []string{party, culture}, Required: []string{culture, foreign}}
	if got, want := shared.Signers(), []string{party, foreign, culture}; !slices.Equal(got, want) {
		t.Errorf("Signers() = %q, want %q", got, want)
	}
	if got, want := shared.Required, []string{culture, foreign}; !slices.Equal(got, want) {
		t.Errorf("Signers() has changed the terms to %q", got)
	}
}
