package book

import (
	"fmt"
	"strings"
	"time"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// gonePage is of an item of which nothing is in force.
type gonePage struct {
	view

	Key  string
	Name title
	// Last is the version that was in force last; nil if none ever was.
	Last *ended
	// LastDay is a day on which it was, for the parameter at.
	LastDay string
	// Instead is the name of what is to be used instead.
	Instead title
}

// ended is a version that is not in force any more, or not yet.
type ended struct {
	Version                      int
	Status, Since, Until, Reason string
	ReplacementKey               string
}

// tries is how many numbers of versions are tried: what has become of a version is told by
// its number, also to who has no token and may not know which there are.
const tries = 12

// gone tells what has become of an item of which nothing is in force.
func gone(w view) error {
	key := w.visit.PathValue("key")
	p := gonePage{view: w, Key: key}
	named, known, err := w.nameOf(key)
	if err != nil {
		return err
	}
	var fates map[string][]ended
	if err := w.visit.Ask(fatesDocument(), frame.Vars{"key": key}, &fates); err != nil {
		return err
	}
	for i := 1; i <= tries; i++ {
		if of := fates[fmt.Sprint("v", i)]; len(of) > 0 {
			p.Last = &of[0]
		}
	}
	if !known && p.Last == nil {
		return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_item", Sentence: "there is no such item"}
	}
	p.Name = named
	if err := p.lookBack(); err != nil {
		return err
	}
	if p.Last != nil && p.Last.ReplacementKey != "" {
		if p.Instead, _, err = w.nameOf(p.Last.ReplacementKey); err != nil {
			return err
		}
	}
	return w.visit.Show("book/gone", p)
}

// nameOf is the name of an item, and whether the visitor may know of it; its key where it
// has none for them.
func (w view) nameOf(key string) (title, bool, error) {
	var about struct {
		Item *struct{ Name string }
	}
	err := w.visit.Ask(`query BookName($key: String!, $lang: Locale!) { item(key: $key) { name(locale: $lang) } }`, frame.Vars{"key": key, "lang": w.visit.Lang}, &about)
	if err != nil || about.Item == nil || about.Item.Name == "" {
		return title{Main: key}, about.Item != nil, err
	}
	return titled(said{string(w.visit.Lang), about.Item.Name}), true, nil
}

// lookBack finds out how the item was called when it was in force last, as anybody may
// know of what is public.
func (p *gonePage) lookBack() error {
	if p.Last == nil || p.Last.Until == "" {
		return nil
	}
	until, err := time.Parse(time.RFC3339, p.Last.Until)
	if err != nil {
		return fmt.Errorf("book: %w", err)
	}
	var then struct{ Approved page }
	last := until.Add(-time.Microsecond)
	if err := p.visit.Ask(itemDocument, frame.Vars{"key": p.Key, "asOf": last.Format(time.RFC3339Nano)}, &then); err != nil {
		return err
	}
	for _, v := range then.Approved.versions() {
		p.Name = v.Title(string(p.visit.Lang))
		from, err := dayOf(v.ValidFrom)
		if err != nil {
			return err
		}
		if day := until.AddDate(0, 0, -1).In(domain.CityZone).Format(time.DateOnly); day >= from {
			p.LastDay = day
		}
	}
	return nil
}

// fatesDocument asks what has become of the first versions of an item.
func fatesDocument() string {
	var b strings.Builder
	b.WriteString("query BookFates($key: String!) {")
	for i := 1; i <= tries; i++ {
		fmt.Fprintf(&b, " v%d: identify(key: $key, version: %d) { version status since until reason replacementKey }", i, i)
	}
	b.WriteString(" }")
	return b.String()
}
