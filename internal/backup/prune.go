package backup

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"signet/assets"
)

// grace is how old a file must be before it is taken for a leftover: one that no
// snapshot needs may be on its way into one.
const grace = 6 * time.Hour

// Pruned is what was removed.
type Pruned struct {
	Snapshots []string
	Files     int64 // others
	Bytes     int64 // of those
}

// Prune removes the snapshots that do not stay, and what no snapshot needs. It may be
// killed at any moment: snapshots go first, so that each that is left is whole.
func Prune(ctx context.Context, repo Repository, keep Retention, o Options) (Pruned, error) {
	if o.clock == nil {
		o.clock = time.Now
	}
	lock, ctx, err := acquire(ctx, repo, o.clock)
	if err != nil {
		return Pruned{}, err
	}
	defer lock.release()
	p, err := prune(ctx, repo, lock, keep, o)
	return p, errors.Join(err, lock.lost())
}

func prune(ctx context.Context, repo Repository, lock *lock, keep Retention, o Options) (Pruned, error) {
	var done Pruned
	all, damage := Snapshots(ctx, repo)
	if len(all) == 0 {
		return done, damage
	}
	if err := lock.sure(ctx); err != nil {
		return done, err
	}
	if err := sweepPrivate(ctx, repo, all[0], &done); err != nil || damage != nil {
		return done, errors.Join(err, damage) // what a damaged one needs is not known
	}
	gone := keep.removed(all)
	removed := make(map[string]bool, len(gone))
	for _, s := range gone {
		if err := repo.Delete(ctx, s.file()); err != nil {
			return done, told(ctx, s.file(), err)
		}
		removed[s.Name] = true
		done.Snapshots = append(done.Snapshots, s.Name)
	}
	var stay []*Snapshot
	for _, s := range all {
		if !removed[s.Name] {
			stay = append(stay, s)
		}
	}
	err := sweep(ctx, repo, lock, stay, &done, o)
	return done, err
}

// sweepPrivate removes all people and keys but those of the newest snapshot, at once: an
// erased person is not kept for the sake of a backup that may be under way.
func sweepPrivate(ctx context.Context, repo Repository, newest *Snapshot, done *Pruned) error {
	needed := map[string]bool{}
	if newest.People != nil {
		needed[newest.People.File] = true
	}
	for _, key := range newest.Keys {
		needed[key.File] = true
	}
	for _, folder := range []string{peopleFolder, keyFolder} {
		if err := sweepFolder(ctx, repo, folder, done, func(f File) bool { return needed[f.Name] }); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what no snapshot needs, if it is old.
func sweep(ctx context.Context, repo Repository, lock *lock, stay []*Snapshot, done *Pruned, o Options) error {
	needed := map[string]bool{}
	for _, s := range stay {
		for _, segment := range s.Segments {
			needed[segment.File] = true
		}
		needed[s.Blobs.List] = true
	}
	if err := lock.sure(ctx); err != nil {
		return err
	}
	stays := func(f File) bool { return needed[f.Name] || o.clock().Sub(f.Modified) <= grace }
	if err := sweepFolder(ctx, repo, logFolder, done, stays); err != nil {
		return err
	}
	return sweepBlobs(ctx, repo, stay, done, stays)
}

func sweepFolder(ctx context.Context, repo Repository, folder string, done *Pruned, stays func(File) bool) error {
	for file, err := range repo.List(ctx, folder) {
		if err != nil {
			return told(ctx, folder, err)
		}
		if stays(file) {
			continue
		}
		if err := remove(ctx, repo, file, done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func remove(ctx context.Context, repo Repository, file File, done *Pruned) error {
	if err := repo.Delete(ctx, file.Name); err != nil {
		return told(ctx, file.Name, err)
	}
	done.Files++
	done.Bytes += file.Size
	return nil
}

// sweepBlobs reads the lists of all snapshots in step with the repository.
func sweepBlobs(ctx context.Context, repo Repository, stay []*Snapshot, done *Pruned, stays func(File) bool) error {
	lists, err := openLists(ctx, repo, stay)
	defer lists.stop()
	if err != nil {
		return err
	}
	var wrong error
	err = sweepFolder(ctx, repo, blobFolder, done, func(f File) bool {
		if stays(f) || wrong != nil || strings.HasPrefix(f.Name, listPrefix) {
			return wrong != nil || stays(f)
		}
		var wanted bool
		wanted, wrong = lists.have(f.Name)
		return wanted || wrong != nil
	})
	return errors.Join(err, wrong)
}

// cursors are the lists of blobs of several snapshots, read in step. Of snapshots with
// the same list one is read.
type cursors []*cursor

func openLists(ctx context.Context, repo Repository, of []*Snapshot) (cursors, error) {
	var lists cursors
	seen := map[string]bool{}
	for _, s := range of {
		if s.Blobs.Count == 0 || seen[s.Blobs.List] {
			continue
		}
		seen[s.Blobs.List] = true
		next, stop := iter.Pull2(listed(ctx, repo, s.Blobs))
		c := &cursor{next: next, end: stop}
		lists = append(lists, c)
		if err := c.advance(); err != nil {
			return lists, err
		}
	}
	return lists, nil
}

func (all cursors) stop() {
	for _, c := range all {
		c.end()
	}
}

// have tells whether a file is in any list; it is asked in the order of names.
func (all cursors) have(name string) (bool, error) {
	found := false
	for _, c := range all {
		for c.file != "" && c.file < name {
			if err := c.advance(); err != nil {
				return false, err
			}
		}
		found = found || c.file == name
	}
	return found, nil
}

// next returns the first blob that no list has yielded yet, and passes it; false at the
// end.
func (all cursors) next() (first assets.Stat, ok bool, err error) {
	for _, c := range all {
		if c.file != "" && (!ok || c.stat.Ref < first.Ref) {
			first, ok = c.stat, true
		}
	}
	for _, c := range all {
		if ok && c.stat.Ref == first.Ref {
			err = errors.Join(err, c.advance())
		}
	}
	return first, ok, err
}

// cursor is a place in a list of blobs.
type cursor struct {
	next func() (assets.Stat, error, bool)
	end  func()
	stat assets.Stat
	file string // the name of the blob's; empty at the end
}

func (c *cursor) advance() error {
	stat, err, ok := c.next()
	c.file = ""
	if ok && err == nil {
		c.stat, c.file = stat, blobFile(stat.Ref)
	}
	return err
}
