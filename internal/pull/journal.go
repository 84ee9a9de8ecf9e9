package pull

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

const journalFormat = "signet-journal/v1"

// journal is what is to be done, when all that it takes is there. It can be carried out
// again from any point at which it was left.
type journal struct {
	Format  string   `json:"format"`
	Removes []change `json:"removes,omitempty"`
	Puts    []change `json:"puts,omitempty"`
	Lock    string   `json:"lock"` // the whole text
}

// change is a file that goes, or comes from one that is staged.
type change struct {
	Path string `json:"path"`
	Was  string `json:"was,omitempty"` // as by look
	// SHA256 and Staged are those of what comes.
	SHA256 string `json:"sha256,omitempty"`
	Staged string `json:"staged,omitempty"`
}

// commit writes the journal, from which moment on it will be carried out.
func (f *folder) commit(j *journal) error {
	text, err := encode(j, "")
	if err != nil {
		return err
	}
	return f.write(journalName, text)
}

// readJournal returns what was begun; nil if nothing was.
func (f *folder) readJournal() (*journal, error) {
	info, err := f.root.Lstat(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > 2*maxList) {
		err = inTheWay([]string{journalName})
	}
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	text, err := f.root.ReadFile(journalName)
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	var j journal
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("pull: %s can't be read; remove it and pull again: %w", journalName, err)
	}
	return &j, j.check()
}

// check refuses a journal that did not come from here: the folder may have been copied from
// anywhere.
func (j *journal) check() error {
	if j.Format != journalFormat {
		return fmt.Errorf("pull: %s has the format %q; remove it and pull again", journalName, plain(j.Format))
	}
	for _, c := range slices.Concat(j.Removes, j.Puts) {
		if err := checkPath(c.Path); err != nil {
			return err
		}
	}
	for _, c := range j.Puts {
		if !isDigest(c.SHA256) || !isStaged(c.Staged) {
			return unsafePath(c.Path, "comes from nowhere")
		}
	}
	_, err := ReadLock(strings.NewReader(j.Lock))
	return err
}

// recover finishes what an earlier pull has begun, and tells whether there was something.
func (f *folder) recover(force bool) (bool, error) {
	if f.lock == nil {
		return false, nil // there is no folder of ours
	}
	j, err := f.readJournal()
	if j == nil || err != nil {
		return false, err
	}
	if err := f.unchanged(j, force); err != nil {
		return false, err
	}
	return true, f.carryOut(j)
}

// unchanged refuses to go on where somebody has changed by hand meanwhile what the journal
// would overwrite.
func (f *folder) unchanged(j *journal, force bool) error {
	var changed, ways []string
	for _, c := range j.Puts {
		what, blocked, err := f.look(c.Path)
		switch {
		case err != nil:
			return err
		case blocked:
			ways = append(ways, c.Path)
		case what != absent && what != c.Was && what != c.SHA256:
			changed = append(changed, c.Path)
		}
	}
	switch {
	case len(ways) > 0:
		return inTheWay(ways)
	case len(changed) > 0 && !force:
		return locallyChanged(changed)
	}
	return nil
}

// carryOut does what the journal says, as far as it is not done.
func (f *folder) carryOut(j *journal) error {
	touched := map[string]bool{".": true}
	for _, c := range j.Removes { // first: on some systems a file that comes is called like one that goes
		what, _, err := f.look(c.Path)
		if err != nil {
			return err
		}
		if what != absent && (what != c.Was || what == other) {
			continue // somebody has changed it
		}
		if what != absent {
			if err := f.remove(c.Path); err != nil {
				return err
			}
			for up := path.Dir(c.Path); up != "."; up = path.Dir(up) {
				touched[up] = true
			}
		}
		if err := f.prune(c.Path); err != nil {
			return err
		}
	}
	for _, c := range j.Puts {
		if err := f.put(c, touched); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(touched)) {
		if err := f.flushFolder(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := f.write(LockName, []byte(j.Lock)); err != nil {
		return err
	}
	if err := f.remove(journalName); err != nil {
		return err
	}
	return errors.Join(f.flushFolder(ownFolder), f.sweep())
}

// put puts a staged file into its place.
func (f *folder) put(c change, touched map[string]bool) error {
	err := f.mkdirs(c.Path, func(made string) { touched[path.Dir(made)] = true })
	if err != nil {
		return err
	}
	touched[path.Dir(c.Path)] = true
	if _, err := f.root.Lstat(c.Staged); !errors.Is(err, fs.ErrNotExist) {
		return f.rename(c.Staged, c.Path)
	}
	what, _, err := f.look(c.Path)
	if err == nil && what != c.SHA256 {
		err = fmt.Errorf("pull: %s was begun, and what it takes is not there any more; remove %s and pull again", c.Path, journalName)
	}
	return err
}

// copyStaged makes a further copy of staged bytes.
func (f *folder) copyStaged(sha string, number int) (err error) {
	from, err := f.root.Open(stagedName(sha, 0))
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	defer from.Close()
	p, err := f.openPart(stagedName(sha, number), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if _, err := io.Copy(p, from); err != nil {
		return err
	}
	return f.flush(p.file)
}
