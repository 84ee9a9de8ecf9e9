package server

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// line is a connection that tells how it was used.
type line struct {
	*httptest.ResponseRecorder

	deadlines int
	files     []int64 // how much of a file it was given, each time
	writes    []int
	most      int64 // what it takes of a file before its time is over, if not 0
}

func (l *line) SetWriteDeadline(at time.Time) error {
	if !at.IsZero() {
		l.deadlines++
	}
	return nil
}

func (l *line) Write(p []byte) (int, error) {
	l.writes = append(l.writes, len(p))
	return l.ResponseRecorder.Write(p)
}

func (l *line) ReadFrom(from io.Reader) (int64, error) {
	limited, ok := from.(*io.LimitedReader)
	if !ok {
		return 0, errors.New("not a part of something")
	}
	if _, ok := limited.R.(*os.File); !ok {
		return 0, errors.New("not a file")
	}
	l.files = append(l.files, limited.N)
	if l.most > 0 && limited.N > l.most {
		n, err := io.CopyN(l.Body, limited.R, l.most)
		return n, errors.Join(err, os.ErrDeadlineExceeded)
	}
	return io.Copy(l.Body, limited)
}

// someFile is a file of random bytes, and the same bytes.
func someFile(t *testing.T, size int) (*os.File, []byte) {
	t.Helper()
	content := make([]byte, size)
	_, _ = rand.Read(content) // never fails
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, content
}

func TestHowContentIsSent(t *testing.T) {
	const size, from = 5*stretch/2 + 7, 1000
	for title, c := range map[string]struct {
		plain, memory bool
		most          int64
		files         int // how often a part of a file is handed on
		err           error
	}{
		"a file, as a file":                   {plain: true, files: 3},
		"a file to who reads slowly":          {plain: true, most: portion, files: (size-from)/portion + 1},
		"a file to who hardly reads":          {plain: true, most: portion - 1, files: 1, err: os.ErrDeadlineExceeded},
		"a file that is encrypted on its way": {},
		"what is in memory":                   {plain: true, memory: true},
	} {
		t.Run(title, func(t *testing.T) {
			file, content := someFile(t, size)
			l := &line{ResponseRecorder: httptest.NewRecorder(), most: c.most}
			w, begun := newAnswered(l), 0
			w.plain, w.mark = c.plain, func(http.Header) { begun++ }
			var source io.ReadSeeker = file
			if c.memory {
				source = bytes.NewReader(content)
			}
			if _, err := source.Seek(from, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			n, err := io.CopyN(w, source, size-from-1) // as for a range: the last byte is not wanted
			want := content[from : size-1]
			if c.err != nil {
				want = want[:c.most]
			}
			if !errors.Is(err, c.err) || n != int64(len(want)) || w.bytes != n || !bytes.Equal(l.Body.Bytes(), want) {
				t.Errorf("%d of %d bytes, %d counted, %v", n, len(want), w.bytes, err)
			}
			if w.status != http.StatusOK || begun != 1 || len(l.files) != c.files || l.deadlines != len(l.files)+len(l.writes) {
				t.Errorf("status %d, begun %d times, %d parts of a file, %d writes, %d deadlines", w.status, begun, len(l.files), len(l.writes), l.deadlines)
			}
			for _, n := range l.writes {
				if n > portion {
					t.Errorf("%d bytes were written at once", n)
				}
			}
		})
	}
}

func TestAFileThatIsShorterThanItWas(t *testing.T) {
	file, _ := someFile(t, 100)
	w := newAnswered(&line{ResponseRecorder: httptest.NewRecorder()})
	w.plain = true
	if n, err := io.CopyN(w, file, 101); n != 100 || !errors.Is(err, io.EOF) {
		t.Errorf("%d, %v", n, err)
	}
}

// hasty is an answer whose time is over at once, until that has happened.
type hasty struct {
	http.ResponseWriter

	sent    int64
	over    bool
	drained chan int64 // takes what was sent, and nothing before all that is read
}

func (h *hasty) SetWriteDeadline(at time.Time) error {
	if !h.over && !at.IsZero() {
		at = time.Now().Add(50 * time.Millisecond)
	}
	return http.NewResponseController(h.ResponseWriter).SetWriteDeadline(at)
}

func (h *hasty) ReadFrom(from io.Reader) (int64, error) {
	n, err := io.Copy(h.ResponseWriter, from)
	h.sent += n
	if h.over || !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	h.over = true
	h.drained <- h.sent
	h.drained <- h.sent
	return max(n, portion), err // how much was left for the last part is chance
}

// The system can go on with a file after the time to read was over.
func TestASlowReaderGetsAllOfAFile(t *testing.T) {
	file, content := someFile(t, 32<<20)
	drained := make(chan int64)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		a := newAnswered(&hasty{ResponseWriter: w, drained: drained})
		a.plain = true
		w.Header().Set("Content-Length", "33554432")
		if _, err := io.CopyN(a, file, 32<<20); err != nil {
			t.Error(err)
		}
	}))
	defer web.Close()
	res, err := web.Client().Get(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got bytes.Buffer
	if _, err := io.CopyN(&got, res.Body, <-drained); err != nil {
		t.Fatal(err)
	}
	<-drained
	if _, err := io.Copy(&got, res.Body); err != nil || !bytes.Equal(got.Bytes(), content) {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
}
