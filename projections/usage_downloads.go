package projections

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
)

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

const selectDownload = `SELECT d.position, t.agency, d.member, t.item, t.version, d.digest, d.rendition, t.channel, d.at
	FROM download d JOIN usage_total t ON t.id = d.series `

// Downloads returns single downloads, the newest first, those before the
// position (0: all), at most limit.
//
// Those of a filter are in some series, each of which is in order: as few of them
// are read as the newest rows are in.
func (v *Views) Downloads(ctx context.Context, f UsageFilter, before eventlog.Position, limit int) ([]*Download, error) {
	if before == 0 {
		before = 1 << 62
	}
	if f == (UsageFilter{AsOf: f.AsOf}) {
		return many(ctx, v, scanDownload, selectDownload+"WHERE d.position < ? ORDER BY d.position DESC LIMIT ?", int64(before), limit)
	}
	all, err := v.seriesOf(ctx, f, before)
	if err != nil {
		return nil, err
	}
	var out []*Download
	for _, s := range all {
		if len(out) == limit && out[limit-1].Position > s.newest {
			break
		}
		rows, err := many(ctx, v, scanDownload, selectDownload+"WHERE d.series = ? AND d.position < ? ORDER BY d.position DESC LIMIT ?", s.id, int64(before), limit)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		slices.SortFunc(out, func(a, b *Download) int { return cmp.Compare(b.Position, a.Position) })
		out = out[:min(len(out), limit)]
	}
	return out, nil
}

// oneSeries is a series with the position of its newest download.
type oneSeries struct {
	id     int64
	newest eventlog.Position
}

// seriesOf returns the series of a filter that have downloads before a position,
// those with the newest first.
func (v *Views) seriesOf(ctx context.Context, f UsageFilter, before eventlog.Position) ([]*oneSeries, error) {
	query, args := f.narrow(`SELECT id, (SELECT max(position) FROM download d WHERE d.series = u.id AND d.position < ?2) AS newest
		FROM usage_total u WHERE newest IS NOT NULL AND ?1 = ?1`, []any{micros(f.AsOf), int64(before)})
	return many(ctx, v, func(rows columns) (*oneSeries, error) {
		var s oneSeries
		return &s, rows.Scan(&s.id, &s.newest)
	}, query+" ORDER BY newest DESC", args...)
}

func scanDownload(rows columns) (*Download, error) {
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
}
