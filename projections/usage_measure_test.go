package projections_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"signet/domain"
	"signet/projections"
)

// TestMeasureUsage measures how fast usage is summed up when there is much of it:
// ten million downloads of ten years, by 20 agencies through 6 channels of 50 items
// in 6 versions each, with one count a day beside every thousandth of them. It takes
// some minutes, and is run by SIGNET_MEASURE_USAGE=1.
func TestMeasureUsage(t *testing.T) {
	if os.Getenv("SIGNET_MEASURE_USAGE") == "" {
		t.Skip("SIGNET_MEASURE_USAGE=1 measures")
	}
	const records = 10_000_000
	path := filepath.Join(t.TempDir(), "views.db")
	begun := time.Now()
	fillUsage(t, path, records)
	t.Logf("%d records were written in %v", records, time.Since(begun).Round(time.Second))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the file has %d MB", info.Size()>>20)
	views, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer views.Close()
	now := time.Date(2036, 12, 31, 5, 0, 0, 0, time.UTC)
	agency := projections.UsageScope{Agency: "agency-7"}
	ask := map[string]func(context.Context) (int, error){
		"compliance of an agency over a year": func(ctx context.Context) (int, error) {
			rows, err := views.UsageCompliance(ctx, agency, "2036-01-01", 12, 1, now)
			return rows[3].Downloads.Current + rows[3].Downloads.Superseded, err
		},
		"compliance of an agency over ten years": func(ctx context.Context) (int, error) {
			rows, err := views.UsageCompliance(ctx, agency, "2027-01-01", 120, 1, now)
			return rows[3].Downloads.Current + rows[3].Downloads.Superseded, err
		},
		"compliance of all over a year": func(ctx context.Context) (int, error) {
			rows, err := views.UsageCompliance(ctx, projections.UsageScope{}, "2036-01-01", 12, 1, now)
			return rows[3].Downloads.Current + rows[3].Downloads.Superseded, err
		},
		"the usage of half a year": func(ctx context.Context) (int, error) {
			rows, err := views.UsedBetween(ctx, time.Date(2036, 1, 1, 0, 0, 0, 0, domain.CityZone), time.Date(2036, 7, 1, 0, 0, 0, 0, domain.CityZone), 10_000)
			return len(rows), err
		},
		"what outlived its end": func(ctx context.Context) (int, error) {
			rows, err := views.Outlived(ctx, agency, now, projections.VersionCursor{}, 51)
			return len(rows), err
		},
		"what nobody used": func(ctx context.Context) (int, error) {
			_, err := views.Unused(ctx, agency, "2036-01-01", 12, projections.VersionCursor{}, 51)
			return 1, err
		},
		"downloads of an agency": func(ctx context.Context) (int, error) {
			rows, err := views.Downloads(ctx, projections.UsageFilter{AsOf: now, Agency: "agency-7"}, 0, 51)
			return len(rows), err
		},
		"downloads through a channel, far back": func(ctx context.Context) (int, error) {
			rows, err := views.Downloads(ctx, projections.UsageFilter{AsOf: now, Channel: "channel-2", Outdated: true}, 5_000_000, 51)
			return len(rows), err
		},
	}
	for name, one := range ask {
		var took []time.Duration
		for range 40 {
			begun := time.Now()
			n, err := one(t.Context())
			if err != nil || n == 0 {
				t.Fatalf("%s: %d, %v", name, n, err)
			}
			took = append(took, time.Since(begun))
		}
		slices.Sort(took)
		t.Logf("%-40s p50 %v, p99 %v", name, took[len(took)/2].Round(10*time.Microsecond), took[len(took)-1].Round(10*time.Microsecond))
	}
}

// fillUsage writes rows into the tables as the projection would have from events; the
// sums are made by the projection's own SQL.
func fillUsage(t *testing.T, path string, records int) {
	t.Helper()
	views, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := views.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)&_pragma=temp_store(FILE)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	first := time.Date(2027, 1, 1, 0, 0, 0, 0, domain.CityZone).UnixMicro()
	span := int64(3650) * 24 * 3600 * 1_000_000
	for _, statement := range []string{
		"BEGIN",
		// Series: item, version, agency, channel from the id.
		`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 35999)
			INSERT INTO usage_total SELECT i + 1, 'item-' || (i / 720), i / 120 % 6 + 1, 'agency-' || (i / 6 % 20), 'channel-' || (i % 6), 0, 0, 0, 0, 0 FROM n`,
		// Each version is in force for a sixth of the time.
		`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
			INSERT INTO effect SELECT 'item-' || (i / 6), i % 6 + 1, ?1 + ?2 / 6 * (i % 6), 0, i FROM n`,
		`INSERT INTO standing SELECT item, at, coalesce((SELECT min(at) FROM effect n WHERE n.item = e.item AND n.at > e.at), ?3), version, 0 FROM effect e`,
		// A download is of the version in force, or of the one before, which a third goes on using.
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?4)
			INSERT INTO download SELECT i, 1 + (i * 2654435761 / 4096 % 50) * 720 + max(0, min(5, i * 6 / ?4 - (i % 3 = 0))) * 120 + (i * 2246822519 / 8192 % 20) * 6 + i * 3266489917 / 2048 % 6,
				?1 + CAST(?2 * 1.0 / ?4 * (i - 1) AS INTEGER), '0198f0a2-5b1c-7c3e-9a41-' || printf('%012d', i % 2000),
				printf('%064x', i % 97), iif(i % 4 = 0, '', 'width=400&format=png') FROM n`,
		`INSERT INTO usage_count SELECT position, series, at - at % 86400000000, 500, 20 FROM download WHERE position % 1000 = 0`,
		"INSERT INTO usage_month " + projections.SumMonths("TRUE"),
		`UPDATE usage_total SET (downloads, requests, first, last) = (SELECT sum(downloads), sum(requests), min(first), max(last) FROM usage_month m WHERE m.series = id)
			WHERE id IN (SELECT series FROM usage_month)`,
		"DELETE FROM usage_total WHERE last = 0",
		"COMMIT",
	} {
		begun := time.Now()
		args := []any{first, span, projections.Forever, records}
		for n := len(args); ; n-- { // as many as the statement has
			_, err := db.Exec(statement, args[:n]...)
			if err == nil {
				break
			}
			if n == 0 {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		t.Logf("%6.1f s  %.40s", time.Since(begun).Seconds(), statement)
	}
}
