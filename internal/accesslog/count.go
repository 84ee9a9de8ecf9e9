package accesslog

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/maphash"
	"io"
	"net/http"
	"slices"
	"time"
)

const (
	// MaxLine is the longest line that is read, in bytes.
	MaxLine = 64 << 10
	// MaxCounts is how many different counts a log may lead to.
	MaxCounts = 50_000
	// maxBad is how many bad lines are named.
	maxBad = 5
	// remembered is how many downloads in parts are known at once.
	remembered = 1 << 16
)

// Use is which version a request was for.
type Use struct {
	Item      string
	Version   int
	Digest    string // of the original, if it is known
	Rendition string // what was made of it; empty: the original
}

// Resolve tells which version the target of a request was for at an instant; false
// if for none. An error ends the counting.
type Resolve func(ctx context.Context, target string, at time.Time) (Use, bool, error)

// Options say how a log is counted.
type Options struct {
	Resolve Resolve
	// Zone is that of the days.
	Zone *time.Location
	// Progress, if any, is told now and then how many bytes were read of the log as
	// it came.
	Progress func(read int64)
}

// Count is how often a version was asked for on a day.
type Count struct {
	Use
	Day      string // YYYY-MM-DD
	Requests int    // without those of Robots
	Robots   int
}

// Tally is what was found in a log. Every line is in one of Bad, Other, Failed,
// Parts, Unknown and Counted.
type Tally struct {
	// Digest is the SHA-256 of the log, unpacked, in hexadecimal: the same log has the
	// same one however it is packed.
	Digest  string   `json:"digest"`
	Lines   int      `json:"lines"`
	Bad     int      `json:"bad"`
	Worst   []*Error `json:"-"`       // the first of the bad lines
	Other   int      `json:"other"`   // requests that fetch nothing: not GET
	Failed  int      `json:"failed"`  // answers that are no file: not 200, 206 or 304
	Parts   int      `json:"parts"`   // further parts of a download that is counted
	Unknown int      `json:"unknown"` // of nothing that is known
	Counted int      `json:"counted"`
	Counts  []Count  `json:"-"` // by day, item, version, rendition and digest
}

// ReadLog reads a log, which may be packed by gzip, to its end, in memory that does
// not grow with it.
//
// A GET that was answered with 200, or with 304 because the caller had the file and
// goes on using it, is one request. Of those that were answered with 206, a part,
// there is one request for each address, target and day, as far as the last 65,536 of
// them are remembered; a range is not in the log.
func ReadLog(ctx context.Context, r io.Reader, o Options) (*Tally, error) {
	t := &tallying{o: o, counts: map[key]*Count{}, parts: newMemory()}
	plain, err := unpack(&progressReader{r: r, tell: o.Progress})
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	lines := bufio.NewReaderSize(io.TeeReader(plain, sum), MaxLine)
	for {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			if err := t.line(ctx, line, errors.Is(err, bufio.ErrBufferFull)); err != nil {
				return nil, err
			}
		}
		for errors.Is(err, bufio.ErrBufferFull) { // the rest of a line that is too long
			_, err = lines.ReadSlice('\n')
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unpacked(err)
		}
	}
	t.Digest = hex.EncodeToString(sum.Sum(nil))
	for _, c := range t.counts {
		t.Counts = append(t.Counts, *c)
	}
	slices.SortFunc(t.Counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Version, b.Version),
			cmp.Compare(a.Rendition, b.Rendition), cmp.Compare(a.Digest, b.Digest))
	})
	return &t.Tally, nil
}

// key is what there is one Count of.
type key struct {
	use Use
	day string
}

// tallying is a Tally that is under way.
type tallying struct {
	Tally

	o      Options
	counts map[key]*Count
	parts  *memory
}

// line counts one line.
func (t *tallying) line(ctx context.Context, line []byte, tooLong bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.Lines++
	if tooLong {
		t.bad(&Error{Code: LineTooLong, Sentence: "it is longer than any request"})
		return nil
	}
	e, err := ParseLine(bytes.TrimRight(line, "\r\n"))
	if err != nil {
		t.bad(AsError(err))
		return nil
	}
	switch {
	case e.Method != http.MethodGet:
		t.Other++
		return nil
	case e.Status != http.StatusOK && e.Status != http.StatusPartialContent && e.Status != http.StatusNotModified:
		t.Failed++
		return nil
	}
	use, known, err := t.o.Resolve(ctx, e.Target, e.Time)
	if err != nil {
		return err
	}
	if !known {
		t.Unknown++
		return nil
	}
	day := e.Time.In(t.o.Zone).Format(time.DateOnly)
	if e.Status == http.StatusPartialContent && !t.parts.isNew(e.Address, e.Target, day) {
		t.Parts++
		return nil
	}
	return t.add(key{use, day}, IsRobot(e.UserAgent))
}

func (t *tallying) add(k key, robot bool) error {
	c := t.counts[k]
	if c == nil {
		if len(t.counts) == MaxCounts {
			return &Error{Code: TooManyCounts, Sentence: "this log tells of more than can be counted at once; cut it by days"}
		}
		c = &Count{Use: k.use, Day: k.day}
		t.counts[k] = c
	}
	t.Counted++
	if robot {
		c.Robots++
	} else {
		c.Requests++
	}
	return nil
}

func (t *tallying) bad(e *Error) {
	t.Bad++
	if len(t.Worst) < maxBad {
		e.Line = t.Lines
		t.Worst = append(t.Worst, e)
	}
}

// memory knows what it was asked last, by hashes that mean nothing elsewhere.
type memory struct {
	seed  maphash.Seed
	known map[uint64]bool
	order []uint64 // a ring, once it is full
	next  int
}

func newMemory() *memory { return &memory{seed: maphash.MakeSeed(), known: map[uint64]bool{}} }

// isNew tells whether it was not asked this before.
func (m *memory) isNew(parts ...string) bool {
	var h maphash.Hash
	h.SetSeed(m.seed)
	for _, p := range parts {
		_, _ = h.WriteString(p) // never fails
		_ = h.WriteByte(0)
	}
	sum := h.Sum64()
	if m.known[sum] {
		return false
	}
	m.known[sum] = true
	if len(m.order) < remembered {
		m.order = append(m.order, sum)
		return true
	}
	delete(m.known, m.order[m.next])
	m.order[m.next] = sum
	m.next = (m.next + 1) % remembered
	return true
}

// unpack reads what is packed by gzip, and anything else as it is.
func unpack(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if magic, err := b.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b { // RFC 1952, 2.3.1
		return b, nil //nolint:nilerr // who reads on meets the error again
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, unpacked(err)
	}
	return z, nil
}

// unpacked names what is wrong with a packed log.
func unpacked(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || isCorrupt(err) {
		return &Error{Code: BadGzip, Sentence: "it is not what gzip writes, or not all of it"}
	}
	return err
}
