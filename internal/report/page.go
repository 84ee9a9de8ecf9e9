package report

import "golang.org/x/text/number"

// page is a report in a language, as the template and the table ask for it.
type page struct {
	Report
	words

	names map[string]map[string]string // of items, by key and locale
}

func newPage(r Report, lang Lang) (page, error) {
	w, err := speak(lang)
	if err != nil {
		return page{}, err
	}
	if r, err = r.checked(); err != nil {
		return page{}, err
	}
	p := page{Report: r, words: w, names: map[string]map[string]string{}}
	for _, a := range r.Approvals {
		p.names[a.Item] = a.Name
	}
	for item, name := range r.Names {
		if p.names[item] == nil {
			p.names[item] = name
		}
	}
	return p, nil
}

// Lang is the language of the page.
func (p page) Lang() Lang { return p.lang }

// In returns the text of a map by locale.
func (p page) In(texts map[string]string) phrase { return pick(texts, p.lang) }

// Agency names an agency by its key.
func (p page) Agency(key string) phrase {
	if name := pick(p.Agencies[key], p.lang); name.Text != "" {
		return name
	}
	return phrase{Text: key}
}

// Named names an item by its key, as far as the report tells; its
// text is empty otherwise.
func (p page) Named(item string) phrase { return pick(p.names[item], p.lang) }

// Notes are what a reader must know before they trust the figures.
func (p page) Notes() ([]string, error) {
	var notes []string
	for _, n := range []struct {
		key   string
		holds bool
	}{{"note.truncated", p.Truncated}, {"note.running", p.Made.Before(p.Until)}} {
		if !n.holds {
			continue
		}
		text, err := p.T(n.key)
		if err != nil {
			return nil, err
		}
		notes = append(notes, text)
	}
	return notes, nil
}

// TotalApprovals is the sum below the approvals.
func (p page) TotalApprovals() (string, error) { return p.T("total.approvals", len(p.Approvals)) }

// AverageDays is how long an approval took, to one decimal.
func (p page) AverageDays() (string, error) {
	days := 0
	for _, a := range p.Approvals {
		days += a.Days
	}
	return p.T("average", number.Decimal(float64(days)/float64(max(1, len(p.Approvals))), number.MaxFractionDigits(1)))
}

// Sums returns all downloads, requests and declared uses.
func (p page) Sums() Usage {
	var sum Usage
	for _, u := range p.Usage {
		sum.Downloads += u.Downloads
		sum.Requests += u.Requests
		sum.Declared += u.Declared
	}
	return sum
}

// AllTexts is the coverage of all kinds and languages together.
func (p page) AllTexts() Coverage {
	var sum Coverage
	for _, c := range p.Coverage {
		sum.Covered += c.Covered
		sum.Total += c.Total
	}
	return sum
}

// Met tells whether the target is reached: 100 %.
func (c Coverage) met() bool { return c.Total > 0 && c.Covered == c.Total }

// Target says whether a coverage reaches the target.
func (p page) Target(c Coverage) (string, error) {
	switch {
	case c.Total == 0:
		return p.T("target.none")
	case c.met():
		return p.T("target.met")
	}
	return p.T("target.missed")
}
