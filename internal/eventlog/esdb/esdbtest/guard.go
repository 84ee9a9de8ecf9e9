package esdbtest

import (
	"context"
	"encoding/base64"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// unary and streaming let a call in, or end it.
func (s *Server) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	set := func(md metadata.MD) { _ = grpc.SetTrailer(ctx, md) }
	if err := s.admit(ctx, info.FullMethod, set); err != nil {
		return nil, err
	}
	return handle(ctx, request)
}

func (s *Server) streaming(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if err := s.admit(stream.Context(), info.FullMethod, stream.SetTrailer); err != nil {
		if info.IsClientStream {
			drain(stream)
		}
		return err
	}
	return handle(service, stream)
}

// admit applies what holds for every call: it is slow, refused, too early, or
// nobody's that may come in.
func (s *Server) admit(ctx context.Context, method string, trailers func(metadata.MD)) error {
	var slow time.Duration
	var refuse, discovery codes.Code
	s.faults.take(func(f *faults) { slow, refuse, discovery = f.slow, f.refuse, f.discovery })
	if err := pause(ctx, slow); err != nil {
		return err
	}
	if !strings.HasPrefix(method, "/event_store.client.streams.") {
		if discovery != codes.OK {
			return status.Error(discovery, "refused")
		}
		return nil
	}
	switch {
	case refuse == codes.Unavailable, time.Now().UnixNano() < s.readyAt.Load():
		return notReady.with(trailers)
	case refuse == codes.PermissionDenied:
		return accessDenied.with(trailers)
	case refuse != codes.OK:
		return status.Error(refuse, "refused")
	}
	if r := s.login(ctx); r != nil {
		return r.with(trailers)
	}
	if r := s.elsewhere(ctx); r != nil {
		return r.with(trailers)
	}
	return nil
}

// elsewhere refuses at a follower what is for the leader only.
func (s *Server) elsewhere(ctx context.Context) *refusal {
	md, _ := metadata.FromIncomingContext(ctx)
	leader := s.group.leading()
	if leader == s || !slices.Contains(md.Get("requires-leader"), "true") {
		return nil
	}
	host, port, err := net.SplitHostPort(leader.Addr())
	if err != nil {
		return notReady
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return notReady
	}
	return notLeader(host, number)
}

// drain takes what a client still sends. A server that answers before it has
// heard all shows itself to the client as "EOF", without a status: the real one
// does that at times, and this one for an append that is too large; but who
// orders a status shall see it.
func drain(stream grpc.ServerStream) {
	for {
		if err := stream.RecvMsg(&streams.AppendReq{}); err != nil {
			return
		}
	}
}

// pause waits, unless the call ends before.
func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	var over <-chan time.Time // never
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

// login checks who calls.
func (s *Server) login(ctx context.Context) *refusal {
	if s.o.Users == nil {
		return nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	values := md.Get("authorization")
	if len(values) == 0 {
		return accessDenied
	}
	encoded, ok := strings.CutPrefix(values[0], "Basic ")
	if !ok {
		return badLogin
	}
	both, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return badLogin
	}
	user, password, _ := strings.Cut(string(both), ":")
	if known, ok := s.o.Users[user]; !ok || known != password {
		return badLogin
	}
	return nil
}

// hangUp cuts the connection that a call came by.
func (s *Server) hangUp(ctx context.Context) {
	if p, ok := peer.FromContext(ctx); ok {
		s.withGate(func(g *gate) { g.cut(p.Addr.String()) })
	}
}

// limit is how many events of the log this server shows.
func (s *Server) limit(visible int) int {
	s.faults.take(func(f *faults) {
		if f.behind >= 0 {
			visible = max(0, visible-f.behind)
		}
		if f.holds {
			visible = min(visible, f.held)
		}
	})
	return visible
}
