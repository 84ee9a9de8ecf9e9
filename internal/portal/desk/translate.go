package desk

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// unitText is a text of a version in the locale of the page.
type unitText struct {
	Unit, Role, Text, Source, State, MadeFrom string
	SourceDiff                                []struct{ Op, Text string }

	Pillar, Audience string
	Typed            string // what the form has
	Confirm          bool   // a stale text is right as it is
	Comments         []comment
	Refused          bool
	Change           string // what others changed meanwhile: "text", "both" or "source"
	Next             string // the next unit that lacks a text or has a stale one
}

// Waits tells whether the text is missing or stale.
func (u unitText) Waits() bool { return u.State == "MISSING" || u.State == "STALE" }

// Placeholders are those of the source, for the script that compares them.
func (u unitText) Placeholders() string {
	var names []string
	for _, found := range inText.FindAllString(u.Source, -1) {
		if !slices.Contains(names, found) {
			names = append(names, found)
		}
	}
	return strings.Join(names, " ")
}

// prints are the fingerprints of the text and of its source.
func (u unitText) prints() (said, source string) { return fingerprint(u.Text), fingerprint(u.Source) }

// Was is what the form carries of them.
func (u unitText) Was() string {
	said, source := u.prints()
	return said + " " + source
}

// sheet is the page on which a version is translated.
type sheet struct {
	*item
	Locale   string
	Units    []unitText
	May      bool // the visitor may write
	Unsaved  bool
	Changed  bool // by others, meanwhile
	Imported bool
	Left     []string // units of a file whose source has changed since it was made
	Fault    *fault
}

// Done is how many units have a text that is up to date.
func (s *sheet) Done() int {
	n := 0
	for _, u := range s.Units {
		if !u.Waits() {
			n++
		}
	}
	return n
}

// Percent is the share of such units.
func (s *sheet) Percent() int { return s.Done() * 100 / max(1, len(s.Units)) }

// First is the first unit that lacks a text or has a stale one.
func (s *sheet) First() string {
	for _, u := range s.Units {
		if u.Waits() {
			return u.Unit
		}
	}
	return ""
}

// Describe is what is told of a placeholder that the source of a unit has.
func (s *sheet) Describe(u unitText) []placeholder {
	var out []placeholder
	for _, p := range s.Version.Content.Placeholders {
		if strings.Contains(u.Source, "{{"+p.Name+"}}") {
			out = append(out, p)
		}
	}
	return out
}

// chooseLocale leads to the page of a locale that was typed.
func chooseLocale(v *frame.Visit) error {
	if v.Value("locale") == "" {
		return v.Go("/desk/", v.PathValue("key"), "/", v.PathValue("number"))
	}
	return v.Go("/desk/", v.PathValue("key"), "/", v.PathValue("number"), "/texts/", v.Value("locale"))
}

// readSheet asks for the version that the address names, and its texts in the locale.
func readSheet(v *frame.Visit) (*sheet, error) {
	it, err := readVersion(v)
	if err != nil {
		return nil, err
	}
	s := &sheet{item: it, Locale: v.PathValue("locale")}
	if s.Locale == it.Source {
		return nil, notFound()
	}
	const document = `query PortalDeskTexts($key: String!, $number: Int!, $locale: Locale!) { item(key: $key) { revision version(number: $number) {
		texts(locale: $locale) { unit role text source state madeFrom sourceDiff { op text } } } } }`
	var answer struct {
		Item *struct {
			Revision int
			Version  *struct{ Texts []unitText }
		}
	}
	if err := v.Ask(document, frame.Vars{"key": it.Key, "number": it.Version.Number, "locale": s.Locale}, &answer); err != nil {
		return nil, err
	}
	if answer.Item == nil || answer.Item.Version == nil {
		return nil, notFound()
	}
	s.Units, s.Revision = answer.Item.Version.Texts, answer.Item.Revision
	s.May = it.Version.Open() && mayTranslate(v, it.Version, s.Locale)
	next := ""
	for i := len(s.Units) - 1; i >= 0; i-- {
		u := &s.Units[i]
		u.Typed, u.Next, u.Comments = u.Text, next, it.Version.Comments.On(u.Unit, s.Locale)
		if about := it.Version.Content.unit(u.Unit); about != nil {
			u.Pillar, u.Audience = about.Pillar, about.Audience
		}
		if u.Waits() {
			next = u.Unit
		}
	}
	return s, nil
}

func showTexts(v *frame.Visit) error {
	s, err := readSheet(v)
	if err != nil {
		return err
	}
	return v.Show("desk/texts", s)
}

// translate takes the form of a locale, or a file of a translator's program, whose texts
// are shown in the form before they are saved.
func translate(v *frame.Visit) error {
	if v.Viewer.Anonymous() || !v.Can(string(domain.TranslateVersions)) {
		return cmp.Or(v.Need(string(domain.DraftVersions)), notFound())
	}
	form, err := readForm(v)
	if err != nil {
		return err
	}
	const tries = 3 // somebody may write between the reading and the writing
	for range tries {
		s, err := readSheet(v)
		if err != nil {
			return err
		}
		texts := s.read(form)
		if form.Get("do") == "import" {
			return s.takeFile(v)
		}
		if form.Get("do") != "save" || s.Changed {
			return v.Show("desk/texts", s)
		}
		err = s.save(v, texts)
		if err == nil {
			return v.Go("/desk/", s.Key, "/", s.Version.Number, "/texts/", s.Locale, "?done=desk-saved#u-", form.Get("at"))
		}
		if stale(err) {
			continue
		}
		refusal, err := refused(v, err)
		if err != nil {
			return err
		}
		s.mark(refusal)
		return v.Show("desk/texts", s)
	}
	return &graph.Refusal{Code: graph.Conflict, Reason: "busy", Sentence: "others are writing to the same thing; try again"}
}

// read takes what was typed into the page, and returns the texts that are to be saved:
// those that were changed, and stale ones that were confirmed.
func (s *sheet) read(form url.Values) []map[string]string {
	s.Unsaved = true
	texts := []map[string]string{}
	for i := range s.Units {
		u := &s.Units[i]
		was, there := form["was."+u.Unit]
		if !there {
			continue // added since
		}
		u.Typed, u.Confirm = typed(form, "t."+u.Unit), form.Get("ok."+u.Unit) != ""
		saidThen, sourceThen, _ := strings.Cut(was[0], " ")
		said, source := u.prints()
		mine := fingerprint(u.Typed)
		touched := mine != saidThen || u.Confirm && u.State == "STALE"
		switch {
		case mine == said && !u.Confirm: // it is so already
			continue
		case saidThen != said && !touched:
			u.Typed, u.Change = u.Text, "text"
		case saidThen != said:
			u.Change = "both"
		case sourceThen != source && touched:
			u.Change = "source"
		case touched:
			texts = append(texts, map[string]string{"unit": u.Unit, "text": u.Typed})
		}
		// What others wrote is shown with the next page in any case; only what meets what
		// was typed here keeps it from being saved.
		s.Changed = s.Changed || u.Change == "both" || u.Change == "source"
	}
	return texts
}

func (s *sheet) save(v *frame.Visit, texts []map[string]string) error {
	const document = `mutation PortalDeskTranslate($input: TranslateVersionInput!) { translateVersion(input: $input) { position } }`
	return v.Ask(document, frame.Vars{"input": frame.Vars{
		"key": s.Key, "version": s.Version.Number, "locale": s.Locale, "texts": texts, "revision": s.Revision,
	}}, nil)
}

// mark marks the unit whose text was refused.
func (s *sheet) mark(refusal *graph.Refusal) {
	id, _ := unitRefused(refusal, s.Version.Content)
	if of, ok := strings.CutPrefix(refusal.Field, "texts."); ok {
		id = of
	}
	for i := range s.Units {
		s.Units[i].Refused = s.Units[i].Unit == id && id != ""
	}
}
