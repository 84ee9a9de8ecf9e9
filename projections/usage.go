package projections

import (
	"context"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// usage answers who uses which version where, whether it is still in force, and
// whether it was when it was used.
//
// What was used by whom through which channel is a series; its id stands for it in
// what there is much of. Single downloads and counts of logs are kept as they came,
// and summed up by month, so that no question reads them all. A month's sum tells
// apart how the version stood at the time of the use (see fit); the past can change,
// when something is put in force or withdrawn as of before, and then the sums of the
// item are made anew from that month on.
var usage = projection{
	name: "usage",
	schema: `
CREATE TABLE usage_total (
	id INTEGER PRIMARY KEY, item TEXT NOT NULL, version INTEGER NOT NULL, agency TEXT NOT NULL, channel TEXT NOT NULL,
	downloads INTEGER NOT NULL, requests INTEGER NOT NULL, declared INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX usage_total_by_key ON usage_total (item, version, agency, channel);
CREATE INDEX usage_total_by_agency ON usage_total (agency, item, version, channel);
CREATE INDEX usage_total_by_channel ON usage_total (channel, item, version, agency);
CREATE TABLE download (
	position INTEGER PRIMARY KEY, series INTEGER NOT NULL, at INTEGER NOT NULL, member TEXT NOT NULL, digest TEXT NOT NULL, rendition TEXT NOT NULL
) STRICT;
CREATE INDEX download_by_series ON download (series);
CREATE INDEX download_by_series_at ON download (series, at);
CREATE TABLE usage_count (
	position INTEGER PRIMARY KEY, series INTEGER NOT NULL, at INTEGER NOT NULL, requests INTEGER NOT NULL, robots INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_count_by_series ON usage_count (series, at);
CREATE TABLE usage_month (
	series INTEGER NOT NULL, month INTEGER NOT NULL, fit INTEGER NOT NULL,
	downloads INTEGER NOT NULL, requests INTEGER NOT NULL, robots INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
	PRIMARY KEY (series, month, fit)
) STRICT, WITHOUT ROWID;
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
		at := micros(e.At)
		series, err := w.series(e.Item, e.Version, e.Agency, e.Channel, totals{downloads: 1, first: at, last: at})
		if err != nil {
			return err
		}
		if err := w.exec("INSERT INTO download VALUES (?,?,?,?,?,?)", int64(f.position), series, at, e.Member.String(), e.Digest, e.Rendition); err != nil {
			return err
		}
		return w.addMonth(series, totals{downloads: 1, first: at, last: at}, e.Item, e.Version, at+1)
	case domain.UsageCounted:
		return w.countUsage(f, e)
	case domain.UseDeclared:
		if err := w.exec("INSERT INTO declared_use VALUES (?,?,?,?,?,?,?,?,'',?,?)", e.Use.String(), int64(f.position), e.Agency, e.Item, e.Version,
			e.Channel, e.Place, e.Since, f.at(), f.envelope.Revision); err != nil {
			return err
		}
		_, err := w.series(e.Item, e.Version, e.Agency, e.Channel, totals{declared: 1, first: f.at(), last: f.at()})
		return err
	case domain.UseEnded:
		return w.exec("UPDATE declared_use SET ended = ?, revision = ? WHERE id = ?", e.On, f.envelope.Revision, e.Use.String())
	default:
		return w.judgeAnew(f.event)
	}
}

// totals is what is added to sums. First and last are instants; a count of a day
// is as of its beginning.
type totals struct {
	downloads, requests, robots, declared int
	first, last                           int64
}

// series adds to what was used in all by an agency through a channel, and returns
// the id of that.
func (w *writer) series(item string, version int, agency, channel string, t totals) (id int64, err error) {
	err = w.row(`INSERT INTO usage_total (item, version, agency, channel, downloads, requests, declared, first, last) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)
		ON CONFLICT DO UPDATE SET downloads = downloads + ?5, requests = requests + ?6, declared = declared + ?7, first = min(first, ?8), last = max(last, ?9)
		RETURNING id`, item, version, agency, channel, t.downloads, t.requests, t.declared, t.first, t.last).Scan(&id)
	return id, err
}

func (w *writer) countUsage(f fact, e domain.UsageCounted) error {
	begins, ends, err := dayBounds(e.Day)
	if err != nil {
		return err
	}
	t := totals{requests: e.Requests, robots: e.Robots, first: begins, last: begins}
	series, err := w.series(e.Item, e.Version, e.Agency, e.Channel, t)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT INTO usage_count VALUES (?,?,?,?,?)", int64(f.position), series, begins, e.Requests, e.Robots); err != nil {
		return err
	}
	return w.addMonth(series, t, e.Item, e.Version, ends)
}

// addMonth adds uses between t.first and ends, exclusive, to the sum of their month.
func (w *writer) addMonth(series int64, t totals, item string, version int, ends int64) error {
	var fit Fit
	if err := w.row("SELECT "+fitOf("?1", "?2", "?3", "?4"), item, version, t.first, ends).Scan(&fit); err != nil {
		return err
	}
	return w.exec(`INSERT INTO usage_month VALUES (?1,?2,?3,?4,?5,?6,?7,?7)
		ON CONFLICT DO UPDATE SET downloads = downloads + ?4, requests = requests + ?5, robots = robots + ?6, first = min(first, ?7), last = max(last, ?7)`,
		series, monthOf(fromMicros(t.first)), fit, t.downloads, t.requests, t.robots, t.first)
}

// UsageTotal sums up the use of a version by an agency through a channel.
type UsageTotal struct {
	Item      string
	Version   int
	Agency    string
	Channel   string // empty: a download without a channel
	Downloads int
	Requests  int // as they were counted in logs; those of robots are left out
	Declared  int // uses declared, also those that have ended
	// First and Last are of any of them; what was counted on a day is as of its beginning.
	First time.Time
	Last  time.Time
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
	query := "SELECT item, version, agency, channel, downloads, requests, declared, first, last, " + inForce + ` AS current FROM usage_total u
		WHERE (item, version, agency, channel) > (?2, ?3, ?4, ?5)`
	args := []any{micros(f.AsOf), after.Item, after.Version, after.Agency, after.Channel}
	query, args = f.narrow(query, args)
	query += " ORDER BY item, version, agency, channel LIMIT ?"
	return many(ctx, v, scanTotal, query, append(args, limit)...)
}

func scanTotal(rows columns) (*UsageTotal, error) {
	var t UsageTotal
	var first, last int64
	err := rows.Scan(&t.Item, &t.Version, &t.Agency, &t.Channel, &t.Downloads, &t.Requests, &t.Declared, &first, &last, &t.InForce)
	t.First, t.Last = fromMicros(first), fromMicros(last)
	return &t, err
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

func scanUse(rows columns) (*DeclaredUse, error) {
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
