package server

import (
	"io"
	"net/http"
	"time"
)

// The pace of a request's body. A large file over a slow line may take long; what
// stands still, or trickles to keep the connection busy, may not.
const (
	// stall is how long a body may stand still.
	stall = 30 * time.Second
	// slowest is how many bytes a second come at least, on average, once the
	// first stall is over.
	slowest = 4 << 10
	// unwanted is how long the rest of a body that no handler has read may take:
	// net/http reads some of it before the connection serves another request.
	unwanted = time.Second
)

// paced is a body that is read at some pace, or fails with
// os.ErrDeadlineExceeded. When it has ended there is no deadline any more: with
// one, net/http would end the context of a subscription that goes on.
type paced struct {
	io.ReadCloser

	control *http.ResponseController
	began   time.Time
	bytes   int64
	ended   bool
}

// pace gives the body of a request its deadlines, before anything reads it; done
// is called when the request has been answered.
func pace(w http.ResponseWriter, r *http.Request) (done func()) {
	if r.Body == nil || r.Body == http.NoBody {
		return func() {}
	}
	body := &paced{ReadCloser: r.Body, control: http.NewResponseController(w), began: time.Now()}
	body.allow(deadline(body.began, body.began, 0))
	r.Body = body
	return func() {
		if !body.ended {
			body.allow(time.Now().Add(unwanted))
		}
	}
}

func (p *paced) Read(b []byte) (int, error) {
	p.allow(deadline(p.began, time.Now(), p.bytes))
	n, err := p.ReadCloser.Read(b)
	p.bytes += int64(n)
	if err == io.EOF { // io.Reader says so: EOF itself
		p.ended = true
		p.allow(time.Time{})
	}
	return n, err
}

func (p *paced) allow(until time.Time) {
	_ = p.control.SetReadDeadline(until) // not every connection can
}

// deadline is until when the next bytes have to come.
func deadline(began, now time.Time, bytes int64) time.Time {
	still := now.Add(stall)
	if trickle := began.Add(stall + time.Duration(bytes/slowest)*time.Second); trickle.Before(still) {
		return trickle
	}
	return still
}
