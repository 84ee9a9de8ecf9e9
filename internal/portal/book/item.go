package book

import (
	"signet/graph"
	"signet/internal/portal/frame"
)

type itemPage struct {
	view

	Version *version
	// In is the language in which a template is shown, and Locales all that there are.
	In      string
	Locales []string
	// Watching is nil for who has not logged in.
	Watching *watching
}

const itemDocument = `
query BookItem($key: String!, $asOf: DateTime) {
	approved(key: $key, asOf: $asOf, first: 1) { edges { node { ...Standing } } }
}` + standing

// ask returns the version of the item of the address that is in force on the day that
// the page is about; nil if none is.
func (w view) ask() (*version, error) {
	var all struct{ Approved page }
	err := w.visit.Ask(itemDocument, frame.Vars{"key": w.visit.PathValue("key"), "asOf": w.asOf()}, &all)
	if err != nil || len(all.Approved.Edges) == 0 {
		return nil, err
	}
	v := all.Approved.Edges[0].Node
	w.ready(v)
	return v, nil
}

// askFor is ask for pages that there are only of what is in force.
func (w view) askFor(kinds ...string) (*version, error) {
	v, err := w.ask()
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if v != nil && v.Kind == kind {
			return v, nil
		}
	}
	return nil, &graph.Refusal{Code: graph.NotFound, Reason: "unknown_item", Sentence: "nothing by that name is in force"}
}

func item(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	now, err := w.ask()
	if err != nil {
		return err
	}
	if now == nil {
		return gone(w)
	}
	p := itemPage{view: w, Version: now, Locales: now.Languages(string(v.Lang))}
	p.In = chosen(v, p.Locales)
	if p.Watching, err = w.watching(now.Key); err != nil {
		return err
	}
	return v.Show("book/item", p)
}
