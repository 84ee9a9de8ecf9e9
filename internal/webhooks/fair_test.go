package webhooks_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestADeadReceiverHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "good")
		w.answer = func(a arrival) any {
			if a.receiver == "good" {
				return 200
			}
			return time.Hour // longer than anybody waits
		}
		for i := range 100 {
			dead := fmt.Sprint("dead", i)
			w.list = append(w.list, receiver(dead))
			w.enqueue(dead, "1 2 3")
		}
		w.run()
		time.Sleep(3 * time.Minute) // by now they are known for what they are
		for i := range 20 {
			w.enqueue("good", fmt.Sprint("m", i))
			began := time.Now()
			synctest.Wait()
			if at := w.times("good"); len(at) != i+1 || !at[i].Equal(began) {
				t.Errorf("message %d did not arrive at once", i)
			}
			time.Sleep(7 * time.Second)
		}
		if w.most("") > 16 {
			t.Errorf("%d at once", w.most(""))
		}
	})
}

func TestAtMostSoManyAtOnce(t *testing.T) {
	for _, parallel := range []int{1, 3, 0} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, webhooks.Options{Parallel: parallel})
			w.answer = func(arrival) any { return time.Second }
			for i := range 40 {
				id := fmt.Sprint("r", i)
				w.list = append(w.list, receiver(id))
				w.enqueue(id, "1 2")
			}
			w.run()
			time.Sleep(5 * time.Minute)
			want := parallel
			if parallel == 0 {
				want = 16
			}
			if w.most("") != want {
				t.Errorf("%d at once, not %d", w.most(""), want)
			}
			w.backlog(0, 0)
		})
	}
}

// Who has waited longest is served next, so that a long queue does not starve a
// short one.
func TestALongQueueStarvesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{Parallel: 1}, "a", "b", "c")
		w.answer = func(arrival) any { return time.Second }
		w.enqueue("a", "1 2 3 4 5 6 7 8")
		w.enqueue("b", "1 2")
		w.enqueue("c", "1 2")
		w.run()
		time.Sleep(6*time.Second + time.Millisecond)
		w.wants("b", "1 2")
		w.wants("c", "1 2")
	})
}

func TestWhoWasSlowIsServedEvenWhereThereIsRoomForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{Parallel: 1}, "slow", "failing")
		w.answer = func(a arrival) any {
			if a.receiver == "slow" {
				return 5 * time.Second
			}
			return 500
		}
		w.enqueue("slow", "1 2 3")
		w.enqueue("failing", "1")
		w.run()
		time.Sleep(time.Minute)
		w.wants("slow", "1 2 3")
		w.wants("failing", "1 1 1")
	})
}
