package esdbtest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// medium keeps the bytes of a log. What was written is read while more is
// written after it.
type medium interface {
	io.ReaderAt
	// write appends bytes, all or none of them; they are kept when it returns.
	write(p []byte) error
	// size is where the next write goes.
	size() uint64
	close() error
}

// magic stands first in a log, so that no event has the position 0.
const magic = "esdbtst1"

const segmentSize = 1 << 20

// memory is a medium that is gone with the process.
type memory struct {
	mu       sync.RWMutex // guards segments; the bytes below n do not change
	segments [][]byte
	n        int
}

func newMemory() *memory {
	m := &memory{}
	_ = m.write([]byte(magic)) // never fails
	return m
}

func (m *memory) write(p []byte) error {
	for len(p) > 0 {
		at := m.n % segmentSize
		if at == 0 {
			m.mu.Lock()
			m.segments = append(m.segments, make([]byte, segmentSize))
			m.mu.Unlock()
		}
		k := copy(m.segments[len(m.segments)-1][at:], p)
		p, m.n = p[k:], m.n+k
	}
	return nil
}

func (m *memory) ReadAt(p []byte, offset int64) (int, error) {
	m.mu.RLock()
	segments := m.segments
	m.mu.RUnlock()
	read := 0
	for read < len(p) {
		at := int(offset) + read
		if at/segmentSize >= len(segments) {
			return read, io.EOF
		}
		read += copy(p[read:], segments[at/segmentSize][at%segmentSize:])
	}
	return read, nil
}

func (m *memory) size() uint64 { return uint64(m.n) } //nolint:gosec // not negative

func (m *memory) close() error { return nil }

// file is a medium that a restart reads back.
type file struct {
	*os.File

	end int64
}

// openFile opens or makes the log in a folder.
func openFile(dir string) (*file, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("esdbtest: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("esdbtest: %w", err)
	}
	opened := &file{File: f}
	if err := opened.begin(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return opened, nil
}

// begin sees that the file is a log, and makes it one if it is new.
func (f *file) begin() error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("esdbtest: %w", err)
	}
	if f.end = info.Size(); f.end < int64(len(magic)) {
		return f.rewrite()
	}
	var head [len(magic)]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return fmt.Errorf("esdbtest: %w", err)
	}
	if string(head[:]) != magic {
		return fmt.Errorf("esdbtest: %s is not a log of this server", f.Name())
	}
	return nil
}

// rewrite begins a file whose first write was cut short.
func (f *file) rewrite() error {
	if err := f.cut(0); err != nil {
		return err
	}
	return f.write([]byte(magic))
}

// cut ends the file at an offset.
func (f *file) cut(end int64) error {
	if err := f.Truncate(end); err != nil {
		return fmt.Errorf("esdbtest: %w", err)
	}
	f.end = end
	return nil
}

func (f *file) write(p []byte) error {
	_, err := f.WriteAt(p, f.end)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = f.Truncate(f.end) // what was half written would be cut by the next start as well
		return fmt.Errorf("esdbtest: %w", err)
	}
	f.end += int64(len(p))
	return nil
}

func (f *file) size() uint64 { return uint64(f.end) } //nolint:gosec // not negative

func (f *file) close() error { return f.Close() }
