// Package sqlite keeps people in one SQLite file, for one process.
//
// SQLite leaves bytes behind in three places, and [Store.Erase] sees to each: in
// cells that were deleted (secure_delete overwrites them), in pages whose cells
// were moved (VACUUM writes the file anew), and in the write-ahead log (a
// checkpoint empties it). What the file system and the disk beneath keep of
// blocks that were freed is theirs: see docs/privacy.md.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"signet/internal/people"
)

// Store keeps people in a file. It implements people.Store.
type Store struct {
	db    *sql.DB // of one connection: what is done is done one after the other
	clock func() time.Time
}

var _ people.Store = (*Store)(nil)

// Open opens the file at path, for this process alone, and makes it if it is
// missing. The clock tells when something was put. Errors: ErrInUse, ErrForeign,
// ErrNewer, and those of the file system.
func Open(path string, clock func() time.Time) (*Store, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, err
	}
	return &Store{db, clock}, nil
}

// Close implements people.Store.
func (s *Store) Close() error { return told(s.db.Close()) }

// Claim implements people.Store.
func (s *Store) Claim(ctx context.Context, identity people.Identity, id uuid.UUID) (uuid.UUID, error) {
	if err := errors.Join(identity.Check(), people.CheckID(id)); err != nil {
		return uuid.Nil, err
	}
	var holder uuid.UUID
	err := s.within(ctx, func(tx *sql.Tx) error {
		var text string
		err := tx.QueryRowContext(ctx, "SELECT person FROM identity WHERE issuer = ? AND subject = ?", identity.Issuer, identity.Subject).Scan(&text)
		if err == nil {
			holder, err = uuid.Parse(text)
			return err
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		holder = id
		if err := notErased(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO person VALUES (?, '', '', 0)", id.String()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO identity VALUES (?, ?, ?)", identity.Issuer, identity.Subject, id.String())
		return err
	})
	if err != nil {
		return uuid.Nil, err
	}
	return holder, nil
}

// Put implements people.Store.
func (s *Store) Put(ctx context.Context, p people.Person) error {
	p, err := p.Checked()
	if err != nil {
		return err
	}
	if p.Changed.IsZero() {
		p.Changed = s.clock()
	}
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := notErased(ctx, tx, p.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO person VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET name = ?2, mail = ?3, changed = ?4",
			p.ID.String(), p.Name, p.Mail, p.Changed.UnixMilli())
		return err
	})
}

// notErased returns people.ErrErased for who was.
func notErased(ctx context.Context, tx *sql.Tx, id uuid.UUID) error {
	var erased bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM erased WHERE id = ?)", id.String()).Scan(&erased)
	if err == nil && erased {
		return people.ErrErased
	}
	return err
}

// askedAtOnce is how many ids one query asks for; SQLite takes far more
// parameters, see https://www.sqlite.org/limits.html.
const askedAtOnce = 500

// Get implements people.Store.
func (s *Store) Get(ctx context.Context, ids ...uuid.UUID) (map[uuid.UUID]people.Person, error) {
	found := make(map[uuid.UUID]people.Person, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), askedAtOnce)
		args := make([]any, n)
		for i, id := range ids[:n] {
			args[i] = id.String()
		}
		rows, err := s.people(ctx, "WHERE id IN (?"+strings.Repeat(",?", n-1)+")", args...)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			found[p.ID] = p
		}
		ids = ids[n:]
	}
	return found, nil
}

// page is how many people Each reads at once: the one connection is not held while
// its caller works.
const page = 200

// Each implements people.Store.
func (s *Store) Each(ctx context.Context) iter.Seq2[people.Person, error] {
	return func(yield func(people.Person, error) bool) {
		for after := ""; ; {
			rows, err := s.people(ctx, "WHERE id > ? ORDER BY id LIMIT ?", after, page)
			if err != nil {
				yield(people.Person{}, err)
				return
			}
			for _, p := range rows {
				if !yield(p, nil) {
					return
				}
				after = p.ID.String()
			}
			if len(rows) < page {
				return
			}
		}
	}
}

// people reads those that the clause selects, with their identities and watches.
func (s *Store) people(ctx context.Context, where string, args ...any) (_ []people.Person, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT p.id, name, mail, changed, coalesce(issuer, ''), coalesce(subject, ''),
			(SELECT coalesce(group_concat(what, ' ' ORDER BY what), '') FROM watch WHERE person = p.id)
		FROM (SELECT * FROM person `+where+`) p LEFT JOIN identity i ON i.person = p.id ORDER BY p.id, issuer, subject`, args...)
	if err != nil {
		return nil, told(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []people.Person
	for rows.Next() {
		var id, watches string
		var p people.Person
		var changed int64
		var identity people.Identity
		if err := rows.Scan(&id, &p.Name, &p.Mail, &changed, &identity.Issuer, &identity.Subject, &watches); err != nil {
			return nil, told(err)
		}
		if p.ID, err = uuid.Parse(id); err != nil {
			return nil, told(err)
		}
		if changed != 0 {
			p.Changed = time.UnixMilli(changed).UTC()
		}
		if n := len(all); n == 0 || all[n-1].ID != p.ID {
			p.Watches = strings.Fields(watches)
			all = append(all, p)
		}
		if identity.Issuer != "" {
			last := &all[len(all)-1]
			last.Identities = append(last.Identities, identity)
		}
	}
	return all, told(rows.Err())
}

// Erase implements people.Store. What was cut off after the rows were gone, and
// before the bytes were, is done by the next one.
func (s *Store) Erase(ctx context.Context, id uuid.UUID) error {
	if err := people.CheckID(id); err != nil {
		return err
	}
	clean := false
	err := s.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO erased VALUES (?, 0)", id.String())
		if err != nil {
			return err
		}
		for _, statement := range []string{"DELETE FROM identity WHERE person = ?", "DELETE FROM watch WHERE person = ?", "DELETE FROM person WHERE id = ?"} {
			if _, err := tx.ExecContext(ctx, statement, id.String()); err != nil {
				return err
			}
		}
		return tx.QueryRowContext(ctx, "SELECT clean FROM erased WHERE id = ?", id.String()).Scan(&clean)
	})
	if err != nil || clean {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what looks erased from here on, is to be so
	if err := s.rewrite(ctx); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "UPDATE erased SET clean = 1 WHERE id = ?", id.String())
	return told(err)
}

// rewrite writes the file anew, and empties the write-ahead log.
func (s *Store) rewrite(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM"); err != nil {
		return told(err)
	}
	var busy, log, checkpointed int
	if err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &checkpointed); err != nil {
		return told(err)
	}
	if busy != 0 {
		return fmt.Errorf("%w: somebody reads the file, so that its write-ahead log can't be emptied", people.ErrUnavailable)
	}
	return nil
}

// within does something in a transaction.
func (s *Store) within(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return told(err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return told(err)
	}
	return told(tx.Commit())
}
