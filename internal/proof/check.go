package proof

import (
	"encoding/json"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/eventlog"
)

// emptyRoot is the root of a log without events: RFC 6962, section 2.1.
var emptyRoot = func() tlog.Hash {
	root, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic(err) // a tree without leaves reads no hashes
	}
	return root
}()

// Check finds out what the file proves to somebody who trusts the verifier key of the log
// and wants the cosignatures of all of the witnesses (verifier keys too). It needs neither
// the registry nor a network. The error is an *Error.
func (f *File) Check(key string, witnesses ...string) (Verdict, error) {
	if err := f.Subject.check(); err != nil {
		return Verdict{}, err
	}
	c, err := ReadCheckpoint(f.Checkpoint, key, witnesses...)
	if err != nil {
		return Verdict{}, err
	}
	wanted, err := witnessVerifiers(witnesses)
	if err != nil {
		return Verdict{}, err
	}
	if len(c.Cosigned) < len(wanted) {
		return Verdict{}, fail(WitnessMissing, "%d witnesses are asked for, and %d have cosigned: %v", len(wanted), len(c.Cosigned), c.Cosigned)
	}
	if f.Subject.Kind != KindCheckpoint {
		return f.verdict(c)
	}
	older, err := ReadCheckpoint(f.Older, key, witnesses...)
	var wrong *Error
	if errors.As(err, &wrong) {
		return Verdict{}, fail(wrong.Code, "the older checkpoint").because(err)
	}
	if err := c.Continues(older, f.Consistency); err != nil {
		return Verdict{}, err
	}
	v := Verdict{Subject: f.Subject, Checkpoint: c, Older: &older}
	v.Unproved = caveats(v)
	return v, nil
}

// Continues checks that all that the log held at an older checkpoint stands unchanged at
// the beginning of what it holds at this one, by a proof of consistency (RFC 6962, section
// 2.1.2). The error is an *Error, ConsistencyWrong.
func (c Checkpoint) Continues(older Checkpoint, p tlog.TreeProof) error {
	switch {
	case older.Origin != c.Origin:
		return fail(ConsistencyWrong, "the checkpoints are of %q and of %q", older.Origin, c.Origin)
	case older.Size > c.Size:
		return fail(ConsistencyWrong, "the older checkpoint has %d events, the newer one only %d", older.Size, c.Size)
	case older.Size == 0:
		// Everything continues an empty log; tlog proves nothing about it.
		if older.Root != emptyRoot || c.Size == 0 && c.Root != emptyRoot || len(p) > 0 {
			return fail(ConsistencyWrong, "a log without events has one root, and nothing is to be proved about it")
		}
		return nil
	}
	if err := tlog.CheckTree(p, c.Size, c.Root, older.Size, older.Root); err != nil {
		return fail(ConsistencyWrong, "the log of %d events does not continue the one of %d events: it was changed, or the proof was", c.Size, older.Size).because(err)
	}
	return nil
}

// verdict is Check for a version or an edition, once the checkpoint is known to be good.
func (f *File) verdict(c Checkpoint) (Verdict, error) {
	v := Verdict{Subject: f.Subject, Checkpoint: c}
	var before *Statement
	for _, e := range f.Events {
		s, err := f.statement(c, e)
		if err != nil {
			return Verdict{}, err
		}
		if before != nil && (s.Revision <= before.Revision || s.Leaf <= before.Leaf) {
			return Verdict{}, fail(EventsUnordered, "it stands behind revision %d, leaf %d", before.Revision, before.Leaf).at(f.place(s))
		}
		before = &s
		v.Events = append(v.Events, s)
	}
	if len(v.Events) == 0 {
		return Verdict{}, fail(EventsIncomplete, "the file proves nothing: it has no events")
	}
	var err error
	if f.Subject.Kind == KindVersion {
		v.Version, err = f.version(v.Events)
	} else {
		v.Edition, err = f.edition(v.Events)
	}
	if err != nil {
		return Verdict{}, err
	}
	v.Unproved = caveats(v)
	return v, nil
}

// stream is the one that the events must be of.
func (s Subject) stream() string {
	if s.Kind == KindVersion {
		return domain.ItemStream(s.Item)
	}
	return domain.EditionStream(s.Edition)
}

func (f *File) place(s Statement) Place {
	return Place{Leaf: s.Leaf, Type: s.Type, Stream: f.Subject.stream(), Revision: s.Revision}
}

// statement checks one event by itself.
func (f *File) statement(c Checkpoint, e Event) (Statement, error) {
	place := Place{Leaf: e.Index}
	// Nothing is believed of an envelope before this.
	if err := tlog.CheckRecord(e.Hashes, c.Size, c.Root, e.Index, tlog.RecordHash(e.Envelope)); err != nil {
		return Statement{}, fail(InclusionWrong, "the log did not hold this envelope there").at(place).because(err)
	}
	var envelope eventlog.Envelope
	if err := json.Unmarshal(e.Envelope, &envelope); err != nil {
		return Statement{}, fail(EventMalformed, "it has no envelope").at(place).because(err)
	}
	place = Place{e.Index, envelope.Type, envelope.Stream, envelope.Revision}
	s := Statement{
		Leaf: e.Index, ID: envelope.ID, Type: envelope.Type, Revision: envelope.Revision,
		At: envelope.At, Recorded: envelope.Recorded, Member: envelope.Member, Agency: envelope.Agency,
	}
	if envelope.Stream != f.Subject.stream() {
		return s, fail(EventForeign, "it stands in another stream than those of the subject").at(place)
	}
	stored := eventlog.Recorded{
		Record: eventlog.Record{ID: envelope.ID, Type: envelope.Type, Meta: e.Envelope}, Stream: envelope.Stream, Revision: envelope.Revision,
	}
	if _, _, err := eventlog.Open(stored); !errors.Is(err, eventlog.ErrErased) {
		return s, fail(EventMalformed, "its envelope is none of ours").at(place).because(err)
	}
	if len(e.Data) == 0 {
		return s, nil
	}
	stored.Data = e.Data
	_, payload, err := eventlog.Open(stored)
	if err != nil || !wholeSalt(e.Data) {
		return s, fail(PayloadChanged, "what the file gives as its payload is not what was logged").at(place).because(err)
	}
	s.Event, err = domain.Decode(envelope.Type, payload, envelope.At)
	switch {
	case errors.Is(err, domain.ErrUnknownEvent):
		return s, fail(EventUnknown, "this program does not know events of the kind; a newer one may").at(place)
	case err != nil:
		return s, fail(EventMalformed, "its payload is none of ours").at(place).because(err)
	}
	if a, err := aboutOf(payload); err != nil || !a.fits(f.Subject, s.Event) {
		return s, fail(EventForeign, "it is about something else than the subject").at(place).because(err)
	}
	return s, nil
}

// wholeSalt tells whether the salt is as long as ours are. The commitment is to salt and
// payload, one behind the other: with another length the border could be moved.
func wholeSalt(data []byte) bool {
	var sealed struct {
		Salt []byte `json:"salt"`
	}
	return json.Unmarshal(data, &sealed) == nil && len(sealed.Salt) == eventlog.SaltBytes
}

// about is what the payloads of items' and editions' events say that they are about.
type about struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Number  int    `json:"number"`
}

func aboutOf(payload []byte) (about, error) {
	var a about
	err := json.Unmarshal(payload, &a)
	return a, err
}

// fits tells whether an event is about the subject, or about its item as a whole. The
// version of an edition's event is that of an item.
func (a about) fits(s Subject, event domain.Event) bool {
	if s.Kind == KindEdition {
		return a.Number == s.Edition
	}
	switch event.(type) {
	case domain.ItemRegistered, domain.ItemVisibilityChanged:
		return a.Key == s.Item
	}
	return a.Key == s.Item && a.Version == s.Version
}

// caveats are what the verdict does not say.
func caveats(v Verdict) []Caveat {
	var out []Caveat
	add := func(when bool, c Caveat) {
		if when {
			out = append(out, c)
		}
	}
	add(v.Older == nil, LaterEvents)
	add(len(v.Checkpoint.Cosigned) == 0, OneHistory)
	add(v.Older == nil, Identity)
	add(v.Edition != nil, VersionApproval)
	if v.Version != nil {
		add(v.Version.Approved != nil && v.Version.From == nil, EditionIssue)
		add(v.Version.Approved != nil && v.Version.Withdrawn == nil, Successor)
	}
	return out
}
