package esdbtest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func sample(position uint64) Event {
	return Event{
		Stream: "item-1", Revision: 3, Position: position, ID: uuid.New(), Type: "item.registered.v1", ContentType: typeJSON,
		Data: []byte(`{"tên":"Hải Phòng"}`), Metadata: []byte("{}"), Created: time.Unix(1_800_000_000, 700).UTC(),
	}
}

func TestRecordsKeepTheirEvent(t *testing.T) {
	for _, more := range []bool{false, true} {
		e := sample(4711)
		record, err := appendRecord(nil, &e, more)
		if err != nil {
			t.Fatal(err)
		}
		got, gotMore, err := decodeRecord(record, 4711)
		if err != nil || gotMore != more || !cmp.Equal(got, e) {
			t.Error(err, gotMore, cmp.Diff(e, got))
		}
		if _, _, err := decodeRecord(record, 4712); err == nil {
			t.Error("a record was taken that stands elsewhere")
		}
	}
}

// failing is a medium that can be told to fail.
type failing struct {
	medium

	err error
}

func (f *failing) write(p []byte) error {
	if f.err != nil {
		return f.err
	}
	return f.medium.write(p)
}

// What could not be written is not there, also not what it deleted, and does
// not stand in the way of what comes.
func TestFailedWritesLeaveNothing(t *testing.T) {
	s, err := openStore("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ids := newIDCache()
	one := func(p proposal) outcome {
		p.stream, p.events, p.remembers = "a", []Event{{ID: uuid.New(), Type: "t"}}, ids
		return s.propose(&p)
	}
	if out := one(proposal{expected: expectNoStream}); out.verdict != written || out.revision != 0 {
		t.Fatal(out)
	}
	broken := &failing{medium: s.medium, err: errors.New("the disk is full")}
	s.medium = broken // the writer waits, and sees it with the next proposal
	for _, p := range []proposal{{expected: 0}, {expected: expectAny}, {expected: 0, deletes: true}, {expected: 0, tombstone: true}} {
		if out := one(p); out.verdict != failed || out.err == nil {
			t.Error(out)
		}
	}
	broken.err = nil
	if out := one(proposal{expected: 0}); out.verdict != written || out.revision != 1 {
		t.Error(out)
	}
	if n, _ := s.end(); n != 2 || len(s.entries) != 2 {
		t.Errorf("%d events are seen, %d are there", n, len(s.entries))
	}
	if _, from, to, gone := s.look("a", 2); from != 0 || to != 2 || gone {
		t.Error(from, to, gone)
	}
}

func TestAppendThatIsNoTextLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.close() }()
	out := s.propose(&proposal{stream: "a", expected: expectAny, events: []Event{{ID: uuid.New(), Type: "t"}, {ID: uuid.New(), Type: "\xff"}}})
	if n, _ := s.end(); out.verdict != failed || n != 0 {
		t.Errorf("%+v, %d events", out, n)
	}
	if out := s.propose(&proposal{stream: "a", expected: expectNoStream, events: []Event{{ID: uuid.New(), Type: "t"}}}); out.verdict != written {
		t.Error(out)
	}
	_ = s.close()
	again, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.close() }()
	if n, _ := again.end(); n != 1 {
		t.Errorf("%d events", n)
	}
}

// A deleted stream is written again by two records, of which the first alone
// must not bring it back.
func TestTornRecreationIsCutWithItsEffect(t *testing.T) {
	s, err := openStore("")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.close() }()
	for _, p := range []proposal{{expected: expectNoStream}, {expected: 0, deletes: true}, {expected: expectNoStream}} {
		p.stream, p.events = "a", []Event{{ID: uuid.New(), Type: "t"}}
		if out := s.propose(&p); out.verdict != written {
			t.Fatal(out)
		}
	}
	last := s.entries[len(s.entries)-1]
	for torn, want := range map[uint64]bool{0: false, 1: true, uint64(last.size): true} {
		b := make([]byte, last.end()-torn-uint64(len(magic)))
		if _, err := s.medium.ReadAt(b, int64(len(magic))); err != nil {
			t.Fatal(err)
		}
		again := blank()
		again.load(bytes.NewReader(b))
		if deleted := again.streams[again.names["a"]].deleted(); deleted != want {
			t.Errorf("without %d bytes it is deleted: %t", torn, deleted)
		}
	}
}

func TestMemoryOfIDsIsBounded(t *testing.T) {
	stream := strings.Repeat("a", 500)
	c := newIDCache()
	first := Event{ID: uuid.New(), Stream: stream}
	c.add([]Event{first})
	if _, ok := c.find(first.ID, stream); !ok {
		t.Error("it does not remember")
	}
	if _, ok := c.find(first.ID, "b"); ok {
		t.Error("it takes one stream for another")
	}
	for range 3 * idCacheSize / weight(stream) {
		c.add([]Event{{ID: uuid.New(), Stream: stream}})
	}
	if _, ok := c.find(first.ID, stream); ok || c.size > idCacheSize || len(c.known) != len(c.order)-c.head || len(c.order) > 3*len(c.known) {
		t.Errorf("%d bytes, %d known, %d in the queue from %d", c.size, len(c.known), len(c.order), c.head)
	}
}

func TestMemoryIsReadAcrossSegments(t *testing.T) {
	m := newMemory()
	b := make([]byte, 3*segmentSize)
	for i := range b {
		b[i] = byte(i / 1000)
	}
	for from := 0; from < len(b); from += 700_000 {
		if err := m.write(b[from:min(from+700_000, len(b))]); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, len(b))
	if n, err := m.ReadAt(got, int64(len(magic))); n != len(b) || err != nil || !bytes.Equal(got, b) {
		t.Error(n, err)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	e := sample(8)
	record, err := appendRecord(nil, &e, true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record, uint64(8))
	f.Add(record[:len(record)-1], uint64(8))
	f.Add(record[headSize:], uint64(8))
	f.Add([]byte{}, uint64(0))
	f.Fuzz(func(t *testing.T, b []byte, position uint64) {
		e, more, err := decodeRecord(b, position)
		if err != nil {
			if !errors.Is(err, errTorn) {
				t.Error(err)
			}
			return
		}
		again, err := appendRecord(nil, &e, more)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := decodeRecord(again, position); err != nil || !cmp.Equal(got, e) {
			t.Error(err, cmp.Diff(e, got))
		}
	})
}

// Whatever stands in a file, what is taken of it is taken again.
func FuzzLoad(f *testing.F) {
	var log []byte
	for i := range 3 {
		e := sample(uint64(len(magic) + len(log)))
		e.Revision = int64(i)
		log, _ = appendRecord(log, &e, i == 1)
	}
	f.Add(log)
	f.Add(log[:len(log)-3])
	f.Add(append(log[:len(log):len(log)], log...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		first, second := blank(), blank()
		good := first.load(bytes.NewReader(b)) - uint64(len(magic))
		if good > uint64(len(b)) {
			t.Fatalf("%d bytes of %d", good, len(b))
		}
		if again := second.load(bytes.NewReader(b[:good])) - uint64(len(magic)); again != good || len(first.entries) != len(second.entries) {
			t.Errorf("%d events in %d bytes, then %d in %d", len(first.entries), good, len(second.entries), again)
		}
		for _, e := range first.entries {
			if e.end() > good+uint64(len(magic)) {
				t.Errorf("%+v is not in the log", e)
			}
		}
	})
}
