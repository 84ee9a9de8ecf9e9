package kit_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
)

// historian lets random members of random agencies do random things, at times
// that only go forward. What the rules refuse has not happened.
type historian struct {
	failer
	*registry

	rng      *rand.Rand
	now      time.Time
	agencies []string
	keys     []string
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func pick[T any](h *historian, from ...T) T { return from[h.rng.IntN(len(from))] }

// between is a number from low to high, both included.
func (h *historian) between(low, high int) int { return low + h.rng.IntN(high-low+1) }

func (h *historian) chance(percent int) bool { return h.rng.IntN(100) < percent }

// member is the first or second member of an agency.
func (h *historian) member(agency string, roles ...domain.Role) domain.Actor {
	return domain.Actor{Member: memberOf(agency, h.between(1, 2)), Agency: agency, Roles: roles}
}

func memberOf(agency string, n int) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d", agency, n))
}

func (h *historian) operator() domain.Actor {
	return domain.Actor{Member: uuid.Max, Roles: domain.Roles{domain.RoleOperator}}
}

func try[S any](h *historian, d domain.Decider[S], by domain.Actor, c domain.Command[S]) {
	h.Helper()
	h.now = h.now.Add(pick(h, time.Microsecond, time.Second, time.Hour, 30*time.Hour))
	runner := &commands.Runner{Log: h.log, Clock: func() time.Time { return h.now }}
	if _, err := commands.Run(context.Background(), runner, d, c, commands.Request{Actor: by}); err != nil && domain.AsError(err) == nil {
		h.Fatal(err)
	}
}

// begin makes agencies with two members each, policies and two editions.
func (h *historian) begin() {
	h.agencies = []string{"a", "b", "c-d", "e", "f"}
	for _, key := range h.agencies {
		try(h, domain.Agencies, h.operator(), domain.RegisterAgency{Key: key, Name: h.texts("")})
		for n := range 2 {
			try(h, domain.Agencies, h.operator(), domain.AddMember{Agency: key, Member: memberOf(key, n+1), Roles: domain.Roles{domain.RoleReviewer}})
		}
	}
	for _, kind := range domain.Kinds {
		h.policy(kind)
	}
	for n := range 2 {
		h.open(n+1, h.member("a", domain.RoleAdmin))
	}
}

// policy draws who signs: an agency leads, must sign, is one of some that sign, or
// is not asked.
func (h *historian) policy(kind domain.Kind) {
	terms := domain.PolicyTerms{
		Leads: []string{"a"}, LeadLast: h.chance(60), Survival: pick(h, "", "", "", domain.SurviveTranslations, domain.SurviveNone),
		CoordinatingDays: pick(h, 0, 3), LeadDays: pick(h, 0, 5), RevisionDays: pick(h, 0, 7),
	}
	for _, key := range h.agencies[1:] {
		switch roll := h.rng.IntN(100); {
		case roll < 15:
			terms.Leads = append(terms.Leads, key)
		case roll < 35:
			terms.Required = append(terms.Required, key)
		case roll < 75:
			terms.Others = append(terms.Others, key)
		}
	}
	if n := len(terms.Others); n > 0 {
		terms.Quorum = h.between(1, n)
	}
	try(h, domain.Policies, h.member("a", domain.RoleAdmin), domain.SetPolicy{Kind: kind, Terms: terms, Reason: "Đề án: hàng 3"})
}

func (h *historian) register() {
	key := fmt.Sprintf("item-%d", len(h.keys))
	by := h.member(pick(h, h.agencies...), domain.RoleAuthor)
	if h.chance(10) {
		by = h.operator()
	}
	c := domain.RegisterItem{Key: key, Kind: pick(h, domain.Kinds...), Public: h.chance(50)}
	if h.chance(20) {
		c.Source = "en"
	}
	h.keys = append(h.keys, key)
	try(h, domain.Items, by, c)
}

func (h *historian) open(number int, by domain.Actor) {
	c := domain.OpenEdition{Number: number, Title: h.texts(""), Due: pick[domain.Date](h, "2026-12-01", "2028-02-29")}
	if h.chance(50) {
		c.Basis = &domain.LegalBasis{Decision: pick(h, "số: 1/QĐ", "MẪU-02"), Decided: "2025-12-31"}
	}
	try(h, domain.Editions, by, c)
}

// edition does something to one of the editions.
func (h *historian) edition() {
	number := h.between(1, maxEdition)
	admin := h.member(pick(h, h.agencies...), domain.RoleAdmin)
	key := pick(h, h.keys...)
	switch {
	case h.chance(15):
		by := admin
		if h.chance(20) {
			by = h.operator()
		}
		h.open(number, by)
	case h.chance(12):
		try(h, domain.Editions, admin, domain.RetireInEdition{Number: number, Item: key})
	case h.chance(10):
		try(h, domain.Editions, admin, domain.ExcludeFromEdition{Number: number, Item: key})
	default:
		for n := range maxEdition {
			if e := load(h, h.registry, domain.Editions, domain.EditionStream(n+1)); len(e.Entries) > 0 && !e.Issued {
				number = n + 1
				break
			}
		}
		try(h, domain.Editions, admin, domain.IssueEdition{Number: number, Decision: "số: 1/QĐ", Decided: "2025-12-31"})
		for _, key := range h.keys {
			h.settle(key)
		}
	}
}

// maxEdition is the last edition of a random history.
const maxEdition = 4

// history writes a random history of so many steps into a fresh registry.
func history(t failer, seed uint64, steps int) *registry {
	h := &historian{failer: t, registry: newRegistry(t), rng: rand.New(rand.NewPCG(seed, 1)), now: epoch}
	h.begin()
	for range 3 {
		h.register()
	}
	for range steps {
		switch roll := h.rng.IntN(100); {
		case roll < 2:
			h.register()
		case roll < 5:
			h.policy(pick(h, domain.Kinds...))
		case roll < 6:
			try(h, domain.Items, h.member("a", domain.RoleAuthor), domain.ChangeItemVisibility{Key: pick(h, h.keys...), Public: h.chance(50)})
		case roll < 7:
			try(h, domain.Agencies, h.operator(), domain.RenameAgency{Key: pick(h, h.agencies...), Name: h.texts("")})
		case roll < 8:
			h.delegate()
		case roll < 14:
			h.edition()
		case roll < 20:
			h.settle(pick(h, h.keys...))
		default:
			h.version(pick(h, h.keys[max(0, len(h.keys)-4):]...))
		}
	}
	return h.registry
}

// delegate lets somebody of another agency sign for one.
func (h *historian) delegate() {
	from, to := pick(h, h.agencies...), pick(h, h.agencies...)
	try(h, domain.Agencies, h.member(from, domain.RoleReviewer), domain.DelegateSigning{
		Agency: from, Delegation: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%d", h.rng.Uint64())),
		Member: memberOf(to, h.between(1, 2)), MemberAgency: to, Until: h.now.AddDate(0, 6, 0), Reason: "nghỉ phép",
	})
}

// delegateOf is somebody to whom an agency has delegated its signature.
func (h *historian) delegateOf(key string) (domain.Actor, bool) {
	h.Helper()
	all := load(h, h.registry, domain.Agencies, domain.AgencyStream(key)).Delegations
	if len(all) == 0 {
		return domain.Actor{}, false
	}
	ids := slices.SortedFunc(maps.Keys(all), func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	d := all[pick(h, ids...)]
	return domain.Actor{Member: d.Member, Agency: d.MemberAgency, Roles: domain.Roles{domain.RoleDelegate}}, true
}

// locales are those of a text, in an order that is always the same.
func locales(t domain.Texts) []domain.Locale { return slices.Clone(t.Locales()) }
