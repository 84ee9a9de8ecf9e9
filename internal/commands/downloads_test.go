package commands_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

func download(item string) domain.RecordDownload {
	return domain.RecordDownload{Agency: foreign, Item: item, Version: 1, Digest: "d"}
}

var januaryStream = domain.UsageStream(foreign, noon)

// records counts the downloads in the log, each of its own item, and fails on one
// that is there twice.
func records(t *testing.T, log eventlog.Log) int {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range all(t, log) {
		_, event, err := commands.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := event.(domain.AssetDownloaded)
		if !ok || seen[d.Item] || d.Member != nga.Member || !d.At.Equal(noon.Truncate(time.Microsecond)) || r.Stream != januaryStream {
			t.Errorf("%+v in %s", event, r.Stream)
		}
		seen[d.Item] = true
	}
	return len(seen)
}

func TestDownloadNeedsPermission(t *testing.T) {
	r, log := newRunner()
	d := commands.NewDownloads(r)
	for _, actor := range []domain.Actor{{}, person(9, party, domain.RoleAgency)} {
		_, err := d.Record(t.Context(), actor, download("a"))
		refused(t, err, domain.Forbidden, "not_permitted")
	}
	if n := records(t, log); n != 0 {
		t.Errorf("%d recorded", n)
	}
}

func TestDownloadsThatArriveTogetherShareAnAppend(t *testing.T) {
	r, log := newRunner()
	d := commands.NewDownloads(r)
	const others = 250
	begun, open := make(chan struct{}), make(chan struct{})
	var once sync.Once
	log.beforeAppend = func(string) error { // the first append waits until all others stand in line
		once.Do(func() {
			close(begun)
			<-open
		})
		return nil
	}
	var group sync.WaitGroup
	record := func(i int) {
		if position, err := d.Record(context.Background(), nga, download(fmt.Sprint("item", i))); err != nil || position == 0 {
			t.Errorf("%d: %d, %v", i, position, err)
		}
	}
	group.Go(func() { record(0) })
	<-begun
	for i := range others {
		group.Go(func() { record(i + 1) })
	}
	commands.AwaitWaiting(d, januaryStream, others)
	close(open)
	group.Wait()
	if n := records(t, log); n != others+1 {
		t.Errorf("%d recorded, not %d", n, others+1)
	}
	if log.appends > 3 {
		t.Errorf("%d appends for %d downloads", log.appends, others+1)
	}
}

func TestTwoRecordersShareAStream(t *testing.T) {
	r, log := newRunner()
	one, two := commands.NewDownloads(r), commands.NewDownloads(r)
	for i := range 10 {
		for j, d := range []*commands.Downloads{one, two} {
			if _, err := d.Record(t.Context(), nga, download(fmt.Sprint("item", i, "-", j))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := records(t, log); n != 20 {
		t.Errorf("%d recorded, not 20", n)
	}
}

func TestFailureIsToldToEveryWaiterAndThenForgotten(t *testing.T) {
	r, log := newRunner()
	d := commands.NewDownloads(r)
	begun, open := make(chan struct{}), make(chan struct{})
	var once sync.Once
	log.beforeAppend = func(string) error {
		once.Do(func() {
			close(begun)
			<-open
		})
		return eventlog.ErrUnavailable
	}
	const waiters = 20
	errs := make(chan error, waiters)
	record := func(i int) {
		_, err := d.Record(context.Background(), nga, download(fmt.Sprint("item", i)))
		errs <- err
	}
	go record(0)
	<-begun
	for i := 1; i < waiters; i++ {
		go record(i)
	}
	commands.AwaitWaiting(d, januaryStream, waiters-1)
	close(open)
	for range waiters {
		if err := <-errs; !errors.Is(err, eventlog.ErrUnavailable) {
			t.Error(err)
		}
	}
	log.mu.Lock()
	log.beforeAppend = nil
	log.mu.Unlock()
	if _, err := d.Record(t.Context(), nga, download("later")); err != nil {
		t.Error(err)
	}
	if n := records(t, log); n != 1 {
		t.Errorf("%d recorded, not 1", n)
	}
}

func TestWhoDoesNotWaitIsRecordedAllTheSame(t *testing.T) {
	r, log := newRunner()
	d := commands.NewDownloads(r)
	begun, open := make(chan struct{}), make(chan struct{})
	log.beforeAppend = func(string) error {
		close(begun)
		<-open
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := d.Record(ctx, nga, download("a"))
		ended <- err
	}()
	<-begun
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	log.mu.Lock()
	log.beforeAppend = nil
	log.mu.Unlock()
	close(open)
	if _, err := d.Record(t.Context(), nga, download("b")); err != nil { // after the one under way
		t.Fatal(err)
	}
	if n := records(t, log); n != 2 {
		t.Errorf("%d recorded, not 2", n)
	}
}

func TestEndlessConflictsOfDownloadsAreToldAsBusy(t *testing.T) {
	r, log := newRunner()
	log.beforeAppend = func(stream string) error { return &eventlog.ConflictError{Stream: stream} }
	_, err := commands.NewDownloads(r).Record(t.Context(), nga, download("a"))
	refused(t, err, domain.Conflict, "busy")
}
