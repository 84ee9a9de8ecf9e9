package timeline

import (
	"cmp"
	"slices"
)

// Flag is a line in a drawing with words beside its top.
type Flag struct {
	X  Percent
	Px int // how wide the words are, in CSS pixels, with some space

	// Left and Row are where [Hang] has put the words: on the left of the line, and in
	// which row, counted from 0.
	Left bool
	Row  int
}

// Hang puts the words of flags where they cover none of the others', in a drawing of a
// width in CSS pixels and in every wider one, and returns how many rows that takes.
func Hang(flags []*Flag, width int) (rows int) {
	flags = slices.Clone(flags)
	slices.SortStableFunc(flags, func(a, b *Flag) int { return cmp.Compare(a.X, b.X) })
	for i, f := range flags {
		f.Left = px(100-f.X, width) < float64(f.Px) && f.X > 50
		f.Row = 0
		for covers(f, flags[:i], width) {
			f.Row++
		}
		rows = max(rows, f.Row+1)
	}
	return rows
}

// covers tells whether the words of a flag lie over those of one that hangs already.
func covers(f *Flag, hung []*Flag, width int) bool {
	from, to := f.words(width)
	return slices.ContainsFunc(hung, func(o *Flag) bool {
		a, b := o.words(width)
		return o.Row == f.Row && from < b && a < to
	})
}

// words are from where to where the words go, in CSS pixels.
func (f *Flag) words(width int) (from, to float64) {
	x := px(f.X, width)
	if f.Left {
		return x - float64(f.Px), x
	}
	return x, x + float64(f.Px)
}
