// Package graph is the GraphQL API: one schema file per noun, thin resolvers that
// build a command or call a query, and the server around them.
package graph

//go:generate go tool -modfile=../internal/tools/go.mod gqlgen generate
//go:generate go tool -modfile=../internal/tools/go.mod gofumpt -w .
//go:generate go run ./published schema.graphql

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/notify"
	"signet/internal/people"
	"signet/projections"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Runner *commands.Runner
	Views  *projections.Views
	Store  assets.Store
	// Notifier tells webhooks; nil where there are none.
	Notifier *notify.Notifier
	// System is what the program knows of itself.
	System System
	// People keeps the names of members; nil where nobody is named.
	People people.Store
	// MaxUpload is the size of the largest file that is taken in, in bytes.
	MaxUpload int64
	// Documents say which documents are run.
	Documents DocumentRules
	// Spend, if any, charges the caller for an operation before it is executed: for the
	// mutations in it, aliases counted, and the fields that its answer may hold. Its
	// error, of a caller who asks for too much, is told with status 429.
	Spend func(ctx context.Context, mutations, fields int) error
	// Turn, if any, waits for the turn of an operation that reads, or writes, and of each
	// answer of a subscription. Leave is called when it is done. Its error, of a node of
	// which too much is asked, is told with status 503.
	Turn func(ctx context.Context, writes bool) (leave func(), err error)
	// Address tells from where a request has come, by which subscriptions are counted; the
	// peer's address if nil.
	Address func(*http.Request) string
	// Operated, if any, is called with the type of each operation that was answered
	// (query, mutation, or subscription for each event), and the code of its first
	// error.
	Operated func(operation string, code Code)
}

// run runs a command for the viewer, and waits until its effect can be read.
func run[S any](ctx context.Context, r *Resolver, d domain.Decider[S], c domain.Command[S], key *string, seen *int) (commands.Result, error) {
	viewer := access.From(ctx)
	if viewer.Anonymous() {
		return commands.Result{}, access.ErrNoToken
	}
	req := commands.Request{Actor: viewer.Actor, Key: or(key, "")}
	if seen != nil {
		revision := eventlog.Revision(*seen)
		req.Expected = &revision
	}
	result, err := commands.Run(ctx, r.Runner, d, c, req)
	if err != nil {
		return result, err
	}
	return result, Visible(ctx, r.Views, result.Position, Applied)
}

// How long an answer waits for the read models: to apply what was just written, which
// may be an edition of many items; and to reach what a caller has seen at another node.
const (
	Applied = patience - 5*time.Second
	Reached = 5 * time.Second
)

// NotVisibleError: what stands at the position can't be read here yet. It is
// written.
type NotVisibleError struct{ Position eventlog.Position }

func (e *NotVisibleError) Error() string {
	return fmt.Sprintf("graph: the read models do not tell of position %d yet", e.Position)
}

// Visible returns when the read models tell of a position; a *NotVisibleError if
// they do not in time.
func Visible(ctx context.Context, views *projections.Views, position eventlog.Position, within time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err := views.WaitFor(limited, position)
	if err != nil && ctx.Err() == nil {
		return &NotVisibleError{position}
	}
	return err
}

// or returns what p points at, or the other value if it is nil.
func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}
