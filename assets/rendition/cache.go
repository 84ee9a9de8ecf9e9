package rendition

import (
	"container/list"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"signet/assets"
)

// digestLine is what each file begins with: the digest of what follows, and a
// line feed. A file that a crash or a bad disk damaged is made again.
const digestLine = 64 + 1

const unfinished = "unfinished-"

// cache keeps renditions as files of one directory, named by their key. When
// they take more than a limit, the ones that were not used for longest go.
// Nothing is synced: what is lost is made again.
type cache struct {
	root  *os.Root
	limit int64 // bytes

	// mu guards the rest.
	mu    sync.Mutex
	byKey map[assets.Ref]*list.Element // of *entry
	used  *list.List                   // the most recently used first
	size  int64
}

type entry struct {
	key  assets.Ref
	size int64
}

// openCache opens a cache in dir, which it makes if it is missing.
func openCache(dir string, limit int64) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	c := &cache{root: root, limit: limit, byKey: map[assets.Ref]*list.Element{}, used: list.New()}
	if err := c.load(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return c, nil
}

// load reads which files there are. Their modification time is that of their
// last use.
func (c *cache) load() error {
	entries, err := fs.ReadDir(c.root.FS(), ".")
	if err != nil {
		return err
	}
	type file struct {
		entry
		used time.Time
	}
	var files []file
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		key, err := assets.ParseRef(e.Name())
		if err == nil {
			files = append(files, file{entry{key, info.Size()}, info.ModTime()})
			continue
		}
		if strings.HasPrefix(e.Name(), unfinished) {
			if err := c.root.Remove(e.Name()); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(files, func(a, b file) int { return a.used.Compare(b.used) })
	for _, f := range files {
		c.remember(f.entry)
	}
	return nil
}

// stored is an open rendition: the file without its first line.
type stored struct {
	*io.SectionReader
	file   *os.File
	digest assets.Ref
}

func (s *stored) Close() error { return s.file.Close() }

// get opens a rendition, or returns assets.ErrNotFound.
func (c *cache) get(ctx context.Context, key assets.Ref) (*stored, error) {
	c.mu.Lock()
	e, ok := c.byKey[key]
	if ok {
		c.used.MoveToFront(e)
	}
	c.mu.Unlock()
	if !ok {
		return nil, assets.ErrNotFound
	}
	s, err := c.open(ctx, key)
	if err != nil && ctx.Err() == nil {
		c.forget(key)
		return nil, assets.ErrNotFound.From(err)
	}
	return s, err
}

func (c *cache) open(ctx context.Context, key assets.Ref) (_ *stored, err error) {
	f, err := c.root.Open(string(key))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var line [digestLine]byte
	if _, err := f.ReadAt(line[:], 0); err != nil {
		return nil, err
	}
	digest, err := assets.ParseRef(string(line[:digestLine-1]))
	if err != nil {
		return nil, err
	}
	s := &stored{SectionReader: io.NewSectionReader(f, digestLine, info.Size()-digestLine), file: f, digest: digest}
	if err := assets.Rehash(ctx, digest, s); err != nil {
		return nil, err
	}
	_, err = s.Seek(0, io.SeekStart)
	// Only the order in which files go after the next start depends on it.
	_ = c.root.Chtimes(string(key), time.Time{}, time.Now())
	return s, err
}

// put keeps a rendition.
func (c *cache) put(key assets.Ref, rendition []byte) error {
	name := unfinished + rand.Text()
	content := append([]byte(string(assets.RefOf(rendition))+"\n"), rendition...)
	err := c.root.WriteFile(name, content, 0o600)
	if err == nil {
		err = c.root.Rename(name, string(key))
	}
	if err != nil {
		if e := c.root.Remove(name); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		return fmt.Errorf("keeping a rendition: %w", err)
	}
	c.remember(entry{key, int64(len(content))})
	return nil
}

// remember counts a file that is there, and removes the oldest others until all
// are within the limit.
func (c *cache) remember(e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(e.key)
	c.byKey[e.key] = c.used.PushFront(&e)
	c.size += e.size
	for c.size > c.limit && c.used.Len() > 1 {
		oldest := c.used.Back().Value.(*entry).key //nolint:forcetypeassert // nothing else is in the list
		c.drop(oldest)
		// One that can't be removed now is counted again at the next start.
		_ = c.root.Remove(path.Clean(string(oldest)))
	}
}

// forget removes a file that is damaged.
func (c *cache) forget(key assets.Ref) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
	_ = c.root.Remove(string(key)) // it may be gone already
}

// drop no longer counts a file. The caller holds mu.
func (c *cache) drop(key assets.Ref) {
	e, ok := c.byKey[key]
	if !ok {
		return
	}
	if dropped, ok := c.used.Remove(e).(*entry); ok {
		c.size -= dropped.size
	}
	delete(c.byKey, key)
}

func (c *cache) close() error { return c.root.Close() }
