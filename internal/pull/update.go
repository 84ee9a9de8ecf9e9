package pull

import (
	"context"
	"slices"
	"strings"

	"signet/domain"
)

// Update moves the items that are named to what is in force; the others stay as they are
// locked, and are refused as Locked does if they were withdrawn. Without items it moves
// everything, as Pull.
//
// What tells of the whole kit (kit.json, tokens.json, index.html) can't tell of versions
// that were never in force together. Unless all others are what is in force anyway, it is
// left out, until everything is updated.
func (c *Client) Update(ctx context.Context, items ...string) (*Report, error) {
	if len(items) == 0 {
		if err := c.begun(); err != nil {
			return nil, err
		}
		return c.Pull(ctx, Change{})
	}
	return c.run(false, func(s *session) error {
		return s.bring(ctx, func() (*target, error) { return s.some(ctx, items) })
	})
}

// some is what is in force of some items, and of the others what is locked.
func (s *session) some(ctx context.Context, items []string) (*target, error) {
	now, err := s.current(ctx, s.next())
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		ofIt := func(f File) bool { return f.Item == i }
		if i == "" || !slices.ContainsFunc(s.old.Files, ofIt) && !slices.ContainsFunc(now.lock.Files, ofIt) {
			return nil, domain.Refuse(domain.NotFound, unknownItem, "%s is neither here nor in force", plain(i)).At("item")
		}
	}
	moves := func(f File) bool { return slices.Contains(items, f.Item) }
	held := pick(s.old.Files, func(f File) bool { return f.Item != "" && !moves(f) })
	others := pick(now.lock.Files, func(f File) bool { return f.Item != "" && !moves(f) })
	if slices.EqualFunc(held, others, sameBytes) {
		return now, nil // the whole kit is what is in force
	}
	if err := s.stillThere(ctx, s.old, held); err != nil {
		return nil, err
	}
	for i := range held {
		held[i].AsOf = s.old.at(held[i])
	}
	next := *now.lock
	next.Manifest = ""
	next.Files = slices.Concat(held, pick(now.lock.Files, func(f File) bool { return f.Item != "" && moves(f) }))
	return &target{lock: &next, withdrawn: now.withdrawn}, checkFiles(next.Files, invalidManifest)
}

// pick are some of the files, in the order of their paths.
func pick(files []File, which func(File) bool) []File {
	var out []File
	for _, f := range files {
		if which(f) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// sameBytes tells whether two files are the same, whenever they were in force.
func sameBytes(a, b File) bool {
	return a.Path == b.Path && a.SHA256 == b.SHA256 && a.version() == b.version()
}
