package logtest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"signet/internal/eventlog"
)

// likeAModel appends at random, and compares with the log in memory.
func likeAModel(t *testing.T, l *log) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		model := NewMemory()
		prefix := fmt.Sprintf("run-%d-", run)
		var earlier []eventlog.Record
		from := l.headNow()
		for range rapid.IntRange(1, 20).Draw(t, "appends") {
			stream := prefix + rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stream")
			expected := eventlog.Revision(rapid.IntRange(-2, 8).Draw(t, "expected"))
			if rapid.Bool().Draw(t, "at its end") {
				expected, _ = model.Last(context.Background(), stream)
			}
			batch := make([]eventlog.Record, rapid.IntRange(1, 3).Draw(t, "size"))
			ids := map[uuid.UUID]bool{}
			for i := range batch {
				batch[i] = Event(fmt.Sprint(len(earlier)))
				if len(earlier) > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
					batch[i] = rapid.SampledFrom(earlier).Draw(t, "which")
				}
				if ids[batch[i].ID] {
					batch[i] = Event("other")
				}
				ids[batch[i].ID] = true
			}
			_, wantErr := model.Append(context.Background(), stream, expected, batch...)
			_, gotErr := l.Append(context.Background(), stream, expected, batch...)
			if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
				t.Fatalf("%v, want %v", gotErr, wantErr)
			}
			earlier = append(earlier, batch...)
		}
		want, got := told(t, model, 0), told(t, l.Log, from)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// told are the events after a position, without their positions.
func told(t *rapid.T, l eventlog.Log, after eventlog.Position) []string {
	var out []string
	for r, err := range l.Follow(context.Background(), after) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		out = append(out, fmt.Sprintf("%s %d %s %s %s %s", r.Stream, r.Revision, r.ID, r.Type, r.Data, r.Meta))
	}
	return out
}
