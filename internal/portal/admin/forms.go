package admin

import (
	"net/http"
	"slices"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// mostPages bounds how many pages of a list are read for one page of the portal.
const mostPages = 10

// every reads a list from its first page on. It stops after mostPages of them and then
// says that there is more.
func every[T any](ask func(after any) (frame.List[T], error)) (rows []T, more bool, err error) {
	var after any
	for range mostPages {
		page, err := ask(after)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, page.Nodes()...)
		if page.Next() == "" {
			return rows, false, nil
		}
		after = page.Next()
	}
	return rows, true, nil
}

// text is one in a language.
type text struct {
	Locale string `json:"locale"`
	Text   string `json:"text"`
}

// languages are those in which names and titles are asked for.
var languages = []string{"vi", "en", "zh", "ja", "ko"}

// localized are the texts of a form's fields, "<name>.<locale>", with what they said
// before where the form has not been sent.
func localized(v *frame.Visit, form, name string, before []text) []text {
	var out []text
	add := func(locale, said string) {
		if sent(v, form) {
			said = v.Value(name + "." + locale)
		}
		out = append(out, text{locale, said})
	}
	for _, locale := range languages {
		i := slices.IndexFunc(before, func(t text) bool { return t.Locale == locale })
		if i < 0 {
			add(locale, "")
			continue
		}
		add(locale, before[i].Text)
	}
	for _, t := range before {
		if !slices.Contains(languages, t.Locale) {
			add(t.Locale, t.Text)
		}
	}
	return out
}

// filled are those of them that say something.
func filled(all []text) []text {
	return slices.DeleteFunc(slices.Clone(all), func(t text) bool { return t.Text == "" })
}

// sent tells whether one of a page's forms was sent, and is shown again.
func sent(v *frame.Visit, form string) bool {
	return v.Method == http.MethodPost && v.Value("do") == form
}

// typed is what a field of a form says: what was sent, or else what was there before.
func typed(v *frame.Visit, form, name, before string) string {
	if sent(v, form) {
		return v.Value(name)
	}
	return before
}

// endOf is the instant at which a day of the city has ended; nil without one. What is no
// day is sent as it is: the API names the field.
func endOf(day string) any {
	if day == "" {
		return nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, domain.CityZone)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, 1).Format(time.RFC3339)
}

// lastDay is the day that ends at an instant, as forms have it.
func lastDay(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return ""
	}
	return t.Add(-time.Second).In(domain.CityZone).Format(time.DateOnly)
}

// change asks the API for a mutation of one field, "name", whose input has the type
// "Name…Input", and decodes the field's payload into what into points to.
func change(v *frame.Visit, name, kind, fields string, in frame.Vars, into any) error {
	document := "mutation PortalAdmin($in: " + kind + "!) { done: " + name + "(input: $in) { " + fields + " } }"
	return v.Ask(document, frame.Vars{"in": in}, into)
}

// confirmation asks whether something is to be done that can't be undone, or not easily.
type confirmation struct {
	Title  string
	Says   []string
	Button string
	// Action is the address of the form, Back that of the page it came from.
	Action, Back string
	// Act is the value of the form's field "do".
	Act, Once string
}

// confirmed refuses a form whose box was not ticked by which somebody confirms it.
func confirmed(v *frame.Visit, box string) error {
	if v.Value(box) == "" {
		return &graph.Refusal{Code: graph.BadUserInput, Reason: "not_confirmed", Field: box, Sentence: "tick the box by which you confirm this"}
	}
	return nil
}

// secret is a page that shows a secret, once.
type secret struct {
	Title, Secret string
	Says          []string
	Back          string
	Link          string // what Back is called
}

// tell shows a secret. No cache keeps the page, and it is not compressed: its length
// would tell of the secret together with what else is on the page (BREACH).
func tell(v *frame.Visit, s secret) error {
	h := v.W.Header()
	h.Set("Cache-Control", "no-store")
	h.Set(gzhttp.HeaderNoCompression, "1")
	return v.Show("admin/secret", s)
}
