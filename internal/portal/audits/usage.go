package audits

import (
	"slices"

	"signet/domain"
	"signet/internal/portal/frame"
)

// views are the sides of the use of the kit that a page shows, the first one by default.
var views = []string{"totals", "outdated", "declared", "downloads", "unused"}

// total is the use of a version by an agency through a channel.
type total struct {
	Key, Agency, Channel, Last    string
	Number                        int
	Downloads, Requests, Declared int
	InForce                       bool
}

// outlived is a version that was used after its end.
type outlived struct {
	Key, Ended, LastUse   string
	Number, Running, Days int
}

// use is a declared use.
type use struct {
	ID, Agency, Key, Channel, Since, Ended string
	Place                                  prose
	Number, Revision                       int
	InForce                                bool
}

// download is a file that was sent.
type download struct {
	Agency, Key, Rendition, Channel, At string
	Number                              int
}

// idle is a version that nobody used.
type idle struct {
	Key, ValidFrom, ValidUntil string
	Number                     int
}

// usagePage is who uses what where.
type usagePage struct {
	Filter   filter
	View     string
	Views    []string
	Key      string
	Outdated bool // only what is not in force
	Ended    bool // declared uses that have ended too

	Totals    frame.List[total]
	After     frame.List[outlived]
	Uses      frame.List[use]
	Downloads frame.List[download]
	Idle      frame.List[idle]

	Names    names
	Declares bool
	Once     string
}

// To is the address of a view with the same filter, from a cursor on.
func (p *usagePage) To(v *frame.Visit, view, after string) string {
	return v.Path("/usage?view=", view, "&agency=", p.Filter.Agency, "&channel=", p.Filter.Channel, "&key=", p.Key, "&from=", p.Filter.From, "&to=", p.Filter.To,
		"&outdated=", flag(p.Outdated), "&ended=", flag(p.Ended), "&after=", after)
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// Ends tells whether the visitor may end a declared use.
func (*usagePage) Ends(v *frame.Visit, u use) bool {
	return v.Viewer.May(domain.DeclareUses, domain.Scope{Agency: u.Agency})
}

// usageParts are what the views ask for.
var usageParts = map[string]string{
	"totals": `after: usageAfterEnd(scope: $scope, first: 5) { ...Outlived }
	totals: usage(filter: $filter, first: 50, after: $after) { edges { node { key number agency channel downloads requests declared last inForce } } pageInfo { hasNextPage endCursor } }`,
	"outdated": `after: usageAfterEnd(scope: $scope, first: 50, after: $after) { ...Outlived }`,
	"declared": `uses: declaredUses(filter: $filter, running: $running, first: 50, after: $after) {
		edges { node { id agency key number channel place since ended inForce revision } } pageInfo { hasNextPage endCursor } }`,
	"downloads": `downloads(filter: $filter, first: 50, after: $after) { edges { node { agency key number rendition channel at } } pageInfo { hasNextPage endCursor } }`,
	"unused": `idle: unusedVersions(scope: $scope, from: $from, to: $to, first: 50, after: $after) {
		edges { node { key number validFrom validUntil } } pageInfo { hasNextPage endCursor } }`,
}

// usageTypes are the variables that the views use.
var usageTypes = map[string]string{
	"totals":    "$scope: UsageScope, $filter: UsageFilter, $after: String",
	"outdated":  "$scope: UsageScope, $after: String",
	"declared":  "$filter: UsageFilter, $running: Boolean!, $after: String",
	"downloads": "$filter: UsageFilter, $after: String",
	"unused":    "$scope: UsageScope, $from: Date!, $to: Date!, $after: String",
}

const outlivedFields = `
fragment Outlived on UsageAfterEndConnection { edges { node { key number ended lastUse running days } } pageInfo { hasNextPage endCursor } }`

// usage shows who uses what where, what is used after its end first.
func usage(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	f, err := filterOf(v)
	if err != nil {
		return err
	}
	return (&usagePage{Filter: f}).show(v)
}

func (p *usagePage) show(v *frame.Visit) error {
	p.View, p.Views, p.Key, p.Outdated, p.Ended = oneOf(v, "view", views), views, v.Value("key"), v.Value("outdated") != "", v.Value("ended") != ""
	if p.View == "" {
		p.View = views[0]
	}
	p.Declares, p.Once = v.Can("usage.declare"), frame.Once()
	scope := p.Filter.scope()
	scope["key"] = orNil(p.Key)
	filter := p.Filter.scope()
	filter["key"], filter["outdated"] = orNil(p.Key), p.Outdated
	vars := frame.Vars{"scope": scope, "filter": filter, "after": v.Optional("after"), "running": !p.Ended, "from": p.Filter.From, "to": p.Filter.To}
	query := "query AuditsUsage(" + usageTypes[p.View] + ") {\n\t" + usageParts[p.View] + "\n}"
	if p.View == "totals" || p.View == "outdated" {
		query += outlivedFields
	}
	if err := v.Ask(query, vars, p); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return v.Show("audits/usage", p)
	}
	var err error
	if p.Names, err = namesOf(v, p.keys()...); err != nil {
		return err
	}
	return v.Show("audits/usage", p)
}

// keys are those of all items that the page names.
func (p *usagePage) keys() []string {
	keys := []string{p.Key}
	for _, t := range p.Totals.Nodes() {
		keys = append(keys, t.Key)
	}
	for _, o := range p.After.Nodes() {
		keys = append(keys, o.Key)
	}
	for _, u := range p.Uses.Nodes() {
		keys = append(keys, u.Key)
	}
	for _, d := range p.Downloads.Nodes() {
		keys = append(keys, d.Key)
	}
	for _, i := range p.Idle.Nodes() {
		keys = append(keys, i.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

const endDocument = `mutation AuditsEndUse($input: EndUseInput!) { endUse(input: $input) { position } }`

// endUse ends a declared use.
func endUse(v *frame.Visit) error {
	if err := v.Need("usage.declare"); err != nil {
		return err
	}
	in := frame.Vars{"use": v.Value("use"), "on": v.Optional("on"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
	if err := v.Ask(endDocument, frame.Vars{"input": in}, nil); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return usage(v)
	}
	return v.Go("/usage?view=declared&done=audits-ended-use")
}
