package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

// A form of a content has its fields by their rows: "u.2.text" is the text of the third
// unit in the source locale. The parts of such names:
const (
	rowUnit        = "u"
	rowFile        = "f"
	rowColour      = "c"
	rowPlaceholder = "p"
	rowForm        = "form"
)

// rows are the numbers of the rows that a form has below a prefix such as "u", in order.
func rows(form url.Values, prefix string) []string {
	var numbers []int
	for name := range form {
		rest, below := strings.CutPrefix(name, prefix+".")
		number, _, more := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); below && more && err == nil && n >= 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	out := make([]string, 0, len(numbers))
	for _, n := range slices.Compact(numbers) {
		out = append(out, prefix+"."+strconv.Itoa(n))
	}
	return out
}

// typed is a text as it was typed, with the line ends and without the space around it
// that the registry would take away.
func typed(form url.Values, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\r\n", "\n"))
}

// readContent reads what a form says. Units have their text in the source locale only.
func readContent(form url.Values, source string) content {
	c := content{Files: []file{}, Colours: []colour{}, Placeholders: []placeholder{}, Licence: typed(form, "licence")}
	for _, row := range rows(form, rowUnit) {
		u := unit{
			ID: typed(form, row+".id"), Role: typed(form, row+".role"), Pillar: typed(form, row+".pillar"),
			Audience: typed(form, row+".audience"), Texts: textsIn{},
		}
		if said := typed(form, row+".text"); said != "" {
			u.Texts = textsIn{{source, said}}
		}
		c.Units = append(c.Units, u)
	}
	for _, row := range rows(form, rowFile) {
		f := file{
			Colour: typed(form, row+".colour"), Layout: typed(form, row+".layout"), Name: typed(form, row+".name"),
			Digest: typed(form, row+".digest"), MediaType: typed(form, row+".media"), Warnings: form[row+".warning"],
		}
		f.Size, _ = strconv.Atoi(form.Get(row + ".size")) // these three are only shown
		f.Width, _ = strconv.Atoi(form.Get(row + ".width"))
		f.Height, _ = strconv.Atoi(form.Get(row + ".height"))
		f.guess()
		c.Files = append(c.Files, f)
	}
	for _, row := range rows(form, rowColour) {
		c.Colours = append(c.Colours, colour{Hex: strings.ToUpper(typed(form, row+".hex")), Names: readTexts(form, row+".name")})
	}
	for _, row := range rows(form, rowPlaceholder) {
		c.Placeholders = append(c.Placeholders, readPlaceholder(form, row))
	}
	return c
}

// readTexts reads one text in the locales of the fields below a name.
func readTexts(form url.Values, name string) textsIn {
	out := textsIn{}
	for field := range form {
		if locale, below := strings.CutPrefix(field, name+"."); below {
			if said := typed(form, field); said != "" {
				out = append(out, text{locale, said})
			}
		}
	}
	slices.SortFunc(out, func(a, b text) int { return strings.Compare(a.Locale, b.Locale) }) // as the API tells them
	return out
}

func readPlaceholder(form url.Values, row string) placeholder {
	p := placeholder{
		Name: typed(form, row+".name"), Type: typed(form, row+".type"), Style: typed(form, row+".style"),
		Example: typed(form, row+".example"), Notes: readTexts(form, row+".note"), Forms: []pluralForm{},
	}
	for _, sub := range rows(form, row+"."+rowForm) {
		one := pluralForm{typed(form, sub+".locale"), typed(form, sub+".category"), typed(form, sub+".text")}
		if one.Text != "" {
			p.Forms = append(p.Forms, one)
		}
	}
	return p
}

// variants are what parts of a file's name tell of a logo's variant.
var variants = []struct{ word, colour, layout string }{
	{"một-màu", "ONE", ""},
	{"mot-mau", "ONE", ""},
	{"mono", "ONE", ""},
	{"black", "ONE", ""},
	{"âm-bản", "REVERSED", ""},
	{"am-ban", "REVERSED", ""},
	{"reverse", "REVERSED", ""},
	{"white", "REVERSED", ""},
	{"dọc", "", "STACKED"},
	{"stack", "", "STACKED"},
	{"vertical", "", "STACKED"},
	{"biểu-tượng", "", "MARK"},
	{"bieu-tuong", "", "MARK"},
	{"symbol", "", "MARK"},
	{"icon", "", "MARK"},
	{"mark", "", "MARK"},
}

// guess tells a logo's variant by its file's name, where nobody has said it.
func (f *file) guess() {
	name := strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(f.Name))
	colour, layout := "FULL", "HORIZONTAL"
	for _, v := range variants {
		if strings.Contains(name, v.word) {
			colour, layout = cmp.Or(v.colour, colour), cmp.Or(v.layout, layout)
		}
	}
	f.Colour, f.Layout = cmp.Or(f.Colour, colour), cmp.Or(f.Layout, layout)
}

// act does what a button of the form asks for, other than to save, such as
// "add-unit MESSAGE" or "remove-file 3". It returns the id of the unit that is new.
func (c *content) act(do string, shown pieces) (fresh string) {
	verb, what, _ := strings.Cut(do, " ")
	n, err := strconv.Atoi(what)
	if err != nil {
		n = -1
	}
	switch verb {
	case "add-unit":
		fresh = c.freshID(what, shown)
		c.Units = append(c.Units, unit{ID: fresh, Role: what, Texts: textsIn{}})
	case "remove-unit":
		c.Units = without(c.Units, n)
	case "raise-unit":
		if n > 0 && n < len(c.Units) {
			c.Units[n-1], c.Units[n] = c.Units[n], c.Units[n-1]
		}
	case "remove-file":
		c.Files = without(c.Files, n)
	case "add-colour":
		c.Colours = append(c.Colours, colour{Names: textsIn{}})
	case "remove-colour":
		c.Colours = without(c.Colours, n)
	}
	return fresh
}

func without[T any](list []T, i int) []T {
	if i < 0 || i >= len(list) {
		return list
	}
	return slices.Delete(list, i, i+1)
}

// freshID makes the id of a new unit, such as "message-3": not one that the form was
// shown with either, whose translations it would take over.
func (c *content) freshID(role string, shown pieces) string {
	id := strings.ToLower(role)
	for n := 2; c.unit(id) != nil || shown[id] != ""; n++ {
		id = strings.ToLower(role) + "-" + strconv.Itoa(n)
	}
	return id
}

// tidy makes of what was typed what the registry would keep of it: without colours that
// were begun and never filled in, and with the placeholders that are in the texts.
func (c *content) tidy(source string) {
	c.Colours = slices.DeleteFunc(c.Colours, func(one colour) bool { return one.Hex == "" && len(one.Names) == 0 })
	c.describe(source)
	used := c.used(source)
	slices.SortStableFunc(c.Placeholders, func(a, b placeholder) int {
		return slices.Index(used, a.Name) - slices.Index(used, b.Name)
	})
	c.Placeholders = slices.DeleteFunc(c.Placeholders, func(p placeholder) bool { return !slices.Contains(used, p.Name) })
	for i, p := range c.Placeholders {
		if p.Type != "PLURAL" {
			c.Placeholders[i].Forms = []pluralForm{}
		}
	}
}

// inText finds what looks like a placeholder; whether it is one the API says.
var inText = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// used are the names of the placeholders in a template's texts, in order of first use.
func (c *content) used(source string) []string {
	var out []string
	for _, u := range c.Units {
		if u.Role != "SUBJECT" && u.Role != "BODY" {
			continue
		}
		for _, found := range inText.FindAllStringSubmatch(u.Texts.In(source), -1) {
			if !slices.Contains(out, found[1]) {
				out = append(out, found[1])
			}
		}
	}
	return out
}

// describe adds an empty description of each placeholder that has none.
func (c *content) describe(source string) {
	for _, name := range c.used(source) {
		if !slices.ContainsFunc(c.Placeholders, func(p placeholder) bool { return p.Name == name }) {
			c.Placeholders = append(c.Placeholders, placeholder{Name: name, Type: "TEXT", Notes: textsIn{}, Forms: []pluralForm{}})
		}
	}
}

// readForm reads the form of a visit. Of the files in it no more is kept in memory than
// typed text would take.
func readForm(v *frame.Visit) (url.Values, error) {
	err := v.ParseMultipartForm(maxForm)
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil // ParseForm has been called by it
	}
	switch {
	case err == nil:
		return v.PostForm, nil
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, err
	}
	return nil, &graph.Refusal{Code: graph.BadUserInput, Reason: "invalid_form", Sentence: "this form can't be read"}
}
