package projections_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/projections"
)

// TestDownloadsOfEveryFilterComeInOrderAndPages tries all filters that the API offers.
func TestDownloadsOfEveryFilterComeInOrderAndPages(t *testing.T) {
	r := used(t)
	r.register("other", domain.Slogan, true)
	r.approve("other", text, domain.Effective{})
	for i := range 40 {
		by := []domain.Actor{nga, lan}[i%2]
		r.download(by, []string{"slogan", "other"}[i/2%2], 1+i/4%2*(1-i/2%2), []string{"", "web", "app"}[i%3])
	}
	r.catchUp()
	all, err := r.views.Downloads(t.Context(), projections.UsageFilter{AsOf: r.now}, 0, 1000)
	if err != nil || len(all) != 44 {
		t.Fatal(len(all), err)
	}
	for mask := range 32 {
		f := projections.UsageFilter{AsOf: r.now}
		if mask&1 > 0 {
			f.Item = "slogan"
		}
		if mask&2 > 0 {
			f.Version = 1
		}
		if mask&4 > 0 {
			f.Agency = culture
		}
		if mask&8 > 0 {
			f.Channel = "web"
		}
		f.Outdated = mask&16 > 0
		var want, got []string
		for _, d := range all {
			outdated := d.Item == "slogan" && d.Version == 1
			if (f.Item == "" || d.Item == f.Item) && (f.Version == 0 || d.Version == f.Version) && (f.Agency == "" || d.Agency == f.Agency) &&
				(f.Channel == "" || d.Channel == f.Channel) && (!f.Outdated || outdated) {
				want = append(want, fmt.Sprint(*d))
			}
		}
		for page := all[:1]; len(page) > 0; {
			before := all[0].Position + 1
			if len(got) > 0 {
				before = page[len(page)-1].Position
			}
			if page, err = r.views.Downloads(t.Context(), f, before, 3); err != nil {
				t.Fatal(err)
			}
			for _, d := range page {
				got = append(got, fmt.Sprint(*d))
			}
		}
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%+v: %d rows, want %d", f, len(got), len(want))
		}
	}
}

// TestNoQuestionReadsAllDownloads holds what the tables of many rows are read by.
func TestNoQuestionReadsAllDownloads(t *testing.T) {
	r := used(t)
	db, err := sql.Open("sqlite", "file:"+r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f, s := projections.UsageFilter{AsOf: r.now, Agency: culture, Item: "slogan", Channel: "web", Outdated: true}, projections.UsageScope{Agency: culture, Edition: 1}
	for _, f := range []projections.UsageFilter{f, {AsOf: r.now}, {AsOf: r.now, Channel: "web"}, {AsOf: r.now, Version: 1}} {
		_, err := r.views.Downloads(t.Context(), f, 0, 10)
		ask(err)
		_, err = r.views.UsageTotals(t.Context(), f, projections.UsageCursor{}, 10)
		ask(err)
	}
	_, err = r.views.UsedBetween(t.Context(), newYear, r.now, 10)
	ask(err)
	for _, s := range []projections.UsageScope{s, {}, {Item: "slogan"}, {Channel: "web"}} {
		_, err = r.views.UsageCompliance(t.Context(), s, "2027-01-01", 12, 1, r.now)
		ask(err)
		_, err = r.views.Outlived(t.Context(), s, r.now, projections.VersionCursor{}, 10)
		ask(err)
		_, err = r.views.Unused(t.Context(), s, "2027-01-01", 12, projections.VersionCursor{}, 10)
		ask(err)
	}
	queries := 0
	projections.EachQuery(r.views, func(query string) {
		for _, table := range []string{"download", "usage_count", "usage_month"} {
			if !strings.Contains(query, table) {
				continue
			}
			queries++
			steps := plan(t, db, query)
			if strings.Contains(query, "d.at >=") && !strings.Contains(strings.Join(steps, "\n"), "download_by_series_at") {
				t.Errorf("%s\nreads a series from its beginning", query)
			}
			for _, step := range steps {
				if strings.Contains(query, "ORDER BY d.position") && strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("%s\nreads more than a page: %s", query, step)
				}
				if strings.HasPrefix(step, "SCAN d") || strings.HasPrefix(step, "SCAN m") {
					t.Errorf("%s\nis answered by: %s", query, step)
				}
			}
		}
	})
	if queries < 10 {
		t.Errorf("only %d queries are looked at", queries)
	}
}

// plan is how SQLite answers a query.
func plan(t *testing.T, db *sql.DB, query string) (steps []string) {
	t.Helper()
	args := make([]any, 40)
	for n := range args { // as many as the query has
		if steps = explained(t, db, query, args[:n]); len(steps) > 0 {
			return steps
		}
	}
	t.Fatalf("no plan for %s", query)
	return nil
}

// explained is the plan of a query; nothing if it takes other arguments.
func explained(t *testing.T, db *sql.DB, query string, args []any) (steps []string) {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
