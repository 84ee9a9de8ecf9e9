package projections

// EachQuery calls tell with the text of every query that was asked of the views.
func EachQuery(v *Views, tell func(string)) {
	v.stmts.Range(func(query, _ any) bool {
		tell(query.(string))
		return true
	})
}

// SumMonths is sumMonths.
var SumMonths = sumMonths
