package pressure_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/pressure"
)

// overloaded tells why something was turned away; "" if it was not.
func overloaded(err error) pressure.Reason {
	var o *pressure.OverloadedError
	if errors.As(err, &o) {
		return o.Reason
	}
	return ""
}

func TestWorkWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused []pressure.Reason
		g := pressure.NewGate(map[pressure.Class]pressure.Room{
			pressure.HeavyWork: {AtOnce: 2, Waiting: 3, Wait: 5 * time.Second},
		}, func(r pressure.Reason) { refused = append(refused, r) })
		enter := func() (func(), error) { return g.Enter(t.Context(), pressure.HeavyWork, "") }
		one, err := enter()
		two, err2 := enter()
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		var done []int
		for i := range 3 {
			go func() {
				if leave, err := enter(); err == nil {
					done = append(done, i)
					leave()
				}
			}()
			synctest.Wait()
		}
		if _, err := enter(); overloaded(err) != pressure.OverloadedHeavy {
			t.Errorf("the queue is full: %v", err)
		}
		for _, class := range []pressure.Class{pressure.Reads, pressure.Writes, pressure.Uploads} {
			if _, err := g.Enter(t.Context(), class, ""); err != nil {
				t.Errorf("class %d: %v", class, err)
			}
		}
		one()
		one()
		synctest.Wait()
		if len(done) != 3 || done[0] != 0 || done[1] != 1 || done[2] != 2 {
			t.Errorf("they came in as %v", done)
		}
		two()
		for range 2 {
			if _, err := enter(); err != nil {
				t.Errorf("nobody is there any more: %v", err)
			}
		}
		if len(refused) != 1 || refused[0] != pressure.OverloadedHeavy {
			t.Errorf("%v", refused)
		}
	})
}

func TestNobodyWaitsForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := pressure.NewGate(map[pressure.Class]pressure.Room{pressure.Reads: {AtOnce: 1, Waiting: 1, Wait: 5 * time.Second}}, nil)
		leave, err := g.Enter(t.Context(), pressure.Reads, "")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := g.Enter(t.Context(), pressure.Reads, ""); overloaded(err) != pressure.OverloadedReads || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := g.Enter(ctx, pressure.Reads, ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who has gone is told %v", err)
		}
		leave()
		if _, err := g.Enter(t.Context(), pressure.Reads, ""); err != nil {
			t.Errorf("those who left hold no place: %v", err)
		}
	})
}

func TestOneCallerDoesNotTakeAllOfARoom(t *testing.T) {
	g := pressure.NewGate(map[pressure.Class]pressure.Room{pressure.Uploads: {AtOnce: 4, PerCaller: 2}}, nil)
	enter := func(who string) func() {
		leave, err := g.Enter(t.Context(), pressure.Uploads, who)
		if err != nil {
			return nil
		}
		return leave
	}
	one, two := enter("a"), enter("a")
	if one == nil || two == nil || enter("a") != nil {
		t.Error("a caller has another number of places")
	}
	if enter("b") == nil {
		t.Error("there is none for anybody else")
	}
	one()
	if enter("a") == nil {
		t.Error("a place that was left is not free")
	}
	two()
	for range 2 {
		if enter("") == nil {
			t.Error("those who are many have fewer places than there are")
		}
	}
	if enter("") != nil {
		t.Error("those who are many have more places than there are")
	}
}

func TestTheRoomIsWholeAfterACrowd(t *testing.T) {
	g := pressure.NewGate(map[pressure.Class]pressure.Room{pressure.Writes: {AtOnce: 3, Waiting: 20, Wait: time.Millisecond, PerCaller: 10}}, nil)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			for range 200 {
				if leave, err := g.Enter(t.Context(), pressure.Writes, string(rune('a'+i%4))); err == nil {
					leave()
				}
			}
		})
	}
	group.Wait()
	for range 3 {
		if _, err := g.Enter(t.Context(), pressure.Writes, "a"); err != nil {
			t.Error(err)
		}
	}
	if _, err := g.Enter(t.Context(), pressure.Writes, "a"); overloaded(err) != pressure.OverloadedWrites {
		t.Errorf("more than there is room for: %v", err)
	}
}
