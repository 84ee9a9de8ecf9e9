package esdbtest

import (
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"
)

// entry is what is kept in memory of one event.
type entry struct {
	position uint64
	revision int64
	size     uint32 // of the whole record, bytes
	stream   uint32 // index into store.streams
	kind     uint32 // index into store.kinds
}

// end is where the next record begins.
func (e entry) end() uint64 { return e.position + uint64(e.size) }

// history is what is kept in memory of one stream.
type history struct {
	name string
	at   []uint32 // indexes into store.entries; the event of revision n stands at n, a tombstone last
	// before is the first revision that is not hidden ($tb in the stream's
	// metadata); softlyDeleted hides all.
	before int64
	gone   bool // by a tombstone
}

const softlyDeleted = 1<<63 - 1

// deleted tells whether the stream is not there for who reads it, but may be
// written again.
func (h *history) deleted() bool { return h != nil && h.before == softlyDeleted }

// store is a log with its index. One goroutine writes; any number read.
type store struct {
	medium medium
	queue  chan *proposal // to the writer
	stop   chan struct{}  // closed by close
	once   sync.Once      // for close
	ended  chan struct{}  // closed when the writer has ended

	mu      sync.RWMutex // guards what follows; only the writer changes it
	entries []entry
	visible int // how many entries are durable, and shown
	streams []*history
	names   map[string]uint32 // of streams
	kinds   []string          // event types
	kindIDs map[string]uint32
	grown   chan struct{} // closed when there is more to see
}

var errStopped = errors.New("esdbtest: closed")

// openStore opens the log in a folder, or one in memory.
func openStore(dir string) (*store, error) {
	s := blank()
	if dir == "" {
		s.medium = newMemory()
	} else {
		f, err := openFile(dir)
		if err != nil {
			return nil, err
		}
		if err := s.restore(f); err != nil {
			_ = f.close()
			return nil, err
		}
		s.medium = f
	}
	go s.write()
	return s, nil
}

// blank is a store without a medium, in which nothing is written.
func blank() *store {
	return &store{
		queue: make(chan *proposal), stop: make(chan struct{}), ended: make(chan struct{}), grown: make(chan struct{}),
		names: map[string]uint32{}, kindIDs: map[string]uint32{},
	}
}

// close ends the writer, after what it is writing; only the first call counts.
func (s *store) close() (err error) {
	s.once.Do(func() {
		close(s.stop)
		<-s.ended
		err = s.medium.close()
	})
	return err
}

// index enters an event; the caller holds mu. It returns what takes back the
// effect of a metadata event or a tombstone, or nil.
func (s *store) index(e *Event, size int) func() {
	id, ok := s.names[e.Stream]
	if !ok {
		id = uint32(len(s.streams)) //nolint:gosec // not that many streams
		s.names[e.Stream] = id
		s.streams = append(s.streams, &history{name: e.Stream})
	}
	kind, ok := s.kindIDs[e.Type]
	if !ok {
		kind = uint32(len(s.kinds)) //nolint:gosec // not that many types
		s.kindIDs[e.Type] = kind
		s.kinds = append(s.kinds, e.Type)
	}
	h := s.streams[id]
	h.at = append(h.at, uint32(len(s.entries)))                                                                                  //nolint:gosec // not that many events
	s.entries = append(s.entries, entry{position: e.Position, revision: e.Revision, size: uint32(size), stream: id, kind: kind}) //nolint:gosec // bounded
	switch {
	case e.Type == typeTombstone:
		h.gone = true
		return func() { h.gone = false }
	case e.Type == typeMetadata && strings.HasPrefix(e.Stream, "$$"):
		return s.heed(strings.TrimPrefix(e.Stream, "$$"), e.Data)
	}
	return nil
}

// takeBack forgets the entries that are not visible, and undoes their effects.
func (s *store) takeBack(undo []func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, back := range slices.Backward(undo) {
		back()
	}
	for i := len(s.entries) - 1; i >= s.visible; i-- {
		h := s.streams[s.entries[i].stream]
		h.at = h.at[:len(h.at)-1]
	}
	s.entries = s.entries[:s.visible]
}

// show makes everything that was entered visible.
func (s *store) show() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visible = len(s.entries)
	close(s.grown)
	s.grown = make(chan struct{})
}

// wake makes all who wait for more look again.
func (s *store) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.grown)
	s.grown = make(chan struct{})
}

// end returns how many events there are to see, and what is closed when there
// are more.
func (s *store) end() (int, <-chan struct{}) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.visible, s.grown
}

// look returns the index of a stream, and its first and, exclusive, its last
// revision to see if only so many events of the log are seen. They are 0 for a
// stream that is not known. gone tells of a tombstone, which is counted.
func (s *store) look(name string, limit int) (id uint32, from, to int, gone bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.names[name]
	if !ok {
		return 0, 0, 0, false
	}
	h := s.streams[id]
	to = sort.Search(len(h.at), func(i int) bool { return int(h.at[i]) >= limit })
	gone = h.gone && to == len(h.at)
	return id, int(min(max(0, h.before), int64(to))), to, gone
}

// fetch copies entries of $all, or of a stream, from one on in steps of 1 or
// -1, as many as fit.
func (s *store) fetch(dst []entry, of source, from, step int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := range dst {
		at := from + i*step
		if !of.all {
			at = int(s.streams[of.stream].at[at])
		}
		dst[i] = s.entries[at]
	}
}

// find returns the index of the first event at or after a position, and whether
// it is exactly there.
func (s *store) find(position uint64) (int, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i := sort.Search(s.visible, func(i int) bool { return s.entries[i].position >= position })
	return i, i < s.visible && s.entries[i].position == position
}

// label is the name of an event's stream, or its type.
func (s *store) label(e entry, byType bool) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if byType {
		return s.kinds[e.kind]
	}
	return s.streams[e.stream].name
}
