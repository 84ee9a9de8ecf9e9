package esdb

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog"
)

// scan remembers how far the server's log was looked through, so that what others
// have written there is looked at once.
type scan struct {
	mu      sync.Mutex
	through eventlog.Position // guarded by mu: up to here everything was looked at
	last    eventlog.Position // guarded by mu: of ours, up to there
}

// note says that everything up to a position was looked at, and last was ours.
func (s *scan) note(through, last eventlog.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.through, s.last = max(s.through, through), max(s.last, last)
}

func (s *scan) known() (through, last eventlog.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.through, s.last
}

// Most and least events that are looked at in one call for the head.
const (
	firstLook = 16
	widest    = 1024
)

// looked is what one look back has seen.
type looked struct {
	events              int
	newest, oldest, our eventlog.Position // our: of the last event of ours; 0 if there was none
	done                bool              // what is before it is known
}

// Head implements eventlog.Log. The client reads the server's log without a filter,
// so it goes back from the end, over what belongs to others, to the last event of
// ours or to where it has been before.
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	through, last := l.scan.known()
	var from client.AllPosition = client.End{}
	top := eventlog.Position(0)
	for count := firstLook; ; count = min(4*count, widest) {
		seen, err := retried(ctx, l, func(ctx context.Context, k *link) (looked, error) {
			return l.lookBack(ctx, k, from, count, through)
		})
		if err != nil {
			return 0, err
		}
		top, last = max(top, seen.newest), max(last, seen.our)
		if seen.done || seen.events < count {
			l.scan.note(top, last)
			return last, nil
		}
		from = client.Position{Commit: uint64(seen.oldest), Prepare: uint64(seen.oldest)}
	}
}

func (l *Log) lookBack(ctx context.Context, k *link, from client.AllPosition, count int, through eventlog.Position) (looked, error) {
	var seen looked
	err := backwards(ctx, k, from, count, func(e *client.RecordedEvent) bool {
		seen.events++
		seen.oldest = eventlog.Position(e.Position.Commit)
		seen.newest = max(seen.newest, seen.oldest)
		if strings.HasPrefix(e.StreamID, l.prefix) {
			seen.our = seen.oldest
		}
		seen.done = seen.our > 0 || seen.oldest <= through
		return !seen.done
	})
	return seen, err
}

// backwards reads the server's log from a position, without that itself, to the
// beginning, at most count events, as long as each says so.
func backwards(ctx context.Context, k *link, from client.AllPosition, count int, each func(*client.RecordedEvent) bool) error {
	s, err := k.ReadAll(ctx, client.ReadAllOptions{Direction: client.Backwards, From: from}, uint64(count)) //nolint:gosec // positive
	if err != nil {
		return err
	}
	defer s.Close()
	for range count {
		r, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !each(r.OriginalEvent()) {
			return nil
		}
	}
	return nil
}
