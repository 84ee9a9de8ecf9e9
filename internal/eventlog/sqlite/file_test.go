package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
)

// filled is the path of a log with some events, that nobody has open.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.db")
	l := open(t, path)
	for i := range 300 {
		r := logtest.Event(strings.Repeat("x", 300))
		if _, err := l.Append(context.Background(), "s", eventlog.Revision(i-1), r); err != nil {
			t.Fatal(err)
		}
	}
	closeLog(t, l)
	return path
}

func closeLog(t testing.TB, l *sqlite.Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// alter runs statements on the file of a log that nobody has open.
func alter(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOneOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log #1 50%?.db")
	l := open(t, path)
	_, err := sqlite.Open(path)
	var inUse *sqlite.InUseError
	if !errors.As(err, &inUse) || !errors.Is(err, sqlite.ErrInUse) || inUse.PID != os.Getpid() || inUse.Path != path {
		t.Errorf("%v", err)
	}
	if _, err := l.Append(context.Background(), "s", eventlog.NoStream, logtest.Event("a")); err != nil {
		t.Error(err)
	}
	reader, err := sqlite.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), "s", 0, logtest.Event("b")); err != nil {
		t.Error(err)
	}
	if head, err := reader.Head(context.Background()); head != 2 || err != nil {
		t.Errorf("%d, %v", head, err)
	}
	n := 0
	for _, err := range reader.Read(context.Background(), "s", 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if _, err := reader.Append(context.Background(), "s", 0, logtest.Event("c")); n != 2 || !errors.Is(err, sqlite.ErrReadOnly) || !errors.Is(err, eventlog.ErrUnavailable) {
		t.Errorf("%d events, %v", n, err)
	}
	closeLog(t, reader)
	closeLog(t, l)
	closeLog(t, open(t, path))
	if _, err := os.Stat(path); err != nil {
		t.Error("the file has another name")
	}
}

func TestFilesThatAreNoLog(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	alter(t, other, "CREATE TABLE mine (x)")
	newer := filepath.Join(t.TempDir(), "newer.db")
	alter(t, newer, "PRAGMA application_id = 0x53474E54; PRAGMA user_version = 3; CREATE TABLE unheard_of (x)")
	for path, want := range map[string]error{text: sqlite.ErrForeign, other: sqlite.ErrForeign, newer: sqlite.ErrNewer} {
		before, err := os.ReadFile(path) //nolint:gosec // a test's own file
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sqlite.Open(path); !errors.Is(err, want) {
			t.Errorf("%v", err)
		}
		after, err := os.ReadFile(path) //nolint:gosec // a test's own file
		if err != nil || !bytes.Equal(after, before) {
			t.Errorf("the file was changed, %v", err)
		}
	}
	if _, err := sqlite.OpenReadOnly(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, eventlog.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}

func TestNewerFilesAreRefused(t *testing.T) {
	path := filled(t)
	alter(t, path, "PRAGMA user_version = 3")
	if _, err := sqlite.Open(path); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("%v", err)
	}
	if _, err := sqlite.OpenReadOnly(path); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("%v", err)
	}
}

// version1 is the file as version 1 of the shape wrote it.
const version1 = `PRAGMA journal_mode = WAL;
CREATE TABLE event (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
	id TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL, meta BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX event_v1_by_stream ON event (stream, revision);
INSERT INTO event VALUES
	(3, 'item-a', 0, '0190b5a0-0000-7000-8000-00000000000a', 'item.registered.v1', x'00ff', x'01'),
	(4, 'item-b', 0, '0190b5a0-0000-7000-8000-00000000000b', 'item.registered.v1', x'', x'02'),
	(9, 'item-a', 1, '0190b5a0-0000-7000-8000-00000000000c', 'version.drafted.v1', x'03', x'04');
PRAGMA application_id = 0x53474E54;
PRAGMA user_version = 1;`

func TestOlderFilesAreMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	alter(t, path, version1)
	if _, err := sqlite.OpenReadOnly(path); !errors.Is(err, sqlite.ErrOlder) {
		t.Errorf("%v", err)
	}
	for range 2 { // the second time nothing is left to do
		l := open(t, path)
		var got []eventlog.Recorded
		for r, err := range l.Follow(context.Background(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if r.CaughtUp {
				break
			}
			got = append(got, r)
		}
		if len(got) != 3 || got[0].Position != 3 || got[2].Position != 9 || got[2].Revision != 1 || got[2].Stream != "item-a" ||
			got[0].ID != uuid.MustParse("0190b5a0-0000-7000-8000-00000000000a") || string(got[0].Data) != "\x00\xff" || string(got[1].Meta) != "\x02" {
			t.Errorf("%+v", got)
		}
		again := eventlog.Record{ID: got[0].ID, Type: "item.registered.v1"}
		if position, err := l.Append(context.Background(), "item-a", eventlog.NoStream, again); err != nil || position != 3 {
			t.Errorf("%d, %v", position, err)
		}
		if err := l.Check(context.Background(), nil); err != nil {
			t.Error(err)
		}
		closeLog(t, l)
	}
	l := open(t, path)
	if position, err := l.Append(context.Background(), "item-a", 1, logtest.Event("new")); err != nil || position != 10 {
		t.Errorf("%d, %v", position, err)
	}
	closeLog(t, l)
}

func TestAnInterruptedCreationIsFinished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	alter(t, path, "PRAGMA journal_mode = WAL")
	closeLog(t, open(t, path))
	if err := os.WriteFile(path+".empty", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	closeLog(t, open(t, path+".empty"))
}

func TestDamageIsFound(t *testing.T) {
	for name, statements := range map[string]string{
		"a gap":         "DELETE FROM event WHERE revision = 7",
		"another order": "UPDATE event SET position = 100000 WHERE revision = 7",
	} {
		path := filled(t)
		alter(t, path, statements)
		l := open(t, path)
		if err := l.Check(context.Background(), nil); !errors.Is(err, eventlog.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		closeLog(t, l)
	}
	path := filled(t)
	body, err := os.ReadFile(path) //nolint:gosec // a test's own file
	if err != nil {
		t.Fatal(err)
	}
	for i := 3 * 4096; i < len(body); i += 97 {
		body[i] ^= 0x55
	}
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := sqlite.Open(path)
	if err == nil {
		err = l.Check(context.Background(), nil)
		closeLog(t, l)
	}
	if !errors.Is(err, eventlog.ErrCorrupt) {
		t.Errorf("%v", err)
	}
	path = filled(t)
	l = open(t, path)
	steps := 0
	if err := l.Check(context.Background(), func(done, _ int) { steps = done }); err != nil || steps != 2 {
		t.Errorf("%d, %v", steps, err)
	}
	closeLog(t, l)
}

// Also when somebody else is looking at it.
func TestAClosedLogIsOneFile(t *testing.T) {
	path := filled(t)
	l := open(t, path)
	reader, err := sqlite.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closeLog(t, reader)
	if _, err := l.Append(context.Background(), "s", 299, logtest.Event("last")); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	body, err := os.ReadFile(path) //nolint:gosec // a test's own file
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved.db")
	if err := os.WriteFile(moved, body, 0o600); err != nil {
		t.Fatal(err)
	}
	copied := open(t, moved)
	defer closeLog(t, copied)
	if last, err := copied.Last(context.Background(), "s"); err != nil || last != 300 {
		t.Errorf("%d, %v", last, err)
	}
}
