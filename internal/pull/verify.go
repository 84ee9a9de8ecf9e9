package pull

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Verification is how the folder differs from its lock; all lists are of paths, in order.
type Verification struct {
	Files   int      `json:"files"` // in the lock
	Changed []string `json:"changed"`
	Missing []string `json:"missing"`
	// Unknown are files in the kit's folders that the lock does not name. What lies beside
	// these folders is nobody's business.
	Unknown []string `json:"unknown"`
}

// OK tells that nothing differs.
func (v *Verification) OK() bool { return len(v.Changed)+len(v.Missing)+len(v.Unknown) == 0 }

// Verify compares the folder with its lock, and asks nobody.
func (c *Client) Verify() (*Verification, error) {
	v := &Verification{Changed: []string{}, Missing: []string{}, Unknown: []string{}}
	_, err := c.withSession(false, func(s *session) error {
		if s.old == nil {
			return ErrNoLock
		}
		return s.verify(v)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (s *session) verify(v *Verification) error {
	v.Files = len(s.old.Files)
	locked := s.old.byPath()
	var tops []string
	for _, f := range s.old.sorted() {
		what, _, err := s.folder.look(f.Path)
		switch {
		case err != nil:
			return err
		case what == absent:
			v.Missing = append(v.Missing, f.Path)
		case what != f.SHA256:
			v.Changed = append(v.Changed, f.Path)
		}
		if top, _, below := strings.Cut(f.Path, "/"); below && !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	for _, top := range tops {
		err := fs.WalkDir(s.folder.root.FS(), top, func(name string, entry fs.DirEntry, err error) error {
			switch _, known := locked[name]; {
			case errors.Is(err, fs.ErrNotExist) && name == top:
				return fs.SkipDir
			case err != nil:
				return fmt.Errorf("pull: %w", err)
			case !entry.IsDir() && !known:
				v.Unknown = append(v.Unknown, name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
