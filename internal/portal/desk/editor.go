package desk

import (
	"fmt"
	"slices"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

const roleName = "NAME"

// offer is a role that units of a kind are offered in.
type offer struct {
	Role string
	Must bool // it can't be taken away
	Once bool
}

// offers are what an author is offered, by kind, in the order in which it is shown. What
// a version may say is for the API to decide.
var offers = map[string][]offer{
	"SLOGAN":      {{roleName, true, true}, {"SLOGAN", true, true}, {"NOTE", false, false}},
	"LOGO":        {{roleName, true, true}, {"NOTE", false, false}},
	"MESSAGE_SET": {{roleName, true, true}, {"POSITIONING", false, true}, {"CORE", false, true}, {"PILLAR", false, false}, {"MESSAGE", false, false}, {"NOTE", false, false}},
	"TEMPLATE":    {{roleName, true, true}, {"SUBJECT", false, true}, {"BODY", true, true}, {"NOTE", false, false}},
}

// blank is the content that a first version begins with.
func blank(kind, source, name string) content {
	c := content{Files: []file{}, Colours: []colour{}, Placeholders: []placeholder{}}
	for _, o := range offers[kind] {
		if o.Must {
			c.Units = append(c.Units, unit{ID: strings.ToLower(o.Role), Role: o.Role, Texts: textsIn{}})
		}
	}
	if kind == "MESSAGE_SET" {
		c.Units = append(c.Units, unit{ID: "message", Role: "MESSAGE", Texts: textsIn{}})
	}
	if name != "" && len(c.Units) > 0 {
		c.Units[0].Texts = textsIn{{source, name}}
	}
	return c
}

// editor is the form of a content, of a version or of one that is about to begin.
type editor struct {
	*item
	From     int // number of the version that a new one begins from, 0 for none
	Content  content
	Shown    pieces
	Once     string // the idempotency key
	Changes  []change
	Fresh    string // id of the unit that has just been added
	Unsaved  bool
	Failures []failure // of files
	Returned *returned
	Refusal  *graph.Refusal

	v *frame.Visit
}

// newEditor shows a content in the form of an item, whose Version is nil if there is
// none yet. What it shows is what is there.
func newEditor(v *frame.Visit, it *item, c content) *editor {
	return &editor{item: it, Content: c, Shown: c.pieces(it.Source), v: v}
}

// show shows the form.
func (e *editor) show() error {
	e.Once = frame.Once()
	e.Content.describe(e.Source)
	if e.Version != nil && e.Version.State == "RETURNED" {
		var err error
		if e.Returned, err = lastReturn(e.v, e.Key, e.Version.Number); err != nil {
			return err
		}
	}
	return e.v.Show("desk/edit", e)
}

// Action is where the form is sent.
func (e *editor) Action() string {
	if e.Version == nil {
		return e.v.Path("/desk/", e.Key, "/begin")
	}
	return e.v.Path("/desk/", e.Key, "/", e.Version.Number)
}

// Hidden are the fingerprints of what was shown.
func (e *editor) Hidden() []string { return e.Shown.hidden() }

// Adds are the roles in which a unit can be added.
func (e *editor) Adds() []string {
	var out []string
	for _, o := range offers[e.Kind] {
		if !o.Once || !slices.ContainsFunc(e.Content.Units, func(u unit) bool { return u.Role == o.Role }) {
			out = append(out, o.Role)
		}
	}
	return out
}

// Known are the keys of pillars, and of audiences, that the version names, to choose from.
func (e *editor) Known(audiences bool) []string {
	var out []string
	for _, u := range e.Content.Units {
		if key := u.Pillar; !audiences && key != "" {
			out = append(out, key)
		}
		if key := u.Audience; audiences && key != "" {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// field is a field of the form.
type field struct {
	Name, Value string
	ID          string // of the element
	Path        string // in the API, as of domain.Content
	Wrong       bool
}

func (e *editor) field(name, value, path string, args ...any) field {
	path = fmt.Sprintf(path, args...)
	return field{Name: name, Value: value, Path: path, ID: anchor(path), Wrong: e.refusedAt() == path}
}

// anchor is the id of the element for a field of the API.
func anchor(path string) string {
	return strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(path)
}

// inAPI turns names of the API's input into those that refusals of contents use.
var inAPI = strings.NewReplacer(".texts", ".text", ".names", ".name", ".notes", ".note")

// refusedAt is the path of the field that was refused, if any.
func (e *editor) refusedAt() string {
	if e.Refusal == nil {
		return ""
	}
	return inAPI.Replace(e.Refusal.Field)
}

// WrongAt tells whether what was refused is the thing at a path as a whole, or something
// in it that the form has no field for.
func (e *editor) WrongAt(path string) bool {
	at := e.refusedAt()
	return at == path || strings.HasPrefix(at, path+".") || strings.HasPrefix(at, path+"[")
}

// Jump is the id of the row, or else the part, that was refused; the script goes on to
// the field itself.
func (e *editor) Jump() string {
	at := e.refusedAt()
	parts := strings.SplitN(at, ".", 3)
	if len(parts) < 2 || parts[0] != "content" {
		return ""
	}
	return anchor(parts[0] + "." + parts[1])
}

// Changed is what others have done to a piece.
func (e *editor) Changed(piece string) *change {
	if i := slices.IndexFunc(e.Changes, func(c change) bool { return c.Piece == piece }); i >= 0 {
		return &e.Changes[i]
	}
	return nil
}

// Comments are the open ones on a unit; "" for those on the version as a whole.
func (e *editor) Comments(unit string) []comment {
	if e.Version == nil {
		return nil
	}
	return e.Version.Comments.On(unit, "")
}

// On are the comments on a unit; with a locale only those that are on its text in it, or
// in none.
func (c comments) On(unit, locale string) []comment {
	var out []comment
	for _, edge := range c.Edges {
		if edge.Node.Unit == unit && (locale == "" || edge.Node.Locale == "" || edge.Node.Locale == locale) {
			out = append(out, edge.Node)
		}
	}
	return out
}
