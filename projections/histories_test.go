package projections_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/commands"
)

// history plays random commands of all kinds on a registry. Most are what would
// come next in an item's life, so that lives are long; the others are whatever
// anybody may try, and are often refused.
type history struct {
	*registry

	rt *rapid.T
	// seen are the instants at which something happened or was to happen.
	seen []time.Time
	uses []uuid.UUID
}

func newHistory(rt *rapid.T, dir string) *history {
	h := &history{registry: emptyRegistry(rt, dir), rt: rt}
	h.found()
	for i, key := range itemKeys {
		h.register(key, domain.Kinds[i%len(domain.Kinds)], i%2 == 0)
	}
	h.openEdition(1, "2027-03-01")
	h.openEdition(2, "2029-03-01")
	return h
}

// two items of each kind.
var itemKeys = []string{"slogan", "logo", "messages", "template", "slogan-2", "logo-2", "messages-2", "template-2"}

// dice draws a number below n, each about as often; rapid's own ranges prefer
// small numbers.
func (h *history) dice(n int) int {
	drawn := 0
	for bits := n - 1; bits > 0; bits >>= 1 {
		drawn *= 2
		if rapid.Bool().Draw(h.rt, "bit") {
			drawn++
		}
	}
	return drawn % n
}

func choose[T any](h *history, from []T) T { return from[h.dice(len(from))] }

// pauses between two commands: often none at all, so that instants collide.
var pauses = []time.Duration{0, 0, time.Microsecond, time.Hour, 24 * time.Hour, 24 * time.Hour, 40 * 24 * time.Hour, 200 * 24 * time.Hour}

// step lets some time pass, and one command happen.
func (h *history) step() {
	h.wait(choose(h, pauses))
	h.seen = append(h.seen, h.now)
	if h.dice(8) == 0 {
		h.escalate()
	}
	key := choose(h, itemKeys)
	switch h.dice(16) {
	case 0, 1, 2, 3, 4, 5, 6:
		h.advance(key)
	case 7, 8:
		h.stray(key)
	case 9, 10, 11:
		h.edition(key)
	case 12, 13:
		h.people()
	case 14:
		h.audit(key)
	default:
		h.usage(key)
	}
}

// soon is an instant from now on, often one that matters already.
func (h *history) soon() time.Time {
	at := h.now.Add(choose(h, pauses))
	if other := h.seen[h.dice(len(h.seen))]; other.After(h.now) && h.dice(2) == 0 {
		at = other
	}
	h.seen = append(h.seen, at)
	return at
}

// advance does what comes next in an item's life.
func (h *history) advance(key string) {
	item := load(h, domain.Items, domain.ItemStream(key))
	n := len(item.Versions)
	if n == 0 {
		try(h.registry, domain.Items, domain.DraftVersion{Key: key, Content: h.content(item.Kind)}, lan)
		return
	}
	switch v := item.Versions[n-1]; v.State {
	case domain.Drafted, domain.Returned:
		if len(v.Stale) > 0 && h.dice(2) == 0 {
			h.translate(key, n, v.Content)
			return
		}
		effective := domain.Effective{}
		switch h.dice(3) {
		case 0:
			at := h.soon()
			effective.At = &at
		case 1:
			effective.Edition = 1 + h.dice(2)
		}
		if _, refused := try(h.registry, domain.Items, domain.SubmitVersion{Key: key, Version: n, Effective: effective}, lan); refused != nil {
			if refused.Reason == "stale_translation" {
				try(h.registry, domain.Items, domain.ReviseDraft{Key: key, Version: n, Content: h.content(item.Kind)}, lan)
			}
			try(h.registry, domain.Items, domain.SubmitVersion{Key: key, Version: n}, lan)
		}
	case domain.Submitted:
		if h.dice(4) == 0 {
			try(h.registry, domain.Items, domain.RecuseSigner{Key: key, Version: n, Whole: h.dice(2) == 0, Reason: "liên quan"}, choose(h, []domain.Actor{tung, binh}))
		}
		for _, by := range []domain.Actor{tung, binh, hoa} { // as a rule all in one step
			try(h.registry, domain.Items, domain.SignVersion{Key: key, Version: n}, by)
		}
	case domain.Approved:
		if v.Effective.Edition != 0 && h.dice(2) == 0 {
			try(h.registry, domain.Editions, domain.IncludeInEdition{Number: v.Effective.Edition, Item: key, Version: n}, an)
			return
		}
		if v.Effective.Edition != 0 && h.dice(2) == 0 {
			h.miss(key, n, v.Effective.Edition)
			return
		}
		fallthrough
	default:
		try(h.registry, domain.Items, domain.DraftVersion{Key: key, Content: h.content(item.Kind)}, lan)
	}
}

// miss lets an approved version miss its edition, and wait for another one.
func (h *history) miss(key string, version, edition int) {
	number := 1
	for ; load(h, domain.Editions, domain.EditionStream(number)).Exists; number++ {
	}
	try(h.registry, domain.Editions, domain.OpenEdition{Number: number, Title: domain.Texts{"vi": "Ấn bản"}, Due: domain.DateOf(h.now)}, an)
	try(h.registry, domain.Editions, domain.IssueEdition{Number: edition, Decision: "17/QĐ", Decided: domain.DateOf(h.now)}, an)
	try(h.registry, domain.Items, domain.RescheduleVersion{Key: key, Version: version, Edition: number, Reason: "muộn"}, hoa)
}

// stray does something else to an item, or tries to.
func (h *history) stray(key string) {
	item := load(h, domain.Items, domain.ItemStream(key))
	n := 1 + h.dice(max(1, len(item.Versions)))
	switch h.dice(9) {
	case 6, 7:
		h.discuss(key, len(item.Versions))
	case 8:
		h.translate(key, len(item.Versions), h.content(item.Kind))
	case 0:
		try(h.registry, domain.Items, domain.ChangeItemVisibility{Key: key, Public: h.dice(2) == 0}, lan)
	case 1:
		try(h.registry, domain.Items, domain.ReviseDraft{Key: key, Version: len(item.Versions), Content: h.content(item.Kind)}, choose(h, []domain.Actor{lan, minh}))
	case 2:
		try(h.registry, domain.Items, domain.ReturnVersion{Key: key, Version: len(item.Versions), Reason: "chưa rõ"}, hoa)
	case 3:
		try(h.registry, domain.Items, domain.SignVersion{Key: key, Version: n}, choose(h, cast))
	default:
		c := domain.WithdrawVersion{Key: key, Version: n, Reason: "sai"}
		if h.dice(2) == 0 {
			c.From = h.soon()
		}
		if h.dice(2) == 0 {
			c.Replacement = &domain.VersionRef{Item: key, Version: n + 1}
		}
		try(h.registry, domain.Items, c, hoa)
	}
}

// translate writes or takes out a text, or confirms one.
func (h *history) translate(key string, version int, from domain.Content) {
	u := choose(h, from.Units)
	l := choose(h, []domain.Locale{"en", "ja"})
	text := choose(h, append(phrases, "", u.Text[l], u.Text[l]))
	try(h.registry, domain.Items, domain.TranslateVersion{Key: key, Version: version, Locale: l, Texts: map[string]string{u.ID: text}}, choose(h, []domain.Actor{lan, sato}))
}

// discuss says something about a version, or does something else about its review.
func (h *history) discuss(key string, version int) {
	id := uuid.UUID{6: 0x70, 8: 0x80, 14: 2, 15: byte(h.dice(4))}
	by := choose(h, cast)
	switch h.dice(8) {
	case 0, 1:
		c := domain.CommentOnVersion{Key: key, Version: version, Comment: id, Text: choose(h, phrases)}
		if h.dice(2) == 0 {
			c.Unit, c.Locale, c.End = "name", "vi", 3
		}
		try(h.registry, domain.Items, c, by)
		if h.dice(2) == 0 {
			try(h.registry, domain.Items, domain.ResolveComment{Key: key, Version: version, Comment: id}, lan)
		}
	case 2:
		try(h.registry, domain.Items, domain.ResolveComment{Key: key, Version: version, Comment: id}, by)
	case 3:
		try(h.registry, domain.Items, domain.RecuseSigner{Key: key, Version: version, Whole: h.dice(2) == 0, Reason: "liên quan"}, by)
	case 4:
		try(h.registry, domain.Items, domain.WithdrawSubmission{Key: key, Version: version, Reason: "thiếu"}, lan)
	case 5:
		try(h.registry, domain.Items, domain.RescheduleVersion{Key: key, Version: version, Edition: 1 + h.dice(3), Reason: "muộn"}, hoa)
	default:
		h.escalate()
	}
}

// escalate tells of whatever is overdue, which is seldom anything.
func (h *history) escalate() {
	for _, key := range itemKeys {
		item := load(h, domain.Items, domain.ItemStream(key))
		try(h.registry, domain.Items, domain.EscalateReview{Key: key, Version: len(item.Versions)}, an)
	}
}

// hooks registers, changes or removes a webhook.
func (h *history) hooks() {
	id, agency := uuid.UUID{6: 0x70, 8: 0x80, 14: 3, 15: byte(h.dice(3))}, choose(h, []string{party, culture})
	try(h.registry, domain.Webhooks, domain.RegisterWebhook{Webhook: id, Agency: agency, URL: "https://a.vn/", Topics: domain.Topics[:1+h.dice(5)]}, an)
	switch h.dice(4) {
	case 0:
		try(h.registry, domain.Webhooks, domain.ChangeWebhook{Webhook: id, Agency: agency, URL: "https://b.vn/", Topics: domain.Topics[:1+h.dice(5)]}, an)
	case 1:
		try(h.registry, domain.Webhooks, domain.RotateWebhookSecret{Webhook: id, Agency: agency}, an)
	case 2:
		try(h.registry, domain.Webhooks, domain.RemoveWebhook{Webhook: id, Agency: agency}, an)
	}
}

// delegate lets somebody sign, or no longer.
func (h *history) delegate() {
	id, by := uuid.UUID{6: 0x70, 8: 0x80, 14: 4, 15: byte(h.dice(3))}, choose(h, []domain.Actor{hoa, tung})
	if h.dice(3) == 0 {
		try(h.registry, domain.Agencies, domain.RevokeDelegation{Agency: by.Agency, Delegation: id}, by)
		return
	}
	to := choose(h, []domain.Actor{nga, tung, person(10, by.Agency)})
	try(h.registry, domain.Agencies, domain.DelegateSigning{
		Agency: by.Agency, Delegation: id, Member: to.Member, MemberAgency: to.Agency, Until: h.soon().Add(time.Second), Reason: "đi công tác",
	}, by)
	if h.dice(3) == 0 {
		try(h.registry, domain.Agencies, domain.RevokeDelegation{Agency: by.Agency, Delegation: id}, by)
	}
}

func (h *history) basis() *domain.LegalBasis {
	if h.dice(2) == 0 {
		return nil
	}
	return &domain.LegalBasis{Decision: "3150/QĐ", Decided: domain.DateOf(h.now)}
}

// edition does something to an edition.
func (h *history) edition(key string) {
	number := 1 + h.dice(3)
	switch h.dice(8) {
	case 0, 1, 2:
		for n := 1; n <= number; n++ {
			try(h.registry, domain.Editions, domain.OpenEdition{Number: n, Title: domain.Texts{"vi": "Ấn bản"}, Due: domain.DateOf(h.now).AddMonths(h.dice(5)), Basis: h.basis()}, an)
		}
	case 3:
		try(h.registry, domain.Editions, domain.RetireInEdition{Number: number, Item: key}, an)
	case 4:
		try(h.registry, domain.Editions, domain.ExcludeFromEdition{Number: number, Item: key}, an)
	default:
		c := domain.IssueEdition{Number: number, Decision: "17/QĐ", Decided: domain.DateOf(h.now)}
		_, refused := try(h.registry, domain.Editions, c, an)
		if refused != nil && refused.Reason == "not_ready" { // what was withdrawn since is taken out
			for _, key := range itemKeys {
				try(h.registry, domain.Editions, domain.ExcludeFromEdition{Number: number, Item: key}, an)
			}
		}
	}
}

// people does something to agencies, members, tokens or policies.
func (h *history) people() {
	who := person(10, choose(h, []string{party, foreign, culture}))
	token := fmt.Sprintf("token%d", h.dice(2))
	roles := []domain.Role{choose(h, domain.MemberRoles), domain.RoleAgency}
	var locales []domain.Locale
	if roles[0] == domain.RoleTranslator {
		locales = []domain.Locale{"ja"}
	}
	switch h.dice(11) {
	case 10:
		h.erasure()
	case 8:
		h.hooks()
	case 9:
		h.delegate()
	case 0:
		try(h.registry, domain.Agencies, domain.RenameAgency{Key: who.Agency, Name: domain.Texts{"vi": choose(h, phrases)}}, an)
	case 1:
		try(h.registry, domain.Agencies, domain.ChangeMemberRoles{Agency: who.Agency, Member: who.Member, Roles: roles, Locales: locales}, an)
	case 2:
		try(h.registry, domain.Agencies, domain.RemoveMember{Agency: who.Agency, Member: who.Member}, an)
	case 3:
		h.tokens(who.Agency, token)
	case 4:
		try(h.registry, domain.Agencies, domain.RegisterAgency{Key: fmt.Sprintf("agency-%d", h.dice(4)), Name: domain.Texts{"vi": "Sở"}}, an)
	case 5:
		terms := domain.PolicyTerms{Leads: []string{party}, Required: choose(h, [][]string{nil, {culture}}), LeadLast: h.dice(2) == 0, LeadDays: h.dice(3), RevisionDays: h.dice(2)}
		if terms.Required == nil && h.dice(2) == 0 {
			terms.Others, terms.Quorum, terms.CoordinatingDays = []string{culture, foreign}, 1, h.dice(3)
		}
		if h.dice(3) == 0 {
			terms.Survival = domain.SurviveNone
		}
		try(h.registry, domain.Policies, domain.SetPolicy{Kind: choose(h, domain.Kinds), Terms: terms, Reason: "đổi"}, an)
	default:
		try(h.registry, domain.Agencies, domain.AddMember{Agency: who.Agency, Member: who.Member, Roles: roles, Locales: locales}, an)
		c := domain.IssueToken{Agency: who.Agency, Member: who.Member, Token: token, Hash: strings.Repeat("ab", 32)}
		if h.dice(2) == 0 {
			at := h.soon().Add(time.Second)
			c.Expires = &at
		}
		if h.dice(2) == 0 {
			c.Scopes = []domain.Permission{domain.ReadApproved}
		}
		try(h.registry, domain.Agencies, c, an)
		h.tokens(who.Agency, token)
	}
}

// tokens uses, replaces or revokes a token, or claims the registry.
func (h *history) tokens(agency, token string) {
	switch h.dice(5) {
	case 0:
		try(h.registry, domain.Agencies, domain.RevokeToken{Agency: agency, Token: token}, an)
	case 1:
		try(h.registry, domain.Registries, domain.ClaimRegistry{Agency: an.Agency, Member: an.Member}, operator)
	case 2, 3:
		try(h.registry, domain.Agencies, domain.RotateToken{
			Agency: agency, Replaces: token, Token: choose(h, []string{"token0", "token1", "token2"}), Hash: strings.Repeat("cd", 32), Overlap: choose(h, []time.Duration{0, time.Hour}),
		}, an)
	default:
		try(h.registry, domain.TokenUses, domain.RecordTokenUse{Token: token, Agency: agency, Day: domain.DateOf(choose(h, h.seen))}, operator)
	}
}

// erasure asks for the erasure of a person, and confirms or cancels it.
func (h *history) erasure() {
	who := person(10+byte(h.dice(3)), party).Member
	try(h.registry, domain.Persons, domain.RequestErasure{Person: who, Basis: choose(h, domain.ErasureBases)}, choose(h, []domain.Actor{an, operator}))
	switch by := choose(h, []domain.Actor{an, operator}); h.dice(3) {
	case 0:
		try(h.registry, domain.Persons, domain.CancelErasure{Person: who}, by)
	case 1:
		try(h.registry, domain.Persons, domain.ConfirmErasure{Person: who}, by)
	}
}

// usage downloads, declares a use or ends one.
func (h *history) usage(key string) {
	item := load(h, domain.Items, domain.ItemStream(key))
	n := 1 + h.dice(max(1, len(item.Versions)))
	by := choose(h, []domain.Actor{nga, lan, an})
	switch h.dice(4) {
	case 0, 1:
		try(h.registry, domain.DownloadLog, domain.RecordDownload{
			Agency: by.Agency, Month: h.now, Item: key, Version: n, Digest: strings.Repeat("cd", 32), Channel: choose(h, []string{"", "web"}),
		}, by)
	case 2:
		if h.dice(2) == 0 {
			h.count(by.Agency, key, n)
			return
		}
		id := uuid.UUID{6: 0x70, 8: 0x80, 14: 1, 15: byte(len(h.uses))}
		h.uses = append(h.uses, id)
		try(h.registry, domain.Uses, domain.DeclareUse{Use: id, Agency: by.Agency, Item: key, Version: n, Channel: "web", Place: "cổng"}, by)
	default:
		if len(h.uses) > 0 {
			try(h.registry, domain.Uses, domain.EndUse{Use: choose(h, h.uses), Agency: by.Agency}, by)
		}
	}
}

// count takes in what a log of some days tells, often of days on which something
// came in force or ended.
func (h *history) count(agency, key string, version int) {
	day := domain.DateOf(choose(h, append([]time.Time{h.now, h.now.Add(-24 * time.Hour)}, h.seen...)))
	c := domain.ImportUsage{Agency: agency, Channel: choose(h, []string{"web", "portal"}), Import: strings.Repeat(choose(h, []string{"1a", "2b", "3c"}), 32)}
	for range 1 + h.dice(3) {
		c.Counts = append(c.Counts, domain.Count{Item: key, Version: version, Day: day, Requests: 1 + h.dice(9), Robots: h.dice(3)})
		day = max(day[:8]+"01", day.AddDays(-1))
	}
	try(h.registry, domain.DownloadLog, c, an)
}

var phrases = []string{
	"Hải Phòng – cửa ngõ ra biển", "Hai Phong, gateway to the sea", "海への玄関口、がんばる", "海防港口", "하이퐁 항구", "đảo ngọc",
}

var targets = []string{"", "cang-bien", "du-lich"}

// content is what a version of an item of the kind may say.
func (h *history) content(kind domain.Kind) domain.Content {
	text := domain.Texts{"vi": choose(h, phrases)}
	for _, l := range []domain.Locale{"en", "ja"} {
		if h.dice(2) == 0 {
			text[l] = choose(h, phrases)
		}
	}
	name := unit("name", domain.UnitName, domain.Texts{"vi": "Tên " + choose(h, phrases)})
	switch kind {
	case domain.Logo:
		return logo(strings.Repeat(choose(h, []string{"a", "b", "c"}), 64))
	case domain.MessageSet:
		return domain.Content{Units: []domain.Unit{
			name, message("m1", choose(h, targets), choose(h, targets), text),
			message("m2", choose(h, targets), choose(h, targets), domain.Texts{"vi": "Cảng", "ko": "항구"}),
		}}
	case domain.Template:
		return domain.Content{Units: []domain.Unit{name, unit("body", domain.UnitBody, text)}}
	default:
		return domain.Content{Units: []domain.Unit{name, unit("slogan", domain.UnitSlogan, text)}}
	}
}

func load[S any](h *history, d domain.Decider[S], stream string) S {
	s, _, err := commands.Load(context.Background(), h.log, d, stream)
	if err != nil {
		h.rt.Fatalf("load %s: %v", stream, err)
	}
	return s
}

// instants are all that matter in a history, and those just before and after,
// sorted.
func (h *history) instants() []time.Time {
	var out []time.Time
	for _, at := range h.seen {
		at = at.Truncate(time.Microsecond)
		out = append(out, at.Add(-time.Microsecond), at, at.Add(time.Microsecond))
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}
