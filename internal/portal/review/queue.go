package review

import (
	"cmp"
	"slices"

	"signet/internal/portal/frame"
)

// waiting is a version that waits for an agency.
type waiting struct {
	awaited

	Key     string
	Number  int
	Version struct {
		Agency, State string
		Missing       []string
		Signatures    []struct{ Agency string }
		Item          struct{ Name, Kind string }
	}
}

// queued is what waits for an agency.
type queued struct {
	Agency string
	Rows   []waiting
	Late   int
	// More tells that there is more than was read; After is where it goes on.
	More  bool
	After string
}

// queuePage is the desk.
type queuePage struct {
	Agencies []string // of the visitor: the own one, and those that delegated to them
	Chosen   string   // the one that is shown; empty: all
	Show     string   // "mine" or "overdue"
	Rows     []waiting
	Queues   []queued
	After    string // of what is overdue everywhere
}

const waitingFields = `fragment ReviewWaiting on AwaitedConnection {
	pageInfo { hasNextPage endCursor }
	edges { node { agency key number step since due daysOverdue version { agency state missing signatures { agency } item { name(locale: $locale) kind } } } }
}`

const queueDocument = `query ReviewQueue($agency: String!, $after: String, $locale: Locale!) {
	reviewQueue(agency: $agency, first: 50, after: $after) { ...ReviewWaiting }
}
` + waitingFields

const overdueDocument = `query ReviewOverdue($after: String, $locale: Locale!) { overdue(first: 50, after: $after) { ...ReviewWaiting } }
` + waitingFields

// connection is a page of what waits.
type connection struct {
	PageInfo pageInfo
	Edges    []struct{ Node waiting }
}

func (c connection) rows() (out []waiting) {
	for _, e := range c.Edges {
		out = append(out, e.Node)
	}
	return out
}

// mostQueues is how many queues are shown together; others are seen by choosing them.
const mostQueues = 20

// queue shows what waits for the visitor, the most urgent first.
func queue(v *frame.Visit) error {
	page := &queuePage{Agencies: []string{v.Viewer.Agency}, Chosen: v.Value("agency"), Show: "mine"}
	for _, a := range v.Viewer.Delegations {
		if a != v.Viewer.Agency {
			page.Agencies = append(page.Agencies, a)
		}
	}
	if v.Value("show") == "overdue" {
		page.Show = "overdue"
		return page.overdue(v)
	}
	agencies := page.Agencies[:min(len(page.Agencies), mostQueues)]
	if page.Chosen != "" {
		agencies = []string{page.Chosen}
	}
	for _, a := range agencies {
		var told struct{ ReviewQueue connection }
		if err := v.Ask(queueDocument, frame.Vars{"agency": a, "after": page.from(v), "locale": v.Lang}, &told); err != nil {
			return err
		}
		q := queued{Agency: a, Rows: told.ReviewQueue.rows(), More: told.ReviewQueue.PageInfo.HasNextPage, After: told.ReviewQueue.PageInfo.EndCursor}
		for _, r := range q.Rows {
			if r.DaysOverdue > 0 {
				q.Late++
			}
		}
		page.Queues = append(page.Queues, q)
		page.Rows = append(page.Rows, q.Rows...)
	}
	slices.SortStableFunc(page.Rows, byUrgency)
	return v.Show("review/queue", page)
}

// from is the cursor from which the queue of one agency goes on.
func (p *queuePage) from(v *frame.Visit) any {
	if p.Chosen == "" {
		return nil
	}
	return v.Optional("after")
}

// byUrgency orders by the day that it is due, and then by how long it waits.
func byUrgency(a, b waiting) int {
	never := "9999-12-31" // what has no deadline comes last
	return cmp.Or(cmp.Compare(cmp.Or(a.Due, never), cmp.Or(b.Due, never)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Key, b.Key))
}

// overdue shows what is overdue in the whole registry, the oldest first.
func (p *queuePage) overdue(v *frame.Visit) error {
	var told struct{ Overdue connection }
	if err := v.Ask(overdueDocument, frame.Vars{"after": v.Optional("after"), "locale": v.Lang}, &told); err != nil {
		return err
	}
	p.Rows = told.Overdue.rows()
	if told.Overdue.PageInfo.HasNextPage {
		p.After = told.Overdue.PageInfo.EndCursor
	}
	return v.Show("review/queue", p)
}
