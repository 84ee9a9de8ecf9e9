package projections_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/projections"
)

// following catches up in the background until the test ends.
func (r *registry) following(t *testing.T) (ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	errs, gone := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(gone)
		errs <- r.views.CatchUp(ctx, r.log, nil)
	}()
	t.Cleanup(func() {
		cancel()
		<-gone // the read models are closed after this
	})
	return errs
}

func TestWaitForReturnsWhenThePositionCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := emptyRegistry(t, t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.views.CatchUp(ctx, r.log, nil) }()
		synctest.Wait()
		if ready, err := r.views.Ready(); !ready || err != nil {
			t.Errorf("caught up with an empty log: %t, %v", ready, err)
		}
		waited := make(chan error, 1)
		go func() { waited <- r.views.WaitFor(ctx, 1) }()
		advanced := r.views.Advanced()
		synctest.Wait()
		select {
		case err := <-waited:
			t.Errorf("did not wait: %v", err)
		case <-advanced:
			t.Error("advanced by nothing")
		default:
		}
		position := must(r, domain.Agencies, domain.RegisterAgency{Key: party, Name: domain.Texts{"vi": "Ban"}}, operator)
		if err := <-waited; err != nil || r.views.Position() < position {
			t.Errorf("position %d, %v", r.views.Position(), err)
		}
		<-advanced
		if _, err := r.views.Agency(ctx, party); err != nil {
			t.Error(err)
		}
		impatient, stop := context.WithCancel(ctx)
		go func() { waited <- r.views.WaitFor(impatient, position+1) }()
		synctest.Wait()
		stop()
		if err := <-waited; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := r.views.WaitFor(t.Context(), position+1); !errors.Is(err, context.Canceled) {
			t.Errorf("waited for what nobody fills: %v", err)
		}
		if ready, _ := r.views.Ready(); ready {
			t.Error("ready though nobody catches up")
		}
		r.close()
	})
}

func TestUnknownEventStopsCatchingUp(t *testing.T) {
	r := newRegistry(t)
	r.catchUp()
	before := r.views.Position()
	envelope := eventlog.Envelope{ID: uuid.Max, Type: "item.painted.v1", Stream: "item-x", At: r.now, Recorded: r.now}
	record, err := eventlog.Seal(envelope, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.register("seen-before", domain.Slogan, true)
	position, err := r.log.Append(t.Context(), "item-x", eventlog.NoStream, record)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-r.following(t); !errors.Is(err, domain.ErrUnknownEvent) {
		t.Errorf("catching up ended with %v", err)
	}
	if ready, why := r.views.Ready(); ready || !errors.Is(why, domain.ErrUnknownEvent) {
		t.Errorf("%t, %v", ready, why)
	}
	if err := r.views.WaitFor(t.Context(), position); !errors.Is(err, domain.ErrUnknownEvent) {
		t.Error(err)
	}
	if got := r.views.Position(); got != before {
		t.Errorf("position %d, not %d", got, before)
	}
	if _, err := r.views.Item(t.Context(), "seen-before"); !errors.Is(err, projections.ErrNotFound) {
		t.Errorf("half a batch can be read: %v", err)
	}
	if err := projections.Rebuild(t.Context(), r.path+"2", r.log, nil); !errors.Is(err, domain.ErrUnknownEvent) {
		t.Error(err)
	}
}

func TestErasedPayloadIsPassedOver(t *testing.T) {
	r := newRegistry(t)
	envelope := eventlog.Envelope{ID: uuid.Max, Type: "item.registered.v1", Stream: "item-x", At: r.now, Recorded: r.now}
	record, err := eventlog.Seal(envelope, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	record.Data = nil
	if _, err := r.log.Append(t.Context(), "item-x", eventlog.NoStream, record); err != nil {
		t.Fatal(err)
	}
	r.register("after", domain.Slogan, true)
	r.catchUp()
	if _, err := r.views.Item(t.Context(), "after"); err != nil {
		t.Error(err)
	}
}

func TestAccessPositionGrowsOnlyWithAccess(t *testing.T) {
	r := newRegistry(t)
	r.catchUp()
	before := r.views.AccessPosition()
	r.register("slogan", domain.Slogan, true)
	r.catchUp()
	if got := r.views.AccessPosition(); got != before {
		t.Errorf("an item changed who may do what: %d, %d", before, got)
	}
	position := must(r, domain.Agencies, domain.RemoveMember{Agency: nga.Agency, Member: nga.Member}, operator)
	r.register("slogan-2", domain.Slogan, true)
	r.catchUp()
	if got := r.views.AccessPosition(); got != position {
		t.Errorf("access changed at %d, not %d", got, position)
	}
}

func TestReadModelsAheadOfTheLogAreRefused(t *testing.T) {
	r := newRegistry(t)
	r.catchUp()
	r.log = logtest.NewMemory()
	r.runner.Log = r.log
	must(r, domain.Agencies, domain.RegisterAgency{Key: party, Name: domain.Texts{"vi": "Ban"}}, operator)
	if err := <-r.following(t); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("followed another log: %v", err)
	}
	if ready, why := r.views.Ready(); ready || why == nil {
		t.Errorf("%t, %v", ready, why)
	}
}

func TestReopenedReadModelsGoOn(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.catchUp()
	r.close()
	r.open()
	position := r.views.Position()
	if _, err := r.views.Item(t.Context(), "slogan"); err != nil || position == 0 {
		t.Errorf("at %d: %v", position, err)
	}
	if ready, err := r.views.Ready(); ready || err != nil {
		t.Errorf("ready before it has caught up: %t, %v", ready, err)
	}
	r.register("slogan-2", domain.Slogan, true)
	r.catchUp()
	if _, err := r.views.Item(t.Context(), "slogan-2"); err != nil {
		t.Error(err)
	}
}

func TestAnotherShapeIsBuiltAnew(t *testing.T) {
	r := newRegistry(t)
	r.catchUp()
	r.close()
	db, err := sql.Open("sqlite", "file:"+r.path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 4711; DROP TABLE item; CREATE TABLE item (of_old INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r.open()
	if got := r.views.Position(); got != 0 {
		t.Errorf("tables of another shape have read to %d", got)
	}
	r.register("slogan", domain.Slogan, true)
	r.catchUp()
	if _, err := r.views.Item(t.Context(), "slogan"); err != nil {
		t.Error(err)
	}
}

func TestNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	if err := os.WriteFile(path, slices.Repeat([]byte("not a database"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if v, err := projections.Open(path); err == nil {
		t.Error("opened", v.Close())
	}
}

// Nobody reads half of what was appended at once, also while the read models catch up.
func TestAnAppendIsAppliedWholly(t *testing.T) {
	r := newRegistry(t)
	ends := map[eventlog.Position]bool{}
	batch := func(agency string, n int) {
		c := domain.RecordDownload{Agency: agency, Item: "x", Version: 1, Month: time.Now()}
		events, err := c.Decide(domain.Downloads{}, domain.Call{At: commands.Instant(time.Now())})
		if err != nil {
			t.Fatal(err)
		}
		kind, payload, err := domain.Encode(events[0])
		if err != nil {
			t.Fatal(err)
		}
		last, err := r.log.Last(t.Context(), c.Stream())
		if err != nil {
			t.Fatal(err)
		}
		records := make([]eventlog.Record, n)
		for i := range records {
			envelope := eventlog.Envelope{
				ID: uuid.Must(uuid.NewV7()), Type: kind, Stream: c.Stream(), Revision: last + 1 + eventlog.Revision(i),
				At: commands.Instant(time.Now()), Recorded: commands.Instant(time.Now()),
			}
			if records[i], err = eventlog.Seal(envelope, payload); err != nil {
				t.Fatal(err)
			}
		}
		position, err := r.log.Append(t.Context(), c.Stream(), last, records...)
		if err != nil {
			t.Fatal(err)
		}
		ends[position] = true
	}
	for range 40 { // 6,000 events, of which 2,000 end in the middle of an append
		batch(culture, 90)
		batch(party, 60)
	}
	r.close()
	if err := projections.Rebuild(t.Context(), r.path, r.log, func(p eventlog.Position) {
		if !ends[p] {
			t.Errorf("position %d is in the middle of an append", p)
		}
	}); err != nil {
		t.Fatal(err)
	}
	r.open()
}

func TestRebuildTellsItsProgressAndSwaps(t *testing.T) {
	r := newRegistry(t)
	downloads := commands.NewDownloads(r.runner)
	for i := range 2500 { // more than a batch
		if _, err := downloads.Record(t.Context(), nga, domain.RecordDownload{Agency: culture, Item: "x", Version: 1 + i%3}); err != nil {
			t.Fatal(err)
		}
		if i == 10 {
			r.catchUp()
		}
	}
	r.close()
	old, err := os.Stat(r.path)
	if err != nil {
		t.Fatal(err)
	}
	head, err := r.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var told []eventlog.Position
	err = projections.Rebuild(t.Context(), r.path, r.log, func(p eventlog.Position) { told = append(told, p) })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) < 2 || !slices.IsSorted(told) || told[len(told)-1] != head {
		t.Errorf("progress %v, head %d", told, head)
	}
	fresh, err := os.Stat(r.path)
	if err != nil || os.SameFile(old, fresh) {
		t.Errorf("not swapped: %v", err)
	}
	if left, err := filepath.Glob(r.path + ".new*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	r.open()
	if got := r.views.Position(); got != head {
		t.Errorf("position %d, not %d", got, head)
	}
}

func TestRebuildThatEndsEarlyLeavesTheOldOnes(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.catchUp()
	r.close()
	before := dump(t, r.path)
	if err := projections.Rebuild(t.Context(), r.path, breakingLog{r.log, 5}, nil); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	same(t, before, dump(t, r.path))
	if err := projections.Rebuild(t.Context(), r.path, r.log, nil); err != nil { // over what was left behind
		t.Fatal(err)
	}
	same(t, before, dump(t, r.path))
	r.open()
}
