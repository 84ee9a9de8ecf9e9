// Package wholefile writes small files that must never be there by halves, such as keys.
package wholefile

import (
	"errors"
	"os"
	"path/filepath"
)

// Write puts a file in place for this user only (mode 0600), whole and durable: when it
// returns there is the new content, whatever happens to the machine, and before that what
// was there. Its folder must exist. The errors are those of the file system; what was
// written beside is taken away again.
func Write(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // with the mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
