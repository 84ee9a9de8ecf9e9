package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/klauspost/compress/zstd"

	"signet/internal/eventlog"
)

const (
	// segmentRaw is about how long a segment is before it is compressed, in bytes.
	segmentRaw = 8 << 20
	// maxRaw is how long it is at most.
	maxRaw = segmentRaw + maxLine
	// window is the largest that a decoder allocates, in bytes; the encoder's is smaller.
	window = 16 << 20
)

// fullSegment is segmentRaw but in tests.
var fullSegment = segmentRaw

// packer puts lines into segments.
type packer struct {
	repo  Repository
	full  int
	enc   *zstd.Encoder
	raw   bytes.Buffer
	first int64 // leaf of the first line in raw
	done  []Segment
	bytes int64 // that were written into the repository
}

func newPacker(repo Repository, done []Segment, first int64) (*packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window/4))
	if err != nil {
		return nil, err
	}
	return &packer{repo: repo, full: fullSegment, enc: enc, done: done, first: first}, nil
}

// reopen takes the last segment into the next one, if it is small: so their number
// stays small, however often backups are made.
func (p *packer) reopen(ctx context.Context) error {
	if len(p.done) == 0 {
		return nil
	}
	last := p.done[len(p.done)-1]
	if last.Raw >= int64(p.full)*3/4 {
		return nil
	}
	for line, err := range lines(ctx, p.repo, last) {
		if err != nil {
			return err
		}
		p.raw.Write(line)
		p.raw.WriteByte('\n')
	}
	p.done, p.first = p.done[:len(p.done)-1], last.First
	return nil
}

func (p *packer) add(ctx context.Context, leaf int64, r eventlog.Recorded) error {
	if err := lineOf(&p.raw, leaf, r); err != nil {
		return err
	}
	if p.raw.Len() < p.full {
		return nil
	}
	return p.flush(ctx, leaf)
}

// flush writes the lines up to that of a leaf.
func (p *packer) flush(ctx context.Context, last int64) error {
	if p.raw.Len() == 0 {
		return nil
	}
	packed := p.enc.EncodeAll(p.raw.Bytes(), nil)
	sum := sha256.Sum256(packed)
	s := Segment{
		File:  fmt.Sprintf("%s%010d-%010d-%s.jsonl.zst", logFolder, p.first, last, shortSum(sum)),
		First: p.first, Last: last, Bytes: int64(len(packed)), Raw: int64(p.raw.Len()), SHA256: hex.EncodeToString(sum[:]),
	}
	if err := put(ctx, p.repo, s.File, Bytes(packed)); err != nil {
		return err
	}
	p.bytes += s.Bytes
	p.done, p.first = append(p.done, s), last+1
	p.raw.Reset()
	return nil
}

// unpacked opens a file that is compressed, of which size and sum are known. Its
// memory is bounded, whatever is in it.
func unpacked(ctx context.Context, repo Repository, name string, size int64, sum string) (io.ReadCloser, error) {
	want, err := parseSum(sum)
	if err != nil {
		return nil, damaged(name, "").from(err)
	}
	packed, err := fetch(ctx, repo, name, size, want)
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, errors.Join(err, packed.Close())
	}
	return &unpacking{dec: dec, packed: packed, name: name}, nil
}

type unpacking struct {
	dec    *zstd.Decoder
	packed io.ReadCloser
	name   string
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.dec.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		// What stands behind the last frame belongs to the sum, too.
		if _, rest := io.Copy(io.Discard, u.packed); rest != nil {
			err = rest
		}
	case err != nil && CodeOf(err) == "":
		err = damaged(u.name, "").from(err)
	}
	return n, err
}

func (u *unpacking) Close() error {
	u.dec.Close()
	return u.packed.Close()
}

// lines yields those of a segment, without their line breaks; each is good until the
// next one. The sum of the whole file is only known to be right when the last one was
// yielded.
func lines(ctx context.Context, repo Repository, s Segment) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r, err := unpacked(ctx, repo, s.File, s.Bytes, s.SHA256)
		if err != nil {
			yield(nil, err)
			return
		}
		defer r.Close()
		counted := &counting{r: r, left: s.Raw}
		scan := bufio.NewScanner(counted)
		scan.Buffer(make([]byte, 0, 256<<10), maxLine)
		for scan.Scan() {
			if !yield(scan.Bytes(), nil) {
				return
			}
		}
		err = scan.Err()
		if err == nil && counted.left != 0 {
			err = errOtherBytes
		}
		if err != nil && CodeOf(err) == "" {
			err = damaged(s.File, "").from(err)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// counting refuses to read more than was written.
type counting struct {
	r    io.Reader
	left int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errOtherBytes
	}
	return n, err
}

// events yields those of a segment, with their leaves, in order.
func events(ctx context.Context, repo Repository, s Segment) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		next := s.First
		for line, err := range lines(ctx, repo, s) {
			if err != nil {
				yield(eventlog.Recorded{}, err)
				return
			}
			leaf, r, err := parseLine(line)
			switch {
			case err != nil:
				yield(r, damaged(s.File, "").at(next).from(err))
				return
			case leaf != next:
				yield(r, damaged(s.File, "leaf %d stands in its place", leaf).at(next))
				return
			}
			next++
			if !yield(r, nil) {
				return
			}
		}
		if next != s.Last+1 {
			yield(eventlog.Recorded{}, damaged(s.File, "its last event is leaf %d, not %d", next-1, s.Last))
		}
	}
}
