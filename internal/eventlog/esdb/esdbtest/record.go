package esdbtest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
)

// The keys of an event's system metadata; the client ends the process when one
// of them is missing.
const (
	keyType        = "type"
	keyContentType = "content-type"
	keyCreated     = "created"
)

// Event is one stored event.
type Event struct {
	Stream      string
	Revision    int64  // within the stream, from 0; math.MaxInt64 for a tombstone
	Position    uint64 // byte offset in the log
	ID          uuid.UUID
	Type        string
	ContentType string // application/json or application/octet-stream
	Data        []byte
	Metadata    []byte
	Created     time.Time // in steps of 100 ns
}

// A record is a head and the answer that tells a reader of the event, so that
// reading the log is copying. The head is two little-endian words: the length
// of what follows, whose highest bit says that the next record belongs to the
// same append, and the CRC-32C of what follows.
const (
	headSize   = 8
	moreFollow = 1 << 31
	// maxRecord bounds what a damaged length makes the decoder read.
	maxRecord = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errTorn: what stands there is not a whole record.
var errTorn = errors.New("esdbtest: not a whole record")

// appendRecord appends the record of an event.
func appendRecord(b []byte, e *Event, more bool) ([]byte, error) {
	start := len(b)
	b = append(b, make([]byte, headSize)...)
	b, err := proto.MarshalOptions{}.MarshalAppend(b, answer(e))
	if err != nil {
		return b[:start], fmt.Errorf("esdbtest: %w", err) // a stream or type that is no UTF-8
	}
	body := b[start+headSize:]
	length := uint32(len(body)) //nolint:gosec // bounded by the size of a message
	if more {
		length |= moreFollow
	}
	binary.LittleEndian.PutUint32(b[start:], length)
	binary.LittleEndian.PutUint32(b[start+4:], crc32.Checksum(body, castagnoli))
	return b, nil
}

func answer(e *Event) *streams.ReadResp {
	most := int64(binary.BigEndian.Uint64(e.ID[:8]))  //nolint:gosec // the bits are meant
	least := int64(binary.BigEndian.Uint64(e.ID[8:])) //nolint:gosec // the bits are meant
	recorded := &streams.ReadResp_ReadEvent_RecordedEvent{
		Id: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
			MostSignificantBits: most, LeastSignificantBits: least,
		}}},
		StreamIdentifier: identifier(e.Stream),
		StreamRevision:   uint64(e.Revision), //nolint:gosec // revisions are not negative
		PreparePosition:  e.Position,
		CommitPosition:   e.Position,
		Metadata: map[string]string{
			keyType: e.Type, keyContentType: e.ContentType, keyCreated: strconv.FormatInt(e.Created.UnixNano()/100, 10),
		},
		CustomMetadata: e.Metadata,
		Data:           e.Data,
	}
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: recorded, Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.Position},
	}}}
}

func identifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

// decodeHead returns the length of the body and whether the append goes on.
func decodeHead(head []byte) (length int, more bool, err error) {
	word := binary.LittleEndian.Uint32(head)
	length = int(word &^ moreFollow)
	if length == 0 || length > maxRecord {
		return 0, false, errTorn
	}
	return length, word&moreFollow != 0, nil
}

// decodeRecord decodes a whole record, head and body, that stands at a
// position. Every error is errTorn.
func decodeRecord(record []byte, position uint64) (Event, bool, error) {
	if len(record) < headSize {
		return Event{}, false, errTorn
	}
	length, more, err := decodeHead(record)
	body := record[headSize:]
	if err != nil || length != len(body) || crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(record[4:]) {
		return Event{}, false, errTorn
	}
	var message streams.ReadResp
	if err := proto.Unmarshal(body, &message); err != nil {
		return Event{}, false, errTorn
	}
	recorded := message.GetEvent().GetEvent()
	if recorded.GetCommitPosition() != position || recorded.GetPreparePosition() != position || recorded.Metadata[keyType] == "" {
		return Event{}, false, errTorn
	}
	ticks, err := strconv.ParseInt(recorded.Metadata[keyCreated], 10, 64)
	if err != nil || ticks < 0 || ticks > 1<<62/100 || int64(recorded.StreamRevision) < 0 { //nolint:gosec // the sign is what is asked for
		return Event{}, false, errTorn
	}
	id, err := eventID(recorded.Id)
	if err != nil {
		return Event{}, false, errTorn
	}
	return Event{
		Stream: string(recorded.StreamIdentifier.GetStreamName()), Revision: int64(recorded.StreamRevision), //nolint:gosec // seen above
		Position: position, ID: id, Type: recorded.Metadata[keyType], ContentType: recorded.Metadata[keyContentType],
		Data: recorded.Data, Metadata: recorded.CustomMetadata, Created: time.Unix(0, ticks*100).UTC(),
	}, more, nil
}

// eventID reads the two forms in which the protocol writes an id.
func eventID(id *shared.UUID) (uuid.UUID, error) {
	if s := id.GetStructured(); s != nil {
		var u uuid.UUID
		binary.BigEndian.PutUint64(u[:8], uint64(s.MostSignificantBits))  //nolint:gosec // the bits are meant
		binary.BigEndian.PutUint64(u[8:], uint64(s.LeastSignificantBits)) //nolint:gosec // the bits are meant
		return u, nil
	}
	return uuid.Parse(id.GetString_())
}
