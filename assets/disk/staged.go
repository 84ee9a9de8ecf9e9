package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"signet/assets"
)

// staged is an upload in the staged folder.
type staged struct {
	store *Store
	file  file
	name  string
	ended bool
}

// Stage is [assets.Store].Stage.
func (s *Store) Stage(ctx context.Context) (assets.Staged, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.create == nil {
		return nil, ErrReadOnly
	}
	name := path.Join(stagedFolder, fmt.Sprintf("%s-%d", ours, s.counter.Add(1)))
	f, err := s.create(name)
	if err != nil {
		return nil, toldOfWriting(err)
	}
	return &staged{store: s, file: f, name: name}, nil
}

func (u *staged) Write(p []byte) (int, error) {
	n, err := u.file.Write(p)
	return n, toldOfWriting(err)
}

func (u *staged) ReadAt(p []byte, off int64) (int, error) {
	n, err := u.file.ReadAt(p, off)
	return n, told(err)
}

// Publish renames even when the blob is there already: if that one was damaged,
// this mends it, and who has it open keeps the file that was opened.
func (u *staged) Publish(ctx context.Context, ref assets.Ref) error {
	if u.ended {
		return fs.ErrClosed
	}
	name, err := place(ref)
	if err != nil {
		return err
	}
	if err := u.file.Sync(); err != nil {
		return toldOfWriting(err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := u.store.root.Rename(u.name, name); err != nil {
		return toldOfWriting(err)
	}
	u.ended = true
	return toldOfWriting(errors.Join(u.file.Close(), u.store.sync(path.Dir(name))))
}

// Discard is [assets.Staged].Discard.
func (u *staged) Discard() error {
	if u.ended {
		return nil
	}
	u.ended = true
	err := u.store.root.Remove(u.name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return told(errors.Join(u.file.Close(), err))
}
