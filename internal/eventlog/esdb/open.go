package esdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog"
)

// DefaultPrefix is that of the streams of a registry which has its cluster alone.
const DefaultPrefix = "signet"

// ErrConnectionString: what should say where the server is does not.
var ErrConnectionString = errors.New("eventlog/esdb: bad connection string")

// ErrPrefix: the prefix has other characters than it may.
var ErrPrefix = errors.New("eventlog/esdb: a prefix has 1 to 40 of a–z, 0–9, hyphen and underscore, and begins with a letter")

var prefixes = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Options of a log. The zero value is good.
type Options struct {
	// Prefix is what the registry's streams begin with; empty is DefaultPrefix.
	Prefix string
	// User and Password take the place of those in the connection string.
	User, Password string
	// Patience is how long a call waits for a server that is away, and how long an
	// append is repeated while its outcome is not known; 0 is 10 s.
	Patience time.Duration
	// Timeout bounds one attempt of a call; 0 is 5 s.
	Timeout time.Duration
	// Heartbeat is how often who follows makes sure that the server is there and
	// nothing was missed; 0 is 5 s.
	Heartbeat time.Duration
	// Log hears when the server is lost and found; nil is silence.
	Log *slog.Logger
}

// Log is a log on a cluster. It implements eventlog.Remote.
type Log struct {
	o      Options // filled
	config client.Configuration
	prefix string // of the streams, with its colon

	ids   ids
	scan  scan
	slots chan struct{} // bounds the calls that are under way

	stop    chan struct{} // closed by Close
	ctx     context.Context
	cancel  context.CancelFunc // ends what runs in the background
	running sync.WaitGroup     // what runs in the background, and calls

	mu      sync.Mutex
	closed  bool          // guarded by mu
	link    *link         // guarded by mu: the client in use; nil while the server is away
	changed chan struct{} // guarded by mu: closed when link or failed change
	since   time.Time     // guarded by mu: when link became what it is; zero if it never was
	failed  error         // guarded by mu: why there is no link

	trouble atomic.Pointer[string] // what the client complained of last
	behind  atomic.Int32           // followers that are not live
}

var _ eventlog.Remote = (*Log)(nil)

// discoveries is how often a client looks for the server before it gives up: at
// every tenth of a second, for longer than a client that failed is kept.
const discoveries = 600

// callsAtOnce bounds the calls that are under way. Beyond it, callers wait.
const callsAtOnce = 1024

// Open reads a connection string, such as esdb://node1:2113,node2:2113?tls=true,
// and begins to look for the server; it does not wait for it. Errors:
// ErrConnectionString, ErrPrefix.
func Open(connection string, o Options) (*Log, error) {
	o.Prefix = cmp.Or(o.Prefix, DefaultPrefix)
	o.Patience = cmp.Or(o.Patience, 10*time.Second)
	o.Timeout = cmp.Or(o.Timeout, 5*time.Second)
	o.Heartbeat = cmp.Or(o.Heartbeat, 5*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if !prefixes.MatchString(o.Prefix) {
		return nil, fmt.Errorf("%w: %q", ErrPrefix, o.Prefix)
	}
	config, err := client.ParseConnectionString(connection)
	if err == nil {
		err = config.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConnectionString, withoutSecrets(err))
	}
	if o.User != "" {
		config.Username, config.Password = o.User, o.Password
	}
	if config.DisableTLS && config.Username != "" {
		o.Log.Warn("the log's server is reached without TLS: the client does not send the user and the password")
	}
	// A client that has given up is of no use, and calls that run on it then hang. So
	// it is to look for the server so long that another one has taken its place before.
	config.MaxDiscoverAttempts = discoveries
	l := &Log{
		o: o, config: *config, prefix: o.Prefix + ":", ids: newIDs(), slots: make(chan struct{}, callsAtOnce),
		stop: make(chan struct{}), changed: make(chan struct{}), failed: errNotYet,
	}
	l.config.Logger = l.clientSays
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.running.Go(l.connect)
	return l, nil
}

var errNotYet = errors.New("not reached yet")

// clientSays lets what the client says be heard by who debugs. While it looks for
// the server, that is also the only way to know why it does not find it.
func (l *Log) clientSays(level client.LogLevel, format string, args ...any) {
	debugged := l.o.Log.Enabled(context.Background(), slog.LevelDebug)
	trouble := level == client.LogWarn || level == client.LogError
	if !debugged && !trouble {
		return
	}
	text := fmt.Sprintf(format, args...)
	if debugged {
		l.o.Log.Debug("eventstoredb client", "level", level, "says", text)
	}
	if trouble {
		l.trouble.Store(&text)
	}
}

// why is the reason for which there is no link, called with mu held.
func (l *Log) why() error {
	if said := l.trouble.Load(); said != nil {
		return fmt.Errorf("%w; the client says: %s", l.failed, *said)
	}
	return l.failed
}

// closing is how long Close waits for calls that are under way.
const closing = 5 * time.Second

// Close implements eventlog.Log.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	link := l.link
	l.link = nil
	close(l.stop)
	l.mu.Unlock()
	l.cancel() // appends that are under way have the contexts of their callers

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if link != nil {
			link.retire()
		}
		l.running.Wait()
	}()
	timer := time.NewTimer(closing)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
	return nil
}

// isClosed tells whether Close was called.
func (l *Log) isClosed() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// Health implements eventlog.Remote.
func (l *Log) Health() eventlog.Health {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.link != nil {
		return eventlog.Health{Up: true, Since: l.since, Behind: l.behind.Load() > 0}
	}
	return eventlog.Health{Since: l.since, Err: l.why(), Behind: l.behind.Load() > 0}
}
