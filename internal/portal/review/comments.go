package review

import (
	"slices"
	"strings"

	"signet/internal/portal/frame"
)

// thread is a comment with what was answered.
type thread struct {
	remark
	Replies []remark
	// Settle tells whether the visitor may settle it.
	Settle bool
}

// threads are the comments by what they answer, the oldest first. An answer to one that
// is on another page begins a thread of its own.
func threads(all []remark, may func(remark) bool) (out []*thread) {
	root := map[string]*thread{}
	for _, r := range all {
		t, there := root[r.ReplyTo]
		if r.ReplyTo == "" || !there {
			t = &thread{remark: r, Settle: r.Resolved == "" && may(r)}
			out = append(out, t)
		} else {
			t.Replies = append(t.Replies, r)
		}
		root[r.ID] = t
	}
	return out
}

// place puts threads beside the texts that they are about, and returns the others. One
// on a unit as a whole stands at the text in the source.
func (c *compared) place(all []*thread, source string) (others []*thread) {
	for _, t := range all {
		if r := c.row(t.Unit, t.Locale, source); r != nil {
			r.Threads = append(r.Threads, t)
		} else {
			others = append(others, t)
		}
	}
	for _, s := range c.Sections {
		for _, r := range s.Rows {
			r.mark()
		}
	}
	return others
}

func (c *compared) row(unit, locale, source string) *row {
	if locale == "" {
		locale = source
	}
	for _, s := range c.Sections {
		i := slices.IndexFunc(s.Rows, func(r *row) bool { return r.Unit == unit && r.Locale == locale })
		if i >= 0 {
			return s.Rows[i]
		}
	}
	return nil
}

// mark marks the passages of open comments that still stand in the new text.
func (r *row) mark() {
	is := plain(r.After)
	var passages []passage
	for _, t := range r.Threads {
		if t.Passage != nil && t.Resolved == "" && t.Passage.holds(is) {
			passages = append(passages, *t.Passage)
		}
	}
	if len(passages) > 0 {
		r.After = marked(r.After, passages)
	}
}

// spot is a text that one can say something about.
type spot struct{ Value, Role, Unit, Locale string }

// spots are the texts of the version.
func spots(c *content) (out []spot) {
	for _, u := range c.Units {
		for _, t := range u.Texts {
			out = append(out, spot{spotOf(u.ID, t.Locale), u.Role, u.ID, t.Locale})
		}
	}
	return out
}

// spotOf names a text in a form. Neither ids of units nor locales have a slash.
func spotOf(unit, locale string) string { return unit + "/" + locale }

const commentDocument = `mutation ReviewComment($input: CommentOnVersionInput!) { commentOnVersion(input: $input) { comment { id } } }`

const resolveDocument = `mutation ReviewResolve($input: ResolveCommentInput!) { resolveComment(input: $input) { comment { id } } }`

// comment takes what somebody says about the version, a text or a passage of one.
func comment(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	in := p.input(v)
	in["text"], in["replyTo"] = v.Value("text"), v.Optional("replyTo")
	unit, locale, _ := strings.Cut(v.Value("on"), "/")
	if unit != "" {
		in["unit"], in["locale"] = unit, locale
		if start, end := v.Whole("start"), v.Whole("end"); start != nil && end != nil {
			in["passage"] = frame.Vars{"start": start, "end": end}
		}
	}
	var made struct {
		CommentOnVersion struct{ Comment struct{ ID string } }
	}
	if err := v.Ask(commentDocument, frame.Vars{"input": in}, &made); err != nil {
		return p.again(v, err)
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?against=", v.Value("against"), "&done=review-commented#c-", made.CommentOnVersion.Comment.ID)
}

// settle settles a comment.
func settle(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	in := p.input(v)
	in["comment"] = v.PathValue("id")
	if err := v.Ask(resolveDocument, frame.Vars{"input": in}, nil); err != nil {
		return p.again(v, err)
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?against=", v.Value("against"), "&done=review-settled#c-", v.PathValue("id"))
}
