package history

import "signet/internal/portal/frame"

// proving tells how somebody finds out by himself that what the history says is what was
// written.
func proving(v *frame.Visit) error {
	return v.Show("history/proving", struct{ Sees, Member bool }{seesSteps(v), isMember(v)})
}
