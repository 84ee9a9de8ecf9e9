package esdbtest

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// streamsService is what the client reads and writes by.
type streamsService struct {
	streams.UnimplementedStreamsServer
	*Server
}

// Append takes the options, then the events, and answers once.
func (s *streamsService) Append(call streams.Streams_AppendServer) error {
	first, err := call.Recv()
	if err != nil {
		return err
	}
	options := first.GetOptions()
	stream := string(options.GetStreamIdentifier().GetStreamName())
	expected, ok := expectedOf(options)
	if !ok || stream == "" {
		return badRequest("an append begins with a stream and a revision").with(call.SetTrailer)
	}
	events, err := s.receive(call)
	if err != nil {
		return err
	}
	s.counts.appends.Add(1)
	ctx := call.Context()
	if s.happens(func(f *faults) *counted { return &f.before }) {
		s.hangUp(ctx)
		return status.Error(codes.Unavailable, "cut before it was written")
	}
	out, refused := s.propose(&proposal{stream: stream, expected: expected, events: events})
	if refused != nil {
		return refused.with(call.SetTrailer)
	}
	if err := s.delay(ctx); err != nil {
		return err
	}
	if out.verdict == conflict {
		return call.SendAndClose(&streams.AppendResp{Result: wrong(options, out.revision)})
	}
	return call.SendAndClose(&streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success(out)}})
}

// delay does what was ordered between writing and answering.
func (s *Server) delay(ctx context.Context) error {
	if s.happens(func(f *faults) *counted { return &f.lost }) {
		s.hangUp(ctx)
		return status.Error(codes.Unavailable, "cut before it was answered")
	}
	var late bool
	var by time.Duration
	s.faults.take(func(f *faults) { late, by = f.late.next(), f.lateBy })
	if !late {
		return nil
	}
	return pause(ctx, by)
}

// happens counts down a fault.
func (s *Server) happens(which func(*faults) *counted) (yes bool) {
	s.faults.take(func(f *faults) { yes = which(f).next() })
	return yes
}

// receive takes the events of an append.
func (s *streamsService) receive(call streams.Streams_AppendServer) ([]Event, error) {
	most := s.o.MaxAppend
	if most == 0 {
		most = DefaultMaxAppend
	}
	var events []Event
	for size := 0; ; {
		request, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		event, refused := proposed(request.GetProposedMessage())
		if refused == nil {
			if size += len(event.Data) + len(event.Metadata) + 2*len(event.Type); size > most {
				refused = tooLarge(most)
			}
		}
		if refused != nil {
			return nil, refused.with(call.SetTrailer)
		}
		events = append(events, event)
	}
}

// proposed reads an event that a client sends.
func proposed(m *streams.AppendReq_ProposedMessage) (Event, *refusal) {
	if m == nil {
		return Event{}, badRequest("after the options of an append come events")
	}
	for _, key := range []string{keyType, keyContentType} {
		if _, ok := m.Metadata[key]; !ok {
			return Event{}, lacksMetadata(key)
		}
	}
	id, err := eventID(m.Id)
	if err != nil || id == uuid.Nil {
		return Event{}, badRequest("an event needs an id")
	}
	e := Event{ID: id, Type: m.Metadata[keyType], ContentType: "application/octet-stream", Data: m.Data, Metadata: m.CustomMetadata}
	if m.Metadata[keyContentType] == typeJSON {
		e.ContentType = typeJSON
	}
	return e, nil
}

// propose brings a proposal to the leader.
func (s *Server) propose(p *proposal) (outcome, *refusal) {
	var elsewhere *refusal
	s.faults.take(func(f *faults) { elsewhere = f.leader })
	if elsewhere != nil {
		return outcome{}, elsewhere
	}
	log, ids, led := s.group.take()
	if !led {
		return outcome{}, notReady
	}
	p.remembers = ids
	out := log.propose(p)
	switch out.verdict {
	case closed:
		return out, streamDeleted(p.stream)
	case failed:
		return out, &refusal{code: codes.Internal, message: out.err.Error()}
	default:
		return out, nil
	}
}

// expectations are the four forms of an expected revision, which each request
// has as a type of its own.
type expectations interface {
	GetAny() *shared.Empty
	GetNoStream() *shared.Empty
	GetStreamExists() *shared.Empty
	GetRevision() uint64
}

func expectedOf(o *streams.AppendReq_Options) (int64, bool) {
	_, exact := o.GetExpectedStreamRevision().(*streams.AppendReq_Options_Revision)
	return expectation(o, exact)
}

func expectation(o expectations, exact bool) (int64, bool) {
	switch {
	case exact:
		return int64(o.GetRevision()), o.GetRevision() < softlyDeleted //nolint:gosec // seen beside it
	case o.GetAny() != nil:
		return expectAny, true
	case o.GetNoStream() != nil:
		return expectNoStream, true
	case o.GetStreamExists() != nil:
		return expectExists, true
	}
	return 0, false
}

func success(out outcome) *streams.AppendResp_Success {
	answer := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	if out.revision >= 0 {
		answer.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(out.revision)} //nolint:gosec // not negative
	}
	if out.position > 0 {
		answer.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: out.position, PreparePosition: out.position},
		}
	}
	return answer
}

// wrong tells that the stream is at another revision.
func wrong(o *streams.AppendReq_Options, actual int64) *streams.AppendResp_WrongExpectedVersion_ {
	w := &streams.AppendResp_WrongExpectedVersion{
		CurrentRevisionOption: &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}},
	}
	if actual >= 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(actual)} //nolint:gosec // not negative
	}
	switch {
	case o.GetAny() != nil:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
	case o.GetNoStream() != nil:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	case o.GetStreamExists() != nil:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: o.GetRevision()}
	}
	return &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}
}
