package projections

import (
	"context"
	"fmt"
)

// EachQuery calls tell with the text of every query that was asked of the views.
func EachQuery(v *Views, tell func(string)) {
	v.stmts.Range(func(query, _ any) bool {
		tell(query.(string))
		return true
	})
}

// SumMonths is sumMonths.
var SumMonths = sumMonths

// Read runs any query that reads, and drops its rows.
func Read(ctx context.Context, v *Views, query string) error {
	_, err := many(ctx, v, func(columns) (*struct{}, error) { return nil, nil }, query)
	return err
}

// Limit sets how many pages the file of the read models may have, as a small disk does;
// or as many as it has.
func (v *Views) Limit(pages int) error {
	_, err := v.writer.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	return err
}
