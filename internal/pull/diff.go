package pull

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"signet/domain"
)

// Difference is what a pull would change in the lock.
type Difference struct {
	Server string `json:"server"`
	// AsOf is the instant that the lock is compared with.
	AsOf time.Time `json:"asOf"`
	// Items are those that differ, by their keys.
	Items []ItemChange `json:"items"`
	// Whole are the paths of what tells of the whole kit, and would be another.
	Whole []string `json:"whole"`
}

// Same tells that nothing differs.
func (d *Difference) Same() bool { return len(d.Items)+len(d.Whole) == 0 }

// ItemChange is an item that is not in force as it is locked.
type ItemChange struct {
	Item string `json:"item"`
	From int    `json:"from,omitempty"` // the version that is locked; 0: none is
	To   int    `json:"to,omitempty"`   // that is in force; 0: none is, or it is not wanted
	// State is what has become of From: in_force, superseded or withdrawn; empty if the
	// registry does not tell.
	State   string   `json:"state,omitempty"`
	Added   []string `json:"added"` // paths
	Changed []string `json:"changed"`
	Removed []string `json:"removed"`
}

// Diff asks what a pull would change. It writes nothing, but for finishing a pull that was
// broken off.
func (c *Client) Diff(ctx context.Context) (*Difference, error) {
	if err := c.begun(); err != nil {
		return nil, err
	}
	d := &Difference{Items: []ItemChange{}, Whole: []string{}}
	_, err := c.withSession(false, func(s *session) error {
		if s.old == nil {
			return ErrNoLock
		}
		var err error
		if d.Server, err = s.server(); err != nil {
			return err
		}
		if s.remote, err = c.newRemote(d.Server); err != nil {
			return err
		}
		now, err := s.listed(ctx)
		if err != nil {
			return err
		}
		d.AsOf = now.AsOf
		return s.differ(ctx, d, now)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// listed is what is in force of what the lock wants. Named items that are not in force any
// more are left out rather than refused.
func (s *session) listed(ctx context.Context) (*Lock, error) {
	now := &Lock{Selection: s.old.Selection}
	known := s.old.Manifest
	for {
		m, _, asked, err := s.list(ctx, now.Selection, time.Time{}, known)
		if errors.Is(err, errNotModified) {
			return s.old, nil
		}
		refused := domain.AsError(err)
		switch {
		case refused != nil && refused.Reason == nothingSelected:
			return &Lock{AsOf: s.old.AsOf}, nil
		case refused != nil && refused.Reason == unknownItem:
			left, err := s.inForce(ctx, now.Selection.Items, refused)
			if err != nil {
				return nil, err
			}
			if len(left) == 0 {
				return &Lock{AsOf: s.old.AsOf}, nil
			}
			now.Selection.Items, known = left, ""
			continue
		case err != nil:
			return nil, err
		}
		now.AsOf, now.Files = asked, m.ours()
		return now, nil
	}
}

// inForce are those of the items of which the registry has a version in force. If that is
// all of them, the refusal stands.
func (s *session) inForce(ctx context.Context, items []string, refused error) ([]string, error) {
	var left []string
	for _, item := range items {
		one := s.old.Selection
		one.Items = []string{item}
		_, _, _, err := s.list(ctx, one, time.Time{}, "")
		if e := domain.AsError(err); e != nil && e.Reason == unknownItem {
			continue
		}
		if e := domain.AsError(err); err != nil && (e == nil || e.Reason != nothingSelected) {
			return nil, err
		}
		left = append(left, item)
	}
	if len(left) == len(items) {
		return nil, refused
	}
	return left, nil
}

// differ compares the lock with what is in force.
func (s *session) differ(ctx context.Context, d *Difference, now *Lock) error {
	old, is := s.old.byPath(), now.byPath()
	paths := map[string]bool{}
	for _, f := range slices.Concat(s.old.Files, now.Files) {
		paths[f.Path] = true
	}
	items := map[string]*ItemChange{}
	of := func(item string) *ItemChange {
		if items[item] == nil {
			items[item] = &ItemChange{Item: item, Added: []string{}, Changed: []string{}, Removed: []string{}}
		}
		return items[item]
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, had := old[path]
		comes, has := is[path]
		switch {
		case had && has && sameBytes(was, comes):
		case was.Item == "" && comes.Item == "":
			d.Whole = append(d.Whole, path)
		case !has:
			of(was.Item).Removed = append(of(was.Item).Removed, path)
		case !had:
			of(comes.Item).Added = append(of(comes.Item).Added, path)
		case was.SHA256 != comes.SHA256:
			of(comes.Item).Changed = append(of(comes.Item).Changed, path)
		default:
			of(comes.Item) // another version with the same bytes
		}
	}
	numbers(items, s.old.Files, func(c *ItemChange, n int) { c.From = n })
	numbers(items, now.Files, func(c *ItemChange, n int) { c.To = n })
	for _, item := range slices.Sorted(maps.Keys(items)) {
		c := items[item]
		if c.From > 0 {
			var err error
			if c.State, err = s.state(ctx, Version{item, c.From}); err != nil {
				return err
			}
		}
		d.Items = append(d.Items, *c)
	}
	return nil
}

// numbers tells the version of each item that has files.
func numbers(items map[string]*ItemChange, files []File, tell func(*ItemChange, int)) {
	for _, f := range files {
		if c := items[f.Item]; c != nil {
			tell(c, f.Version)
		}
	}
}
