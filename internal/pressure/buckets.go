package pressure

import (
	"container/heap"
	"sync"
	"time"
)

// buckets are token buckets, one for each key, of which a bounded number is kept. A
// bucket is known by when it will be full again, which is all that the generic cell rate
// algorithm (ITU-T I.371, annex A) needs; one that is full is as good as none.
//
// When there are too many, the one that would be full soonest goes. So who changes
// addresses to be forgotten forgets those who owe little, and never one who is over his
// limit as long as any other is not.
type buckets[K comparable] struct {
	name, policy string
	burst        int
	each         time.Duration // for a cost of 1
	window       time.Duration // in which an empty bucket fills
	most         int
	began        time.Time // instants are counted from here
	clock        func() time.Time

	mu    sync.Mutex
	known map[K]*bucket[K] // guarded by mu
	order soonest[K]       // guarded by mu: the same, by placed
}

type bucket[K comparable] struct {
	key  K
	full time.Duration // when it is full
	// placed is what full was when its place in the order was found. It is never later:
	// asking moves full on, and only who looks for the first corrects the order.
	placed time.Duration
}

func newBuckets[K comparable](name string, l Limit, most int, clock func() time.Time) *buckets[K] {
	if l.off() {
		return nil
	}
	each := time.Duration(float64(time.Second) / l.Rate)
	return &buckets[K]{
		name: name, policy: policyOf(name, l), burst: l.Burst, each: each, window: each * time.Duration(l.Burst), most: most,
		began: clock(), clock: clock, known: map[K]*bucket[K]{},
	}
}

// take takes a cost out of the bucket of a key, or refuses to and takes nothing. What
// costs more than a full bucket holds empties a full one. Without buckets there is no
// limit.
func (b *buckets[K]) take(key K, cost int) (_ Quota, ok bool) {
	if b == nil {
		return Quota{}, true
	}
	now := b.clock().Sub(b.began)
	b.mu.Lock()
	defer b.mu.Unlock()
	its, there := b.known[key]
	begins := now
	if there {
		begins = max(its.full, now)
	}
	full := begins + time.Duration(min(cost, b.burst))*b.each
	if wait := full - now - b.window; wait > 0 {
		return b.quota(begins-now, wait), false
	}
	if !there {
		its = b.add(key, full)
	}
	its.full = full
	return b.quota(full-now, 0), true
}

func (b *buckets[K]) quota(full, wait time.Duration) Quota {
	return Quota{Name: b.name, Left: int((b.window - full) / b.each), Full: full, Wait: wait, policy: b.policy}
}

// add makes a bucket, for which another one may have to go. The caller holds mu.
func (b *buckets[K]) add(key K, full time.Duration) *bucket[K] {
	if len(b.known) >= b.most {
		b.forget()
	}
	its := &bucket[K]{key: key, full: full, placed: full}
	b.known[key] = its
	heap.Push(&b.order, its)
	return its
}

// forget lets the bucket go that is full soonest. The caller holds mu.
func (b *buckets[K]) forget() {
	for first := b.order[0]; first.placed != first.full; first = b.order[0] {
		first.placed = first.full
		heap.Fix(&b.order, 0)
	}
	delete(b.known, b.order[0].key)
	heap.Pop(&b.order)
}

// soonest orders buckets by when they are full, as far as that was noted.
type soonest[K comparable] []*bucket[K]

func (s soonest[K]) Len() int           { return len(s) }
func (s soonest[K]) Less(i, j int) bool { return s[i].placed < s[j].placed }
func (s soonest[K]) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

func (s *soonest[K]) Push(x any) {
	if its, ok := x.(*bucket[K]); ok { // heap.Push passes nothing else on
		*s = append(*s, its)
	}
}

func (s *soonest[K]) Pop() any {
	last := len(*s) - 1
	its := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return its
}
