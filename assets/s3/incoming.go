package s3

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"signet/assets"
)

// incoming is a file without a name yet.
type incoming struct {
	cache    *cache
	file     *os.File
	name     string
	reserved int64
	ended    bool
}

func (c *cache) create() (*incoming, error) {
	name := path.Join(incomingFolder, rand.Text())
	f, err := c.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, told(err)
	}
	return &incoming{cache: c, file: f, name: name}, nil
}

// begin empties the file, and makes room for size bytes.
func (i *incoming) begin(size int64) error {
	i.cache.reserve(size - i.reserved)
	i.reserved = size
	_, err := i.file.Seek(0, io.SeekStart)
	return errors.Join(err, i.file.Truncate(0))
}

// adopt gives the file a name in the cache. The caller vouches for its bytes.
func (i *incoming) adopt(ref assets.Ref) error {
	c, name := i.cache, cachedPlace(ref)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return told(err)
	}
	if err := c.root.Rename(i.name, name); err != nil {
		return told(err)
	}
	found, err := identify(i.file)
	if err != nil {
		return err
	}
	c.used += found.size - c.size(ref) - i.reserved
	c.files.Add(ref, cached{size: found.size, checked: found})
	i.reserved, i.ended = 0, true
	return i.file.Close()
}

// discard removes the file, unless it was adopted.
func (i *incoming) discard() error {
	if i.ended {
		return nil
	}
	i.ended = true
	i.cache.reserve(-i.reserved)
	err := i.cache.root.Remove(i.name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("blobs: %w", err)
	}
	return errors.Join(i.file.Close(), err)
}
