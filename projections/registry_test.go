package projections_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/projections"
)

// The agencies of the stories, and who acts for them.
const (
	party   = "ban-tuyen-giao" // leads
	foreign = "so-ngoai-vu"    // writes, signs
	culture = "so-van-hoa"     // signs
)

func person(n byte, agency string, roles ...domain.Role) domain.Actor {
	return domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Agency: agency, Roles: roles}
}

// translator translates into some locales.
func translator(n byte, agency string, into ...domain.Locale) domain.Actor {
	a := person(n, agency, domain.RoleTranslator)
	a.Locales = into
	return a
}

var (
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	an       = person(1, party, domain.RoleAdmin)
	hoa      = person(2, party, domain.RoleReviewer)
	lan      = person(3, foreign, domain.RoleAuthor)
	minh     = person(4, foreign, domain.RoleAuthor, domain.RoleReviewer)
	tung     = person(5, culture, domain.RoleReviewer)
	nga      = person(6, culture, domain.RoleAgency)
	binh     = person(7, foreign, domain.RoleReviewer)
	sato     = translator(8, culture, "ja")
	cast     = []domain.Actor{an, hoa, lan, minh, tung, nga, binh, sato}
)

// newYear is when every story begins: midnight in Hải Phòng.
var newYear = time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)

// tester is what the fixture needs of a testing.TB or a rapid.T.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// registry is a log, with a clock that stands still between commands, and read
// models that are caught up with it when they are asked.
type registry struct {
	t      tester
	log    eventlog.Log
	now    time.Time
	runner *commands.Runner
	path   string
	views  *projections.Views
}

// emptyRegistry has an empty log, and its read models in dir.
func emptyRegistry(t tester, dir string) *registry {
	t.Helper()
	r := &registry{t: t, log: logtest.NewMemory(), now: newYear, path: filepath.Join(dir, "views.db")}
	r.runner = &commands.Runner{Log: r.log, Clock: func() time.Time { return r.now }}
	r.open()
	return r
}

// newRegistry knows the cast and the policies: the party leads, the foreign
// office signs too, and for logos also culture.
func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := emptyRegistry(t, t.TempDir())
	t.Cleanup(func() { r.close() })
	r.found()
	return r
}

func (r *registry) found() {
	r.t.Helper()
	for _, key := range []string{party, foreign, culture} {
		must(r, domain.Agencies, domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": key}}, operator)
	}
	for _, a := range cast {
		must(r, domain.Agencies, domain.AddMember{Agency: a.Agency, Member: a.Member, Roles: a.Roles, Locales: a.Locales}, operator)
	}
	for _, k := range domain.Kinds {
		terms := domain.PolicyTerms{Leads: []string{party}}
		if k == domain.Logo {
			terms.Required = []string{culture}
		}
		must(r, domain.Policies, domain.SetPolicy{Kind: k, Terms: terms, Reason: "Đề án, dòng 3"}, an)
	}
}

func (r *registry) open() {
	r.t.Helper()
	v, err := projections.Open(r.path)
	if err != nil {
		r.t.Fatalf("open: %v", err)
	}
	r.views = v
}

func (r *registry) close() {
	r.t.Helper()
	if err := r.views.Close(); err != nil {
		r.t.Fatalf("close: %v", err)
	}
}

// try runs a command now; a refusal is returned, anything else fails.
func try[S any](r *registry, d domain.Decider[S], c domain.Command[S], by domain.Actor) (commands.Result, *domain.Error) {
	r.t.Helper()
	result, err := commands.Run(context.Background(), r.runner, d, c, commands.Request{Actor: by})
	if err != nil && domain.AsError(err) == nil {
		r.t.Fatalf("%T: %v", c, err)
	}
	return result, domain.AsError(err)
}

// must runs a command that nothing speaks against.
func must[S any](r *registry, d domain.Decider[S], c domain.Command[S], by domain.Actor) eventlog.Position {
	r.t.Helper()
	result, refused := try(r, d, c, by)
	if refused != nil {
		r.t.Fatalf("%T: %v", c, refused)
	}
	return result.Position
}

// wait moves the clock forward.
func (r *registry) wait(d time.Duration) time.Time {
	r.now = r.now.Add(d)
	return r.now
}

// catchUp brings the read models to the end of the log.
func (r *registry) catchUp() {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	head, err := r.log.Head(ctx)
	if err != nil {
		r.t.Fatalf("head: %v", err)
	}
	err = r.views.CatchUp(ctx, r.log, func(reached eventlog.Position) {
		if reached >= head {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		r.t.Fatalf("catch up: %v", err)
	}
}

// register makes an item of a kind known, by lan.
func (r *registry) register(key string, kind domain.Kind, public bool) {
	r.t.Helper()
	must(r, domain.Items, domain.RegisterItem{Key: key, Kind: kind, Public: public}, lan)
}

// draft begins the next version of an item, and returns its number.
func (r *registry) draft(key string, c domain.Content) int {
	r.t.Helper()
	result, refused := try(r, domain.Items, domain.DraftVersion{Key: key, Content: c}, lan)
	if refused != nil {
		r.t.Fatalf("draft: %v", refused)
	}
	return result.Events[0].(domain.VersionDrafted).Version
}

// approve takes a new version of an item to its approval, and returns its number.
func (r *registry) approve(key string, c domain.Content, e domain.Effective) int {
	r.t.Helper()
	n := r.draft(key, c)
	must(r, domain.Items, domain.SubmitVersion{Key: key, Version: n, Effective: e}, lan)
	if len(c.Files) > 0 {
		must(r, domain.Items, domain.SignVersion{Key: key, Version: n}, tung)
	}
	must(r, domain.Items, domain.SignVersion{Key: key, Version: n}, hoa)
	return n
}

// withdraw ends a version's validity from an instant on.
func (r *registry) withdraw(key string, version int, from time.Time) {
	r.t.Helper()
	must(r, domain.Items, domain.WithdrawVersion{Key: key, Version: version, From: from, Reason: "sai"}, hoa)
}

func (r *registry) openEdition(number int, due domain.Date) {
	r.t.Helper()
	must(r, domain.Editions, domain.OpenEdition{Number: number, Title: domain.Texts{"vi": "Ấn bản"}, Due: due}, an)
}

func (r *registry) include(number int, key string, version int) {
	r.t.Helper()
	must(r, domain.Editions, domain.IncludeInEdition{Number: number, Item: key, Version: version}, an)
}

func (r *registry) issue(number int) {
	r.t.Helper()
	must(r, domain.Editions, domain.IssueEdition{Number: number, Decision: "17/QĐ", Decided: domain.DateOf(r.now)}, an)
}

func unit(id string, role domain.UnitRole, text domain.Texts) domain.Unit {
	return domain.Unit{ID: id, Role: role, Text: text}
}

// slogan is the content of a slogan with these texts.
func slogan(text domain.Texts) domain.Content {
	return domain.Content{Units: []domain.Unit{unit("name", domain.UnitName, domain.Texts{"vi": "Tên"}), unit("slogan", domain.UnitSlogan, text)}}
}

// logo is the content of a logo with one file of the digest.
func logo(digest string) domain.Content {
	return domain.Content{
		Units: []domain.Unit{unit("name", domain.UnitName, domain.Texts{"vi": "Biểu trưng", "en": "Mark"})},
		Files: []domain.File{{Colour: domain.FullColour, Layout: domain.Mark, Name: "logo.svg", Digest: digest, MediaType: "image/svg+xml", Size: 10}},
	}
}

// message is a unit for an audience on a pillar.
func message(id, pillar, audience string, text domain.Texts) domain.Unit {
	return domain.Unit{ID: id, Role: domain.UnitMessage, Pillar: pillar, Audience: audience, Text: text}
}
