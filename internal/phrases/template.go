package phrases

import (
	"slices"
	"unicode/utf8"
)

// template finds the other parts of a phrase with placeholders, around its main
// part, and judges it.
func (f *finder) template(e *entry, c *candidate) bool {
	c.how = Exact
	count := c.to - c.from
	c.place = f.written(&e.variants[0], c.from, c.to, &c.how)
	for i := range e.before {
		p := &e.before[i]
		from, ok := f.nearestPart(p, c.place.from, c.from-len(p.folded), -1)
		if !ok {
			return false
		}
		c.from = from
		c.place.from = f.written(&p.variant, from, from+len(p.folded), &c.how).from
		count += len(p.folded)
	}
	for i := range e.behind {
		p := &e.behind[i]
		from, ok := f.nearestPart(p, c.place.to, c.to, 1)
		if !ok {
			return false
		}
		c.to = from + len(p.folded)
		c.place.to = f.written(&p.variant, from, c.to, &c.how).to
		count += len(p.folded)
	}
	if !e.open && f.edge(c.from) == 0 || !e.ended && f.edge(c.to) == 0 {
		return false
	}
	c.phrases = e.phrases
	c.score = score(c.how, count, 0)
	return true
}

// written returns where a part stands whose letters are found. If it isn't written
// exactly so, how becomes Disguised.
func (f *finder) written(v *variant, from, to int, how *How) span {
	if from, to, ok := v.stands(&f.letters, int(f.at[from])); ok {
		return span{from, to}
	}
	*how = Disguised
	return span{int(f.at[from]), f.end(to - 1)}
}

// nearestPart finds the letters of a part before or behind a place in the text, from
// letter i on, with at most its gap of characters in between.
func (f *finder) nearestPart(p *part, place, i, step int) (from int, ok bool) {
	for ; i >= 0 && i+len(p.folded) <= len(f.folded); i += step {
		between := span{place, int(f.at[i])}
		if step < 0 {
			between = span{f.end(i + len(p.folded) - 1), place}
		}
		// a character has at most utf8.UTFMax bytes, so most need no counting
		if n := between.to - between.from; n > p.gap*utf8.UTFMax || n > p.gap && utf8.RuneCount(f.text[between.from:between.to]) > p.gap {
			return 0, false
		}
		if slices.Equal(f.folded[i:i+len(p.folded)], p.folded) {
			return i, true
		}
	}
	return 0, false
}
