package book

import (
	"slices"

	"signet/internal/portal/frame"
)

// subject is a pillar or an audience, with what the kit says of it.
type subject struct {
	Key string
	// Names are what it is called; of an audience that of its message set.
	Names    sayings
	Messages []message
}

// Title is its name for a reader of a language; its key if it has none.
func (s subject) Title(lang string) title {
	if len(s.Names) == 0 {
		return title{Main: s.Key}
	}
	return titled(s.Names.In(lang))
}

// Short is Title without its remark.
func (s subject) Short(lang string) title {
	t := s.Title(lang)
	t.Aside = ""
	return t
}

// message is one thing to say.
type message struct {
	unit

	Item string // key of the set that it stands in
	// About is the other side of it: of a pillar's message the audience, of an audience's
	// the pillar. Empty where it is for all.
	About subject
}

// pillars are the content pillars, in the order in which sets name them.
func pillars(sets []*version) []subject {
	known := audienceNames(sets)
	return collect(sets, pillarNames(sets), func(u unit) string { return u.Pillar }, func(u unit) subject { return find(known, u.Audience) })
}

// audiences are whom messages are for.
func audiences(sets []*version) []subject {
	known := pillarNames(sets)
	return collect(sets, audienceNames(sets), func(u unit) string { return u.Audience }, func(u unit) subject { return find(known, u.Pillar) })
}

// pillarNames are what units of the role say.
func pillarNames(sets []*version) (all []subject) {
	for _, set := range sets {
		for _, u := range set.All("PILLAR") {
			all = named(all, u.Pillar, u.Texts)
		}
	}
	return all
}

// audienceNames are those of the sets that are for one audience alone.
func audienceNames(sets []*version) (all []subject) {
	for _, set := range sets {
		var of []string
		for _, u := range set.Content.Units {
			if u.Audience != "" && !slices.Contains(of, u.Audience) {
				of = append(of, u.Audience)
			}
		}
		if len(of) == 1 {
			all = named(all, of[0], set.First("NAME"))
		}
	}
	return all
}

// named adds a subject that has a key, once.
func named(all []subject, key string, names sayings) []subject {
	if key == "" || find(all, key).Key != "" {
		return all
	}
	return append(all, subject{Key: key, Names: names})
}

func find(all []subject, key string) subject {
	if i := slices.IndexFunc(all, func(s subject) bool { return s.Key == key && key != "" }); i >= 0 {
		return all[i]
	}
	return subject{}
}

// collect gives every subject its messages, what is said to all first.
func collect(sets []*version, all []subject, of func(unit) string, about func(unit) subject) []subject {
	for _, set := range sets {
		for _, u := range set.All("CORE", "MESSAGE") {
			key := of(u)
			if key == "" {
				continue
			}
			at := slices.IndexFunc(all, func(s subject) bool { return s.Key == key })
			if at < 0 {
				at = len(all)
				all = append(all, subject{Key: key})
			}
			all[at].Messages = append(all[at].Messages, message{u, set.Key, about(u)})
		}
	}
	for _, s := range all {
		slices.SortStableFunc(s.Messages, func(a, b message) int { return first(a) - first(b) })
	}
	return all
}

// first sorts what is said to all, or at the core, before the rest.
func first(m message) int {
	if m.About.Key == "" {
		return 0
	}
	return 1
}

type messagesPage struct {
	view

	// By is what messages are grouped by: "audience" or "pillar".
	By string
	// In is the language in which they are shown, and Locales all that there are.
	In       string
	Locales  []string
	Subjects []subject
	// Positioning is the set that says it; nil without one.
	Positioning *version
	More        bool // there are more sets than are shown
}

const messagesDocument = `
query BookMessages($asOf: DateTime) {
	approved(kind: MESSAGE_SET, asOf: $asOf, first: 100) { edges { node { ...Standing } } pageInfo { hasNextPage endCursor } }
}` + standing

func messages(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	var all struct{ Approved page }
	if err := v.Ask(messagesDocument, frame.Vars{"asOf": w.asOf()}, &all); err != nil {
		return err
	}
	sets := all.Approved.versions()
	p := messagesPage{view: w, By: "audience", Locales: languages(string(v.Lang), sets...), More: all.Approved.PageInfo.HasNextPage}
	p.In = chosen(v, p.Locales)
	for _, set := range sets {
		if p.Positioning == nil && set.First("POSITIONING") != nil {
			p.Positioning = set
		}
	}
	if p.Subjects = audiences(sets); v.Value("by") == "pillar" {
		p.By, p.Subjects = "pillar", pillars(sets)
	}
	return v.Show("book/messages", p)
}

// languages are those of some versions, in the order for a reader of one.
func languages(lang string, all ...*version) (locales []string) {
	for _, v := range all {
		for _, l := range v.Content.Locales {
			if !slices.Contains(locales, l) {
				locales = append(locales, l)
			}
		}
	}
	slices.SortStableFunc(locales, func(a, b string) int { return rank(lang, a) - rank(lang, b) })
	return locales
}

// chosen is the language that the parameter in asks for, else the reader's.
func chosen(v *frame.Visit, from []string) string {
	if in := v.Value("in"); slices.Contains(from, in) {
		return in
	}
	if len(from) > 0 {
		return from[0]
	}
	return string(v.Lang)
}
