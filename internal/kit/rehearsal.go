package kit

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// rehearsal is a log that begins as another one is, and keeps what is appended
// to itself: on it an import is tried out against everything that the registry
// already knows, before the first step is written.
//
// It is used by one goroutine. What others write to the base meanwhile makes an
// append fail with eventlog.ErrConflict, which commands try again.
type rehearsal struct {
	eventlog.Log // the base; Follow and Head are its own

	appended map[string][]eventlog.Recorded
	position eventlog.Position
}

func rehearse(base eventlog.Log) *rehearsal {
	return &rehearsal{Log: base, appended: map[string][]eventlog.Recorded{}}
}

// Append keeps the records, under the same rules as any log. It refuses an item,
// policy or edition step that happened before the stream's last one: the
// registry's own history has gone on by then, and can't be changed any more.
func (r *rehearsal) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if err := eventlog.Check(stream, records); err != nil {
		return 0, err
	}
	last, err := r.Last(ctx, stream)
	if err != nil {
		return 0, err
	}
	if last != expected {
		return 0, &eventlog.ConflictError{Stream: stream, Expected: expected, Actual: last}
	}
	for i, record := range records {
		r.position++
		recorded := eventlog.Recorded{Record: record, Stream: stream, Revision: expected + 1 + eventlog.Revision(i), Position: r.position}
		if err := r.follows(ctx, recorded); err != nil {
			return 0, err
		}
		r.appended[stream] = append(r.appended[stream], recorded)
	}
	return r.position, nil
}

// Read yields what the base has, and then what has been appended here.
func (r *rehearsal) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for recorded, err := range r.Log.Read(ctx, stream, from) {
			if !yield(recorded, err) || err != nil {
				return
			}
		}
		for _, recorded := range r.appended[stream] {
			if recorded.Revision >= from && !yield(recorded, nil) {
				return
			}
		}
	}
}

// Last is the revision of the last event, here or in the base.
func (r *rehearsal) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	if own := r.appended[stream]; len(own) > 0 {
		return own[len(own)-1].Revision, nil
	}
	return r.Log.Last(ctx, stream)
}

// follows refuses what happened before the last event of its stream.
func (r *rehearsal) follows(ctx context.Context, next eventlog.Recorded) error {
	if next.Revision == 0 || strings.HasPrefix(next.Stream, domain.Agencies.Category+"-") {
		return nil
	}
	now, _, err := commands.Decode(next)
	if err != nil {
		return err
	}
	for before, err := range r.Read(ctx, next.Stream, next.Revision-1) {
		if err != nil {
			return err
		}
		envelope, _, err := eventlog.Open(before)
		if err != nil {
			return fmt.Errorf("kit: rehearse: %w", err)
		}
		if envelope.At.After(now.At) {
			return domain.Refuse(domain.Conflict, "history_is_later", "the registry knows of something that happened later, at %s", envelope.At.Format(instantLayout))
		}
	}
	return nil
}
