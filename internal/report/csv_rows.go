package report

import "strings"

// aboutRows tell which report it is, and what is not whole about it.
func (p page) aboutRows() ([]cells, error) {
	title, err := p.Title(p.Period)
	if err != nil {
		return nil, err
	}
	interval, err := p.Interval(p.From, p.Until)
	if err != nil {
		return nil, err
	}
	rows := []cells{{"item": p.Registry, "name": title, "day": isoDay(p.Made), "note": interval}}
	notes, err := p.Notes()
	for _, note := range notes {
		rows = append(rows, cells{"note": note})
	}
	return rows, err
}

func (p page) approvalRows() (rows []cells, err error) {
	for _, a := range p.Approvals {
		names := make([]string, len(a.Agencies))
		for i, key := range a.Agencies {
			names[i] = p.Agency(key).Text
		}
		rows = append(rows, cells{
			"item": a.Item, "name": pick(a.Name, p.lang).Text, "kind": p.Kind(a.Kind), "version": number10(a.Version),
			"agency": strings.Join(names, "; "), "day": isoDay(a.ApprovedAt), "days": number10(a.Days),
		})
	}
	return rows, nil
}

func (p page) returnRows() (rows []cells, err error) {
	for _, r := range p.Returns {
		rows = append(rows, cells{
			"item": r.Item, "name": p.Named(r.Item).Text, "version": number10(r.Version), "agency": p.Agency(r.Agency).Text,
			"day": isoDay(r.At), "note": r.Reason,
		})
	}
	return rows, nil
}

func (p page) editionRows() (rows []cells, err error) {
	for _, e := range p.Editions {
		number, err := p.T("edition.number", e.Number)
		if err != nil {
			return nil, err
		}
		row := cells{
			"item": number, "name": pick(e.Title, p.lang).Text, "due": e.Due, "late": number10(e.DaysLate),
			"decision": e.Decision, "decided": e.Decided, "added": number10(e.Added), "changed": number10(e.Changed),
			"retired": number10(e.Retired), "next": e.NextDue,
		}
		if e.Issued != nil {
			row["day"] = isoDay(*e.Issued)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (p page) coverageRows() (rows []cells, err error) {
	for _, c := range p.Coverage {
		rows = append(rows, cells{
			"kind": p.Kind(c.Kind), "language": p.Language(c.Locale), "covered": number10(c.Covered), "total": number10(c.Total),
		})
	}
	return rows, nil
}

func (p page) recallRows() (rows []cells, err error) {
	for _, r := range p.Recalls {
		rows = append(rows, cells{
			"item": r.Item, "name": p.Named(r.Item).Text, "version": number10(r.Version), "day": isoDay(r.From),
			"replacement": r.Replacement, "note": r.Reason,
		})
	}
	return rows, nil
}

// affectedRows have a row for each agency, so that they can be filtered by it.
func (p page) affectedRows() (rows []cells, err error) {
	for _, r := range p.Recalls {
		for _, a := range r.Affected {
			rows = append(rows, cells{
				"item": r.Item, "name": p.Named(r.Item).Text, "version": number10(r.Version), "agency": p.Agency(a.Agency).Text,
				"day": isoDay(r.From), "downloads": number10(a.Downloads), "declared": number10(a.Declared),
			})
		}
	}
	return rows, nil
}

func (p page) usageRows() (rows []cells, err error) {
	for _, u := range p.Usage {
		force, err := p.YesNo(u.InForce)
		if err != nil {
			return nil, err
		}
		rows = append(rows, cells{
			"item": u.Item, "name": p.Named(u.Item).Text, "version": number10(u.Version), "agency": p.Agency(u.Agency).Text,
			"channel": p.Channel(u.Channel), "downloads": number10(u.Downloads), "requests": number10(u.Requests), "declared": number10(u.Declared), "force": force,
		})
	}
	return rows, nil
}

func (p page) overdueRows() (rows []cells, err error) {
	for _, o := range p.Overdue {
		rows = append(rows, cells{
			"item": o.Item, "name": p.Named(o.Item).Text, "version": number10(o.Version), "agency": p.Agency(o.Agency).Text,
			"due": o.Due, "late": number10(o.Days),
		})
	}
	return rows, nil
}
