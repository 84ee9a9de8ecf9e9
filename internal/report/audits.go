package report

import (
	"fmt"
	"time"
)

// Compliance is what audits found in one or more months at the sites that they looked
// at: how many places of each kind the last look of that time at each site counted.
type Compliance struct {
	From         string `json:"from"` // YYYY-MM-DD, the first day of a month
	To           string `json:"to"`   // YYYY-MM-DD, the last day of that month or of a later one
	Sites        int    `json:"sites"`
	Current      int    `json:"current"`      // of what was in force
	Superseded   int    `json:"superseded"`   // of what was in force before
	Withdrawn    int    `json:"withdrawn"`    // of what may not be used any more
	Altered      int    `json:"altered"`      // of what was changed
	Unregistered int    `json:"unregistered"` // of nothing that is registered
}

// Found is how many findings, by what they are, there were at the sites of an agency on
// a channel: those that were not settled at some time of the interval.
type Found struct {
	Agency       string `json:"agency"`
	Channel      string `json:"channel"` // key; empty: none was named
	Superseded   int    `json:"superseded"`
	Withdrawn    int    `json:"withdrawn"`
	Altered      int    `json:"altered"`
	Unregistered int    `json:"unregistered"`
	Open         int    `json:"open"`    // that are not settled when the report is made
	Overdue      int    `json:"overdue"` // those of them that were to be mended by then
}

// AuditFinding is a use of something that was not in force, which is not settled when
// the report is made.
type AuditFinding struct {
	Agency   string    `json:"agency"`
	Channel  string    `json:"channel"`
	Place    string    `json:"place"`    // address of a page or file
	Outcome  string    `json:"outcome"`  // "superseded", "withdrawn", "altered", "unregistered"; another one is shown as it is
	Item     string    `json:"item"`     // key; empty: nothing that is registered
	Version  int       `json:"version"`  // 0: none
	Answered bool      `json:"answered"` // the agency has said what it does
	Since    time.Time `json:"since"`    // when it was seen first
	Promised string    `json:"promised"` // YYYY-MM-DD, by when it is to be mended; empty: nobody has said
	Days     int       `json:"days"`     // since Promised; 0 in time
}

// all are the places that are of something registered.
func (c Compliance) all() int { return c.Current + c.Superseded + c.Withdrawn + c.Altered }

// checkAudits returns an [Error] with the code day_malformed for what is no day.
func checkAudits(r Report) error {
	for i, c := range r.Compliance {
		for _, f := range []struct{ field, day string }{{"from", c.From}, {"to", c.To}} {
			if _, err := parseDay(fmt.Sprintf("compliance[%d].%s", i, f.field), f.day); err != nil {
				return err
			}
		}
	}
	for i, f := range r.Findings {
		if err := checkDay(fmt.Sprintf("findings[%d].promised", i), f.Promised); err != nil {
			return err
		}
	}
	return nil
}

// Months names the months from a day to another one.
func (p page) Months(from, to string) (string, error) {
	first, err := p.month(from)
	if err != nil {
		return "", err
	}
	last, err := p.month(to)
	if err != nil || first == last {
		return first, err
	}
	return first + " – " + last, nil
}

func (p page) month(day string) (string, error) {
	t, err := parseDay("day", day)
	if err != nil {
		return "", err
	}
	return p.T("month", t.Format(p.catalogue["format.month"]), t.Format("2006"))
}

// Right draws the share of what was in force among all places of something registered.
func (p page) Right(c Compliance) (bar, error) {
	return p.Bar(Coverage{Covered: c.Current, Total: c.all()})
}

// LastCompliance is that of the last months in which somebody has looked.
func (p page) LastCompliance() Compliance {
	if len(p.Compliance) == 0 {
		return Compliance{}
	}
	return p.Compliance[len(p.Compliance)-1]
}

// AllFound sums up all findings.
func (p page) AllFound() Found {
	var sum Found
	for _, f := range p.Found {
		sum.Superseded += f.Superseded
		sum.Withdrawn += f.Withdrawn
		sum.Altered += f.Altered
		sum.Unregistered += f.Unregistered
		sum.Open += f.Open
		sum.Overdue += f.Overdue
	}
	return sum
}

// Outcomes are the headings of the numbers of places; also that of what was in force, if
// so asked.
func (p page) Outcomes(current bool) (titles []string, err error) {
	for _, outcome := range []string{"current", "superseded", "withdrawn", "altered", "unregistered"} {
		if outcome == "current" && !current {
			continue
		}
		title, err := p.T("col." + outcome)
		if err != nil {
			return nil, err
		}
		titles = append(titles, title)
	}
	return titles, nil
}

// Counts are the numbers of a row of findings.
func (p page) Counts(f Found) (numbers []string) {
	for _, n := range []int{f.Superseded, f.Withdrawn, f.Altered, f.Unregistered, f.Open, f.Overdue} {
		numbers = append(numbers, p.Number(n))
	}
	return numbers
}

// Outcome names what a use was found to be.
func (p page) Outcome(outcome string) string { return p.known("outcome", outcome) }

// Answer says whether an agency has answered.
func (p page) Answer(answered bool) (string, error) {
	if answered {
		return p.T("finding.answered")
	}
	return p.T("finding.open")
}

func (p page) complianceRows() (rows []cells, err error) {
	for _, c := range p.Compliance {
		rows = append(rows, cells{
			"day": c.From, "until": c.To, "sites": number10(c.Sites), "current": number10(c.Current), "superseded": number10(c.Superseded),
			"withdrawn": number10(c.Withdrawn), "altered": number10(c.Altered), "unregistered": number10(c.Unregistered),
		})
	}
	return rows, nil
}

func (p page) foundRows() (rows []cells, err error) {
	for _, f := range p.Found {
		rows = append(rows, cells{
			"agency": p.Agency(f.Agency).Text, "channel": p.Channel(f.Channel), "superseded": number10(f.Superseded), "withdrawn": number10(f.Withdrawn),
			"altered": number10(f.Altered), "unregistered": number10(f.Unregistered), "open": number10(f.Open), "overdue": number10(f.Overdue),
		})
	}
	return rows, nil
}

func (p page) findingRows() (rows []cells, err error) {
	for _, f := range p.Findings {
		status, err := p.Answer(f.Answered)
		if err != nil {
			return nil, err
		}
		row := cells{
			"agency": p.Agency(f.Agency).Text, "channel": p.Channel(f.Channel), "place": f.Place, "outcome": p.Outcome(f.Outcome), "item": f.Item,
			"name": p.Named(f.Item).Text, "day": isoDay(f.Since), "due": f.Promised, "late": number10(f.Days), "status": status,
		}
		if f.Version > 0 {
			row["version"] = number10(f.Version)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
