package backup_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/assets/disk"
	"signet/internal/backup"
	"signet/internal/backup/folder"
	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
	"signet/internal/people/peopletest"
)

// TestSpeed measures a backup, the next one, and a restore of a log of as many small events
// as SIGNET_MEASURE_BACKUP says, such as 1000000. Without it nothing is measured.
func TestSpeed(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("SIGNET_MEASURE_BACKUP"))
	if err != nil {
		t.Skip("SIGNET_MEASURE_BACKUP is no number of events")
	}
	dir := t.TempDir()
	log, blobs := opened(t, filepath.Join(dir, "from"))
	began := time.Now()
	told := func(what string) {
		t.Logf("%s: %v", what, time.Since(began).Round(time.Millisecond))
		began = time.Now()
	}
	grow(t, log, 0, n)
	told("making the log")
	repo, err := folder.Open(filepath.Join(dir, "repo"))
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	from := backup.Source{Log: log, Blobs: blobs, People: peopletest.NewMemory()}
	for _, what := range []string{"the first backup", "one of nothing new", "one of 1000 new events"} {
		made, err := backup.Run(t.Context(), repo, from, backup.Options{})
		if err != nil {
			t.Fatal(err)
		}
		told(fmt.Sprintf("%s, %d events, %d bytes of %d written, %d segments", what, made.NewEvents, made.Added, made.Snapshot.Bytes(), len(made.Snapshot.Segments)))
		if what == "one of nothing new" {
			grow(t, log, n, 1000)
			began = time.Now()
		}
	}
	if report, err := backup.Verify(t.Context(), repo, backup.Options{}); err != nil || !report.OK() {
		t.Fatal(report, err)
	}
	told("verifying")
	into, files := opened(t, filepath.Join(dir, "to"))
	began = time.Now()
	made, err := backup.Restore(t.Context(), repo, backup.Target{Log: into, Blobs: files, People: peopletest.NewMemory()}, backup.RestoreOptions{})
	if err != nil || made.Events != int64(n+1000) {
		t.Fatal(made, err)
	}
	told("restoring")
}

func opened(t *testing.T, dir string) (*sqlite.Log, *disk.Store) {
	t.Helper()
	log, err := sqlite.Open(filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	blobs, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	return log, blobs
}

// grow appends events that take turns among many streams.
func grow(t *testing.T, log *sqlite.Log, from, n int) {
	t.Helper()
	const streams = 5000
	at := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	var chunk []eventlog.Recorded
	for i := from; i < from+n; i++ {
		e := eventlog.Envelope{
			ID: uuid.Must(uuid.NewV7()), Type: "usage.declared.v1", Stream: fmt.Sprintf("item-slogan-%d", i%streams), Revision: eventlog.Revision(i / streams),
			At: at, Recorded: at, Member: uuid.Nil, Agency: "so-ngoai-vu", Request: strconv.Itoa(i),
		}
		r, err := eventlog.Seal(e, fmt.Appendf(nil, `{"key":"slogan-%d","version":1,"channel":"portal"}`, i%streams))
		if err != nil {
			t.Fatal(err)
		}
		chunk = append(chunk, eventlog.Recorded{Record: r, Stream: e.Stream, Revision: e.Revision})
		if len(chunk) == 4096 || i == from+n-1 {
			if _, err := log.AppendOrdered(t.Context(), chunk...); err != nil {
				t.Fatal(err)
			}
			chunk = chunk[:0]
		}
	}
}
