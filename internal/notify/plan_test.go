package notify_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/webhooks"
)

// planned lists the ids of what a webhook was or is to be sent, the oldest first.
func (w *world) planned(id uuid.UUID) (ids []string) {
	w.t.Helper()
	list, err := w.notifier.Deliveries(context.Background(), id, "", 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range slices.Backward(list) {
		ids = append(ids, d.MessageID)
	}
	return ids
}

// plan catches up and plans, in a world that is not running.
func (w *world) plan() {
	w.t.Helper()
	w.catchUp()
	if err := w.notifier.Plan(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func TestWhatWasPlannedBeforeACrashIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		id := w.hook("culture", culture)
		w.catchUp()
		before := webhooks.Mark{Position: uint64(w.views.Position()), At: w.clock()}
		w.approve("slogan", 1, domain.Effective{})
		w.plan()
		ids := w.planned(id)
		if len(ids) != 2 {
			t.Fatalf("planned are %q", ids)
		}
		// The plan is made again from where it was before, as after a crash that has lost
		// the mark; and once more, as by any start.
		if err := w.queue.Enqueue(context.Background(), id.String(), before); err != nil {
			t.Fatal(err)
		}
		w.plan()
		w.pass(time.Second)
		w.approve("slogan", 2, domain.Effective{})
		w.restart()
		w.settle()
		var heard []string
		for _, a := range w.hears("culture", "version.approved slogan/1", "version.in_force slogan/1", "version.superseded slogan/1", "version.approved slogan/2", "version.in_force slogan/2") {
			heard = append(heard, a.id)
		}
		if !slices.Equal(heard[:2], ids) {
			t.Errorf("told as %q, planned as %q", heard, ids)
		}
		w.restart()
		w.pass(time.Hour)
		w.hears("culture")
	})
}

func TestWhatWasMissedIsToldInOrderAfterARestart(t *testing.T) {
	story(t, func(w *world) {
		w.hook("culture", culture, domain.TopicApproved, domain.TopicInForce)
		begins := w.clock().Add(time.Hour)
		w.approve("later", 1, domain.Effective{At: &begins})
		w.settle()
		w.hears("culture", "version.approved later/1")
		// The receiver takes what it is sent, but nobody hears its answer.
		w.answers(always(0))
		w.approve("one", 1, domain.Effective{})
		w.settle()
		unheard := w.hears("culture", "version.approved one/1")[0]
		w.stop()
		w.approve("two", 1, domain.Effective{}) // nobody plans
		w.pass(2 * time.Hour)                   // and nobody tells what comes to pass
		w.answers(always(200))
		w.restart()
		w.settle()
		told := w.hears("culture", "version.approved one/1", "version.in_force one/1", "version.approved two/1", "version.in_force two/1", "version.in_force later/1")
		if told[0].id != unheard.id {
			t.Errorf("told as %s, before as %s", told[0].id, unheard.id)
		}
	})
}

func TestTwoPlansAtOnceAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var hooks []uuid.UUID
		for i := range 3 {
			hooks = append(hooks, w.hook(fmt.Sprint("hook", i), culture))
		}
		for i := range 8 {
			w.approve(fmt.Sprint("slogan-", i), 1, domain.Effective{})
		}
		w.catchUp()
		var plans sync.WaitGroup
		for range 4 {
			plans.Go(func() {
				if err := w.notifier.Plan(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		plans.Wait()
		var want []string
		for i := range 8 {
			want = append(want, fmt.Sprintf("version.approved slogan-%d/1", i), fmt.Sprintf("version.in_force slogan-%d/1", i))
		}
		for _, id := range hooks {
			if ids := w.planned(id); len(ids) != len(want) || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(want) {
				t.Errorf("planned are %q", ids)
			}
		}
		w.start()
		w.settle()
		for i := range hooks {
			w.hears(fmt.Sprint("hook", i), want...)
		}
	})
}
