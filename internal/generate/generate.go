// Package generate writes big registries, for load tests and benchmarks.
//
// Nothing in them is put together by hand: every event is what a command of the
// domain decided on the state before it. Only the way into the log is shorter
// than commands.Run, since nobody else writes: streams are folded in memory, and
// an item's whole life is one append.
package generate

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"signet/domain"
	"signet/internal/eventlog"
)

// Secret is the API token of a member of [Agency] with every role of a member.
// It is written here for all to read: a registry with it is for tests only,
// which is why Generate wants an empty log.
const Secret = "signet_" + secretID + "_generatedregistriesarefortestsonlyandhavenosecrets"

const secretID = "generatedregistry"

// Agency is the key of the agency that leads every policy of a generated registry.
const Agency = "ban-tuyen-giao"

// Start is when a generated registry begins; all of it happens in the 900 days
// after, and what was scheduled has begun by then.
var Start = time.Date(2021, 1, 4, 1, 0, 0, 0, time.UTC)

// span is how many days the lives of the items take.
const span = 900

// writers is how many streams are appended at a time: a log that shares an fsync
// among concurrent appends needs many.
const writers = 64

// Options say how big a registry is to be.
type Options struct {
	// Items is how many items there are, of all kinds in turn; 1 to 10,000,000.
	Items int
	// Versions is how many versions each has, 1 to 50. All are approved; of the
	// last ones some are withdrawn, some are still waiting for an edition.
	Versions int
	// Locales are those of the texts beside the source, [domain.DefaultSource]: each
	// version has most of them. Nil means en, ja, ko and zh.
	Locales []domain.Locale
	// Seed makes another registry of the same size. With the same options all
	// events are the same, but not their ids and salts.
	Seed uint64
	// Progress, if not nil, is told how many of the items are written. It is called
	// by several goroutines at once.
	Progress func(done, of int)
}

// Summary tells what was written.
type Summary struct {
	Events   int64
	Position eventlog.Position // of the last event
}

// ErrNotEmpty: the log holds events; only an empty one is generated into.
var ErrNotEmpty = errors.New("generate: the log is not empty")

func (o *Options) check() error {
	if o.Items < 1 || o.Items > 10_000_000 {
		return fmt.Errorf("generate: 1 to 10,000,000 items, not %d", o.Items)
	}
	if o.Versions < 1 || o.Versions > 50 {
		return fmt.Errorf("generate: 1 to 50 versions of each item, not %d", o.Versions)
	}
	if o.Locales == nil {
		o.Locales = []domain.Locale{"en", "ja", "ko", "zh"}
	}
	for _, l := range o.Locales {
		if parsed, err := domain.ParseLocale(string(l)); err != nil || parsed != l {
			return fmt.Errorf("generate: %q is not a canonical language tag", l)
		}
	}
	return nil
}

// Generate fills an empty log. The error wraps ErrNotEmpty, or is one of the log.
func Generate(ctx context.Context, log eventlog.Log, o Options) (Summary, error) {
	if err := o.check(); err != nil {
		return Summary{}, err
	}
	if head, err := log.Head(ctx); err != nil {
		return Summary{}, err
	} else if head != 0 {
		return Summary{}, ErrNotEmpty
	}
	r := newRegistry(o)
	events, err := r.found(ctx, log)
	if err != nil {
		return Summary{}, err
	}
	var written, done atomic.Int64
	written.Add(int64(events))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for n := range o.Items {
		if inner.Err() != nil {
			break
		}
		group.Go(func() error {
			line := r.item(n)
			if err := line.write(inner, log); err != nil {
				return err
			}
			written.Add(int64(len(line.facts)))
			if finished := int(done.Add(1)); o.Progress != nil {
				o.Progress(finished, o.Items)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Summary{}, err
	}
	events, err = r.conclude(ctx, log)
	if err != nil {
		return Summary{}, err
	}
	head, err := log.Head(ctx)
	return Summary{Events: written.Load() + int64(events), Position: head}, err
}

// newLine is a stream of which nothing is in the log.
func newLine() *line { return &line{after: eventlog.NoStream} }

// fact is a decided event and its circumstances.
type fact struct {
	event domain.Event
	actor domain.Actor
	at    time.Time
}

// line is one stream while it is being decided.
type line struct {
	stream string
	after  eventlog.Revision // of the last event that is in the log already, or NoStream
	facts  []fact
	err    error
}

// decide adds what follows from a command to a stream. The first error stops it.
func decide[S any](l *line, d domain.Decider[S], state *S, c domain.Command[S], call domain.Call) {
	if l.err != nil {
		return
	}
	if permission, scope := c.Needs(); !call.Actor.May(permission, scope) {
		l.err = fmt.Errorf("generate: %T: %s may not %s", c, call.Actor.Agency, permission)
		return
	}
	l.stream = c.Stream()
	events, err := c.Decide(*state, call)
	if err != nil {
		l.err = fmt.Errorf("generate: %T on %s: %w", c, l.stream, err)
		return
	}
	for _, e := range events {
		*state = d.Evolve(*state, e)
		l.facts = append(l.facts, fact{e, call.Actor, call.At})
	}
}

// write seals and appends a stream, in as few appends as the log's limits allow.
func (l *line) write(ctx context.Context, log eventlog.Log) error {
	if l.err != nil {
		return l.err
	}
	written := l.after
	var batch []eventlog.Record
	bytes := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := log.Append(ctx, l.stream, written, batch...)
		written += eventlog.Revision(len(batch))
		batch, bytes = batch[:0], 0
		return err
	}
	for i, f := range l.facts {
		record, err := f.seal(l.stream, l.after+1+eventlog.Revision(i))
		if err != nil {
			return err
		}
		size := len(record.Data) + len(record.Meta)
		if bytes+size > eventlog.MaxBatchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, bytes = append(batch, record), bytes+size
	}
	return flush()
}

func (f fact) seal(stream string, revision eventlog.Revision) (eventlog.Record, error) {
	name, payload, err := domain.Encode(f.event)
	if err != nil {
		return eventlog.Record{}, fmt.Errorf("generate: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return eventlog.Record{}, fmt.Errorf("generate: %w", err)
	}
	return eventlog.Seal(eventlog.Envelope{
		ID: id, Type: name, Stream: stream, Revision: revision, At: f.at, Recorded: f.at,
		Member: f.actor.Member, Agency: f.actor.Agency,
	}, payload)
}
