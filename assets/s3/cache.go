package s3

import (
	"cmp"
	"errors"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"signet/assets"
)

// The folders of the cache are called otherwise than those of package disk, so
// that a cache in the folder of such a store does not empty it.
const (
	cachedFolder   = "cached"
	incomingFolder = "incoming"
	lockFile       = "lock"
)

// cache is the local folder. Its files need no sync: one that a loss of power has
// damaged is found at its first use, and fetched again.
type cache struct {
	root  *os.Root
	lock  *flock.Flock
	limit int64 // bytes

	mu    sync.Mutex // guards what follows, and the files in cachedFolder
	files *simplelru.LRU[assets.Ref, cached]
	used  int64              // bytes of files, and of those that are being fetched
	pins  map[assets.Ref]int // files that somebody is about to open
}

// cached is a file of the cache.
type cached struct {
	size int64
	// checked is the file that was found to hold what its name says; it is zero
	// if an earlier process has fetched it.
	checked identity
}

// openCache locks the folder, makes what is missing, for this user only, sweeps
// uploads that an earlier process did not finish, and counts what is there.
func openCache(dir string, limit int64) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, told(err)
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, told(err)
	}
	if !locked {
		return nil, ErrCacheInUse
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(told(err), lock.Close())
	}
	files, err := simplelru.NewLRU[assets.Ref, cached](math.MaxInt, nil) // bytes are what bounds it
	c := &cache{root: root, lock: lock, limit: limit, files: files, pins: map[assets.Ref]int{}}
	if err := errors.Join(err, root.MkdirAll(cachedFolder, 0o700), root.MkdirAll(incomingFolder, 0o700)); err != nil {
		return nil, errors.Join(told(err), c.close())
	}
	if err := errors.Join(c.sweep(), c.load()); err != nil {
		return nil, errors.Join(told(err), c.close())
	}
	return c, nil
}

func (c *cache) close() error { return errors.Join(c.root.Close(), c.lock.Close()) }

// sweep removes what an earlier process was taking in: the lock says that there
// is none beside this one.
func (c *cache) sweep() error {
	entries, err := fs.ReadDir(c.root.FS(), incomingFolder)
	for _, entry := range entries {
		err = errors.Join(err, c.root.Remove(path.Join(incomingFolder, entry.Name())))
	}
	return err
}

// load counts the files in the order in which they were fetched; in which order
// they were read is not known any more.
func (c *cache) load() error {
	type found struct {
		ref      assets.Ref
		size     int64
		modified time.Time
	}
	var all []found
	err := fs.WalkDir(c.root.FS(), cachedFolder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		ref, errRef := assets.ParseRef(entry.Name())
		if errRef != nil || name != cachedPlace(ref) {
			return nil //nolint:nilerr // it is not the cache's, which leaves it alone
		}
		info, err := entry.Info()
		if err == nil {
			all = append(all, found{ref, info.Size(), info.ModTime()})
		}
		return err
	})
	slices.SortFunc(all, func(a, b found) int { return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.ref, b.ref)) })
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range all {
		c.files.Add(f.ref, cached{size: f.size})
		c.used += f.size
	}
	c.evict()
	return err
}

func cachedPlace(ref assets.Ref) string {
	return path.Join(cachedFolder, string(ref[:2]), string(ref))
}

// pin keeps a file from being evicted until it is unpinned: whoever has it
// fetched gets to open it, however small the cache is.
func (c *cache) pin(ref assets.Ref) (unpin func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pins[ref]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.pins[ref]--; c.pins[ref] == 0 {
			delete(c.pins, ref)
		}
		c.evict()
	}
}

// size is what a file is counted with. mu is held.
func (c *cache) size(ref assets.Ref) int64 {
	known, _ := c.files.Peek(ref)
	return known.size
}

// drop removes a file; who has it open keeps it.
func (c *cache) drop(ref assets.Ref) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.remove(ref)
}

// remove removes a file, if there is one. mu is held.
func (c *cache) remove(ref assets.Ref) error {
	c.used -= c.size(ref)
	c.files.Remove(ref)
	if err := c.root.Remove(cachedPlace(ref)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// evict removes the files that were not read for the longest time until the rest
// is within the limit. mu is held.
func (c *cache) evict() {
	for spared := 0; c.used > c.limit; {
		oldest, _, ok := c.files.GetOldest()
		if !ok || spared > len(c.pins) {
			return
		}
		if c.pins[oldest] > 0 {
			c.files.Get(oldest) // makes it the newest
			spared++
			continue
		}
		// A file that can't be removed is no reason to refuse a blob.
		_ = c.remove(oldest)
	}
}

// reserve makes room for bytes that are about to come, or gives it back.
func (c *cache) reserve(bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used += bytes
	c.evict()
}
