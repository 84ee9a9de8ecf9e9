package pressure

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Class is a kind of work that takes nothing from any other: however much of it waits,
// the others go on.
type Class int

// The classes of work.
const (
	Reads Class = iota
	Writes
	HeavyWork // reads much, or is much to compute
	Uploads   // waits for its caller to send
	classes
)

// reasons are why a class turns somebody away.
var reasons = [classes]Reason{Reads: OverloadedReads, Writes: OverloadedWrites, HeavyWork: OverloadedHeavy, Uploads: OverloadedUploads}

// Room is how much work of a class there may be. The zero value is any amount.
type Room struct {
	AtOnce  int           // is done at the same time
	Waiting int           // waits for that, at most
	Wait    time.Duration // at most; 0 is as long as the caller does
	// PerCaller is how much of both may belong to one caller; 0 is any amount.
	PerCaller int
}

// OverloadedError: there is too much work of a class already. Later there may be less.
type OverloadedError struct{ Reason Reason }

func (e *OverloadedError) Error() string { return fmt.Sprintf("pressure: %s", e.Reason) }

// Gate lets work in, in the order in which it came. It is safe for concurrent use.
type Gate struct {
	rooms   [classes]*room
	refused func(Reason)
}

// NewGate makes a gate of rooms; a class that has none may do any amount. Refused may be
// nil; it is told of each work that was turned away.
func NewGate(rooms map[Class]Room, refused func(Reason)) *Gate {
	g := &Gate{refused: refused}
	for class, r := range rooms {
		if r.AtOnce > 0 {
			g.rooms[class] = &room{Room: r, turns: semaphore.NewWeighted(int64(r.AtOnce)), callers: map[string]int{}}
		}
	}
	return g
}

// Enter waits for the turn of some work. Leave is called when it is done, any number of
// times. The error is an *[OverloadedError], or that of the context. Who names the
// caller; "" is many.
func (g *Gate) Enter(ctx context.Context, class Class, who string) (leave func(), err error) {
	r := g.rooms[class]
	if r == nil {
		return func() {}, nil
	}
	if !r.join(who) {
		return nil, g.overloaded(class)
	}
	if !r.turns.TryAcquire(1) {
		if err := r.wait(ctx); err != nil {
			r.part(who)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, g.overloaded(class)
		}
	}
	return sync.OnceFunc(func() {
		r.turns.Release(1)
		r.part(who)
	}), nil
}

func (g *Gate) overloaded(class Class) error {
	if g.refused != nil {
		g.refused(reasons[class])
	}
	return &OverloadedError{reasons[class]}
}

// room is where work of a class is done and waits.
type room struct {
	Room

	turns *semaphore.Weighted // first come, first served

	mu      sync.Mutex
	all     int            // guarded by mu: how much is in it
	callers map[string]int // guarded by mu: and whose, if PerCaller counts
}

// join takes a place, to work or to wait; false if there is none.
func (r *room) join(who string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.PerCaller > 0 && who != ""
	if r.all >= r.AtOnce+r.Waiting || counts && r.callers[who] >= r.PerCaller {
		return false
	}
	r.all++
	if counts {
		r.callers[who]++
	}
	return true
}

// part gives a place back.
func (r *room) part(who string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all--
	if r.callers[who]--; r.callers[who] <= 0 {
		delete(r.callers, who)
	}
}

func (r *room) wait(ctx context.Context) error {
	if r.Wait > 0 {
		limited, cancel := context.WithTimeout(ctx, r.Wait)
		defer cancel()
		ctx = limited
	}
	return r.turns.Acquire(ctx, 1)
}
