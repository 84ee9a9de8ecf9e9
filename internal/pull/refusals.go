package pull

import (
	"strings"

	"signet/domain"
)

// Refusals, for errors.Is. Others have the reasons invalid_lock, invalid_manifest,
// unsafe_path, locally_changed, in_the_way, withdrawn, locked_differs, kit_changes,
// other_server, no_server, everything_selected, last_item, not_selected and unknown_item,
// and those of the server. What another request mends is domain.Invalid.
var (
	// ErrBusy: somebody else pulls into the folder.
	ErrBusy = domain.Refuse(domain.Conflict, "pull_in_progress", "another signet pull is at work in this folder")
	// ErrNoLock: the folder has none, which the first pull makes.
	ErrNoLock = domain.Refuse(domain.NotFound, "no_lock", "there is no %s here; the first pull makes it", LockName)
)

func invalidManifest(sentence string, args ...any) error {
	return domain.Refuse(domain.Conflict, "invalid_manifest", "the server's list of files: "+sentence, args...)
}

func invalidLock(sentence string, args ...any) error {
	return domain.Refuse(domain.Invalid, "invalid_lock", LockName+": "+sentence, args...)
}

// locallyChanged names what somebody changed by hand.
func locallyChanged(paths []string) error {
	return domain.Refuse(domain.Conflict, "locally_changed", "changed by hand, and not overwritten: %s", strings.Join(paths, ", "))
}

// inTheWay names what can't be written, since something stands there that is no file.
func inTheWay(paths []string) error {
	return domain.Refuse(domain.Conflict, "in_the_way", "a folder or a link stands in the way of %s", strings.Join(paths, ", "))
}

// withdrawn names versions that may not be had any more.
func withdrawn(versions []Version) error {
	return domain.Refuse(domain.Conflict, "withdrawn", "withdrawn, and not to be used any more: %s", named(versions))
}

func named(versions []Version) string {
	names := make([]string, len(versions))
	for i, v := range versions {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

// movedError tells that the kit is not any more what its list said.
type movedError struct{ because string }

func (e *movedError) Error() string { return "the kit has changed meanwhile: " + e.because }
