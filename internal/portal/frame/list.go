package frame

import (
	"strconv"

	"github.com/google/uuid"
)

// List is one page of a connection of the API, as a document asks for it with
// { edges { node { … } } pageInfo { hasNextPage endCursor } }.
type List[T any] struct {
	Edges    []struct{ Node T }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// Nodes are its rows.
func (l List[T]) Nodes() []T {
	rows := make([]T, len(l.Edges))
	for i, e := range l.Edges {
		rows[i] = e.Node
	}
	return rows
}

// Next is the cursor after which the next page begins; empty if this is the last.
func (l List[T]) Next() string {
	if !l.PageInfo.HasNextPage {
		return ""
	}
	return l.PageInfo.EndCursor
}

// Whole reads a field that is a whole number; nil where it is none, so that the API goes
// without it, or asks for it.
func (v *Visit) Whole(name string) any {
	n, err := strconv.Atoi(v.Value(name))
	if err != nil {
		return nil
	}
	return n
}

// Once is a new key for a form that is to count once, however often it is sent.
func Once() string { return uuid.NewString() }
