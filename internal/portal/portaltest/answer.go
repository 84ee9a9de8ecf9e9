package portaltest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	Page   *html.Node // nil if it is no page

	tb testing.TB
}

// Is fails the test for another status.
func (a *Answer) Is(status int) *Answer {
	a.tb.Helper()
	if a.Status != status {
		a.tb.Fatalf("answered with status %d: %s %s", a.Status, a.Header.Get("Location"), Text(First(a.Page, "main", "")))
	}
	return a
}

// To is where a form has led, after it was accepted: the test fails if it was not.
func (a *Answer) To() string {
	a.tb.Helper()
	a.Is(http.StatusSeeOther)
	return a.Header.Get("Location")
}

// All are the elements by a name, of those with an attribute if one is given as "name"
// or "name=value".
func All(n *html.Node, element, attribute string) (found []*html.Node) {
	if n == nil {
		return nil
	}
	name, value, exact := strings.Cut(attribute, "=")
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || element != "" && d.Data != element {
			continue
		}
		if got, has := attr(d, name); attribute == "" || has && (!exact || got == value) {
			found = append(found, d)
		}
	}
	return found
}

// First is the first of All, or nil.
func First(n *html.Node, element, attribute string) *html.Node {
	if all := All(n, element, attribute); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Text is what an element says, with single spaces.
func Text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Attr is an attribute of an element, or empty.
func Attr(n *html.Node, name string) string {
	if n == nil {
		return ""
	}
	value, _ := attr(n, name)
	return value
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Form is what a browser would send of the form with that action: its fields as they
// are shown. The test fails if the page has no such form.
func (a *Answer) Form(action string) url.Values {
	a.tb.Helper()
	form := First(a.Page, "form", "action="+action)
	if form == nil {
		a.tb.Fatalf("the page has no form for %s", action)
	}
	values := url.Values{}
	for d := range form.Descendants() {
		name, ok := attr(d, "name")
		if d.Type != html.ElementNode || !ok {
			continue
		}
		switch d.Data {
		case "input":
			_, checked := attr(d, "checked")
			if t := Attr(d, "type"); (t == "checkbox" || t == "radio") && !checked || t == "file" {
				continue
			}
			values.Add(name, Attr(d, "value"))
		case "textarea":
			values.Add(name, raw(d))
		case "select":
			values.Add(name, chosen(d))
		}
	}
	return values
}

// raw is the text of an element as it stands.
func raw(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// chosen is the value of a select's option that is selected, or of its first one.
func chosen(n *html.Node) string {
	options := All(n, "option", "")
	for _, o := range options {
		if _, selected := attr(o, "selected"); selected {
			return Attr(o, "value")
		}
	}
	if len(options) == 0 {
		return ""
	}
	return Attr(options[0], "value")
}
