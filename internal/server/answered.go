package server

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"signet/internal/access"
)

// unread is how long what was written may wait for a caller who does not read.
// A download may take as long as it needs, but not stand still.
const unread = 60 * time.Second

const (
	// portion is how many bytes at most are written at once, which must be read
	// within unread.
	portion = 32 << 10
	// stretch is how many bytes of a file the system copies at once. A caller who
	// reads portion of them within unread is given as long again.
	stretch = 1 << 20
)

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
	begun   func()                   // is told then; nil is not
	plain   bool                     // what is written goes to the connection as it is: no TLS
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

// ReadFrom writes what is left of from. A file goes from the disk to a plain
// connection without passing through this process.
func (w *answered) ReadFrom(from io.Reader) (int64, error) {
	if w.status == 0 {
		w.begin(http.StatusOK)
	}
	if limited, ok := from.(*io.LimitedReader); ok && w.plain { // io.CopyN makes one
		if _, ok := limited.R.(syscall.Conn); ok {
			return w.sendFile(limited)
		}
	}
	return io.Copy(onlyWriter{w}, from)
}

// onlyWriter hides that an answer is an io.ReaderFrom.
type onlyWriter struct{ io.Writer }

// sendFile lets the system copy a file. Unlike Write, which breaks the connection
// when its time is over, that can go on from where it was.
func (w *answered) sendFile(limited *io.LimitedReader) (sent int64, err error) {
	for limited.N > 0 {
		w.allow()
		part := io.LimitedReader{R: limited.R, N: min(limited.N, stretch)}
		n, err := io.Copy(w.ResponseWriter, &part)
		sent += n
		w.bytes += n
		limited.N -= n
		slow := errors.Is(err, os.ErrDeadlineExceeded) && n >= portion
		if err != nil && !slow || n == 0 {
			return sent, err
		}
	}
	return sent, nil
}

// begin is called when the headers are sent.
func (w *answered) begin(status int) {
	w.status = status
	if w.mark != nil {
		w.mark(w.Header())
	}
	if w.begun != nil {
		w.begun()
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
