package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
)

// A disk that is full is played by a limit on the pages of the file.
func TestAFullDiskLosesNothingAndIsSurvived(t *testing.T) {
	w, err := openWriter(filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	add := func(stream string, expected eventlog.Revision, size int) *appending {
		r := logtest.Event("")
		r.Data = make([]byte, size)
		return &appending{stream: stream, expected: expected, records: []eventlog.Record{r}, done: make(chan struct{})}
	}
	first := add("a", eventlog.NoStream, 10)
	w.commit([]*appending{first})
	if first.err != nil {
		t.Fatal(first.err)
	}
	if _, err := w.db.ExecContext(t.Context(), "PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	small, large := add("a", 0, 10), add("b", eventlog.NoStream, 800_000)
	w.commit([]*appending{small, large})
	for _, a := range []*appending{small, large} {
		if !errors.Is(a.err, eventlog.ErrUnavailable) {
			t.Errorf("%v", a.err)
		}
	}
	if w.head != first.position {
		t.Errorf("the head is %d, not %d", w.head, first.position)
	}
	if _, err := w.db.ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	// What is told of an append comes from the file.
	if position, ok := w.stands(t.Context(), first); !ok || position != first.position {
		t.Errorf("%d, %v", position, ok)
	}
	if _, ok := w.stands(t.Context(), small); ok {
		t.Error("a refused append stands")
	}
	small, large = add("a", 0, 10), add("b", eventlog.NoStream, 800_000)
	w.commit([]*appending{small, large})
	if small.err != nil || large.err != nil || large.position != first.position+2 {
		t.Errorf("%v, %v, %d", small.err, large.err, large.position)
	}
}
