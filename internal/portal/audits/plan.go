package audits

import (
	"slices"
	"strconv"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

// planPage is the form in which an audit is planned or changed.
type planPage struct {
	Audit    string // empty for a new one
	Revision int
	Once     string

	TitleVi, TitleEn string
	Due, From, Until string
	Repeat           int
	Agencies         []string // of the scope
	Channels         []string
	Sites            []site // with some that are empty, to write in

	AllAgencies, AllChannels []string
	Repeats                  []int
}

// Has tells whether a list holds a key.
func (p *planPage) Has(list []string, key string) bool { return slices.Contains(list, key) }

// siteRow is a line of the form's sites.
type siteRow struct {
	site

	N int // from 1
}

// Rows are the lines for sites.
func (p *planPage) Rows() []siteRow {
	rows := make([]siteRow, len(p.Sites))
	for i, s := range p.Sites {
		rows[i] = siteRow{s, i + 1}
	}
	return rows
}

// spare is how many empty sites a form offers.
const spare = 3

// prepare adds what can be chosen.
func (p *planPage) prepare(v *frame.Visit) error {
	p.Once, p.Repeats = frame.Once(), []int{0, 1, 3, 6, 12, 24}
	if !slices.Contains(p.Repeats, p.Repeat) {
		p.Repeats = append(p.Repeats, p.Repeat)
	}
	others := slices.Clone(p.Channels)
	for _, s := range p.Sites {
		others = append(others, s.Channel)
	}
	p.AllChannels = withChannels(others...)
	p.Sites = append(p.Sites, make([]site, spare)...)
	var err error
	p.AllAgencies, err = agenciesOf(v)
	return err
}

// newAudit is the form for a new audit.
func newAudit(v *frame.Visit) error {
	if err := v.Need("audits.manage"); err != nil {
		return err
	}
	page := &planPage{}
	if err := page.prepare(v); err != nil {
		return err
	}
	return v.Show("audits/plan", page)
}

// typed is the form as it was sent.
func typed(v *frame.Visit) *planPage {
	p := &planPage{
		Audit: v.PathValue("id"), TitleVi: v.Value("title-vi"), TitleEn: v.Value("title-en"), Due: v.Value("due"), From: v.Value("from"), Until: v.Value("until"),
		Agencies: v.Values("agencies"), Channels: v.Values("channels"),
	}
	p.Revision, _ = strconv.Atoi(v.Value("revision"))
	p.Repeat, _ = strconv.Atoi(v.Value("repeat"))
	for c := range strings.FieldsFuncSeq(v.Value("channels-other"), func(r rune) bool { return strings.ContainsRune(", ;\n", r) }) {
		p.Channels = append(p.Channels, c)
	}
	at := func(values []string, i int) string {
		if i >= len(values) {
			return ""
		}
		return strings.TrimSpace(values[i])
	}
	agencies, channels := v.Values("site-agency"), v.Values("site-channel")
	for i, address := range v.Values("site-address") {
		if address = strings.TrimSpace(address); address != "" {
			p.Sites = append(p.Sites, site{prose(address), at(agencies, i), at(channels, i)})
		}
	}
	return p
}

// input is the plan for the API.
func (p *planPage) input(v *frame.Visit) frame.Vars {
	var titles, sites []frame.Vars
	for _, t := range []text{{"vi", p.TitleVi}, {"en", p.TitleEn}} {
		if t.Text != "" {
			titles = append(titles, frame.Vars{"locale": t.Locale, "text": t.Text})
		}
	}
	for _, s := range p.Sites {
		sites = append(sites, frame.Vars{"address": s.Address, "agency": orNil(s.Agency), "channel": orNil(s.Channel)})
	}
	return frame.Vars{
		"titles": slices.Concat([]frame.Vars{}, titles), "due": p.Due, "repeatMonths": p.Repeat, "idempotencyKey": v.Optional("once"),
		"scope": frame.Vars{"agencies": p.Agencies, "channels": p.Channels, "sites": sites, "from": orNil(p.From), "until": orNil(p.Until)},
	}
}

// again shows the form as it was typed, with more room for sites.
func (p *planPage) again(v *frame.Visit) error {
	if err := p.prepare(v); err != nil {
		return err
	}
	return v.Show("audits/plan", p)
}

// send runs the mutation of the form, whose answer is the audit.
func (p *planPage) send(v *frame.Visit, mutation string, in frame.Vars, done string) error {
	if v.Value("more") != "" {
		return p.again(v)
	}
	var told struct {
		Done struct{ Audit struct{ Audit string } }
	}
	if err := v.Ask(mutation, frame.Vars{"input": in}, &told); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return p.again(v)
	}
	return v.Go("/audits/", told.Done.Audit.Audit, "?done="+done)
}

// planAudit plans an audit.
func planAudit(v *frame.Visit) error {
	if err := v.Need("audits.manage"); err != nil {
		return err
	}
	p := typed(v)
	return p.send(v, `mutation AuditsPlan($input: PlanAuditInput!) { done: planAudit(input: $input) { audit { audit } } }`, p.input(v), "audits-planned")
}

const planDocument = `query AuditsPlanOf($audit: ID!) {
	audit(audit: $audit) {
		titles { locale text } due repeatMonths revision ended scope { agencies channels sites { address agency channel } from until }
	}
}`

// oldAudit is the form in which an audit is changed.
func oldAudit(v *frame.Visit) error {
	if err := v.Need("audits.manage"); err != nil {
		return err
	}
	var told struct {
		Audit *struct {
			Titles       []text
			Due          string
			RepeatMonths int
			Revision     int
			Scope        scope
		}
	}
	if err := v.Ask(planDocument, frame.Vars{"audit": v.PathValue("id")}, &told); err != nil {
		return err
	}
	if told.Audit == nil {
		return unknownAudit()
	}
	a := told.Audit
	page := &planPage{
		Audit: v.PathValue("id"), Revision: a.Revision, Due: a.Due, Repeat: a.RepeatMonths, From: a.Scope.From, Until: a.Scope.Until,
		Agencies: a.Scope.Agencies, Channels: a.Scope.Channels, Sites: a.Scope.Sites,
	}
	for _, t := range a.Titles {
		switch t.Locale {
		case "vi":
			page.TitleVi = t.Text
		case "en":
			page.TitleEn = t.Text
		}
	}
	return page.again(v)
}

// changeAudit changes an audit.
func changeAudit(v *frame.Visit) error {
	if err := v.Need("audits.manage"); err != nil {
		return err
	}
	p := typed(v)
	in := p.input(v)
	in["audit"], in["revision"] = p.Audit, p.Revision
	return p.send(v, `mutation AuditsChange($input: ChangeAuditInput!) { done: changeAudit(input: $input) { audit { audit } } }`, in, "audits-changed")
}

func unknownAudit() error {
	return &graph.Refusal{Code: graph.NotFound, Reason: "unknown_audit", Sentence: "there is no such audit, or it is not for you"}
}
