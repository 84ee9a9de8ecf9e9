package signin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/projections"
)

// Limits of a session.
const (
	DefaultSession = 8 * time.Hour
	MaxSession     = 7 * 24 * time.Hour
)

// patience is how long a login waits for the read models of its node.
const patience = 5 * time.Second

// itself is by whom, and how, commands come that begin and end sessions: a member who may
// do little can't give out tokens.
var itself = commands.Request{
	Actor: domain.Actor{Member: uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet:session")), Roles: domain.Roles{domain.RoleOperator}},
	Via:   "session",
}

// Sessions begin sessions of people who have a token, and end those of everybody. They
// may be used by several goroutines at once.
type Sessions struct {
	runner *commands.Runner
	views  *projections.Views
	lasts  time.Duration
}

// NewSessions makes sessions that last for some time; 0 means DefaultSession. It fails
// for one that is longer than MaxSession, or less than a minute.
func NewSessions(runner *commands.Runner, views *projections.Views, lasts time.Duration) (*Sessions, error) {
	if lasts == 0 {
		lasts = DefaultSession
	}
	if lasts < time.Minute || lasts > MaxSession {
		return nil, fmt.Errorf("signin: a session lasts a minute to %d hours", int(MaxSession.Hours()))
	}
	return &Sessions{runner, views, lasts}, nil
}

// Session is a session that has begun.
type Session struct {
	Secret  string // the whole token
	Expires time.Time
	Agency  string
	Member  uuid.UUID
}

// Begin begins a session of who has shown a token. It is for what that token is for, and
// ends with it at the latest: when that expires, is replaced or revoked. When it returns,
// the read models of this node know of the session.
//
// The error is access.ErrBadToken for who has no token of the registry, or that of a
// session, so that nobody goes on by a session who has left another one; domain.Conflict
// when others write at the same time; or of the log and the read models.
func (s *Sessions) Begin(ctx context.Context, v access.Viewer) (Session, error) {
	if access.BegunWith(v.Token) != v.Token {
		return Session{}, access.ErrBadToken
	}
	shown, err := s.views.Token(ctx, v.Token)
	if errors.Is(err, projections.ErrNotFound) {
		return Session{}, access.ErrBadToken
	}
	if err != nil {
		return Session{}, err
	}
	begun, err := s.issue(ctx, access.NewSession(shown.ID), *shown, itself)
	if code := domain.CodeOf(err); code == domain.NotFound || code == domain.Invalid { // the member has left meanwhile, or the time is over
		err = access.ErrBadToken
	}
	return begun, err
}

// Leave ends the session of a viewer. A token that has ended already is no error.
func (s *Sessions) Leave(ctx context.Context, v access.Viewer) error {
	err := s.run(ctx, domain.RevokeToken{Agency: v.Agency, Token: v.Token}, itself)
	if domain.CodeOf(err) == domain.NotFound {
		return nil
	}
	return err
}

// issue begins a session by a new token that is for no more, and for no longer, than
// another one, of which id and hash do not matter.
func (s *Sessions) issue(ctx context.Context, token access.Token, of projections.Token, by commands.Request) (Session, error) {
	begun := Session{Secret: token.Secret, Expires: s.runner.Clock().Add(s.lasts), Agency: of.Agency, Member: of.Member}
	if !of.Expires.IsZero() && of.Expires.Before(begun.Expires) {
		begun.Expires = of.Expires
	}
	c := domain.IssueToken{Agency: of.Agency, Member: of.Member, Token: token.ID, Hash: token.Hash, Expires: &begun.Expires, Scopes: of.Scopes}
	if err := s.run(ctx, c, by); err != nil {
		return Session{}, err
	}
	return begun, nil
}

// run runs a command, and returns when its effect can be read at this node.
func (s *Sessions) run(ctx context.Context, c domain.Command[domain.Agency], by commands.Request) error {
	result, err := commands.Run(ctx, s.runner, domain.Agencies, c, by)
	if err != nil {
		return err
	}
	return s.await(ctx, result.Position)
}

func (s *Sessions) await(ctx context.Context, position eventlog.Position) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.views.WaitFor(ctx, position)
}
