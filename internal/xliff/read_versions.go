package xliff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// part is a segment of a unit, or what lies between two (2.1: ignorable).
type part struct {
	segment bool
	source  string
	target  *content // nil if there is none
	order   int      // of the target among those of the unit, from 1
	state   State    // of a segment with a target
}

// translated tells whether a segment has a translation, and no other lacks one.
func translated(parts []part) bool {
	some := false
	for _, p := range parts {
		has := p.segment && p.target != nil && !isBlank(p.target.text.String())
		if p.segment && !has && !isBlank(p.source) {
			return false
		}
		some = some || has
	}
	return some
}

// unit21 reads a <unit> of 2.1.
func unit21(n *node) (Unit, *Error) {
	r := newInlineReader(V21)
	if data := n.child("originalData"); data != nil {
		for _, d := range data.children {
			r.data[d.attr("id")] = d.plain()
		}
	}
	var u Unit
	if notes := n.child("notes"); notes != nil {
		if err := u.readNotes(notes, "category"); err != nil {
			return u, err
		}
	}
	var elements []*node
	var parts []part
	line := n.line // of the first target
	for _, e := range n.children {
		if e.foreign || e.name != "segment" && e.name != "ignorable" {
			continue
		}
		source := e.child("source")
		if source == nil {
			return u, refuse(CodeSourceMissing, e.line, "a segment has no source")
		}
		var c content
		if err := r.read(source, &c); err != nil {
			return u, err
		}
		if err := r.addSource(&c, source.line); err != nil {
			return u, err
		}
		elements = append(elements, e)
		parts = append(parts, part{segment: e.name == "segment", source: c.text.String(), order: len(parts) + 1})
	}
	r.target = true
	for i, e := range elements {
		target := e.child("target")
		if target == nil {
			continue
		}
		if line == n.line {
			line = target.line
		}
		if err := r.target21(e, target, &parts[i]); err != nil {
			return u, err
		}
	}
	err := u.join(parts, n.line, line)
	return u, err
}

func (r *inlineReader) target21(segment, target *node, p *part) *Error {
	p.target = &content{}
	if err := r.read(target, p.target); err != nil {
		return err
	}
	if order, err := strconv.Atoi(target.attr("order")); err == nil && order > 0 {
		p.order = order
	}
	p.state = state21(segment.attr("state"), segment.attr("subState"))
	return nil
}

// unit12 reads a <trans-unit> of 1.2. What it holds of other translations
// (alt-trans) is not looked at.
func unit12(n *node) (Unit, *Error) {
	var u Unit
	if err := u.readNotes(n, "from"); err != nil {
		return u, err
	}
	source, target := n.child("source"), n.child("target")
	if source == nil {
		return u, refuse(CodeSourceMissing, n.line, "a unit has no source")
	}
	r := newInlineReader(V12)
	var c, segmented content
	if err := r.read(source, &c); err != nil {
		return u, err
	}
	if s := n.child("seg-source"); s != nil {
		if err := r.read(s, &segmented); err != nil {
			return u, err
		}
	}
	if err := r.addSource(&c, source.line); err != nil {
		return u, err
	}
	r.target = true
	p := part{segment: true, source: c.text.String()}
	if target == nil {
		err := u.join([]part{p}, n.line, n.line)
		return u, err
	}
	p.target = &content{}
	if err := r.read(target, p.target); err != nil {
		return u, err
	}
	p.state = state12(target.attr("state"), target.attr("state-qualifier"), n.attr("approved") == "yes")
	if untranslated(segmented.marks, p.target.marks) {
		p.target = nil
	}
	err := u.join([]part{p}, n.line, target.line)
	return u, err
}

// untranslated tells whether a target that has segments lacks one of the source.
func untranslated(source, target []mark) bool {
	if len(target) == 0 {
		return false
	}
	done := make(map[string]bool, len(target))
	for _, m := range target {
		done[m.mid] = !m.blank
	}
	return slices.ContainsFunc(source, func(m mark) bool { return !m.blank && !done[m.mid] })
}

// readNotes takes the notes that Write wrote, and leaves those of others.
func (u *Unit) readNotes(parent *node, from string) *Error {
	for _, n := range parent.children {
		if n.name != "note" || n.foreign {
			continue
		}
		origin := n.attr(from)
		if origin != noteOurs && origin != notePreviousSource && origin != notePreviousTarget {
			continue
		}
		text, fault := normalise(n.plain())
		if fault != "" {
			return refuse(fault, n.line, "a note has characters that no text may have")
		}
		switch {
		case isBlank(text):
		case origin == noteOurs:
			u.Notes = append(u.Notes, text)
		case origin == notePreviousSource:
			u.PreviousSource = text
		default: // it is the target, unless there is another
			u.Target, u.State = text, Stale
		}
	}
	return nil
}

// join makes the texts of a unit from its parts; the lines are those of the unit
// and of its first target.
func (u *Unit) join(parts []part, line, targetLine int) *Error {
	var source strings.Builder
	for _, p := range parts {
		source.WriteString(p.source)
	}
	var fault string
	if u.Source, fault = normalise(source.String()); fault != "" {
		return refuse(fault, line, "the source has characters that no text may have")
	}
	if isBlank(u.Source) {
		return refuse(CodeSourceMissing, line, "the source is blank")
	}
	if !translated(parts) {
		if u.Target == "" {
			u.State = Missing
		}
		return nil
	}
	return u.joinTargets(parts, targetLine)
}

func (u *Unit) joinTargets(parts []part, line int) *Error {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.order, b.order) })
	var target strings.Builder
	u.State = Approved
	for _, p := range parts {
		if p.target == nil {
			target.WriteString(p.source)
			continue
		}
		if p.target.fault != nil {
			return p.target.fault
		}
		target.WriteString(p.target.text.String())
		if p.segment && p.state.rank() < u.State.rank() {
			u.State = p.state
		}
	}
	var fault string
	if u.Target, fault = normalise(target.String()); fault != "" {
		return refuse(fault, line, "the target has characters that no text may have")
	}
	if !samePlaceholders(u.Source, u.Target) {
		return refuse(CodePlaceholderMismatch, line, "the placeholders of the target are not those of the source")
	}
	return nil
}
