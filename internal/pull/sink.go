package pull

import "io"

// sink takes in an answer.
type sink interface {
	io.Writer
	size() int64
	restart() error // forgets everything
}

// counted tells of every piece that was read.
type counted struct {
	r    io.Reader
	read func(int)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if n > 0 {
		c.read(n)
	}
	return n, err
}

// noting keeps the error of a writer apart from that of the reader.
type noting struct {
	w   io.Writer
	err error
}

func (n *noting) Write(p []byte) (int, error) {
	written, err := n.w.Write(p)
	n.err = err
	return written, err
}

// memory is an answer in memory.
type memory struct{ b []byte }

func (m *memory) size() int64    { return int64(len(m.b)) }
func (m *memory) restart() error { m.b = nil; return nil }
func (m *memory) Write(p []byte) (int, error) {
	m.b = append(m.b, p...)
	return len(p), nil
}
