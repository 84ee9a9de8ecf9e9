package desk

import (
	"cmp"
	"slices"

	"signet/domain"
	"signet/internal/portal/frame"
)

// listed is a version in a list.
type listed struct {
	Number           int
	State, Status    string
	Drafted          string
	EffectiveAt      string
	EffectiveEdition int
	Missing          []string
	Awaited          []awaited
	Translations     []translation
	Content          struct{ Name, Own string } // in the visitor's language, and in Vietnamese
	Item             struct{ Key, Kind string }

	Returned *returned
}

// Title is the version's name, or its item's key.
func (l listed) Title() string { return cmp.Or(l.Content.Name, l.Content.Own, l.Item.Key) }

// TitleLang is the language of the title where it is not that of the page.
func (l listed) TitleLang() string {
	if l.Content.Name == "" && l.Content.Own != "" {
		return "vi"
	}
	return ""
}

// In is how far it is translated into a locale.
func (l listed) In(locale string) translation {
	for _, t := range l.Translations {
		if t.Locale == locale {
			return t
		}
	}
	return translation{Locale: locale}
}

// list is a page of versions.
type list struct {
	Edges    []struct{ Node listed }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// work is what there is to translate into a locale.
type work struct {
	Locale string
	list
}

// front is the first page of the desk.
type front struct {
	Author                              bool
	Drafts, Returned, Reviews, Approved list
	Waiting                             []listed // of Approved, those that are not in force yet
	Work                                []work
	Items                               []struct{ Key, Kind, Name string }
}

const listedFields = `edges { node { number state status drafted effectiveAt effectiveEdition missing item { key kind }
	awaited { agency step since due daysOverdue } translations { locale missing stale } content { name(locale: $locale) own: name } } } pageInfo { hasNextPage endCursor }`

const homeDocument = `query PortalDesk($agency: String!, $locale: Locale!, $drafts: String, $returned: String, $reviews: String, $approved: String) {
	drafts: versions(states: [DRAFTED], agency: $agency, order: NEWEST, first: 20, after: $drafts) { ` + listedFields + ` }
	returned: versions(states: [RETURNED], agency: $agency, order: NEWEST, first: 20, after: $returned) { ` + listedFields + ` }
	reviews: versions(states: [SUBMITTED], agency: $agency, order: NEWEST, first: 20, after: $reviews) { ` + listedFields + ` }
	approved: versions(states: [APPROVED], agency: $agency, order: NEWEST, first: 50, after: $approved) { ` + listedFields + ` }
	items(first: 100) { edges { node { key kind name(locale: $locale) } } } }`

// home shows what the visitor's agency writes, and what the visitor translates.
func home(v *frame.Visit) error {
	if !v.Can(string(domain.DraftVersions)) && !v.Can(string(domain.TranslateVersions)) {
		return v.Need(string(domain.DraftVersions))
	}
	page := front{Author: v.Can(string(domain.DraftVersions))}
	if page.Author {
		if err := page.readOwn(v); err != nil {
			return err
		}
	}
	if v.Viewer.Roles.Has(domain.RoleTranslator) {
		for _, locale := range v.Viewer.Locales {
			w := work{Locale: string(locale)}
			if err := w.read(v); err != nil {
				return err
			}
			page.Work = append(page.Work, w)
		}
	}
	return v.Show("desk/home", page)
}

func (f *front) readOwn(v *frame.Visit) error {
	var answer struct {
		Drafts, Returned, Reviews, Approved list
		Items                               struct {
			Edges []struct {
				Node struct{ Key, Kind, Name string }
			}
		}
	}
	vars := frame.Vars{"agency": v.Viewer.Agency, "locale": v.Lang}
	for _, name := range []string{"drafts", "returned", "reviews", "approved"} {
		vars[name] = v.Optional(name)
	}
	if err := v.Ask(homeDocument, vars, &answer); err != nil {
		return err
	}
	f.Drafts, f.Returned, f.Reviews, f.Approved = answer.Drafts, answer.Returned, answer.Reviews, answer.Approved
	for _, e := range f.Approved.Edges {
		if e.Node.Status == "SCHEDULED" {
			f.Waiting = append(f.Waiting, e.Node)
		}
	}
	for _, e := range answer.Items.Edges {
		f.Items = append(f.Items, e.Node)
	}
	for i, e := range f.Returned.Edges {
		var err error
		if f.Returned.Edges[i].Node.Returned, err = lastReturn(v, e.Node.Item.Key, e.Node.Number); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) read(v *frame.Visit) error {
	const document = `query PortalDeskWork($into: Locale!, $locale: Locale!, $after: String) { translationWork(locale: $into, first: 20, after: $after) { ` + listedFields + ` } }`
	var answer struct{ TranslationWork list }
	err := v.Ask(document, frame.Vars{"into": w.Locale, "locale": v.Lang, "after": v.Optional("work-" + w.Locale)}, &answer)
	w.list = answer.TranslationWork
	return err
}

// findItem leads to the next version of the item that was chosen.
func findItem(v *frame.Visit) error {
	if v.Value("key") == "" {
		return v.Go("/desk")
	}
	return v.Go("/desk/", v.Value("key"), "/begin")
}

// Days tells by how many days the author is late with an answer to a return, if at all.
func (l listed) Days() int {
	if i := slices.IndexFunc(l.Awaited, func(a awaited) bool { return a.Step == "REVISION" }); i >= 0 {
		return l.Awaited[i].DaysOverdue
	}
	return 0
}

// Due is the day by which a return is to be answered, if there is one.
func (l listed) Due() string {
	if i := slices.IndexFunc(l.Awaited, func(a awaited) bool { return a.Step == "REVISION" }); i >= 0 {
		return l.Awaited[i].Due
	}
	return ""
}
