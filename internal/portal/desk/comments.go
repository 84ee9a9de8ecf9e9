package desk

import (
	"signet/domain"
	"signet/internal/portal/frame"
)

// thread is a comment with its answers.
type thread struct {
	comment
	Answers []comment
	// Source is the text in the source locale of the unit that it is about, and Said that
	// in its own locale.
	Role, Source, Said string
	Settle             bool // the visitor may settle it
}

// Comment is the comment itself.
func (t thread) Comment() comment { return t.comment }

// remarks is the page of a version's comments.
type remarks struct {
	*item
	Threads []thread
	Next    string // cursor
	Answer  bool   // the visitor may answer
	Once    string
	To, Say string // what was typed, and what it answers
}

func showComments(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	return (&remarks{item: it}).show(v)
}

func (r *remarks) show(v *frame.Visit) error {
	r.Once, r.Answer = frame.Once(), v.Can(string(domain.CommentVersions))
	const document = `query PortalDeskComments($key: String!, $number: Int!, $after: String) { item(key: $key) { version(number: $number) {
		comments(first: 100, after: $after) { ` + commentFields + ` } } } }`
	var answer struct{ Item *item }
	if err := v.Ask(document, frame.Vars{"key": r.Key, "number": r.Version.Number, "after": optional(v, "after")}, &answer); err != nil {
		return err
	}
	if answer.Item == nil || answer.Item.Version == nil {
		return notFound()
	}
	all := answer.Item.Version.Comments
	if all.PageInfo.HasNextPage {
		r.Next = all.PageInfo.EndCursor
	}
	place := map[string]int{} // of the thread of each comment
	for _, e := range all.Edges {
		c := e.Node
		if i, there := place[c.ReplyTo]; there && c.ReplyTo != "" {
			r.Threads[i].Answers = append(r.Threads[i].Answers, c)
			place[c.ID] = i
			continue
		}
		t := thread{comment: c, Settle: c.Resolved == "" && r.Answer && (v.Viewer.Agency == c.Agency || v.Viewer.Agency == r.Version.Agency)}
		if u := r.Version.Content.unit(c.Unit); u != nil {
			t.Role, t.Source = u.Role, u.Texts.In(r.Source)
			if c.Locale != r.Source {
				t.Said = u.Texts.In(c.Locale)
			}
		}
		place[c.ID] = len(r.Threads)
		r.Threads = append(r.Threads, t)
	}
	return v.Show("desk/comments", r)
}

// optional is a parameter of the address, for a form that is posted, too.
func optional(v *frame.Visit, name string) any {
	if value := v.URL.Query().Get(name); value != "" {
		return value
	}
	return nil
}

// answerComment answers a comment, or settles it.
func answerComment(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	document := `mutation PortalDeskSettle($input: ResolveCommentInput!) { resolveComment(input: $input) { position } }`
	input := frame.Vars{"key": it.Key, "version": it.Version.Number, "idempotencyKey": v.Value("once")}
	done, to := "desk-settled", v.Value("comment")
	r := &remarks{item: it, To: to, Say: v.Value("text")}
	if v.Value("do") == "settle" {
		input["comment"] = to
	} else {
		document = `mutation PortalDeskAnswer($input: CommentOnVersionInput!) { commentOnVersion(input: $input) { position } }`
		done = "desk-answered"
		input["text"] = r.Say
		if to != "" {
			input["replyTo"] = to
			input["unit"], input["locale"] = v.Optional("unit"), v.Optional("locale")
		}
	}
	if err := v.Ask(document, frame.Vars{"input": input}, nil); err != nil {
		if _, err := refused(v, err); err != nil {
			return err
		}
		return r.show(v)
	}
	return v.Go("/desk/", it.Key, "/", it.Version.Number, "/comments?done=", done, "#c-", to)
}
