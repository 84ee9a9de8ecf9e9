package desk

import "slices"

// A change is a piece that somebody else has changed since the form was shown.
type change struct {
	// Piece is the id of a unit, or one of groups.
	Piece string
	// What was done: "changed" (and was taken into the form), "both" (the form keeps what
	// was typed), "added" or "removed" (and so it is in the form), "gone" (removed, but
	// typed on here), "back" (changed, but removed here).
	What string
	// Theirs is what the other wrote, where the piece is a unit or the licence.
	Theirs string
}

// join puts what was typed together with what the registry says by now: for each piece
// it takes the side that has changed it since it was shown. It returns what others have
// changed; where that is nothing, typed is what is to be saved.
func (c *content) join(now content, shown pieces, source string) []change {
	var changes []change
	mine, theirs := c.pieces(source), now.pieces(source)
	for _, u := range now.Units {
		if theirs[u.ID] != shown[u.ID] {
			changes = append(changes, c.joinUnit(u, mine, theirs, shown, source)...)
		}
	}
	for _, u := range slices.Clone(c.Units) {
		if shown[u.ID] == "" || theirs[u.ID] != "" {
			continue
		}
		if mine[u.ID] == shown[u.ID] {
			c.remove(u.ID)
			changes = append(changes, change{u.ID, "removed", u.Texts.In(source)})
			continue
		}
		changes = append(changes, change{u.ID, "gone", ""})
	}
	for _, group := range groups {
		if theirs[group] == shown[group] || theirs[group] == mine[group] {
			continue
		}
		what := "both"
		if mine[group] == shown[group] {
			what = "changed"
			c.take(group, now)
		}
		theirText := ""
		if group == pieceLicence {
			theirText = now.Licence
		}
		changes = append(changes, change{group, what, theirText})
	}
	return changes
}

// joinUnit joins a unit that others have changed or added.
func (c *content) joinUnit(u unit, mine, theirs, shown pieces, source string) []change {
	said := u.Texts.In(source)
	own := c.unit(u.ID)
	switch {
	case mine[u.ID] == theirs[u.ID]: // both wrote the same
		return nil
	case own != nil && shown[u.ID] == "": // two new ones, which came by one name
		own.ID = c.freshID(own.Role, theirs)
		c.Units = append(c.Units, u)
		return []change{{u.ID, "added", said}}
	case own == nil && shown[u.ID] == "":
		c.Units = append(c.Units, u)
		return []change{{u.ID, "added", said}}
	case own == nil:
		c.Units = append(c.Units, u)
		return []change{{u.ID, "back", said}}
	case mine[u.ID] == shown[u.ID]:
		*own = u
		return []change{{u.ID, "changed", said}}
	}
	return []change{{u.ID, "both", said}}
}

func (c *content) remove(id string) {
	for i, u := range c.Units {
		if u.ID == id {
			c.Units = without(c.Units, i)
			return
		}
	}
}

func (c *content) take(group string, from content) {
	switch group {
	case pieceFiles:
		c.Files = from.Files
	case pieceColours:
		c.Colours = from.Colours
	case piecePlaceholders:
		c.Placeholders = from.Placeholders
	case pieceLicence:
		c.Licence = from.Licence
	}
}

// translated adds the translations of another content, which the form does not show.
func (c *content) translated(from content, source string) content {
	out := *c
	out.Units = slices.Clone(c.Units)
	for i, u := range out.Units {
		if other := from.unit(u.ID); other != nil {
			own := slices.DeleteFunc(slices.Clone(u.Texts), func(t text) bool { return t.Locale != source })
			out.Units[i].Texts = slices.Concat(own, other.Texts.without(source))
		}
	}
	return out
}
