package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

// Event is a line of a segment, as JSON. Data and Meta are the stored bytes, which
// are text (JSON) unless somebody has stored something else: then they are in
// base64 instead (RFC 4648, section 4).
type Event struct {
	// Leaf is the number of the event in the log, counted from 0.
	Leaf int64 `json:"leaf"`
	// Position is the one that it had in the log that it was read from. A log that it is
	// restored into may give it another one.
	Position   eventlog.Position `json:"position"`
	Stream     string            `json:"stream"`
	Revision   eventlog.Revision `json:"revision"`
	ID         uuid.UUID         `json:"id"`
	Type       string            `json:"type"`
	Data       string            `json:"data,omitempty"`
	Meta       string            `json:"meta,omitempty"`
	DataBase64 []byte            `json:"dataBase64,omitempty"`
	MetaBase64 []byte            `json:"metaBase64,omitempty"`
}

// maxLine bounds a line, in bytes: the largest record, of which each byte may be
// escaped by six, and the rest.
const maxLine = 6*eventlog.MaxRecordBytes + 6*eventlog.MaxStreamName + 64<<10

// lineOf writes the line of an event, with its line break.
func lineOf(into *bytes.Buffer, leaf int64, r eventlog.Recorded) error {
	e := Event{Leaf: leaf, Position: r.Position, Stream: r.Stream, Revision: r.Revision, ID: r.ID, Type: r.Type}
	if !utf8.ValidString(r.Stream) || !utf8.ValidString(r.Type) {
		return errors.New("its stream or its type is no UTF-8")
	}
	if utf8.Valid(r.Data) {
		e.Data = string(r.Data)
	} else {
		e.DataBase64 = r.Data
	}
	if utf8.Valid(r.Meta) {
		e.Meta = string(r.Meta)
	} else {
		e.MetaBase64 = r.Meta
	}
	enc := json.NewEncoder(into)
	enc.SetEscapeHTML(false)
	return enc.Encode(e)
}

// parseLine reads a line. The event's bytes are those that lineOf was given.
func parseLine(line []byte) (leaf int64, r eventlog.Recorded, err error) {
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		return 0, r, err
	}
	if e.Data != "" && e.DataBase64 != nil || e.Meta != "" && e.MetaBase64 != nil {
		return 0, r, errors.New("data or meta are there twice")
	}
	if e.Leaf < 0 || e.Revision < 0 || e.Position == 0 {
		return 0, r, fmt.Errorf("leaf %d, revision %d and position %d are no place", e.Leaf, e.Revision, e.Position)
	}
	r = eventlog.Recorded{
		Record: eventlog.Record{ID: e.ID, Type: e.Type, Data: []byte(e.Data), Meta: []byte(e.Meta)},
		Stream: e.Stream, Revision: e.Revision, Position: e.Position,
	}
	if e.DataBase64 != nil {
		r.Data = e.DataBase64
	}
	if e.MetaBase64 != nil {
		r.Meta = e.MetaBase64
	}
	return e.Leaf, r, nil
}
