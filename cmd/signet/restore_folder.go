package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"signet/internal/backup"
	"signet/internal/eventlog"
	"signet/internal/wholefile"
)

const (
	// restoringFolder is where a registry is put together, in the folder that is to hold it.
	restoringFolder = ".restoring"
	// ancestorFile tells of the log that a restored one begins with.
	ancestorFile = "ancestor.json"
	// notYet stands in the place of the log until there is one. It is no log, so that
	// every verb refuses the folder.
	notYet = "A restore into this folder has not ended. Begin it again by the same command.\n"
)

// restoring is a folder in which a registry is put together, in a folder of its own that is
// emptied into it at the end, the log last.
type restoring struct {
	data, dir string
	fresh     bool // the folder was made for it
	remote    bool
}

// beginRestore begins, or begins again, in a folder that is empty or missing but for what
// an interrupted one has left.
func beginRestore(data string, remote bool) (*restoring, error) {
	w := &restoring{data: data, dir: filepath.Join(data, restoringFolder), remote: remote}
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		w.fresh = true
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		return nil, err
	}
	again := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == restoringFolder })
	for _, entry := range entries {
		// After an interruption at the end some parts have been moved already.
		if !again || entry.Name() == logFile && !w.marked() {
			return nil, &backup.Error{Code: backup.NotEmpty, Leaf: -1, Sentence: fmt.Sprintf("in %s there is %s", data, entry.Name())}
		}
	}
	if again {
		if err := w.moveBack(entries); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return nil, err
	}
	return w, wholefile.Write(filepath.Join(data, logFile), []byte(notYet))
}

// marked tells whether what stands in the place of the log says that there is none yet.
func (w *restoring) marked() bool {
	text, err := os.ReadFile(filepath.Join(w.data, logFile))
	return err == nil && string(text) == notYet
}

// moveBack undoes what finish had begun, and forgets all but files, which are whole.
func (w *restoring) moveBack(entries []fs.DirEntry) error {
	for _, entry := range entries {
		from := filepath.Join(w.data, entry.Name())
		var err error
		switch entry.Name() {
		case restoringFolder, logFile:
		case "blobs":
			err = os.Rename(from, filepath.Join(w.dir, entry.Name()))
		default:
			err = os.RemoveAll(from)
		}
		if err != nil {
			return err
		}
	}
	left, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, entry := range left {
		if entry.Name() != "blobs" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(w.dir, entry.Name())))
		}
	}
	return err
}

// keep writes what stands beside the log.
func (w *restoring) keep(made *backup.Restored) error {
	for name, content := range made.Keys {
		if err := wholefile.Write(filepath.Join(w.dir, name), content); err != nil {
			return err
		}
	}
	if made.Ancestor == nil {
		return nil
	}
	text, err := made.Ancestor.JSON()
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(w.dir, ancestorFile), append(text, '\n'))
}

// finish moves everything to where it belongs, the log last: then there is a registry.
func (w *restoring) finish() error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	hasLog := false
	for _, entry := range entries {
		name := entry.Name()
		if name == logFile {
			hasLog = true
			continue
		}
		if strings.HasPrefix(name, logFile) || name == nodeFile { // its lock; nothing is left in its write-ahead log
			continue
		}
		if err := os.Rename(filepath.Join(w.dir, name), filepath.Join(w.data, name)); err != nil {
			return err
		}
	}
	if err := syncFolder(w.data); err != nil {
		return err
	}
	if hasLog {
		err = os.Rename(filepath.Join(w.dir, logFile), filepath.Join(w.data, logFile))
	} else {
		err = os.Remove(filepath.Join(w.data, logFile))
	}
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(w.dir), syncFolder(w.data))
}

// giveUp leaves nothing behind where nothing was written: after a refusal.
func (w *restoring) giveUp(why error) error {
	if code := backup.CodeOf(why); code == "" || code == backup.RepositoryUnavailable {
		return nil // it can be begun again
	}
	if _, err := os.Stat(filepath.Join(w.dir, "blobs")); err == nil {
		for _, err := range walk(filepath.Join(w.dir, "blobs")) {
			return err // files were restored: they are kept for the next time
		}
	}
	err := errors.Join(os.RemoveAll(w.dir), os.Remove(filepath.Join(w.data, logFile)))
	if w.fresh {
		err = errors.Join(err, os.Remove(w.data))
	}
	return err
}

// walk yields the files below a folder.
func walk(dir string) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				return nil
			}
			if !yield(path, err) {
				return fs.SkipAll
			}
			return nil
		})
	}
}

func syncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// unlocked is the log itself, which can do more than what wraps it.
func unlocked(log eventlog.Log) eventlog.Log {
	if own, ok := log.(ownLog); ok {
		return own.Log
	}
	return log
}
