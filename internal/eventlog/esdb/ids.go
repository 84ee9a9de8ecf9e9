package esdb

import (
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"signet/internal/eventlog"
)

// knownIDs bounds how many ids are remembered over all streams, some 60 bytes each;
// one stream may have more, while it is the only one.
const knownIDs = 500_000

// ids remembers which ids stand in the streams that were used last. What stands in
// a stream never changes, so what is remembered is never wrong, only not all.
type ids struct {
	mu      sync.Mutex
	streams *simplelru.LRU[string, *known] // guarded by mu
	total   int                            // guarded by mu
}

// known are the ids of a stream from its beginning through a revision.
type known struct {
	through eventlog.Revision
	ids     map[uuid.UUID]struct{}
}

func newIDs() ids {
	streams, err := simplelru.NewLRU[string, *known](knownIDs, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return ids{streams: streams}
}

// through tells up to which revision the ids of a stream are known.
func (s *ids) through(stream string) eventlog.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.streams.Get(stream); ok {
		return k.through
	}
	return eventlog.NoStream
}

// stand tells whether one of the records stands in the stream through exactly that
// revision. It says no where it knows of a later one: then the server compares.
func (s *ids) stand(stream string, through eventlog.Revision, records []eventlog.Record) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.streams.Get(stream)
	if !ok || k.through != through {
		return false
	}
	for _, r := range records {
		if _, ok := k.ids[r.ID]; ok {
			return true
		}
	}
	return false
}

// add notes an id that was read or written, if all before it are known.
func (s *ids) add(stream string, revision eventlog.Revision, id uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.streams.Get(stream)
	if !ok {
		if revision != 0 {
			return
		}
		k = &known{through: eventlog.NoStream, ids: map[uuid.UUID]struct{}{}}
		s.streams.Add(stream, k)
	}
	if revision != k.through+1 {
		return
	}
	k.through = revision
	k.ids[id] = struct{}{}
	for s.total++; s.total > knownIDs && s.streams.Len() > 1; {
		_, oldest, _ := s.streams.RemoveOldest()
		s.total -= len(oldest.ids)
	}
}
