package webhooks_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestDeliveriesAreListedFromTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{MaxAttempts: 1}, "a", "b")
		w.answer = func(a arrival) any {
			if a.id == "2" || a.id == "4" {
				return 400
			}
			return 200
		}
		created := time.Now()
		w.enqueue("a", "1 2 3 4 5")
		w.enqueue("b", "x")
		w.run()
		synctest.Wait()
		w.set(func() { w.list = nil })
		w.Changed()
		synctest.Wait()
		w.enqueue("a", "6 7")
		list := func(status webhooks.Status, before int64, limit int) (string, int64) {
			all, err := w.Deliveries(t.Context(), "a", status, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			last := int64(0)
			for _, d := range all {
				ids = append(ids, d.MessageID)
				last = d.Sequence
				if d.Topic != "item.changed" || !d.Created.Equal(created) || d.Created.Location() != time.UTC {
					t.Errorf("%+v", d)
				}
			}
			return strings.Join(ids, " "), last
		}
		for status, want := range map[webhooks.Status]string{
			"": "7 6 5 4 3 2 1", webhooks.Pending: "7 6", webhooks.Failed: "4 2", webhooks.Delivered: "5 3 1",
		} {
			if got, _ := list(status, 0, 10); got != want {
				t.Errorf("%q: %q", status, got)
			}
		}
		var pages []string
		for n, before := 0, int64(0); n < 4; n++ {
			page, last := list("", before, 3)
			pages, before = append(pages, page), last
			if last == 0 {
				break
			}
		}
		if got := strings.Join(pages, ", "); got != "7 6 5, 4 3 2, 1, " {
			t.Error(got)
		}
		w.backlog(2, 2)
		for _, c := range []struct {
			status webhooks.Status
			limit  int
			code   string
		}{{"", 0, "limit_range"}, {"", -1, "limit_range"}, {"", 1001, "limit_range"}, {"lost", 1, "status_unknown"}} {
			_, err := w.Deliveries(t.Context(), "a", c.status, 0, c.limit)
			if got := code(t, err); got != c.code {
				t.Errorf("%q, %v", got, err)
			}
		}
	})
}

func TestARedeliveryTakesItsOldPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{MaxAttempts: 2}, "a")
		bad := map[string]bool{"2": true, "4": true}
		w.answer = func(a arrival) any {
			if bad[a.id] {
				return 500
			}
			return 200
		}
		w.enqueue("a", "1 2 3 4 5")
		w.run()
		time.Sleep(7 * time.Second) // 2 has failed, 4 waits for its second attempt, 5 behind it
		w.wants("a", "1 2 2 3 4")
		before := w.delivery("a", "2")
		w.set(func() { bad["2"] = false })
		for _, id := range []string{"2", "1"} {
			if err := w.Redeliver(t.Context(), "a", id); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := w.seen("a"); got != "1 2 2 3 4 1 2" && got != "1 2 2 3 4 2 1" {
			t.Error(got)
		}
		if d := w.delivery("a", "2"); d.Status != webhooks.Delivered || d.Attempts != 1 || d.Sequence != before.Sequence || d.Failure != "" {
			t.Errorf("%+v", d)
		}
		time.Sleep(time.Minute)
		w.wants("a", w.seen("a")[:len("1 2 2 3 4 1 2")]+" 4 5")
	})
}

func TestARedeliveryHasAllItsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{MaxAttempts: 3}, "a")
		w.answer = func(arrival) any { return 500 }
		w.enqueue("a", "1")
		w.run()
		time.Sleep(time.Hour)
		w.wants("a", "1 1 1")
		if err := w.Redeliver(t.Context(), "a", "1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		w.wants("a", "1 1 1 1 1 1")
	})
}

func TestAWaitingMessageCanBeTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any { return 500 }
		w.enqueue("a", "1")
		w.run()
		time.Sleep(3 * time.Hour)
		n := len(w.times("a"))
		if err := w.Redeliver(t.Context(), "a", "1"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := len(w.times("a")); got != n+1 {
			t.Errorf("%d attempts, then %d", n, got)
		}
		if d := w.delivery("a", "1"); d.Attempts != n+1 || !d.Next.After(time.Now()) {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhatIsUnknownIsNotRedelivered(t *testing.T) {
	w := newWorld(t, webhooks.Options{})
	w.enqueue("a", "1")
	for _, c := range [][2]string{{"a", "2"}, {"b", "1"}, {"", ""}} {
		if err := w.Redeliver(t.Context(), c[0], c[1]); !errors.Is(err, webhooks.ErrUnknown) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestAForgottenReceiverIsAsIfItHadNeverBeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "b")
		for i := range 250 { // more than a step
			w.enqueue("a", fmt.Sprint("m", i))
		}
		w.enqueue("b", "x")
		if err := w.Forget(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := w.Mark(t.Context(), "a"); ok || err != nil {
			t.Errorf("%t, %v", ok, err)
		}
		if _, ok, err := w.Mark(t.Context(), "b"); !ok || err != nil {
			t.Errorf("%t, %v", ok, err)
		}
		w.backlog(1, 0)
		w.enqueue("a", "m1")
		w.set(func() { w.list = append(w.list, receiver("a")) })
		w.run()
		synctest.Wait()
		w.wants("a", "m1")
		w.wants("b", "x")
	})
}

// The outcome of a message that was forgotten meanwhile hits no other one.
func TestForgettingDuringADelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any { return 5 * time.Second }
		w.enqueue("a", "1")
		w.run()
		time.Sleep(time.Second)
		if err := w.Forget(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		w.enqueue("a", "2")
		time.Sleep(4500 * time.Millisecond) // the answer to 1 has come
		if d := w.delivery("a", "2"); d.Status != webhooks.Pending || d.Attempts != 0 {
			t.Errorf("%+v", d)
		}
		time.Sleep(time.Minute)
		w.wants("a", "1 2")
	})
}

func TestWhatIsOldIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const day = 24 * time.Hour
		w := newWorld(t, webhooks.Options{MaxAttempts: 1}, "a")
		w.answer = func(a arrival) any {
			if a.id[0] == 'f' {
				return 500
			}
			return 200
		}
		w.enqueue("a", "f1 f2")
		for i := range 250 { // more than a step
			w.enqueue("a", fmt.Sprint("d", i))
		}
		w.enqueue("gone", "p") // pending for ever
		old := message("f3")   // it counts when it was tried, not of when it tells
		old.Created = time.Now().Add(-1000 * day)
		if err := w.Enqueue(t.Context(), "a", webhooks.Mark{}, old); err != nil {
			t.Fatal(err)
		}
		w.run()
		synctest.Wait()
		count := func() (n int) {
			all, err := w.Deliveries(t.Context(), "a", "", 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		w.stop()
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{30*day - time.Hour, 253}, {2 * time.Hour, 3}, {150*day - 3*time.Hour, 3}, {3 * time.Hour, 0}} {
			time.Sleep(step.after)
			w.run()
			synctest.Wait()
			time.Sleep(time.Microsecond) // steps are made in between
			synctest.Wait()
			w.stop()
			if got := count(); got != step.want {
				t.Errorf("%d are left, not %d", got, step.want)
			}
		}
		w.backlog(1, 0)
	})
}
