// Package verify reads everything that a registry has stored again, and says
// what is wrong with it: the log event by event, every blob byte by byte, and
// whether what the events point at is there.
//
// By itself it finds bits that flipped, and rows and files that were lost or restored
// from different days. With the log's Merkle tree it also finds, and names, what has no
// other witness: a change to what only an envelope says (the request's key, the time of
// what was imported), a stream that is gone from its first event to its last, the last
// events, an event that was put in, and what somebody has forged in the log and sealed
// anew. Whoever rewrites log and tree is found by the checkpoints that were signed before;
// whoever has the key too can sign the forged history, and is found only by a checkpoint
// that somebody outside has kept, or a witness has cosigned: give it as History.Outside.
// What came after the newest checkpoint, nothing can tell from what was always so.
package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"signet/assets"
	"signet/internal/eventlog"
)

// Code is the stable name of a kind of finding.
type Code string

// What can be wrong. The place of a finding is an event ("position 12, stream
// item-a, revision 3"), a stream, a blob's digest, the store, or the read models.
const (
	// LogCorrupt: an event or a stream is not what was written.
	LogCorrupt Code = "log_corrupt"
	// RevisionGap: the revisions of a stream do not count 0, 1, 2 …
	RevisionGap Code = "revision_gap"
	// PositionOrder: an event does not stand after the one before it.
	PositionOrder Code = "position_order"
	// DuplicateEvent: a stream holds an event's id twice.
	DuplicateEvent Code = "duplicate_event"
	// EnvelopeMismatch: an envelope contradicts its event, or itself.
	EnvelopeMismatch Code = "envelope_mismatch"
	// UnknownEvent: an event's name is not known to this program.
	UnknownEvent Code = "unknown_event"
	// UndecodableEvent: an event is intact, but can't be what its name says.
	UndecodableEvent Code = "undecodable_event"
	// BlobMissing: an event points at bytes that are not there.
	BlobMissing Code = "blob_missing"
	// BlobCorrupt: a blob is not what its name says, or can't be read.
	BlobCorrupt Code = "blob_corrupt"
	// StrayFile: something in the store is no blob.
	StrayFile Code = "stray_file"
	// BlobMismatch: a blob is intact, but of another size or type than an event says.
	BlobMismatch Code = "blob_mismatch"
	// PositionMismatch: the read models do not tell the log's story to its end.
	PositionMismatch Code = "position_mismatch"
)

// What is only worth knowing.
const (
	// BlobUnused: no event points at the blob: an upload that was never used.
	BlobUnused Code = "blob_unused"
	// EventErased: an event's payload was erased; its envelope is intact.
	EventErased Code = "event_erased"
)

// Finding is one thing that was found.
type Finding struct {
	Code     Code
	Place    string
	Sentence string // in English, for a person
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.Code, f.Place, f.Sentence) }

// Report is what was read and found.
type Report struct {
	Events, Streams, Blobs int
	// Bytes counts those of events and blobs.
	Bytes int64
	// Position is that of the last event.
	Position eventlog.Position
	// Findings are what is wrong: with signatures, of blobs by digest, of the log by
	// position, with the tree and what was signed, and of the read models. Notes are in the same order.
	Findings []Finding
	Notes    []Finding
	// Omitted counts findings and notes beyond MaxFindings of one code.
	Omitted int
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// MaxFindings bounds how many findings of one code are listed.
const MaxFindings = 1000

// ReadModels tell how far they have read the log.
type ReadModels interface {
	Position() eventlog.Position
}

// Progress tells how much has been read so far.
type Progress struct {
	Events, Blobs int
	Bytes         int64
}

// run is one verification.
type run struct {
	log      eventlog.Log
	store    assets.Store
	progress func(Progress)
	report   Report
	listed   map[Code]int
	stored   map[string]blob // digest → what is there
	used     map[string]bool // digests that events point at
	told     map[string]bool // code and digest of findings about blobs
	history  *history
}

// Run reads the whole log and every blob, and compares it with what else tells of its
// history. views may be nil when there are no read models; progress too. It goes on after what it finds; the error is the
// context's, or says that a log or store could not be read at all.
//
// Nobody should write meanwhile: a blob is received before its event is written,
// and read models are a moment behind.
func Run(ctx context.Context, log eventlog.Log, store assets.Store, views ReadModels, history History, progress func(Progress)) (Report, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	r := &run{
		log: log, store: store, progress: progress,
		listed: map[Code]int{}, stored: map[string]blob{}, used: map[string]bool{}, told: map[string]bool{},
	}
	var err error
	if r.history, err = r.openHistory(ctx, history); err != nil {
		return r.report, err
	}
	if err := r.readBlobs(ctx); err != nil {
		return r.report, err
	}
	if err := r.readLog(ctx); err != nil {
		return r.report, err
	}
	if err := r.history.end(ctx); err != nil {
		return r.report, err
	}
	r.noteUnused()
	if views != nil && views.Position() != r.report.Position {
		r.find(PositionMismatch, "read models", "they have read to position %d, the log ends at %d; rebuild them", views.Position(), r.report.Position)
	}
	slices.SortStableFunc(r.report.Notes, func(a, b Finding) int { return cmp.Compare(a.Code, b.Code) })
	return r.report, nil
}

// find lists what is wrong.
func (r *run) find(code Code, place, sentence string, args ...any) {
	r.list(&r.report.Findings, Finding{code, place, fmt.Sprintf(sentence, args...)})
}

// note lists what is worth knowing.
func (r *run) note(code Code, place, sentence string) {
	r.list(&r.report.Notes, Finding{code, place, sentence})
}

func (r *run) list(to *[]Finding, f Finding) {
	if r.listed[f.Code]++; r.listed[f.Code] > MaxFindings {
		r.report.Omitted++
		return
	}
	*to = append(*to, f)
}

// tell tells progress.
func (r *run) tell() {
	r.progress(Progress{Events: r.report.Events, Blobs: r.report.Blobs, Bytes: r.report.Bytes})
}
