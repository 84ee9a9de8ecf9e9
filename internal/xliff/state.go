package xliff

// State tells how far the translation of a unit is.
//
// It is written in the words of the standard, and exactly in the qualifier that
// the standard leaves to each authority:
//
//	          2.1 state   subState          1.2 state                 state-qualifier
//	Missing   initial     signet:missing    (no target)
//	Draft     translated  signet:draft      translated                x-signet-draft
//	InReview  translated  signet:in_review  needs-review-translation  x-signet-in_review
//	Approved  final       signet:approved   final, approved="yes"     x-signet-approved
//	Stale     initial     signet:stale      needs-translation         x-signet-stale
//
// A stale target is to be made anew. In 1.2 it is not needs-adaptation, which
// the specification (attribute state) keeps for what is not text, and not
// needs-review-translation, by which a translator would not know it from
// a unit that is merely being reviewed. In review is not reviewed, in 2.1.
//
// In reading, the qualifier counts only beside the state that it is written with:
// a tool that moves the state on and leaves the qualifier has said something newer.
// Without it, and with that of another authority, the nearest is taken: reviewed and
// all needs-review words are InReview; final, signed-off, and approved="yes" without
// a state are Approved; all else is Draft. That is what the file says, and no signature.
type State string

// The states of a unit.
const (
	Missing  State = "missing"
	Draft    State = "draft"
	InReview State = "in_review"
	Approved State = "approved"
	Stale    State = "stale"
)

// rank orders the states by what is still to be done: a unit is only as far as
// the least of its segments.
func (s State) rank() int {
	switch s {
	case Stale:
		return 1
	case Draft:
		return 2
	case InReview:
		return 3
	case Approved:
		return 4
	default:
		return 0
	}
}

func (s State) known() bool { return s == Missing || s.rank() > 0 }

const (
	prefix21 = "signet:"
	prefix12 = "x-signet-"
)

// states21 and states12 are the words of the standards for each state.
var (
	states21 = map[State]string{
		Missing: "initial", Draft: "translated", InReview: "translated", Approved: "final", Stale: "initial",
	}
	states12 = map[State]string{
		Draft: "translated", InReview: "needs-review-translation", Approved: "final", Stale: "needs-translation",
	}
)

// state21 reads the state of a segment that has a target.
func state21(state, sub string) State {
	if state == "" {
		state = "initial" // the default of 2.1, section state
	}
	if s, ok := qualified(states21, prefix21, state, sub); ok {
		return s
	}
	switch state {
	case "reviewed":
		return InReview
	case "final":
		return Approved
	}
	return Draft
}

// state12 reads the state of a target; approved is that of its unit.
func state12(state, qualifier string, approved bool) State {
	if s, ok := qualified(states12, prefix12, state, qualifier); ok {
		return s
	}
	switch state {
	case "needs-review-translation", "needs-review-l10n", "needs-review-adaptation":
		return InReview
	case "final", "signed-off":
		return Approved
	case "":
		if approved {
			return Approved
		}
	}
	return Draft
}

// qualified returns the state that our qualifier tells, if it stands beside the
// word of the standard that it is written with.
func qualified(words map[State]string, prefix, state, qualifier string) (State, bool) {
	for s, word := range words {
		if s != Missing && word == state && qualifier == prefix+string(s) {
			return s, true
		}
	}
	return "", false
}
