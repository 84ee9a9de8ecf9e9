package review

// What the API tells, by the names that it has there.

type item struct {
	Key, Kind, Source, Name string
	Revision                int
	InForce                 *struct{ Number int }
	Versions                struct{ Edges []struct{ Node known } }
	Version                 *draft
	History                 struct {
		Edges    []struct{ Node step }
		PageInfo pageInfo
	}
}

// last is the newest step of a kind; nil when there is none, and when the history is too
// long to know.
func (i *item) last(what string) (found *step) {
	if i.History.PageInfo.HasNextPage {
		return nil
	}
	for _, e := range i.History.Edges {
		if e.Node.What == what {
			found = &e.Node
		}
	}
	return found
}

// known is a version that can be compared with.
type known struct {
	Number        int
	State, Status string
}

// draft is the version that is looked at.
type draft struct {
	Number                         int
	State, Status, Author, Agency  string
	Submitted, Approved            string
	EffectiveAt                    string
	EffectiveEdition               int
	Due, LeadDue                   string
	Leads, Required, Missing       []string
	Policy                         policy
	Signatures                     []signature
	Awaited                        []awaited
	Recusals                       []recusal
	WithdrawnFrom, WithdrawnReason string
	Replacement                    *struct {
		Key    string
		Number int
	}
	Validities []struct {
		From, Until string
		Edition     int
	}
	Content  content
	Comments struct {
		Edges    []struct{ Node remark }
		PageInfo pageInfo
	}
}

type pageInfo struct {
	HasNextPage bool
	EndCursor   string
}

type policy struct {
	Others   []string
	Quorum   int
	LeadLast bool
}

type signature struct {
	Agency, Member, At, Delegation string
	Parts                          []string
}

type awaited struct {
	Agency, Step, Since, Due string
	DaysOverdue              int
}

type recusal struct {
	Agency, Member, Reason, At string
	Whole                      bool
}

type step struct {
	What, Member, Agency, At, Reason, Digest string
}

type content struct {
	Units        []unit
	Placeholders []placeholder
	Files        []file
	Colours      []struct {
		Names []text
		Hex   string
	}
	Licence string
	Locales []string
}

type unit struct {
	ID, Role, Pillar, Audience string
	Texts                      []text
}

type text struct{ Locale, Text string }

type placeholder struct {
	Name, Example, Type, Style string
	Notes                      []text
	Forms                      []struct{ Locale, Category, Text string }
}

type file struct {
	Colour, Layout, Name, Digest, MediaType string
	Size, Width, Height                     int
}

// remark is what somebody said.
type remark struct {
	ID, Agency, Member, Unit, Locale string
	Passage                          *passage
	Text, ReplyTo, At, Resolved      string
}

// passage is a part of a text, in code points.
type passage struct {
	Start, End int
	Quote      string
}

// change is what differs in a field.
type change struct {
	Field, Locale, Before, After string
	Segments                     []segment
}

type segment struct{ Op, Text string }

const contentFields = `fragment ReviewContent on Content {
	locales licence units { id role pillar audience texts { locale text } }
	placeholders { name example type style notes { locale text } forms { locale category text } }
	files { colour layout name digest mediaType size width height } colours { hex names { locale text } }
}`

const versionDocument = `query ReviewVersion($key: String!, $number: Int!, $locale: Locale!, $after: String) {
	viewer { member agency roles delegations }
	item(key: $key) {
		key kind source revision name(locale: $locale) inForce { number }
		versions(first: 100) { edges { node { number state status } } }
		history(version: $number, first: 100) { edges { node { what member agency at reason digest } } pageInfo { hasNextPage } }
		version(number: $number) {
			number state status author agency submitted approved effectiveAt effectiveEdition due leadDue leads required missing
			policy { others quorum leadLast } signatures { agency member at delegation parts } awaited { agency step since due daysOverdue }
			recusals { agency member reason at whole } withdrawnFrom withdrawnReason replacement { key number }
			validities { from until edition } content { ...ReviewContent }
			comments(first: 100, after: $after) {
				edges { node { id agency member unit locale passage { start end quote } text replyTo at resolved } } pageInfo { hasNextPage endCursor }
			}
		}
	}
}
` + contentFields

const beforeDocument = `query ReviewBefore($key: String!, $from: Int!, $to: Int!) {
	item(key: $key) {
		version(number: $from) { content { ...ReviewContent } }
		diff(from: $from, to: $to) { field locale before after segments { op text } }
	}
}
` + contentFields
