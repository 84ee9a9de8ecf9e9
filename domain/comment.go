package domain

import (
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
)

// MaxComments bounds the comments on one version.
const MaxComments = 2000

// CommentState is what the rules know of a comment.
type CommentState struct {
	Agency string
	Open   bool
}

// Passage is a part of a text, counted in Unicode code points.
type Passage struct {
	Start int `json:"start"` // of the first code point
	End   int `json:"end"`   // after the last code point
	// Quote is what stood there.
	Quote string `json:"quote"`
}

// CommentOnVersion says something about a version, a text of it or a passage.
type CommentOnVersion struct {
	Key     string
	Version int
	Comment uuid.UUID // made by the caller
	Unit    string    // empty: the version as a whole
	Locale  Locale    // of the unit's text; empty: the unit as a whole
	// Start and End bound a passage of the text in code points; both 0: all of it.
	Start, End int
	Text       string
	ReplyTo    uuid.UUID // zero: no answer
}

// ResolveComment settles a comment.
type ResolveComment struct {
	Key     string
	Version int
	Comment uuid.UUID
}

// Stream is the item's.
func (c CommentOnVersion) Stream() string { return ItemStream(c.Key) }

// Stream is the item's.
func (c ResolveComment) Stream() string { return ItemStream(c.Key) }

// Needs the permission to comment.
func (CommentOnVersion) Needs() (Permission, Scope) { return CommentVersions, Scope{} }

// Needs the permission to comment; whose comment it is is decided.
func (ResolveComment) Needs() (Permission, Scope) { return CommentVersions, Scope{} }

// Decide refuses a place that the version does not have.
func (c CommentOnVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Submitted, Returned, Approved)
	if err != nil {
		return nil, err
	}
	if c.Comment == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_comment", "a comment has an id").At("comment")
	}
	if _, there := v.Comments[c.Comment]; there {
		return nil, Refuse(Conflict, "comment_exists", "the comment has been made").At("comment")
	}
	if len(v.Comments) >= MaxComments {
		return nil, Refuse(Conflict, "too_many_comments", "a version has at most %d comments", MaxComments)
	}
	text, err := NormaliseText(c.Text, MaxReason)
	if err != nil {
		return nil, AsError(err).At("text")
	}
	if text == "" {
		return nil, Refuse(Invalid, "empty_text", "say something").At("text")
	}
	e := VersionCommented{
		Key: c.Key, Version: c.Version, Comment: c.Comment, Agency: call.Actor.Agency, Member: call.Actor.Member,
		Unit: c.Unit, Locale: c.Locale, Text: text,
	}
	if e.Passage, err = c.passage(v.Content); err != nil {
		return nil, err
	}
	if c.ReplyTo != uuid.Nil {
		if _, there := v.Comments[c.ReplyTo]; !there {
			return nil, Refuse(NotFound, "unknown_comment", "there is no such comment on version %d", c.Version).At("replyTo")
		}
		e.ReplyTo = &c.ReplyTo
	}
	return []Event{e}, nil
}

// passage checks the place of the comment, and returns what stands there when it
// is a part of a text.
func (c CommentOnVersion) passage(in Content) (*Passage, error) {
	if c.Unit == "" {
		if c.Locale != "" || c.Start != 0 || c.End != 0 {
			return nil, Refuse(Invalid, "unit_required", "a locale or a passage is that of a unit").At("unit")
		}
		return nil, nil
	}
	i := slices.IndexFunc(in.Units, func(u Unit) bool { return u.ID == c.Unit })
	if i < 0 {
		return nil, Refuse(NotFound, "unknown_unit", "version %d has no unit %q", c.Version, clip(c.Unit)).At("unit")
	}
	text, there := in.Units[i].Text[c.Locale]
	if !there && c.Locale != "" {
		return nil, Refuse(NotFound, "unknown_text", "unit %q has no text in %s", c.Unit, clip(string(c.Locale))).At("locale")
	}
	if c.Start == 0 && c.End == 0 {
		return nil, nil
	}
	if c.Start < 0 || c.End <= c.Start || c.End > utf8.RuneCountInString(text) {
		return nil, Refuse(Invalid, "invalid_passage", "the text has %d characters", utf8.RuneCountInString(text)).At("passage")
	}
	return &Passage{c.Start, c.End, string([]rune(text)[c.Start:c.End])}, nil
}

// Decide lets those settle a comment who made it, or who write the version.
func (c ResolveComment) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Submitted, Returned, Approved)
	if err != nil {
		return nil, err
	}
	comment, there := v.Comments[c.Comment]
	if !there {
		return nil, Refuse(NotFound, "unknown_comment", "there is no such comment on version %d", c.Version).At("comment")
	}
	if call.Actor.Agency != comment.Agency && call.Actor.Agency != v.Agency {
		return nil, Refuse(Forbidden, "not_your_comment", "%s settles it, or %s", comment.Agency, v.Agency)
	}
	if !comment.Open {
		return nil, nil
	}
	return []Event{CommentResolved{
		Key: c.Key, Version: c.Version, Comment: c.Comment, Agency: call.Actor.Agency, Member: call.Actor.Member,
	}}, nil
}

func (v *Version) evolveComments(event Event) {
	switch e := event.(type) {
	case VersionCommented:
		v.Comments = copied(v.Comments)
		v.Comments[e.Comment] = CommentState{e.Agency, true}
	case CommentResolved:
		v.Comments = copied(v.Comments)
		v.Comments[e.Comment] = CommentState{v.Comments[e.Comment].Agency, false}
	}
}
