// Package outboundtest has what tests of connections need: a name server that
// changes its mind.
package outboundtest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// NameServer answers every question for an IPv4 address with the next of a list, the
// last one again and again, and those for other things with nothing.
type NameServer struct {
	mu      sync.Mutex
	answers []netip.Addr // guarded by mu: at least one
	asked   int          // guarded by mu
}

// NewNameServer has a list of at least one IPv4 address.
func NewNameServer(answers ...string) *NameServer {
	n := &NameServer{}
	for _, text := range answers {
		n.answers = append(n.answers, netip.MustParseAddr(text))
	}
	return n
}

// Asked tells how many questions for an IPv4 address there were.
func (n *NameServer) Asked() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

// Resolver asks the server, and nobody else.
func (n *NameServer) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// serve answers questions in the form that DNS has over a stream (RFC 1035, section
// 4.2.2): each after its length.
func (n *NameServer) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	for {
		var length [2]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(c, question); err != nil {
			return
		}
		end := 12
		for question[end] != 0 {
			end += int(question[end]) + 1
		}
		kind := binary.BigEndian.Uint16(question[end+1:])
		answer := slices.Clone(question[:end+5])
		answer[2], answer[3] = 0x81, 0x80                // an answer, without error
		copy(answer[4:], []byte{0, 1, 0, 0, 0, 0, 0, 0}) // one question, nothing else
		if kind == 1 {
			addr := n.next().As4()
			answer[7] = 1 // and one answer: the same name, address, internet, for no time, four bytes
			answer = append(answer, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
			answer = append(answer, addr[:]...)
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func (n *NameServer) next() netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr := n.answers[min(n.asked, len(n.answers)-1)]
	n.asked++
	return addr
}
