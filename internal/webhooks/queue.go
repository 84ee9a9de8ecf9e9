package webhooks

import (
	"cmp"
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"signet/internal/outbound"
)

// Receiver is a server that messages are sent to.
type Receiver struct {
	// ID names it for ever: what is queued for it stands under this id.
	ID string
	// URL is where messages are posted, see CheckURL. It is checked again at each
	// attempt.
	URL string
	// Secrets are one or two "whsec_…", the newest first. A message is signed with
	// each, so that the receiver can change from one to the other.
	Secrets []string
}

// Mark is how far the planning for a receiver has come. It is kept as it is, and
// means nothing here.
type Mark struct {
	Position uint64
	At       time.Time // to the nanosecond; comes back in UTC
}

// Message is what a receiver is told.
type Message struct {
	// ID is stable: a redelivery has the same one. It has 1 to 200 visible ASCII
	// characters, and no full stop, because the signature is over "id.timestamp.body".
	ID string
	// Topic is for whoever looks at the deliveries, at most 200 bytes; it is not sent.
	Topic string
	// Body is JSON of at most 256 KiB, and sent byte by byte as it is.
	Body []byte
	// Created is kept to the microsecond.
	Created time.Time
}

// Options of a queue. The zero value is good.
type Options struct {
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// After is the timer; nil is time.After.
	After func(time.Duration) <-chan time.Time
	// Log hears of failed attempts, by receiver and message, never with a URL or a
	// body; nil is silence.
	Log *slog.Logger

	// Allow are networks that may be sent to though they are not public, such as the
	// city's own. IPv4 networks are written as such.
	Allow []netip.Prefix
	// AllowHTTP takes http URLs as well. What is sent can then be read on the way.
	AllowHTTP bool

	// Attempted, if any, is called after each attempt; the failure is empty if it was
	// delivered.
	Attempted func(Failure)

	// MaxAttempts is after how many attempts a message has failed; 0 is 16.
	MaxAttempts int
	// Timeout bounds one attempt, from the look-up of the name to the end of the
	// answer; 0 is 10 s.
	Timeout time.Duration
	// Parallel is how many receivers are served at once; 0 is 16. At most half of
	// them (but one at least) are those that were slow or failed the last time, so
	// that they do not hold up the others.
	Parallel int

	// Transport takes the place of the network, for tests. It is not guarded: with
	// it, no address is checked at the connection. Nil is the guarded network.
	Transport http.RoundTripper

	// Bring takes the place of HTTP where messages go another way, such as by mail. It
	// brings one once and tells what came of it, and the code of the answer if there was
	// one: FailedGone is final, any other failure is tried again. Of receivers only the
	// id means something then. It gives up when its context ends, by Timeout at the latest.
	Bring func(ctx context.Context, receiver, id string, body []byte) (failure Failure, code int)
	// What is how the log calls a message; empty is "webhook".
	What string
}

func (o Options) filled() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.MaxAttempts = cmp.Or(max(o.MaxAttempts, 0), 16)
	o.Timeout = cmp.Or(max(o.Timeout, 0), 10*time.Second)
	o.Parallel = cmp.Or(max(o.Parallel, 0), 16)
	o.What = cmp.Or(o.What, "webhook")
	return o
}

// Queue keeps messages until they are delivered. Its methods are safe for
// concurrent use.
type Queue struct {
	o       Options         // filled
	guarded *http.Transport // ours; nil if another one was given
	db      *sql.DB         // one connection, which holds the file's lock
	running atomic.Bool
	wake    chan struct{} // holds one if Run has something to look at

	mu      sync.Mutex
	touched map[string]struct{} // guarded by mu: receivers of which the pending messages changed
	changed bool                // guarded by mu: the receivers changed
}

// Open opens the queue in the file at path, which is created for this user alone
// when it is not there, and owned until Close. Errors: ErrInUse, ErrForeign,
// ErrNewer, or that of the file system.
func Open(path string, o Options) (*Queue, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, err
	}
	q := &Queue{o: o.filled(), db: db, wake: make(chan struct{}, 1), touched: map[string]struct{}{}}
	if o.Transport == nil && o.Bring == nil {
		q.guarded = newTransport(q.o, outbound.Guard(o.Allow))
		q.o.Transport = q.guarded
	}
	return q, nil
}

// Close gives the file back. Run must have returned. A nil queue has nothing to give.
func (q *Queue) Close() error {
	if q == nil {
		return nil
	}
	if q.guarded != nil {
		q.guarded.CloseIdleConnections()
	}
	return told(q.db.Close())
}

// Changed tells Run that the receivers are others than before, or have another URL
// or other secrets. Without it Run sees that within a minute.
func (q *Queue) Changed() {
	q.mu.Lock()
	q.changed = true
	q.mu.Unlock()
	q.rouse()
}

// touch tells Run that the pending messages of a receiver changed.
func (q *Queue) touch(receiver string) {
	q.mu.Lock()
	q.touched[receiver] = struct{}{}
	q.mu.Unlock()
	q.rouse()
}

func (q *Queue) rouse() {
	select {
	case q.wake <- struct{}{}:
	default: // it is already awake
	}
}

// news returns, once, whose messages changed, and whether the receivers did.
func (q *Queue) news() (touched map[string]struct{}, changed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	touched, changed = q.touched, q.changed
	q.touched, q.changed = map[string]struct{}{}, false
	return touched, changed
}
