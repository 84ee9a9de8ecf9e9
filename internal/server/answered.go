package server

import (
	"bufio"
	"net"
	"net/http"
	"time"

	"signet/internal/access"
)

// unread is how long what was written may wait for a caller who does not read.
// A download may take as long as it needs, but not stand still.
const unread = 60 * time.Second

// answered passes an answer on. It moves the deadline of writing on with each
// write, and remembers what the access log tells. It is for one goroutine, as
// every http.ResponseWriter is.
type answered struct {
	http.ResponseWriter

	control *http.ResponseController // of the writer within
	status  int                      // 0 until something is written
	bytes   int64                    // of the body
	viewer  access.Viewer            // who calls, once that is known
	mark    func(http.Header)        // adds what is known when the answer begins; nil adds nothing
}

// newAnswered takes back the deadline that an earlier answer on the same
// connection has left.
func newAnswered(w http.ResponseWriter) *answered {
	a := &answered{ResponseWriter: w, control: http.NewResponseController(w)}
	_ = a.control.SetWriteDeadline(time.Time{}) // not every connection can
	return a
}

// Unwrap is for http.ResponseController.
func (w *answered) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *answered) WriteHeader(status int) {
	if w.status < http.StatusOK { // an informational answer is not the last one
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answered) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.begin(http.StatusOK)
	}
	w.allow()
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// begin is called when the headers are sent.
func (w *answered) begin(status int) {
	w.status = status
	if w.mark != nil {
		w.mark(w.Header())
	}
}

// Flush passes on what was written: server-sent events ask for it.
func (w *answered) Flush() {
	w.allow()
	_ = w.control.Flush() // an error is the caller's having gone
}

// Hijack gives the connection away: WebSockets ask for it. Who takes it sets its
// deadlines.
func (w *answered) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return w.control.Hijack()
}

func (w *answered) allow() {
	_ = w.control.SetWriteDeadline(time.Now().Add(unread)) // not every connection can
}
