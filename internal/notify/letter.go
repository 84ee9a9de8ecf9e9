package notify

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/mail"
	"signet/projections"
)

// letter writes a mail that was planned; false if its receiver is not to have it any
// more: who has left, was erased, has no address, has stopped watching, or may not know
// of it.
func (m *Mailer) letter(ctx context.Context, receiver, id string, body []byte) (mail.Letter, bool, error) {
	var n news
	person, err := uuid.Parse(receiver)
	if err := errors.Join(err, json.Unmarshal(body, &n)); err != nil {
		m.o.Log.ErrorContext(ctx, "a mail is dropped that can't be read", "message", id, "error", err)
		return mail.Letter{}, false, nil
	}
	known, err := m.o.People.Get(ctx, person)
	h := hearer{person: known[person]}
	if err != nil || h.person.Mail == "" {
		return mail.Letter{}, false, err
	}
	if h.members, err = m.o.Views.MembershipsOf(ctx, person); err != nil || len(h.members) == 0 {
		return mail.Letter{}, false, err
	}
	if n, err = m.narrowed(ctx, n, h); err != nil || len(n.Changes) == 0 {
		return mail.Letter{}, false, err
	}
	vietnamese, err := m.written(ctx, n, h, "vi")
	if err != nil {
		return mail.Letter{}, false, err
	}
	english, err := m.written(ctx, n, h, "en")
	if err != nil {
		return mail.Letter{}, false, err
	}
	l := mail.Letter{ID: id, To: h.person.Mail, Date: n.At, Unsubscribe: m.page("vi", "me"), Subject: subject(n, vietnamese, english)}
	l.Text = vietnamese.text() + "\n* * *\n\n" + english.text()
	l.HTML, err = page(vietnamese, english)
	return l, true, err
}

// page is the address of a page of the portal; parts are keys and numbers.
func (m *Mailer) page(lang string, parts ...string) string {
	return m.o.Public + "/" + lang + "/" + strings.Join(parts, "/")
}

// writing is what a letter says in one language.
type writing struct {
	Lang, Greeting string
	Passages       []passage
	// More tells of what is left out; Why, for what reasons somebody gets the letter; End,
	// where that is changed.
	More, Why, End, EndLink string
}

// passage tells of one change.
type passage struct {
	// Head is a sentence without a full stop; Name, what it is about.
	Head, Name string
	Lines      []string
	Link       string
}

// written says some news in a language.
func (m *Mailer) written(ctx context.Context, n news, h hearer, lang string) (writing, error) {
	say := tongues[lang]
	w := writing{Lang: lang, Greeting: say.greeting, End: say.end, EndLink: m.page(lang, "me")}
	if n.More > 0 {
		w.More = fmt.Sprintf(say.more, n.More)
	}
	reasons := map[string]bool{}
	for _, c := range n.Changes {
		p, err := m.passage(ctx, c, h, lang)
		if err != nil {
			return w, err
		}
		w.Passages = append(w.Passages, p)
		reasons[say.because(c)] = true
	}
	w.Why = strings.Join(slices.Sorted(maps.Keys(reasons)), " ")
	return w, nil
}

func (m *Mailer) passage(ctx context.Context, c change, h hearer, lang string) (passage, error) {
	say := tongues[lang]
	if c.Topic == domain.TopicIssued {
		number := strconv.Itoa(c.Edition)
		p := passage{Name: number, Head: fmt.Sprintf(say.heads[c.Topic], number), Link: m.page(lang, "editions", number)}
		if c.Decision != "" {
			p.Lines = append(p.Lines, fmt.Sprintf(say.decision, c.Decision))
		}
		return p, nil
	}
	name, err := m.named(ctx, c.Item, c.Version, lang)
	if err != nil {
		return passage{}, err
	}
	p := passage{Name: fmt.Sprintf(say.version, name, c.Version), Link: m.page(lang, "items", c.Item)}
	p.Head = fmt.Sprintf(say.heads[c.Topic], p.Name)
	if c.Topic == domain.TopicReview {
		p.Link = m.page(lang, "review", c.Item, strconv.Itoa(c.Version))
	}
	if c.Due != "" {
		p.Lines = append(p.Lines, fmt.Sprintf(say.due, c.Due))
	}
	if c.Reason != "" {
		p.Lines = append(p.Lines, fmt.Sprintf(say.reason, oneLine(c.Reason)))
	}
	instead, err := m.instead(ctx, c, h, lang)
	if err != nil {
		return p, err
	}
	p.Lines = append(p.Lines, instead...)
	for _, agency := range slices.Sorted(maps.Keys(c.Used)) {
		a, err := m.o.Views.Agency(ctx, agency)
		if err != nil {
			return p, err
		}
		u := c.Used[agency]
		p.Lines = append(p.Lines, fmt.Sprintf(say.used, oneLine(a.NameIn(domain.Locale(lang))), u.Downloads, u.Declared, u.Running))
	}
	return p, nil
}

// instead says what to use instead of what was withdrawn.
func (m *Mailer) instead(ctx context.Context, c change, h hearer, lang string) ([]string, error) {
	say := tongues[lang]
	if c.Topic != domain.TopicWithdrawn {
		return nil, nil
	}
	if c.Replacement == nil {
		return []string{say.nothing}, nil
	}
	if may, err := m.sees(ctx, h, c.Replacement.Item); err != nil || !may {
		return []string{say.nothing}, err
	}
	name, err := m.named(ctx, c.Replacement.Item, c.Replacement.Version, lang)
	return []string{fmt.Sprintf(say.instead, fmt.Sprintf(say.version, name, c.Replacement.Version)) + " " + m.page(lang, "items", c.Replacement.Item)}, err
}

// named is the name of a version in a language, or else in another one, or its key.
func (m *Mailer) named(ctx context.Context, item string, version int, lang string) (string, error) {
	v, err := m.o.Views.Version(ctx, item, version)
	if errors.Is(err, projections.ErrNotFound) {
		return item, nil
	}
	if err != nil {
		return "", err
	}
	if name := oneLine(v.Content.Name().First(domain.Locale(lang))); name != "" {
		return name, nil
	}
	return item, nil
}

// oneLine is a text without the line breaks by which it could seem to be another part
// of the letter.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// subject names what asks most of the reader, in both languages.
func subject(n news, vietnamese, english writing) string {
	topic := n.Changes[0].Topic
	s := fmt.Sprintf("%s / %s: %s", tongues["vi"].subjects[topic], tongues["en"].subjects[topic], vietnamese.Passages[0].Name)
	if other := english.Passages[0].Name; other != vietnamese.Passages[0].Name {
		s += " / " + other
	}
	return s
}

// text is a writing as plain text.
func (w writing) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", w.Greeting)
	for _, p := range w.Passages {
		fmt.Fprintf(&b, "- %s.\n", p.Head)
		for _, l := range p.Lines {
			fmt.Fprintf(&b, "  %s\n", l)
		}
		fmt.Fprintf(&b, "  %s\n\n", p.Link)
	}
	if w.More != "" {
		fmt.Fprintf(&b, "%s\n\n", w.More)
	}
	fmt.Fprintf(&b, "%s %s %s\n", w.Why, w.End, w.EndLink)
	return b.String()
}

//go:embed letter.html
var letterPage string

var letterTemplate = template.Must(template.New("letter").Parse(letterPage))

// page is what a letter says as an HTML document. Nothing in it is fetched from
// anywhere, so that nobody learns when it is read.
func page(all ...writing) (string, error) {
	var b strings.Builder
	err := letterTemplate.Execute(&b, all)
	return b.String(), err
}
