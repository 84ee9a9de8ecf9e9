package kit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"signet/domain"
	"signet/internal/commands"
)

// rank orders steps of the same instant so that each finds what it stands on.
// The steps of one item keep their order.
type rank int

const (
	rankAgency rank = iota
	rankPolicy
	rankOpen
	rankItem
	rankEntry
	rankIssue     // what is withdrawn at the same instant had been taken in
	rankMove      // what was not taken in has missed it
	rankMovedHere // the entry of what was moved to its edition
	rankWithdrawal
)

// step is one command of an import.
type step struct {
	at    time.Time
	rank  rank
	actor domain.Actor
	// name is the step's own in its stream: the idempotency key is made of it.
	name string
	// file and field are where the kit tells of it; what says it for a person.
	file, field, what string
	// below is where the fields of the command stand; empty: below field.
	below string
	run   func(context.Context, *commands.Runner, commands.Request) (commands.Result, error)
	// tolerated is a refusal that means that the registry knows it already.
	tolerated func(context.Context, *commands.Runner) (bool, error)
}

// do makes the step's run.
func do[S any](d domain.Decider[S], c domain.Command[S]) func(context.Context, *commands.Runner, commands.Request) (commands.Result, error) {
	return func(ctx context.Context, r *commands.Runner, req commands.Request) (commands.Result, error) {
		return commands.Run(ctx, r, d, c, req)
	}
}

// request is the step's circumstances. The key names the step and its instant,
// and the log compares the command itself, so the same step is taken once and
// another one in its place is noticed.
func (s *step) request() commands.Request {
	return commands.Request{
		Actor: s.actor, At: s.at, Via: "import",
		Key: "kit:" + s.name + "@" + s.at.Format(instantLayout),
	}
}

// plan returns every step of the kit in the order of time. files says what has
// been received for each path.
func (k *Kit) plan(files map[string]domain.File) []step {
	var all []step
	for n := range k.doc.Policies {
		all = append(all, k.policySteps(n))
	}
	for n := range k.doc.Editions {
		all = append(all, k.editionSteps(n)...)
	}
	for n := range k.items {
		all = append(all, k.itemSteps(&k.items[n], files)...)
	}
	all = append(k.agencySteps(all), all...)
	slices.SortStableFunc(all, func(a, b step) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rank, b.rank))
	})
	return all
}

// agencySteps registers the agencies, each with the members whom steps need.
func (k *Kit) agencySteps(steps []step) []step {
	needed := map[string]map[domain.Role]bool{}
	for _, s := range steps {
		if a := s.actor.Agency; a != "" {
			if needed[a] == nil {
				needed[a] = map[domain.Role]bool{}
			}
			needed[a][s.actor.Roles[0]] = true
		}
	}
	var all []step
	for n, a := range k.doc.Agencies {
		field := fmt.Sprintf("agencies[%d]", n)
		all = append(all, step{
			at: a.Registered.Time, rank: rankAgency, actor: Operator, name: "registered",
			file: rootFile, field: field, what: "agency " + a.Key + ": registered",
			run:       do(domain.Agencies, domain.RegisterAgency{Key: a.Key, Name: a.Name}),
			tolerated: sameAgency(a),
		})
		for _, role := range domain.MemberRoles {
			if !needed[a.Key][role] {
				continue
			}
			member := person(a.Key, role)
			all = append(all, step{
				at: a.Registered.Time, rank: rankAgency, actor: Operator, name: "member/" + string(role),
				file: rootFile, field: field, what: "agency " + a.Key + ": a member as " + string(role),
				run:       do(domain.Agencies, domain.AddMember{Agency: a.Key, Member: member.Member, Roles: member.Roles}),
				tolerated: sameMember(member),
			})
		}
	}
	return all
}

// sameAgency tells whether the agency takes part already under the same name.
func sameAgency(a agency) func(context.Context, *commands.Runner) (bool, error) {
	return func(ctx context.Context, r *commands.Runner) (bool, error) {
		there, _, err := commands.Load(ctx, r.Log, domain.Agencies, domain.AgencyStream(a.Key))
		return err == nil && there.Exists && sameTexts(there.Name, a.Name), err
	}
}

// sameMember tells whether an earlier import has added the member.
func sameMember(member domain.Actor) func(context.Context, *commands.Runner) (bool, error) {
	return func(ctx context.Context, r *commands.Runner) (bool, error) {
		there, _, err := commands.Load(ctx, r.Log, domain.Agencies, domain.AgencyStream(member.Agency))
		known, is := there.Members[member.Member]
		return err == nil && is && slices.Equal(known.Roles, member.Roles), err
	}
}

func (k *Kit) policySteps(n int) step {
	p := &k.doc.Policies[n]
	return step{
		at: p.At.Time, rank: rankPolicy, actor: Operator, name: "set",
		file: rootFile, field: fmt.Sprintf("policies[%d]", n), what: "policy of " + string(p.Kind),
		run: do(domain.Policies, domain.SetPolicy{Kind: p.Kind, Terms: p.terms(), Reason: p.Reason}),
		tolerated: func(ctx context.Context, r *commands.Runner) (bool, error) {
			there, _, err := commands.Load(ctx, r.Log, domain.Policies, domain.PolicyStream(p.Kind))
			return err == nil && sameTerms(there.Terms, p.terms()), err
		},
	}
}

func (k *Kit) editionSteps(n int) []step {
	e := &k.doc.Editions[n]
	by := actor(e.Agency, domain.RoleAdmin)
	field := fmt.Sprintf("editions[%d]", n)
	named := func(what string) string { return fmt.Sprintf("edition %d: %s", e.Number, what) }
	all := []step{{
		at: e.Opened.Time, rank: rankOpen, actor: by, name: "opened", file: rootFile, field: field, what: named("opened"),
		run: do(domain.Editions, domain.OpenEdition{Number: e.Number, Title: e.Title, Due: domain.Date(e.Due), Basis: e.basis()}),
	}}
	for n, entry := range e.Entries {
		order := rankEntry
		if v := k.item(entry.Item).Versions[entry.Version-1]; v.Rescheduled != nil {
			order = rankMovedHere
		}
		all = append(all, step{
			at: entry.At.Time, rank: order, actor: by, name: fmt.Sprintf("entry/%s/%d", entry.Item, entry.Version),
			file: rootFile, field: fmt.Sprintf("%s.entries[%d]", field, n), what: named("takes in " + entry.Item),
			run: do(domain.Editions, domain.IncludeInEdition{Number: e.Number, Item: entry.Item, Version: entry.Version}),
		})
	}
	for n, r := range e.Retired {
		all = append(all, step{
			at: r.At.Time, rank: rankEntry, actor: by, name: "retired/" + r.Item,
			file: rootFile, field: fmt.Sprintf("%s.retired[%d]", field, n), what: named("retires " + r.Item),
			run: do(domain.Editions, domain.RetireInEdition{Number: e.Number, Item: r.Item}),
		})
	}
	if e.Issued != nil {
		all = append(all, step{
			at: e.Issued.At.Time, rank: rankIssue, actor: by, name: "issued", file: rootFile, field: field + ".issued", what: named("issued"),
			run: do(domain.Editions, domain.IssueEdition{Number: e.Number, Decision: e.Issued.Decision, Decided: domain.Date(e.Issued.Decided)}),
		})
	}
	return all
}
