package webhooks_test

import (
	"context"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestTheMarkComesBackAsItWas(t *testing.T) {
	w := newWorld(t, webhooks.Options{})
	if m, ok, err := w.Mark(t.Context(), "a"); ok || err != nil {
		t.Errorf("%+v, %t, %v", m, ok, err)
	}
	for _, want := range []webhooks.Mark{
		{Position: 1, At: time.Date(2027, 1, 4, 5, 6, 7, 123456789, time.FixedZone("", 7*3600))},
		{Position: math.MaxUint64, At: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)},
		{}, // it can also go back: it means nothing here
	} {
		if err := w.Enqueue(t.Context(), "a", want); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := w.Mark(t.Context(), "a"); got.Position != want.Position || !got.At.Equal(want.At) || !ok || err != nil {
			t.Errorf("%+v, %t, %v; want %+v", got, ok, err, want)
		}
	}
	if _, ok, err := w.Mark(t.Context(), "b"); ok || err != nil {
		t.Errorf("another receiver has it: %v", err)
	}
}

func TestWhatIsNotEnqueued(t *testing.T) {
	w := newWorld(t, webhooks.Options{})
	large := func(n int) []byte { return []byte(`"` + strings.Repeat("a", n-2) + `"`) }
	good := webhooks.Message{ID: "m", Body: []byte("{}")}
	for name, c := range map[string]struct {
		receiver string
		at       time.Time
		change   func(*webhooks.Message)
		code     string
	}{
		"no receiver":                 {"", time.Time{}, nil, "receiver_id"},
		"a receiver that is no text":  {"\xff", time.Time{}, nil, "receiver_id"},
		"a receiver of 201 bytes":     {strings.Repeat("r", 201), time.Time{}, nil, "receiver_id"},
		"a mark beyond the calendar":  {"a", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), nil, "mark_time"},
		"no id":                       {"a", time.Time{}, func(m *webhooks.Message) { m.ID = "" }, "message_id"},
		"an id with a full stop":      {"a", time.Time{}, func(m *webhooks.Message) { m.ID = "a.b" }, "message_id"},
		"a long topic":                {"a", time.Time{}, func(m *webhooks.Message) { m.Topic = strings.Repeat("a", 201) }, "message_topic"},
		"a topic that is no text":     {"a", time.Time{}, func(m *webhooks.Message) { m.Topic = "\xff" }, "message_topic"},
		"no body":                     {"a", time.Time{}, func(m *webhooks.Message) { m.Body = nil }, "message_body"},
		"a body that is no JSON":      {"a", time.Time{}, func(m *webhooks.Message) { m.Body = []byte("{") }, "message_body"},
		"a body of 256 KiB":           {"b", time.Time{}, func(m *webhooks.Message) { m.Body = large(256 << 10) }, ""},
		"a body of 256 KiB and a bit": {"a", time.Time{}, func(m *webhooks.Message) { m.Body = large(256<<10 + 1) }, "message_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			if c.change != nil {
				c.change(&m)
			}
			// A good one before it is not kept either.
			err := w.Enqueue(t.Context(), c.receiver, webhooks.Mark{At: c.at}, webhooks.Message{ID: "first", Body: []byte("1")}, m)
			if got := code(t, err); got != c.code {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	if all, err := w.Deliveries(t.Context(), "a", "", 0, 10); len(all) != 0 || err != nil {
		t.Errorf("%+v, %v", all, err)
	}
	if _, ok, err := w.Mark(t.Context(), "a"); ok || err != nil {
		t.Errorf("the mark went on: %v", err)
	}
}

func TestMessagesAndMarkAreKeptTogetherOrNotAtAll(t *testing.T) {
	w := newWorld(t, webhooks.Options{})
	for n := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel() // somewhere in between
		err := w.Enqueue(ctx, "a", webhooks.Mark{Position: uint64(n + 1)}, message("x"+strconv.Itoa(n)), message("y"+strconv.Itoa(n)))
		m, _, err2 := w.Mark(t.Context(), "a")
		all, err3 := w.Deliveries(t.Context(), "a", "", 0, 1000)
		if err2 != nil || err3 != nil {
			t.Fatal(err2, err3)
		}
		kept := len(all) > 0 && all[0].MessageID == "y"+strconv.Itoa(n)
		if len(all)%2 != 0 || kept != (m.Position == uint64(n+1)) || err == nil && !kept {
			t.Fatalf("%v: the mark is %d, and there are %d messages", err, m.Position, len(all))
		}
	}
}

func TestPlanningAgainDoublesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a", "b")
		w.enqueue("a", "1 2 2")
		w.run()
		synctest.Wait()
		w.enqueue("a", "1 2 3")
		w.enqueue("b", "1") // the same id for another is another message
		synctest.Wait()
		w.wants("a", "1 2 3")
		w.wants("b", "1")
		if got := w.arrived()[0].body; got != `{"id":"1"}` {
			t.Error(got)
		}
	})
}
