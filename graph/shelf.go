package graph

import (
	"crypto/sha256"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

// How much of documents is remembered, in bytes of their texts. Parsed, a document
// takes many times as much.
const (
	keptDocuments = 2 << 20
	keptDocument  = 64 << 10 // of one
)

// shelf keeps the documents that were asked for lately, by the digests of their
// texts. Who sends many others pushes them out, and then they are sent again: it
// never holds more than keptDocuments. It is safe for concurrent use.
type shelf struct {
	kept *lru.Cache[[sha256.Size]byte, *document]

	mu    sync.Mutex
	bytes int // guarded by mu
}

func newShelf() *shelf {
	s := &shelf{}
	s.kept, _ = lru.NewWithEvict(keptDocuments, func(_ [sha256.Size]byte, d *document) { s.bytes -= len(d.text) }) // fails for a size below 1 only
	return s
}

// get returns a document; nil if it is not there.
func (s *shelf) get(digest [sha256.Size]byte) *document {
	d, _ := s.kept.Get(digest)
	return d
}

// put keeps a document, unless it is too long.
func (s *shelf) put(digest [sha256.Size]byte, d *document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(d.text) > keptDocument || s.kept.Contains(digest) {
		return
	}
	s.bytes += len(d.text)
	s.kept.Add(digest, d)
	for s.bytes > keptDocuments {
		s.kept.RemoveOldest()
	}
}
