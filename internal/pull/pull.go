package pull

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"signet/domain"
)

// target is what the folder is to be brought to.
type target struct {
	lock      *Lock
	withdrawn []Version
}

// restarts is how often a pull begins when the kit changes meanwhile.
const restarts = 3

// bring brings the folder to a target, which is asked for again when the kit changes
// meanwhile.
func (s *session) bring(ctx context.Context, find func() (*target, error)) error {
	for begun := 1; ; begun++ {
		t, err := find()
		if err != nil {
			return err
		}
		p, err := s.compare(t.lock)
		if err != nil {
			return err
		}
		err = s.fetchAll(ctx, p)
		var moved *movedError
		switch {
		case err == nil:
			s.report.AsOf, s.report.Withdrawn, s.report.Partial = t.lock.AsOf, t.withdrawn, t.lock.partial()
			return s.apply(p)
		case !errors.As(err, &moved):
			return err
		case begun == restarts:
			return domain.Refuse(domain.Conflict, "kit_changes", "%s, %d times over; try again", plain(moved.Error()), restarts)
		}
	}
}

// apply does what is planned, when there is something to do.
func (s *session) apply(p *plan) error {
	text, err := p.lock.encode()
	if err != nil {
		return err
	}
	if s.old != nil && len(p.puts)+len(p.removes) == 0 {
		before, err := s.old.encode()
		if err != nil {
			return err
		}
		if bytes.Equal(before, text) {
			return s.folder.sweep()
		}
	}
	j := &journal{Format: journalFormat, Removes: p.removes, Puts: p.puts, Lock: string(text)}
	if err := s.folder.commit(j); err != nil {
		return err
	}
	return s.folder.carryOut(j)
}

// query asks for a selection as it is, or was at an instant, in a form that can be asked
// for again. An edition has its own instant.
func query(s Selection, at time.Time) url.Values {
	q := url.Values{"pinned": {"1"}}
	for name, list := range map[string][]string{"kind": s.Kinds, "locale": s.Locales, "audience": s.Audiences, "item": s.Items} {
		if len(list) > 0 {
			q[name] = list
		}
	}
	switch {
	case s.Edition > 0:
		q.Set("edition", strconv.Itoa(s.Edition))
	case !at.IsZero():
		q.Set("asOf", at.UTC().Format(time.RFC3339Nano))
	}
	return q
}

// list asks for a list of files, which is known already if it has the digest. It returns
// the digest of what came, and the instant that it is of.
func (s *session) list(ctx context.Context, what Selection, at time.Time, known string) (_ *manifest, sum string, asked time.Time, _ error) {
	q := question{at: s.remote.address(query(what, at), "kit", "manifest.json"), limit: maxList}
	if known != "" {
		q.header = http.Header{"If-None-Match": {`"` + known + `"`}}
	}
	var text memory
	header, err := s.remote.fetch(ctx, q, &text)
	if err != nil {
		return nil, "", asked, err
	}
	m, err := readManifest(text.b)
	if err != nil {
		return nil, "", asked, err
	}
	if asked, err = time.Parse(time.RFC3339, header.Get(askedHeader)); err != nil {
		return nil, "", asked, invalidManifest("the answer does not say of which instant it is")
	}
	if position, err := strconv.ParseUint(header.Get(positionHeader), 10, 63); err == nil {
		s.remote.position.Store(position)
	}
	digest := sha256.Sum256(text.b)
	return m, hex.EncodeToString(digest[:]), asked.UTC(), nil
}

// ours are the files of a list that are pulled: what the list says of itself, the lock
// says.
func (m *manifest) ours() []File {
	return slices.DeleteFunc(slices.Clone(m.Files), func(f File) bool { return f.Path == "manifest.json" || f.Path == "SHA256SUMS" })
}

// current is what is in force of what a lock wants.
func (s *session) current(ctx context.Context, next *Lock) (*target, error) {
	known := ""
	if s.old != nil && s.old.Selection.equal(next.Selection) {
		known = s.old.Manifest
	}
	m, sum, asked, err := s.list(ctx, next.Selection, time.Time{}, known)
	switch {
	case errors.Is(err, errNotModified):
		same := *s.old
		same.Channel = next.Channel
		return &target{lock: &same}, nil
	case err != nil:
		return nil, s.whyGone(ctx, next.Selection, err)
	}
	next.AsOf, next.Manifest, next.Files = asked, sum, m.ours()
	return &target{lock: next, withdrawn: m.Withdrawn}, nil
}
