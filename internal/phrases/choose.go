package phrases

import (
	"cmp"
	"slices"
)

// judge says how a candidate is written.
func (f *finder) judge(e *entry, c *candidate) bool {
	if e.phrases != nil {
		return f.template(e, c)
	}
	c.place = span{int(f.at[c.from]), f.end(c.to - 1)}
	c.how = Changed
	if c.distance == 0 {
		c.how = Disguised
		for _, v := range e.variants {
			from, to, ok := v.stands(&f.letters, int(f.at[c.from]))
			if ok && (c.how != Exact || to-from > c.place.to-c.place.from) {
				c.how, c.phrases, c.place = Exact, v.phrases, span{from, to}
			}
		}
	}
	if c.how != Exact {
		if e.weight < leastFolded {
			return false
		}
		c.phrases = nearest(e.variants, f.text[c.place.from:c.place.to])
	}
	c.score = score(c.how, c.to-c.from, c.distance)
	return true
}

// score is what a use explains.
func score(how How, letters, distance int) int {
	explained := letters - 3*distance
	switch how {
	case Exact:
		return 10 * explained
	case Disguised:
		return 7 * explained
	default:
		return 5 * explained
	}
}

// chosen returns the candidates that are told, in order of place.
func (f *finder) chosen() []candidate {
	if len(f.candidates) == 0 {
		return nil
	}
	slices.SortStableFunc(f.candidates, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	f.owner = slices.Grow(f.owner[:0], len(f.folded))[:len(f.folded)]
	clear(f.owner)
	var told []candidate
	for _, c := range f.candidates {
		i := slices.IndexFunc(f.owner[c.from:c.to], func(owner int32) bool { return owner != 0 })
		if i >= 0 {
			if rival := &told[f.owner[c.from+i]-1]; rival.how == Changed && c.how == Changed && asNear(rival, &c) {
				rival.phrases = slices.Concat(rival.phrases, c.phrases)
			}
			continue
		}
		told = append(told, c)
		for j := c.from; j < c.to; j++ {
			f.owner[j] = int32(len(told))
		}
	}
	slices.SortFunc(told, func(a, b candidate) int { return cmp.Compare(a.from, b.from) })
	return told
}

// asNear tells whether two changed uses are of one place, and equally near.
func asNear(a, b *candidate) bool {
	return a.distance == b.distance && abs(a.from-b.from) <= a.distance && abs(a.to-b.to) <= a.distance
}

func abs(n int) int { return max(n, -n) }
