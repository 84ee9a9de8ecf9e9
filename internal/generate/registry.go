package generate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// The agencies of a generated registry, beside [Agency].
const (
	author = "so-ngoai-vu"
	signer = "so-van-hoa"
)

// The kinds of which the policy asks a second agency to sign: one of four, so
// that reviews differ.
const jointKind = domain.Logo

// registry is what all items of a generated registry share. It is not written to
// after newRegistry, so that items can be made at the same time.
type registry struct {
	options  Options
	policies map[domain.Kind]domain.Policy
	editions [2]domain.Edition
}

// issued is when the first edition is issued; versions that are to go with it are
// approved before.
var issued = Start.AddDate(0, 0, span/2)

// Every nth item has its first version taken into the first edition, every other
// nth is retired by it, and every third nth waits for the second one.
const nth = 50

const day = 24 * time.Hour

// withEdition tells what the editions do to the item with the number n.
type withEdition int

const (
	noEdition withEdition = iota
	firstEdition
	retiredByFirst
	waitsForSecond
)

// editionOf spreads the items over the editions; together they hold no more than
// an edition may.
func editionOf(n int) withEdition {
	if n%nth != 0 || n/nth >= domain.MaxEditionItems*3/2 {
		return noEdition
	}
	return withEdition(n/nth%3) + firstEdition
}

func person(agency byte, n byte, key string, roles ...domain.Role) domain.Actor {
	return domain.Actor{Member: uuid.UUID{0: agency, 6: 0x70, 8: 0x80, 15: n}, Agency: key, Roles: roles}
}

var (
	admin    = person(1, 1, Agency, domain.RoleAdmin)
	lead     = person(1, 2, Agency, domain.RoleReviewer)
	everyone = person(1, 3, Agency, domain.MemberRoles...) // holds Secret
	writer   = person(2, 1, author, domain.RoleAuthor)
	coSigner = person(3, 1, signer, domain.RoleReviewer)
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
)

func newRegistry(o Options) *registry {
	return &registry{options: o, policies: map[domain.Kind]domain.Policy{}}
}

// The methods below make a registry the Facts of its calls. They answer for the
// time in which items are made: both editions are open.

// Item answers no item: no command on an item's stream asks for another.
func (r *registry) Item(key string) (domain.Item, error) {
	return domain.Item{}, fmt.Errorf("generate: nobody asks for %q", key)
}

// Policy answers what found has set.
func (r *registry) Policy(kind domain.Kind) (domain.Policy, error) { return r.policies[kind], nil }

// Edition answers what found has opened.
func (r *registry) Edition(number int) (domain.Edition, error) { return r.editions[number-1], nil }

// Agency answers that an agency is there: the registry names none that is not.
func (r *registry) Agency(key string) (domain.Agency, error) {
	return domain.Agency{Exists: true, Key: key}, nil
}

func texts(vi, en string) domain.Texts { return domain.Texts{"vi": vi, "en": en} }

// found writes agencies, members, policies and two open editions.
func (r *registry) found(ctx context.Context, log eventlog.Log) (int, error) {
	lines := []*line{
		agency(Agency, texts("Ban Tuyên giáo và Dân vận Thành ủy", "Commission for Communication"), admin, lead, everyone),
		agency(author, texts("Sở Ngoại vụ", "Department of Foreign Affairs"), writer),
		agency(signer, texts("Sở Văn hóa, Thể thao và Du lịch", "Department of Culture"), coSigner),
	}
	for _, kind := range domain.Kinds {
		terms := domain.PolicyTerms{Leads: []string{Agency}}
		if kind == jointKind {
			terms.Required = []string{signer}
		}
		l := newLine()
		var s domain.Policy
		decide(l, domain.Policies, &s, domain.SetPolicy{Kind: kind, Terms: terms, Reason: "Đề án, dòng 3"}, r.call(admin, Start))
		r.policies[kind] = s
		lines = append(lines, l)
	}
	for i := range r.editions {
		l := newLine()
		title := texts(fmt.Sprintf("Ấn bản %d", i+1), fmt.Sprintf("Edition %d", i+1))
		due := domain.DateOf(issued).AddMonths(domain.RenewalMonths * i)
		if i > 0 { // OpenEdition looks at the one before
			due = due.AddMonths(1)
		}
		decide(l, domain.Editions, &r.editions[i], domain.OpenEdition{Number: i + 1, Title: title, Due: due}, r.call(admin, Start))
		lines = append(lines, l)
	}
	return writeAll(ctx, log, lines)
}

func (r *registry) call(by domain.Actor, at time.Time) domain.Call {
	return domain.Call{Actor: by, At: at.UTC().Truncate(time.Microsecond), Facts: r}
}

// agency makes an agency with its members; the one who holds every role gets the
// token of Secret.
func agency(key string, name domain.Texts, members ...domain.Actor) *line {
	l := newLine()
	var s domain.Agency
	call := domain.Call{Actor: operator, At: Start}
	decide(l, domain.Agencies, &s, domain.RegisterAgency{Key: key, Name: name}, call)
	for _, m := range members {
		add := domain.AddMember{Agency: key, Member: m.Member, Roles: m.Roles}
		if m.Roles.Has(domain.RoleTranslator) {
			add.Locales = domain.KeyLocales
		}
		decide(l, domain.Agencies, &s, add, call)
		if m.Member == everyone.Member {
			sum := sha256.Sum256([]byte(Secret))
			decide(l, domain.Agencies, &s, domain.IssueToken{
				Agency: key, Member: m.Member, Token: secretID, Hash: hex.EncodeToString(sum[:]),
			}, call)
		}
	}
	return l
}

func writeAll(ctx context.Context, log eventlog.Log, lines []*line) (events int, err error) {
	for _, l := range lines {
		err = errors.Join(err, l.write(ctx, log))
		events += len(l.facts)
	}
	return events, err
}

// item makes one item with its whole life: its versions are drafted one after the
// other, are signed some hours later, and are in force at once, at a date, or
// with an edition.
func (r *registry) item(n int) *line {
	rng := rand.New(rand.NewPCG(r.options.Seed, uint64(n))) //nolint:gosec // texts for tests, nothing to guess
	kind := domain.Kinds[n%len(domain.Kinds)]
	key := keyOf(n)
	l := newLine()
	var s domain.Item
	at := Start.AddDate(0, 0, 1).Add(time.Duration(rng.Int64N(int64(day))))
	decide(l, domain.Items, &s, domain.RegisterItem{Key: key, Kind: kind, Public: rng.IntN(10) < 7}, r.call(writer, at))
	step := span * day / time.Duration(r.options.Versions+1)
	drafts := make([]time.Time, r.options.Versions)
	for i := range drafts {
		drafts[i] = at.Add(step / 3)
		at = at.Add(step/2 + time.Duration(rng.Int64N(int64(step/3))))
	}
	for i := range drafts {
		e := effective(rng, editionOf(n), drafts, i, step)
		r.version(l, &s, i+1, content(rng, kind, n, i+1, r.options.Locales), e, drafts[i])
	}
	if editionOf(n) == noEdition && rng.IntN(20) == 0 {
		decide(l, domain.Items, &s, domain.WithdrawVersion{Key: key, Version: len(drafts), Reason: "không còn phù hợp"},
			r.call(lead, Start.AddDate(0, 0, span+rng.IntN(20))))
	}
	return l
}

// effective chooses how the version drafted at drafts[i] begins. The last one
// before the issue of the first edition, or the very last one, goes with it.
func effective(rng *rand.Rand, edition withEdition, drafts []time.Time, i int, step time.Duration) domain.Effective {
	newest := i == len(drafts)-1
	lastBefore := drafts[i].Before(issued.Add(-2*day)) && (newest || !drafts[i+1].Before(issued.Add(-2*day)))
	switch {
	case edition == firstEdition && lastBefore:
		return domain.Effective{Edition: 1}
	case edition == waitsForSecond && newest:
		return domain.Effective{Edition: 2}
	case edition == noEdition && rng.IntN(4) == 0:
		at := drafts[i].Add(step/3 + time.Duration(rng.Int64N(int64(30*day)))).Truncate(time.Hour)
		return domain.Effective{At: &at}
	}
	return domain.Effective{}
}

// version takes one version from its draft to its approval, within some hours.
func (r *registry) version(l *line, s *domain.Item, number int, c domain.Content, e domain.Effective, at time.Time) {
	next := func(by domain.Actor) domain.Call {
		call := r.call(by, at)
		at = at.Add(time.Hour)
		return call
	}
	drafted := next(writer)
	decide(l, domain.Items, s, domain.DraftVersion{Key: s.Key, Content: c}, drafted)
	confirm(l, s, number, drafted)
	decide(l, domain.Items, s, domain.SubmitVersion{Key: s.Key, Version: number, Effective: e}, next(writer))
	if s.Kind == jointKind {
		decide(l, domain.Items, s, domain.SignVersion{Key: s.Key, Version: number}, next(coSigner))
	}
	decide(l, domain.Items, s, domain.SignVersion{Key: s.Key, Version: number}, next(lead))
}

// confirm keeps translations that happen to be those of the version before, since
// nothing is submitted with one that its source has left behind.
func confirm(l *line, s *domain.Item, number int, call domain.Call) {
	v := s.Version(number)
	if v == nil { // the line has failed
		return
	}
	stale := v.Stale
	for _, u := range v.Content.Units {
		for _, text := range u.List() {
			if _, old := stale[domain.TextKey{Unit: u.ID, Locale: text.Locale}]; old {
				c := domain.TranslateVersion{Key: s.Key, Version: number, Locale: text.Locale, Texts: map[string]string{u.ID: text.Text}}
				decide(l, domain.Items, s, c, call)
			}
		}
	}
}

// approvals is a registry whose items are in the log.
type approvals struct {
	*registry

	ctx   context.Context //nolint:containedctx // lives no longer than conclude
	log   eventlog.Log
	items map[string]domain.Item
}

// Item answers from the log, and remembers: each is asked for twice.
func (a *approvals) Item(key string) (domain.Item, error) {
	if i, known := a.items[key]; known {
		return i, nil
	}
	i, _, err := commands.Load(a.ctx, a.log, domain.Items, domain.ItemStream(key))
	a.items[key] = i
	return i, err
}

// conclude issues the first edition, and takes versions into the second.
func (r *registry) conclude(ctx context.Context, log eventlog.Log) (int, error) {
	first, second := &line{}, &line{} // after their opening, which is revision 0
	facts := &approvals{registry: r, ctx: ctx, log: log, items: map[string]domain.Item{}}
	call := domain.Call{Actor: admin, At: issued, Facts: facts}
	late := domain.Call{Actor: admin, At: Start.AddDate(0, 0, span+30), Facts: facts}
	for n := 0; n < r.options.Items; n += nth {
		key := keyOf(n)
		switch editionOf(n) {
		case firstEdition:
			decide(first, domain.Editions, &r.editions[0], domain.IncludeInEdition{Number: 1, Item: key, Version: facts.versionFor(1, key)}, call)
		case retiredByFirst:
			decide(first, domain.Editions, &r.editions[0], domain.RetireInEdition{Number: 1, Item: key}, call)
		case waitsForSecond:
			decide(second, domain.Editions, &r.editions[1], domain.IncludeInEdition{Number: 2, Item: key, Version: facts.versionFor(2, key)}, late)
		case noEdition:
		}
	}
	decide(first, domain.Editions, &r.editions[0], domain.IssueEdition{
		Number: 1, Decision: "1000/QĐ-UBND", Decided: domain.DateOf(issued),
	}, call)
	return writeAll(ctx, log, []*line{first, second})
}

// versionFor finds the version of an item that was approved for an edition; 0,
// which no edition takes, if there is none.
func (a *approvals) versionFor(edition int, key string) int {
	item, err := a.Item(key)
	if err != nil {
		return 0
	}
	for _, v := range item.Versions {
		if v.Effective.Edition == edition {
			return v.Number
		}
	}
	return 0
}
