package kit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/assets"
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
	n := h.between(1, 2)
	return domain.Actor{Member: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d", agency, n)), Agency: agency, Roles: roles}
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

func (h *historian) texts() domain.Texts {
	out := domain.Texts{}
	for _, l := range []domain.Locale{"vi", "en", "ja", "zh-TW"} {
		if len(out) < 2 || h.chance(40) {
			out[l] = pick(h, "Hải Phòng", "yes", "a: b # c", "two\nlines", "港口 ", "🌺 hoa", "12", "«Biển lớn»")
		}
	}
	return out
}

// begin makes agencies, policies and two editions.
func (h *historian) begin() {
	h.agencies = []string{"a", "b", "c-d"}
	for _, key := range h.agencies {
		try(h, domain.Agencies, h.operator(), domain.RegisterAgency{Key: key, Name: h.texts()})
	}
	for _, kind := range domain.Kinds {
		h.policy(kind)
	}
	for n := range 2 {
		try(h, domain.Editions, h.member("a", domain.RoleAdmin), domain.OpenEdition{Number: n + 1, Title: h.texts(), Due: "2026-12-01"})
	}
}

func (h *historian) policy(kind domain.Kind) {
	subset := func() []string {
		return slices.DeleteFunc(slices.Clone(h.agencies), func(string) bool { return h.chance(60) })
	}
	try(h, domain.Policies, h.member("a", domain.RoleAdmin), domain.SetPolicy{
		Kind: kind, Terms: domain.PolicyTerms{Leads: append(subset(), "a"), Required: subset()}, Reason: "Đề án: hàng 3",
	})
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

// content draws what a version of the kind says.
func (h *historian) content(kind domain.Kind) domain.Content {
	unit := func(id string, role domain.UnitRole) domain.Unit {
		return domain.Unit{ID: id, Role: role, Text: h.texts()}
	}
	c := domain.Content{Units: []domain.Unit{unit("name", domain.UnitName)}, Licence: pick(h, "", "Mẫu đề xuất", "a\nb")}
	switch kind {
	case domain.Slogan:
		c.Units = append(c.Units, unit("slogan", domain.UnitSlogan))
	case domain.MessageSet:
		m := unit("m", domain.UnitMessage)
		m.Pillar, m.Audience = pick(h, "", "ports"), pick(h, "", "press")
		c.Units = append(c.Units, m, unit("core", domain.UnitCore))
	case domain.Template:
		body := unit("body", domain.UnitBody)
		for l, s := range body.Text {
			body.Text[l] = s + " {{first}}, {{second}}"
		}
		c.Units = append(c.Units, body)
		if h.chance(50) {
			c.Placeholders = []domain.Placeholder{{Name: "second", Note: h.texts(), Example: "2"}}
		}
	case domain.Logo:
		c.Colours = []domain.Colour{{Name: domain.Texts{}, Hex: "#C8102E"}, {Name: h.texts(), Hex: "#FFFFFF"}}
		for _, name := range []string{"hải-phòng.svg", "Một màu (2).svg"}[:h.between(1, 2)] {
			picture := `<svg xmlns="http://www.w3.org/2000/svg" width="` + pick(h, "1", "2", "3") + `" height="1"/>`
			info, err := assets.Receive(context.Background(), h.store, strings.NewReader(picture), 1000)
			if err != nil {
				h.Fatal(err)
			}
			f := domain.File{
				Colour: domain.FullColour, Layout: domain.Mark, Name: name,
				Digest: string(info.Ref), MediaType: string(info.Media), Size: info.Size, Width: info.Width, Height: info.Height,
			}
			if len(c.Files) > 0 {
				f.Colour = domain.OneColour
			}
			c.Files = append(c.Files, f)
		}
	}
	return c
}

// version does something to the last version of an item, or begins one.
func (h *historian) version() {
	key := pick(h, h.keys...)
	item, _, err := commands.Load(context.Background(), h.log, domain.Items, domain.ItemStream(key))
	if err != nil {
		h.Fatal(err)
	}
	author := func(agency string) domain.Actor { return h.member(agency, domain.RoleAuthor) }
	n := len(item.Versions)
	if n == 0 || item.Versions[n-1].State == domain.Approved && h.chance(60) || item.Versions[n-1].State == domain.Withdrawn {
		try(h, domain.Items, author(pick(h, h.agencies...)), domain.DraftVersion{Key: key, Content: h.content(item.Kind)})
		return
	}
	v := item.Versions[n-1]
	switch v.State {
	case domain.Drafted, domain.Returned:
		if h.chance(30) {
			try(h, domain.Items, author(v.Agency), domain.ReviseDraft{Key: key, Version: n, Content: h.content(item.Kind)})
			return
		}
		try(h, domain.Items, author(v.Agency), domain.SubmitVersion{Key: key, Version: n, Effective: h.effective()})
	case domain.Submitted:
		reviewer := h.member(pick(h, v.Missing()...), domain.RoleReviewer)
		if h.chance(15) {
			try(h, domain.Items, reviewer, domain.ReturnVersion{Key: key, Version: n, Reason: "chưa đúng"})
			return
		}
		try(h, domain.Items, reviewer, domain.SignVersion{Key: key, Version: n})
	case domain.Approved, domain.Withdrawn:
		h.approved(key, n, v)
	}
}

func (h *historian) effective() domain.Effective {
	switch {
	case h.chance(40):
		return domain.Effective{Edition: h.between(1, 3)}
	case h.chance(30):
		at := h.now.Add(40 * time.Hour)
		return domain.Effective{At: &at}
	}
	return domain.Effective{}
}

// approved takes a version into its edition, or withdraws an earlier one.
func (h *historian) approved(key string, n int, v domain.Version) {
	if v.Effective.Edition != 0 && h.chance(70) {
		try(h, domain.Editions, h.member(pick(h, h.agencies...), domain.RoleAdmin),
			domain.IncludeInEdition{Number: v.Effective.Edition, Item: key, Version: n})
		return
	}
	role := domain.RoleReviewer
	if h.chance(30) {
		role = domain.RoleAdmin
	}
	c := domain.WithdrawVersion{Key: key, Version: h.between(1, n), Reason: "đã cũ"}
	if h.chance(50) {
		c.From = h.now.Add(time.Duration(h.between(31, 90)) * time.Hour)
	}
	try(h, domain.Items, h.member(pick(h, h.agencies...), role), c)
}

// edition does something to one of three editions.
func (h *historian) edition() {
	number := h.between(1, 3)
	admin := h.member(pick(h, h.agencies...), domain.RoleAdmin)
	key := pick(h, h.keys...)
	switch {
	case h.chance(30):
		by := admin
		if h.chance(20) {
			by = h.operator()
		}
		try(h, domain.Editions, by, domain.OpenEdition{Number: number, Title: h.texts(), Due: "2028-02-29"})
	case h.chance(20):
		try(h, domain.Editions, admin, domain.RetireInEdition{Number: number, Item: key})
	case h.chance(10):
		try(h, domain.Editions, admin, domain.ExcludeFromEdition{Number: number, Item: key})
	default:
		try(h, domain.Editions, admin, domain.IssueEdition{Number: number, Decision: "số: 1/QĐ", Decided: "2025-12-31"})
	}
}

// history writes a random history of so many steps into a fresh registry.
func history(t failer, seed uint64, steps int) *registry {
	h := &historian{failer: t, registry: newRegistry(t), rng: rand.New(rand.NewPCG(seed, 1)), now: epoch}
	h.begin()
	h.register()
	for range steps {
		switch roll := h.rng.IntN(100); {
		case roll < 3:
			h.register()
		case roll < 6:
			h.policy(pick(h, domain.Kinds...))
		case roll < 8:
			try(h, domain.Items, h.member("a", domain.RoleAuthor), domain.ChangeItemVisibility{Key: pick(h, h.keys...), Public: h.chance(50)})
		case roll < 10:
			try(h, domain.Agencies, h.operator(), domain.RenameAgency{Key: pick(h, h.agencies...), Name: h.texts()})
		case roll < 16:
			h.edition()
		default:
			h.version()
		}
	}
	return h.registry
}
