package backup

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

// read reads a whole file of at most so many bytes.
func read(ctx context.Context, repo Repository, name string, most int64) ([]byte, error) {
	r, err := repo.Get(ctx, name)
	if err != nil {
		return nil, told(ctx, name, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(content)) > most {
		return nil, damaged(name, "it has more than %d bytes", most)
	}
	return content, told(ctx, name, err)
}

// names are those of all snapshots.
func names(ctx context.Context, repo Repository) ([]string, error) {
	var all []string
	for file, err := range repo.List(ctx, snapshotFolder) {
		if err != nil {
			return nil, told(ctx, snapshotFolder, err)
		}
		if name, ok := strings.CutSuffix(strings.TrimPrefix(file.Name, snapshotFolder), snapshotSuffix); ok {
			all = append(all, name)
		}
	}
	return all, nil
}

// Snapshots returns all of a repository, the newest first: that is the one of the
// most events, and of those the latest, since a clock may jump back. One that is
// damaged is left out, and told of by the error beside those that are whole.
func Snapshots(ctx context.Context, repo Repository) ([]*Snapshot, error) {
	all, err := names(ctx, repo)
	if err != nil {
		return nil, err
	}
	var found []*Snapshot
	var wrong error
	for _, name := range all {
		s, err := snapshot(ctx, repo, name)
		switch {
		case err == nil:
			found = append(found, s)
		case CodeOf(err) == RepositoryDamaged:
			wrong = errors.Join(wrong, err)
		default:
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b *Snapshot) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), b.Time.Compare(a.Time), cmp.Compare(b.Name, a.Name))
	})
	return found, wrong
}

func snapshot(ctx context.Context, repo Repository, name string) (*Snapshot, error) {
	content, err := read(ctx, repo, snapshotFolder+name+snapshotSuffix, maxSnapshot)
	if err != nil {
		return nil, err
	}
	return parseSnapshot(name, content)
}

// Newest returns the newest snapshot that is whole; SnapshotUnknown if there is none.
// It reads all, since only what is in them tells which is the newest.
func Newest(ctx context.Context, repo Repository) (*Snapshot, error) {
	all, err := Snapshots(ctx, repo)
	switch {
	case len(all) > 0:
		return all[0], nil
	case err != nil:
		return nil, err
	}
	return nil, refuse(SnapshotUnknown, "there is no backup in the repository")
}

// find returns the snapshot of which the name begins so, the newest one if the name is
// empty, and the newest one.
func find(ctx context.Context, repo Repository, name string) (wanted, newest *Snapshot, err error) {
	newest, err = Newest(ctx, repo)
	if err != nil || name == "" {
		return newest, newest, err
	}
	all, err := Snapshots(ctx, repo)
	for _, s := range all {
		if !strings.HasPrefix(s.Name, name) {
			continue
		}
		if wanted != nil {
			return nil, nil, refuse(SnapshotUnknown, "%q begins the names of several snapshots", name)
		}
		wanted = s
	}
	if wanted == nil {
		return nil, nil, errors.Join(refuse(SnapshotUnknown, "there is no snapshot %q", name), err)
	}
	return wanted, newest, nil
}
