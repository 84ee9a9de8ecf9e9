package esdbtest

import (
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// Never, as a time to answer after, means not at all: until the client gives
// up or is cut off.
const Never time.Duration = -1

// faults is what a server does wrong on order.
type faults struct {
	mu        sync.Mutex // guards what follows
	slow      time.Duration
	refuse    codes.Code
	discovery codes.Code
	leader    *refusal // nil: appends are taken
	behind    int      // how many events a follower lacks; -1 for none
	held      int      // how many events are shown at most, if holds
	holds     bool
	silences  int // how often the subscriptions of then were silenced

	reads, subscriptions shortened // which break
	late                 counted   // appends that are answered late
	lateBy               time.Duration
	lost, before         counted // appends whose connection is cut after, or before, they are written
}

// counted is how many more calls something happens to.
type counted int

// next takes one.
func (c *counted) next() bool {
	if *c == 0 {
		return false
	}
	*c--
	return true
}

// shortened are calls that break after some events.
type shortened struct {
	next  counted
	after int
}

// with changes the faults, and returns what changes them back.
func (f *faults) with(change, back func(*faults)) func() {
	apply := func(do func(*faults)) {
		f.mu.Lock()
		defer f.mu.Unlock()
		do(f)
	}
	apply(change)
	return func() { apply(back) }
}

// take reads the faults, and counts down.
func (f *faults) take(look func(*faults)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	look(f)
}

// Slow makes each call wait, those of discovery included; with Never, until the
// client gives up. The returned function ends it for calls to come.
func (s *Server) Slow(d time.Duration) func() {
	return s.faults.with(func(f *faults) { f.slow = d }, func(f *faults) { f.slow = 0 })
}

// Refuse ends every call of the streams service with a status; Unavailable is
// told as "Server Is Not Ready". Discovery (features and gossip) answers, as on
// the real server. The returned function ends it.
func (s *Server) Refuse(c codes.Code) func() {
	return s.faults.with(func(f *faults) { f.refuse = c }, func(f *faults) { f.refuse = codes.OK })
}

// RefuseDiscovery ends every call for features or gossip with a status. The
// returned function ends it.
func (s *Server) RefuseDiscovery(c codes.Code) func() {
	return s.faults.with(func(f *faults) { f.discovery = c }, func(f *faults) { f.discovery = codes.OK })
}

// NotLeader makes appends and deletes answer "not-leader" with the address of
// another, to which the client then turns. The returned function ends it.
func (s *Server) NotLeader(host string, port int) func() {
	return s.faults.with(func(f *faults) { f.leader = notLeader(host, port) }, func(f *faults) { f.leader = nil })
}

// Lag lets this server show all but the newest n events, as a follower does
// that is behind. Appends are not touched. The returned function lets it catch
// up.
func (s *Server) Lag(n int) func() {
	back := s.faults.with(func(f *faults) { f.behind = n }, func(f *faults) { f.behind = -1 })
	return func() {
		back()
		s.group.log().wake()
	}
}

// Hold lets this server show nothing that is appended from now on. The returned
// function lets it catch up.
func (s *Server) Hold() func() {
	n, _ := s.group.log().end()
	back := s.faults.with(func(f *faults) { f.holds, f.held = true, n }, func(f *faults) { f.holds = false })
	return func() {
		back()
		s.group.log().wake()
	}
}

// Silence lets the subscriptions that are open tell nothing more, though they stay
// open; others are as before. It is for ever.
func (s *Server) Silence() {
	s.faults.take(func(f *faults) { f.silences++ })
	s.group.log().wake()
}

// CutReadsAfter breaks the next times reads (Unavailable) when n events were
// sent. The returned function undoes what is left of it.
func (s *Server) CutReadsAfter(n, times int) func() {
	return s.faults.with(func(f *faults) { f.reads = shortened{counted(times), n} }, func(f *faults) { f.reads.next = 0 })
}

// CutSubscriptionsAfter breaks the next times subscriptions (Unavailable) when
// n events were sent. The returned function undoes what is left of it.
func (s *Server) CutSubscriptionsAfter(n, times int) func() {
	return s.faults.with(func(f *faults) { f.subscriptions = shortened{counted(times), n} }, func(f *faults) { f.subscriptions.next = 0 })
}

// AnswerLate writes the next times appends at once and answers them after d, or
// Never. The returned function undoes it for appends to come.
func (s *Server) AnswerLate(d time.Duration, times int) func() {
	return s.faults.with(func(f *faults) { f.late, f.lateBy = counted(times), d }, func(f *faults) { f.late = 0 })
}

// LoseAnswer writes the next times appends and cuts the connection instead of
// answering. The returned function undoes what is left of it.
func (s *Server) LoseAnswer(times int) func() {
	return s.faults.with(func(f *faults) { f.lost = counted(times) }, func(f *faults) { f.lost = 0 })
}

// RefuseBefore cuts the connection of the next times appends when they have
// come in whole, and writes nothing. The returned function undoes what is left
// of it.
func (s *Server) RefuseBefore(times int) func() {
	return s.faults.with(func(f *faults) { f.before = counted(times) }, func(f *faults) { f.before = 0 })
}

// Freeze keeps connections open, and accepts others, but lets no byte pass in
// either direction: calls hang, and pings are not answered. Thaw or the returned
// function ends it; so does Stop.
func (s *Server) Freeze() func() {
	s.withGate(func(g *gate) { g.freeze(true) })
	return s.Thaw
}

// Thaw ends Freeze.
func (s *Server) Thaw() { s.withGate(func(g *gate) { g.freeze(false) }) }

// DropConnections cuts all connections at once, in the middle of whatever goes
// over them. The server takes new ones.
func (s *Server) DropConnections() { s.withGate((*gate).cutAll) }

func (s *Server) withGate(do func(*gate)) {
	s.mu.Lock()
	g := s.gate
	s.mu.Unlock()
	if g != nil {
		do(g)
	}
}
