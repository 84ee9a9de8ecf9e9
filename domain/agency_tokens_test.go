package domain

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

// limited is an actor who calls with a token that is limited.
func limited(a Actor, to ...Permission) Actor {
	a.Token, a.Scopes = "limited", Scopes(to)
	return a
}

// allOf are the permissions that a role holds.
func allOf(role Role) []Permission {
	var all []Permission
	for _, p := range Permissions() {
		if (Actor{Roles: Roles{role}}).May(p, Scope{}) {
			all = append(all, p)
		}
	}
	return all
}

func tokenStories() []story {
	held := past{
		AgencyRegistered{Key: party, Name: Texts{"vi": "Ban"}},
		MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}},
		MemberAdded{Agency: party, Member: long.Member, Roles: Roles{RoleAuthor}},
	}
	issue := func(change func(*IssueToken)) attempt {
		c := IssueToken{Agency: party, Member: hoa.Member, Token: "t1", Hash: digest}
		change(&c)
		return try(Agencies, c)
	}
	asIs := func(*IssueToken) {}
	expires := func(at time.Time) func(*IssueToken) { return func(c *IssueToken) { c.Expires = &at } }
	issued := TokenIssued{Agency: party, Member: hoa.Member, Token: "t1", Hash: digest}
	until := issued
	until.Expires = &later
	revoke := try(Agencies, RevokeToken{Agency: party, Token: "t1"})
	revoked := TokenRevoked{Agency: party, Token: "t1"}
	return []story{
		{"a member is given a token", held, an, issue(asIs), happens(issued)},
		{"a token that expires, in UTC to the microsecond", held, an, issue(expires(later.Add(1).In(CityZone))), happens(until)},
		{"not one that has expired", held, an, issue(expires(earlier)), refused(Invalid, "in_the_past", "expires")},
		{"nor one that expires now", held, an, issue(expires(noon)), refused(Invalid, "in_the_past", "expires")},
		{"a token has an id", held, an, issue(func(c *IssueToken) { c.Token = "" }), refused(Invalid, "invalid_token", "token")},
		{"a token has a hash, not a secret", held, an, issue(func(c *IssueToken) { c.Hash = "hunter2" }), refused(Invalid, "invalid_token", "token")},
		{"an id is used once", held.and(issued), an, issue(func(c *IssueToken) { c.Member = long.Member }), refused(Conflict, "token_taken", "token")},
		{"only to members", held, an, issue(func(c *IssueToken) { c.Member = lan.Member }), refused(NotFound, "unknown_member", "member")},
		{"not to who has left", held.and(MemberRemoved{Agency: party, Member: hoa.Member}), an, issue(asIs), refused(NotFound, "unknown_member", "member")},
		{"there is no such agency", nil, an, issue(asIs), refused(NotFound, "unknown_agency", "agency")},

		{"an id is used once, also by a token in the place of another", held.and(issued, TokenRotated{Agency: party, Member: hoa.Member, Token: "t2", Hash: digest, Replaces: "t1"}), an, issue(func(c *IssueToken) { c.Token = "t2" }), refused(Conflict, "token_taken", "token")},

		{"a token is worth nothing from now on", held.and(issued), an, revoke, happens(revoked)},
		{"there is no such token", held, an, revoke, refused(NotFound, "unknown_token", "token")},
		{"nor any more", held.and(issued, revoked), an, revoke, refused(NotFound, "unknown_token", "token")},
		{"the tokens of who has left are gone", held.and(issued, MemberRemoved{Agency: party, Member: hoa.Member}), an, revoke, refused(NotFound, "unknown_token", "token")},
		{"those of others are not", held.and(issued, MemberRemoved{Agency: party, Member: long.Member}), an, revoke, happens(revoked)},
		{"there is no such agency", nil, an, revoke, refused(NotFound, "unknown_agency", "agency")},
	}
}

func limitedTokenStories() []story {
	held := past{
		AgencyRegistered{Key: party, Name: Texts{"vi": "Ban"}},
		MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}},
	}
	issue := func(scopes ...Permission) attempt {
		return try(Agencies, IssueToken{Agency: party, Member: hoa.Member, Token: "t1", Hash: digest, Scopes: scopes})
	}
	issued := func(scopes ...Permission) outcome {
		return happens(TokenIssued{Agency: party, Member: hoa.Member, Token: "t1", Hash: digest, Scopes: scopes})
	}
	return []story{
		{"a token is limited to some permissions, sorted and once each", held, an, issue(ReadApproved, DownloadAssets, ReadApproved), issued(DownloadAssets, ReadApproved)},
		{"to what its member may not do yet, or not any more", held, an, issue(DraftVersions), issued(DraftVersions)},
		{"not to what nobody knows", held, an, issue("brew.coffee"), refused(Invalid, "unknown_permission", "scopes[0]")},
		{"whichever of them it is", held, an, issue(ReadApproved, ""), refused(Invalid, "unknown_permission", "scopes[1]")},
		{"not to nothing at all", held, an, try(Agencies, IssueToken{Agency: party, Member: hoa.Member, Token: "t1", Hash: digest, Scopes: []Permission{}}), refused(Invalid, "scopes_required", "scopes")},
		{"by a limited token no other kind is given out", held, limited(an, ManageMembers), issue(), refused(Forbidden, "exceeds_token", "scopes")},
		{"nor one for more", held, limited(an, ManageMembers, ReadApproved), issue(ReadApproved, DownloadAssets), refused(Forbidden, "exceeds_token", "scopes")},
		{"only one for as much", held, limited(an, ManageMembers, ReadApproved), issue(ReadApproved, ManageMembers), issued(ManageMembers, ReadApproved)},
		{"or less", held, limited(an, ManageMembers, ReadApproved), issue(ReadApproved), issued(ReadApproved)},
	}
}

// rotation is the past of a member with a token, and what replaces that.
func rotation(issued TokenIssued) (past, RotateToken) {
	issued.Agency, issued.Member, issued.Token, issued.Hash = party, hoa.Member, "t1", digest
	return past{
		AgencyRegistered{Key: party, Name: Texts{"vi": "Ban"}},
		MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}},
		issued,
	}, RotateToken{Agency: party, Replaces: "t1", Token: "t2", Hash: digest}
}

func rotationStories() []story {
	held, c := rotation(TokenIssued{})
	limitedTo, _ := rotation(TokenIssued{Scopes: Scopes{ManageMembers, ReadApproved}})
	short, _ := rotation(TokenIssued{Expires: &later})
	gone, _ := rotation(TokenIssued{Expires: &noon})
	rotate := func(change func(*RotateToken)) attempt {
		c := c
		change(&c)
		return try(Agencies, c)
	}
	asIs := func(*RotateToken) {}
	overlap := func(d time.Duration) func(*RotateToken) { return func(c *RotateToken) { c.Overlap = d } }
	expires := func(at time.Time) func(*RotateToken) { return func(c *RotateToken) { c.Expires = &at } }
	rotated := TokenRotated{Agency: party, Member: hoa.Member, Token: "t2", Hash: digest, Replaces: "t1"}
	with := func(change func(*TokenRotated)) outcome {
		e := rotated
		change(&e)
		return happens(e)
	}
	hour := noon.Add(time.Hour)
	week := noon.Add(MaxOverlap)
	return []story{
		{"a token is replaced at once", held, an, rotate(asIs), happens(rotated)},
		{"or after a while", held, an, rotate(overlap(time.Hour)), with(func(e *TokenRotated) { e.ReplacedUntil = &hour })},
		{"of a week at most", held, an, rotate(overlap(MaxOverlap)), with(func(e *TokenRotated) { e.ReplacedUntil = &week })},
		{"not longer", held, an, rotate(overlap(MaxOverlap + 1)), refused(Invalid, "invalid_overlap", "overlapSeconds")},
		{"nor before", held, an, rotate(overlap(-1)), refused(Invalid, "invalid_overlap", "overlapSeconds")},
		{"not longer than it would have held", short, an, rotate(overlap(MaxOverlap)), with(func(e *TokenRotated) { e.ReplacedUntil, e.Expires = &later, &later })},
		{"the new one expires with the old one", short, an, rotate(asIs), with(func(e *TokenRotated) { e.Expires = &later })},
		{"or at another instant", short, an, rotate(expires(muchMore)), with(func(e *TokenRotated) { e.Expires = &muchMore })},
		{"that has not passed", held, an, rotate(expires(noon)), refused(Invalid, "in_the_past", "expires")},
		{"one that has expired is not made good again", gone, an, rotate(asIs), refused(Invalid, "in_the_past", "expires")},
		{"the new one is for the same", limitedTo, an, rotate(asIs), with(func(e *TokenRotated) { e.Scopes = Scopes{ManageMembers, ReadApproved} })},
		{"by a limited token none for more", limitedTo, limited(an, ManageMembers), rotate(asIs), refused(Forbidden, "exceeds_token", "scopes")},
		{"nor one that is not limited", held, limited(an, ManageMembers), rotate(asIs), refused(Forbidden, "exceeds_token", "scopes")},
		{"one for less is right", limitedTo, limited(an, ManageMembers, ReadApproved, ReadUsage), rotate(asIs), with(func(e *TokenRotated) { e.Scopes = Scopes{ManageMembers, ReadApproved} })},
		{"the old one is not replaced twice", held.and(TokenRotated{Agency: party, Member: hoa.Member, Token: "t3", Hash: digest, Replaces: "t1", ReplacedUntil: &later}), an, rotate(asIs), refused(Conflict, "token_replaced", "token")},
		{"nor when it is gone", held.and(TokenRotated{Agency: party, Member: hoa.Member, Token: "t3", Hash: digest, Replaces: "t1"}), an, rotate(asIs), refused(NotFound, "unknown_token", "token")},
		{"there is no such token", held, an, rotate(func(c *RotateToken) { c.Replaces = "t9" }), refused(NotFound, "unknown_token", "token")},
		{"there is no such agency", nil, an, rotate(asIs), refused(NotFound, "unknown_agency", "agency")},
		{"the new one has an id of its own", held, an, rotate(func(c *RotateToken) { c.Token = "t1" }), refused(Conflict, "token_taken", "token")},
		{"and a hash", held, an, rotate(func(c *RotateToken) { c.Hash = "" }), refused(Invalid, "invalid_token", "token")},
		{
			"one that was replaced can be ended before its time", held.and(TokenRotated{Agency: party, Member: hoa.Member, Token: "t3", Hash: digest, Replaces: "t1", ReplacedUntil: &later}), an,
			try(Agencies, RevokeToken{Agency: party, Token: "t1"}), happens(TokenRevoked{Agency: party, Token: "t1"}),
		},
	}
}

func ownTokenStories() []story {
	held, c := rotation(TokenIssued{Expires: &later})
	held = held.and(TokenIssued{Agency: party, Member: hoa.Member, Token: "other", Hash: digest})
	by := func(token string, a Actor) Actor {
		a.Token = token
		return a
	}
	rotate := func(expires *time.Time, token string) attempt {
		c := c
		c.Replaces, c.Expires = token, expires
		return try(Agencies, RotateOwnToken{c})
	}
	revoke := func(token string) attempt {
		return try(Agencies, RevokeOwnToken{RevokeToken{Agency: party, Token: token}})
	}
	rotated := TokenRotated{Agency: party, Member: hoa.Member, Token: "t2", Hash: digest, Replaces: "t1", Expires: &later}
	sooner := rotated
	hour := noon.Add(time.Hour)
	sooner.Expires = &hour
	return []story{
		{"a member replaces the token that they call with", held, by("t1", hoa), rotate(nil, "t1"), happens(rotated)},
		{"so that it expires sooner", held, by("t1", hoa), rotate(&hour, "t1"), happens(sooner)},
		{"not later", held, by("t1", hoa), rotate(&muchMore, "t1"), refused(Forbidden, "outlives_token", "expires")},
		{"not another one of theirs", held, by("t1", hoa), rotate(nil, "other"), refused(Forbidden, "not_own_token", "token")},
		{"not that of somebody else", held, by("t1", long), rotate(nil, "t1"), refused(Forbidden, "not_own_token", "token")},
		{"not without one", held, hoa, rotate(nil, "t1"), refused(Forbidden, "not_own_token", "token")},
		{"not when it is gone", held, by("t9", hoa), rotate(nil, "t9"), refused(NotFound, "unknown_token", "token")},
		{
			"nor once more when it was replaced", held.and(TokenRotated{Agency: party, Member: hoa.Member, Token: "t3", Hash: digest, Replaces: "t1", ReplacedUntil: &later}), by("t1", hoa), rotate(nil, "t1"),
			refused(Conflict, "token_replaced", "token"),
		},

		{"a member ends the token that they call with", held, by("t1", hoa), revoke("t1"), happens(TokenRevoked{Agency: party, Token: "t1"})},
		{"not another one of theirs", held, by("t1", hoa), revoke("other"), refused(Forbidden, "not_own_token", "token")},
		{"not that of somebody else", held, by("t1", long), revoke("t1"), refused(Forbidden, "not_own_token", "token")},
		{"there is no such agency", nil, by("t1", hoa), revoke("t1"), refused(NotFound, "unknown_agency", "agency")},
	}
}

func TestATokenThatIsReplacedHoldsUntilItsTime(t *testing.T) {
	held, _ := rotation(TokenIssued{Scopes: Scopes{ReadApproved}})
	hour := noon.Add(time.Hour)
	rotated := TokenRotated{Agency: party, Member: hoa.Member, Token: "t2", Hash: digest, Replaces: "t1", ReplacedUntil: &hour, Expires: &later, Scopes: Scopes{ReadApproved}}
	agency := Agencies.Fold(held.and(rotated)...)
	want := map[string]AgencyToken{
		"t1": {Member: hoa.Member, Expires: hour, Scopes: Scopes{ReadApproved}, Replaced: true},
		"t2": {Member: hoa.Member, Expires: later, Scopes: Scopes{ReadApproved}},
	}
	if !reflect.DeepEqual(agency.Tokens, want) {
		t.Errorf("got %+v, want %+v", agency.Tokens, want)
	}
}

func tokenUseStories() []story {
	use := func(day Date) attempt {
		return try(TokenUses, RecordTokenUse{Token: "t1", Agency: party, Day: day})
	}
	used := TokenUsed{Token: "t1", Agency: party, Day: "2027-07-01"}
	return []story{
		{"a token is used", nil, an, use("2027-07-01"), happens(used)},
		{"and again on the same day", past{used}, an, use("2027-07-01"), quiet()},
		{"a node tells late of the day before", past{used}, an, use("2027-06-30"), quiet()},
		{"on the next day", past{used}, an, use("2027-07-02"), happens(TokenUsed{Token: "t1", Agency: party, Day: "2027-07-02"})},
		{"not on a day that is none", nil, an, use("2027-02-30"), refused(Invalid, "invalid_date", "day")},
		{"a token has an id", nil, an, try(TokenUses, RecordTokenUse{Agency: party, Day: "2027-07-01"}), refused(Invalid, "invalid_token", "token")},
	}
}

func claimStories() []story {
	operator := Actor{Roles: Roles{RoleOperator}}
	added := past{AgencyRegistered{Key: party, Name: Texts{"vi": "Ban"}}, MemberAdded{Agency: party, Member: an.Member, Roles: Roles{RoleAdmin}}}
	claim := try(Registries, ClaimRegistry{Agency: party, Member: an.Member})
	claimed := RegistryClaimed{Agency: party, Member: an.Member}
	other := RegistryClaimed{Agency: foreign, Member: lan.Member}
	return []story{
		{"the first administrator comes in", added, operator, claim, happens(claimed)},
		{"and is the first one still", added.and(claimed), operator, claim, quiet()},
		{"nobody else is", added.and(other), operator, claim, refused(Conflict, "already_claimed", "")},
		{"also when that one has left", added.and(other, MemberRemoved{Agency: foreign, Member: lan.Member}), operator, claim, refused(Conflict, "already_claimed", "")},
		{"no member makes one", added, an, claim, refused(Forbidden, "not_the_operator", "")},
		{"only an administrator is one", added.and(MemberRolesChanged{Agency: party, Member: an.Member, Roles: Roles{RoleAuthor}}), operator, claim, refused(Conflict, "not_an_administrator", "member")},
		{"who is there", added.and(MemberRemoved{Agency: party, Member: an.Member}), operator, claim, refused(NotFound, "unknown_member", "member")},
		{"in an agency that is", nil, operator, claim, refused(NotFound, "unknown_agency", "agency")},
	}
}

func TestTheRegistryIsClaimedOnce(t *testing.T) {
	first := RegistryClaimed{Agency: party, Member: an.Member}
	got := Registries.Fold(first, RegistryClaimed{Agency: foreign, Member: lan.Member})
	if want := (Registry{Claimed: true, Agency: party, Member: an.Member}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	claim := ClaimRegistry{Agency: party, Member: an.Member}
	events, err := claim.Decide(Registry{}, Call{Actor: Actor{Roles: Roles{RoleOperator}}, At: noon, Facts: unreadable{}})
	if !errors.Is(err, errDisk) || AsError(err) != nil || len(events) != 0 {
		t.Errorf("got %v, %v; want the failure itself", events, err)
	}
}

func TestATokenKnowsWhenItExpires(t *testing.T) {
	agency := Agencies.Fold(
		AgencyRegistered{Key: party},
		TokenIssued{Agency: party, Member: hoa.Member, Token: "short", Hash: digest, Expires: &later},
		TokenIssued{Agency: party, Member: long.Member, Token: "for-ever", Hash: digest},
	)
	if got, want := agency.Tokens["short"], (AgencyToken{Member: hoa.Member, Expires: later}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := agency.Tokens["for-ever"], (AgencyToken{Member: long.Member}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
