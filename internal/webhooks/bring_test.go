package webhooks_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/webhooks"
)

// carrier brings messages by another way than HTTP.
type carrier struct {
	mu      sync.Mutex
	failure webhooks.Failure // guarded by mu: of what is brought
	code    int              // guarded by mu
	brought []string         // guarded by mu: "receiver id body"
}

func (c *carrier) bring(_ context.Context, receiver, id string, body []byte) (webhooks.Failure, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.brought = append(c.brought, receiver+" "+id+" "+string(body))
	return c.failure, c.code
}

func (c *carrier) set(failure webhooks.Failure, code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure, c.code, c.brought = failure, code, nil
}

func (c *carrier) seen() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.brought)
}

func TestMessagesThatGoAnotherWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{}
		w := newWorld(t, webhooks.Options{Bring: c.bring}, "an")
		w.run()
		status := func(id string, want webhooks.Status, code int) {
			t.Helper()
			all, err := w.Deliveries(t.Context(), "an", want, 0, 100)
			if err != nil || len(all) != 1 || all[0].MessageID != id || all[0].Code != code {
				t.Errorf("%+v, %v", all, err)
			}
		}
		w.enqueue("an", "a")
		synctest.Wait()
		if c.seen() != 1 || c.brought[0] != "an a "+string(message("a").Body) {
			t.Errorf("brought %q", c.brought)
		}
		status("a", webhooks.Delivered, 0)
		c.set(webhooks.FailedStatus, 451)
		w.enqueue("an", "b")
		synctest.Wait()
		status("b", webhooks.Pending, 451)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if c.seen() != 2 {
			t.Errorf("it was tried %d times", c.seen())
		}
		c.set(webhooks.FailedGone, 550)
		time.Sleep(time.Hour)
		synctest.Wait()
		status("b", webhooks.Failed, 550)
		if c.seen() != 1 {
			t.Errorf("it was tried %d times after the end", c.seen())
		}
		if len(w.arrived()) > 0 {
			t.Errorf("something went by HTTP")
		}
	})
}

// Whoever brings is told when there is no more time.
func TestBringingEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bring := func(ctx context.Context, _, _ string, _ []byte) (webhooks.Failure, int) {
			<-ctx.Done()
			return webhooks.FailedTimeout, 0
		}
		w := newWorld(t, webhooks.Options{Bring: bring, Timeout: time.Minute}, "an")
		w.enqueue("an", "a")
		w.run()
		time.Sleep(61 * time.Second)
		synctest.Wait()
		all, err := w.Deliveries(t.Context(), "an", "", 0, 100)
		if err != nil || len(all) != 1 || all[0].Failure != webhooks.FailedTimeout || all[0].Attempts != 1 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
