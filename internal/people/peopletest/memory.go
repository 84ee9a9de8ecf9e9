package peopletest

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"signet/internal/people"
)

// Memory is a store in memory, for the tests of those who use one.
type Memory struct {
	mu     sync.Mutex // guards all
	people map[uuid.UUID]people.Person
	by     map[people.Identity]uuid.UUID
	erased map[uuid.UUID]bool
	closed bool
	gets   int
}

var _ people.Store = (*Memory)(nil)

// NewMemory is an empty store.
func NewMemory() *Memory {
	return &Memory{people: map[uuid.UUID]people.Person{}, by: map[people.Identity]uuid.UUID{}, erased: map[uuid.UUID]bool{}}
}

// begin lets somebody work until they call the function.
func (m *Memory) begin(ctx context.Context) (end func(), err error) {
	m.mu.Lock()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case m.closed:
		err = people.ErrClosed
	}
	if err != nil {
		m.mu.Unlock()
		return nil, err
	}
	return m.mu.Unlock, nil
}

// Claim implements people.Store.
func (m *Memory) Claim(ctx context.Context, identity people.Identity, id uuid.UUID) (uuid.UUID, error) {
	for _, err := range []error{identity.Check(), people.CheckID(id)} {
		if err != nil {
			return uuid.Nil, err
		}
	}
	end, err := m.begin(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	defer end()
	if holder, ok := m.by[identity]; ok {
		return holder, nil
	}
	if m.erased[id] {
		return uuid.Nil, people.ErrErased
	}
	p := m.people[id]
	p.ID, p.Identities = id, append(slices.Clone(p.Identities), identity)
	people.SortIdentities(p.Identities)
	m.people[id], m.by[identity] = p, id
	return id, nil
}

// Put implements people.Store.
func (m *Memory) Put(ctx context.Context, p people.Person) error {
	p, err := p.Checked()
	if err != nil {
		return err
	}
	end, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if m.erased[p.ID] {
		return people.ErrErased
	}
	if p.Changed.IsZero() {
		p.Changed = Clock()
	}
	p.Identities, p.Watches = m.people[p.ID].Identities, m.people[p.ID].Watches
	m.people[p.ID] = p
	return nil
}

// Watch implements people.Store.
func (m *Memory) Watch(ctx context.Context, id uuid.UUID, what string) error {
	return m.watch(ctx, id, what, people.Watching)
}

// Unwatch implements people.Store.
func (m *Memory) Unwatch(ctx context.Context, id uuid.UUID, what string) error {
	return m.watch(ctx, id, what, func(watches []string, what string) ([]string, error) { return people.Unwatching(watches, what), nil })
}

func (m *Memory) watch(ctx context.Context, id uuid.UUID, what string, change func([]string, string) ([]string, error)) error {
	if err := people.CheckWatch(id, what); err != nil {
		return err
	}
	end, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if m.erased[id] {
		return people.ErrErased
	}
	p := m.people[id]
	p.ID = id
	if p.Watches, err = change(p.Watches, what); err == nil {
		m.people[id] = p
	}
	return err
}

// Get implements people.Store.
func (m *Memory) Get(ctx context.Context, ids ...uuid.UUID) (map[uuid.UUID]people.Person, error) {
	end, err := m.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	m.gets++
	found := map[uuid.UUID]people.Person{}
	for _, id := range ids {
		if p, ok := m.people[id]; ok {
			found[id] = p
		}
	}
	return found, nil
}

// Gets is how often Get was called.
func (m *Memory) Gets() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.gets
}

// Erase implements people.Store.
func (m *Memory) Erase(ctx context.Context, id uuid.UUID) error {
	if err := people.CheckID(id); err != nil {
		return err
	}
	end, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	maps.DeleteFunc(m.by, func(_ people.Identity, holder uuid.UUID) bool { return holder == id })
	delete(m.people, id)
	m.erased[id] = true
	return nil
}

// Each implements people.Store.
func (m *Memory) Each(ctx context.Context) iter.Seq2[people.Person, error] {
	return func(yield func(people.Person, error) bool) {
		end, err := m.begin(ctx)
		if err != nil {
			yield(people.Person{}, err)
			return
		}
		all := slices.SortedFunc(maps.Values(m.people), func(a, b people.Person) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		end()
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Close implements people.Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Reopened is the store again, after it was closed.
func (m *Memory) Reopened() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = false
	return m
}
