package audits

import (
	"slices"
	"time"

	"signet/internal/portal/frame"
)

// planned are the channels that the city's plan names.
var planned = []string{"portal", "fanpage", "youtube", "linkedin", "press", "events", "publications"}

// filter is whose use is looked at, through what, and when.
type filter struct {
	Agency, Channel string
	From, To        string // days: the first and the last
	By              string // how long a span is: MONTH, QUARTER, YEAR; empty: what fits
	All             bool   // the visitor may see that of every agency

	// Agencies and Channels can be chosen.
	Agencies, Channels []string
}

// filterOf reads the filter of a page. Without days it is of the last twelve months.
func filterOf(v *frame.Visit) (filter, error) {
	now := today()
	f := filter{
		Agency: v.Value("agency"), Channel: v.Value("channel"), From: v.Value("from"), To: v.Value("to"), By: v.Value("by"),
		All: v.Can("read.usage.all"), Channels: withChannels(v.Value("channel")),
	}
	if f.From == "" {
		f.From = dayText(time.Date(now.Year()-1, now.Month()+1, 1, 0, 0, 0, 0, time.UTC))
	}
	if f.To == "" {
		f.To = dayText(now)
	}
	if !slices.Contains([]string{"MONTH", "QUARTER", "YEAR"}, f.By) {
		f.By = ""
	}
	if !f.All {
		f.Agencies, f.Agency = []string{v.Viewer.Agency}, v.Viewer.Agency
		return f, nil
	}
	var err error
	f.Agencies, err = agenciesOf(v)
	return f, err
}

// withChannels are the channels that can be chosen: those of the plan, and others that
// are named.
func withChannels(others ...string) []string {
	all := slices.Clone(planned)
	for _, c := range others {
		if c != "" && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// agenciesOf are the keys of all agencies.
func agenciesOf(v *frame.Visit) ([]string, error) {
	var told struct {
		Agencies frame.List[struct{ Key string }]
	}
	if err := v.Ask(`query AuditsAgencies { agencies(first: 100) { edges { node { key } } } }`, nil, &told); err != nil {
		return nil, err
	}
	var keys []string
	for _, a := range told.Agencies.Nodes() {
		keys = append(keys, a.Key)
	}
	return keys, nil
}

// Span is how long the spans of the filter's time are.
func (f *filter) Span() string {
	from, errFrom := time.Parse(time.DateOnly, f.From)
	to, errTo := time.Parse(time.DateOnly, f.To)
	const monthly, quarterly = 430, 1500 // days that are told by months, or by quarters
	switch days := int(to.Sub(from).Hours() / 24); {
	case f.By != "":
		return f.By
	case errFrom != nil || errTo != nil || days <= monthly:
		return "MONTH"
	case days <= quarterly:
		return "QUARTER"
	}
	return "YEAR"
}

// scope is the filter's, for the API.
func (f *filter) scope() frame.Vars {
	return frame.Vars{"agency": orNil(f.Agency), "channel": orNil(f.Channel)}
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
