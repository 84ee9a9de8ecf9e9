package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"signet/assets"
	"signet/internal/provenance"
)

const (
	// stampedBytes bounds the stamped files that are kept. One of more than a
	// quarter of it is stamped each time.
	stampedBytes = 256 << 20
	// stampedKept bounds how many they are, and so the memory that knows of them.
	stampedKept = 1 << 14
	// stampedIdle bounds the files that are left open for the next who asks.
	stampedIdle = 64
)

const unfinished = "unfinished-"

// stampedFiles keeps files that were stamped, from where the system sends them. They
// are named by their digest, and the ones that were not asked for longest go. Only
// this process knows what they are, so that those of an earlier one are removed.
// Nothing is synced: what is lost is stamped again. A nil one keeps nothing.
type stampedFiles struct {
	root  *os.Root
	limit int64 // bytes

	mu    sync.Mutex // guards the rest, and the names of files
	files *simplelru.LRU[stampedAs, *stampedFile]
	bytes int64
	idle  []opened // the one that was read last is the last
}

// stampedAs tells stamped files apart. What a file says of itself names the
// original, and what was made of it.
type stampedAs struct {
	says  provenance.Stamp
	media assets.Media
}

// stampedFile is a file that is kept.
type stampedFile struct {
	digest assets.Ref // of what was stamped, and what with
	size   int64
	gone   bool // guarded by mu of stampedFiles: it is kept no longer
}

// opened is an open file. It is for one request at a time, since each reads
// from where it is.
type opened struct {
	*os.File
	of *stampedFile
}

// openStampedFiles keeps files in dir, which it makes if it is missing; "" keeps none.
func openStampedFiles(dir string, limit int64) (*stampedFiles, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	c := &stampedFiles{root: root, limit: limit}
	if c.files, err = simplelru.NewLRU(stampedKept, c.dropped); err == nil {
		err = c.clear()
	}
	if err != nil {
		return nil, fmt.Errorf("server: %w", errors.Join(err, root.Close()))
	}
	return c, nil
}

// clear removes what an earlier process has left, and nothing else.
func (c *stampedFiles) clear() error {
	entries, err := fs.ReadDir(c.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := assets.ParseRef(e.Name()); err != nil && !strings.HasPrefix(e.Name(), unfinished) {
			continue
		}
		if err := c.root.Remove(e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// open opens a file, for the caller to read and then release. It goes on to be read
// if it is no longer kept. One that is not there any more, or not whole, is to be
// put again.
func (c *stampedFiles) open(key stampedAs) (opened, bool) {
	if c == nil {
		return opened{}, false
	}
	c.mu.Lock()
	kept, there := c.files.Get(key)
	f := c.takeIdle(kept)
	c.mu.Unlock()
	if !there {
		return f, false
	}
	if f.File == nil {
		var err error
		if f.File, err = c.root.Open(string(kept.digest)); err != nil {
			return f, false
		}
	}
	if info, err := f.Stat(); err != nil || info.Size() != kept.size {
		f.Close()
		return f, false
	}
	return f, true
}

// takeIdle takes a file that was left open; if there is none, one that is to be
// opened. The caller holds mu.
func (c *stampedFiles) takeIdle(of *stampedFile) opened {
	for i, f := range slices.Backward(c.idle) {
		if f.of == of {
			c.idle = slices.Delete(c.idle, i, i+1)
			return f
		}
	}
	return opened{of: of}
}

// release takes back what was opened.
func (c *stampedFiles) release(f opened) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.of.gone {
		f.Close()
		return
	}
	if c.idle = append(c.idle, f); len(c.idle) > stampedIdle {
		c.idle[0].Close()
		c.idle = slices.Delete(c.idle, 0, 1)
	}
}

// put keeps a file, in place of one that was kept under the same key.
func (c *stampedFiles) put(key stampedAs, digest assets.Ref, content []byte) (err error) {
	size := int64(len(content))
	if c == nil || size > c.limit/4 {
		return nil
	}
	name := unfinished + rand.Text()
	defer func() {
		if err != nil {
			_ = c.root.Remove(name) // else the next start does
			err = fmt.Errorf("keeping a stamped file: %w", err)
		}
	}()
	if err := c.root.WriteFile(name, content, 0o600); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files.Remove(key)
	if err := c.root.Rename(name, string(digest)); err != nil {
		return err
	}
	c.files.Add(key, &stampedFile{digest: digest, size: size})
	for c.bytes += size; c.bytes > c.limit; {
		c.files.RemoveOldest()
	}
	return nil
}

// dropped is told which file is kept no longer. The caller holds mu.
func (c *stampedFiles) dropped(_ stampedAs, file *stampedFile) {
	c.bytes -= file.size
	file.gone = true
	for f := c.takeIdle(file); f.File != nil; f = c.takeIdle(file) {
		f.Close()
	}
	_ = c.root.Remove(string(file.digest)) // it may be gone already
}
