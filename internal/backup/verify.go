package backup

import (
	"context"
	"errors"
	"io"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"signet/assets"
	"signet/internal/eventlog"
	"signet/internal/merkle"
)

// maxFindings is how many findings a report has; the others are counted.
const maxFindings = 100

// Report is what Verify has found.
type Report struct {
	// Snapshots, Events, Blobs and Bytes (of the files) were read.
	Snapshots            int
	Events, Blobs, Bytes int64
	// Findings are [*Error]s; Omitted is how many more there were.
	Findings []error
	Omitted  int
}

// OK tells that nothing is wrong.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Verify reads a whole repository again: the sum of each file that a snapshot needs, that
// each event belongs to its envelope, the root of the tree at the size of each
// snapshot and each signed checkpoint. What is wrong is in the report; the error is that of
// a repository that can't be read, or the context's.
func Verify(ctx context.Context, repo Repository, o Options) (Report, error) {
	v := &verifying{repo: repo, o: o}
	all, err := Snapshots(ctx, repo)
	if err := v.find(err); err != nil {
		return v.report, err
	}
	v.report.Snapshots = len(all)
	if len(all) == 0 {
		return v.report, v.find(refuse(SnapshotUnknown, "there is no backup in the repository"))
	}
	for _, step := range []func(context.Context, []*Snapshot) error{v.log, v.segments, v.private, v.blobs} {
		if err := step(ctx, all); err != nil {
			return v.report, err
		}
	}
	return v.report, nil
}

type verifying struct {
	repo Repository
	o    Options

	mu     sync.Mutex
	report Report // guarded by mu while blobs are read
}

// find notes what is wrong with the repository; other errors are returned.
func (v *verifying) find(err error) error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			if err := v.find(one); err != nil {
				return err
			}
		}
		return nil
	}
	switch CodeOf(err) {
	case "", RepositoryUnavailable, RepositoryBusy:
		return err
	default:
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.report.Findings) == maxFindings {
		v.report.Omitted++
	} else {
		v.report.Findings = append(v.report.Findings, err)
	}
	return nil
}

// log reads the events of the newest snapshot. All others are a beginning of it.
func (v *verifying) log(ctx context.Context, all []*Snapshot) error {
	newest := all[0]
	wanted := map[int64][]expected{}
	for _, s := range all {
		wanted[s.Events] = append(wanted[s.Events], expected{s.Root, s.file(), RepositoryDamaged})
		if s.Checkpoint == "" {
			continue
		}
		tree, err := readCheckpoint([]byte(s.Checkpoint), s.VerifierKey)
		if err := v.find(err); err != nil {
			return err
		}
		if err == nil && tree.size <= newest.Events {
			wanted[tree.size] = append(wanted[tree.size], expected{tree.root, s.file(), CheckpointDiffers})
		}
	}
	tree := &merkle.Frontier{}
	broken := false
	for _, segment := range newest.Segments {
		for event, err := range events(ctx, v.repo, segment) {
			if err == nil {
				err = v.event(tree, wanted, event, broken)
			}
			if err != nil {
				broken = true // no root can be computed any more
				if err := v.find(err); err != nil {
					return err
				}
			}
		}
		v.report.Bytes += segment.Bytes
	}
	return nil
}

type expected struct {
	root tlog.Hash
	file string
	code Code
}

func (v *verifying) event(tree *merkle.Frontier, wanted map[int64][]expected, event eventlog.Recorded, broken bool) error {
	v.report.Events++
	if v.report.Events%toldEvery == 0 {
		v.o.tell(PhaseLog, v.report.Events, 0)
	}
	if _, _, err := eventlog.Open(event); err != nil && !errors.Is(err, eventlog.ErrErased) {
		return refuse(RepositoryDamaged, "").at(tree.Size()).from(err)
	}
	tree.Add(tlog.Hash(event.Digest()))
	if broken {
		return nil
	}
	var wrong error
	for _, want := range wanted[tree.Size()] {
		if want.root != tree.Root() {
			wrong = errors.Join(wrong, &Error{Code: want.code, Leaf: tree.Size() - 1, File: want.file, Sentence: "the events up to there have another root"})
		}
	}
	return wrong
}

// segments reads those that only older snapshots have.
func (v *verifying) segments(ctx context.Context, all []*Snapshot) error {
	seen := map[string]bool{}
	for i, s := range all {
		for _, segment := range s.Segments {
			if !seen[segment.File] && i > 0 {
				if err := v.find(v.file(ctx, segment.File, segment.Bytes, segment.SHA256)); err != nil {
					return err
				}
			}
			seen[segment.File] = true
		}
	}
	return nil
}

// file compares one with its sum.
func (v *verifying) file(ctx context.Context, name string, size int64, sum string) error {
	want, err := parseSum(sum)
	if err != nil {
		return damaged(name, "").from(err)
	}
	r, err := fetch(ctx, v.repo, name, size, want)
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, r)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.report.Bytes += n
	return err
}

// private reads people and keys, which are those of the newest snapshot.
func (v *verifying) private(ctx context.Context, all []*Snapshot) error {
	newest := all[0]
	if newest.People != nil {
		for _, err := range keptPeople(ctx, v.repo, *newest.People) {
			if err := v.find(err); err != nil {
				return err
			}
		}
	}
	for _, key := range newest.Keys {
		if err := v.find(v.file(ctx, key.File, key.Bytes, key.SHA256)); err != nil {
			return err
		}
	}
	return nil
}

// blobs reads each blob that a snapshot has, once.
func (v *verifying) blobs(ctx context.Context, all []*Snapshot) error {
	lists, err := openLists(ctx, v.repo, all)
	defer func() { lists.stop() }()
	if err := v.find(err); err != nil {
		return err
	}
	reads, inner := errgroup.WithContext(ctx)
	reads.SetLimit(atOnce)
	for inner.Err() == nil {
		stat, ok, err := lists.next()
		if err := v.find(err); err != nil {
			return errors.Join(err, reads.Wait())
		}
		if !ok {
			break
		}
		v.report.Blobs++
		v.o.tell(PhaseBlobs, v.report.Blobs, max(all[0].Blobs.Count, v.report.Blobs))
		reads.Go(func() error { return v.find(v.blob(inner, stat)) })
	}
	return errors.Join(reads.Wait(), ctx.Err())
}

func (v *verifying) blob(ctx context.Context, stat assets.Stat) error {
	return v.file(ctx, blobFile(stat.Ref), stat.Size, string(stat.Ref))
}
