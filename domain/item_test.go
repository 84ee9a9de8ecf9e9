package domain

import (
	"slices"
	"testing"
	"time"
)

func itemStories() []story {
	public := past{ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi", Public: true, Agency: foreign}}
	return []story{
		{
			"an author registers an item, whose source is Vietnamese unless said otherwise", city, lan,
			try(Items, RegisterItem{Key: sloganKey, Kind: Slogan, Public: true}),
			happens(ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi", Public: true, Agency: foreign}),
		},
		{
			"the source locale is kept in its canonical form", city, lan,
			try(Items, RegisterItem{Key: "logo", Kind: Logo, Source: "ZH-cn"}),
			happens(ItemRegistered{Key: "logo", Kind: Logo, Source: "zh-CN", Agency: foreign}),
		},
		{"a key is taken for ever", kit, lan, try(Items, RegisterItem{Key: sloganKey, Kind: Slogan}), refused(Conflict, "key_taken", "key")},
		{"a key is taken by another kind too", kit, lan, try(Items, RegisterItem{Key: sloganKey, Kind: Logo}), refused(Conflict, "key_taken", "key")},
		{"a key is made of words", city, lan, try(Items, RegisterItem{Key: "Hải Phòng", Kind: Slogan}), refused(Invalid, "invalid_key", "key")},
		{"there are four kinds", city, lan, try(Items, RegisterItem{Key: "k", Kind: "jingle"}), refused(Invalid, "unknown_kind", "kind")},
		{"the source is a locale", city, lan, try(Items, RegisterItem{Key: "k", Kind: Slogan, Source: "tiếng Việt"}), refused(Invalid, "unknown_locale", "source")},

		{
			"an item becomes public", kit, lan, try(Items, ChangeItemVisibility{Key: sloganKey, Public: true}),
			happens(ItemVisibilityChanged{Key: sloganKey, Public: true}),
		},
		{
			"an item is public no longer", public, lan, try(Items, ChangeItemVisibility{Key: sloganKey}),
			happens(ItemVisibilityChanged{Key: sloganKey}),
		},
		{"it is public already", public, lan, try(Items, ChangeItemVisibility{Key: sloganKey, Public: true}), quiet()},
		{
			"it was made public after it was registered", kit.and(ItemVisibilityChanged{Key: sloganKey, Public: true}), lan,
			try(Items, ChangeItemVisibility{Key: sloganKey, Public: true}), quiet(),
		},
		{"there is no such item", city, lan, try(Items, ChangeItemVisibility{Key: "none"}), refused(NotFound, "unknown_item", "key")},
	}
}

func draftStories() []story {
	draft := try(Items, DraftVersion{Key: sloganKey, Content: sloganContent()})
	other := sloganContent()
	other.Units[1].Text["ko"] = "바다로 가는 관문"
	revise := func(c Content) attempt { return try(Items, ReviseDraft{Key: sloganKey, Version: 1, Content: c}) }
	bad := Content{}
	return []story{
		{"the first version", kit, lan, draft, happens(drafted(1))},
		{"the next version once the last was approved", kit.and(passed(1)...), lan, draft, happens(drafted(2))},
		{"the next version once the last was withdrawn", kit.and(passed(1)...).and(withdrawn(1, earlier)), lan, draft, happens(drafted(2))},
		{"there is no such item", city, lan, draft, refused(NotFound, "unknown_item", "key")},
		{"not while a draft is open", kit.and(drafted(1)), lan, draft, refused(Conflict, "version_open", "")},
		{"not while a version is under review", kit.and(drafted(1), submitted(1, Effective{})), lan, draft, refused(Conflict, "version_open", "")},
		{
			"not while a version was sent back", kit.and(drafted(1), submitted(1, Effective{}), returned(1, hoa)), lan, draft,
			refused(Conflict, "version_open", ""),
		},
		{"what is written is checked", kit, lan, try(Items, DraftVersion{Key: sloganKey}), refused(Invalid, "unit_count", "content.units")},

		{
			"a colleague writes on", kit.and(drafted(1)), minh, revise(other),
			happens(VersionRevised{Key: sloganKey, Version: 1, Author: minh.Member, Content: other}),
		},
		{"nothing was changed", kit.and(drafted(1)), minh, revise(sloganContent()), quiet()},
		{
			"a returned version is opened again even by the same words", kit.and(drafted(1), submitted(1, Effective{}), returned(1, hoa)), lan,
			revise(sloganContent()), happens(revised(1, lan)),
		},
		{"another agency's draft", kit.and(drafted(1)), long, revise(other), refused(Forbidden, "not_author", "")},
		{"not while it is under review", kit.and(drafted(1), submitted(1, Effective{})), lan, revise(other), refused(Conflict, "wrong_state", "version")},
		{"not once it was approved", kit.and(passed(1)...), lan, revise(other), refused(Conflict, "wrong_state", "version")},
		{"there is no such version", kit, lan, revise(other), refused(NotFound, "unknown_version", "version")},
		{
			"versions count from one", kit.and(drafted(1)), lan,
			try(Items, ReviseDraft{Key: sloganKey, Content: other}), refused(NotFound, "unknown_version", "version"),
		},
		{"there is no such item", city, lan, revise(other), refused(NotFound, "unknown_item", "key")},
		{"what is written is checked", kit.and(drafted(1)), lan, revise(bad), refused(Invalid, "unit_count", "content.units")},
	}
}

func reviewStories() []story {
	sign := try(Items, SignVersion{Key: sloganKey, Version: 1})
	giveBack := try(Items, ReturnVersion{Key: sloganKey, Version: 1, Reason: " chưa rõ\r\n"})
	open := kit.and(drafted(1), submitted(1, Effective{}))
	almost := open.and(signed(1, hoa), signed(1, binh))
	later, earlier := later, earlier
	return slices.Concat(submissionStories(), []story{
		{"the first of three agencies", open, hoa, sign, happens(signed(1, hoa))},
		{"the last agency's signature approves, from now on", almost, tung, sign, happens(signed(1, tung), approved(1, noon))},
		{
			"in force from the instant that was asked for, if it is still to come",
			kit.and(drafted(1), submitted(1, Effective{At: &later}), signed(1, hoa), signed(1, binh)), tung, sign,
			happens(signed(1, tung), approved(1, later)),
		},
		{
			"in force from the last signature, if that came late",
			kit.and(drafted(1), submitted(1, Effective{At: &earlier}), signed(1, hoa), signed(1, binh)), tung, sign,
			happens(signed(1, tung), approved(1, noon)),
		},
		{
			"in force with the edition", kit.and(EditionOpened{Number: 1, Title: title}, drafted(1), submitted(1, Effective{Edition: 1}), signed(1, hoa), signed(1, binh)), tung, sign,
			happens(signed(1, tung), VersionApproved{Key: sloganKey, Version: 1, Edition: 1}),
		},
		{
			"under the policy as it was when it was submitted",
			almost.and(PolicySet{Kind: Slogan, Terms: PolicyTerms{Leads: []string{industry}}, Reason: "mới"}), tung, sign,
			happens(signed(1, tung), approved(1, noon)),
		},
		{"one signature for each agency", open.and(signed(1, hoa)), long, sign, quiet()},
		{"an agency that signed twice is still one", open.and(signed(1, hoa), signed(1, hoa)), binh, sign, happens(signed(1, binh))},
		{"who wrote it can't sign it", open, lan, sign, refused(Forbidden, "self_approval", "")},
		{"nor who revised it", kit.and(drafted(1), revised(1, minh), submitted(1, Effective{})), minh, sign, refused(Forbidden, "self_approval", "")},
		{"nor who wrote it and has changed agency since", open, member(1, party, RoleReviewer), sign, refused(Forbidden, "self_approval", "")},
		{"a colleague of the author can", open, minh, sign, happens(signed(1, minh))},
		{"an agency that the policy does not name", open, khanh, sign, refused(Forbidden, "not_a_signer", "")},
		{"nobody signs a draft", kit.and(drafted(1)), hoa, sign, refused(Conflict, "wrong_state", "version")},
		{"nobody signs what was sent back", open.and(returned(1, hoa)), tung, sign, refused(Conflict, "wrong_state", "version")},
		{"nobody signs what was approved", kit.and(passed(1)...), hoa, sign, refused(Conflict, "wrong_state", "version")},
		{"there is no such version", kit, hoa, sign, refused(NotFound, "unknown_version", "version")},
		{"there is no such item", city, hoa, sign, refused(NotFound, "unknown_item", "key")},
		{
			"signatures fall when it is sent back, revised and submitted again",
			almost.and(returned(1, tung), revised(1, lan), submitted(1, Effective{})), tung, sign, happens(signed(1, tung)),
		},
		{
			"signatures fall when it is submitted again as it was",
			almost.and(returned(1, tung), submitted(1, Effective{})), hoa, sign, happens(signed(1, hoa)),
		},

		{"a signer sends it back with a reason", open, tung, giveBack, happens(returned(1, tung))},
		{"also after having signed", open.and(signed(1, tung)), tung, giveBack, happens(returned(1, tung))},
		{"not its author", open, lan, giveBack, refused(Forbidden, "self_approval", "")},
		{"not an agency that is not asked", open, khanh, giveBack, refused(Forbidden, "not_a_signer", "")},
		{
			"not without a reason", open, tung, try(Items, ReturnVersion{Key: sloganKey, Version: 1, Reason: " \n"}),
			refused(Invalid, "reason_required", "reason"),
		},
		{
			"not with a reason that is no text", open, tung, try(Items, ReturnVersion{Key: sloganKey, Version: 1, Reason: "\xff"}),
			refused(Invalid, "not_utf8", "reason"),
		},
		{"not a draft", kit.and(drafted(1)), tung, giveBack, refused(Conflict, "wrong_state", "version")},
		{"there is no such item", city, tung, giveBack, refused(NotFound, "unknown_item", "key")},
	})
}

func submissionStories() []story {
	submit := func(e Effective) attempt { return try(Items, SubmitVersion{Key: sloganKey, Version: 1, Effective: e}) }
	later, earlier, now := later, earlier, noon
	hanoi := later.Add(123 * time.Nanosecond).In(CityZone)
	open := kit.and(drafted(1))
	opened := open.and(EditionOpened{Number: 1, Title: title, Due: "2027-07-31"})
	return []story{
		{"its agencies are asked to sign", open, lan, submit(Effective{}), happens(submitted(1, Effective{}))},
		{"a colleague can submit", open, minh, submit(Effective{}), happens(submitted(1, Effective{}))},
		{"in force at an instant to come", open, lan, submit(Effective{At: &later}), happens(submitted(1, Effective{At: &later}))},
		{"in force from this very instant", open, lan, submit(Effective{At: &now}), happens(submitted(1, Effective{At: &now}))},
		{"instants are kept in UTC, to the microsecond", open, lan, submit(Effective{At: &hanoi}), happens(submitted(1, Effective{At: &later}))},
		{"in force with an open edition", opened, lan, submit(Effective{Edition: 1}), happens(submitted(1, Effective{Edition: 1}))},
		{"what was sent back, as it is", open.and(submitted(1, Effective{}), returned(1, hoa)), lan, submit(Effective{}), happens(submitted(1, Effective{}))},
		{
			"under the policy of today",
			open.and(PolicySet{Kind: Slogan, Terms: PolicyTerms{Leads: []string{culture}}, Reason: "mới"}), lan, submit(Effective{}),
			happens(VersionSubmitted{Key: sloganKey, Version: 1, Policy: PolicyTerms{Leads: []string{culture}}}),
		},
		{"not twice", open.and(submitted(1, Effective{})), lan, submit(Effective{}), refused(Conflict, "wrong_state", "version")},
		{"another agency's draft", open, long, submit(Effective{}), refused(Forbidden, "not_author", "")},
		{
			"not without a policy",
			past{ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi"}, drafted(1)},
			lan, submit(Effective{}),
			refused(Conflict, "no_policy", ""),
		},
		{"not from an instant in the past", open, lan, submit(Effective{At: &earlier}), refused(Invalid, "in_the_past", "effective.at")},
		{"not with two beginnings", opened, lan, submit(Effective{At: &later, Edition: 1}), refused(Invalid, "two_beginnings", "effective")},
		{"there is no such edition", open, lan, submit(Effective{Edition: 1}), refused(NotFound, "unknown_edition", "effective.edition")},
		{"there is no edition below one", open, lan, submit(Effective{Edition: -1}), refused(NotFound, "unknown_edition", "effective.edition")},
		{
			"the edition has been issued", opened.and(EditionIssued{Number: 1}), lan, submit(Effective{Edition: 1}),
			refused(Conflict, "edition_issued", "effective.edition"),
		},
		{"there is no such item", city, lan, submit(Effective{}), refused(NotFound, "unknown_item", "key")},
	}
}

func withdrawalStories() []story {
	withdraw := func(from time.Time) attempt {
		return try(Items, WithdrawVersion{Key: sloganKey, Version: 1, Reason: "sai", From: from})
	}
	inForce := kit.and(passed(1)...)
	byAdmin := VersionWithdrawn{Key: sloganKey, Version: 1, Agency: industry, From: noon, Reason: "sai"}
	return []story{
		{"a lead agency withdraws at once", inForce, hoa, withdraw(time.Time{}), happens(withdrawn(1, noon))},
		{"a lead agency withdraws from an instant to come", inForce, hoa, withdraw(later), happens(withdrawn(1, later))},
		{"instants are kept in UTC, to the microsecond", inForce, hoa, withdraw(later.Add(9).In(CityZone)), happens(withdrawn(1, later))},
		{"an admin withdraws for any lead", inForce, an, withdraw(noon), happens(byAdmin)},
		{"what waits for its edition", edition1, hoa, withdraw(noon), happens(withdrawn(1, noon))},
		{"a withdrawal is brought forward", inForce.and(withdrawn(1, muchMore)), hoa, withdraw(later), happens(withdrawn(1, later))},
		{"a withdrawal can't be put off", inForce.and(withdrawn(1, later)), hoa, withdraw(muchMore), refused(Conflict, "already_withdrawn", "")},
		{"nor said again", inForce.and(withdrawn(1, later)), hoa, withdraw(later), refused(Conflict, "already_withdrawn", "")},
		{
			"nor once brought forward put back to where it was",
			inForce.and(withdrawn(1, muchMore), withdrawn(1, later)), hoa, withdraw(muchMore), refused(Conflict, "already_withdrawn", ""),
		},
		{"not with effect before now", inForce, hoa, withdraw(earlier), refused(Invalid, "in_the_past", "from")},
		{"an agency that only signs does not withdraw", inForce, tung, withdraw(noon), refused(Forbidden, "not_lead", "")},
		{
			"not without a reason", inForce, hoa, try(Items, WithdrawVersion{Key: sloganKey, Version: 1}),
			refused(Invalid, "reason_required", "reason"),
		},
		{"not what was never approved", kit.and(drafted(1)), hoa, withdraw(noon), refused(Conflict, "wrong_state", "version")},
		{"there is no such version", kit, hoa, withdraw(noon), refused(NotFound, "unknown_version", "version")},
		{"there is no such item", city, hoa, withdraw(noon), refused(NotFound, "unknown_item", "key")},
	}
}

func TestAwaitedAreThoseWhoMustStillSign(t *testing.T) {
	item := Items.Fold(kit.and(drafted(1), submitted(1, Effective{}), signed(1, binh)).of(ItemStream(sloganKey))...)
	if got, after := item.Version(1).Awaited("vi"); !slices.Equal(got, []string{party, culture}) || after != nil {
		t.Errorf("Awaited() = %q, %q", got, after)
	}
	for _, n := range []int{-1, 0, 2} {
		if v := item.Version(n); v != nil {
			t.Errorf("Version(%d) = %+v, want none", n, v)
		}
	}
}

// TestSignaturesFall looks at each of the two events alone; one after the other
// they hide each other's failure.
func TestSignaturesFall(t *testing.T) {
	open := kit.and(drafted(1), submitted(1, Effective{}), signed(1, hoa), signed(1, binh))
	for name, event := range map[string]Event{"when it is sent back": returned(1, tung), "when it is submitted again": submitted(1, Effective{})} {
		item := Items.Fold(open.and(event).of(ItemStream(sloganKey))...)
		if left := item.Version(1).Signed("vi"); len(left) != 0 {
			t.Errorf("%s, the signatures of %q are left", name, left)
		}
	}
}

// TestTwoFuturesOfOnePast grows a version's lists one by one, and at each length
// goes on in two ways: neither may write into the other.
func TestTwoFuturesOfOnePast(t *testing.T) {
	state := Items.Fold(kit.and(drafted(1)).of(ItemStream(sloganKey))...)
	for n := byte(20); n < 40; n++ {
		one, other := member(n, "one", RoleAuthor), member(n+100, "other", RoleAuthor)
		a, b := state, state
		for _, evolve := range []func(Actor) Event{
			func(by Actor) Event { return revised(1, by) },
			func(by Actor) Event { return signed(1, by) },
		} {
			a = Items.Evolve(a, evolve(one))
			b = Items.Evolve(b, evolve(other))
		}
		v := a.Version(1)
		if v.Authors[len(v.Authors)-1] != one.Member || v.Signatures[len(v.Signatures)-1].Agency != one.Agency {
			t.Fatalf("with %d authors, one future has become the other: %+v", len(v.Authors), v)
		}
		state = a
	}
}
