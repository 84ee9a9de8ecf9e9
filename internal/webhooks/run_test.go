package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestAMessageIsPostedAsTheSpecificationSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		rotating := receiver("a")
		rotating.Secrets = []string{webhooks.Secret(master, "a", 2), webhooks.Secret(master, "a", 1)}
		w.list[0] = rotating
		w.run()
		time.Sleep(90*time.Minute + 400*time.Millisecond)
		m := message("m1")
		m.Body = []byte("{ \"xin chào\":\t1 }\n")
		if err := w.Enqueue(t.Context(), "a", webhooks.Mark{}, m); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		w.wants("a", "m1")
		got := w.arrived()[0]
		if got.body != string(m.Body) {
			t.Errorf("it is another body: %q", got.body)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/json", "User-Agent": "signet-webhook/1", "webhook-id": "m1",
			"webhook-timestamp": fmt.Sprint(time.Now().Unix()),
		} {
			if got := got.header.Get(name); got != want {
				t.Errorf("%s: %q, not %q", name, got, want)
			}
		}
		for i, secret := range rotating.Secrets {
			if err := webhooks.Verify(secret, got.header, m.Body, time.Now(), time.Second); err != nil {
				t.Error(err)
			}
			want, _ := webhooks.Sign(secret, "m1", time.Now(), m.Body)
			if signatures := strings.Split(got.header.Get("webhook-signature"), " "); len(signatures) != 2 || signatures[i] != want {
				t.Errorf("%q, and %q is not at %d", signatures, want, i)
			}
		}
		if d := w.delivery("a", "m1"); d.Status != webhooks.Delivered || d.Attempts != 1 || d.Code != 200 || d.Failure != "" || !d.Tried.Equal(time.Now()) || !d.Next.IsZero() {
			t.Errorf("%+v", d)
		}
	})
}

func TestMessagesArriveInOrderOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a", "b")
		w.answer = func(arrival) any { return time.Second }
		w.enqueue("a", "1 2 3")
		w.enqueue("b", "x y z")
		w.run()
		time.Sleep(1500 * time.Millisecond)
		w.enqueue("a", "4 5")
		time.Sleep(time.Minute)
		w.wants("a", "1 2 3 4 5")
		w.wants("b", "x y z")
		if w.most("a") != 1 || w.most("b") != 1 || w.most("") != 2 {
			t.Errorf("at once: %d, %d, %d", w.most("a"), w.most("b"), w.most(""))
		}
		w.backlog(0, 0)
	})
}

func TestAFailureHoldsWhatComesAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a", "b")
		failures := 3
		w.answer = func(a arrival) any {
			if a.id == "2" && failures > 0 {
				failures--
				return 500
			}
			return 200
		}
		w.enqueue("a", "1 2 3")
		w.enqueue("b", "x")
		w.run()
		synctest.Wait()
		w.wants("a", "1 2")
		w.wants("b", "x")
		if d := w.delivery("a", "2"); d.Status != webhooks.Pending || d.Attempts != 1 || d.Code != 500 || d.Failure != webhooks.FailedStatus || !d.Next.After(time.Now()) {
			t.Errorf("%+v", d)
		}
		time.Sleep(time.Hour)
		w.wants("a", "1 2 2 2 2 3")
		at := w.times("a")
		for i, middle := range []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute} {
			if waited := at[i+2].Sub(at[i+1]); waited < middle*8/10 || waited > middle*12/10+time.Millisecond {
				t.Errorf("wait %d was %s, not about %s", i, waited, middle)
			}
		}
		// Each attempt is signed anew, for the instant at which it is made.
		for _, a := range w.arrived() {
			if err := webhooks.Verify(webhooks.Secret(master, a.receiver, 1), a.header, []byte(a.body), a.at, time.Second); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhatIsGivenUpMakesRoomForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(a arrival) any {
			if a.id == "1" {
				return errors.New("broken")
			}
			return 204
		}
		w.enqueue("a", "1 2")
		w.run()
		time.Sleep(80 * time.Hour)
		w.wants("a", strings.Repeat("1 ", 16)+"2")
		if d := w.delivery("a", "1"); d.Status != webhooks.Failed || d.Attempts != 16 || d.Code != 0 || d.Failure != webhooks.FailedConnection || !d.Next.IsZero() {
			t.Errorf("%+v", d)
		}
		w.backlog(0, 1)
	})
}

func TestHowAnswersAreTaken(t *testing.T) {
	for name, c := range map[string]struct {
		answer  any
		status  webhooks.Status
		code    int
		failure webhooks.Failure
	}{
		"200 is a delivery":            {200, webhooks.Delivered, 200, ""},
		"204 is a delivery":            {204, webhooks.Delivered, 204, ""},
		"299 is a delivery":            {299, webhooks.Delivered, 299, ""},
		"101 is none":                  {101, webhooks.Pending, 101, webhooks.FailedStatus},
		"a redirect is none":           {301, webhooks.Pending, 301, webhooks.FailedStatus},
		"a redirect with 308 is none":  {308, webhooks.Pending, 308, webhooks.FailedStatus},
		"404 may be mended":            {404, webhooks.Pending, 404, webhooks.FailedStatus},
		"410 is final":                 {410, webhooks.Failed, 410, webhooks.FailedGone},
		"503 may be mended":            {503, webhooks.Pending, 503, webhooks.FailedStatus},
		"too slow an answer is none":   {11 * time.Second, webhooks.Pending, 0, webhooks.FailedTimeout},
		"a slow answer is a delivery":  {9 * time.Second, webhooks.Delivered, 200, ""},
		"a broken connection is none":  {errors.New("x"), webhooks.Pending, 0, webhooks.FailedConnection},
		"a deadline elsewhere is one":  {context.DeadlineExceeded, webhooks.Pending, 0, webhooks.FailedTimeout},
		"a cancel elsewhere is a fail": {context.Canceled, webhooks.Pending, 0, webhooks.FailedConnection},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, webhooks.Options{}, "a")
				w.answer = func(arrival) any { return c.answer }
				w.enqueue("a", "1")
				w.run()
				time.Sleep(time.Second)
				if _, ok := c.answer.(time.Duration); ok {
					time.Sleep(9500 * time.Millisecond)
				}
				w.wants("a", "1")
				if d := w.delivery("a", "1"); d.Status != c.status || d.Code != c.code || d.Failure != c.failure || d.Attempts != 1 {
					t.Errorf("%+v", d)
				}
			})
		})
	}
}

func TestAReceiverCanAskToWait(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		after       string
		least, most time.Duration
	}{
		"429 for so many seconds":       {429, "1000", 1000 * time.Second, 1001 * time.Second},
		"503 for so many seconds":       {503, "1000", 1000 * time.Second, 1001 * time.Second},
		"503 until a date":              {503, "Sat, 01 Jan 2000 02:00:00 GMT", 2 * time.Hour, 2*time.Hour + time.Second},
		"429 for longer than is bound":  {429, "999999", 6 * time.Hour, 6*time.Hour + time.Second},
		"429, sooner than is our habit": {429, "0", 4 * time.Second, 6 * time.Second},
		"500 is not asked":              {500, "1000", 4 * time.Second, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, webhooks.Options{}, "a")
				first := true
				w.answer = func(arrival) any {
					r := response(200)
					if first {
						r = response(c.status)
						r.Header.Set("Retry-After", c.after)
					}
					first = false
					return r
				}
				w.enqueue("a", "1")
				w.run()
				time.Sleep(7 * time.Hour)
				w.wants("a", "1 1")
				if at := w.times("a"); len(at) == 2 && (at[1].Sub(at[0]) < c.least || at[1].Sub(at[0]) > c.most) {
					t.Errorf("it waited for %s", at[1].Sub(at[0]))
				}
			})
		})
	}
}

func TestItRunsOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.run()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := w.Run(ctx, w.receivers); !errors.Is(err, webhooks.ErrRunning) {
			t.Error(err)
		}
		w.stop()
		w.enqueue("a", "1")
		w.run()
		synctest.Wait()
		w.wants("a", "1")
	})
}

// The options' timer is the only one that Run waits for.
func TestTheTimerCanBeReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now, ticks := time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC), make(chan time.Time)
		var asked time.Duration
		w := newWorld(t, webhooks.Options{
			Clock: func() time.Time { return now },
			After: func(d time.Duration) <-chan time.Time { asked = d; return ticks },
		}, "a")
		w.answer = func(arrival) any { return http.StatusTeapot }
		w.enqueue("a", "1")
		w.run()
		synctest.Wait()
		if asked < 4*time.Second || asked > 6*time.Second {
			t.Errorf("it sleeps for %s", asked)
		}
		time.Sleep(time.Hour)
		w.wants("a", "1")
		now = now.Add(asked)
		ticks <- now
		synctest.Wait()
		w.wants("a", "1 1")
	})
}
