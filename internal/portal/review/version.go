package review

import (
	"path"
	"strconv"

	"signet/internal/portal/frame"
)

// versionPage is a version that is looked at.
type versionPage struct {
	place

	Item    *item
	Draft   *draft
	Who     *viewer
	Rounds  []round
	Against int // number of the other version; 0: none
	Others  []known
	Compare *compared
	Talk    []*thread // about no text that is shown
	Spots   []spot
	On      string // the spot that a comment is to be about
	decision
	Return *step // the last return
	After  string
	Once   string
	// Form is that which was refused: "sign", "return", "recuse", "comments", "resolve",
	// or "reply:" and what was answered.
	Form string
}

// Withdraws tells whether the visitor may be able to withdraw the version.
func (p *versionPage) Withdraws(v *frame.Visit) bool { return p.Who.withdraws(v, p.Draft) }

// Talks tells whether the visitor can comment on the version.
func (p *versionPage) Talks(v *frame.Visit) bool {
	return p.Draft.State != "WITHDRAWN" && v.Can("versions.comment")
}

// version shows a version beside another one.
func version(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	return p.show(v, "")
}

// again shows the version with what was refused and what was typed.
func (p place) again(v *frame.Visit, err error) error {
	if err := v.RefusedInput(err); err != nil {
		return err
	}
	return p.show(v, formOf(v))
}

// formOf names the form that was sent, by its address and what it answers.
func formOf(v *frame.Visit) string {
	if to := v.Value("replyTo"); to != "" {
		return "reply:" + to
	}
	return path.Base(v.URL.Path)
}

// Typed is what was typed into a field of a form, if that was the one which was refused.
func (p *versionPage) Typed(v *frame.Visit, form, field string) string {
	if p.Form != form {
		return ""
	}
	return v.Value(field)
}

func (p place) show(v *frame.Visit, form string) error {
	var told struct {
		Viewer *viewer
		Item   *item
	}
	vars := frame.Vars{"key": p.Key, "number": p.Number, "locale": v.Lang, "after": v.Optional("after")}
	if err := v.Ask(versionDocument, vars, &told); err != nil {
		return err
	}
	if told.Item == nil || told.Item.Version == nil || told.Viewer == nil {
		return unknown()
	}
	page := &versionPage{
		place: p, Item: told.Item, Draft: told.Item.Version, Who: told.Viewer, Rounds: rounds(told.Item.Version),
		decision: decide(told.Viewer, told.Item), Spots: spots(&told.Item.Version.Content), On: v.Value("on"), Once: frame.Once(), Form: form,
	}
	page.Recuse = page.Recuse && v.Can("versions.sign")
	page.Return = told.Item.last("RETURNED")
	if page.Draft.Comments.PageInfo.HasNextPage {
		page.After = page.Draft.Comments.PageInfo.EndCursor
	}
	if err := page.beside(v); err != nil {
		return err
	}
	page.Talk = page.Compare.place(threads(page.remarks(), page.maySettle(v)), page.Item.Source)
	return v.Show("review/version", page)
}

func (p *versionPage) remarks() (out []remark) {
	for _, e := range p.Draft.Comments.Edges {
		out = append(out, e.Node)
	}
	return out
}

// maySettle tells whose comments the visitor may settle: those of the own agency, and
// all on what it writes.
func (p *versionPage) maySettle(v *frame.Visit) func(remark) bool {
	return func(r remark) bool {
		return p.Talks(v) && (r.Agency == p.Who.Agency || p.Draft.Agency == p.Who.Agency)
	}
}

// beside reads the version that this one is compared with.
func (p *versionPage) beside(v *frame.Visit) error {
	for _, e := range p.Item.Versions.Edges {
		if e.Node.Number != p.Number {
			p.Others = append(p.Others, e.Node)
		}
	}
	p.Against = p.against(v.Value("against"))
	addresses := [2]string{filesOf(p.Key, p.Against), filesOf(p.Key, p.Number)}
	if p.Against == 0 {
		p.Compare = compare(p.Item.Source, nil, &p.Draft.Content, nil, addresses)
		return nil
	}
	var told struct {
		Item struct {
			Version *struct{ Content content }
			Diff    []change
		}
	}
	if err := v.Ask(beforeDocument, frame.Vars{"key": p.Key, "from": p.Against, "to": p.Number}, &told); err != nil {
		return err
	}
	if told.Item.Version == nil {
		return unknown()
	}
	p.Compare = compare(p.Item.Source, &told.Item.Version.Content, &p.Draft.Content, told.Item.Diff, addresses)
	return nil
}

// against chooses the other version: what was asked for, or else what is in force, or
// the newest before this one that was approved, or the one before; 0 if there is none.
func (p *versionPage) against(asked string) int {
	number, err := strconv.Atoi(asked)
	before, approved := 0, 0
	for _, k := range p.Others {
		if err == nil && k.Number == number {
			return number
		}
		if k.Number > p.Number {
			continue
		}
		before = max(before, k.Number)
		if k.State == "APPROVED" {
			approved = max(approved, k.Number)
		}
	}
	switch now := p.Item.InForce; {
	case err == nil && number == 0:
		return 0
	case now != nil && now.Number < p.Number:
		return now.Number
	case approved > 0:
		return approved
	}
	return before
}
