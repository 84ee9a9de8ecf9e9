package logtest

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"signet/internal/eventlog"
)

// attempt makes a call and keeps what came of it. It returns what was told, and
// the error that the contract allows.
func (h *history) attempt(ctx context.Context, id int, log eventlog.Log, in call) (answer, error) {
	began := h.now()
	out, err := h.do(ctx, log, in)
	returned := h.now()
	var e *eventlog.ConflictError
	switch {
	case err == nil:
	case in.kind == appendCall && errors.As(err, &e):
		out.outcome, out.revision = conflict, e.Actual
		if e.Stream != in.stream || e.Expected != in.at || !errors.Is(err, eventlog.ErrConflict) {
			h.complain("%v answers an append to %q at %d", err, in.stream, in.at)
		}
		err = nil
	case in.kind == appendCall:
		out.outcome, returned = unknown, math.MaxInt64
	case in.kind == readCall && len(out.events) > 0:
		out.outcome = partly
	}
	if err != nil {
		h.allowed(ctx, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil && in.kind != appendCall && out.outcome != partly {
		h.failed++
		return out, err
	}
	if out.outcome != unknown {
		h.usual[in.kind] += (time.Duration(returned-began) - h.usual[in.kind]) / 4
	}
	h.operations = append(h.operations, porcupine.Operation{ClientId: id, Input: in, Output: out, Call: began, Return: returned})
	return out, err
}

// allowed complains of an error that is not one of those which mean that the log
// could not be asked.
func (h *history) allowed(ctx context.Context, err error) {
	ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	switch {
	case ended && ctx.Err() == nil:
		h.complain("told %v, but the context has not ended", err)
	case !ended && !errors.Is(err, eventlog.ErrUnavailable) && !errors.Is(err, eventlog.ErrClosed):
		h.complain("told %v", err)
	}
}

func (h *history) do(ctx context.Context, log eventlog.Log, in call) (out answer, err error) {
	switch in.kind {
	case appendCall:
		out.position, err = log.Append(ctx, in.stream, in.at, h.records(in.events)...)
	case readCall:
		for r, err := range log.Read(ctx, in.stream, in.at) {
			if err != nil {
				return out, err
			}
			if want := max(in.at, 0) + eventlog.Revision(len(out.events)); r.Stream != in.stream || r.Revision != want || r.CaughtUp {
				h.complain("reading %q yields %q at %d, want %d", in.stream, r.Stream, r.Revision, want)
			}
			out.events, out.positions = append(out.events, h.number(r)), append(out.positions, r.Position)
		}
	case lastCall:
		out.revision, err = log.Last(ctx, in.stream)
	case headCall:
		out.position, err = log.Head(ctx)
	case followCall:
		_, out, err = h.follow(ctx, log, in.after)
	}
	return out, err
}

// follow hears a log up to the first marker.
func (h *history) follow(ctx context.Context, log eventlog.Log, after eventlog.Position) (all []eventlog.Recorded, out answer, err error) {
	for r, err := range log.Follow(ctx, after) {
		if err != nil {
			return nil, answer{}, err
		}
		if out.position = r.Position; r.CaughtUp {
			break
		}
		if r.Position <= after || !slices.Contains(h.streams, r.Stream) {
			h.complain("following yields position %d of %q after %d", r.Position, r.Stream, after)
		}
		after, all = r.Position, append(all, r)
		out.events, out.positions = append(out.events, h.number(r)), append(out.positions, r.Position)
	}
	return all, out, nil
}
