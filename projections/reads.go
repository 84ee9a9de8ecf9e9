package projections

import (
	"context"
	"sync"
	"sync/atomic"

	"signet/internal/eventlog"
)

// Reads is what the queries of a context have read. It is safe for concurrent use.
type Reads struct {
	views      *Views
	since      eventlog.Position
	statements atomic.Int64

	mu   sync.Mutex
	read tableSet // guarded by mu
}

type readsKey struct{}

// Watch returns a context whose queries are noted.
func (v *Views) Watch(ctx context.Context) (context.Context, *Reads) {
	r := &Reads{views: v, since: v.Position()}
	return context.WithValue(ctx, readsKey{}, r), r
}

func readsOf(ctx context.Context) *Reads {
	r, _ := ctx.Value(readsKey{}).(*Reads)
	return r
}

func (r *Reads) note(read tableSet) {
	if r == nil {
		return
	}
	r.statements.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read.join(read)
}

// Statements is how many queries were made.
func (r *Reads) Statements() int { return int(r.statements.Load()) }

// Basis is what an answer stands on: the same queries have the same answers as long
// as it holds.
type Basis struct {
	views *Views
	since eventlog.Position
	read  tableSet
}

// Basis is that of the queries that were made so far.
func (r *Reads) Basis() Basis {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Basis{r.views, r.since, r.read}
}

// Holds tells whether no event that can be read has changed any table that was read,
// since before the first query. What one table says of several items changes as a
// whole: a basis may end although the answer would be the same, and never the other
// way round.
func (b Basis) Holds() bool {
	for half, set := range b.read {
		for i := half * 64; set != 0; i, set = i+1, set>>1 {
			if set&1 != 0 && b.views.changed[i].Load() > uint64(b.since) {
				return false
			}
		}
	}
	return true
}
