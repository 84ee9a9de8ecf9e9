package book

import "signet/internal/portal/frame"

// chapter is a page of all that is in force of a kind.
type chapter struct {
	view

	Versions []*version
	Next     string // address of the next page; empty on the last one
}

const chapterDocument = `
query BookChapter($kind: Kind!, $asOf: DateTime, $first: Int!, $after: String) {
	approved(kind: $kind, asOf: $asOf, first: $first, after: $after) { edges { node { ...Standing } } pageInfo { hasNextPage endCursor } }
}` + standing

// openChapter asks for a page of a chapter, at most so many versions.
func openChapter(v *frame.Visit, kind, path string, most int) (chapter, error) {
	w, err := lookAt(v)
	if err != nil {
		return chapter{}, err
	}
	var all struct{ Approved page }
	if err := v.Ask(chapterDocument, frame.Vars{"kind": kind, "asOf": w.asOf(), "first": most, "after": v.Optional("after")}, &all); err != nil {
		return chapter{}, err
	}
	c := chapter{view: w, Versions: all.Approved.versions()}
	w.ready(c.Versions...)
	if all.Approved.PageInfo.HasNextPage {
		c.Next = w.To(path+"?after=", all.Approved.PageInfo.EndCursor)
	}
	return c, nil
}

func slogans(v *frame.Visit) error {
	c, err := openChapter(v, "SLOGAN", "/book/slogans", 20)
	if err != nil {
		return err
	}
	return v.Show("book/slogans", c)
}

func logos(v *frame.Visit) error {
	c, err := openChapter(v, "LOGO", "/book/logos", 5)
	if err != nil {
		return err
	}
	return v.Show("book/logos", c)
}

func templates(v *frame.Visit) error {
	c, err := openChapter(v, "TEMPLATE", "/book/templates", 20)
	if err != nil {
		return err
	}
	return v.Show("book/templates", c)
}
