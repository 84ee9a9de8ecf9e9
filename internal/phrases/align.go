package phrases

// aligner finds how a part of a phrase stands in a text with few edits.
type aligner struct {
	now, last []int // by diagonal
}

// side is a part of a phrase and the text that it may stand for, both from a place
// on in one direction.
type side struct {
	phrase, text  []rune
	fromP, fromT  int // the first letters
	letters, room int // how many there are of the phrase, and of text at most
	step          int // 1 or -1
	allowed       int // edits
	// passed, if any, are the places in the phrase of which the first must be passed
	// without an edit, the second with one, and so on.
	passed []int
	edge   func(letters int) int
	edits  int // what was needed
}

// reach returns for how many letters of the text the whole part stands with the
// fewest edits, so that it ends at an edge; then at the best one, and then for the
// most letters. It is by Landau and Vishkin: on a diagonal are the pairs of places
// with the same difference, and of each number of edits only the furthest is kept.
func (a *aligner) reach(s *side) (letters int, ok bool) {
	const nowhere = -1 << 30
	middle := s.allowed + 2
	for len(a.now) < 2*middle+1 {
		a.now, a.last = append(a.now, 0), append(a.last, 0)
	}
	for s.edits = 0; s.edits <= s.allowed; s.edits++ {
		for d := s.edits; d < s.edits+2; d++ { // not reached before
			a.last[middle-d], a.last[middle+d] = nowhere, nowhere
		}
		best, furthest := 0, 0
		for d := -s.edits; d <= s.edits; d++ {
			row := 0
			if s.edits > 0 {
				row = max(a.last[middle+d]+1, a.last[middle+d-1], a.last[middle+d+1]+1)
			}
			if row = s.slide(min(row, s.letters, s.room-d), d); row < 0 {
				a.now[middle+d] = nowhere
				continue
			}
			a.now[middle+d] = row
			furthest = max(furthest, row)
			if row < s.letters {
				continue
			}
			if e := s.edge(row + d); e > 0 && e >= best {
				best, letters = e, row+d
			}
		}
		if best > 0 {
			return letters, true
		}
		if s.passed != nil && s.fromP+furthest < s.passed[s.edits] {
			return 0, false
		}
		a.now, a.last = a.last, a.now
	}
	return 0, false
}

// slide goes on along a diagonal as long as phrase and text are the same; it returns
// -1 if there is no such place.
func (s *side) slide(row, d int) int {
	if row < 0 || row+d < 0 {
		return -1
	}
	for row < s.letters && row+d < s.room && s.phrase[s.fromP+s.step*row] == s.text[s.fromT+s.step*(row+d)] {
		row++
	}
	return row
}
