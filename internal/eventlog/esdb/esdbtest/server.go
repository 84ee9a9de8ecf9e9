package esdbtest

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// DefaultMaxAppend is what EventStoreDB takes in one append up to 25.0; bytes.
const DefaultMaxAppend = 1 << 20

// DefaultSystem is how many system events stand first in $all.
const DefaultSystem = 5

// DefaultVersion is the version that the server says it is.
const DefaultVersion = "24.10.0"

// Options are what a server is started with; the zero value will do.
type Options struct {
	// Dir is the folder of a log that is on the disk before an append is
	// answered, and that a restart reads back. Empty: the log is in memory.
	Dir string
	// Addr is where to listen; empty for a free port of 127.0.0.1. A restart
	// keeps the port.
	Addr string
	// TLS is the server's side; nil for none.
	TLS *tls.Config
	// Users are passwords by user name; nil lets anybody in. The client sends
	// credentials only with TLS.
	Users map[string]string
	// System is how many system events stand first in $all of a new log:
	// 0 for DefaultSystem, negative for none.
	System int
	// MaxAppend bounds an append, bytes of data, metadata and twice the type;
	// 0 for DefaultMaxAppend.
	MaxAppend int
	// Version is what the server says it is; empty for DefaultVersion.
	Version string
}

// Server is a running server, or one that was stopped and may run again. All
// its methods may be called at any time from any goroutine.
type Server struct {
	o       Options
	group   *group
	faults  faults
	counts  counts
	readyAt atomic.Int64 // nanoseconds since 1970; before it appends and reads are refused

	life  sync.Mutex // held while the server comes or goes; taken before mu
	ended bool       // by Close; guarded by life

	mu     sync.Mutex // guards what follows; calls that are served take it
	addr   string
	gate   *gate // nil while the server is away
	server *grpc.Server
	served chan struct{} // closed when server has ended
}

// Start starts a server that is closed with the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// New starts a server. The caller must close it.
func New(o Options) (*Server, error) {
	g, err := newGroup(o)
	if err != nil {
		return nil, err
	}
	return g.join(o)
}

// Close ends the server: its connections are cut, its port is free, its log is
// closed. A server that was not made by Peer closes its peers, too.
func (s *Server) Close() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.ended {
		return nil
	}
	s.ended = true
	s.stop()
	return s.group.leave(s)
}

// Addr is host:port of the server, also while it is away.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// ConnectionString is what esdb.ParseConnectionString takes for this server
// alone.
func (s *Server) ConnectionString() string {
	return fmt.Sprintf("esdb://%s?tls=%t", s.Addr(), s.o.TLS != nil)
}

// Stop takes the server away: its connections are cut and its port refuses
// others. When Stop returns no call is being served. Nothing happens if it is
// away.
func (s *Server) Stop() {
	s.life.Lock()
	defer s.life.Unlock()
	s.stop()
}

func (s *Server) stop() {
	s.mu.Lock()
	g, server, served := s.gate, s.server, s.served
	s.gate, s.server = nil, nil
	s.mu.Unlock()
	if g == nil {
		return
	}
	g.shut()
	server.Stop()
	<-served
}

// Restarting says how a server comes back.
type Restarting struct {
	// KeepMemory is for a server that was only unreachable: it still knows the
	// ids of the latest events. Otherwise they are forgotten, and a log in a
	// folder is read from the disk again unless a peer uses it.
	KeepMemory bool
	// NotReady is for how long it then answers "Server Is Not Ready"
	// (Unavailable) to appends and reads.
	NotReady time.Duration
}

// Restart brings the server back at its old port, after a Stop if it is
// running. It fails if the server was closed, or somebody else has the port.
func (s *Server) Restart(how Restarting) error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.ended {
		return errStopped
	}
	s.stop()
	if !how.KeepMemory {
		if err := s.group.forget(s); err != nil {
			return err
		}
	}
	s.readyAt.Store(time.Now().Add(how.NotReady).UnixNano())
	return s.listen()
}

// listen begins to serve.
func (s *Server) listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	inner, err := listen(s.addr)
	if err != nil {
		return fmt.Errorf("esdbtest: %w", err)
	}
	s.addr = inner.Addr().String()
	s.gate = newGate(inner, &s.counts)
	s.server = s.serve(s.gate)
	return nil
}

// serve starts a gRPC server on a listener; the caller holds mu.
func (s *Server) serve(l net.Listener) *grpc.Server {
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(rawCodec{}),
		grpc.WaitForHandlers(true),
		grpc.MaxRecvMsgSize(maxRecord),
		grpc.InitialWindowSize(1 << 20),
		grpc.InitialConnWindowSize(4 << 20),
		grpc.ReadBufferSize(64 << 10),
		grpc.WriteBufferSize(64 << 10),
		// The client pings every 10 s, also when nothing is asked.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(s.unary),
		grpc.StreamInterceptor(s.streaming),
	}
	if s.o.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(s.o.TLS)))
	}
	server := grpc.NewServer(options...)
	streams.RegisterStreamsServer(server, &streamsService{Server: s})
	serverfeatures.RegisterServerFeaturesServer(server, &featuresService{Server: s})
	gossip.RegisterGossipServer(server, &gossipService{Server: s})
	s.served = make(chan struct{})
	go func() {
		defer close(s.served)
		_ = server.Serve(l) // returns when it is stopped
	}()
	return server
}
