package proof

import (
	"maps"
	"slices"

	"signet/domain"
)

// edition finds out what the events say of the edition. The issue names all that it puts
// in force; before it every event of the stream is needed.
func (f *File) edition(events []Statement) (*EditionVerdict, error) {
	first, last := events[0], events[len(events)-1]
	opened, ok := first.Event.(domain.EditionOpened)
	if !ok || first.Revision != 0 {
		return nil, fail(EventsIncomplete, "the opening of the edition is missing, with which its stream begins").at(f.place(first))
	}
	out := &EditionVerdict{Number: opened.Number, Title: opened.Title, Due: opened.Due, Opened: first}
	issued, isIssued := last.Event.(domain.EditionIssued)
	state := domain.Editions.Fold(opened)
	for i, s := range events[1:] {
		switch s.Event.(type) {
		case domain.EditionIncluded, domain.EditionExcluded, domain.EditionRetired:
			state = domain.Editions.Evolve(state, s.Event)
		case domain.EditionIssued:
			if i+2 != len(events) {
				return nil, fail(EventsIncomplete, "nothing can follow on the issue of an edition").at(f.place(events[i+2]))
			}
		default:
			return nil, fail(EventsIncomplete, "its payload is missing, or it can't follow on an edition that is open").at(f.place(s))
		}
		if !isIssued && s.Revision != events[i].Revision+1 {
			return nil, fail(EventsIncomplete, "before it stands revision %d; until the issue every event is needed", events[i].Revision).at(f.place(s))
		}
	}
	if isIssued {
		out.Issued, out.From, out.NextDue = &last, &issued.From, issued.NextDue
		out.Decision, out.Decided = issued.Decision, issued.Decided
		out.Entries, out.Retired = issued.Entries, issued.Retired
		return out, nil
	}
	for _, item := range slices.Sorted(maps.Keys(state.Entries)) {
		out.Entries = append(out.Entries, domain.EditionEntry{Item: item, Version: state.Entries[item]})
	}
	out.Retired = slices.Sorted(maps.Keys(state.Retired))
	return out, nil
}
