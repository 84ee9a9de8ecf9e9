package webhooks_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

func TestWhoIsNotListedGetsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.enqueue("a", "1")
		w.enqueue("b", "x")
		w.run()
		synctest.Wait()
		w.wants("a", "1")
		w.wants("b", "")
		w.set(func() { w.list = []webhooks.Receiver{receiver("b")} })
		w.Changed()
		synctest.Wait()
		w.enqueue("a", "2")
		time.Sleep(time.Hour)
		w.wants("a", "1")
		w.wants("b", "x")
		w.backlog(1, 0)
		w.set(func() { w.list = []webhooks.Receiver{receiver("a")} })
		time.Sleep(time.Minute) // it is seen even if nobody calls Changed
		synctest.Wait()
		w.wants("a", "1 2")
	})
}

func TestARemovedReceiverGetsNoSecondMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any { return 5 * time.Second }
		w.enqueue("a", "1 2 3")
		w.run()
		time.Sleep(time.Second)
		w.set(func() { w.list = nil })
		w.Changed()
		time.Sleep(time.Second)
		w.set(func() { w.list = []webhooks.Receiver{receiver("a")} }) // back, while the first is under way
		w.Changed()
		time.Sleep(time.Second)
		w.wants("a", "1")
		w.set(func() { w.list = nil })
		w.Changed()
		time.Sleep(time.Hour)
		w.wants("a", "1")
		if d := w.delivery("a", "1"); d.Status != webhooks.Delivered {
			t.Errorf("%+v", d)
		}
	})
}

func TestANewAddressAndSecretCountAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(a arrival) any {
			if a.receiver == "a" {
				return 500
			}
			return 200
		}
		w.enqueue("a", "1")
		w.run()
		synctest.Wait()
		moved := webhooks.Receiver{ID: "a", URL: "https://elsewhere/", Secrets: []string{webhooks.Secret(master, "a", 2)}}
		w.set(func() { w.list = []webhooks.Receiver{moved} })
		w.Changed()
		time.Sleep(time.Minute)
		w.wants("a", "1")
		w.wants("elsewhere", "1")
		last := w.arrived()[1]
		if err := webhooks.Verify(moved.Secrets[0], last.header, []byte(last.body), last.at, time.Second); err != nil {
			t.Error(err)
		}
	})
}

func TestAListThatFailsLeavesTheLastOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.broken = errors.New("not yet")
		w.enqueue("a", "1")
		w.run()
		synctest.Wait()
		w.wants("a", "")
		w.set(func() { w.broken = nil })
		time.Sleep(6 * time.Second)
		w.wants("a", "1")
		w.set(func() { w.broken = errors.New("again") })
		w.Changed()
		synctest.Wait()
		w.enqueue("a", "2")
		synctest.Wait()
		w.wants("a", "1 2")
	})
}

func TestWhatNobodyCanSendCostsNoRequest(t *testing.T) {
	good := webhooks.Secret(master, "a", 1)
	for name, c := range map[string]struct {
		change  func(*webhooks.Receiver)
		failure webhooks.Failure
	}{
		"a forbidden address": {func(r *webhooks.Receiver) { r.URL = "https://127.0.0.1/" }, webhooks.FailedURL},
		"http":                {func(r *webhooks.Receiver) { r.URL = "http://a/" }, webhooks.FailedURL},
		"no secret":           {func(r *webhooks.Receiver) { r.Secrets = nil }, webhooks.FailedSecret},
		"a bad secret":        {func(r *webhooks.Receiver) { r.Secrets = []string{good, "x"} }, webhooks.FailedSecret},
		"three secrets":       {func(r *webhooks.Receiver) { r.Secrets = []string{good, good, good} }, webhooks.FailedSecret},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, webhooks.Options{}, "a")
				c.change(&w.list[0])
				w.enqueue("a", "1")
				w.run()
				synctest.Wait()
				if d := w.delivery("a", "1"); d.Failure != c.failure || d.Status != webhooks.Pending || len(w.arrived()) != 0 {
					t.Errorf("%+v, %d requests", d, len(w.arrived()))
				}
			})
		})
	}
}

func TestAMessageForANewReceiverIsNotKeptWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{})
		w.run()
		synctest.Wait()
		w.set(func() { w.list = []webhooks.Receiver{receiver("a")} })
		w.enqueue("a", "1")
		synctest.Wait()
		w.wants("a", "1")
	})
}

func TestAClockThatIsPutBackHidesNoReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shift atomic.Int64
		w := newWorld(t, webhooks.Options{Clock: func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }})
		w.enqueue("a", "1")
		w.run()
		synctest.Wait()
		shift.Store(int64(-1000 * time.Hour))
		w.set(func() { w.list = []webhooks.Receiver{receiver("a")} })
		time.Sleep(2 * time.Minute)
		w.wants("a", "1")
	})
}

func TestAReceiverThatIsBackDuringADeliveryGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, webhooks.Options{}, "a")
		w.answer = func(arrival) any { return 5 * time.Second }
		w.enqueue("a", "1 2")
		w.run()
		time.Sleep(time.Second)
		for _, list := range [][]webhooks.Receiver{nil, {receiver("a")}} {
			w.set(func() { w.list = list })
			w.Changed()
			time.Sleep(time.Second)
		}
		time.Sleep(3 * time.Second)
		w.wants("a", "1 2")
	})
}
