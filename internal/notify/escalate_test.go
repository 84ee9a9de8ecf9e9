package notify_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// escalations lists what was reported as overdue, each as "item/version agency".
func (w *world) escalations() (out []string) {
	w.t.Helper()
	for r, err := range w.log.Follow(context.Background(), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if r.CaughtUp {
			return out
		}
		_, event, err := commands.Decode(r)
		if err != nil {
			w.t.Fatal(err)
		}
		if e, ok := event.(domain.ReviewEscalated); ok {
			for _, o := range e.Overdue {
				out = append(out, fmt.Sprintf("%s/%d %s", e.Key, e.Version, o.Agency))
			}
		}
	}
	return out
}

func (w *world) escalated(want ...string) {
	w.t.Helper()
	if got := w.escalations(); !slices.Equal(got, want) {
		w.t.Errorf("reported are %q, want %q", got, want)
	}
}

func TestAnOverdueStepIsReportedOnce(t *testing.T) {
	story(t, func(w *world) {
		w.hook("party", party, domain.TopicOverdue)
		w.hook("foreign", foreign, domain.TopicOverdue)
		w.hook("culture", culture, domain.TopicOverdue)
		w.draft("slogan", "Biển mở")
		do(w, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan)
		due := domain.DateOf(w.clock()).AddDays(3)
		// The day on which it is due is not over.
		end, err := time.ParseInLocation(time.DateOnly, string(due.AddDays(1)), domain.CityZone)
		if err != nil {
			w.t.Fatal(err)
		}
		w.leap(end.Sub(w.clock()) - time.Second)
		w.escalated()
		w.pass(2 * time.Minute)
		w.escalated("slogan/1 " + foreign)
		if told := w.hears("foreign", "review.overdue slogan/1"); told[0].body.Data.Due != due {
			w.t.Errorf("%+v", told[0].body)
		}
		w.leap(20 * 24 * time.Hour)
		w.restart()
		w.leap(24 * time.Hour)
		w.escalated("slogan/1 " + foreign)

		do(w, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, binh)
		w.leap(10 * 24 * time.Hour)
		w.escalated("slogan/1 "+foreign, "slogan/1 "+party)
		do(w, domain.Items, domain.ReturnVersion{Key: "slogan", Version: 1, Reason: "chưa rõ"}, hoa)
		w.leap(10 * 24 * time.Hour)
		w.escalated("slogan/1 "+foreign, "slogan/1 "+party, "slogan/1 "+culture)
		// In another round it is another step.
		do(w, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan)
		w.leap(10 * 24 * time.Hour)
		w.hears("foreign")
		w.hears("party", "review.overdue slogan/1", "review.overdue slogan/1")
		w.hears("culture", "review.overdue slogan/1")
	})
}

// Reporting passes over what has moved on since the read models have looked, and
// reports all others, also when they are more than a page.
func TestAReportThatComesTooLateHindersNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var want []string
		for i := range 120 {
			key := fmt.Sprintf("slogan-%03d", i)
			w.draft(key, "Biển mở")
			do(w, domain.Items, domain.SubmitVersion{Key: key, Version: 1}, lan)
			want = append(want, key+"/1 "+foreign)
		}
		w.catchUp()
		w.mu.Lock()
		w.ahead += 10 * 24 * time.Hour
		w.mu.Unlock()
		for _, key := range []string{"slogan-000", "slogan-050"} { // the read models do not know
			do(w, domain.Items, domain.SignVersion{Key: key, Version: 1}, binh)
			do(w, domain.Items, domain.SignVersion{Key: key, Version: 1}, hoa)
			want = slices.DeleteFunc(want, func(s string) bool { return s == key+"/1 "+foreign })
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.notifier.Escalate(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		w.reported(want)
		w.catchUp()
		if err := w.notifier.Escalate(context.Background()); err != nil {
			t.Error(err)
		}
		w.reported(want)
	})
}

// reported compares without an order.
func (w *world) reported(want []string) {
	w.t.Helper()
	if got := slices.Sorted(slices.Values(w.escalations())); !slices.Equal(got, want) {
		w.t.Errorf("%d are reported, want %d: %q", len(got), len(want), got)
	}
}

// A failing log is tried again, and nothing is lost by it.
func TestPlanningGoesOnAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		broken := &brokenLog{Log: w.log}
		w.runner.Log = broken
		w.hook("foreign", foreign, domain.TopicOverdue, domain.TopicInForce)
		w.draft("slogan", "Biển mở")
		do(w, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan)
		begins := w.clock().Add(9 * 24 * time.Hour)
		w.approve("later", 1, domain.Effective{At: &begins})
		broken.set(true)
		w.start()
		w.leap(8 * 24 * time.Hour)
		w.hears("foreign") // what is overdue can't be reported
		w.leap(2 * 24 * time.Hour)
		w.hears("foreign", "version.in_force later/1")
		broken.set(false)
		w.pass(2 * time.Minute)
		w.hears("foreign", "review.overdue slogan/1")
	})
}

// brokenLog refuses to append while it is broken.
type brokenLog struct {
	eventlog.Log

	mu     sync.Mutex
	broken bool // guarded by mu
}

func (l *brokenLog) set(broken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = broken
}

func (l *brokenLog) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return 0, eventlog.ErrUnavailable
	}
	return l.Log.Append(ctx, stream, expected, records...)
}
