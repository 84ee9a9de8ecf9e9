package witness

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"signet/internal/proof"
)

const (
	// DefaultEvery is how often witnesses are asked.
	DefaultEvery = 10 * time.Second
	// maxBackOff is the longest pause after failures.
	maxBackOff = 10 * time.Minute
)

// Options say what a Keeper works with.
type Options struct {
	Witnesses []Witness
	// Client asks them; nil means NewClient.
	Client *http.Client
	// Every is the least time between two requests to a witness; 0 means DefaultEvery.
	Every time.Duration
	// Newest is the newest checkpoint of the log. One of no events is not shown to anybody.
	Newest func(context.Context) (proof.Checkpoint, error)
	Prove  Prove
	// Witnessed is given a checkpoint's note with all cosignatures that it has until now,
	// each time that there are more; again later when it returns an error.
	Witnessed func(ctx context.Context, text []byte) error
	// Logger is told of failures; nil means nobody is.
	Logger *slog.Logger
}

// Keeper has the log witnessed, as long as it runs.
type Keeper struct {
	options Options

	mu     sync.Mutex
	status []Status

	// The rest belongs to Run: what was cosigned of the newest checkpoint.
	current   proof.Checkpoint
	signed    map[int]note.Signature // by witness
	unhandled bool
}

// Status is how it stands with a witness.
type Status struct {
	Name string
	// Size is that of the last checkpoint that it has cosigned since the program began, At
	// when; 0 when there is none.
	Size int64
	At   time.Time
	// Err is why it has not cosigned when it was asked last, or nil.
	Err error
	// Failures is how often that was so, one after the other; Next is when it is asked again.
	Failures int
	Next     time.Time
}

// NewKeeper checks the witnesses: the error is an *Error, Misconfigured.
func NewKeeper(o Options) (*Keeper, error) {
	if o.Client == nil {
		o.Client = NewClient()
	}
	if o.Every <= 0 {
		o.Every = DefaultEvery
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Witnesses = slices.Clone(o.Witnesses)
	k := &Keeper{options: o}
	for i, w := range o.Witnesses {
		w, _, err := w.check()
		if err != nil {
			return nil, err
		}
		o.Witnesses[i] = w
		k.status = append(k.status, Status{Name: w.Name})
	}
	return k, nil
}

// Status is how it stands with each witness, in their order.
func (k *Keeper) Status() []Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.status)
}

// Run asks until the context ends, whose error it returns.
func (k *Keeper) Run(ctx context.Context) error {
	tick := time.NewTicker(k.options.Every)
	defer tick.Stop()
	for {
		k.round(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// round shows the newest checkpoint to the witnesses that have not seen it.
func (k *Keeper) round(ctx context.Context) {
	c, err := k.options.Newest(ctx)
	if err != nil {
		k.options.Logger.ErrorContext(ctx, "witness: no checkpoint", "error", err)
		return
	}
	if c.Size == 0 {
		return
	}
	if c.Size != k.current.Size || c.Root != k.current.Root {
		k.current, k.signed, k.unhandled = c, map[int]note.Signature{}, false
	}
	var wait sync.WaitGroup
	fresh := make([]*note.Signature, len(k.options.Witnesses))
	for i, s := range k.Status() {
		if _, has := k.signed[i]; has || time.Now().Before(s.Next) {
			continue
		}
		old := s.Size
		if s.Err != nil {
			old = 0 // so that it says what it has seen
		}
		wait.Go(func() { fresh[i] = k.ask(ctx, i, c, old) })
	}
	wait.Wait()
	for i, s := range fresh {
		if s != nil {
			k.signed[i], k.unhandled = *s, true
		}
	}
	k.hand(ctx)
}

// ask asks one witness, and keeps how it went.
func (k *Keeper) ask(ctx context.Context, i int, c proof.Checkpoint, old int64) *note.Signature {
	w := k.options.Witnesses[i]
	signature, err := k.cosignature(ctx, w, c, old)
	if err != nil && ctx.Err() != nil {
		return nil // the program ends
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s := &k.status[i]
	s.Err = err
	if err == nil {
		s.Size, s.At, s.Failures, s.Next = c.Size, time.Now(), 0, time.Time{}
		return signature
	}
	s.Failures++
	s.Next = time.Now().Add(min(k.options.Every<<min(s.Failures, 10), maxBackOff))
	k.options.Logger.ErrorContext(ctx, "witness: not cosigned", "witness", w.Name, "size", c.Size, "failures", s.Failures, "error", err)
	return nil
}

// cosignature is that of one witness.
func (k *Keeper) cosignature(ctx context.Context, w Witness, c proof.Checkpoint, old int64) (*note.Signature, error) {
	text, err := Ask(ctx, k.options.Client, w, c, old, k.options.Prove)
	if err != nil {
		return nil, err
	}
	n, err := opened(text)
	if err != nil {
		return nil, err
	}
	return &n.UnverifiedSigs[len(n.UnverifiedSigs)-1], nil // where Ask has put it
}

// hand hands out the checkpoint with its cosignatures.
func (k *Keeper) hand(ctx context.Context) {
	if !k.unhandled {
		return
	}
	n, err := opened(k.current.Note)
	if err == nil {
		var text []byte
		all := make([]note.Signature, 0, len(k.signed))
		for _, i := range slices.Sorted(maps.Keys(k.signed)) {
			all = append(all, k.signed[i])
		}
		if text, err = withSignatures(n, all...); err == nil {
			err = k.options.Witnessed(ctx, text)
		}
	}
	if err != nil {
		k.options.Logger.ErrorContext(ctx, "witness: the cosigned checkpoint is not kept", "error", err)
		return
	}
	k.unhandled = false
}
