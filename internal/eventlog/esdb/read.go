package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog"
)

const (
	// pageEvents and pageBytes bound what is read at once and held in memory.
	pageEvents = 256
	pageBytes  = 4 << 20
)

// Read implements eventlog.Log.
func (l *Log) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		end := eventlog.Revision(math.MaxInt64) // not known yet
		for next := max(from, 0); next <= end; {
			page, err := l.page(ctx, stream, next, pageEvents)
			for _, r := range page.events {
				if r.Revision != next {
					err = fmt.Errorf("%w: stream %q has no revision %d", eventlog.ErrCorrupt, stream, next)
					break
				}
				if next > end {
					return
				}
				next++
				if !yield(r, nil) {
					return
				}
			}
			if err == nil && page.more && end == math.MaxInt64 {
				end, err = l.Last(ctx, stream)
			}
			if err != nil {
				yield(eventlog.Recorded{}, err)
				return
			}
			if !page.more {
				return
			}
		}
	}
}

// page is a part of a stream, and whether there may be more of it.
type page struct {
	events []eventlog.Recorded
	more   bool
}

// page reads at most count events of a stream. What was read stays known to ids.
func (l *Log) page(ctx context.Context, stream string, from eventlog.Revision, count int) (page, error) {
	if stream == "" || len(stream) > eventlog.MaxStreamName {
		return page{}, ctx.Err() // there is none of that name
	}
	return retried(ctx, l, func(ctx context.Context, k *link) (page, error) {
		var p page
		s, err := k.ReadStream(ctx, l.prefix+stream, client.ReadStreamOptions{From: client.Revision(uint64(from))}, uint64(count)) //nolint:gosec // both are positive
		if err != nil {
			return p, err
		}
		defer s.Close()
		for bytes := 0; len(p.events) < count; {
			r, err := s.Recv()
			switch {
			case errors.Is(err, io.EOF), isNotFound(err):
				return p, nil
			case err != nil:
				return page{}, err
			}
			e, err := l.recorded(r.OriginalEvent())
			if err != nil {
				return page{}, err
			}
			p.events = append(p.events, e)
			l.ids.add(stream, e.Revision, e.ID)
			if bytes += len(e.Data) + len(e.Meta); bytes >= pageBytes {
				break
			}
		}
		p.more = true
		return p, nil
	})
}

// recorded is an event of the server as the log tells it.
func (l *Log) recorded(e *client.RecordedEvent) (eventlog.Recorded, error) {
	stream, ours := strings.CutPrefix(e.StreamID, l.prefix)
	if !ours || e.EventNumber > math.MaxInt64 {
		return eventlog.Recorded{}, fmt.Errorf("%w: position %d is in stream %q", eventlog.ErrCorrupt, e.Position.Commit, e.StreamID)
	}
	if e.Position.Commit == math.MaxUint64 {
		return eventlog.Recorded{}, fmt.Errorf("%w: it does not tell the positions of events in a stream; it is older than 23.10", eventlog.ErrUnavailable)
	}
	return eventlog.Recorded{
		Record: eventlog.Record{ID: e.EventID, Type: e.EventType, Data: e.Data, Meta: e.UserMetadata},
		Stream: stream, Revision: eventlog.Revision(e.EventNumber), Position: eventlog.Position(e.Position.Commit), //nolint:gosec // checked
	}, nil
}

// Last implements eventlog.Log.
func (l *Log) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	return retried(ctx, l, func(ctx context.Context, k *link) (eventlog.Revision, error) {
		s, err := k.ReadStream(ctx, l.prefix+stream, client.ReadStreamOptions{Direction: client.Backwards, From: client.End{}}, 1)
		if err != nil {
			return 0, err
		}
		defer s.Close()
		r, err := s.Recv()
		if errors.Is(err, io.EOF) || isNotFound(err) {
			return eventlog.NoStream, nil
		}
		if err != nil {
			return 0, err
		}
		return eventlog.Revision(r.OriginalEvent().EventNumber), nil //nolint:gosec // the server counts from 0
	})
}
