package projections_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/testneeds"
	"signet/projections"
)

// counted takes in a count of a day for culture.
func (r *registry) counted(log byte, item string, version int, day domain.Date, requests, robots int) {
	r.t.Helper()
	must(r, domain.DownloadLog, domain.ImportUsage{
		Agency: culture, Channel: "portal", Import: strings.Repeat(fmt.Sprintf("%02x", log), 32),
		Counts: []domain.Count{{Item: item, Version: version, Day: day, Requests: requests, Robots: robots}},
	}, nga)
}

func (r *registry) compliance(s projections.UsageScope, from domain.Date, spans, months int) []string {
	r.t.Helper()
	rows, err := r.views.UsageCompliance(context.Background(), s, from, spans, months, r.now)
	if err != nil {
		r.t.Fatalf("compliance: %v", err)
	}
	var out []string
	for _, c := range rows {
		out = append(out, fmt.Sprint(c.From, " ", c.To, " ", c.Downloads, c.Requests, c.Robots, c.Declared))
	}
	return out
}

func TestUseIsJudgedAsOfItsTime(t *testing.T) {
	r := used(t) // version 1 downloaded 3 times while it was in force, version 2 once
	r.wait(hour)
	r.download(nga, "slogan", 1, "web")           // after it was superseded
	r.counted(1, "slogan", 1, "2027-01-01", 5, 2) // the day on which it ended
	r.wait(24 * hour)
	r.counted(2, "slogan", 1, "2027-01-02", 7, 0) // the day after
	r.wait(40 * 24 * hour)
	r.withdraw("slogan", 1, r.now)
	r.download(nga, "slogan", 1, "web")
	r.openEdition(1, "2029-01-01")
	next := r.approve("slogan", text, domain.Effective{Edition: 1})
	r.download(nga, "slogan", next, "web")
	r.catchUp()
	for name, test := range map[string]struct {
		scope projections.UsageScope
		want  []string
	}{
		"of all": {projections.UsageScope{}, []string{
			"2027-01-01 2027-01-31 {4 1 0 0} {5 7 0 0} 2 {1 2 0 0}", "2027-02-01 2027-02-28 {0 0 1 1} {0 0 0 0} 0 {1 1 0 0}",
		}},
		"of an agency": {projections.UsageScope{Agency: foreign}, []string{
			"2027-01-01 2027-01-31 {1 0 0 0} {0 0 0 0} 0 {0 1 0 0}", "2027-02-01 2027-02-28 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}",
		}},
		"of a channel": {projections.UsageScope{Channel: "portal"}, []string{
			"2027-01-01 2027-01-31 {0 0 0 0} {5 7 0 0} 2 {0 0 0 0}", "2027-02-01 2027-02-28 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}",
		}},
		"of an item that is not there": {projections.UsageScope{Item: "none"}, []string{
			"2027-01-01 2027-01-31 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}", "2027-02-01 2027-02-28 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}",
		}},
		"of an edition that put nothing in force": {projections.UsageScope{Edition: 1}, []string{
			"2027-01-01 2027-01-31 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}", "2027-02-01 2027-02-28 {0 0 0 0} {0 0 0 0} 0 {0 0 0 0}",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.compliance(test.scope, "2027-01-15", 2, 1); !slices.Equal(got, test.want) {
				t.Errorf("%q\nwant %q", got, test.want)
			}
		})
	}
	if got := r.compliance(projections.UsageScope{}, "2026-01-01", 2, 12); len(got) != 2 || !strings.HasPrefix(got[1], "2027-01-01 2027-12-31 {4 1 1 1} {5 7 0 0} 2") {
		t.Errorf("by year: %q", got)
	}
	rows, err := r.views.UsageCompliance(t.Context(), projections.UsageScope{}, "2027-01-01", 13, 1, r.now)
	if err != nil || *rows[0].Share() != 52 || *rows[1].Share() != 0 || rows[12].Share() != nil || rows[12].Declared != (projections.Uses{}) {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestWhatIsWithdrawnAsOfBeforeIsJudgedAnew(t *testing.T) {
	r := withSlogan(t)
	r.approve("slogan", text, domain.Effective{})
	r.wait(time.Microsecond)
	r.download(nga, "slogan", 1, "")
	at := r.wait(hour)
	r.download(nga, "slogan", 1, "")
	r.wait(40 * 24 * hour)
	r.download(nga, "slogan", 1, "")
	r.catchUp()
	before := r.compliance(projections.UsageScope{}, "2027-01-01", 2, 1)
	// A kit that is brought in tells of things as of when they happened.
	withdraw := domain.WithdrawVersion{Key: "slogan", Version: 1, Reason: "sai"}
	if _, err := commands.Run(t.Context(), r.runner, domain.Items, withdraw, commands.Request{Actor: hoa, At: at}); err != nil {
		t.Fatal(err)
	}
	r.catchUp()
	after := r.compliance(projections.UsageScope{}, "2027-01-01", 2, 1)
	if !strings.Contains(before[0], "{2 0 0 0}") || !strings.Contains(after[0], "{1 0 1 0}") || !strings.Contains(after[1], "{0 0 1 0}") {
		t.Errorf("%q\n%q", before, after)
	}
}

func TestWhatComesInForceOnTheDayOnWhichItWasCountedIsJudgedAnew(t *testing.T) {
	r := withSlogan(t)
	r.openEdition(1, "2029-01-01")
	version := r.approve("slogan", text, domain.Effective{Edition: 1})
	r.counted(1, "slogan", version, domain.DateOf(r.now), 5, 0)
	r.catchUp()
	before := r.compliance(projections.UsageScope{}, "2027-01-01", 1, 1)
	r.wait(hour)
	r.include(1, "slogan", version)
	r.issue(1)
	r.catchUp()
	after := r.compliance(projections.UsageScope{Edition: 1}, "2027-01-01", 1, 1)
	if !strings.Contains(before[0], "{0 0 0 5}") || !strings.Contains(after[0], "{5 0 0 0}") {
		t.Errorf("%q\n%q", before, after)
	}
}

// judge adds a use of a version between two instants, exclusive, as the oracle sees it.
func (o *oracle) judge(u *projections.Uses, item string, version int, from, until time.Time, n int) {
	begun := false
	instants := []time.Time{from}
	for _, t := range o.turns[item] {
		if !t.at.Before(from) && t.at.Before(until) {
			instants = append(instants, t.at)
		}
		begun = begun || t.begins == version && t.at.Before(until)
	}
	for _, at := range instants {
		if now, _ := o.inForce(item, at); now == version {
			u.Current += n
			return
		}
	}
	withdrawn, known := o.withdrawn[item][version]
	switch {
	case known && !withdrawn.After(from):
		u.Withdrawn += n
	case begun:
		u.Superseded += n
	default:
		u.Scheduled += n
	}
}

// compliance answers as Views.UsageCompliance does for all months of some years, but
// for what was declared.
func (o *oracle) compliance(h *history, s projections.UsageScope, first time.Time, spans int) []projections.UsageCompliance {
	out := make([]projections.UsageCompliance, spans)
	wanted := func(item, agency, channel string) bool {
		return (s.Item == "" || s.Item == item) && (s.Agency == "" || s.Agency == agency) && (s.Channel == "" || s.Channel == channel)
	}
	of := func(at time.Time) *projections.UsageCompliance {
		local := at.In(domain.CityZone)
		return &out[(local.Year()-first.Year())*12+int(local.Month()-first.Month())]
	}
	for r, err := range allOf(h.log) {
		if err != nil {
			h.rt.Fatal(err)
		}
		_, event, err := commands.Decode(r)
		if err != nil {
			h.rt.Fatal(err)
		}
		switch e := event.(type) {
		case domain.AssetDownloaded:
			if wanted(e.Item, e.Agency, e.Channel) {
				o.judge(&of(e.At).Downloads, e.Item, e.Version, e.At, e.At.Add(time.Microsecond), 1)
			}
		case domain.UsageCounted:
			if wanted(e.Item, e.Agency, e.Channel) {
				day, err := time.ParseInLocation(time.DateOnly, string(e.Day), domain.CityZone)
				if err != nil {
					h.rt.Fatal(err)
				}
				o.judge(&of(day).Requests, e.Item, e.Version, day, day.AddDate(0, 0, 1), e.Requests)
				of(day).Robots += e.Robots
			}
		}
	}
	return out
}

func TestComplianceAgreesWithGoingThroughEveryLife(t *testing.T) {
	testneeds.PlainInCI(t)
	seen := projections.Uses{}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 40 + h.dice(128) {
			h.step()
			if h.dice(3) == 0 {
				h.usage(choose(h, itemKeys))
			}
			if h.dice(8) == 0 {
				h.catchUp()
			}
		}
		h.catchUp()
		o := newOracle(h)
		first := time.Date(2026, 1, 1, 0, 0, 0, 0, domain.CityZone)
		spans := (h.now.Year() - 2026 + 2) * 12
		for _, s := range []projections.UsageScope{{}, {Item: choose(h, itemKeys)}, {Agency: choose(h, []string{culture, foreign}), Channel: "web"}} {
			got, err := h.views.UsageCompliance(rt.Context(), s, domain.DateOf(first), spans, 1, h.now)
			if err != nil {
				rt.Fatal(err)
			}
			for i, want := range o.compliance(h, s, first, spans) {
				if g := got[i]; g.Downloads != want.Downloads || g.Requests != want.Requests || g.Robots != want.Robots {
					rt.Fatalf("%+v in %s:\ngot  %+v\nwant %+v", s, g.From, *g, want)
				}
				seen.Current += want.Requests.Current * want.Downloads.Current
				seen.Superseded += want.Requests.Superseded + want.Downloads.Superseded
				seen.Withdrawn += want.Requests.Withdrawn + want.Downloads.Withdrawn
				seen.Scheduled += want.Requests.Scheduled + want.Downloads.Scheduled
			}
		}
	})
	if !fewHistories() && (seen.Current == 0 || seen.Superseded == 0 || seen.Withdrawn == 0 || seen.Scheduled == 0) {
		t.Errorf("%+v; the commands are drawn badly", seen)
	}
}
