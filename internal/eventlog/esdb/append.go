package esdb

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog"
)

// maxWire is what a server takes in one append unless it is told otherwise (up to
// version 25.0; later ones take more), in bytes. It counts payload, metadata and
// twice the letters of the type.
const maxWire = 1 << 20

// Append implements eventlog.Log.
func (l *Log) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if err := eventlog.Check(stream, records); err != nil {
		return 0, err
	}
	if l.isClosed() {
		return 0, eventlog.ErrClosed
	}
	events, err := proposed(records)
	if err != nil {
		return 0, err
	}
	if expected < eventlog.NoStream {
		return 0, l.conflict(ctx, stream, expected)
	}
	if last, err := l.know(ctx, stream, expected); err != nil {
		return 0, err
	} else if last < expected {
		return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: last}
	}
	if l.ids.stand(stream, expected, records) {
		return 0, l.conflict(ctx, stream, expected)
	}
	position, err := l.write(ctx, stream, expected, records, events)
	if err != nil {
		return 0, err
	}
	for i, r := range records {
		l.ids.add(stream, expected+1+eventlog.Revision(i), r.ID)
	}
	return position, nil
}

// proposed are records as the client sends them.
func proposed(records []eventlog.Record) ([]client.EventData, error) {
	events := make([]client.EventData, len(records))
	size := 0
	for i, r := range records {
		events[i] = client.EventData{EventID: r.ID, EventType: r.Type, Data: r.Data, Metadata: r.Meta}
		if json.Valid(r.Data) {
			events[i].ContentType = client.ContentTypeJson // so that the server's own pages show it
		}
		size += len(r.Data) + len(r.Meta) + 2*len(r.Type)
	}
	if size > maxWire {
		return nil, fmt.Errorf("%w: batch has %d bytes for the server, at most %d", eventlog.ErrTooLarge, size, maxWire)
	}
	return events, nil
}

// know reads the ids of a stream up to a revision, as far as they are not known, and
// returns up to where they are now: less only if the stream ends there.
func (l *Log) know(ctx context.Context, stream string, through eventlog.Revision) (eventlog.Revision, error) {
	known := l.ids.through(stream)
	for known < through {
		p, err := l.page(ctx, stream, known+1, pageEvents)
		if err != nil {
			return known, err
		}
		for _, e := range p.events {
			known = e.Revision
			l.ids.add(stream, e.Revision, e.ID)
		}
		if !p.more {
			break
		}
	}
	return known, nil
}

// write appends until the outcome is known or the patience has ended.
func (l *Log) write(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record, events []client.EventData) (eventlog.Position, error) {
	options := client.AppendToStreamOptions{ExpectedRevision: client.NoStream{}, Deadline: &l.o.Timeout}
	if expected >= 0 {
		options.ExpectedRevision = client.Revision(uint64(expected))
	}
	deadline := time.Now().Add(l.o.Patience)
	for redirected := 0; ; {
		k, err := l.current(ctx, deadline)
		if err != nil {
			return 0, err
		}
		result, err := run(ctx, l, k, l.attempt(ctx), func(ctx context.Context) (*client.WriteResult, error) {
			// Who leaves does not break it off: the client reads what the connection still
			// writes then. It ends by its own deadline.
			return k.AppendToStream(context.WithoutCancel(ctx), l.prefix+stream, options, events...)
		})
		switch {
		case err == nil:
			return eventlog.Position(result.CommitPosition), nil
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case isConflict(err):
			// The stream has come to the expected revision before, so it is beyond it now,
			// and what stands there is not ours, and never will be.
			return 0, l.conflict(ctx, stream, expected)
		case isInvalid(err):
			return 0, fmt.Errorf("%w: %w", eventlog.ErrTooLarge, err)
		case isFinal(err):
			return 0, meaning(err)
		case isNotLeader(err) && redirected < redirects:
			redirected++
			continue
		}
		l.broken(k, err)
		if isRefused(err) {
			return 0, meaning(err)
		}
		position, known, err := l.outcome(ctx, stream, expected, records)
		if known || err != nil {
			return position, err
		}
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("%w: it is not known whether it was written", eventlog.ErrUnavailable)
		}
	}
}

// attempt is how long one attempt of an append may take: of a short time that the
// caller has, a part remains for asking what has become of it.
func (l *Log) attempt(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return l.o.Timeout
	}
	return min(l.o.Timeout, max(time.Until(deadline)*2/3, time.Millisecond))
}

// outcome reads what stands where the records were to be written: they, something
// else, or nothing, which may change yet.
func (l *Log) outcome(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (position eventlog.Position, known bool, err error) {
	p, err := l.page(ctx, stream, expected+1, len(records))
	if err != nil || len(p.events) == 0 {
		return 0, false, err
	}
	for i, r := range records {
		if i >= len(p.events) || p.events[i].ID != r.ID {
			return 0, true, l.conflict(ctx, stream, expected)
		}
		position = p.events[i].Position
	}
	return position, true, nil
}

// conflict is the error of an append to a stream that is at another revision, or
// holds one of its ids.
func (l *Log) conflict(ctx context.Context, stream string, expected eventlog.Revision) error {
	actual, err := l.Last(ctx, stream)
	if err != nil {
		return err
	}
	return &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: actual}
}
