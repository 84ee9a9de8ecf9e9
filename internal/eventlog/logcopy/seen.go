package logcopy

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"

	"signet/internal/eventlog"
)

// seen is what is kept of the events of a log that were read, in order.
type seen struct {
	events, bytes int64
	last          eventlog.Position
	ends          map[string]eventlog.Revision // the last revision of each stream
	sum           hash.Hash
	buffer        []byte
}

func newSeen() *seen { return &seen{ends: map[string]eventlog.Revision{}, sum: sha256.New()} }

// take adds an event of the source. The error wraps eventlog.ErrCorrupt if its
// stream has a gap.
func (s *seen) take(r eventlog.Recorded) error {
	end, known := s.ends[r.Stream]
	if !known {
		end = eventlog.NoStream
	}
	if r.Revision != end+1 {
		return at(CodeSourceCorrupt, Source, r, fmt.Errorf("%w: revision %d after %d", eventlog.ErrCorrupt, r.Revision, end))
	}
	s.ends[r.Stream] = r.Revision
	s.events++
	s.bytes += size(r)
	s.last = r.Position
	s.buffer = encoded(s.buffer[:0], r)
	s.sum.Write(s.buffer)
	return nil
}

func (s *seen) digest() string { return hex.EncodeToString(s.sum.Sum(nil)) }

func size(r eventlog.Recorded) int64 { return int64(len(r.Data) + len(r.Meta)) }

// encoded is an event as the digest reads it: see Result.Digest.
func encoded(b []byte, r eventlog.Recorded) []byte {
	b = append(binary.BigEndian.AppendUint64(b, uint64(len(r.Stream))), r.Stream...)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, 8), uint64(r.Revision)) //nolint:gosec // revisions are counted from 0
	b = append(binary.BigEndian.AppendUint64(b, uint64(len(r.ID))), r.ID[:]...)
	b = append(binary.BigEndian.AppendUint64(b, uint64(len(r.Type))), r.Type...)
	b = append(binary.BigEndian.AppendUint64(b, uint64(len(r.Data))), r.Data...)
	return append(binary.BigEndian.AppendUint64(b, uint64(len(r.Meta))), r.Meta...)
}

// differs names the first field in which two events differ, but for positions.
func differs(a, b eventlog.Recorded) string {
	switch {
	case a.Stream != b.Stream:
		return "stream"
	case a.Revision != b.Revision:
		return "revision"
	case a.ID != b.ID:
		return "id"
	case a.Type != b.Type:
		return "type"
	case !bytes.Equal(a.Data, b.Data):
		return "data"
	case !bytes.Equal(a.Meta, b.Meta):
		return "meta"
	}
	return ""
}
