package webhooks

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// nameServer answers every question for an IPv4 address with the next of a list, and
// those for other things with nothing.
type nameServer struct {
	mu      sync.Mutex
	answers []netip.Addr // guarded by mu: the last one stays
	asked   int          // guarded by mu
}

func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// serve answers questions in the form that DNS has over a stream (RFC 1035, section
// 4.2.2): each after its length.
func (n *nameServer) serve(c net.Conn) {
	defer c.Close()
	for {
		var length [2]byte
		if _, err := c.Read(length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := c.Read(question); err != nil {
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

func (n *nameServer) next() netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr := n.answers[min(n.asked, len(n.answers)-1)]
	n.asked++
	return addr
}

// A name that stands for a public address when it is looked at, and for one of ours
// when it is used, leads nowhere.
func TestANameThatChangesItsMindLeadsNowhere(t *testing.T) {
	var reached atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	names := &nameServer{answers: []netip.Addr{netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("127.0.0.1")}}

	q := newQueue(t, Options{AllowHTTP: true, Timeout: 5 * time.Second})
	errPassed := errors.New("would connect") // but the test sends nothing out
	var passed []string
	check := guard(nil)
	dialer := &net.Dialer{Resolver: names.resolver(), ControlContext: func(ctx context.Context, network, address string, c syscall.RawConn) error {
		if err := check(ctx, network, address, c); err != nil {
			return err
		}
		passed = append(passed, address)
		return errPassed
	}}
	q.guarded.DialContext = dialer.DialContext

	const name = "http://hooks.rebinding.test"
	if got := send(t, q, name+port); got.failure != FailedConnect {
		t.Errorf("the public address: %+v", got)
	}
	if got := send(t, q, name+port); got.failure != FailedAddress {
		t.Errorf("the loopback address: %+v", got)
	}
	if len(passed) != 1 || passed[0] != "8.8.8.8"+port || reached.Load() != 0 || names.asked != 2 {
		t.Errorf("passed %v, reached %d, asked %d", passed, reached.Load(), names.asked)
	}
}
