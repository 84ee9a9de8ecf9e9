package esdbtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// maxTail is how much of the end of a file may be torn: what one write holds.
// More than that is damage, which no crash explains.
const maxTail = maxBatch + maxRecord

// restore reads a file into the index, and cuts a tail that is torn.
func (s *store) restore(f *file) error {
	size := f.size()
	good := s.load(io.NewSectionReader(f, int64(len(magic)), f.end-int64(len(magic))))
	switch {
	case size-good > maxTail:
		return fmt.Errorf("esdbtest: %s is damaged behind byte %d", f.Name(), good)
	case size == good:
		return nil
	}
	return f.cut(int64(good)) //nolint:gosec // within the file
}

// load reads what stands behind the first bytes of a log into the index. It
// returns the end of the last append that is there as a whole.
func (s *store) load(from io.Reader) (good uint64) {
	in := bufio.NewReaderSize(from, 1<<20)
	good = uint64(len(magic))
	at := good
	var record []byte
	var undo []func() // of the append that is being read
	for {
		var event Event
		var more bool
		var err error
		if record, err = nextRecord(in, record); err == nil {
			event, more, err = decodeRecord(record, at)
		}
		if err != nil {
			break
		}
		if back := s.index(&event, len(record)); back != nil {
			undo = append(undo, back)
		}
		at += uint64(len(record))
		if !more {
			good, s.visible, undo = at, len(s.entries), nil
		}
	}
	s.takeBack(undo)
	return good
}

// nextRecord reads a record, into the buffer if it is large enough.
func nextRecord(in io.Reader, b []byte) ([]byte, error) {
	b = append(b[:0], make([]byte, headSize)...)
	if _, err := io.ReadFull(in, b); err != nil {
		return b, errTorn
	}
	length, _, err := decodeHead(b)
	if err != nil {
		return b, err
	}
	for len(b) < headSize+length { // a damaged length must not make a huge buffer
		step := min(headSize+length-len(b), segmentSize)
		from := len(b)
		b = append(b, make([]byte, step)...)
		if _, err := io.ReadFull(in, b[from:]); err != nil {
			return b, errTorn
		}
	}
	return b, nil
}

// heed applies the metadata of a stream: $tb, by which streams are deleted. It
// returns what takes that back.
func (s *store) heed(stream string, data []byte) func() {
	var metadata struct {
		Before *int64 `json:"$tb"`
	}
	if err := json.Unmarshal(data, &metadata); err != nil {
		return nil // the real server ignores it, too
	}
	id, ok := s.names[stream]
	if !ok {
		id = uint32(len(s.streams)) //nolint:gosec // not that many streams
		s.names[stream] = id
		s.streams = append(s.streams, &history{name: stream})
	}
	h := s.streams[id]
	was := h.before
	h.before = 0
	if metadata.Before != nil {
		h.before = *metadata.Before
	}
	return func() { h.before = was }
}
