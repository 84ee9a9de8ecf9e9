package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Operation types of GraphQL (spec, section 2.3), and what can't be told because
// the document was not understood.
var operationTypes = []string{"query", "mutation", "subscription", other}

// operationOutcomes are the codes of package graph in small letters, with those of
// gqlgen for a document that it did not take; a test of this package compares them.
var operationOutcomes = []string{
	"bad_user_input", "not_found", "conflict", "forbidden", "unauthenticated", "rate_limited", "unavailable", "timeout", "internal",
	"persisted_query_not_found", "persisted_query_not_supported", "persisted_query_hash_mismatch", "persisted_query_not_in_list",
	"graphql_parse_failed", "graphql_validation_failed",
}

// Operations counts operations of the GraphQL API. The zero value and nil count
// nothing.
type Operations struct{ counts *prometheus.CounterVec }

// GraphQL registers the counter of operations.
func (r *Registry) GraphQL() *Operations {
	o := &Operations{prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "graphql_operations_total",
		Help: "Operations of the GraphQL API, by their type and the code of their first error.",
	}, []string{"type", "outcome"})}
	for _, t := range operationTypes {
		for _, outcome := range append([]string{succeeded, other}, operationOutcomes...) {
			o.counts.WithLabelValues(t, outcome)
		}
	}
	r.reg.MustRegister(o.counts)
	return o
}

// Done counts an operation of a type (query, mutation, subscription; any other is
// "other") that ended with the code of its first error, such as "NOT_FOUND", or with
// none when that is empty. A subscription is done when it ends.
func (o *Operations) Done(operation, code string) {
	if o == nil || o.counts == nil {
		return
	}
	if !slices.Contains(operationTypes, operation) {
		operation = other
	}
	outcome := strings.ToLower(code)
	switch {
	case code == "":
		outcome = succeeded
	case !slices.Contains(operationOutcomes, outcome):
		outcome = other
	}
	o.counts.WithLabelValues(operation, outcome).Inc()
}
