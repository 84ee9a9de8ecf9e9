package domain

import (
	"maps"
	"time"

	"github.com/google/uuid"
)

// Event is a fact that has happened. Its type name is stored for ever.
type Event interface {
	// EventType is the stored name, "<noun>.<past participle>.v<N>".
	EventType() string
}

// Command asks for something to happen to one stream whose state is S.
type Command[S any] interface {
	// Stream is the name of the stream that decides.
	Stream() string
	// Needs tells which permission the actor must hold, and within which agency.
	Needs() (Permission, Scope)
	// Decide answers with the events that follow from the command in this state;
	// none at all when nothing is new. An error is a *Error, or comes from Facts.
	Decide(state S, call Call) ([]Event, error)
}

// Decider knows how the state S of one category of streams is folded from
// events. The zero S is that of a stream in which nothing has happened.
type Decider[S any] struct {
	// Category is the first part of the streams' names, before the dash.
	Category string
	// Evolve applies one event. It never refuses: what is in the log has happened.
	Evolve func(S, Event) S
}

// Call is who calls, when, and what else they may know.
type Call struct {
	Actor Actor
	// At is the instant of the call, in UTC.
	At time.Time
	// Facts reads the state of other streams, as of shortly before the call.
	Facts Facts
}

// Facts answers what a command must know of streams other than its own. A stream
// without events answers its zero state. An error is a failure to read.
type Facts interface {
	Item(key string) (Item, error)
	Policy(kind Kind) (Policy, error)
	Edition(number int) (Edition, error)
	Agency(key string) (Agency, error)
}

// Actor is the one who calls: a member of an agency, known by an opaque id.
type Actor struct {
	// Member is the opaque id of the person; no name is kept in events.
	Member uuid.UUID
	// Agency is the key of the agency that the member belongs to.
	Agency string
	Roles  Roles
	// Locales are those into which a translator translates.
	Locales []Locale
	// Token is the id of the token that the actor calls with; empty for none.
	Token string
	// Scopes are what that token is limited to.
	Scopes Scopes
}

// copied returns a copy of a map of a state, which Evolve may write to: never nil,
// since it must not fail even on events that no command of ours would have led to.
func copied[K comparable, V any](m map[K]V) map[K]V {
	out := make(map[K]V, len(m)+1)
	maps.Copy(out, m)
	return out
}

// instant is t as it is kept in events: in UTC, to the microsecond, so that
// instants compare the same in Go and in a read model.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Fold applies events to the zero state, in order.
func (d Decider[S]) Fold(events ...Event) S {
	var s S
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	return s
}
