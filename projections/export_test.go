package projections

import "context"

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
