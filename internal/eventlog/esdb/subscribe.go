package esdb

import (
	"context"
	"errors"
	"fmt"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"golang.org/x/sync/semaphore"

	"signet/internal/eventlog"
)

// heardEvents and heardBytes bound what a subscription has heard before it is
// wanted.
const (
	heardEvents = 512
	heardBytes  = 8 << 20
)

// hearing is a subscription that is read in a goroutine of its own, since reading
// takes no context.
type hearing struct {
	messages chan message
	room     *semaphore.Weighted // in bytes
}

// taken makes room for more.
func (h *hearing) taken(m message) {
	if m.size > 0 {
		h.room.Release(m.size)
	}
}

// subscribe begins to hear what comes after a position, until the context ends.
func (l *Log) subscribe(ctx context.Context, k *link, after eventlog.Position) *hearing {
	h := &hearing{messages: make(chan message, heardEvents), room: semaphore.NewWeighted(heardBytes)}
	k.begin()
	go func() {
		defer k.end()
		err := l.hear(ctx, k, after, h)
		select {
		case h.messages <- message{err: err}:
		case <-ctx.Done():
		}
	}()
	return h
}

var errDropped = errors.New("the subscription was dropped")

// hear hears until the subscription ends, and tells why.
func (l *Log) hear(ctx context.Context, k *link, after eventlog.Position, h *hearing) (err error) {
	defer func() {
		if p := recover(); p != nil { // the client was closed meanwhile
			err = fmt.Errorf("the client panicked: %v", p)
		}
	}()
	s, err := k.SubscribeToAll(onlyLeader(ctx), client.SubscribeToAllOptions{
		From: from(after), MaxSearchWindow: searchWindow, CheckpointInterval: checkpointInterval,
		Filter: &client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: []string{l.prefix}},
	})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // always nil
	for {
		m, err := l.message(s.Recv())
		if err != nil {
			return err
		}
		if m.size > 0 {
			if err := h.room.Acquire(ctx, m.size); err != nil {
				return err
			}
		}
		select {
		case h.messages <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// message is what the client tells.
func (l *Log) message(e *client.SubscriptionEvent) (message, error) {
	switch {
	case e.EventAppeared != nil:
		r, err := l.recorded(e.EventAppeared.OriginalEvent())
		return message{event: r, size: min(heardBytes, int64(len(r.Data)+len(r.Meta)+len(r.Stream)+1))}, err
	case e.CheckPointReached != nil:
		return message{checkpoint: eventlog.Position(e.CheckPointReached.Commit)}, nil
	case e.CaughtUp != nil:
		return message{caughtUp: true}, nil
	case e.FellBehind != nil:
		return message{fellBehind: true}, nil
	case e.SubscriptionDropped != nil && e.SubscriptionDropped.Error != nil:
		return message{}, e.SubscriptionDropped.Error
	}
	return message{}, errDropped
}
