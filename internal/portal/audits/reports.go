package audits

import (
	"fmt"
	"slices"
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// period is one that the plan asks a report of: half a year, or a year.
type period struct {
	Key      string // as the server's /reports takes it: "2026-H1", "2026"
	From, To string // the first day and the last
	Half     int    // 1 or 2; 0 for a year
	Year     int
}

// Name is how it is called.
func (p period) Name(v *frame.Visit) string {
	if p.Half == 0 {
		return v.T("audits.year", fmt.Sprint(p.Year))
	}
	return v.T(fmt.Sprintf("audits.half%d", p.Half), fmt.Sprint(p.Year))
}

// periodsUntil are the last periods that have begun on a day, the newest first: six
// halves, and then three years.
func periodsUntil(day time.Time) (all []period) {
	const halves, years, middle = 6, 3, 7
	year, half := day.Year(), 1
	if day.Month() >= middle {
		half = 2
	}
	for range halves {
		p := period{Key: fmt.Sprintf("%d-H%d", year, half), Year: year, Half: half, From: fmt.Sprintf("%d-01-01", year), To: fmt.Sprintf("%d-06-30", year)}
		if half == 2 {
			p.From, p.To = fmt.Sprintf("%d-07-01", year), fmt.Sprintf("%d-12-31", year)
			half = 1
		} else {
			year, half = year-1, 2
		}
		all = append(all, p)
	}
	for y := day.Year(); y > day.Year()-years; y-- {
		all = append(all, period{Key: fmt.Sprint(y), Year: y, From: fmt.Sprintf("%d-01-01", y), To: fmt.Sprintf("%d-12-31", y)})
	}
	return all
}

// reportsPage is where a report is chosen, with its main figures.
type reportsPage struct {
	Periods  []period
	Period   period
	Tongue   string // of the report
	Used     *used
	Audited  *counted
	Coverage []covered
	Editions []edition // that were issued in the period
	Overdue  frame.List[found]
	Outlived frame.List[outlived]
}

// covered is how far the kit is translated into a language.
type covered struct {
	Locale                  string
	Covered, Total, Percent int
	Met                     bool
}

// edition is one that was issued.
type edition struct {
	Number                  int
	Title, Issued, Decision string
}

const reportsDocument = `query AuditsReports($from: Date!, $to: Date!, $locale: Locale!) {
	used: usageCompliance(from: $from, to: $to, by: WHOLE) { ...Used }
	audited: auditCompliance(from: $from, to: $to, by: WHOLE) { ...Counted }
	coverage { locale covered total percent met }
	editions(first: 20) { edges { node { number title(locale: $locale) issued decision } } }
	overdue: findings(filter: {overdue: true}, first: 100) { ...Found }
	outlived: usageAfterEnd(first: 100) { ...Outlived }
}
` + usedFields + countedFields + foundFields + outlivedFields

// reports lets a report be chosen.
func reports(v *frame.Visit) error {
	if err := v.Need("read.usage.all"); err != nil {
		return err
	}
	page := &reportsPage{Periods: periodsUntil(today()), Tongue: oneOf(v, "language", []string{"vi", "en"})}
	if page.Tongue == "" {
		page.Tongue = string(v.Lang)
	}
	page.Period = page.Periods[0]
	if i := slices.IndexFunc(page.Periods, func(p period) bool { return p.Key == v.Value("period") }); i >= 0 {
		page.Period = page.Periods[i]
	}
	var told struct {
		Used     []used
		Audited  []counted
		Coverage []covered
		Editions frame.List[edition]
		Overdue  frame.List[found]
		Outlived frame.List[outlived]
	}
	if err := v.Ask(reportsDocument, frame.Vars{"from": page.Period.From, "to": page.Period.To, "locale": v.Lang}, &told); err != nil {
		return err
	}
	if len(told.Used) > 0 && len(told.Audited) > 0 {
		page.Used, page.Audited = &told.Used[0], &told.Audited[0]
	}
	page.Coverage, page.Overdue, page.Outlived = together(told.Coverage), told.Overdue, told.Outlived
	for _, e := range told.Editions.Nodes() {
		if e.Issued != "" && issuedIn(e.Issued, page.Period) {
			page.Editions = append(page.Editions, e)
		}
	}
	return v.Show("audits/reports", page)
}

// issuedIn tells whether an instant lies on a day of a period, in the city.
func issuedIn(instant string, p period) bool {
	t, err := time.Parse(time.RFC3339, instant)
	day := dayText(t.In(domain.CityZone))
	return err == nil && p.From <= day && day <= p.To
}

// together adds up what is covered of all kinds, by language in the order in which they
// come.
func together(kinds []covered) (all []covered) {
	for _, k := range kinds {
		at := slices.IndexFunc(all, func(c covered) bool { return c.Locale == k.Locale })
		if at < 0 {
			at = len(all)
			all = append(all, covered{Locale: k.Locale, Met: true})
		}
		all[at].Covered += k.Covered
		all[at].Total += k.Total
		all[at].Met = all[at].Met && k.Met
	}
	for i, c := range all {
		if c.Total > 0 {
			all[i].Percent = 100 * c.Covered / c.Total
		}
	}
	return all
}
