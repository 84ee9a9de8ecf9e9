package kit

import (
	"time"
)

// clockwork follows the steps of one thing, and keeps the first that is missing
// or happens before the one it follows.
type clockwork struct {
	tree   *parsed
	now    time.Time
	failed *Error
}

func (c *clockwork) step(field string, at instant) { *c = c.after(field, at) }

// after is the clockwork after one more step.
func (c clockwork) after(field string, at instant) clockwork {
	switch {
	case c.failed != nil:
	case at.IsZero():
		c.failed = c.tree.at(field, invalid("missing_field", "the instant of this step is missing"))
	case at.Before(c.now):
		c.failed = c.tree.at(field, invalid("time_order", "it can't happen before %s", c.now.Format(instantLayout)))
	default:
		c.now = at.Time
	}
	return c
}

func (c clockwork) err() error {
	if c.failed == nil {
		return nil
	}
	return c.failed
}

// later is the one that has failed, or is further on.
func later(a, b clockwork) clockwork {
	if a.failed != nil || b.failed == nil && !b.now.After(a.now) {
		return a
	}
	return b
}
