package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// usage answers who uses which version where, and whether it is still in force.
var usage = projection{
	name: "usage",
	schema: `
CREATE TABLE download (
	position INTEGER PRIMARY KEY, agency TEXT NOT NULL, member TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL,
	digest TEXT NOT NULL, rendition TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX download_by_item ON download (item, position);
CREATE INDEX download_by_agency ON download (agency, position);
CREATE INDEX download_by_at ON download (at);
CREATE TABLE usage_total (
	item TEXT NOT NULL, version INTEGER NOT NULL, agency TEXT NOT NULL, channel TEXT NOT NULL,
	downloads INTEGER NOT NULL, declared INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
	PRIMARY KEY (item, version, agency, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_total_by_agency ON usage_total (agency, item, version);
CREATE TABLE declared_use (
	id TEXT PRIMARY KEY, position INTEGER NOT NULL, agency TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL,
	channel TEXT NOT NULL, place TEXT NOT NULL, since TEXT NOT NULL, ended TEXT NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX declared_use_by_position ON declared_use (position);
CREATE INDEX declared_use_by_item ON declared_use (item, position);
CREATE INDEX declared_use_by_at ON declared_use (at);
CREATE INDEX declared_use_by_agency ON declared_use (agency, position);
CREATE INDEX declared_use_running ON declared_use (position) WHERE ended = '';
`,
	apply: applyUsage,
}

func applyUsage(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.AssetDownloaded:
		if err := w.exec("INSERT INTO download VALUES (?,?,?,?,?,?,?,?,?)", int64(f.position), e.Agency, e.Member.String(), e.Item, e.Version,
			e.Digest, e.Rendition, e.Channel, micros(e.At)); err != nil {
			return err
		}
		return w.count(e.Item, e.Version, e.Agency, e.Channel, 1, 0, micros(e.At))
	case domain.UseDeclared:
		if err := w.exec("INSERT INTO declared_use VALUES (?,?,?,?,?,?,?,?,'',?,?)", e.Use.String(), int64(f.position), e.Agency, e.Item, e.Version,
			e.Channel, e.Place, e.Since, f.at(), f.envelope.Revision); err != nil {
			return err
		}
		return w.count(e.Item, e.Version, e.Agency, e.Channel, 0, 1, f.at())
	case domain.UseEnded:
		return w.exec("UPDATE declared_use SET ended = ?, revision = ? WHERE id = ?", e.On, f.envelope.Revision, e.Use.String())
	}
	return nil
}

func (w *writer) count(item string, version int, agency, channel string, downloads, declared int, at int64) error {
	return w.exec(`INSERT INTO usage_total VALUES (?1,?2,?3,?4,?5,?6,?7,?7) ON CONFLICT DO UPDATE SET
		downloads = downloads + ?5, declared = declared + ?6, first = min(first, ?7), last = max(last, ?7)`,
		item, version, agency, channel, downloads, declared, at)
}

// UsageTotal sums up the use of a version by an agency through a channel.
type UsageTotal struct {
	Item      string
	Version   int
	Agency    string
	Channel   string // empty: a download without a channel
	Downloads int
	Declared  int // uses declared, also those that have ended
	First     time.Time
	Last      time.Time
	// InForce: whether the version is in force at the instant asked about.
	InForce bool
}

// UsageFilter says whose use of what is asked for; empty fields mean any.
type UsageFilter struct {
	Item    string
	Version int
	Agency  string
	Channel string
	AsOf    time.Time // for InForce; required
	// Outdated: only uses of versions that are not in force.
	Outdated bool
}

const inForce = "EXISTS (SELECT 1 FROM standing s WHERE s.item = u.item AND s.version = u.version AND s.valid_from <= ?1 AND s.valid_until > ?1)"

// UsageCursor is the place of a row in the order of UsageTotals.
type UsageCursor struct {
	Item    string
	Version int
	Agency  string
	Channel string
}

// UsageTotals returns the totals in order of item, version, agency and channel,
// those after the cursor, at most limit.
func (v *Views) UsageTotals(ctx context.Context, f UsageFilter, after UsageCursor, limit int) ([]*UsageTotal, error) {
	query := "SELECT item, version, agency, channel, downloads, declared, first, last, " + inForce + ` AS current FROM usage_total u
		WHERE (item, version, agency, channel) > (?2, ?3, ?4, ?5)`
	args := []any{micros(f.AsOf), after.Item, after.Version, after.Agency, after.Channel}
	query, args = f.narrow(query, args)
	query += " ORDER BY item, version, agency, channel LIMIT ?"
	return many(ctx, v, func(rows *sql.Rows) (*UsageTotal, error) {
		var t UsageTotal
		var first, last int64
		err := rows.Scan(&t.Item, &t.Version, &t.Agency, &t.Channel, &t.Downloads, &t.Declared, &first, &last, &t.InForce)
		t.First, t.Last = fromMicros(first), fromMicros(last)
		return &t, err
	}, query, append(args, limit)...)
}

// narrow adds the filter's conditions on the columns that all usage rows have.
func (f UsageFilter) narrow(query string, args []any) (string, []any) {
	if f.Item != "" {
		query, args = query+" AND item = ?", append(args, f.Item)
	}
	if f.Version != 0 {
		query, args = query+" AND version = ?", append(args, f.Version)
	}
	if f.Agency != "" {
		query, args = query+" AND agency = ?", append(args, f.Agency)
	}
	if f.Channel != "" {
		query, args = query+" AND channel = ?", append(args, f.Channel)
	}
	if f.Outdated {
		query += " AND NOT " + inForce
	}
	return query, args
}

// DeclaredUse is what an agency says of where it uses a version.
type DeclaredUse struct {
	ID       uuid.UUID
	Position eventlog.Position
	Agency   string
	Item     string
	Version  int
	Channel  string
	Place    string
	Since    domain.Date
	Ended    domain.Date // empty: still used
	Declared time.Time
	InForce  bool // at the instant asked about
	Revision eventlog.Revision
}

const selectUse = "SELECT id, position, agency, item, version, channel, place, since, ended, at, revision, " + inForce + " FROM declared_use u "

// DeclaredUses returns declared uses, the newest first, those declared before
// the position (0: all), at most limit; running ones only if so asked.
func (v *Views) DeclaredUses(ctx context.Context, f UsageFilter, running bool, before eventlog.Position, limit int) ([]*DeclaredUse, error) {
	if before == 0 {
		before = 1 << 62
	}
	query := selectUse + "WHERE position < ?2"
	args := []any{micros(f.AsOf), int64(before)}
	if running {
		query += " AND ended = ''"
	}
	query, args = f.narrow(query, args)
	return many(ctx, v, scanUse, query+" ORDER BY position DESC LIMIT ?", append(args, limit)...)
}

// DeclaredUse returns one declared use, or ErrNotFound.
func (v *Views) DeclaredUse(ctx context.Context, id uuid.UUID, asOf time.Time) (*DeclaredUse, error) {
	return one(ctx, v, scanUse, selectUse+"WHERE id = ?2", micros(asOf), id.String())
}

func scanUse(rows *sql.Rows) (*DeclaredUse, error) {
	var u DeclaredUse
	var id string
	var at int64
	if err := rows.Scan(&id, &u.Position, &u.Agency, &u.Item, &u.Version, &u.Channel, &u.Place, &u.Since, &u.Ended, &at, &u.Revision, &u.InForce); err != nil {
		return nil, err
	}
	u.Declared = fromMicros(at)
	var err error
	u.ID, err = uuid.Parse(id)
	return &u, err
}

// Download is one file of a version that an agency was sent.
type Download struct {
	Position  eventlog.Position
	Agency    string
	Member    uuid.UUID
	Item      string
	Version   int
	Digest    string
	Rendition string // empty: the original
	Channel   string
	At        time.Time
}

// Downloads returns single downloads, the newest first, those before the
// position (0: all), at most limit.
func (v *Views) Downloads(ctx context.Context, f UsageFilter, before eventlog.Position, limit int) ([]*Download, error) {
	if before == 0 {
		before = 1 << 62
	}
	query := "SELECT position, agency, member, item, version, digest, rendition, channel, at FROM download u WHERE position < ?2 AND ?1 = ?1"
	query, args := f.narrow(query, []any{micros(f.AsOf), int64(before)})
	return many(ctx, v, func(rows *sql.Rows) (*Download, error) {
		var d Download
		var member string
		var at int64
		if err := rows.Scan(&d.Position, &d.Agency, &member, &d.Item, &d.Version, &d.Digest, &d.Rendition, &d.Channel, &at); err != nil {
			return nil, err
		}
		d.At = fromMicros(at)
		var err error
		d.Member, err = uuid.Parse(member)
		return &d, err
	}, query+" ORDER BY position DESC LIMIT ?", append(args, limit)...)
}
