package pull

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
)

// part is a file in our own folder that is being written.
type part struct {
	folder  *folder
	name    string
	file    *os.File
	sum     hash.Hash // of what is in it
	n       int64     // bytes in it
	counted func(int64)
}

// openPart opens a file to be written on, or a new one in its place.
func (f *folder) openPart(name string, goOn bool) (*part, error) {
	if err := f.step("open " + name); err != nil {
		return nil, err
	}
	info, err := f.root.Lstat(name)
	if err == nil && (!goOn || !info.Mode().IsRegular()) { // a link would lead elsewhere
		err = f.root.Remove(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("pull: %w", err)
	}
	file, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	p := &part{folder: f, name: name, file: file, sum: sha256.New(), counted: func(int64) {}}
	if p.n, err = io.Copy(p.sum, file); err != nil {
		return nil, errors.Join(fmt.Errorf("pull: %w", err), file.Close())
	}
	return p, nil
}

func (p *part) size() int64 { return p.n }

func (p *part) Write(b []byte) (int, error) {
	if err := p.folder.step("write " + p.name); err != nil {
		return 0, err
	}
	n, err := p.file.Write(b)
	p.sum.Write(b[:n])
	p.n += int64(n)
	p.counted(int64(n))
	if err != nil {
		return n, fmt.Errorf("pull: %w", err)
	}
	return n, nil
}

// restart forgets what is in it.
func (p *part) restart() error {
	if err := p.folder.step("empty " + p.name); err != nil {
		return err
	}
	p.counted(-p.n)
	p.n = 0
	p.sum.Reset()
	_, err := p.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, p.file.Truncate(0)); err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}

// stage gives the part its name if it is what it has to be, and is on the disk. Otherwise
// nothing of it is kept, and the error is a movedError.
func (p *part) stage(f File) error {
	if p.n != f.Bytes || hex.EncodeToString(p.sum.Sum(nil)) != f.SHA256 {
		return errors.Join(&movedError{f.Path + " has other bytes than were listed"}, p.restart())
	}
	if err := p.folder.flush(p.file); err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	if err := p.close(); err != nil {
		return err
	}
	return p.folder.rename(p.name, stagedName(f.SHA256, 0))
}

// close may be called again.
func (p *part) close() error {
	if err := p.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}
