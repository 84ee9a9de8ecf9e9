package server_test

import (
	"fmt"
	"strings"

	"signet/domain"
	"signet/internal/report"
)

func (r *registry) recallsAsTheAPI(d report.Report) {
	r.t.Helper()
	var data struct {
		Recalls struct {
			Edges []struct {
				Node struct {
					Key         string
					Number      int
					Reason      string
					Replacement *struct {
						Key    string
						Number int
					}
					Affected []struct {
						Agency              string
						Downloads, Declared int
					}
				}
			}
		}
	}
	r.query(domain.RoleAuditor, `{ recalls(first: 100) { edges { node { key number reason replacement { key number } affected { agency downloads declared } } } } }`, &data)
	told := map[string]bool{}
	for _, e := range data.Recalls.Edges {
		replacement := ""
		if p := e.Node.Replacement; p != nil {
			replacement = fmt.Sprintf("%s/%d", p.Key, p.Number)
		}
		told[fmt.Sprint(e.Node.Key, e.Node.Number, e.Node.Reason, replacement, e.Node.Affected)] = true
	}
	affected := 0
	for _, c := range d.Recalls {
		if !told[fmt.Sprint(c.Item, c.Version, c.Reason, c.Replacement, c.Affected)] {
			r.t.Errorf("the API tells of no recall %+v: %v", c, told)
		}
		affected += len(c.Affected)
	}
	if affected < 2 {
		r.t.Errorf("%d agencies have to act", affected)
	}
}

func (r *registry) countsAsTheAPI(d report.Report) {
	r.t.Helper()
	var data struct {
		Coverage []struct {
			Kind, Locale   string
			Covered, Total int
		}
		Usage struct {
			Edges []struct {
				Node struct {
					Key, Agency         string
					Number              int
					Channel             *string
					Downloads, Declared int
					InForce             bool
				}
			}
		}
		Editions struct {
			Edges []struct {
				Node struct {
					Number   int
					Due      string
					DaysLate int
					Decision *string
					NextDue  *string
				}
			}
		}
		Overdue struct {
			Edges []struct{ Node struct{ Key string } }
		}
	}
	r.query(domain.RoleAuditor, `{ coverage { kind locale covered total } usage(first: 100) { edges { node { key number agency channel downloads declared inForce } } }
		editions(first: 100) { edges { node { number due daysLate decision nextDue } } } overdue(first: 100) { edges { node { key } } } }`, &data)
	var got, want []string
	for _, c := range d.Coverage {
		got = append(got, fmt.Sprint(strings.ToUpper(c.Kind), c.Locale, c.Covered, c.Total))
	}
	for _, c := range data.Coverage {
		want = append(want, fmt.Sprint(c.Kind, c.Locale, c.Covered, c.Total))
	}
	r.equal("coverage", got, want)
	got, want = nil, nil
	for _, u := range d.Usage {
		got = append(got, fmt.Sprint(u.Item, u.Version, u.Agency, u.Channel, u.Downloads, u.Declared, u.InForce))
	}
	for _, e := range data.Usage.Edges {
		u := e.Node
		want = append(want, fmt.Sprint(u.Key, u.Number, u.Agency, text(u.Channel), u.Downloads, u.Declared, u.InForce))
	}
	r.equal("usage", got, want)
	got, want = nil, nil
	for _, e := range d.Editions {
		got = append(got, fmt.Sprint(e.Number, e.Due, e.DaysLate, e.Decision, e.NextDue))
	}
	for _, e := range data.Editions.Edges {
		want = append(want, fmt.Sprint(e.Node.Number, e.Node.Due, e.Node.DaysLate, text(e.Node.Decision), text(e.Node.NextDue)))
	}
	r.equal("editions", got, want)
	if len(d.Overdue) != len(data.Overdue.Edges) {
		r.t.Errorf("%d are overdue, the API tells of %d", len(d.Overdue), len(data.Overdue.Edges))
	}
}

// text is what is there, or nothing.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (r *registry) equal(what string, got, want []string) {
	r.t.Helper()
	if len(want) == 0 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		r.t.Errorf("%s: the report tells\n%s\nthe API\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
