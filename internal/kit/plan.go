package kit

import (
	"cmp"
	"context"
	"fmt"
	"path"
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
	rankIssue // what is withdrawn at the same instant had been taken in
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
	run               func(context.Context, *commands.Runner, commands.Request) (commands.Result, error)
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
		roles, is := there.Members[member.Member]
		return err == nil && is && slices.Equal(roles, member.Roles), err
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
			return err == nil && slices.Equal(there.Terms.Leads, p.Leads) && slices.Equal(there.Terms.Required, p.Required), err
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
		run: do(domain.Editions, domain.OpenEdition{Number: e.Number, Title: e.Title, Due: domain.Date(e.Due)}),
	}}
	for n, entry := range e.Entries {
		all = append(all, step{
			at: entry.At.Time, rank: rankEntry, actor: by, name: fmt.Sprintf("entry/%s/%d", entry.Item, entry.Version),
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

func (k *Kit) itemSteps(i *item, files map[string]domain.File) []step {
	all := []step{{
		at: i.Registered.Time, rank: rankItem, actor: actor(i.Agency, domain.RoleAuthor), name: "registered",
		file: itemFile(i), what: "registered",
		run: do(domain.Items, domain.RegisterItem{Key: i.Key, Kind: i.Kind, Source: i.source(), Public: i.Public}),
	}}
	for n := range i.Versions {
		all = append(all, k.versionSteps(i, n, files)...)
	}
	return all
}

// versionSteps is the life of a version, in its order.
func (k *Kit) versionSteps(i *item, n int, files map[string]domain.File) []step {
	v := &i.Versions[n]
	author := person(v.Agency, domain.RoleAuthor)
	var all []step
	add := func(at instant, by domain.Actor, name, field, what string, c domain.Command[domain.Item]) *step {
		all = append(all, step{
			at: at.Time, rank: rankItem, actor: by, name: fmt.Sprintf("v%d/%s", v.Number, name),
			file: itemFile(i), field: fmt.Sprintf("versions[%d]%s", n, field), what: fmt.Sprintf("version %d: %s", v.Number, what),
			run: do(domain.Items, c),
		})
		return &all[len(all)-1]
	}
	add(v.Drafted, author, "drafted", "", "drafted", domain.DraftVersion{Key: i.Key, Content: v.Content.domain(v.received(files))})
	if v.Submitted != nil {
		add(*v.Submitted, author, "submitted", ".submitted", "submitted", domain.SubmitVersion{Key: i.Key, Version: v.Number, Effective: v.beginning()})
	}
	for s, signed := range v.Signed {
		add(signed.At, person(signed.Agency, domain.RoleReviewer), "signed/"+signed.Agency, fmt.Sprintf(".signed[%d]", s),
			"signed by "+signed.Agency, domain.SignVersion{Key: i.Key, Version: v.Number})
	}
	if r := v.Returned; r != nil {
		add(r.At, person(r.Agency, domain.RoleReviewer), "returned/"+r.Agency, ".returned",
			"returned by "+r.Agency, domain.ReturnVersion{Key: i.Key, Version: v.Number, Reason: r.Reason})
	}
	if w := v.Withdrawn; w != nil {
		add(w.At, person(w.Agency, k.withdrawer(i.Kind, v)), "withdrawn", ".withdrawn",
			"withdrawn by "+w.Agency, domain.WithdrawVersion{Key: i.Key, Version: v.Number, Reason: w.Reason, From: w.From.Time}).rank = rankWithdrawal
	}
	return all
}

// received are the files of the version's list.
func (v *version) received(files map[string]domain.File) []domain.File {
	out := make([]domain.File, len(v.Content.Files))
	for n, f := range v.Content.Files {
		out[n] = files[f.Path]
		out[n].Colour, out[n].Layout, out[n].Name = f.Colour, f.Layout, path.Base(f.Path)
	}
	return out
}

func (v *version) beginning() domain.Effective {
	if v.Effective == nil {
		return domain.Effective{}
	}
	e := domain.Effective{Edition: v.Effective.WithEdition}
	if v.Effective.At != nil {
		e.At = &v.Effective.At.Time
	}
	return e
}

// withdrawer is the role in which an agency withdrew a version: a reviewer of a
// lead agency, or an admin of another one.
func (k *Kit) withdrawer(kind domain.Kind, v *version) domain.Role {
	role := domain.RoleAdmin
	for _, p := range k.doc.Policies { // in order of time within the kind
		if p.Kind != kind || v.Submitted == nil || p.At.After(v.Submitted.Time) {
			continue
		}
		role = domain.RoleAdmin
		if slices.Contains(p.Leads, v.Withdrawn.Agency) {
			role = domain.RoleReviewer
		}
	}
	return role
}
