package projections_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/testneeds"
	"signet/projections"
)

// turn is one thing that changes what is in force of an item.
type turn struct {
	at       time.Time
	position eventlog.Position
	begins   int  // the version that begins, 0: none
	ends     int  // the version that is withdrawn, 0: none
	retires  bool // whatever is in force ends
	edition  int
}

// oracle knows what is in force by going through an item's life from its
// beginning, each time it is asked: no intervals, no tables.
type oracle struct {
	items     map[string]domain.Item
	turns     map[string][]turn
	withdrawn map[string]map[int]time.Time // the earliest instant that was told
}

func newOracle(h *history) *oracle {
	o := &oracle{items: map[string]domain.Item{}, turns: map[string][]turn{}, withdrawn: map[string]map[int]time.Time{}}
	for _, key := range itemKeys {
		o.items[key] = load(h, domain.Items, domain.ItemStream(key))
		o.withdrawn[key] = map[int]time.Time{}
	}
	for r, err := range allOf(h.log) {
		if err != nil {
			h.rt.Fatal(err)
		}
		envelope, payload, err := eventlog.Open(r)
		if err != nil {
			h.rt.Fatal(err)
		}
		event, err := domain.Decode(r.Type, payload, envelope.At)
		if err != nil {
			h.rt.Fatal(err)
		}
		o.see(event, r.Position)
	}
	for _, turns := range o.turns {
		slices.SortStableFunc(turns, func(a, b turn) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.position, b.position)) })
	}
	return o
}

func (o *oracle) see(event domain.Event, position eventlog.Position) {
	add := func(key string, t turn) {
		t.position = position
		o.turns[key] = append(o.turns[key], t)
	}
	switch e := event.(type) {
	case domain.VersionApproved:
		if e.From != nil {
			add(e.Key, turn{at: *e.From, begins: e.Version})
		}
	case domain.VersionWithdrawn:
		if at, known := o.withdrawn[e.Key][e.Version]; !known || e.From.Before(at) {
			o.withdrawn[e.Key][e.Version] = e.From
		}
		add(e.Key, turn{at: e.From, ends: e.Version})
	case domain.EditionIssued:
		for _, entry := range e.Entries {
			add(entry.Item, turn{at: e.From, begins: entry.Version, edition: e.Number})
		}
		for _, key := range e.Retired {
			add(key, turn{at: e.From, retires: true})
		}
	}
}

// inForce returns the version of an item that is in force at an instant, or 0,
// and the edition that put it there.
func (o *oracle) inForce(key string, at time.Time) (version, edition int) {
	for _, t := range o.turns[key] {
		if t.at.After(at) {
			break
		}
		switch {
		case t.begins != 0:
			if from, known := o.withdrawn[key][t.begins]; !known || from.After(t.at) {
				version, edition = t.begins, t.edition
			}
		case t.retires, t.ends == version:
			version, edition = 0, 0
		}
	}
	return version, edition
}

// matches tells whether a version says something for the filter.
func matches(c domain.Content, f projections.ApprovedFilter) bool {
	if f.Pillar == "" && f.Audience == "" {
		return f.Locale == "" || slices.Contains(c.Locales(), f.Locale)
	}
	return slices.ContainsFunc(c.Units, func(u domain.Unit) bool {
		return (f.Pillar == "" || u.Pillar == f.Pillar) && (f.Audience == "" || u.Audience == f.Audience) &&
			(f.Locale == "" || u.Text[f.Locale] != "")
	})
}

// approved answers as Views.Approved does.
func (o *oracle) approved(f projections.ApprovedFilter, after string, limit int) []string {
	var out []string
	for _, key := range slices.Sorted(slices.Values(itemKeys)) {
		item := o.items[key]
		version, edition := o.inForce(key, f.AsOf)
		if version == 0 || f.Item == "" && key <= after || f.Item != "" && key != f.Item || f.Public && !item.Public || f.Kind != "" && item.Kind != f.Kind {
			continue
		}
		if matches(item.Versions[version-1].Content, f) {
			out = append(out, fmt.Sprintf("%s v%d e%d", key, version, edition))
		}
	}
	return out[:min(len(out), limit)]
}

func TestApprovedAgreesWithGoingThroughEveryLife(t *testing.T) {
	testneeds.PlainInCI(t)
	inForce, editions := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 40 + h.dice(128) {
			h.step()
		}
		h.catchUp()
		o := newOracle(h)
		for _, at := range h.instants() {
			if h.dice(4) > 0 { // each is one of some hundred
				continue
			}
			f := projections.ApprovedFilter{AsOf: at}
			o.agree(h, f, "", 100)
			for key := range o.turns {
				version, edition := o.inForce(key, at)
				inForce, editions = inForce+min(version, 1), editions+min(edition, 1)
			}
			f.Kind, f.Locale = choose(h, append(domain.Kinds, "")), choose(h, []domain.Locale{"", "vi", "en", "ja", "ko"})
			f.Pillar, f.Audience = choose(h, targets), choose(h, targets)
			f.Public = h.dice(2) == 0
			if h.dice(4) == 0 {
				f.Item = choose(h, itemKeys)
			}
			o.agree(h, f, choose(h, append(itemKeys, "")), 1+h.dice(8))
		}
	})
	if !fewHistories() && (inForce == 0 || editions == 0) {
		t.Error("nothing was ever in force; the commands are drawn badly")
	}
}

func (o *oracle) agree(h *history, f projections.ApprovedFilter, after string, limit int) {
	rows, err := h.views.Approved(context.Background(), f, after, limit)
	if err != nil {
		h.rt.Fatalf("%+v: %v", f, err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s v%d e%d", r.Item, r.Version, r.Edition))
		item := o.items[r.Item]
		if r.Kind != item.Kind || r.Public != item.Public || !r.Content.Equal(item.Versions[r.Version-1].Content) {
			h.rt.Errorf("%+v is not what was approved of %+v", r, item)
		}
		if f.AsOf.Before(r.From) || !r.Until.IsZero() && !f.AsOf.Before(r.Until) {
			h.rt.Errorf("in force from %v until %v, asked for as of %v", r.From, r.Until, f.AsOf)
		}
	}
	if want := o.approved(f, after, limit); !slices.Equal(got, want) {
		h.rt.Fatalf("%+v after %q, %d:\ngot  %q\nwant %q\n%+v", f, after, limit, got, want, o.turns)
	}
}
