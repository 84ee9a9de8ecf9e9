package metrics

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
)

// answer passes an answer on, and remembers its status and whether it is a stream.
// It is for one goroutine, as every http.ResponseWriter is.
type answer struct {
	http.ResponseWriter

	control   *http.ResponseController // of the writer within
	streaming func()                   // told once, when the answer turns out to be a stream
	status    int                      // 0 until something is written
	stream    bool
}

// Unwrap is for http.ResponseController, which finds deadlines through it.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	a.begin(status)
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.begin(http.StatusOK)
	return a.ResponseWriter.Write(p)
}

// ReadFrom lets io.Copy hand a file to the system, if the writer within can.
func (a *answer) ReadFrom(from io.Reader) (int64, error) {
	a.begin(http.StatusOK)
	return io.Copy(a.ResponseWriter, from)
}

// Flush passes on what was written: server-sent events ask for it.
func (a *answer) Flush() { _ = a.FlushError() }

// FlushError is Flush for http.ResponseController, with its error.
func (a *answer) FlushError() error {
	a.begin(http.StatusOK)
	return a.control.Flush()
}

// Hijack gives the connection away: WebSockets ask for it. An answer that can't be
// given away is not counted as one that was.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := a.control.Hijack()
	if err == nil {
		a.status = http.StatusSwitchingProtocols
		a.listens()
	}
	return conn, buffered, err
}

// begin remembers the first status that is not only informational (RFC 9110,
// section 15.2); 101 is, but is also the last one.
func (a *answer) begin(status int) {
	if a.status >= http.StatusOK || a.status == http.StatusSwitchingProtocols {
		return
	}
	if status < http.StatusOK && status != http.StatusSwitchingProtocols {
		return
	}
	a.status = status
	if status == http.StatusSwitchingProtocols {
		a.listens()
		return
	}
	kind, _, _ := strings.Cut(a.Header().Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(kind), "text/event-stream") {
		a.listens()
	}
}

func (a *answer) listens() {
	if !a.stream {
		a.stream = true
		a.streaming()
	}
}
