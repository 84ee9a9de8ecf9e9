package domain

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

// More who appear in the stories of review.
var (
	press    = "bao-ptth"
	quan     = member(10, press, RoleReviewer)
	yen      = member(11, press, RoleDesigner)
	mai      = member(12, culture, RoleReviewer)
	byQuorum = PolicyTerms{
		Leads: []string{party}, Required: []string{foreign}, Others: []string{press, culture}, Quorum: 1, LeadLast: true,
		CoordinatingDays: 10, LeadDays: 5, RevisionDays: 7,
	}
)

// reviewCity is a city whose slogans are signed by a quorum, the lead last.
var reviewCity = city.and(
	AgencyRegistered{Key: press, Name: Texts{"vi": press}},
	MemberAdded{Agency: press, Member: quan.Member, Roles: Roles{RoleReviewer}},
	MemberAdded{Agency: press, Member: yen.Member, Roles: Roles{RoleDesigner}},
	MemberAdded{Agency: culture, Member: tung.Member, Roles: Roles{RoleReviewer}},
	PolicySet{Kind: Slogan, Terms: byQuorum, Reason: "r"},
	ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi", Agency: foreign},
)

func submittedUnder(t PolicyTerms, kept ...Signature) VersionSubmitted {
	return VersionSubmitted{Key: sloganKey, Version: 1, Policy: t, Kept: kept}
}

// underReview is a past in which version 1 is signed by a quorum.
var underReview = reviewCity.and(drafted(1), submittedUnder(byQuorum))

var (
	signV1   = try(Items, SignVersion{Key: sloganKey, Version: 1})
	submitV1 = try(Items, SubmitVersion{Key: sloganKey, Version: 1})
)

func quorumStories() []story {
	both := underReview.and(signed(1, binh), signed(1, quan))
	leadTurn := func(by Actor) VersionSigned {
		return VersionSigned{Key: sloganKey, Version: 1, Agency: by.Agency, Member: by.Member, LeadDue: "2027-07-06"}
	}
	at := noon
	return []story{
		{"a coordinating agency signs", underReview, binh, signV1, happens(signed(1, binh))},
		{"the lead waits for the others", underReview, hoa, signV1, refused(Conflict, "not_your_turn", "")},
		{"also when only the quorum is open", underReview.and(signed(1, binh)), hoa, signV1, refused(Conflict, "not_your_turn", "")},
		{"also when only a required agency is open", underReview.and(signed(1, quan)), hoa, signV1, refused(Conflict, "not_your_turn", "")},
		{"with the quorum it is the lead's turn, until a day", underReview.and(signed(1, binh)), quan, signV1, happens(leadTurn(quan))},
		{"with the required agency too", underReview.and(signed(1, quan)), binh, signV1, happens(leadTurn(binh))},
		{"the lead's signature approves", both, hoa, signV1, happens(signed(1, hoa), VersionApproved{Key: sloganKey, Version: 1, From: &at})},
		{"one more than the quorum may sign", underReview.and(signed(1, binh), leadTurn(quan)), tung, signV1, happens(signed(1, tung))},
		{
			"a quorum of two is not one", reviewCity.and(drafted(1), submittedUnder(PolicyTerms{Leads: []string{party}, Others: []string{press, culture}, Quorum: 2})),
			quan, signV1, happens(signed(1, quan)),
		},
		{
			"without an order the last of all approves",
			reviewCity.and(drafted(1), submittedUnder(PolicyTerms{Leads: []string{party}, Others: []string{press, culture}, Quorum: 1}), signed(1, hoa)),
			quan, signV1, happens(signed(1, quan), VersionApproved{Key: sloganKey, Version: 1, From: &at}),
		},
		{
			"nobody signs for two agencies, also in another submission",
			underReview.and(VersionSigned{Key: sloganKey, Version: 1, Agency: culture, Member: quan.Member}, returned(1, binh), submittedUnder(byQuorum)),
			quan, signV1, refused(Forbidden, "two_agencies", ""),
		},
	}
}

func deadlineStories() []story {
	escalate := try(Items, EscalateReview{Key: sloganKey, Version: 1})
	withDue := func(day, lead Date) past {
		e := submittedUnder(byQuorum)
		e.Due, e.LeadDue = day, lead
		return reviewCity.and(drafted(1), e)
	}
	late := func(agencies ...string) ReviewEscalated {
		e := ReviewEscalated{Key: sloganKey, Version: 1}
		for _, a := range agencies {
			e.Overdue = append(e.Overdue, Overdue{a, "2027-06-30"})
		}
		return e
	}
	sent := returned(1, tung).(VersionReturned)
	sent.Due = "2027-07-08"
	all := submittedUnder(byQuorum)
	all.Due = "2027-07-11"
	return []story{
		{"the coordinating agencies have until a day", reviewCity.and(drafted(1)), lan, submitV1, happens(all)},
		{
			"so have the leads, where they need not wait", city.and(ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi", Agency: foreign},
				PolicySet{Kind: Slogan, Terms: PolicyTerms{Leads: []string{party}, LeadDays: 5}}, drafted(1)), lan, submitV1,
			happens(VersionSubmitted{Key: sloganKey, Version: 1, Policy: PolicyTerms{Leads: []string{party}, LeadDays: 5}, LeadDue: "2027-07-06"}),
		},
		{"the author has until a day to answer a return", underReview, tung, try(Items, ReturnVersion{Key: sloganKey, Version: 1, Reason: "chưa rõ"}), happens(sent)},
		{"on its day nobody is late", withDue("2027-07-01", ""), an, escalate, quiet()},
		{"on the day after they are", withDue("2027-06-30", ""), an, escalate, happens(late(press, foreign, culture))},
		{"who has signed is not", withDue("2027-06-30", "").and(signed(1, binh)), an, escalate, happens(late(press, culture))},
		{"nor is a quorum that is full", withDue("2027-06-30", "").and(signed(1, quan)), an, escalate, happens(late(foreign))},
		{"the lead is late by its own day", withDue("2027-07-30", "2027-06-30").and(signed(1, binh), signed(1, quan)), an, escalate, happens(late(party))},
		{"it is said once", withDue("2027-06-30", "").and(late(press, foreign, culture)), an, escalate, quiet()},
		{"and again in another submission", withDue("2027-06-30", "").and(late(foreign), returned(1, tung), func() Event {
			e := submittedUnder(byQuorum)
			e.Due = "2027-06-30"
			return e
		}()), an, escalate, happens(late(press, foreign, culture))},
		{"a version that is no longer under review has nobody late", kit.and(passed(1)...), an, escalate, refused(Conflict, "wrong_state", "version")},
		{"an author can be late too", underReview.and(VersionReturned{Key: sloganKey, Version: 1, Agency: culture, Due: "2027-06-30"}), an, escalate, happens(late(foreign))},
	}
}

func survivalStories() []story {
	ja := sloganContent()
	ja.Units[1].Text = Texts{"vi": ja.Units[1].Text["vi"], "en": ja.Units[1].Text["en"], "ja": "海がひらく"}
	vi := sloganContent()
	vi.Units[1].Text = Texts{"vi": "Cảng lớn"}
	rewritten := func(c Content) VersionRevised {
		return VersionRevised{Key: sloganKey, Version: 1, Author: lan.Member, Content: c}
	}
	reviewed := underReview.and(signed(1, binh), signed(1, quan))
	sent := reviewed.and(returned(1, tung))
	kept := func(by Actor, parts ...Locale) Signature { return Signature{by.Agency, by.Member, parts} }
	submittedWith := func(day, lead Date, kept ...Signature) VersionSubmitted {
		e := submittedUnder(byQuorum, kept...)
		e.Due, e.LeadDue = day, lead
		return e
	}
	fussy := byQuorum
	fussy.Survival = SurviveNone
	alone := PolicyTerms{Leads: []string{foreign}}
	at := noon
	return []story{
		{
			"signatures stand on the parts that did not change", sent.and(rewritten(ja)), lan, submitV1,
			happens(submittedWith("2027-07-11", "", kept(binh, "en", "vi"), kept(quan, "en", "vi"))),
		},
		{
			"all stand when nothing did", sent, lan, submitV1,
			happens(submittedWith("", "2027-07-06", kept(binh, "en", "ja", "vi"), kept(quan, "en", "ja", "vi"))),
		},
		{"none when the source did", sent.and(rewritten(vi)), lan, submitV1, happens(submittedWith("2027-07-11", ""))},
		{
			"nor when the version is to begin otherwise", sent, lan, try(Items, SubmitVersion{Key: sloganKey, Version: 1, Effective: Effective{At: &later}}),
			happens(func() VersionSubmitted {
				e := submittedWith("2027-07-11", "")
				e.Effective.At = &later
				return e
			}()),
		},
		{"the signature of who sent it back falls", reviewed.and(returned(1, quan)), lan, submitV1, happens(submittedWith("2027-07-11", "", kept(binh, "en", "ja", "vi")))},
		{
			"the policy may let all fall", sent.and(PolicySet{Kind: Slogan, Terms: fussy}), lan, submitV1,
			happens(VersionSubmitted{Key: sloganKey, Version: 1, Policy: fussy, Due: "2027-07-11"}),
		},
		{
			"who is asked no more has signed nothing", sent.and(PolicySet{Kind: Slogan, Terms: terms}), lan, submitV1,
			happens(VersionSubmitted{Key: sloganKey, Version: 1, Policy: terms, Kept: []Signature{kept(binh, "en", "ja", "vi")}}),
		},
		{
			"who wrote on it since has signed nothing", reviewed.and(returned(1, tung), VersionTranslated{Key: sloganKey, Version: 1, Author: binh.Member, Locale: "ko", Texts: map[string]string{"slogan": "바다"}}),
			lan, submitV1, happens(submittedWith("2027-07-11", "", kept(quan, "en", "ja", "vi"))),
		},
		{
			"what all have signed who are asked now is approved", sent.and(PolicySet{Kind: Slogan, Terms: alone}), lan, submitV1,
			happens(VersionSubmitted{Key: sloganKey, Version: 1, Policy: alone, Kept: []Signature{kept(binh, "en", "ja", "vi")}}, VersionApproved{Key: sloganKey, Version: 1, From: &at}),
		},
		{
			"a signature that survived on some parts is given anew for all", sent.and(rewritten(ja), submittedWith("", "", kept(binh, "en", "vi"), kept(quan, "en", "vi"))),
			binh, signV1, happens(signed(1, binh)),
		},
		{
			"what survived whole need not be given again", sent.and(submittedWith("", "", kept(binh, "en", "ja", "vi"))), binh, signV1, quiet(),
		},
		{
			"signatures survive a submission that was taken back", reviewed.and(SubmissionWithdrawn{Key: sloganKey, Version: 1}), lan, submitV1,
			happens(submittedWith("", "2027-07-06", kept(binh, "en", "ja", "vi"), kept(quan, "en", "ja", "vi"))),
		},
	}
}

func recusalStories() []story {
	recuse := func(whole bool) attempt {
		return try(Items, RecuseSigner{Key: sloganKey, Version: 1, Whole: whole, Reason: " có liên quan "})
	}
	gone := func(by Actor, whole bool) SignerRecused {
		return SignerRecused{Key: sloganKey, Version: 1, Agency: by.Agency, Member: by.Member, Whole: whole, Reason: "có liên quan"}
	}
	return []story{
		{"a member steps back", underReview, tung, recuse(false), happens(gone(tung, false))},
		{"and does not sign", underReview.and(gone(tung, false)), tung, signV1, refused(Forbidden, "recused", "")},
		{"nor send it back", underReview.and(gone(tung, false)), tung, try(Items, ReturnVersion{Key: sloganKey, Version: 1, Reason: "r"}), refused(Forbidden, "recused", "")},
		{"a colleague does", underReview.and(gone(tung, false)), mai, signV1, happens(signed(1, mai))},
		{"an agency of the quorum steps back", underReview, tung, recuse(true), happens(gone(tung, true))},
		{"and nobody signs for it", underReview.and(gone(tung, true)), mai, signV1, refused(Forbidden, "recused", "")},
		{"no delegate of another agency takes their own out", underReview, yen, recuse(true), refused(Forbidden, "not_reviewer", "")},
		{"not the last that the quorum needs", underReview.and(gone(quan, true)), tung, recuse(true), refused(Conflict, "quorum_unreachable", "")},
		{"not one that must sign", underReview, binh, recuse(true), refused(Conflict, "must_sign", "")},
		{"not one that has signed", underReview.and(signed(1, tung)), mai, recuse(true), refused(Conflict, "already_signed", "")},
		{"nor who has", underReview.and(signed(1, tung)), tung, recuse(false), refused(Conflict, "already_signed", "")},
		{"it was said already", underReview.and(gone(tung, false)), tung, recuse(false), quiet()},
		{"not without a reason", underReview, tung, try(Items, RecuseSigner{Key: sloganKey, Version: 1}), refused(Invalid, "reason_required", "reason")},
		{"who is not asked need not", underReview, khanh, recuse(false), refused(Forbidden, "not_a_signer", "")},
		{
			"under a policy that can't do without it an agency is asked again", underReview.and(gone(tung, true), returned(1, binh),
				submittedUnder(PolicyTerms{Leads: []string{party}, Others: []string{culture}, Quorum: 1})), mai, signV1, happens(signed(1, mai)),
		},
	}
}

func delegationStories() []story {
	id := person(50)
	culturesTo := func(m Actor) SigningDelegated {
		return SigningDelegated{Agency: culture, Delegation: id, Member: m.Member, MemberAgency: m.Agency, From: noon, Until: later, Reason: "đi công tác"}
	}
	delegate := func(m Actor) attempt {
		return try(Agencies, DelegateSigning{Agency: culture, Delegation: id, Member: m.Member, MemberAgency: m.Agency, Until: later, Reason: "đi công tác"})
	}
	forCulture := try(Items, SignVersion{Key: sloganKey, Version: 1, Agency: culture})
	byDelegate := VersionSigned{Key: sloganKey, Version: 1, Agency: culture, Member: yen.Member, Delegation: &id}
	delegated := underReview.and(culturesTo(yen))
	until := func(c DelegateSigning) attempt {
		c.Agency, c.Delegation, c.Member, c.Reason = culture, id, tung.Member, "r"
		return try(Agencies, c)
	}
	return []story{
		{"an agency lets a member of another sign for it for a time", reviewCity, tung, delegate(yen), happens(culturesTo(yen))},
		{"or one of its own", reviewCity, tung, delegate(tung), happens(culturesTo(tung))},
		{"who signs for it then", delegated, yen, forCulture, happens(byDelegate)},
		{"or sends back", delegated, yen, try(Items, ReturnVersion{Key: sloganKey, Version: 1, Agency: culture, Reason: "chưa rõ"}), happens(VersionReturned{
			Key: sloganKey, Version: 1, Agency: culture, Member: yen.Member, Reason: "chưa rõ", Due: "2027-07-08", Delegation: &id,
		})},
		{"not for their own, for which they do not sign", delegated, yen, signV1, refused(Forbidden, "not_delegated", "")},
		{"not for both", delegated.and(SigningDelegated{Agency: press, Delegation: person(51), Member: yen.Member, MemberAgency: press, From: noon, Until: later}, byDelegate), yen, signV1, refused(Forbidden, "two_agencies", "")},
		{"not without", underReview, yen, forCulture, refused(Forbidden, "not_delegated", "")},
		{"not once it is revoked", delegated.and(DelegationRevoked{Agency: culture, Delegation: id}), yen, forCulture, refused(Forbidden, "not_delegated", "")},
		{"not after it has ended", underReview.and(SigningDelegated{Agency: culture, Delegation: id, Member: yen.Member, MemberAgency: press, From: earlier, Until: noon}), yen, forCulture, refused(Forbidden, "not_delegated", "")},
		{"not before it begins", underReview.and(SigningDelegated{Agency: culture, Delegation: id, Member: yen.Member, MemberAgency: press, From: later, Until: muchMore}), yen, forCulture, refused(Forbidden, "not_delegated", "")},
		{"not somebody else", delegated, quan, forCulture, refused(Forbidden, "not_delegated", "")},
		{"an author signs for nobody", delegated.and(culturesTo(lan)), lan, forCulture, refused(Forbidden, "self_approval", "")},
		{"not by a token that could not sign itself", reviewCity, limited(tung, DelegateSignings), delegate(yen), refused(Forbidden, "exceeds_token", "member")},
		{"only the agency itself delegates", reviewCity, quan, delegate(yen), refused(Forbidden, "not_your_agency", "")},
		{"not to somebody unknown", reviewCity, tung, delegate(khanh), refused(NotFound, "unknown_member", "member")},
		{"nor in an agency that is not there", reviewCity, tung, delegate(member(1, "zz")), refused(NotFound, "unknown_agency", "memberAgency")},
		{"not from before now", reviewCity, tung, until(DelegateSigning{From: earlier, Until: later}), refused(Invalid, "in_the_past", "from")},
		{"not for no time", reviewCity, tung, until(DelegateSigning{Until: noon}), refused(Invalid, "ends_before_it_begins", "until")},
		{"not for ever", reviewCity, tung, until(DelegateSigning{Until: noon.AddDate(2, 0, 0)}), refused(Invalid, "too_long", "until")},
		{"not twice under one id", delegated, tung, delegate(quan), refused(Conflict, "delegation_exists", "delegation")},
		{"not without an id", reviewCity, tung, try(Agencies, DelegateSigning{Agency: culture, Until: later}), refused(Invalid, "invalid_delegation", "delegation")},
		{
			"not without a reason", reviewCity, tung, try(Agencies, DelegateSigning{Agency: culture, Delegation: id, Member: tung.Member, Until: later}),
			refused(Invalid, "reason_required", "reason"),
		},
		{"it is revoked", delegated, tung, try(Agencies, RevokeDelegation{Agency: culture, Delegation: id}), happens(DelegationRevoked{Agency: culture, Delegation: id})},
		{"not by another agency", delegated, quan, try(Agencies, RevokeDelegation{Agency: culture, Delegation: id}), refused(Forbidden, "not_your_agency", "")},
		{"not more than some", reviewCity, tung, tryIn(manyDelegations(), DelegateSigning{Agency: culture, Delegation: id, Until: later}), refused(Conflict, "too_many_delegations", "")},
		{"what is not there can't be revoked", reviewCity, tung, try(Agencies, RevokeDelegation{Agency: culture, Delegation: id}), refused(NotFound, "unknown_delegation", "delegation")},
		{
			"who leaves the agency has no delegation of it", underReview.and(culturesTo(tung), MemberRemoved{Agency: culture, Member: tung.Member}),
			member(4, culture, RoleDesigner), forCulture, refused(Forbidden, "not_delegated", ""),
		},
	}
}

// manyDelegations is an agency with as many delegations as it may have.
func manyDelegations() Agency {
	s := Agency{Exists: true, Key: culture, Delegations: map[uuid.UUID]Delegation{}}
	for n := range MaxDelegations {
		s.Delegations[uuid.UUID{0: byte(n), 1: byte(n >> 8), 2: 1}] = Delegation{}
	}
	return s
}

func takingBackStories() []story {
	takeBack := try(Items, WithdrawSubmission{Key: sloganKey, Version: 1, Reason: "thiếu"})
	return []story{
		{
			"the author's agency takes it back", underReview, minh, takeBack,
			happens(SubmissionWithdrawn{Key: sloganKey, Version: 1, Agency: foreign, Member: minh.Member, Reason: "thiếu"}),
		},
		{"and writes on", underReview.and(SubmissionWithdrawn{Key: sloganKey, Version: 1}), lan, try(Items, ReviseDraft{Key: sloganKey, Version: 1, Content: messageSlogan()}), happens(
			VersionRevised{Key: sloganKey, Version: 1, Author: lan.Member, Content: messageSlogan()},
		)},
		{"not another agency", underReview, khanh, takeBack, refused(Forbidden, "not_author", "")},
		{"not without a reason", underReview, lan, try(Items, WithdrawSubmission{Key: sloganKey, Version: 1}), refused(Invalid, "reason_required", "reason")},
		{"not what is not under review", kit.and(drafted(1)), lan, takeBack, refused(Conflict, "wrong_state", "version")},
		{"then nobody signs", underReview.and(SubmissionWithdrawn{Key: sloganKey, Version: 1}), binh, signV1, refused(Conflict, "wrong_state", "version")},
	}
}

// messageSlogan is a slogan that says something else.
func messageSlogan() Content {
	c := sloganContent()
	c.Units[1].Text = Texts{"vi": "Hải Phòng chào bạn"}
	return c
}

func rescheduleStories() []story {
	move := func(edition int) attempt {
		return try(Items, RescheduleVersion{Key: sloganKey, Version: 1, Edition: edition, Reason: "ký muộn"})
	}
	second := EditionOpened{Number: 2, Title: title, Due: "2029-07-01"}
	missed := edition1.and(EditionIssued{Number: 1}, second)
	moved := VersionRescheduled{Key: sloganKey, Version: 1, Agency: party, Member: hoa.Member, Edition: 2, Reason: "ký muộn"}
	replace := func(item string, n int) attempt {
		return try(Items, WithdrawVersion{Key: sloganKey, Version: 1, Reason: "sai", Replacement: &VersionRef{item, n}})
	}
	replaced := withdrawn(1, noon).(VersionWithdrawn)
	replaced.Replacement = &VersionRef{sloganKey, 2}
	two := kit.and(passed(1)...).and(passed(2)...)
	return []story{
		{"what missed its edition waits for the next", missed, hoa, move(2), happens(moved)},
		{
			"and is taken into it", missed.and(moved), an, try(Editions, IncludeInEdition{Number: 2, Item: sloganKey, Version: 1}),
			happens(EditionIncluded{Number: 2, Item: sloganKey, Version: 1}),
		},
		{"it was moved already", missed.and(moved), hoa, move(2), quiet()},
		{"not while its edition is open", edition1.and(second), hoa, move(2), refused(Conflict, "not_missed", "version")},
		{"not what its edition put in force", edition1.and(second, EditionIncluded{Number: 1, Item: sloganKey, Version: 1}, EditionIssued{Number: 1}), hoa, move(2), refused(Conflict, "not_missed", "version")},
		{"not what came in force by itself", kit.and(passed(1)...).and(EditionOpened{Number: 1}), hoa, move(1), refused(Conflict, "not_missed", "version")},
		{"to an edition that is open", missed.and(EditionIssued{Number: 2}), hoa, move(2), refused(Conflict, "edition_issued", "edition")},
		{"to an edition that is there", missed, hoa, move(3), refused(NotFound, "unknown_edition", "edition")},
		{"only a lead does", missed, tung, move(2), refused(Forbidden, "not_lead", "")},
		{"not without a reason", missed, hoa, try(Items, RescheduleVersion{Key: sloganKey, Version: 1, Edition: 2}), refused(Invalid, "reason_required", "reason")},
		{
			"the last signature is too late for an edition that was issued",
			kit.and(EditionOpened{Number: 1, Title: title}, drafted(1), submitted(1, Effective{Edition: 1}), signed(1, hoa), signed(1, binh), EditionIssued{Number: 1}),
			tung, signV1, refused(Conflict, "edition_issued", "version"),
		},

		{"a withdrawal names what to use instead", two, hoa, replace(sloganKey, 2), happens(replaced)},
		{"not itself", two, hoa, replace(sloganKey, 1), refused(Invalid, "replaces_itself", "replacement")},
		{"not a draft", kit.and(passed(1)...).and(drafted(2)), hoa, replace(sloganKey, 2), refused(Conflict, "wrong_state", "replacement.version")},
		{"not a version that is not there", two, hoa, replace(sloganKey, 3), refused(NotFound, "unknown_version", "replacement.version")},
		{"not an item that is not there", two, hoa, replace("none", 1), refused(NotFound, "unknown_item", "replacement.item")},
	}
}

func TestAwaitedFollowsTheOrderOfThePolicy(t *testing.T) {
	for _, c := range []struct {
		signed, recused []string
		now, after      []string
	}{
		{nil, nil, []string{press, foreign, culture}, []string{party}},
		{[]string{foreign}, nil, []string{press, culture}, []string{party}},
		{[]string{press}, nil, []string{foreign}, []string{party}},
		{[]string{foreign, press}, nil, []string{party}, nil},
		{[]string{foreign, press, party}, nil, nil, nil},
		{[]string{party}, nil, []string{press, foreign, culture}, nil},
		{nil, []string{press}, []string{foreign, culture}, []string{party}},
		{nil, []string{press, culture}, []string{press, foreign, culture}, []string{party}},
	} {
		now, after := byQuorum.Awaited(c.signed, c.recused)
		if !slices.Equal(now, c.now) || !slices.Equal(after, c.after) {
			t.Errorf("signed %q, recused %q: now %q after %q, want %q and %q", c.signed, c.recused, now, after, c.now, c.after)
		}
	}
}

func TestTheSameDelegationIsFoundEachTime(t *testing.T) {
	s := Agency{Delegations: map[uuid.UUID]Delegation{}}
	for n := byte(60); n < 80; n++ {
		s.Delegations[person(n)] = Delegation{Member: yen.Member, MemberAgency: press, From: noon, Until: later}
	}
	for range 20 {
		if id, found := s.delegationTo(yen, noon); !found || id != person(60) {
			t.Fatalf("found %s, %t", id, found)
		}
	}
}
