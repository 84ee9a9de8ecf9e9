package graph

import (
	"context"
	"time"

	"signet/domain"
	"signet/graph/gen"
	"signet/projections"
)

// longestUsage is how many months of usage are summed up at most.
const longestUsage = 120

// usageScope reads a scope, and narrows it to what the viewer may see of usage.
func (r *Resolver) usageScope(ctx context.Context, in *gen.UsageScope) (projections.UsageScope, error) {
	if in == nil {
		in = &gen.UsageScope{}
	}
	f, err := r.usageFilter(ctx, &gen.UsageFilter{Key: in.Key, Agency: in.Agency, Channel: in.Channel}, nil)
	if refused := domain.AsError(err); refused != nil && refused.Field == "filter.agency" {
		err = refused.At("scope.agency")
	}
	return projections.UsageScope{Item: f.Item, Agency: f.Agency, Channel: f.Channel, Edition: or(in.Edition, 0)}, err
}

// spanMonths is how many months a span has; 0 is all that is asked about.
var spanMonths = map[gen.UsageSpan]int{gen.UsageSpanMonth: 1, gen.UsageSpanQuarter: 3, gen.UsageSpanYear: 12, gen.UsageSpanWhole: 0}

// usageSpans returns the first day of the span in which from lies, how many spans there
// are from that to the one of to, and how many months each has.
func usageSpans(from, to domain.Date, by gen.UsageSpan) (first domain.Date, spans, months int, err error) {
	begin, end := monthIn(from), monthIn(to)
	if months = spanMonths[by]; months == 0 {
		months = max(1, end-begin+1)
	} else {
		begin -= begin % months
	}
	if spans = (end-begin)/months + 1; to < from || spans*months > longestUsage {
		return "", 0, 0, domain.Refuse(domain.Invalid, "invalid_interval", "usage is summed up for one day at least, and ten years at most").At("to")
	}
	return domain.Date(time.Date(begin/12, time.Month(begin%12+1), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)), spans, months, nil
}

// monthIn numbers the month of a day, which is one: the scalar has seen to that.
func monthIn(d domain.Date) int {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return t.Year()*12 + int(t.Month()) - 1
}

// importCommand makes a command of its input.
func importCommand(agency string, in gen.ImportUsageInput) domain.ImportUsage {
	c := domain.ImportUsage{Agency: agency, Channel: in.Channel, Import: in.Import, Counts: make([]domain.Count, len(in.Counts))}
	for i, n := range in.Counts {
		c.Counts[i] = domain.Count{
			Item: n.Key, Version: n.Version, Digest: or(n.Digest, ""), Rendition: or(n.Rendition, ""),
			Day: n.Day, Requests: n.Requests, Robots: or(n.Robots, 0),
		}
	}
	return c
}
