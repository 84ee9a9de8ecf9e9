package audits

import "signet/internal/portal/frame"

// fit is how many uses there were, by how the version stood.
type fit struct{ Current, Superseded, Withdrawn, Scheduled int }

// All is how many there were.
func (f fit) All() int { return f.Current + f.Superseded + f.Withdrawn + f.Scheduled }

// Old is how many were of what was no longer in force.
func (f fit) Old() int { return f.Superseded + f.Withdrawn }

// used is a UsageCompliance of the API.
type used struct {
	From                          string
	Share                         *int
	Downloads, Requests, Declared fit
	Robots                        int
}

// point is it as a drawing takes it: downloads and requests, as in the share.
func (u used) point() point {
	return point{Share: u.Share, Counts: [4]int{
		u.Downloads.Current + u.Requests.Current, u.Downloads.Superseded + u.Requests.Superseded, u.Downloads.Withdrawn + u.Requests.Withdrawn,
	}}
}

const usedFields = `fragment Used on UsageCompliance {
	from share robots downloads { ...Fit } requests { ...Fit } declared { ...Fit }
}
fragment Fit on UsageFit { current superseded withdrawn scheduled }
`

const complianceDocument = `query AuditsCompliance($scope: UsageScope, $from: Date!, $to: Date!, $by: UsageSpan) {
	usageCompliance(scope: $scope, from: $from, to: $to, by: $by) { ...Used }
	whole: usageCompliance(scope: $scope, from: $from, to: $to, by: WHOLE) { ...Used }
}
` + usedFields

// compliancePage is how far what is used is in force.
type compliancePage struct {
	Filter   filter
	Key      string
	Whole    *used
	Time     *drawing
	Agencies *drawing
	Channels *drawing
}

// compliance shows how far what was downloaded and asked for was in force.
func compliance(v *frame.Visit) error {
	if err := v.Need("read.usage"); err != nil {
		return err
	}
	f, err := filterOf(v)
	if err != nil {
		return err
	}
	page := compliancePage{Filter: f, Key: v.Value("key")}
	scope := f.scope()
	scope["key"] = orNil(page.Key)
	var told struct{ UsageCompliance, Whole []used }
	if err := v.Ask(complianceDocument, frame.Vars{"scope": scope, "from": f.From, "to": f.To, "by": f.Span()}, &told); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return v.Show("audits/compliance", page)
	}
	var points []point
	for _, u := range told.UsageCompliance {
		p := u.point()
		p.Name = spanName(v, f.Span(), u.From)
		points = append(points, p)
	}
	page.Time = drawTime(v, "time", sinceFirst(v, points))
	if len(told.Whole) > 0 {
		page.Whole = &told.Whole[0]
	}
	page.Agencies, page.Channels, err = compared(v, &f, "/usage/compliance", "usageCompliance(scope: $%s, from: $from, to: $to, by: WHOLE) { ...Used }", usedFields, used.point)
	if err != nil {
		return err
	}
	return v.Show("audits/compliance", page)
}
