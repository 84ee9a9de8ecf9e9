package projections_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/testneeds"
	"signet/projections"
)

// Whatever changes a table ends the basis of all that was read of it; what was read
// of the others stands.
func TestABasisEndsWithWhatItStandsOn(t *testing.T) {
	testneeds.PlainInCI(t)
	ended, kept := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		h.catchUp()
		before := dump(rt, h.path)
		for range 8 {
			bases := map[string]projections.Basis{}
			for table := range before {
				bases[table] = h.readOf(table)
			}
			for range 1 + h.dice(8) {
				h.step()
			}
			h.catchUp()
			after := dump(rt, h.path)
			for table, basis := range bases {
				changed := !slices.Equal(before[table], after[table])
				switch {
				case table == "checkpoint": // says how far, and nothing of the registry
				case changed && basis.Holds():
					rt.Fatalf("%s has changed, and what was read of it stands", table)
				case changed:
					ended++
				case basis.Holds():
					kept++
				}
			}
			before = after
		}
	})
	if ended < 100 || kept < 100 {
		t.Errorf("%d have ended, %d were kept: the histories do not try it", ended, kept)
	}
}

// readOf is the basis of having read a table; the words stand for the index of them.
func (h *history) readOf(table string) projections.Basis {
	h.rt.Helper()
	query := "SELECT count(*) FROM " + table
	if table == "words" {
		query = "SELECT rowid FROM search WHERE search MATCH 'a' LIMIT 1"
	}
	ctx, reads := h.views.Watch(h.rt.Context())
	if err := projections.Read(ctx, h.views, query); err != nil {
		h.rt.Fatal(err)
	}
	return reads.Basis()
}

func TestADownloadLeavesWhatIsInForceAlone(t *testing.T) {
	r := withSlogan(t)
	r.approve("slogan", text, domain.Effective{})
	r.catchUp()
	approved := func() projections.Basis {
		ctx, reads := r.views.Watch(t.Context())
		if _, err := r.views.Approved(ctx, projections.ApprovedFilter{AsOf: r.now}, "", 10); err != nil {
			t.Fatal(err)
		}
		if reads.Statements() == 0 {
			t.Fatal("nothing was noted")
		}
		return reads.Basis()
	}
	basis := approved()
	r.download(nga, "slogan", 1, "web")
	r.declare(1, nga, "slogan", 1)
	r.catchUp()
	if !basis.Holds() {
		t.Error("a use has ended what was read of what is in force")
	}
	r.withdraw("slogan", 1, time.Time{})
	if !basis.Holds() {
		t.Error("it ended before the read models knew")
	}
	r.catchUp()
	if basis.Holds() {
		t.Error("a withdrawal has not ended what was read of what is in force")
	}
	if !approved().Holds() {
		t.Error("what was read afterwards does not stand")
	}
}

// Nothing is noted of queries that nobody watches, and each watch is its own.
func TestEachWatchIsItsOwn(t *testing.T) {
	r := withSlogan(t)
	r.approve("slogan", text, domain.Effective{})
	r.catchUp()
	outer, first := r.views.Watch(t.Context())
	inner, second := r.views.Watch(outer)
	for _, ctx := range []context.Context{t.Context(), inner} {
		if _, err := r.views.InForce(ctx, "slogan", r.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if first.Statements() != 0 || second.Statements() == 0 {
		t.Errorf("%d statements outside, %d inside", first.Statements(), second.Statements())
	}
}
