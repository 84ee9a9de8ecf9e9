package domain

import (
	"flag"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"signet/internal/testneeds"
)

// given is a signature as it was given: by whom, for which agency, on what.
type given struct {
	member    uuid.UUID
	agency    string
	content   Content
	effective Effective
	round     int // the number of the submission
}

// life is what a witness has seen of one version.
type life struct {
	authors   []uuid.UUID
	content   Content
	terms     PolicyTerms
	effective Effective
	round     int
	fussy     int // the last submission at which all signatures fell
	given     []given
	recused   map[string]bool
	approved  bool
}

// witness follows one item by its events alone, with no help from Item, so that
// the rule of approval is told twice.
type witness struct {
	versions    map[int]*life
	delegations map[string]SigningDelegated // by agency and id
}

func newWitness() *witness {
	return &witness{map[int]*life{}, map[string]SigningDelegated{}}
}

func (w *witness) see(t *rapid.T, by Actor, event Event) {
	switch e := event.(type) {
	case VersionDrafted:
		w.versions[e.Version] = &life{authors: []uuid.UUID{e.Author}, content: e.Content, recused: map[string]bool{}}
	case VersionRevised:
		v := w.versions[e.Version]
		if v.approved {
			t.Fatalf("version %d was approved and then revised", e.Version)
		}
		v.authors, v.content = append(v.authors, e.Author), e.Content
	case VersionTranslated:
		v := w.versions[e.Version]
		v.authors, v.content = append(v.authors, e.Author), v.content.Translated(e.Locale, e.Texts)
	case VersionSubmitted:
		v := w.versions[e.Version]
		v.terms, v.effective, v.round = e.Policy, e.Effective, v.round+1
		if e.Policy.Survival == SurviveNone {
			v.fussy = v.round
		}
	case VersionReturned:
		v := w.versions[e.Version]
		v.given = slices.DeleteFunc(v.given, func(g given) bool { return g.agency == e.Agency })
	case SigningDelegated:
		w.delegations[e.Agency+e.Delegation.String()] = e
	case DelegationRevoked:
		delete(w.delegations, e.Agency+e.Delegation.String())
	case SignerRecused:
		w.versions[e.Version].recused[e.Member.String()] = true
	case VersionSigned:
		w.sign(t, by, e)
	case VersionApproved:
		w.approve(t, e)
	}
}

// sign holds a signature to four eyes, to one agency a person, to who may sign for
// an agency, and to the order of the policy.
func (w *witness) sign(t *rapid.T, by Actor, e VersionSigned) {
	v := w.versions[e.Version]
	switch {
	case slices.Contains(v.authors, e.Member):
		t.Fatalf("version %d was signed by its author %s", e.Version, e.Member)
	case slices.ContainsFunc(v.given, func(g given) bool { return g.member == e.Member && g.agency != e.Agency }):
		t.Fatalf("version %d was signed by %s for two agencies", e.Version, e.Member)
	case v.recused[e.Member.String()]:
		t.Fatalf("version %d was signed by %s, who had stepped back", e.Version, e.Member)
	case !slices.Contains(v.terms.Signers(), e.Agency):
		t.Fatalf("version %d was signed for %s, which is not asked", e.Version, e.Agency)
	}
	if e.Delegation == nil && (by.Agency != e.Agency || !by.Roles.Has(RoleReviewer)) {
		t.Fatalf("%+v signed for %s without a right", by, e.Agency)
	}
	if e.Delegation != nil {
		d, there := w.delegations[e.Agency+e.Delegation.String()]
		if !there || d.Agency != e.Agency || d.Member != e.Member || noon.Before(d.From) || !noon.Before(d.Until) {
			t.Fatalf("%s signed for %s by the delegation %+v", e.Member, e.Agency, d)
		}
	}
	if v.terms.LeadLast && slices.Contains(v.terms.Leads, e.Agency) && !v.coordinated() {
		t.Fatalf("version %d was signed by its lead before the others: %+v", e.Version, v.given)
	}
	v.given = append(v.given, given{e.Member, e.Agency, v.content, v.effective, v.round})
}

// covers tells whether all that a content says was said, word for word, by one
// that was signed; that may have had a translation more.
func covers(signed, now Content) bool {
	rest := signed
	rest.Units = slices.Clone(signed.Units)
	for i, u := range rest.Units {
		text := Texts{}
		for l := range now.Units[i].Text {
			text[l] = u.Text[l]
		}
		rest.Units[i].Text = text
	}
	return rest.Equal(now)
}

// stands tells whether an agency has signed the version as it is now.
func (v *life) stands(agency string) bool {
	return slices.ContainsFunc(v.given, func(g given) bool {
		return g.agency == agency && covers(g.content, v.content) && g.effective.equal(v.effective) && g.round >= v.fussy && !slices.Contains(v.authors, g.member)
	})
}

// coordinated tells whether all coordinating agencies have signed that must, and
// enough of the others.
func (v *life) coordinated() bool {
	for _, agency := range v.terms.Required {
		if !v.stands(agency) {
			return false
		}
	}
	others := 0
	for _, agency := range v.terms.Others {
		if v.stands(agency) {
			others++
		}
	}
	return others >= v.terms.Quorum
}

func (w *witness) approve(t *rapid.T, e VersionApproved) {
	v := w.versions[e.Version]
	if v.approved {
		t.Fatalf("version %d was approved twice", e.Version)
	}
	v.approved = true
	if len(v.terms.Leads) == 0 || !v.coordinated() {
		t.Fatalf("version %d was approved under %+v with %+v", e.Version, v.terms, v.given)
	}
	for _, agency := range v.terms.Leads {
		if !v.stands(agency) {
			t.Fatalf("version %d was approved without its lead %s: %+v", e.Version, agency, v.given)
		}
	}
	if (e.From == nil) == (e.Edition == 0) {
		t.Fatalf("version %d is in force from %v with edition %d", e.Version, e.From, e.Edition)
	}
}

// dice draws a number below n, each about as often; rapid's own ranges prefer
// small numbers, with which few versions come through their review.
func dice(t *rapid.T, n int) int {
	drawn := 0
	for range 7 {
		drawn *= 2
		if rapid.Bool().Draw(t, "bit") {
			drawn++
		}
	}
	return drawn % n
}

// drawContent draws one of a few contents, which differ in their source, in a
// translation, or in neither.
func drawContent(t *rapid.T) Content {
	c := sloganContent()
	c.Licence = []string{"", "", "x"}[dice(t, 3)]
	if dice(t, 2) == 0 {
		c.Units[1].Text["ja"] = "海がひらく"
	}
	if dice(t, 4) == 0 {
		c.Units[1].Text = Texts{"vi": "Cảng lớn"}
	}
	return c
}

func drawTerms(t *rapid.T) PolicyTerms {
	p := PolicyTerms{Leads: []string{party}, Required: [][]string{nil, {foreign}, {foreign, culture}}[dice(t, 3)], LeadLast: dice(t, 2) == 0}
	if dice(t, 2) == 0 {
		p.Required, p.Others, p.Quorum = [][]string{nil, {foreign}}[dice(t, 2)], []string{culture, press}, 1+dice(t, 2)
	}
	p.Survival = []Survival{"", "", SurviveNone}[dice(t, 3)]
	return p
}

// drawAttempt draws a command on one item, its policy, its editions and who signs.
func drawAttempt(t *rapid.T, last int) attempt {
	version := last
	if dice(t, 6) == 0 {
		version = 1 + dice(t, 3)
	}
	edition := 1 + dice(t, 2)
	switch n := dice(t, 40); n {
	case 0, 1:
		return try(Items, DraftVersion{Key: sloganKey, Content: drawContent(t)})
	case 2:
		return try(Items, ReviseDraft{Key: sloganKey, Version: version, Content: drawContent(t)})
	case 3, 4, 5, 6, 7:
		effective := []Effective{{}, {At: &later}, {Edition: edition}, {Edition: edition}}[dice(t, 4)]
		return try(Items, SubmitVersion{Key: sloganKey, Version: version, Effective: effective})
	case 8:
		return try(Items, ReturnVersion{Key: sloganKey, Version: version, Agency: drawAgency(t), Reason: "r"})
	case 9:
		return try(Items, WithdrawVersion{Key: sloganKey, Version: version, Reason: "r"})
	case 10:
		if dice(t, 3) > 0 {
			return try(Items, SignVersion{Key: sloganKey, Version: version})
		}
		return try(Policies, SetPolicy{Kind: Slogan, Reason: "r", Terms: drawTerms(t)})
	case 11:
		return try(Editions, OpenEdition{Number: edition + 1, Title: title, Due: "2027-07-31"})
	case 12, 13, 14:
		return try(Editions, IncludeInEdition{Number: edition, Item: sloganKey, Version: version})
	case 15:
		return try(Editions, IssueEdition{Number: edition, Decision: "d", Decided: "2027-07-01"})
	case 17:
		return try(Editions, ExcludeFromEdition{Number: edition, Item: sloganKey})
	case 16, 18:
		return try(Items, WithdrawSubmission{Key: sloganKey, Version: version, Reason: "r"})
	case 19:
		return try(Items, RecuseSigner{Key: sloganKey, Version: version, Whole: dice(t, 2) == 0, Reason: "r"})
	case 20:
		return try(Items, RescheduleVersion{Key: sloganKey, Version: version, Edition: edition, Reason: "r"})
	case 21, 22:
		return try(Items, TranslateVersion{
			Key: sloganKey, Version: version, Locale: []Locale{"ja", "en"}[dice(t, 2)], Texts: map[string]string{"slogan": []string{"海への玄関口", "海", ""}[dice(t, 3)]},
		})
	case 23:
		to := []Actor{yen, quan, tung, lan}[dice(t, 4)]
		return try(Agencies, DelegateSigning{
			Agency: drawAgency(t), Delegation: person(byte(100 + dice(t, 100))), Member: to.Member, MemberAgency: to.Agency, Reason: "r",
			From: []time.Time{noon, noon, later}[dice(t, 3)], Until: muchMore,
		})
	case 24:
		return try(Agencies, RevokeDelegation{Agency: drawAgency(t), Delegation: person(byte(100 + dice(t, 100)))})
	case 25, 26, 27:
		return try(Items, SignVersion{Key: sloganKey, Version: version, Agency: drawAgency(t)})
	default:
		return try(Items, SignVersion{Key: sloganKey, Version: version})
	}
}

// drawMissing draws what lets an approved version miss its edition, or wait for
// the next.
func drawMissing(t *rapid.T, version int) (Actor, attempt) {
	if dice(t, 2) == 0 {
		return an, try(Editions, IssueEdition{Number: 1, Decision: "d", Decided: "2027-07-01"})
	}
	return hoa, try(Items, RescheduleVersion{Key: sloganKey, Version: version, Edition: 2, Reason: "r"})
}

func drawAgency(t *rapid.T) string { return []string{"", party, foreign, culture, press}[dice(t, 5)] }

// drawActor draws somebody, most often one who may do the next step of the version.
func drawActor(t *rapid.T, last *Version) Actor {
	actors := []Actor{lan, minh, hoa, tung, khanh, long, binh, quan, sato, delegateOf(yen), delegateOf(lan)}
	if dice(t, 3) > 0 && last != nil {
		switch last.State {
		case Drafted, Returned:
			actors = []Actor{lan, minh}
		case Approved:
			actors = []Actor{an, an, hoa, lan}
		default:
			actors = []Actor{hoa, tung, binh, quan, delegateOf(yen)}
		}
	}
	return actors[dice(t, len(actors))]
}

// delegateOf is somebody as they come while a delegation to them lasts.
func delegateOf(a Actor) Actor {
	a.Roles = append(slices.Clone(a.Roles), RoleDelegate)
	return a
}

// other is an item that an edition can be issued with, so that the one that is
// looked at can miss it.
var other = past{
	EditionOpened{Number: 1, Title: title, Due: "2027-07-31"},
	EditionOpened{Number: 2, Title: title, Due: "2029-07-31"},
	ItemRegistered{Key: "khac", Kind: Slogan, Source: "vi", Agency: foreign},
	VersionDrafted{Key: "khac", Version: 1, Author: lan.Member, Agency: foreign, Content: sloganContent()},
	VersionSubmitted{Key: "khac", Version: 1, Policy: terms, Effective: Effective{Edition: 1}},
	VersionApproved{Key: "khac", Version: 1, Edition: 1},
	EditionIncluded{Number: 1, Item: "khac", Version: 1},
}

// approvalsVariable names the environment's variable that says how many short
// histories are played in which versions are signed: 1,000, and 10,000 in CI, if it is not said.
const approvalsVariable = "SIGNET_APPROVAL_HISTORIES"

func TestInForceOnlyWithTheSignaturesOfItsPolicy(t *testing.T) {
	testneeds.PlainInCI(t)
	short, r := testneeds.Count(t, approvalsVariable, 1000, 10_000), reached{}
	long := max(25, short/400)
	setChecks(t, short)
	rapid.Check(t, func(t *rapid.T) { r.play(t, 50) })
	setChecks(t, long)
	rapid.Check(t, func(t *rapid.T) { r.play(t, 800) })
	for range 5 { // what is rare may have been missed by chance
		if len(r.missing()) > 0 {
			rapid.Check(t, func(t *rapid.T) { r.play(t, 800) })
		}
	}
	if rest := r.missing(); len(rest) > 0 {
		t.Errorf("no history came to %v; the commands are drawn badly: %v", rest, r)
	}
	t.Logf("%d histories of 50 steps, %d of 800: %d signatures, %d approvals", short, long, r["version.signed.v1"], r["version.approved.v1"])
}

// setChecks has rapid play so many histories until the test ends.
func setChecks(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	before := f.Value.String()
	t.Cleanup(func() { _ = f.Value.Set(before) })
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
}

// reached counts what happened in histories.
type reached map[string]int

// missing are those of the things that must happen somewhere that have not.
func (r reached) missing() []string {
	return slices.DeleteFunc([]string{
		"version.approved.v1", "version.returned.v1", "version.withdrawn.v2", "signer.recused.v1", "submission.withdrawn.v1", "version.translated.v1",
		"version.rescheduled.v1", "edition.issued.v1", "kept", "delegated",
	}, func(name string) bool { return r[name] > 0 })
}

// play tries commands on one item, and has a witness look at what comes of them.
func (r reached) play(t *rapid.T, steps int) {
	w := newWitness()
	history := reviewCity.and(other...).and(
		MemberAdded{Agency: foreign, Member: lan.Member, Roles: Roles{RoleAuthor}}, PolicySet{Kind: Slogan, Terms: drawTerms(t), Reason: "r"},
	)
	for range steps {
		item := Items.Fold(history.of(ItemStream(sloganKey))...)
		last := len(item.Versions)
		by, next := drawActor(t, item.Version(last)), drawAttempt(t, last)
		if v := item.Version(last); v != nil && v.State == Approved && v.Effective.Edition == 1 && dice(t, 4) == 0 {
			by, next = drawMissing(t, last)
		}
		events, err := next.decide(history, Call{Actor: by, At: noon, Facts: history})
		if err != nil && AsError(err) == nil {
			t.Fatalf("refused by something else than a refusal: %v", err)
		}
		for _, e := range events {
			w.see(t, by, e)
			r.note(e)
			issuedHoldsOnlyApproved(t, history, e)
		}
		history = history.and(events...)
	}
}

func (r reached) note(e Event) {
	r[e.EventType()]++
	switch e := e.(type) {
	case VersionSubmitted:
		if len(e.Kept) > 0 {
			r["kept"]++
		}
	case VersionSigned:
		if e.Delegation != nil {
			r["delegated"]++
		}
	}
}

// issuedHoldsOnlyApproved: an edition never puts in force what was not approved
// for it, or was withdrawn since.
func issuedHoldsOnlyApproved(t *rapid.T, before past, event Event) {
	issued, ok := event.(EditionIssued)
	if !ok {
		return
	}
	for _, entry := range issued.Entries {
		last := Event(nil)
		for _, e := range before.of(ItemStream(entry.Item)) {
			if versionOf(e) == entry.Version {
				last = e
			}
		}
		if !waitsFor(last, issued.Number) {
			t.Fatalf("edition %d puts version %d in force after %T", issued.Number, entry.Version, last)
		}
	}
}

// waitsFor tells whether the last that happened to a version lets it wait for an
// edition.
func waitsFor(last Event, edition int) bool {
	switch e := last.(type) {
	case VersionApproved:
		return e.Edition == edition
	case VersionRescheduled:
		return e.Edition == edition
	}
	return false
}
