package pull

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gofrs/flock"
)

// Names in our own folder, beside what is named by its digest.
const (
	ownFolder   = ".signet"
	ownLock     = ownFolder + "/pull.lock"
	ownIgnore   = ownFolder + "/.gitignore"
	journalName = ownFolder + "/journal"
)

// folder is the folder that is pulled into. Everything that changes something in it goes
// through step, where tests break off.
type folder struct {
	root  *os.Root
	lock  *flock.Flock // nil for who only reads and finds nothing of ours
	step  func(what string) error
	flush func(*os.File) error
}

// openFolder opens a folder for one at a time. Unless something is begun, what is not there
// is not made: a folder can also be read where nothing may be written.
func (c *Client) openFolder(begin bool) (_ *folder, err error) {
	f := &folder{step: c.step, flush: c.flush}
	if f.step == nil {
		f.step = func(string) error { return nil }
	}
	if f.flush == nil {
		f.flush = (*os.File).Sync
	}
	if begin {
		if err := f.step("make the folder"); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(c.Dir, 0o755); err != nil { //nolint:gosec // a kit is for everybody on the machine
			return nil, fmt.Errorf("pull: %w", err)
		}
	}
	if f.root, err = os.OpenRoot(c.Dir); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoLock
	} else if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	if err := f.own(c.Dir, begin); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// own takes our own folder.
func (f *folder) own(dir string, begin bool) error {
	info, err := f.root.Lstat(ownFolder)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !begin:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		if err := f.mkdir(ownFolder); err != nil {
			return err
		}
	case err != nil:
		return fmt.Errorf("pull: %w", err)
	case !info.IsDir():
		return inTheWay([]string{ownFolder})
	}
	if info, err := f.root.Lstat(ownLock); err == nil && !info.Mode().IsRegular() {
		return inTheWay([]string{ownLock})
	}
	lock := flock.New(filepath.Join(dir, filepath.FromSlash(ownLock)), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	if !got {
		return ErrBusy
	}
	f.lock = lock
	if _, err := f.root.Lstat(ownIgnore); begin && errors.Is(err, fs.ErrNotExist) {
		return f.write(ownIgnore, []byte("*\n"))
	}
	return nil
}

func (f *folder) close() error {
	var err error
	if f.lock != nil {
		err = f.lock.Close()
	}
	return errors.Join(err, f.root.Close())
}

func (f *folder) mkdir(name string) error {
	if err := f.step("make " + name); err != nil {
		return err
	}
	if err := f.root.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}

// mkdirs makes the folders above a path, and tells of each that it made.
func (f *folder) mkdirs(name string, made func(folder string)) error {
	for i, r := range name {
		if r != '/' {
			continue
		}
		if _, err := f.root.Lstat(name[:i]); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := f.mkdir(name[:i]); err != nil {
			return err
		}
		made(name[:i])
	}
	return nil
}

func (f *folder) rename(from, to string) error {
	if err := f.step("rename to " + to); err != nil {
		return err
	}
	if err := f.root.Rename(from, to); err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}

// remove removes what may be gone already.
func (f *folder) remove(name string) error {
	if err := f.step("remove " + name); err != nil {
		return err
	}
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}

// write puts a whole file into its place, on the disk.
func (f *folder) write(name string, text []byte) error {
	made := path.Join(ownFolder, path.Base(name)+".new")
	p, err := f.openPart(made, false)
	if err != nil {
		return err
	}
	if _, err = p.Write(text); err == nil {
		err = f.flush(p.file)
	}
	if err := errors.Join(err, p.close()); err != nil {
		return err
	}
	if err := f.rename(made, name); err != nil {
		return err
	}
	return f.flushFolder(path.Dir(name))
}

// flushFolder sees to it that names are on the disk. Windows does that by itself, and
// refuses to be asked.
func (f *folder) flushFolder(name string) error {
	d, err := f.root.Open(name)
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	err = f.flush(d)
	if runtime.GOOS == "windows" {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// sweep removes what an earlier pull has left in our own folder.
func (f *folder) sweep() error {
	entries, err := fs.ReadDir(f.root.FS(), ownFolder)
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	for _, e := range entries {
		name := ownFolder + "/" + e.Name()
		if name == ownLock || name == ownIgnore || e.IsDir() {
			continue
		}
		if err := f.remove(name); err != nil {
			return err
		}
	}
	return nil
}

// prune removes folders above a path that are empty.
func (f *folder) prune(name string) error {
	for up := path.Dir(name); up != "."; up = path.Dir(up) {
		entries, err := fs.ReadDir(f.root.FS(), up)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil || len(entries) > 0 {
			return nil //nolint:nilerr // a folder that can't be read is not ours to remove
		}
		if err := f.remove(up); err != nil {
			return err
		}
	}
	return nil
}

// stagedName is where the bytes with a digest wait; of several paths with the same bytes
// each takes a copy.
func stagedName(sha string, copied int) string {
	if copied == 0 {
		return ownFolder + "/" + sha
	}
	return fmt.Sprintf("%s/%s.%d", ownFolder, sha, copied)
}

// isStaged tells whether a name is one of stagedName.
func isStaged(name string) bool {
	rest, ok := strings.CutPrefix(name, ownFolder+"/")
	sha, number, copied := strings.Cut(rest, ".")
	return ok && isDigest(sha) && (!copied || number != "" && strings.Trim(number, "0123456789") == "")
}
