package book

import "slices"

// watching is what the visitor is told by mail of an item.
type watching struct {
	// Item and Kit: the item is watched, or everything is.
	Item, Kit bool
	// Mails: the node sends mail; Known: the visitor's address is known.
	Mails, Known bool
}

// watching asks whether the visitor is told of an item; nil for who has not logged in.
func (w view) watching(key string) (*watching, error) {
	if w.visit.Viewer.Anonymous() {
		return nil, nil
	}
	var is struct {
		Viewer struct {
			Mail       string
			Watches    []string
			WatchesKit bool
		}
		NodeState struct{ Mails bool }
	}
	if err := w.visit.Ask(`query BookWatching { viewer { mail watches watchesKit } nodeState { mails } }`, nil, &is); err != nil {
		return nil, err
	}
	return &watching{slices.Contains(is.Viewer.Watches, key), is.Viewer.WatchesKit, is.NodeState.Mails, is.Viewer.Mail != ""}, nil
}
