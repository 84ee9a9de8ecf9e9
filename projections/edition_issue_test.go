package projections_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/testneeds"
	"signet/projections"
)

// manyItems is how many items the edition changes; one more ends with it.
const manyItems = 500

const ending = "zz-ending"

// withEdition is a registry of slogans in force, and an open edition that holds the
// next version of each of them.
func withEdition(t *testing.T) (r *registry, keys []string) {
	t.Helper()
	r = newRegistry(t)
	r.openEdition(1, "2027-03-01")
	for i := range manyItems {
		keys = append(keys, fmt.Sprintf("slogan-%03d", i))
	}
	for _, key := range append(slices.Clone(keys), ending) {
		r.register(key, domain.Slogan, true)
		r.approve(key, slogan(domain.Texts{"vi": "Cũ"}), domain.Effective{})
	}
	r.wait(time.Hour)
	held := []domain.Event{domain.EditionRetired{Number: 1, Item: ending}}
	for _, key := range keys {
		n := r.approve(key, slogan(domain.Texts{"vi": "Mới"}), domain.Effective{Edition: 1})
		held = append(held, domain.EditionIncluded{Number: 1, Item: key, Version: n})
	}
	r.write(domain.EditionStream(1), 0, held)
	r.wait(time.Hour)
	return r, keys
}

// write appends events as they are: as many commands would each read the stream
// again.
func (r *registry) write(stream string, after eventlog.Revision, events []domain.Event) {
	r.t.Helper()
	var records []eventlog.Record
	for i, event := range events {
		name, payload, err := domain.Encode(event)
		if err != nil {
			r.t.Fatalf("%v", err)
		}
		record, err := eventlog.Seal(eventlog.Envelope{
			ID: uuid.New(), Type: name, Stream: stream, Revision: after + 1 + eventlog.Revision(i), At: r.now, Recorded: r.now, Member: an.Member, Agency: an.Agency,
		}, payload)
		if err != nil {
			r.t.Fatalf("%v", err)
		}
		records = append(records, record)
	}
	if _, err := r.log.Append(context.Background(), stream, after, records...); err != nil {
		r.t.Fatalf("%v", err)
	}
}

// issueReader watches the issue of an edition, and remembers whether it has seen it.
type issueReader struct {
	t    *testing.T
	r    *registry
	keys []string
	at   time.Time // of the issue
	// seen is set by the first reader who has seen something of the issue: from then on
	// nobody may see anything as it was before.
	seen *atomic.Bool
	// olds and news count what was seen as before, and as after.
	olds, news *atomic.Int64
}

// judge takes what was seen at once: how much of it as before the issue, and how much
// as after; issued is what seen was before it was looked at.
func (i issueReader) judge(what string, issued bool, before, after, of int) {
	switch {
	case before+after != of || before > 0 && after > 0:
		i.t.Errorf("%s: half an edition: %d as before, %d as after, of %d", what, before, after, of)
	case before > 0 && issued:
		i.t.Errorf("%s: as before, though somebody has seen the issue", what)
	}
	if after > 0 {
		i.seen.Store(true)
		i.news.Add(1)
	} else {
		i.olds.Add(1)
	}
}

// count tells old versions from new ones, in rows of what is in force.
func count(rows []*projections.Standing) (before, after int) {
	for _, s := range rows {
		if s.Version == 1 && s.Edition == 0 {
			before++
		}
		if s.Version == 2 && s.Edition == 1 {
			after++
		}
	}
	return before, after
}

// whole asks for all at once.
func (i issueReader) whole(ctx context.Context) error {
	issued := i.seen.Load()
	rows, err := i.r.views.Approved(ctx, projections.ApprovedFilter{AsOf: i.at}, "", 2*manyItems)
	if err != nil {
		return err
	}
	before, after := count(rows)
	of := manyItems
	if before > 0 {
		of++ // what ends with the edition
	}
	i.judge("all that is approved", issued, before, after, of)
	return nil
}

// paged walks through the pages; each is of one moment, and they follow each other.
func (i issueReader) paged(ctx context.Context) error {
	for after := ""; ; {
		issued := i.seen.Load()
		rows, err := i.r.views.Approved(ctx, projections.ApprovedFilter{AsOf: i.at, Kind: domain.Slogan, Locale: "vi"}, after, 100)
		if err != nil || len(rows) == 0 {
			return err
		}
		old, now := count(rows)
		i.judge("a page after "+after, issued, old, now, len(rows))
		if after = rows[len(rows)-1].Item; len(rows) < 100 {
			return nil
		}
	}
}

// single asks for one item after the other, the last ones first.
func (i issueReader) single(ctx context.Context) error {
	for n := manyItems - 1; n >= 0; n -= 25 {
		key := i.keys[n]
		issued := i.seen.Load()
		s, err := i.r.views.InForce(ctx, key, i.at)
		if err != nil {
			return err
		}
		old, now := count([]*projections.Standing{s})
		i.judge(key, issued, old, now, 1)
	}
	return nil
}

// compared asks what the edition did.
func (i issueReader) compared(ctx context.Context) error {
	issued := i.seen.Load()
	differ, err := i.r.views.Compare(ctx, i.at.Add(-time.Microsecond), i.at, false, "", 2*manyItems)
	if err != nil {
		return err
	}
	i.judge("what differs", issued, manyItems+1-len(differ), len(differ), manyItems+1)
	issued = i.seen.Load()
	changes, err := i.r.views.EditionChanges(ctx, 1, "", 2*manyItems)
	if err != nil {
		return err
	}
	i.judge("what it did", issued, manyItems+1-len(changes), len(changes), manyItems+1)
	return nil
}

// was asks as of the moment before: nothing of that ever changes.
func (i issueReader) was(ctx context.Context) error {
	rows, err := i.r.views.Approved(ctx, projections.ApprovedFilter{AsOf: i.at.Add(-time.Microsecond)}, "", 2*manyItems)
	if before, after := count(rows); before != manyItems+1 || after != 0 {
		i.t.Errorf("a microsecond before the issue: %d as before, %d as after", before, after)
	}
	return err
}

func TestNobodySeesHalfAnEdition(t *testing.T) {
	testneeds.OnceInCI(t)
	r, keys := withEdition(t)
	r.catchUp()
	i := issueReader{t: t, r: r, keys: keys, at: r.now, seen: &atomic.Bool{}, olds: &atomic.Int64{}, news: &atomic.Int64{}}
	var position atomic.Uint64 // of the issue, once it is known
	var readers, ready sync.WaitGroup
	for _, read := range []func(context.Context) error{i.whole, i.paged, i.single, i.compared, i.was} {
		ready.Add(1)
		readers.Go(func() {
			begun := sync.OnceFunc(ready.Done)
			defer begun()
			for last := false; !last && !t.Failed(); begun() {
				known := eventlog.Position(position.Load())
				if last = known > 0 && r.views.Position() >= known; last {
					i.seen.Store(true) // what is read from now on is the issue's
				}
				if err := read(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ready.Wait() // everybody has seen the registry as it was
	r.following(t)
	issued := must(r, domain.Editions, domain.IssueEdition{Number: 1, Decision: "17/QĐ", Decided: domain.DateOf(r.now)}, an)
	position.Store(uint64(issued))
	readers.Wait()
	t.Logf("%d looks saw the registry as before, %d as after", i.olds.Load(), i.news.Load())
	if i.olds.Load() == 0 || i.news.Load() == 0 {
		t.Error("nobody was looking")
	}
	for at, version := range map[time.Time]int{i.at.Add(-time.Microsecond): 1, i.at: 2, i.at.Add(time.Microsecond): 2} {
		rows, err := r.views.Approved(t.Context(), projections.ApprovedFilter{AsOf: at}, "", 2*manyItems)
		if err != nil || len(rows) != manyItems+2-version {
			t.Errorf("%v after the issue: %d rows, %v", at.Sub(i.at), len(rows), err)
		}
		for _, s := range rows {
			if s.Version != version {
				t.Errorf("%v after the issue: %s v%d", at.Sub(i.at), s.Item, s.Version)
			}
		}
		if _, err := r.views.InForce(t.Context(), ending, at); (err == nil) != (version == 1) {
			t.Errorf("%v after the issue of what ends with it: %v", at.Sub(i.at), err)
		}
	}
}
