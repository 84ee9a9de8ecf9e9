package sight

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disintegration/imaging"
	"golang.org/x/sync/errgroup"
)

// measureVariable is set to 1 by who wants to know what recognition is worth, with
// public logos; and to "tune" by who looks for better thresholds: that is the other
// half of the logos.
const measureVariable = "SIGNET_MEASURE_SIGHT"

// The sample.
const (
	measureSeed = 7
	known       = 900 // logos in the gallery: with the versions of some of them, 1,000
	asked       = 600 // of these are changed, each in a few of the ways
	unknown     = 100 // logos that are not in it
	versioned   = 50  // logos of which there are two more versions
	ways        = 6   // in which each of them is changed
	drawnSide   = 256
)

// exhibit is a drawn logo.
type exhibit struct {
	logo

	picture *image.NRGBA
	small   *image.NRGBA // to tell by whether two logos are the same drawing
}

// exhibition is a gallery of public logos, with what is known about them.
type exhibition struct {
	*Gallery

	known, unknown []*exhibit
	byID           map[string]*exhibit
}

func newExhibit(l logo, m *image.NRGBA) *exhibit {
	return &exhibit{l, m, imaging.Resize(over(m, color.NRGBA{200, 200, 200, 255}), 32, 32, imaging.Box)}
}

// related tells whether an answer with the one is no mistake for the other: they are of
// one owner, or the same drawing.
func (e *exhibit) related(o *exhibit) bool {
	if e.stem == o.stem || ofOneOwner(e, o) {
		return true
	}
	sum := 0
	for i, v := range e.small.Pix {
		d := int(v) - int(o.small.Pix[i])
		sum += max(d, -d)
	}
	return sum < 3*len(e.small.Pix)
}

// ofOneOwner is for one brand in two of the sets, by the first letters of its name.
func ofOneOwner(e, o *exhibit) bool {
	const letters = 5
	if strings.HasPrefix(e.stem, "flag") || strings.HasPrefix(o.stem, "flag") || len(e.stem) < letters || len(o.stem) < letters {
		return false
	}
	return e.stem[:letters] == o.stem[:letters]
}

func exhibitionOf(t *testing.T) *exhibition {
	t.Helper()
	x := &exhibition{byID: map[string]*exhibit{}}
	a := newArtist(t)
	var entries []Entry
	add := func(e *exhibit) bool {
		taken, err := Of(t.Context(), e.picture)
		if err == nil {
			entries = append(entries, Entry{e.id, taken})
			x.byID[e.id] = e
		}
		return err == nil
	}
	logos := publicLogos(t, measureSeed)
	if half := len(logos) / 2; os.Getenv(measureVariable) == "tune" {
		logos = logos[:half]
	} else {
		logos = logos[half:]
	}
	for _, l := range logos {
		if len(x.unknown) == unknown {
			break
		}
		m := a.draw(t, l, drawnSide)
		if m == nil {
			continue
		}
		e := newExhibit(l, m)
		switch {
		case len(x.known) < known:
			if add(e) {
				x.known = append(x.known, e)
			}
		case !slices.ContainsFunc(x.known, e.related):
			x.unknown = append(x.unknown, e)
		}
	}
	for i, e := range x.known[:versioned] {
		r := rand.New(rand.NewPCG(measureSeed, uint64(i)))
		add(newExhibit(logo{e.id + "/colour", e.stem, ""}, hued(e.picture, r)))
		add(newExhibit(logo{e.id + "/shape", e.stem, ""}, reshaped(e.picture, r)))
	}
	began := time.Now()
	x.Gallery = NewGallery(entries)
	t.Logf("%d entries prepared in %v", len(entries), time.Since(began).Round(time.Millisecond))
	return x
}

// hued is a version in other colours, with what is transparent as it is.
func hued(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	turn := 0.25 + r.Float64()/2
	return imaging.AdjustFunc(m, func(c color.NRGBA) color.NRGBA {
		mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-turn) + float64(b)*turn) }
		return color.NRGBA{mix(c.R, c.G), mix(c.G, c.B), mix(c.B, 255-c.R), c.A}
	})
}

// reshaped is a version with a spot more, as large as a sixth of it.
func reshaped(m *image.NRGBA, r *rand.Rand) *image.NRGBA {
	out := imaging.Clone(m)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	side := max(min(w, h)/6, 4)
	at := image.Pt(r.IntN(w-side), r.IntN(h-side))
	ink := color.NRGBA{230, 60, 20, 255}
	if c := m.NRGBAAt(at.X+side/2, at.Y+side/2); c.A > 128 && c.R > 128 {
		ink = color.NRGBA{20, 40, 160, 255}
	}
	for y := range side {
		for x := range side {
			dx, dy := 2*x-side, 2*y-side
			if dx*dx+dy*dy < side*side {
				out.SetNRGBA(at.X+x, at.Y+y, ink)
			}
		}
	}
	return out
}

// tally of one kind of change.
type tally struct {
	known, right, wrong, first, five    int // wrong: likely, and another one
	unknown, alarms, looks              int
	took                                time.Duration
	versions, exact, open, falselyTaken int
}

func (x *exhibition) ask(t *testing.T, c change, e *exhibit, seed uint64) []Match {
	t.Helper()
	matches, err := x.Find(t.Context(), c.apply(e.picture, rand.New(rand.NewPCG(measureSeed, seed))))
	if err != nil {
		t.Error(err)
	}
	return matches
}

// right tells whether a match names the logo, or one that is related to it.
func (x *exhibition) right(m Match, e *exhibit) bool {
	return x.byID[m.Entry.ID].related(e) || slices.ContainsFunc(m.Ambiguous, func(o Entry) bool { return o.ID == e.id })
}

func (l *tally) add(x *exhibition, e *exhibit, isKnown bool, matches []Match) {
	likely := len(matches) > 0 && matches[0].Certainty == Likely
	if !isKnown {
		l.unknown++
		if likely {
			l.alarms++
		} else if len(matches) > 0 {
			l.looks++
		}
		return
	}
	l.known++
	at := slices.IndexFunc(matches, func(m Match) bool { return x.right(m, e) })
	switch {
	case at == 0:
		l.first++
		fallthrough
	case at > 0 && at < 5:
		l.five++
	}
	if likely && at == 0 {
		l.right++
	} else if likely {
		l.wrong++
	}
}

// addVersion counts whether the version itself was named.
func (l *tally) addVersion(t *testing.T, c change, e *exhibit, matches []Match) {
	t.Helper()
	l.versions++
	if len(matches) == 0 || matches[0].Certainty != Likely {
		return
	}
	switch m := matches[0]; {
	case m.Entry.ID == e.id && len(m.Ambiguous) == 0:
		l.exact++
	case m.names(Entry{ID: e.id}):
		l.open++
	case strings.HasPrefix(m.Entry.ID, strings.TrimSuffix(strings.TrimSuffix(e.id, "/colour"), "/shape")):
		l.falselyTaken++
		t.Logf("wrong version, %s: %s is taken for %s, %.2f, %s", c.name, e.id, m.Entry.ID, m.Score, m.Colours)
	}
}

// TestPublicLogos measures; what it logs is a table for the documentation, and what it
// demands is the precision that is promised.
func TestPublicLogos(t *testing.T) {
	if os.Getenv(measureVariable) == "" {
		t.Skipf("it is measured if %s is 1", measureVariable)
	}
	x := exhibitionOf(t)
	tallies := make([]tally, len(changes))
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(2)
	run := func(i, kind int, e *exhibit, count func(l *tally, matches []Match)) {
		group.Go(func() error {
			began := time.Now()
			matches := x.ask(t, changes[kind], e, uint64(i*len(changes)+kind))
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			tallies[kind].took += took
			count(&tallies[kind], matches)
			for _, m := range matches[:min(len(matches), 1)] {
				if m.Certainty == Likely && !x.right(m, e) {
					t.Logf("wrong, %s: %s is taken for %s, %.2f, %s", changes[kind].name, e.id, m.Entry.ID, m.Score, m.Colours)
				}
			}
			return nil
		})
	}
	for i, e := range append(x.known[versioned:asked:asked], x.unknown...) {
		isKnown := x.byID[e.id] != nil
		for way := range ways {
			run(i, (i+way*len(changes)/ways)%len(changes), e, func(l *tally, matches []Match) { l.add(x, e, isKnown, matches) })
		}
	}
	for i, e := range x.known[:versioned] {
		for k, id := range []string{e.id, e.id + "/colour", e.id + "/shape"} {
			if v := x.byID[id]; v != nil {
				for way := range ways {
					kind := (i + way*len(changes)/ways) % len(changes)
					run(i+k, kind, v, func(l *tally, matches []Match) { l.addVersion(t, changes[kind], v, matches) })
				}
			}
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	report(t, tallies)
}

func report(t *testing.T, tallies []tally) {
	t.Helper()
	var b strings.Builder
	b.WriteString("| change | likely: recall | precision | look: first | within 5 | false alarms per 100 unknown | suggestions for unknown | version: named | left open | wrong | ms |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	var all tally
	row := func(name string, l tally) {
		share := func(a, b int) string {
			if b == 0 {
				return "–"
			}
			return fmt.Sprintf("%.2f", float64(a)/float64(b))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %d |\n", name,
			share(l.right, l.known), share(l.right, l.right+l.wrong+l.alarms), share(l.first, l.known), share(l.five, l.known),
			share(100*l.alarms, l.unknown), share(l.looks, l.unknown), share(l.exact, l.versions), share(l.open, l.versions), share(l.falselyTaken, l.versions),
			l.took.Milliseconds()/int64(max(l.known+l.unknown+l.versions, 1)))
	}
	for i, l := range tallies {
		row(changes[i].name, l)
		all.known, all.right, all.wrong, all.first, all.five = all.known+l.known, all.right+l.right, all.wrong+l.wrong, all.first+l.first, all.five+l.five
		all.unknown, all.alarms, all.looks, all.took = all.unknown+l.unknown, all.alarms+l.alarms, all.looks+l.looks, all.took+l.took
		all.versions, all.exact, all.open, all.falselyTaken = all.versions+l.versions, all.exact+l.exact, all.open+l.open, all.falselyTaken+l.falselyTaken
	}
	row("**all**", all)
	t.Logf("%d known, %d unknown, %d versions\n%s", all.known, all.unknown, all.versions, b.String())
	const promised = 0.95
	if told := all.right + all.wrong + all.alarms; float64(all.right) < promised*float64(told) {
		t.Errorf("%d of %d likely answers are right, and %.2f are promised", all.right, told, promised)
	}
}
