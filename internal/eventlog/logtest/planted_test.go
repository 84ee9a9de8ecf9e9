package logtest

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"signet/internal/eventlog"
)

// asked is an append.
type asked struct {
	ctx      context.Context
	stream   string
	expected eventlog.Revision
	records  []eventlog.Record
}

// of does what was asked, rightly.
func (a asked) of(p *planted) (eventlog.Position, error) {
	return p.Memory.Append(a.ctx, a.stream, a.expected, a.records...)
}

// planted is a log that does something wrong now and then.
type planted struct {
	*Memory

	now    func() bool
	append func(*planted, asked) (eventlog.Position, error)
	read   func(p *planted, all []eventlog.Recorded) []eventlog.Recorded
	follow func(p *planted, all []eventlog.Recorded) []eventlog.Recorded
	last   func(eventlog.Revision) eventlog.Revision
	head   func(eventlog.Position) eventlog.Position
}

func (p *planted) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if p.append != nil && p.now() {
		return p.append(p, asked{ctx, stream, expected, records})
	}
	return p.Memory.Append(ctx, stream, expected, records...)
}

func (p *planted) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	if p.read == nil || !p.now() {
		return p.Memory.Read(ctx, stream, from)
	}
	return changed(p.Memory.Read(ctx, stream, from), func(all []eventlog.Recorded) []eventlog.Recorded { return p.read(p, all) })
}

func (p *planted) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	if p.follow == nil || !p.now() {
		return p.Memory.Follow(ctx, after)
	}
	return changed(p.Memory.Follow(ctx, after), func(all []eventlog.Recorded) []eventlog.Recorded { return p.follow(p, all) })
}

// changed tells something else than was read, up to the first marker.
func changed(all iter.Seq2[eventlog.Recorded, error], change func([]eventlog.Recorded) []eventlog.Recorded) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		var read []eventlog.Recorded
		for r, err := range all {
			if err != nil {
				yield(r, err)
				return
			}
			if read = append(read, r); r.CaughtUp {
				break
			}
		}
		for _, r := range change(read) {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (p *planted) Last(ctx context.Context, stream string) (eventlog.Revision, error) {
	last, err := p.Memory.Last(ctx, stream)
	if p.last != nil && err == nil && p.now() {
		last = p.last(last)
	}
	return last, err
}

func (p *planted) Head(ctx context.Context) (eventlog.Position, error) {
	head, err := p.Memory.Head(ctx)
	if p.head != nil && err == nil && p.now() {
		head = p.head(head)
	}
	return head, err
}

// withoutLast is what could be read before the last event, or batch, was there.
func withoutLast(_ *planted, all []eventlog.Recorded) []eventlog.Recorded {
	return all[:max(0, len(all)-1)]
}

// put writes whatever the rules say.
func (p *planted) put(stream string, records ...eventlog.Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range records {
		at := eventlog.Revision(len(p.streams[stream]))
		p.streams[stream] = append(p.streams[stream], len(p.all))
		p.all = append(p.all, eventlog.Recorded{Record: r, Stream: stream, Revision: at, Position: eventlog.Position(len(p.all) + 1)})
	}
}

type found struct {
	byStream, asWhole, otherwise bool
}

// Whatever a log may do wrong is found, in a few histories of such a log, by the
// check that is there for it.
func TestPlantedMistakesAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		plant planted
		by    found
	}{
		"a read misses what had been written": {planted{read: withoutLast}, found{byStream: true, asWhole: true}},
		"what was written is lost": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			last, _ := p.Memory.Last(a.ctx, a.stream)
			head, err := p.Memory.Head(a.ctx)
			if last != a.expected {
				return a.of(p)
			}
			return head + eventlog.Position(len(a.records)), err
		}}, found{byStream: true, asWhole: true}},
		"a conflict is told of what was written": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			_, _ = a.of(p)
			last, _ := p.Memory.Last(a.ctx, a.stream)
			return 0, &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: last}
		}}, found{byStream: true, asWhole: true}},
		"a conflict is told of what had been written": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			last, _ := p.Memory.Last(a.ctx, a.stream)
			if at, err := a.of(p); err != nil || a.expected == last {
				return at, err
			}
			return 0, &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: last}
		}}, found{byStream: true, asWhole: true}},
		"what is refused is told to be written": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			if at, err := a.of(p); !errors.Is(err, eventlog.ErrConflict) {
				return at, err
			}
			return p.Memory.Head(a.ctx)
		}}, found{byStream: true, asWhole: true, otherwise: true}},
		"what is not known to be written is written twice": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			if _, err := a.of(p); err != nil {
				return 0, err
			}
			runtime.Gosched()
			p.put(a.stream, a.records...)
			return 0, eventlog.ErrUnavailable
		}}, found{byStream: true, asWhole: true}},
		"half a batch is read": {planted{append: func(p *planted, a asked) (at eventlog.Position, err error) {
			for i, r := range a.records {
				if at, err = p.Memory.Append(a.ctx, a.stream, a.expected+eventlog.Revision(i), r); err != nil {
					return 0, err
				}
				for range 20 {
					runtime.Gosched()
				}
			}
			return at, nil
		}}, found{byStream: true, asWhole: true}},
		"half a batch is kept": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			at, err := p.Memory.Append(a.ctx, a.stream, a.expected, a.records[0])
			return at + eventlog.Position(len(a.records)-1), err
		}}, found{byStream: true, asWhole: true}},
		"an id is taken twice": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			if last, _ := p.Memory.Last(a.ctx, a.stream); last == a.expected {
				p.put(a.stream, a.records...)
				return p.Memory.Head(a.ctx)
			}
			return a.of(p)
		}}, found{byStream: true, asWhole: true}},
		"a revision too early is the last":  {planted{last: func(r eventlog.Revision) eventlog.Revision { return max(eventlog.NoStream, r-1) }}, found{byStream: true, asWhole: true}},
		"the head is old":                   {planted{head: func(p eventlog.Position) eventlog.Position { return p - min(p, 1) }}, found{asWhole: true}},
		"who follows is caught up too soon": {planted{follow: marked}, found{asWhole: true}},
		"who follows misses an event": {planted{follow: func(_ *planted, all []eventlog.Recorded) []eventlog.Recorded {
			return all[min(1, len(all)-1):]
		}}, found{asWhole: true}},
		"a marker has a wrong position": {planted{follow: func(_ *planted, all []eventlog.Recorded) []eventlog.Recorded {
			all[len(all)-1].Position++
			return all
		}}, found{asWhole: true}},
		"a context is told to have ended": {planted{append: func(*planted, asked) (eventlog.Position, error) {
			return 0, context.DeadlineExceeded
		}}, found{otherwise: true}},
		"a conflict tells a wrong revision": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			at, err := a.of(p)
			if err != nil && a.ctx.Err() == nil {
				err = &eventlog.ConflictError{Stream: a.stream, Expected: a.expected, Actual: a.expected + 1}
			}
			return at, err
		}}, found{byStream: true, asWhole: true}},
		"streams change places": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			at, err := a.of(p)
			p.swap()
			return at, err
		}}, found{asWhole: true}},
		"an append again tells another position": {planted{append: func(p *planted, a asked) (eventlog.Position, error) {
			if _, err := a.of(p); err != nil {
				return 0, err
			}
			return p.Memory.Head(a.ctx)
		}}, found{otherwise: true}},
		"an event is changed": {planted{read: func(_ *planted, all []eventlog.Recorded) []eventlog.Recorded {
			for i := range all {
				all[i].Data = []byte("else")
			}
			return all
		}}, found{otherwise: true}},
		"an error that is none of the log's": {planted{append: func(*planted, asked) (eventlog.Position, error) {
			return 0, eventlog.ErrCorrupt
		}}, found{otherwise: true}},
	} {
		t.Run(name, func(t *testing.T) {
			got := found{}
			for seed := range uint64(1000) {
				p := c.plant
				p.Memory = NewMemory()
				lot := bad(p.Memory, rand.New(rand.NewPCG(seed, 1)))
				var over atomic.Bool // then everything is told as it is
				p.now = func() bool { return !over.Load() && lot.dice(6) == 0 }
				log := reached(seed, func(int) eventlog.Log { return &p })
				heal := log.Heal
				log.Heal = func() {
					over.Store(true)
					heal()
				}
				h := record(t, log, seed)
				got.byStream = got.byStream || h.byStream() == porcupine.Illegal
				got.asWhole = got.asWhole || h.asWhole() == porcupine.Illegal
				got.otherwise = got.otherwise || len(h.wrong)+len(h.agree()) > 0
				if got.byStream == (got.byStream || c.by.byStream) && got.asWhole == (got.asWhole || c.by.asWhole) && got.otherwise == (got.otherwise || c.by.otherwise) {
					t.Logf("after %d histories: %+v", seed+1, got)
					return
				}
			}
			t.Errorf("not found: %+v, want %+v", got, c.by)
		})
	}
}

// marked moves the marker before the last event.
func marked(_ *planted, all []eventlog.Recorded) []eventlog.Recorded {
	if n := len(all); n > 1 {
		position := eventlog.Position(0)
		if n > 2 {
			position = all[n-3].Position
		}
		return append(all[:n-2:n-2], eventlog.Recorded{Position: position, CaughtUp: true})
	}
	return all
}

// swap lets the last two events change places in the log's order, if they are of
// two streams.
func (p *planted) swap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.all)
	if n < 2 || p.all[n-1].Stream == p.all[n-2].Stream {
		return
	}
	p.all = slices.Clone(p.all) // others may be reading
	a, b := &p.all[n-2], &p.all[n-1]
	*a, *b = *b, *a
	a.Position, b.Position = b.Position, a.Position
	for _, r := range []*eventlog.Recorded{a, b} {
		p.streams[r.Stream] = slices.Clone(p.streams[r.Stream])
		p.streams[r.Stream][r.Revision] = int(r.Position) - 1
	}
}
