// Package signin makes members of people whom a provider of OpenID Connect vouches for,
// and begins and ends the sessions of everybody.
//
// The log knows them by opaque ids alone; which identity has which id is kept with the
// people, who can be erased. What somebody is here follows the rules at each login: the
// member is added, changed or removed by commands, as the one who runs the registry, and
// only when something differs. Members who never came this way are left alone.
//
// A session is an ordinary token of the member that expires soon, so that it counts, is
// listed and is revoked at every node as all of them are. One that was begun with another
// token (Sessions.Begin) is for no more than that, and ends with it.
package signin

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/oidc"
	"signet/internal/people"
	"signet/projections"
)

// byRules is by whom, and how, commands come that follow a login: by whoever runs the
// registry, and has written the rules.
var byRules = commands.Request{
	Actor: domain.Actor{Member: uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet:oidc")), Roles: domain.Roles{domain.RoleOperator}},
	Via:   "oidc",
}

// nobody is an id that was erased before anybody had it: a claim of it finds who has an
// identity, and gives it to nobody.
var nobody = uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet:oidc:nobody"))

// Options are what a Door works with.
type Options struct {
	Runner   *commands.Runner
	Views    *projections.Views
	People   people.Store
	Provider *oidc.Provider
	Rules    oidc.Rules
	// Session is how long a session lasts; 0 means DefaultSession.
	Session time.Duration
}

// Door lets people in who have logged in at the provider. It may be used by several
// goroutines at once.
type Door struct {
	Options

	sessions *Sessions

	erased atomic.Bool // nobody was erased in People
}

// New makes a door. It fails as NewSessions does.
func New(o Options) (*Door, error) {
	sessions, err := NewSessions(o.Runner, o.Views, o.Session)
	if err != nil {
		return nil, err
	}
	return &Door{Options: o, sessions: sessions}, nil
}

// Enter makes somebody who has logged in at the provider what the rules say, and begins
// a session. When it returns, the read models of this node know of both. Refusals:
// no_rule, after which the person is no member of any agency, and those of commands,
// such as unknown_agency for a rule that names one. Other errors are of the log,
// the read models and the people.
func (d *Door) Enter(ctx context.Context, i oidc.Identity) (Session, error) {
	grant, refused := d.Rules.Grant(i.Claims)
	if refused != nil {
		return Session{}, d.turnAway(ctx, i, refused)
	}
	id, err := d.settle(ctx, i, grant)
	if err != nil {
		return Session{}, err
	}
	s, err := d.sessions.issue(ctx, access.NewToken(), projections.Token{Agency: grant.Agency, Member: id}, byRules)
	if err != nil {
		return Session{}, err
	}
	return s, d.claim(ctx, grant, id)
}

// claim closes the first login of a registry that nobody has administered yet, if the
// member who has come in is an administrator.
func (d *Door) claim(ctx context.Context, grant oidc.Grant, id uuid.UUID) error {
	if !grant.Roles.Has(domain.RoleAdmin) {
		return nil
	}
	c := domain.ClaimRegistry{Agency: grant.Agency, Member: id}
	_, err := commands.Run(ctx, d.Runner, domain.Registries, c, byRules)
	if domain.CodeOf(err) == domain.Conflict {
		return nil
	}
	return err
}

// Name is what a person is called; empty if nobody has told.
func (d *Door) Name(ctx context.Context, id uuid.UUID) (string, error) {
	known, err := d.People.Get(ctx, id)
	return known[id].Name, err
}

// run runs a command that follows from the rules, as Sessions.run does.
func (d *Door) run(ctx context.Context, c domain.Command[domain.Agency]) error {
	return d.sessions.run(ctx, c, byRules)
}

// known returns the id of an identity; uuid.Nil if it has none. Unlike a plain claim it
// keeps nothing of strangers.
func (d *Door) known(ctx context.Context, i oidc.Identity) (uuid.UUID, error) {
	if !d.erased.Load() {
		if err := d.People.Erase(ctx, nobody); err != nil {
			return uuid.Nil, err
		}
		d.erased.Store(true)
	}
	id, err := d.People.Claim(ctx, people.Identity{Issuer: i.Issuer, Subject: i.Subject}, nobody)
	if errors.Is(err, people.ErrErased) {
		return uuid.Nil, nil
	}
	return id, err
}
