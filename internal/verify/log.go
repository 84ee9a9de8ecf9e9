package verify

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// maxSkips bounds how many unreadable places of a log are passed over.
const maxSkips = 100

// walk is the state of reading the log. Memory grows by some bytes for each
// event and each stream, not with what they hold.
type walk struct {
	*run

	last    eventlog.Position
	streams map[string]eventlog.Revision // the last revision seen
	seed    maphash.Seed
	ids     map[uint64]struct{} // hashes of stream and id
}

// readLog reads every event in order. At a place that the log itself can't read,
// it begins again behind it.
func (r *run) readLog(ctx context.Context) error {
	w := &walk{run: r, streams: map[string]eventlog.Revision{}, seed: maphash.MakeSeed(), ids: map[uint64]struct{}{}}
	head, err := r.log.Head(ctx)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	from := eventlog.Position(0)
	for range maxSkips {
		err := w.follow(ctx, from)
		if err == nil {
			break
		}
		if !errors.Is(err, eventlog.ErrCorrupt) || ctx.Err() != nil {
			return fmt.Errorf("verify: read the log: %w", err)
		}
		r.find(LogCorrupt, fmt.Sprintf("after position %d", max(from, w.last)), "the log can't read on: %v", err)
		if from = max(from, w.last) + 1; from >= head {
			break
		}
	}
	r.report.Position, r.report.Streams = max(w.last, head), len(w.streams)
	if w.last < head {
		r.find(LogCorrupt, fmt.Sprintf("position %d", w.last), "the last event that can be read is not the last one, which has position %d", head)
	}
	return w.checkEnds(ctx)
}

// follow reads from a position to the end.
func (w *walk) follow(ctx context.Context, from eventlog.Position) error {
	for recorded, err := range w.log.Follow(ctx, from) {
		switch {
		case err != nil:
			return err
		case recorded.CaughtUp:
			return nil
		}
		if err := w.event(ctx, recorded); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// event checks one event: its place, its envelope and payload, and what it
// points at.
func (w *walk) event(ctx context.Context, recorded eventlog.Recorded) error {
	w.report.Events++
	w.report.Bytes += int64(len(recorded.Data) + len(recorded.Meta))
	place := fmt.Sprintf("position %d, stream %s, revision %d", recorded.Position, recorded.Stream, recorded.Revision)
	if recorded.Position <= w.last {
		w.find(PositionOrder, place, "it stands behind position %d", w.last)
	}
	w.last = max(w.last, recorded.Position)
	if err := w.history.event(ctx, place, recorded); err != nil {
		return err
	}
	if err := w.continues(ctx, place, recorded); err != nil {
		return err
	}
	envelope, event, err := commands.Decode(recorded)
	switch {
	case err == nil:
		w.checkEnvelope(place, recorded, envelope, event)
	case errors.Is(err, eventlog.ErrErased):
		w.note(EventErased, place, "its payload was erased")
		w.checkForm(place, recorded, envelope)
		return nil
	case errors.Is(err, eventlog.ErrCorrupt):
		w.find(LogCorrupt, place, "%v", err)
		return nil
	case errors.Is(err, domain.ErrUnknownEvent):
		w.find(UnknownEvent, place, "%v; it was written by a newer program, or its name has changed", err)
		return nil
	default:
		w.find(UndecodableEvent, place, "%v", err)
		return nil
	}
	w.tell()
	return w.checkPointers(ctx, place, event)
}

// continues checks that the event is the next of its stream, and new in it.
func (w *walk) continues(ctx context.Context, place string, recorded eventlog.Recorded) error {
	last, known := w.streams[recorded.Stream]
	if !known {
		last = eventlog.NoStream
	}
	if recorded.Revision != last+1 {
		w.find(RevisionGap, place, "the event before it in its stream has revision %d", last)
	}
	w.streams[recorded.Stream] = max(last, recorded.Revision)
	var h maphash.Hash
	h.SetSeed(w.seed)
	_, _ = h.Write(recorded.ID[:]) // never fails, by its documentation
	_, _ = h.WriteString(recorded.Stream)
	sum := h.Sum64()
	if _, seen := w.ids[sum]; seen {
		return w.confirmTwice(ctx, place, recorded.Stream, recorded.ID)
	}
	w.ids[sum] = struct{}{}
	return nil
}

// confirmTwice reads a stream again, since two hashes can be the same by chance.
func (w *walk) confirmTwice(ctx context.Context, place, stream string, id uuid.UUID) error {
	times := 0
	for recorded, err := range w.log.Read(ctx, stream, 0) {
		if isContext(err) {
			return err
		}
		if err != nil { // said where the log is read in order
			break
		}
		if recorded.ID == id {
			times++
		}
	}
	if times > 1 {
		w.find(DuplicateEvent, place, "the id %s is in its stream %d times", id, times)
	}
	return nil
}

// checkEnds asks the log for the end of each stream, which it finds by another
// way than that by which everything was read.
func (w *walk) checkEnds(ctx context.Context) error {
	names := make([]string, 0, len(w.streams))
	for name := range w.streams {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		last, err := w.log.Last(ctx, name)
		switch {
		case err != nil && !errors.Is(err, eventlog.ErrCorrupt):
			return fmt.Errorf("verify: %w", err)
		case err != nil:
			w.find(LogCorrupt, "stream "+name, "its end can't be read: %v", err)
		case last != w.streams[name]:
			w.find(LogCorrupt, "stream "+name, "it ends at revision %d, but revision %d was the last to be read", last, w.streams[name])
		}
	}
	return nil
}
