package esdbtest

import (
	"context"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
)

// liveBuffer is how far a subscription that was told it had caught up may fall
// behind before it is told so: what the real server keeps for it.
const liveBuffer = 320

// subscription is one call that follows a source.
type subscription struct {
	*sender

	node *Server
	next int // index into $all, or revision
	live bool
	// last is the position of the last event considered, and checkpoint that of
	// the last checkpoint sent; 0 for none.
	last, checkpoint uint64
	considered       int // since the last checkpoint
	// silences is how often subscriptions had been silenced when this one began.
	silences int
}

// subscribe sends what there is after a place, and then what is appended, until
// the call ends.
func (s *Server) subscribe(o *streams.ReadReq_Options, of source, call streams.Streams_ReadServer) (*refusal, error) {
	s.counts.subscribed.Add(1)
	s.counts.subscriptions.Add(1)
	defer s.counts.subscriptions.Add(-1)
	chosen, refused := newFilter(o)
	if refused != nil {
		return refused, nil
	}
	log := s.group.log()
	visible, _ := log.end()
	limit := s.limit(visible)
	confirmation := &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}
	if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: confirmation}}); err != nil {
		return nil, err
	}
	sub := &subscription{sender: s.sender(call, log, of, chosen, func(f *faults) *shortened { return &f.subscriptions }), node: s}
	s.faults.take(func(f *faults) { sub.silences = f.silences })
	if of.all {
		sub.next, refused = after(o.GetAll(), log, limit)
		sub.live = sub.next >= limit // told at once, without a checkpoint
	} else {
		refused = sub.begin(o.GetStream(), limit)
	}
	if refused != nil {
		return refused, nil
	}
	if err := sub.broken(); err != nil {
		return nil, err
	}
	if sub.live {
		if err := sub.tell(caughtUp); err != nil {
			return nil, err
		}
	}
	return sub.follow(call.Context())
}

// after returns the index of the first event behind a position. One that lies
// behind all events is taken as it is.
func after(at *streams.ReadReq_Options_AllOptions, log *store, limit int) (int, *refusal) {
	switch at.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_End:
		return limit, nil
	case *streams.ReadReq_Options_AllOptions_Position:
		asked := at.GetPosition()
		if asked.GetCommitPosition() == math.MaxUint64 {
			return limit, nil
		}
		i, exact := log.find(asked.GetCommitPosition())
		switch visible, _ := log.end(); {
		case exact && asked.GetCommitPosition() == asked.GetPreparePosition():
			return i + 1, nil
		case i < visible && asked.GetCommitPosition() > 0:
			return 0, badPosition
		default:
			return i, nil
		}
	}
	return 0, nil
}

// begin finds where a subscription to a stream begins.
func (sub *subscription) begin(at *streams.ReadReq_Options_StreamOptions, limit int) *refusal {
	_, first, last, gone := sub.log.look(sub.of.name, limit)
	if gone {
		return streamDeleted(sub.of.name)
	}
	switch at.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Revision:
		sub.next = int(min(at.GetRevision(), math.MaxInt64-1)) + 1 //nolint:gosec // bounded
	case *streams.ReadReq_Options_StreamOptions_End:
		sub.next = last
	}
	sub.next = max(sub.next, first)
	return nil
}

// follow sends until the call ends.
func (sub *subscription) follow(ctx context.Context) (*refusal, error) {
	for {
		visible, grown := sub.log.end()
		if sub.silenced() {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		end, gone := sub.end(sub.node.limit(visible))
		n := end - sub.next
		var err error
		switch {
		case n <= 0 && gone:
			return streamDeleted(sub.of.name), nil
		case n <= 0 && sub.live:
			select {
			case <-grown:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		case n <= 0:
			err = sub.catchUp()
		case sub.live && n > liveBuffer:
			err = sub.fallBehind()
		default:
			_, err = sub.send(sub.next, 1, min(n, len(sub.entries)), sub.consider)
			sub.next += min(n, len(sub.entries))
		}
		if err != nil {
			return nil, err
		}
	}
}

// silenced tells whether this subscription is to say nothing more.
func (sub *subscription) silenced() (yes bool) {
	sub.node.faults.take(func(f *faults) { yes = f.silences > sub.silences })
	return yes
}

// end is where the source ends now.
func (sub *subscription) end(limit int) (end int, gone bool) {
	if sub.of.all {
		return limit, false
	}
	// The stream may not have been there before.
	sub.of.stream, _, end, gone = sub.log.look(sub.of.name, limit)
	if gone {
		end-- // the tombstone itself is told as an error
	}
	return end, gone
}

func (sub *subscription) catchUp() error {
	sub.live = true
	if err := sub.mark(); err != nil {
		return err
	}
	return sub.tell(caughtUp)
}

func (sub *subscription) fallBehind() error {
	sub.live = false
	if err := sub.tell(fellBehind); err != nil {
		return err
	}
	return sub.mark()
}

// consider counts events, also those that the filter holds back, and sends a
// checkpoint from time to time.
func (sub *subscription) consider(e entry) error {
	sub.last = e.position
	if sub.considered++; sub.filter == nil || sub.considered < sub.filter.interval {
		return nil
	}
	return sub.mark()
}

// mark sends a checkpoint, unless there is no filter or none that is new.
func (sub *subscription) mark() error {
	sub.considered = 0
	if sub.filter == nil || sub.last == sub.checkpoint {
		return nil
	}
	sub.checkpoint = sub.last
	return sub.call.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: sub.last, PreparePosition: sub.last},
	}})
}

var (
	caughtUp   = &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
	fellBehind = &streams.ReadResp{Content: &streams.ReadResp_FellBehind_{FellBehind: &streams.ReadResp_FellBehind{}}}
)

func (sub *subscription) tell(what *streams.ReadResp) error { return sub.call.Send(what) }
