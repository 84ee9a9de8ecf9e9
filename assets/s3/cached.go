package s3

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"signet/assets"
)

// identity tells whether a file is still the one that was checked.
type identity struct {
	size     int64
	modified time.Time
	inode    uint64
}

// state is what the cache knows of a blob.
type state int

const (
	absent state = iota
	unchecked
	good
)

// blob is an open file with its length.
type blob struct {
	*os.File
	size int64
}

func (b blob) Size() int64 { return b.size }

// open opens a file that is good; of another it tells the state.
func (c *cache) open(ref assets.Ref) (blob, state, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, found, err := c.openFile(ref)
	if f == nil || err != nil {
		return blob{}, absent, err
	}
	if known, _ := c.files.Get(ref); known.checked != found {
		f.Close()
		return blob{}, unchecked, nil
	}
	return blob{File: f, size: found.size}, good, nil
}

// openFile returns nil if there is no file. mu is held.
func (c *cache) openFile(ref assets.Ref) (*os.File, identity, error) {
	if !c.files.Contains(ref) {
		return nil, identity{}, nil
	}
	f, err := c.root.Open(cachedPlace(ref))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, identity{}, c.remove(ref) // somebody has tidied up
	}
	if err != nil {
		return nil, identity{}, err
	}
	found, err := identify(f)
	if err != nil {
		f.Close()
		return nil, identity{}, err
	}
	return f, found, nil
}

func identify(f *os.File) (identity, error) {
	info, err := f.Stat()
	if err != nil {
		return identity{}, err
	}
	found := identity{size: info.Size(), modified: info.ModTime()}
	if system, ok := info.Sys().(*syscall.Stat_t); ok {
		found.inode = system.Ino
	}
	return found, nil
}

// check reads a file and remembers that it is good, or removes it.
func (c *cache) check(ctx context.Context, ref assets.Ref) error {
	c.mu.Lock()
	f, found, err := c.openFile(ref)
	c.mu.Unlock()
	if f == nil || err != nil {
		return err
	}
	defer f.Close()
	bad := assets.Rehash(ctx, ref, io.NewSectionReader(f, 0, found.size))
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// It may have been replaced or evicted meanwhile.
	now, same, err := c.openFile(ref)
	if now == nil || err != nil {
		return err
	}
	defer now.Close()
	switch {
	case same != found:
		return nil
	case bad != nil:
		return c.remove(ref) // damaged, or the disk can't read it
	}
	c.used += found.size - c.size(ref)
	c.files.Add(ref, cached{size: found.size, checked: found})
	return nil
}
