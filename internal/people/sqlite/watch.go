package sqlite

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"signet/internal/people"
)

// Watch implements people.Store.
func (s *Store) Watch(ctx context.Context, id uuid.UUID, what string) error {
	if err := people.CheckWatch(id, what); err != nil {
		return err
	}
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := notErased(ctx, tx, id); err != nil {
			return err
		}
		var all, this int
		err := tx.QueryRowContext(ctx, "SELECT count(*), count(*) FILTER (WHERE what = ?) FROM watch WHERE person = ?", what, id.String()).Scan(&all, &this)
		switch {
		case err != nil || this > 0:
			return err
		case all >= people.MaxWatches:
			return people.TooManyWatches()
		}
		_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO person VALUES (?, '', '', 0)", id.String())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO watch VALUES (?, ?)", id.String(), what)
		return err
	})
}

// Unwatch implements people.Store.
func (s *Store) Unwatch(ctx context.Context, id uuid.UUID, what string) error {
	if err := people.CheckWatch(id, what); err != nil {
		return err
	}
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := notErased(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM watch WHERE person = ? AND what = ?", id.String(), what)
		return err
	})
}
