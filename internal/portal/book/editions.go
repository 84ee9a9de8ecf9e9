package book

import (
	"fmt"
	"slices"
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// dayOf is the day of an instant in the city.
func dayOf(instant string) (string, error) {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return "", fmt.Errorf("book: %w", err)
	}
	return t.In(domain.CityZone).Format(time.DateOnly), nil
}

// editions are the editions that were issued, the newest first; each leads to the kit as it
// was on that day.
func editions(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	var all struct{ Editions editionPage }
	if err := v.Ask(`query BookEditions { editions(first: 100) { edges { node { ...Issue } } } }`+issue, nil, &all); err != nil {
		return err
	}
	current := all.Editions.inForce(time.Now())
	var issued []*edition
	for _, e := range all.Editions.Edges {
		if e.Node.Issued != "" {
			e.Node.Current = e.Node == current
			issued = append(issued, e.Node)
		}
	}
	slices.Reverse(issued)
	return v.Show("book/editions", struct {
		view
		Editions []*edition
	}{w, issued})
}
