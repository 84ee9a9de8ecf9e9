package desk

import (
	"errors"
	"slices"
	"strconv"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// item is what the API tells of an item and one of its versions.
type item struct {
	Key, Kind, Source string
	Revision          int
	Version           *version
}

// version is a version as its own page shows it.
type version struct {
	Number           int
	State, Status    string
	Agency           string
	Due, LeadDue     string
	EffectiveAt      string
	EffectiveEdition int
	Missing          []string
	Awaited          []awaited
	Translations     []translation
	Comments         comments
	Content          content
	Name, NameLang   string // in the visitor's language, or that of the source
}

// awaited is an agency for which the version waits.
type awaited struct {
	Agency, Step, Since, Due string
	DaysOverdue              int
}

// translation is how far a version is translated into a locale.
type translation struct {
	Locale         string
	Missing, Stale int
}

// comments are those that are open, the oldest first.
type comments struct {
	Edges    []struct{ Node comment }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// comment is what somebody said about a version.
type comment struct {
	ID, Agency, Unit, Locale, Text, At, ReplyTo, Resolved string
	Passage                                               *struct{ Quote string }
}

const commentFields = `edges { node { id agency unit locale text at replyTo resolved passage { quote } } } pageInfo { hasNextPage endCursor }`

const versionDocument = `query PortalDeskVersion($key: String!, $number: Int!) {
	item(key: $key) { key kind source revision version(number: $number) {
		number state status agency due leadDue effectiveAt effectiveEdition missing
		awaited { agency step since due daysOverdue }
		translations { locale missing stale }
		comments(open: true, first: 100) { ` + commentFields + ` }
		` + contentFields + `
	} } }`

// readVersion asks for the version that the address names.
func readVersion(v *frame.Visit) (*item, error) {
	if err := v.NeedLogin(); err != nil {
		return nil, err
	}
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 32)
	if err != nil {
		return nil, notFound()
	}
	var answer struct{ Item *item }
	if err := v.Ask(versionDocument, frame.Vars{"key": v.PathValue("key"), "number": number}, &answer); err != nil {
		return nil, err
	}
	if answer.Item == nil || answer.Item.Version == nil {
		return nil, notFound()
	}
	answer.Item.nameIn(string(v.Lang))
	return answer.Item, nil
}

// refused keeps what the API refused, so that the form which is shown next tells it, and
// returns it. Something that a field names and that is not there is no missing page. Of
// other errors it returns the error.
func refused(v *frame.Visit, err error) (*graph.Refusal, error) {
	r := new(graph.Refusal)
	if errors.As(err, &r) && r.Code == graph.NotFound && r.Field != "" {
		named := *r
		named.Code = graph.BadUserInput
		r, err = &named, &named
	}
	return r, v.Refused(err)
}

func notFound() error { return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_path"} }

// nameIn finds the title of the version in a language, or in that of the source, or
// takes the item's key for it.
func (it *item) nameIn(lang string) {
	it.Version.Name, it.Version.NameLang = it.Key, lang
	for _, u := range it.Version.Content.Units {
		if u.Role != roleName {
			continue
		}
		for _, l := range []string{it.Source, lang} {
			if name := u.Texts.In(l); name != "" {
				it.Version.Name, it.Version.NameLang = name, l
			}
		}
	}
}

// Open tells whether the version can be written on.
func (one *version) Open() bool { return one.State == "DRAFTED" || one.State == "RETURNED" }

// mayWrite tells whether the visitor is of those who write the version.
func mayWrite(v *frame.Visit, one *version) bool {
	return v.Can(string(domain.DraftVersions)) && v.Viewer.Agency == one.Agency
}

// mayTranslate tells whether the visitor writes its texts in a locale.
func mayTranslate(v *frame.Visit, one *version, locale string) bool {
	return mayWrite(v, one) || v.Can(string(domain.TranslateVersions)) && slices.Contains(v.Viewer.Locales, domain.Locale(locale))
}

// returned is the last time that a version was sent back.
type returned struct{ Agency, At, Reason string }

// lastReturn asks for it; nil where the version was never sent back.
func lastReturn(v *frame.Visit, key string, number int) (*returned, error) {
	const document = `query PortalDeskReturned($key: String!, $number: Int!, $after: String) {
		item(key: $key) { history(version: $number, first: 100, after: $after) { edges { node { what agency at reason } } pageInfo { hasNextPage endCursor } } } }`
	var last *returned
	for after := any(nil); ; {
		var answer struct {
			Item *struct {
				History struct {
					Edges []struct {
						Node struct {
							What string
							returned
						}
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		if err := v.Ask(document, frame.Vars{"key": key, "number": number, "after": after}, &answer); err != nil || answer.Item == nil {
			return last, err
		}
		for _, e := range answer.Item.History.Edges {
			if e.Node.What == "RETURNED" {
				last = &e.Node.returned
			}
		}
		if !answer.Item.History.PageInfo.HasNextPage {
			return last, nil
		}
		after = answer.Item.History.PageInfo.EndCursor
	}
}

// showVersion shows the form of a version that the visitor writes, or else what it says
// and how far it is.
func showVersion(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	if !it.Version.Open() || !mayWrite(v, it.Version) {
		return showStanding(v, it, "")
	}
	return newEditor(v, it, it.Version.Content).show()
}

// standing is the page of a version that is not written by the visitor now.
type standing struct {
	*item
	Returned *returned
	TakeBack bool   // the visitor may take it back
	Reason   string // for which it is taken back, as typed
	Once     string
}

func showStanding(v *frame.Visit, it *item, reason string) error {
	page := standing{item: it, TakeBack: it.Version.State == "SUBMITTED" && mayWrite(v, it.Version), Reason: reason, Once: frame.Once()}
	if it.Version.State == "RETURNED" {
		var err error
		if page.Returned, err = lastReturn(v, it.Key, it.Version.Number); err != nil {
			return err
		}
	}
	return v.Show("desk/version", page)
}

// takeBack ends the submission of a version.
func takeBack(v *frame.Visit) error {
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	const document = `mutation PortalDeskTakeBack($input: WithdrawSubmissionInput!) { withdrawSubmission(input: $input) { position } }`
	input := frame.Vars{"key": it.Key, "version": it.Version.Number, "reason": v.Value("reason"), "idempotencyKey": v.Value("once")}
	if seen, err := strconv.Atoi(v.Value("revision")); err == nil {
		input["revision"] = seen
	}
	if err := v.Ask(document, frame.Vars{"input": input}, nil); err != nil {
		if _, err := refused(v, err); err != nil {
			return err
		}
		return showStanding(v, it, v.Value("reason"))
	}
	return v.Go("/desk/", it.Key, "/", it.Version.Number, "?done=desk-taken")
}
