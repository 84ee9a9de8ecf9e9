package graph

import (
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

// shelf keeps what was asked for lately, within a number of bytes: who asks for many
// other things pushes out what was not asked for longest. It is safe for concurrent use.
type shelf[K comparable, V any] struct {
	kept          *lru.Cache[K, V]
	size          func(K, V) int // in bytes, at least 1; always the same for the same
	most, longest int            // bytes of all together, and of one

	mu    sync.Mutex // is held by who changes kept
	bytes int        // guarded by mu
}

func newShelf[K comparable, V any](most, longest int, size func(K, V) int) *shelf[K, V] {
	s := &shelf[K, V]{size: size, most: most, longest: longest}
	s.kept, _ = lru.NewWithEvict(most, func(k K, v V) { s.bytes -= size(k, v) }) // fails for a size below 1 only
	return s
}

// get returns what is kept under a key; the zero value if nothing is.
func (s *shelf[K, V]) get(key K) V {
	v, _ := s.kept.Get(key)
	return v
}

// put keeps something, in the place of what was kept under the key, unless it is too
// long.
func (s *shelf[K, V]) put(key K, v V) {
	size := s.size(key, v)
	if size > s.longest {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.Remove(key)
	s.bytes += size
	s.kept.Add(key, v)
	for s.bytes > s.most {
		s.kept.RemoveOldest()
	}
}

// drop forgets what is kept under a key.
func (s *shelf[K, V]) drop(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.Remove(key)
}
