package audits

import "signet/internal/portal/frame"

// running is an audit that goes on, as the overview tells of it.
type running struct {
	Audit, Title, Due string
	Agency            string
	Round             int
	RepeatMonths      int
	Scope             scope
}

// scope is what an audit looks at.
type scope struct {
	Agencies, Channels []string
	Sites              []site
	From, Until        string
}

// site is a place that is looked at as a whole.
type site struct {
	Address         prose
	Agency, Channel string
}

// homePage is the overview of audits.
type homePage struct {
	Filter   filter
	Time     *drawing
	Agencies *drawing
	Channels *drawing
	Running  []running
	More     bool // there are more of them
	Overdue  []found
	Open     []found
	Names    names
	Manages  bool
}

// Late tells whether an audit's round should have been concluded.
func (r running) Late() bool { return r.Due != "" && r.Due < dayText(today()) }

const homeDocument = `query AuditsHome($locale: Locale!, $scope: UsageScope, $agency: String, $channel: String, $from: Date!, $to: Date!, $by: UsageSpan!) {
	auditCompliance(scope: $scope, from: $from, to: $to, by: $by) { ...Counted }
	audits(running: true, first: 6) {
		edges { node { audit title(locale: $locale) due round scope { agencies channels sites { address agency channel } from until } } } pageInfo { hasNextPage }
	}
	overdue: findings(filter: {overdue: true, agency: $agency, channel: $channel}, first: 20) { ...Found }
	open: findings(filter: {statuses: [OPEN, ANSWERED], agency: $agency, channel: $channel}, first: 10) { ...Found }
}
` + countedFields + foundFields

const countedFields = `fragment Counted on AuditPoint { from sites current superseded withdrawn altered unregistered share }
`

// counted is an AuditPoint of the API.
type counted struct {
	From                                                  string
	Sites                                                 int
	Current, Superseded, Withdrawn, Altered, Unregistered int
	Share                                                 *int
}

// point is it as a drawing takes it.
func (c counted) point() point {
	return point{Counts: [4]int{c.Current, c.Superseded, c.Withdrawn, c.Altered}, Unregistered: c.Unregistered, Share: c.Share, Sites: c.Sites}
}

// home shows how far what audits found is in force, and what is to be done.
func home(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	f, err := filterOf(v)
	if err != nil {
		return err
	}
	page := homePage{Filter: f, Manages: v.Can("audits.manage")}
	var told struct {
		AuditCompliance []counted
		Audits          frame.List[running]
		Overdue, Open   frame.List[found]
	}
	vars := frame.Vars{"locale": v.Lang, "scope": f.scope(), "agency": orNil(f.Agency), "channel": orNil(f.Channel), "from": f.From, "to": f.To, "by": f.Span()}
	if err := v.Ask(homeDocument, vars, &told); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return v.Show("audits/home", page)
	}
	page.Running, page.More = told.Audits.Nodes(), told.Audits.PageInfo.HasNextPage
	page.Overdue = told.Overdue.Nodes()
	page.Open = withoutOverdue(told.Open.Nodes())
	if page.Names, err = namesOf(v, keysOf(page.Overdue, page.Open)...); err != nil {
		return err
	}
	var points []point
	for _, c := range told.AuditCompliance {
		p := c.point()
		p.Name = spanName(v, f.Span(), c.From)
		points = append(points, p)
	}
	page.Time = drawTime(v, "time", sinceFirst(v, points))
	page.Agencies, page.Channels, err = compared(v, &f, "/audits", "auditCompliance(scope: $%s, from: $from, to: $to, by: WHOLE) { ...Counted }", countedFields, counted.point)
	if err != nil {
		return err
	}
	for _, d := range []*drawing{page.Time, page.Agencies, page.Channels} {
		if d != nil {
			d.Audit = true
		}
	}
	return v.Show("audits/home", page)
}
