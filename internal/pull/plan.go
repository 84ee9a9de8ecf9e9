package pull

// plan is what is to be done to bring the folder to a lock.
type plan struct {
	lock    *Lock
	puts    []change
	removes []change
	files   []File            // of puts, one by one
	have    map[string]string // paths of files in the folder, by their digests
}

// compare finds out what differs between the folder and a lock, and refuses to overwrite
// what somebody changed by hand.
func (s *session) compare(want *Lock) (*plan, error) {
	r := &s.report
	r.Added, r.Changed, r.Restored, r.Removed, r.Kept, r.Unchanged = []string{}, []string{}, []string{}, []string{}, []string{}, 0
	p := &plan{lock: want, have: map[string]string{}}
	old, wanted := s.old.byPath(), want.byPath()
	respelled, err := s.leave(p, wanted)
	if err != nil {
		return nil, err
	}
	var changed, ways []string
	for _, f := range want.sorted() {
		what, blocked, err := s.folder.look(f.Path)
		if err != nil {
			return nil, err
		}
		was, known := old[f.Path]
		if isDigest(what) {
			p.have[what] = f.Path
		}
		switch {
		case blocked:
			ways = append(ways, f.Path)
			continue
		case what == f.SHA256 && !respelled[fold(f.Path)]:
			r.Unchanged++
			continue
		case what != absent && what != was.SHA256 && !s.Force && !respelled[fold(f.Path)]:
			changed = append(changed, f.Path)
			continue
		case !known:
			r.Added = append(r.Added, f.Path)
		case was.SHA256 != f.SHA256:
			r.Changed = append(r.Changed, f.Path)
		default:
			r.Restored = append(r.Restored, f.Path)
		}
		p.puts = append(p.puts, change{Path: f.Path, Was: what, SHA256: f.SHA256})
		p.files = append(p.files, f)
	}
	switch {
	case len(ways) > 0:
		return nil, inTheWay(ways)
	case len(changed) > 0:
		return nil, locallyChanged(changed)
	}
	return p, nil
}

// leave plans to remove what is no longer part and was not changed. It returns the folded
// paths of these: a file that comes and differs from one in its spelling only may be the
// same one.
func (s *session) leave(p *plan, wanted map[string]File) (map[string]bool, error) {
	respelled := map[string]bool{}
	if s.old == nil {
		return respelled, nil
	}
	for _, f := range s.old.sorted() {
		if _, stays := wanted[f.Path]; stays {
			continue
		}
		what, _, err := s.folder.look(f.Path)
		switch {
		case err != nil:
			return nil, err
		case what == f.SHA256:
			p.removes = append(p.removes, change{Path: f.Path, Was: what})
			p.have[what] = f.Path
			respelled[fold(f.Path)] = true
			s.report.Removed = append(s.report.Removed, f.Path)
		case what != absent:
			s.report.Kept = append(s.report.Kept, f.Path)
		}
	}
	return respelled, nil
}

// distinct are the files of which bytes are needed, each digest once.
func (p *plan) distinct() []File {
	var out []File
	seen := map[string]bool{}
	for _, f := range p.files {
		if !seen[f.SHA256] {
			seen[f.SHA256] = true
			out = append(out, f)
		}
	}
	return out
}

// hand gives each path its staged file, and makes copies for those that share bytes.
func (s *session) hand(p *plan) error {
	used := map[string]int{}
	for i := range p.puts {
		c := &p.puts[i]
		c.Staged = stagedName(c.SHA256, used[c.SHA256])
		if used[c.SHA256] > 0 {
			if err := s.folder.copyStaged(c.SHA256, used[c.SHA256]); err != nil {
				return err
			}
		}
		used[c.SHA256]++
	}
	if len(used) == 0 {
		return nil
	}
	return s.folder.flushFolder(ownFolder)
}
