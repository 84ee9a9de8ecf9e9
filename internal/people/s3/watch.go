package s3

import (
	"context"

	"github.com/google/uuid"

	"signet/internal/people"
)

// Watch implements people.Store.
func (s *Store) Watch(ctx context.Context, id uuid.UUID, what string) error {
	return s.watch(ctx, id, what, people.Watching)
}

// Unwatch implements people.Store.
func (s *Store) Unwatch(ctx context.Context, id uuid.UUID, what string) error {
	return s.watch(ctx, id, what, func(watches []string, what string) ([]string, error) { return people.Unwatching(watches, what), nil })
}

func (s *Store) watch(ctx context.Context, id uuid.UUID, what string, change func([]string, string) ([]string, error)) error {
	if err := people.CheckWatch(id, what); err != nil {
		return err
	}
	end, err := s.begin()
	if err != nil {
		return err
	}
	defer end()
	return s.bucket.change(ctx, id, func(r *record) (err error) {
		if r.Erased {
			return people.ErrErased
		}
		r.Watches, err = change(r.Watches, what)
		return err
	})
}
