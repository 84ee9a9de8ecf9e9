package esdbtest

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// group is the nodes of a cluster, which share one log.
type group struct {
	dir string

	mu     sync.Mutex // guards what follows
	store  *store
	first  *Server // with whom all end
	nodes  []*Server
	leader *Server
	ids    *idCache // of the leader
}

func newGroup(o Options) (*group, error) {
	s, err := openStore(o.Dir)
	if err != nil {
		return nil, err
	}
	g := &group{dir: o.Dir, store: s, ids: newIDCache()}
	if n, _ := s.end(); n == 0 {
		if err := g.begin(o); err != nil {
			_ = s.close()
			return nil, err
		}
	}
	return g, nil
}

// log is the log that the nodes share now; a restart may open it anew.
func (g *group) log() *store {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.store
}

func (g *group) leading() *Server {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.leader
}

// join starts a node; the first one leads.
func (g *group) join(o Options) (*Server, error) {
	s := &Server{o: o, group: g, addr: o.Addr}
	s.faults.behind = -1
	g.mu.Lock()
	g.nodes = append(g.nodes, s)
	if g.first == nil {
		g.first, g.leader = s, s
	}
	g.mu.Unlock()
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, g.leave(s))
	}
	return s, nil
}

// leave forgets a node. The first one takes the others with it.
func (g *group) leave(s *Server) error {
	g.mu.Lock()
	first := g.first == s
	g.nodes = slices.DeleteFunc(g.nodes, func(n *Server) bool { return n == s })
	others := slices.Clone(g.nodes)
	g.mu.Unlock()
	if !first {
		return nil
	}
	var failed error
	for _, n := range others {
		failed = errors.Join(failed, n.Close())
	}
	return errors.Join(failed, g.log().close())
}

// forget is what a node does when it is started again.
func (g *group) forget(s *Server) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.leader == s {
		g.ids = newIDCache()
	}
	if g.dir == "" || slices.ContainsFunc(g.nodes, func(n *Server) bool { return n != s && n.running() }) {
		return nil
	}
	if err := g.store.close(); err != nil {
		return err
	}
	opened, err := openStore(g.dir)
	if err == nil {
		g.store = opened
	}
	return err
}

func (s *Server) running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gate != nil
}

// Peer starts another node of the same cluster: an address of its own on the
// same log, whose Dir and System are those of the first. It follows until Lead
// is called, and is closed with the first node.
func (s *Server) Peer(o Options) (*Server, error) { return s.group.join(o) }

// Lead makes this node the leader. The new leader has no memory of event ids.
// To whom an append must go is only told by NotLeader.
func (s *Server) Lead() {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	if s.group.leader != s {
		s.group.leader, s.group.ids = s, newIDCache()
	}
}

// ClusterString is a connection string that names all nodes of the cluster, so
// that the client asks for their gossip.
func (s *Server) ClusterString() string {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	all := make([]string, 0, len(s.group.nodes))
	for _, n := range s.group.nodes {
		all = append(all, n.Addr())
	}
	scheme, _, _ := strings.Cut(s.ConnectionString(), "://")
	_, query, _ := strings.Cut(s.ConnectionString(), "?")
	return scheme + "://" + strings.Join(all, ",") + "?" + query
}

// take returns where an append goes: the log, and the memory of the leader,
// who must be there.
func (g *group) take() (*store, *idCache, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.store, g.ids, g.leader.running()
}

type gossipService struct {
	gossip.UnimplementedGossipServer
	*Server
}

// Read tells which nodes there are, as all of them see it.
func (s *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	info := &gossip.ClusterInfo{}
	for _, n := range s.group.nodes {
		host, port, err := net.SplitHostPort(n.Addr())
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return nil, err
		}
		state := gossip.MemberInfo_Follower
		if n == s.group.leader {
			state = gossip.MemberInfo_Leader
		}
		info.Members = append(info.Members, &gossip.MemberInfo{
			State: state, IsAlive: n.running(), HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(number)},
		})
	}
	return info, nil
}

type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	*Server
}

// GetSupportedMethods tells the version and what there is of the streams
// service.
func (s *featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	methods := &serverfeatures.SupportedMethods{EventStoreServerVersion: s.o.Version}
	if s.o.Version == "" {
		methods.EventStoreServerVersion = DefaultVersion
	}
	for _, name := range []string{"read", "append", "delete", "tombstone"} {
		methods.Methods = append(methods.Methods, &serverfeatures.SupportedMethod{
			ServiceName: "event_store.client.streams.streams", MethodName: name,
		})
	}
	return methods, nil
}
