package pull

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// What can stand at a path that is no file.
const (
	absent = ""
	other  = "other" // a folder, a link, a device; or what leads there is no folder
)

// look returns the SHA-256 of the file at a path, or what else is there. Links are not
// followed. With blocked nothing can be renamed to there.
func (f *folder) look(name string) (what string, blocked bool, err error) {
	for i, r := range name {
		if r != '/' {
			continue
		}
		info, err := f.root.Lstat(name[:i])
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return absent, false, nil
		case err != nil:
			return "", false, fmt.Errorf("pull: %w", err)
		case !info.IsDir():
			return other, true, nil
		}
	}
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absent, false, nil
	case err != nil:
		return "", false, fmt.Errorf("pull: %w", err)
	case !info.Mode().IsRegular():
		return other, info.IsDir(), nil
	}
	file, err := f.root.Open(name)
	if err != nil {
		return "", false, fmt.Errorf("pull: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", false, fmt.Errorf("pull: %s: %w", name, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), false, nil
}

// readLock reads the lock; ErrNoLock if there is none.
func (f *folder) readLock() (*Lock, error) {
	info, err := f.root.Lstat(LockName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoLock
	case err != nil:
		return nil, fmt.Errorf("pull: %w", err)
	case !info.Mode().IsRegular():
		return nil, inTheWay([]string{LockName})
	}
	file, err := f.root.Open(LockName)
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	defer file.Close()
	return ReadLock(file)
}
