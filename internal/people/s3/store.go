// Package s3 keeps people in a bucket that several nodes share.
//
// people/<id>.json is a person, or says that the id was erased; each is changed by
// a PUT that names the state that it follows (If-Match, RFC 9110, section 13.1.1).
// people-by/<sha256 of issuer and subject> says who has an identity: it is made by a
// PUT that refuses to replace (If-None-Match: *), so that of all nodes one is first.
//
// A bucket that keeps versions keeps what is erased, so it is refused. What a
// provider keeps of a bucket elsewhere, by replication or backups, is the
// operator's to know: see docs/privacy.md.
package s3

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
	"golang.org/x/sync/errgroup"

	"signet/internal/people"
)

// Store keeps people in a bucket. It implements people.Store.
type Store struct {
	bucket bucket
	clock  func() time.Time

	mu     sync.RWMutex // is held for reading by whoever works, and guards closed
	closed bool
}

var _ people.Store = (*Store)(nil)

// Options say where people are kept.
type Options struct {
	// Core reaches the server.
	Core *minio.Core
	// Bucket is there already; Prefix stands before all names, without slashes
	// around it, and may be empty.
	Bucket, Prefix string
	// Patience bounds each call to the server; zero means 15 s.
	Patience time.Duration
	// Pause is before a request is sent again, and grows; zero means 100 ms.
	Pause time.Duration
	// Clock tells when something was put.
	Clock func() time.Time
}

const (
	defaultPatience = 15 * time.Second
	defaultPause    = 100 * time.Millisecond
)

// Open opens the store, after it has seen that the bucket can do what is needed.
// Errors: ErrVersioned, ErrUnconditional, people.ErrUnavailable.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := newStore(o)
	if err := s.bucket.check(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func newStore(o Options) *Store {
	return &Store{bucket: bucket{core: o.Core, name: o.Bucket, prefix: o.Prefix, patience: cmp.Or(o.Patience, defaultPatience), pause: cmp.Or(o.Pause, defaultPause)}, clock: o.Clock}
}

// Close implements people.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// begin lets somebody work until they call end.
func (s *Store) begin() (end func(), err error) {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, people.ErrClosed
	}
	return s.mu.RUnlock, nil
}

func byName(i people.Identity) string {
	sum := sha256.Sum256([]byte(i.Issuer + "\x00" + i.Subject)) // no identity holds a NUL
	return path.Join(byFolder, hex.EncodeToString(sum[:]))
}

// Put implements people.Store.
func (s *Store) Put(ctx context.Context, p people.Person) error {
	p, err := p.Checked()
	if err != nil {
		return err
	}
	end, err := s.begin()
	if err != nil {
		return err
	}
	defer end()
	if p.Changed.IsZero() {
		p.Changed = s.clock()
	}
	return s.bucket.change(ctx, p.ID, func(r *record) error {
		if r.Erased {
			return people.ErrErased
		}
		r.Name, r.Mail, r.Changed = p.Name, p.Mail, p.Changed.UnixMilli()
		return nil
	})
}

// Get implements people.Store.
func (s *Store) Get(ctx context.Context, ids ...uuid.UUID) (map[uuid.UUID]people.Person, error) {
	end, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer end()
	var mu sync.Mutex // guards found
	found := make(map[uuid.UUID]people.Person, len(ids))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(askedAtOnce)
	for _, id := range ids {
		all.Go(func() error {
			r, _, err := s.bucket.person(ctx, id)
			if err == nil && r.known() {
				mu.Lock()
				defer mu.Unlock()
				found[id] = r.person(id)
			}
			return err
		})
	}
	if err := errors.Join(ctx.Err(), all.Wait()); err != nil {
		return nil, err
	}
	return found, nil
}

// askedAtOnce is how many people are asked for at the same time.
const askedAtOnce = 16

// Each implements people.Store. It does not keep the store from being closed
// between two people.
func (s *Store) Each(ctx context.Context) iter.Seq2[people.Person, error] {
	return func(yield func(people.Person, error) bool) {
		for id, err := range s.bucket.ids(ctx) {
			var some map[uuid.UUID]people.Person
			if err == nil {
				some, err = s.Get(ctx, id)
			}
			if err != nil {
				yield(people.Person{}, err)
				return
			}
			if p, ok := some[id]; ok && !yield(p, nil) {
				return
			}
		}
	}
}

// Claim implements people.Store. The identity stands with the person before it is
// the person's, so that Erase finds it whatever is cut off.
func (s *Store) Claim(ctx context.Context, identity people.Identity, id uuid.UUID) (uuid.UUID, error) {
	if err := errors.Join(identity.Check(), people.CheckID(id)); err != nil {
		return uuid.Nil, err
	}
	end, err := s.begin()
	if err != nil {
		return uuid.Nil, err
	}
	defer end()
	for range attempts {
		holder, err := s.holder(ctx, identity)
		switch {
		case err != nil:
			return uuid.Nil, err
		case holder == id:
			return id, nil
		case holder != uuid.Nil:
			return holder, s.lost(ctx, identity, id)
		}
		if err := s.bucket.change(ctx, id, func(r *record) error { return r.add(identity) }); err != nil {
			return uuid.Nil, err
		}
		err = s.bucket.put(ctx, byName(identity), claim{id}, "")
		if errors.Is(err, errOther) {
			continue
		}
		if err != nil {
			return uuid.Nil, err
		}
		return id, s.stillThere(ctx, identity, id)
	}
	return uuid.Nil, errBusy
}

// holder returns who has the identity, or uuid.Nil. That of somebody who was erased
// in the midst of claiming it is set free.
func (s *Store) holder(ctx context.Context, identity people.Identity) (uuid.UUID, error) {
	var c claim
	if _, err := s.bucket.get(ctx, byName(identity), &c); err != nil || c.ID == uuid.Nil {
		return uuid.Nil, err
	}
	r, _, err := s.bucket.person(ctx, c.ID)
	if err != nil || !r.Erased {
		return c.ID, err
	}
	return uuid.Nil, s.free(ctx, identity, c.ID)
}

// free removes the identity from who has it, if that is still the id.
func (s *Store) free(ctx context.Context, identity people.Identity, id uuid.UUID) error {
	var c claim
	if _, err := s.bucket.get(ctx, byName(identity), &c); err != nil || c.ID != id {
		return err
	}
	return s.bucket.remove(ctx, byName(identity))
}

// lost takes the identity from who was not the first.
func (s *Store) lost(ctx context.Context, identity people.Identity, id uuid.UUID) error {
	r, _, err := s.bucket.person(ctx, id)
	if err != nil || !slices.Contains(r.Identities, identity) {
		return err
	}
	return s.bucket.change(ctx, id, func(r *record) error {
		r.Identities = slices.DeleteFunc(r.Identities, func(i people.Identity) bool { return i == identity })
		return nil
	})
}

// stillThere gives the identity back if the person was erased meanwhile.
func (s *Store) stillThere(ctx context.Context, identity people.Identity, id uuid.UUID) error {
	r, _, err := s.bucket.person(ctx, id)
	if err != nil || !r.Erased {
		return err
	}
	return errors.Join(people.ErrErased, s.free(ctx, identity, id))
}

// Erase implements people.Store. The identities are the last to go, so that what is
// cut off is found and ended by the next one.
func (s *Store) Erase(ctx context.Context, id uuid.UUID) error {
	if err := people.CheckID(id); err != nil {
		return err
	}
	end, err := s.begin()
	if err != nil {
		return err
	}
	defer end()
	var identities []people.Identity
	err = s.bucket.change(ctx, id, func(r *record) error {
		identities = r.Identities
		*r = record{Erased: true, Identities: r.Identities}
		return nil
	})
	if err != nil {
		return err
	}
	for _, identity := range identities {
		if err := s.free(ctx, identity, id); err != nil {
			return err
		}
	}
	return s.bucket.change(ctx, id, func(r *record) error {
		*r = record{Erased: true}
		return nil
	})
}

// idOf is the id of the person whose object has the name, or uuid.Nil.
func idOf(name string) uuid.UUID {
	text, isJSON := strings.CutSuffix(path.Base(name), personSuffix)
	id, err := uuid.Parse(text)
	if err != nil || !isJSON || id.String() != text {
		return uuid.Nil
	}
	return id
}
