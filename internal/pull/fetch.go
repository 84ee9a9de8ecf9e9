package pull

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"signet/domain"
)

// atOnce is how many files come at the same time.
const atOnce = 4

// fetchAll stages everything that a plan needs: from what is there already, or else from
// the registry. Errors are movedErrors when the kit is not any more as it was listed.
func (s *session) fetchAll(ctx context.Context, p *plan) error {
	f := &fetching{session: s, lock: p.lock}
	var blobs []File
	for _, file := range p.distinct() {
		there, err := s.inReach(file, p.have)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		f.total += file.Bytes
		if file.Item != "" && file.Name != "" {
			blobs = append(blobs, file)
		} else {
			f.made = append(f.made, file)
		}
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, file := range blobs {
		group.Go(func() error { return f.blob(within, file) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := f.archives(ctx); err != nil {
		return err
	}
	return s.hand(p)
}

// fetching is what comes from the registry for one plan.
type fetching struct {
	*session

	lock  *Lock
	total int64
	done  atomic.Int64

	mu   sync.Mutex
	made []File // guarded by mu while blobs come: what only the ZIP has
}

func (f *fetching) count(n int64) {
	done := f.done.Add(n)
	if f.Progress != nil {
		f.Progress(done, f.total)
	}
}

// partName is where a file waits while it comes.
func partName(sha string) string { return stagedName(sha, 0) + ".part" }

// inReach stages a file that need not be fetched: it was staged before, or a file in the
// folder has the same bytes.
func (s *session) inReach(file File, have map[string]string) (bool, error) {
	staged, _, err := s.folder.look(stagedName(file.SHA256, 0))
	if err != nil || staged == file.SHA256 {
		return err == nil, err
	}
	if staged != absent { // it was damaged since
		if err := s.folder.remove(stagedName(file.SHA256, 0)); err != nil {
			return false, err
		}
	}
	name, there := have[file.SHA256]
	if !there {
		return false, nil
	}
	from, err := s.folder.root.Open(name)
	if err != nil {
		return false, fmt.Errorf("pull: %w", err)
	}
	defer from.Close()
	err = s.stage(file, func(to *part) error {
		if err := to.restart(); err != nil {
			return err
		}
		_, err := io.Copy(to, from)
		return err
	})
	var moved *movedError
	if errors.As(err, &moved) { // somebody has changed it since it was looked at
		return false, nil
	}
	return err == nil, err
}

// stage fills the part of a file and gives it its name. A part that is not filled stays,
// to be taken up again.
func (s *session) stage(file File, fill func(*part) error) (err error) {
	p, err := s.folder.openPart(partName(file.SHA256), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.n > file.Bytes {
		if err := p.restart(); err != nil {
			return err
		}
	}
	if err := fill(p); err != nil {
		return err
	}
	return p.stage(file)
}

// blob fetches a file of a version by its own address, from where an earlier attempt
// stopped.
func (f *fetching) blob(ctx context.Context, file File) error {
	var q url.Values
	if f.lock.Channel != "" {
		q = url.Values{"channel": {f.lock.Channel}}
	}
	at := f.remote.address(q, "files", url.PathEscape(file.Item), strconv.Itoa(file.Version), url.PathEscape(file.Name))
	err := f.stage(file, func(p *part) error {
		f.count(p.n)
		p.counted = f.count
		_, err := f.remote.fetch(ctx, question{at: at, tag: `"` + file.SHA256 + `"`, limit: file.Bytes, exact: true}, p)
		return err
	})
	refused := domain.AsError(err)
	switch {
	case refused == nil:
		return err
	case refused.Reason == stateWithdrawn:
		return &movedError{file.version().String() + " was withdrawn"}
	case refused.Code == domain.NotFound: // without a token only what is in force has an address
		f.mu.Lock()
		defer f.mu.Unlock()
		f.made = append(f.made, file)
		return nil
	}
	return err
}

// errAnswer: an answer is not what the registry gives.
func errAnswer(because error) error {
	return fmt.Errorf("pull: the registry's answer can't be read: %w", because)
}

// moved makes a refusal that tells of another kit than was listed a movedError.
func moved(err error) error {
	if refused := domain.AsError(err); refused != nil && (refused.Code == domain.NotFound || refused.Code == domain.Conflict) {
		return &movedError{refused.Sentence}
	}
	return err
}
