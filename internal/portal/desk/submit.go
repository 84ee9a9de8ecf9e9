package desk

import (
	"strconv"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

// policy says who signs the versions of a kind.
type policy struct {
	Leads, Required []string
	Terms           struct {
		Others   []string
		Quorum   int
		LeadLast bool
	}
}

// edition is one with which a version can come in force.
type edition struct {
	Number int
	Title  string
	Due    string
	Issued string
}

// submission is the page on which a version is submitted.
type submission struct {
	*item
	Policy          *policy // nil: none was set
	Editions        []edition
	When, Day, With string // what was chosen
	Once            string
	Refusal         *graph.Refusal
}

// showSubmit shows what is missing, who will sign, and the form.
func showSubmit(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	if !it.Version.Open() || !mayWrite(v, it.Version) {
		return v.Go("/desk/", it.Key, "/", it.Version.Number)
	}
	return (&submission{item: it, When: "now"}).show(v)
}

func (s *submission) show(v *frame.Visit) error {
	s.Once = frame.Once()
	const document = `query PortalDeskPolicy($kind: Kind!, $locale: Locale!) {
		policies(kind: $kind) { leads required terms { others quorum leadLast } }
		editions(first: 100) { edges { node { number title(locale: $locale) due issued } } } }`
	var answer struct {
		Policies []policy // the newest first
		Editions struct{ Edges []struct{ Node edition } }
	}
	if err := v.Ask(document, frame.Vars{"kind": s.Kind, "locale": v.Lang}, &answer); err != nil {
		return err
	}
	if len(answer.Policies) > 0 {
		s.Policy = &answer.Policies[0]
	}
	for _, e := range answer.Editions.Edges {
		if e.Node.Issued == "" {
			s.Editions = append(s.Editions, e.Node)
		}
	}
	return v.Show("desk/submit", s)
}

// Unit is the id of the unit of which a text was refused, and Locale that of the text;
// empty where something else was refused.
func (s *submission) Unit() (id string) {
	id, _ = unitRefused(s.Refusal, s.Version.Content)
	return id
}

// Locale is that of the text that was refused.
func (s *submission) Locale() (locale string) {
	_, locale = unitRefused(s.Refusal, s.Version.Content)
	return locale
}

// unitRefused reads a field such as "content.units[2].text.ja".
func unitRefused(r *graph.Refusal, c content) (id, locale string) {
	if r == nil {
		return "", ""
	}
	rest, ok := strings.CutPrefix(inAPI.Replace(r.Field), "content.units[")
	number, rest, found := strings.Cut(rest, "]")
	n, err := strconv.Atoi(number)
	if !ok || !found || err != nil || n < 0 || n >= len(c.Units) {
		return "", ""
	}
	locale, _ = strings.CutPrefix(rest, ".text.")
	return c.Units[n].ID, locale
}

// submit asks the agencies to sign.
func submit(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	s := &submission{item: it, When: v.Value("when"), Day: v.Value("day"), With: v.Value("edition")}
	input := frame.Vars{"key": it.Key, "version": it.Version.Number, "idempotencyKey": v.Value("once")}
	if seen, err := strconv.Atoi(v.Value("revision")); err == nil {
		input["revision"] = seen
	}
	switch s.When {
	case "day":
		input["effective"] = frame.Vars{"at": s.Day + "T00:00:00+07:00"} // the beginning of the day in the city
	case "edition":
		number, _ := strconv.Atoi(s.With) // 0 is none, which the API says
		input["effective"] = frame.Vars{"edition": number}
	}
	const document = `mutation PortalDeskSubmit($input: SubmitVersionInput!) { submitVersion(input: $input) { version { state } } }`
	var answer struct {
		SubmitVersion struct{ Version struct{ State string } }
	}
	if err := v.Ask(document, frame.Vars{"input": input}, &answer); err != nil {
		if s.Refusal, err = refused(v, err); err != nil {
			return err
		}
		return s.show(v)
	}
	done := "desk-submitted"
	if answer.SubmitVersion.Version.State == "APPROVED" {
		done = "desk-approved" // by signatures that had survived
	}
	return v.Go("/desk/", it.Key, "/", it.Version.Number, "?done=", done)
}
