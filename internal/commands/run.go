// Package commands is the one way in which anything is written: a command's
// permission is checked, the stream that decides is folded, the command decides,
// and what follows is appended at exactly the revision that was read.
package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// attempts is how often a command is decided anew when somebody else has
// written to its stream in between.
const attempts = 20

// MaxKey is the longest idempotency key, in bytes.
const MaxKey = 200

// Runner runs commands against a log.
type Runner struct {
	Log   eventlog.Log
	Clock eventlog.Clock
}

// Request is a command's circumstances.
type Request struct {
	Actor domain.Actor
	// Key is the idempotency key: the same command with the same key by the same
	// member has one result, however often it is sent. Empty: none.
	Key string
	// Expected is the revision of the stream that the caller saw; nil means any.
	Expected *eventlog.Revision
	// At is when it happened, for imports only; zero means now.
	At time.Time
	// Via says how the command came if not through the API.
	Via string
}

// Result is what a command led to.
type Result struct {
	// Position is that of the last event written, or, when nothing was new, of the
	// last event that the decision was based on.
	Position eventlog.Position
	Revision eventlog.Revision
	Events   []domain.Event
	// Replayed: the idempotency key had been used before, and Events are those
	// of then.
	Replayed bool
}

// stream is what was read of a stream.
type stream struct {
	revision eventlog.Revision
	position eventlog.Position
	replay   *Result
	mismatch bool
}

// Run decides the command and writes what follows. The error is a refusal
// (*domain.Error) or a failure of the log; a refusal has written nothing.
func Run[S any](ctx context.Context, r *Runner, d domain.Decider[S], c domain.Command[S], req Request) (Result, error) {
	permission, scope := c.Needs()
	if !req.Actor.May(permission, scope) {
		return Result{}, domain.Refuse(domain.Forbidden, "not_permitted", "this needs the permission %s%s", permission, within(scope))
	}
	if len(req.Key) > MaxKey || strings.ContainsFunc(req.Key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return Result{}, domain.Refuse(domain.Invalid, "invalid_idempotency_key", "an idempotency key is at most %d printable ASCII characters", MaxKey).At("idempotencyKey")
	}
	if len(c.Stream()) > eventlog.MaxStreamName {
		return Result{}, domain.Refuse(domain.Invalid, "invalid_key", "the key is too long").At("key")
	}
	digest, err := commandDigest(c)
	if err != nil {
		return Result{}, err
	}
	for range attempts {
		result, err := attempt(ctx, r, d, c, req, digest)
		if errors.Is(err, eventlog.ErrConflict) {
			continue
		}
		return result, err
	}
	return Result{}, domain.Refuse(domain.Conflict, "busy", "others are writing to the same thing; try again")
}

// attempt reads, decides and appends once.
func attempt[S any](ctx context.Context, r *Runner, d domain.Decider[S], c domain.Command[S], req Request, digest string) (Result, error) {
	state, seen, err := load(ctx, r.Log, d, c.Stream(), req, digest)
	if err != nil {
		return Result{}, err
	}
	if seen.mismatch {
		return Result{}, domain.Refuse(domain.Conflict, "idempotency_mismatch", "the idempotency key was used for another command").At("idempotencyKey")
	}
	if seen.replay != nil {
		return *seen.replay, nil
	}
	if req.Expected != nil && *req.Expected != seen.revision {
		return Result{}, domain.Refuse(domain.Conflict, "stale_revision", "it has changed since: revision %d, not %d", seen.revision, *req.Expected).At("revision")
	}
	now := Instant(r.Clock())
	call := domain.Call{Actor: req.Actor, At: now, Facts: facts{ctx, r.Log}}
	if !req.At.IsZero() {
		call.At = Instant(req.At)
	}
	events, err := c.Decide(state, call)
	if err != nil {
		return Result{}, err
	}
	result := Result{Position: seen.position, Revision: seen.revision, Events: events}
	if len(events) == 0 {
		return result, nil
	}
	records, err := seal(c.Stream(), seen.revision, events, req, call.At, now, digest)
	if err != nil {
		return Result{}, err
	}
	result.Position, err = r.Log.Append(ctx, c.Stream(), seen.revision, records...)
	result.Revision += eventlog.Revision(len(records))
	return result, err
}

// load folds a stream, and looks in it for the request's idempotency key.
func load[S any](ctx context.Context, log eventlog.Log, d domain.Decider[S], name string, req Request, digest string) (S, stream, error) {
	var state S
	seen := stream{revision: eventlog.NoStream}
	for recorded, err := range log.Read(ctx, name, 0) {
		if err != nil {
			return state, seen, err
		}
		envelope, event, err := Decode(recorded)
		if err != nil {
			return state, seen, err
		}
		state = d.Evolve(state, event)
		seen.revision, seen.position = recorded.Revision, recorded.Position
		if req.Key == "" || envelope.Request != req.Key || envelope.Member != req.Actor.Member {
			continue
		}
		if envelope.Command != digest {
			seen.mismatch = true
			continue
		}
		if seen.replay == nil {
			seen.replay = &Result{Replayed: true}
		}
		seen.replay.Events = append(seen.replay.Events, event)
		seen.replay.Position, seen.replay.Revision = recorded.Position, recorded.Revision
	}
	return state, seen, nil
}

// Load folds the state of a stream as it is now, and its revision.
func Load[S any](ctx context.Context, log eventlog.Log, d domain.Decider[S], name string) (S, eventlog.Revision, error) {
	state, seen, err := load(ctx, log, d, name, Request{}, "")
	return state, seen.revision, err
}

// Decode opens a stored event. The error wraps eventlog.ErrCorrupt,
// eventlog.ErrErased or domain.ErrUnknownEvent.
func Decode(r eventlog.Recorded) (eventlog.Envelope, domain.Event, error) {
	envelope, payload, err := eventlog.Open(r)
	if err != nil {
		return envelope, nil, err
	}
	event, err := domain.Decode(r.Type, payload, envelope.At)
	if err != nil {
		return envelope, nil, fmt.Errorf("position %d: %w", r.Position, err)
	}
	return envelope, event, nil
}

func seal(name string, after eventlog.Revision, events []domain.Event, req Request, at, now time.Time, digest string) ([]eventlog.Record, error) {
	records := make([]eventlog.Record, 0, len(events))
	for i, event := range events {
		eventType, payload, err := domain.Encode(event)
		if err != nil {
			return nil, fmt.Errorf("commands: encode %s: %w", event.EventType(), err)
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, fmt.Errorf("commands: event id: %w", err)
		}
		envelope := eventlog.Envelope{
			ID: id, Type: eventType, Stream: name, Revision: after + 1 + eventlog.Revision(i),
			At: at, Recorded: now, Member: req.Actor.Member, Agency: req.Actor.Agency,
			Request: req.Key, Via: req.Via,
		}
		if req.Key != "" {
			envelope.Command = digest
		}
		record, err := eventlog.Seal(envelope, payload)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

// Instant is t as the registry keeps instants: in UTC, to the microsecond.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// commandDigest tells commands apart: the SHA-256 of the command's name and JSON.
func commandDigest(c any) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("commands: %w", err)
	}
	sum := sha256.Sum256(append([]byte(reflect.TypeOf(c).Name()+" "), body...))
	return hex.EncodeToString(sum[:]), nil
}

func within(s domain.Scope) string {
	if s.Agency == "" {
		return ""
	}
	return " within " + s.Agency
}

// facts answers domain.Facts from the log.
type facts struct {
	ctx context.Context //nolint:containedctx // lives no longer than the attempt that made it
	log eventlog.Log
}

func (f facts) Item(key string) (domain.Item, error) {
	return state(f, domain.Items, domain.ItemStream(key))
}

func (f facts) Policy(kind domain.Kind) (domain.Policy, error) {
	return state(f, domain.Policies, domain.PolicyStream(kind))
}

func (f facts) Edition(number int) (domain.Edition, error) {
	return state(f, domain.Editions, domain.EditionStream(number))
}

func (f facts) Agency(key string) (domain.Agency, error) {
	return state(f, domain.Agencies, domain.AgencyStream(key))
}

func state[S any](f facts, d domain.Decider[S], name string) (S, error) {
	if len(name) > eventlog.MaxStreamName {
		var zero S
		return zero, nil
	}
	s, _, err := Load(f.ctx, f.log, d, name)
	return s, err
}
