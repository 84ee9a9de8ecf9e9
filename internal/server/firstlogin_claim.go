package server

import (
	"context"
	"log/slog"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/projections"
)

// viaClaim is how the events of a first login came that has, or had, still to claim
// the registry: an administrator of one that got no further has a token whose secret
// nobody was told, and is nobody. Before there were claims it was "first-login".
const viaClaim = "first-claim"

// operator is whoever runs the program on the machine: it prints the code there.
var operator = domain.Actor{
	Member: uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet:first-login")),
	Roles:  domain.Roles{domain.RoleOperator},
}

// admission lets the first administrator in.
type admission struct {
	runner *commands.Runner
	views  *projections.Views
	log    *slog.Logger
}

// open tells whether nobody has come in yet: whether nobody has claimed the registry,
// and nobody administers it who came by another way.
func (a *admission) open(ctx context.Context) (bool, error) {
	registry, _, err := commands.Load(ctx, a.runner.Log, domain.Registries, domain.RegistryStream)
	if err != nil || registry.Claimed {
		return false, err
	}
	there, err := a.administered(ctx)
	return !there, err
}

// claiming runs a step of a first login.
func claiming[S any](ctx context.Context, a *admission, d domain.Decider[S], c domain.Command[S]) (commands.Result, error) {
	return commands.Run(ctx, a.runner, d, c, commands.Request{Actor: operator, Via: viaClaim})
}

// admit registers the agency, and adds its first member, who is an administrator. The
// member claims the registry, which only one can, at whichever node: the secret of
// who does not is told to nobody, and the member is removed again.
func (a *admission) admit(ctx context.Context, key string, name domain.Texts) (secret string, _ error) {
	ctx = context.WithoutCancel(ctx) // who has gone must not leave half of it
	registry, _, err := commands.Load(ctx, a.runner.Log, domain.Registries, domain.RegistryStream)
	if err != nil {
		return "", err
	}
	if err := registry.Unclaimed(); err != nil {
		return "", err
	}
	member, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	token := access.NewToken()
	position, err := a.claim(ctx, key, name, member, token)
	if err != nil {
		err = a.tooLate(ctx, projections.MemberKey{Agency: key, ID: member}, err)
	}
	if err != nil {
		return "", err
	}
	a.takeBackOthers(ctx, member)
	if err := graph.Visible(ctx, a.views, position, graph.Applied); err != nil {
		a.log.WarnContext(ctx, "first login", "error", err) // the token is good all the same, and is told only now
	}
	return token.Secret, nil
}

// claim adds an administrator with a token to an agency, which is registered if it is
// not there, and claims the registry for them.
func (a *admission) claim(ctx context.Context, key string, name domain.Texts, member uuid.UUID, token access.Token) (eventlog.Position, error) {
	agency, _, err := commands.Load(ctx, a.runner.Log, domain.Agencies, domain.AgencyStream(key))
	if err != nil {
		return 0, err
	}
	steps := []domain.Command[domain.Agency]{
		domain.AddMember{Agency: key, Member: member, Roles: []domain.Role{domain.RoleAdmin}},
		domain.IssueToken{Agency: key, Member: member, Token: token.ID, Hash: token.Hash},
	}
	if !agency.Exists {
		steps = append([]domain.Command[domain.Agency]{domain.RegisterAgency{Key: key, Name: name}}, steps...)
	}
	for _, step := range steps {
		if _, err := claiming(ctx, a, domain.Agencies, step); err != nil {
			return 0, err
		}
	}
	last, err := claiming(ctx, a, domain.Registries, domain.ClaimRegistry{Agency: key, Member: member})
	return last.Position, err
}

// tooLate tells why a claim failed: because somebody else has come in, who may have
// taken back what it had written so far; then the rest is taken back. The answer is
// nil when the claim has been written all the same.
func (a *admission) tooLate(ctx context.Context, who projections.MemberKey, why error) error {
	registry, _, err := commands.Load(ctx, a.runner.Log, domain.Registries, domain.RegistryStream)
	switch {
	case err != nil || !registry.Claimed:
		return why
	case registry.Member == who.ID:
		return nil
	}
	a.takeBack(ctx, who)
	return registry.Unclaimed()
}

func isClaimed(err error) bool {
	refused := domain.AsError(err)
	return refused != nil && refused.Reason == "already_claimed"
}

// takeBack removes an administrator who has come too late. One who stays, because the
// log is away, has a secret that nobody knows.
func (a *admission) takeBack(ctx context.Context, who projections.MemberKey) {
	_, err := claiming(ctx, a, domain.Agencies, domain.RemoveMember{Agency: who.Agency, Member: who.ID})
	if err != nil && domain.CodeOf(err) != domain.NotFound {
		a.log.WarnContext(ctx, "first login: an administrator could not be taken back", "agency", who.Agency, "member", who.ID, "error", err)
	}
}

// takeBackOthers removes what first logins have left that got no further.
func (a *admission) takeBackOthers(ctx context.Context, first uuid.UUID) {
	all, err := a.administrators(ctx)
	if err != nil {
		a.log.WarnContext(ctx, "first login", "error", err)
		return
	}
	for _, other := range all {
		if other.halfway && other.ID != first {
			a.takeBack(ctx, other.MemberKey)
		}
	}
}

// administrator is one, as far as it matters to the first login.
type administrator struct {
	projections.MemberKey
	// halfway: the member was added by a first login with a claim.
	halfway bool
}

// administrators are all of them.
func (a *admission) administrators(ctx context.Context) ([]administrator, error) {
	const page = 100
	agencies, err := eachPage(func(after string) ([]*projections.Agency, error) { return a.views.Agencies(ctx, after, page) },
		func(one *projections.Agency) string { return one.Key })
	if err != nil {
		return nil, err
	}
	var all []administrator
	for _, agency := range agencies {
		members, err := eachPage(func(after string) ([]*projections.Member, error) {
			return a.views.Members(ctx, agency.Key, after, page)
		},
			func(m *projections.Member) string { return m.ID.String() })
		if err != nil {
			return nil, err
		}
		members = slices.DeleteFunc(members, func(m *projections.Member) bool { return !m.Roles.Has(domain.RoleAdmin) })
		if len(members) == 0 {
			continue
		}
		halfway, err := a.addedHalfway(ctx, agency.Key)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			all = append(all, administrator{projections.MemberKey{Agency: m.Agency, ID: m.ID}, halfway[m.ID]})
		}
	}
	return all, nil
}

// addedHalfway are the members of an agency who were added by first logins with a
// claim; the log is asked, since read models do not tell how a member came.
func (a *admission) addedHalfway(ctx context.Context, agency string) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	for recorded, err := range a.runner.Log.Read(ctx, domain.AgencyStream(agency), 0) {
		if err != nil {
			return nil, err
		}
		envelope, event, err := commands.Decode(recorded)
		if err != nil {
			return nil, err
		}
		if added, ok := event.(domain.MemberAdded); ok {
			out[added.Member] = envelope.Via == viaClaim
		}
	}
	return out, nil
}

// administered tells whether any administrator has a token that holds: those of a kit
// that was imported have none, and that of who came halfway nobody knows.
func (a *admission) administered(ctx context.Context) (bool, error) {
	all, err := a.administrators(ctx)
	if err != nil {
		return false, err
	}
	var keys []projections.MemberKey
	for _, one := range all {
		if !one.halfway {
			keys = append(keys, one.MemberKey)
		}
	}
	tokens, err := a.views.TokensByKey(ctx, keys)
	if err != nil {
		return false, err
	}
	for _, list := range tokens {
		if slices.ContainsFunc(list, func(t *projections.Token) bool { return t.ValidAt(a.runner.Clock()) }) {
			return true, nil
		}
	}
	return false, nil
}

// eachPage reads all pages of something small.
func eachPage[R any](read func(after string) ([]*R, error), key func(*R) string) ([]*R, error) {
	var all []*R
	for after := ""; ; {
		rows, err := read(after)
		if err != nil || len(rows) == 0 {
			return all, err
		}
		all = append(all, rows...)
		after = key(rows[len(rows)-1])
	}
}
