package esdbtest

import (
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// source is what a call reads: $all, or one stream.
type source struct {
	all    bool
	name   string
	stream uint32 // if not all
}

// Read reads to the end of what there is, or follows.
func (s *streamsService) Read(request *streams.ReadReq, call streams.Streams_ReadServer) error {
	o := request.GetOptions()
	of := source{all: o.GetAll() != nil, name: string(o.GetStream().GetStreamIdentifier().GetStreamName())}
	if !of.all && of.name == "" {
		return badRequest("a read needs a stream or $all").with(call.SetTrailer)
	}
	var refused *refusal
	var err error
	if o.GetSubscription() != nil {
		refused, err = s.subscribe(o, of, call)
	} else {
		refused, err = s.read(o, of, call)
	}
	if refused != nil {
		return refused.with(call.SetTrailer)
	}
	return err
}

// read sends what there is now, up to a count.
func (s *Server) read(o *streams.ReadReq_Options, of source, call streams.Streams_ReadServer) (*refusal, error) {
	s.counts.reads.Add(1)
	log := s.group.log()
	visible, _ := log.end()
	limit := s.limit(visible)
	first, last := 0, limit
	if !of.all {
		var gone bool
		of.stream, first, last, gone = log.look(of.name, limit)
		switch {
		case gone:
			return streamDeleted(of.name), nil
		case first == last:
			return nil, call.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: identifier(of.name)},
			}})
		}
	}
	chosen, refused := newFilter(o)
	if refused != nil {
		return refused, nil
	}
	backwards := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	from, refused := s.from(o, of, log, backwards, first, last)
	if refused != nil {
		return refused, nil
	}
	out := s.sender(call, log, of, chosen, func(f *faults) *shortened { return &f.reads })
	if err := out.broken(); err != nil {
		return nil, err
	}
	left := o.GetCount()
	step, n := 1, last-from
	if backwards {
		step, n = -1, from+1-first
	}
	for n > 0 && left > 0 {
		batch := min(n, len(out.entries))
		if left < uint64(batch) { //nolint:gosec // above 0
			batch = int(left) //nolint:gosec // small
		}
		sent, err := out.send(from, step, batch, nil)
		if err != nil {
			return nil, err
		}
		from, n, left = from+step*batch, n-batch, left-uint64(sent) //nolint:gosec // not negative
	}
	return nil, nil
}

// from returns where a read begins: an index into $all, or a revision. Forwards
// a position is included; backwards it is not.
func (s *Server) from(o *streams.ReadReq_Options, of source, log *store, backwards bool, first, last int) (int, *refusal) {
	if of.all {
		return position(o.GetAll(), log, backwards, last)
	}
	at := o.GetStream()
	revision := uint64(0)
	switch at.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Revision:
		revision = at.GetRevision()
	case *streams.ReadReq_Options_StreamOptions_End:
		revision = math.MaxUint64
	}
	if backwards {
		return int(min(revision, uint64(last-1))), nil //nolint:gosec // there is an event
	}
	return int(max(min(revision, uint64(last)), uint64(first))), nil //nolint:gosec // there is an event
}

func position(at *streams.ReadReq_Options_AllOptions, log *store, backwards bool, last int) (int, *refusal) {
	from := 0
	switch at.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_End:
		from = last
	case *streams.ReadReq_Options_AllOptions_Position:
		asked := at.GetPosition()
		i, exact := log.find(asked.GetCommitPosition())
		switch {
		case asked.GetCommitPosition() == 0 && asked.GetPreparePosition() == 0:
		case asked.GetCommitPosition() == math.MaxUint64:
			i = last
		case !exact || asked.GetCommitPosition() != asked.GetPreparePosition():
			return 0, badPosition
		}
		from = min(i, last)
	}
	if backwards {
		from--
	}
	return from, nil
}

// sender sends events of a source, with the buffers that one call needs.
type sender struct {
	call    streams.Streams_ReadServer
	log     *store
	of      source
	filter  *filter
	cut     int // events until the call is broken; -1 for never
	entries [256]entry
	block   []byte // bytes of the log from start on
	start   uint64
	counts  *counts
}

// sender also takes the order to break this call, if there is one.
func (s *Server) sender(call streams.Streams_ReadServer, log *store, of source, chosen *filter, which func(*faults) *shortened) *sender {
	out := &sender{call: call, log: log, of: of, filter: chosen, cut: -1, counts: &s.counts}
	s.faults.take(func(f *faults) {
		if c := which(f); c.next.next() {
			out.cut = c.after
		}
	})
	return out
}

// send sends those of up to n events that the filter lets pass, and tells the
// caller of each that was considered. It returns how many were sent.
func (out *sender) send(from, step, n int, considered func(e entry) error) (sent int, err error) {
	entries := out.entries[:n]
	out.log.fetch(entries, out.of, from, step)
	for i := range entries {
		if out.filter.lets(out.log, entries[i]) {
			if err := out.one(entries[i:], step); err != nil {
				return sent, err
			}
			sent++
			out.cut--
			if err := out.broken(); err != nil {
				return sent, err
			}
		}
		if considered != nil {
			if err := considered(entries[i]); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// broken ends the call if that was ordered for now.
func (out *sender) broken() error {
	if out.cut == 0 {
		return cutShort.with(out.call.SetTrailer)
	}
	return nil
}

// blockSize is how much of the log is read at once; bytes.
const blockSize = 128 << 10

// one sends the first of some entries. Those that stand behind it are read
// with it.
func (out *sender) one(entries []entry, step int) error {
	e := entries[0]
	if e.position < out.start || e.end() > out.start+uint64(len(out.block)) {
		end := e.end()
		for _, next := range entries[1:] {
			if step < 0 || next.end() > max(e.position+blockSize, end) || next.position != end && !out.of.all {
				break
			}
			end = next.end()
		}
		if err := out.load(e.position, end); err != nil {
			return err
		}
	}
	at := e.position - out.start
	answer := raw(out.block[at+headSize : at+uint64(e.size)])
	out.counts.events.Add(1)
	return out.call.SendMsg(&answer)
}

func (out *sender) load(start, end uint64) error {
	n := int(end - start) //nolint:gosec // a block
	if cap(out.block) < n {
		out.block = make([]byte, n, max(n, blockSize))
	}
	out.block, out.start = out.block[:n], start
	_, err := out.log.medium.ReadAt(out.block, int64(start)) //nolint:gosec // an offset
	return err
}
