package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Delete hides what stands in a stream; it may be written again.
func (s *streamsService) Delete(ctx context.Context, request *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := request.GetOptions()
	_, exact := o.GetExpectedStreamRevision().(*streams.DeleteReq_Options_Revision)
	position, err := s.remove(ctx, string(o.GetStreamIdentifier().GetStreamName()), o, exact, false)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

// Tombstone closes a stream for ever.
func (s *streamsService) Tombstone(ctx context.Context, request *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := request.GetOptions()
	_, exact := o.GetExpectedStreamRevision().(*streams.TombstoneReq_Options_Revision)
	position, err := s.remove(ctx, string(o.GetStreamIdentifier().GetStreamName()), o, exact, true)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

func (s *streamsService) remove(ctx context.Context, stream string, o expectations, exact, forEver bool) (uint64, error) {
	set := func(md metadata.MD) { _ = grpc.SetTrailer(ctx, md) }
	expected, ok := expectation(o, exact)
	if !ok || stream == "" {
		return 0, badRequest("a delete needs a stream and a revision").with(set)
	}
	p := &proposal{stream: stream, expected: expected, events: []Event{{ID: uuid.New()}}, deletes: !forEver, tombstone: forEver}
	out, refused := s.propose(p)
	if refused == nil && out.verdict == conflict {
		refused = wrongVersion(stream, expected, out.revision)
	}
	if refused != nil {
		return 0, refused.with(set)
	}
	return out.position, nil
}
