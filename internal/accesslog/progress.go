package accesslog

import (
	"compress/flate"
	"errors"
	"io"
)

// progressReader tells how much was read.
type progressReader struct {
	r    io.Reader
	read int64
	tell func(int64)
}

func (p *progressReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.read += int64(n)
	if p.tell != nil {
		p.tell(p.read)
	}
	return n, err
}

func isCorrupt(err error) bool { return errors.As(err, new(flate.CorruptInputError)) }
