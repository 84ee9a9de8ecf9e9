package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// pipe is a connection to a browser: JSON messages, each ended by a zero byte.
type pipe struct {
	out     io.WriteCloser
	onEvent func(message) // called in the order of arrival, by one goroutine
	closed  chan struct{} // closed when the browser hangs up

	mu      sync.Mutex // guards what follows, and writing to out
	last    int
	waiting map[int]chan message
}

// message is any message from the browser. ID is 0 in an event.
type message struct {
	ID        int             `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// call is a message to the browser.
type call struct {
	ID        int    `json:"id"`
	SessionID string `json:"sessionId,omitempty"`
	Method    string `json:"method"`
	Params    any    `json:"params,omitempty"`
}

var errHungUp = errors.New("the browser hung up")

func newPipe(in *os.File, out io.WriteCloser, onEvent func(message)) *pipe {
	p := &pipe{out: out, onEvent: onEvent, closed: make(chan struct{}), waiting: map[int]chan message{}}
	go p.listen(in)
	return p
}

// call sends a method and waits for its result, which it decodes into result
// unless that is nil.
func (p *pipe) call(ctx context.Context, session, method string, params, result any) error {
	answered, err := p.send(session, method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answered:
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-p.closed:
		return fmt.Errorf("%s: %w", method, errHungUp)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

func (p *pipe) send(session, method string, params any) (<-chan message, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	text, err := json.Marshal(call{ID: p.last, SessionID: session, Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	answered := make(chan message, 1)
	p.waiting[p.last] = answered
	_, err = p.out.Write(append(text, 0))
	return answered, err
}

// listen reads until the browser hangs up.
func (p *pipe) listen(in *os.File) {
	defer close(p.closed)
	defer in.Close()
	messages := bufio.NewReader(in)
	for {
		text, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m); err != nil {
			return
		}
		if m.ID == 0 {
			p.onEvent(m)
			continue
		}
		p.mu.Lock()
		answered := p.waiting[m.ID]
		delete(p.waiting, m.ID)
		p.mu.Unlock()
		if answered != nil {
			answered <- m
		}
	}
}
