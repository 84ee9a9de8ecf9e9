package frame

import (
	"fmt"
	"html/template"
	"strings"
	"text/template/parse"

	"signet/graph"
)

// Page is the dot of a page.
type Page struct {
	// V is the visit, D what the page was shown with.
	V *Visit
	D any

	name string
}

// Problem is what was refused, in the visitor's language where its reason is known.
type Problem struct {
	Title    string
	Sentence string
	// English tells that Sentence is the API's, on a page in Vietnamese.
	English   bool
	Reason    string
	Field     string // a name of the API, such as "content.units[2]"
	Status    int
	RequestID string
}

// problemOf tells of a refusal.
func (v *Visit) problemOf(r *graph.Refusal) *Problem {
	p := &Problem{Title: v.T("problem." + strings.ToLower(string(r.Code))), Sentence: r.Sentence, Reason: r.Reason, Field: r.Field, Status: statusOf[r.Code], RequestID: v.requestID()}
	switch {
	case v.Lang == Vietnamese && refusals[r.Reason] != "":
		p.Sentence = refusals[r.Reason]
	case v.Lang == Vietnamese:
		p.English = p.Sentence != ""
	case p.Sentence != "":
		p.Sentence = strings.ToUpper(p.Sentence[:1]) + p.Sentence[1:]
	}
	return p
}

// Problem is what was refused, if anything.
func (p *Page) Problem() *Problem { return p.V.problem }

// Invalid tells whether a field was refused, by the end of its path in the API.
func (p *Page) Invalid(field string) bool {
	return p.V.problem != nil && (p.V.problem.Field == field || strings.HasSuffix(p.V.problem.Field, "."+field))
}

// Done is what the page says was done.
func (p *Page) Done() string {
	done := p.V.URL.Query().Get("done")
	if done == "" || !p.V.site.speech[p.V.Lang].has("done."+done) {
		return ""
	}
	return p.V.T("done." + done)
}

// In is the address of this page in another language.
func (p *Page) In(lang string) string { return p.V.inLang(Lang(lang)) }

// At tells whether the page lies below an address, for what the menu marks.
func (p *Page) At(prefix string) bool {
	here := strings.TrimPrefix(p.V.URL.Path, "/"+string(p.V.Lang))
	return here == prefix || prefix != "/" && strings.HasPrefix(here, prefix+"/")
}

// Style and Script are the addresses of the sheet and of the script.
func (p *Page) Style() string { return p.V.site.links.style }

// Script is the address of the script.
func (p *Page) Script() string { return p.V.site.links.script }

// FirstLogin tells whether the first administrator is awaited.
func (p *Page) FirstLogin() bool { return p.V.site.FirstLogin != nil && p.V.site.FirstLogin() }

// Provider tells whether people may log in elsewhere.
func (p *Page) Provider() bool { return p.V.site.Provider }

// funcs are what pages call.
func (s *Site) funcs(sp *speech) template.FuncMap {
	return template.FuncMap{
		"t":      sp.say,
		"word":   sp.word, // word "kind" .Kind
		"day":    sp.day,
		"moment": sp.moment,
		"num":    sp.number,
		"size":   func(n int) string { return sp.size(int64(n)) },
		"tongue": sp.language, // tongue "ja" is Japanese
		"path":   sp.path,     // path "/items/" .Key "?at=" .Day
		"lang":   func() string { return string(sp.lang) },
		"lower":  strings.ToLower,
		"dict":   dict,
		"list":   func(items ...any) []any { return items },
		"iso":    iso,
	}
}

// iso is an instant or a day for <time datetime>.
func iso(at any) (string, error) {
	t, ok, err := instant(at)
	if err != nil || !ok {
		return "", err
	}
	return t.Format("2006-01-02T15:04:05Z07:00"), nil
}

// dict makes what a part is called with: names and values in turn.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("portal: dict needs names and values")
	}
	d := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		d[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return d, nil
}

// checkTexts looks for every text that pages ask for by a name which is written there.
func checkTexts(sp *speech, pages map[string]*template.Template) error {
	for name, page := range pages {
		for _, t := range page.Templates() {
			if t.Tree == nil {
				continue
			}
			if key := missing(sp, t.Tree.Root); key != "" {
				return fmt.Errorf("portal: page %s asks for the text %q, which there is not", name, key)
			}
		}
	}
	return nil
}

// missing returns a key that {{t "key"}} names below a node and that is none.
func missing(sp *speech, n parse.Node) string {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return ""
		}
		for _, child := range n.Nodes {
			if key := missing(sp, child); key != "" {
				return key
			}
		}
	case *parse.ActionNode:
		return missing(sp, n.Pipe)
	case *parse.TemplateNode:
		return missing(sp, n.Pipe)
	case *parse.IfNode:
		return missingIn(sp, &n.BranchNode)
	case *parse.RangeNode:
		return missingIn(sp, &n.BranchNode)
	case *parse.WithNode:
		return missingIn(sp, &n.BranchNode)
	case *parse.PipeNode:
		if n == nil {
			return ""
		}
		for _, c := range n.Cmds {
			if key := missing(sp, c); key != "" {
				return key
			}
		}
	case *parse.CommandNode:
		return missingCall(sp, n)
	}
	return ""
}

func missingIn(sp *speech, n *parse.BranchNode) string {
	for _, child := range []parse.Node{n.Pipe, n.List, n.ElseList} {
		if key := missing(sp, child); key != "" {
			return key
		}
	}
	return ""
}

func missingCall(sp *speech, n *parse.CommandNode) string {
	if f, ok := n.Args[0].(*parse.IdentifierNode); ok && f.Ident == "t" && len(n.Args) > 1 {
		if key, ok := n.Args[1].(*parse.StringNode); ok && !sp.has(key.Text) {
			return key.Text
		}
	}
	for _, arg := range n.Args {
		if key := missing(sp, arg); key != "" {
			return key
		}
	}
	return ""
}
