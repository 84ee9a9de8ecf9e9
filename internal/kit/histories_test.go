package kit_test

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

// historian lets random members of random agencies do random things, at times
// that only go forward. What the rules refuse has not happened.
type historian struct {
	*rapid.T
	*registry

	now      time.Time
	agencies []string
	keys     []string
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (h *historian) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(h.T, label)
}

func (h *historian) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(h.T, "chance") < percent
}

// member is the first or second member of an agency.
func (h *historian) member(agency string, roles ...domain.Role) domain.Actor {
	n := rapid.IntRange(1, 2).Draw(h.T, "member")
	return domain.Actor{Member: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d", agency, n)), Agency: agency, Roles: roles}
}

func (h *historian) operator() domain.Actor {
	return domain.Actor{Member: uuid.Max, Roles: domain.Roles{domain.RoleOperator}}
}

func try[S any](h *historian, d domain.Decider[S], by domain.Actor, c domain.Command[S]) {
	h.Helper()
	tick := rapid.SampledFrom([]time.Duration{time.Microsecond, time.Second, time.Hour, 30 * time.Hour}).Draw(h.T, "tick")
	h.now = h.now.Add(tick)
	runner := &commands.Runner{Log: h.log, Clock: func() time.Time { return h.now }}
	if _, err := commands.Run(context.Background(), runner, d, c, commands.Request{Actor: by}); err != nil && domain.AsError(err) == nil {
		h.Fatal(err)
	}
}

func (h *historian) texts() domain.Texts {
	out := domain.Texts{}
	for _, l := range []domain.Locale{"vi", "en", "ja", "zh-TW"} {
		if len(out) < 2 || h.chance(40) {
			out[l] = h.pick("text", "Hải Phòng", "yes", "a: b # c", "two\nlines", "港口 ", "🌺 hoa", "12", "«Biển lớn»")
		}
	}
	return out
}

// begin makes agencies, policies and an edition.
func (h *historian) begin() {
	h.agencies = []string{"a", "b", "c-d"}
	for _, key := range h.agencies {
		try(h, domain.Agencies, h.operator(), domain.RegisterAgency{Key: key, Name: h.texts()})
	}
	for range rapid.IntRange(2, 6).Draw(h.T, "policies") {
		h.policy()
	}
	try(h, domain.Editions, h.member("a", domain.RoleAdmin), domain.OpenEdition{Number: 1, Title: h.texts(), Due: "2026-12-01"})
}

func (h *historian) policy() {
	subset := func(label string) []string {
		return slices.DeleteFunc(slices.Clone(h.agencies), func(string) bool { return h.chance(50) })
	}
	kind := rapid.SampledFrom(domain.Kinds).Draw(h.T, "kind")
	try(h, domain.Policies, h.member("a", domain.RoleAdmin), domain.SetPolicy{
		Kind: kind, Terms: domain.PolicyTerms{Leads: subset("leads"), Required: subset("required")}, Reason: "Đề án: hàng 3",
	})
}

func (h *historian) register() {
	key := fmt.Sprintf("item-%d", len(h.keys))
	by := h.member(h.pick("agency", h.agencies...), domain.RoleAuthor)
	if h.chance(10) {
		by = h.operator()
	}
	c := domain.RegisterItem{Key: key, Kind: rapid.SampledFrom(domain.Kinds).Draw(h.T, "kind"), Public: h.chance(50)}
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
	c := domain.Content{Units: []domain.Unit{unit("name", domain.UnitName)}, Licence: h.pick("licence", "", "Mẫu đề xuất", "a\nb")}
	switch kind {
	case domain.Slogan:
		c.Units = append(c.Units, unit("slogan", domain.UnitSlogan))
	case domain.MessageSet:
		m := unit("m", domain.UnitMessage)
		m.Pillar, m.Audience = h.pick("pillar", "", "ports"), h.pick("audience", "", "press")
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
		for _, name := range []string{"hải-phòng.svg", "Một màu (2).svg"}[:rapid.IntRange(1, 2).Draw(h.T, "files")] {
			f, err := h.files.Receive(context.Background(), strings.NewReader("<svg>"+h.pick("bytes", "1", "2", "3")+"</svg>"), 100)
			if err != nil {
				h.Fatal(err)
			}
			f.Colour, f.Layout, f.Name = domain.FullColour, domain.Mark, name
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
	key := h.pick("item", h.keys...)
	item, _, err := commands.Load(context.Background(), h.log, domain.Items, domain.ItemStream(key))
	if err != nil {
		h.Fatal(err)
	}
	author := func(agency string) domain.Actor { return h.member(agency, domain.RoleAuthor) }
	n := len(item.Versions)
	if n == 0 || item.Versions[n-1].State == domain.Approved && h.chance(60) || item.Versions[n-1].State == domain.Withdrawn {
		try(h, domain.Items, author(h.pick("agency", h.agencies...)), domain.DraftVersion{Key: key, Content: h.content(item.Kind)})
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
		reviewer := h.member(h.pick("signer", v.Missing()...), domain.RoleReviewer)
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
		return domain.Effective{Edition: rapid.IntRange(1, 3).Draw(h.T, "edition")}
	case h.chance(30):
		at := h.now.Add(40 * time.Hour)
		return domain.Effective{At: &at}
	}
	return domain.Effective{}
}

// approved takes a version into its edition, or withdraws an earlier one.
func (h *historian) approved(key string, n int, v domain.Version) {
	if v.Effective.Edition != 0 && h.chance(70) {
		try(h, domain.Editions, h.member(h.pick("agency", h.agencies...), domain.RoleAdmin),
			domain.IncludeInEdition{Number: v.Effective.Edition, Item: key, Version: n})
		return
	}
	role := domain.RoleReviewer
	if h.chance(30) {
		role = domain.RoleAdmin
	}
	c := domain.WithdrawVersion{Key: key, Version: rapid.IntRange(1, n).Draw(h.T, "withdrawn"), Reason: "đã cũ"}
	if h.chance(50) {
		c.From = h.now.Add(time.Duration(rapid.IntRange(31, 90).Draw(h.T, "hours")) * time.Hour)
	}
	try(h, domain.Items, h.member(h.pick("agency", h.agencies...), role), c)
}

// edition does something to one of three editions.
func (h *historian) edition() {
	number := rapid.IntRange(1, 3).Draw(h.T, "edition")
	admin := h.member(h.pick("agency", h.agencies...), domain.RoleAdmin)
	key := h.pick("item", h.keys...)
	switch {
	case h.chance(30):
		by := admin
		if h.chance(20) {
			by = h.operator()
		}
		try(h, domain.Editions, by, domain.OpenEdition{Number: number, Title: h.texts(), Due: "2028-02-29"})
	case h.chance(30):
		try(h, domain.Editions, admin, domain.RetireInEdition{Number: number, Item: key})
	case h.chance(20):
		try(h, domain.Editions, admin, domain.ExcludeFromEdition{Number: number, Item: key})
	case h.chance(50):
		try(h, domain.Editions, admin, domain.IssueEdition{Number: number, Decision: "số: 1/QĐ", Decided: "2025-12-31"})
	}
}

// history writes a random history into a fresh registry.
func history(t *rapid.T) *registry {
	h := &historian{T: t, registry: newRegistry(), now: epoch}
	h.begin()
	h.register()
	for range rapid.IntRange(10, 120).Draw(t, "steps") {
		switch roll := rapid.IntRange(0, 99).Draw(t, "what"); {
		case roll < 6:
			h.register()
		case roll < 9:
			h.policy()
		case roll < 12:
			try(h, domain.Items, h.member("a", domain.RoleAuthor), domain.ChangeItemVisibility{Key: h.pick("item", h.keys...), Public: h.chance(50)})
		case roll < 14:
			try(h, domain.Agencies, h.operator(), domain.RenameAgency{Key: h.pick("agency", h.agencies...), Name: h.texts()})
		case roll < 24:
			h.edition()
		default:
			h.version()
		}
	}
	return h.registry
}
