package sqlite_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
)

// ledger is what is known of one log that is killed now and then.
type ledger struct {
	t    *testing.T
	path string
	// ids of events by stream, in order: acknowledged, or found after a kill. What was
	// found once stays.
	ids                map[string][]string
	kills              kills
	acknowledged, left int
}

func newLedger(t *testing.T, path string) *ledger {
	t.Helper()
	return &ledger{t: t, path: path, ids: map[string][]string{}}
}

func (l *ledger) acknowledge(stream string, revision int, id string) {
	ids := l.ids[stream]
	for len(ids) <= revision {
		ids = append(ids, "") // will be found, or is missing
	}
	if ids[revision] != "" && ids[revision] != id {
		l.t.Errorf("%s %d is acknowledged as %s, and was %s", stream, revision, id, ids[revision])
	}
	ids[revision] = id
	l.ids[stream] = ids
	l.acknowledged++
}

// check reads all of the log as who only looks at what a killed process has left,
// so that the next process finds it as it was left; and then, if asked, as its
// next owner.
func (l *ledger) check(owner bool) {
	l.t.Helper()
	if l.wal() > 0 {
		l.left++
	}
	if _, err := os.Stat(l.path); err != nil && len(l.ids) == 0 {
		return // killed before it had made the file
	}
	reader, err := sqlite.OpenReadOnly(l.path)
	switch {
	case err == nil:
		l.stands(reader)
		closeLog(l.t, reader)
	case len(l.ids) > 0:
		l.t.Error(err) // else it had not made the tables
	}
	if owner {
		log := open(l.t, l.path)
		l.stands(log)
		closeLog(l.t, log)
	}
}

// stands looks for everything that is known of, and for what is there by halves.
func (l *ledger) stands(log *sqlite.Log) {
	l.t.Helper()
	ctx := context.Background()
	if err := log.Check(ctx, nil); err != nil {
		l.t.Error(err)
	}
	head, err := log.Head(ctx)
	if err != nil {
		l.t.Error(err)
	}
	number := map[string]int{}
	open := map[string]int{} // how many events a batch that has begun still lacks
	var last eventlog.Position
	for r, err := range log.Follow(ctx, 0) {
		if err != nil {
			l.t.Error(err)
			return
		}
		if last = r.Position; r.CaughtUp {
			break
		}
		place, of, err := placeOf(r.Record)
		if err != nil {
			l.t.Error(err)
		}
		if left, begun := open[r.Stream]; begun && left != of-place+1 || !begun && place != 1 {
			l.t.Errorf("%s %d is event %d of %d, and the batch before lacks %d", r.Stream, r.Revision, place, of, left)
		}
		if open[r.Stream] = of - place; of == place {
			delete(open, r.Stream)
		}
		l.find(r, number[r.Stream])
		number[r.Stream]++
	}
	if last != head || len(open) > 0 {
		l.t.Errorf("following ends at %d, the head is %d; cut off are %v", last, head, open)
	}
	for stream, ids := range l.ids {
		if number[stream] < len(ids) {
			l.t.Errorf("%s has %d events, %d were acknowledged or seen", stream, number[stream], len(ids))
		}
	}
}

// find compares an event with what is known of its place.
func (l *ledger) find(r eventlog.Recorded, number int) {
	l.t.Helper()
	ids, id := l.ids[r.Stream], r.ID.String()
	switch {
	case int(r.Revision) != number:
		l.t.Errorf("%s %d follows %d", r.Stream, r.Revision, number-1)
	case number == len(ids):
		l.ids[r.Stream] = append(ids, id) // written, and not acknowledged any more
	case ids[number] == "":
		ids[number] = id
	case ids[number] != id:
		l.t.Errorf("%s %d is %s, not %s", r.Stream, number, id, ids[number])
	}
}

var tallying sync.Mutex // guards tallies of tests that run at once

func (s *tally) add(l *ledger) {
	tallying.Lock()
	defer tallying.Unlock()
	for at, n := range l.kills {
		s.kills[at] += n
	}
	for _, ids := range l.ids {
		s.found += len(ids)
	}
	s.acknowledged += l.acknowledged
	s.left += l.left
}
