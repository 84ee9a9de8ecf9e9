package webhooks_test

import (
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestRestartKeepsOrderAndAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		healthy := false
		w.answer = func(a arrival) any {
			if a.id == "2" && !healthy {
				return 500
			}
			return 200
		}
		w.enqueue("a", "1 2 3")
		w.run()
		time.Sleep(time.Minute)
		before := w.delivery("a", "2")
		if before.Attempts != 3 {
			t.Errorf("%+v", before)
		}
		w.close()
		w.open()
		if after := w.delivery("a", "2"); after != before {
			t.Errorf("%+v became %+v", before, after)
		}
		w.enqueue("a", "4")
		w.run()
		synctest.Wait()
		w.wants("a", "1 2 2 2") // it still waits
		w.set(func() { healthy = true })
		time.Sleep(time.Until(before.Next))
		synctest.Wait()
		w.wants("a", "1 2 2 2 2 3 4")
		if d := w.delivery("a", "2"); d.Attempts != 4 {
			t.Errorf("%+v", d)
		}
	})
}

// What the end of the program breaks off is no failure of the receiver.
func TestTheEndCostsNoAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any { return 5 * time.Second }
		w.enqueue("a", "1")
		w.run()
		time.Sleep(time.Second)
		began := time.Now()
		w.close()
		if took := time.Since(began); took > 0 {
			t.Errorf("the end took %s", took)
		}
		w.open()
		if d := w.delivery("a", "1"); d.Status != webhooks.Pending || d.Attempts != 0 || !d.Tried.IsZero() {
			t.Errorf("%+v", d)
		}
		w.run()
		time.Sleep(6 * time.Second)
		w.wants("a", "1 1")
	})
}

// An answer that has come is written, although the end comes with it.
func TestAnAnswerAtTheEndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any {
			time.Sleep(5 * time.Second) // whatever the context says
			return 200
		}
		w.enqueue("a", "1 2")
		w.run()
		time.Sleep(time.Second)
		w.stop()
		w.wants("a", "1")
		if d := w.delivery("a", "1"); d.Status != webhooks.Delivered {
			t.Errorf("%+v", d)
		}
	})
}

func TestAClockThatIsPutBackStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shift := time.Duration(0)
		w := newWorld(t, webhooks.Options{Clock: func() time.Time { return time.Now().Add(shift) }}, "a", "b")
		w.answer = func(arrival) any { return 500 }
		w.enqueue("a", "1")
		w.run()
		time.Sleep(time.Second)
		w.stop()
		shift = -1000 * time.Hour
		w.answer = func(arrival) any { return 200 }
		w.run()
		time.Sleep(time.Minute)
		w.wants("a", "1 1")
		w.stop()
		w.answer = func(arrival) any { return 500 }
		w.enqueue("b", "1")
		w.run()
		synctest.Wait()
		w.set(func() { w.answer = func(arrival) any { return 200 } })
		w.stop()
		shift = 1000 * time.Hour // and forward: what was far is near
		w.run()
		synctest.Wait()
		w.wants("b", "1 1")
	})
}
