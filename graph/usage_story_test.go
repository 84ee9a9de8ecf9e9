package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	importUsage = `mutation($in: ImportUsageInput!) { importUsage(input: $in) { recorded known position } }`
	compliance  = `query($scope: UsageScope, $from: Date!, $to: Date!, $by: UsageSpan) { usageCompliance(scope: $scope, from: $from, to: $to, by: $by) {
		from to share robots downloads { current superseded withdrawn scheduled } requests { current superseded withdrawn } declared { current withdrawn } } }`
	afterEnd = `query($scope: UsageScope) { usageAfterEnd(scope: $scope, first: 1) { edges { node { key number days running lastUse } } pageInfo { hasNextPage } } }`
	unused   = `query($from: Date!, $to: Date!) { unusedVersions(from: $from, to: $to) { edges { node { key number validFrom validUntil } } } }`
)

// log are the counts of some days of one log, for press.
func log(days ...string) vars {
	counts := []any{}
	for i, day := range days {
		counts = append(counts, vars{"key": "open-sea", "version": 1, "day": day, "requests": 3 + i, "robots": 1})
	}
	return vars{"in": vars{"channel": "portal", "import": strings.Repeat("1", 64), "counts": counts}}
}

func TestLogsOfAChannelTellHowFarWhatIsUsedIsInForce(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "海")
	w.inForce("lonely", "Không ai dùng", "誰も")
	past := log("2026-11-20")
	past["in"].(vars)["counts"] = []any{vars{"key": "open-sea", "version": 1, "day": "2026-11-21", "requests": 1}}
	unknown := log("2026-11-20")
	unknown["in"].(vars)["counts"] = append(log("2026-11-20")["in"].(vars)["counts"].([]any), vars{"key": "none", "version": 1, "day": "2026-11-20", "requests": 1})
	for name, test := range map[string]struct {
		in            vars
		reason, field string
	}{
		"a day to come":   {past, "day_to_come", "counts[0].day"},
		"an item unknown": {unknown, "unknown_item", "counts[1].item"},
		"nothing":         {log(), "invalid_batch", "counts"},
		"another agency":  {vars{"in": vars{"agency": "culture", "channel": "portal", "import": strings.Repeat("1", 64), "counts": log("2026-11-20")["in"].(vars)["counts"]}}, "not_permitted", ""},
	} {
		if r := w.ask("press", importUsage, test.in); r.reason() != test.reason || r.field() != test.field {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	if r := w.must("press", importUsage, log("2026-11-20")); r.at("importUsage.recorded") != 1.0 || r.at("importUsage.known") != 0.0 {
		t.Error(r.raw)
	}
	if r := w.must("press", importUsage, log("2026-11-20")); r.at("importUsage.recorded") != 0.0 || r.at("importUsage.known") != 1.0 {
		t.Error(r.raw)
	}
	if r := w.must("press", `{ usage { edges { node { agency requests downloads declared } } } }`, nil); r.at("usage.edges.0.node.requests") != 3.0 || r.at("usage.edges.0.node.downloads") != 0.0 {
		t.Error(r.raw)
	}
	w.must("press", declareUse, vars{"in": vars{"key": "open-sea", "version": 1, "channel": "portal", "place": "haiphong.gov.vn"}})
	w.pass(time.Hour)
	w.must("minh", withdraw, vars{"in": vars{"key": "open-sea", "version": 1, "reason": "sai tên"}})
	w.pass(2 * 24 * time.Hour)
	w.must("press", importUsage, log("2026-11-20", "2026-11-21"))
	year := vars{"scope": vars{"channel": "portal"}, "from": "2026-11-01", "to": "2026-12-31", "by": "QUARTER"}
	for _, who := range []string{"press", "auditor"} {
		r := w.must(who, compliance, year)
		got := fmt.Sprint(r.at("usageCompliance"))
		if r.at("usageCompliance.1") != nil || r.at("usageCompliance.0.from") != "2026-10-01" || r.at("usageCompliance.0.to") != "2026-12-31" || r.at("usageCompliance.0.share") != 42.0 ||
			r.at("usageCompliance.0.requests.withdrawn") != 4.0 || r.at("usageCompliance.0.robots") != 2.0 || r.at("usageCompliance.0.declared.withdrawn") != 1.0 {
			t.Errorf("%s: %s", who, got)
		}
		r = w.must(who, compliance, vars{"scope": year["scope"], "from": "2026-09-30", "to": "2026-11-21", "by": "WHOLE"})
		if r.at("usageCompliance.1") != nil || r.at("usageCompliance.0.from") != "2026-09-01" || r.at("usageCompliance.0.to") != "2026-11-30" || r.at("usageCompliance.0.share") != 42.0 {
			t.Errorf("%s: %s", who, r.raw)
		}
		if r := w.must(who, afterEnd, nil); r.at("usageAfterEnd.edges.0.node.running") != 1.0 || r.at("usageAfterEnd.edges.0.node.days") != 2.0 || r.at("usageAfterEnd.pageInfo.hasNextPage") != false {
			t.Error(r.raw)
		}
		if r := w.must(who, unused, vars{"from": "2026-11-01", "to": "2026-11-02"}); r.at("unusedVersions.edges.0.node.key") != "lonely" || r.at("unusedVersions.edges.0.node.validUntil") != nil || r.at("unusedVersions.edges.1") != nil {
			t.Error(r.raw)
		}
	}
}

func TestWhoAsksHowFarUseIsInForce(t *testing.T) {
	w := newWorld(t)
	span := func(from, to string, scope vars) vars { return vars{"from": from, "to": to, "scope": scope} }
	for name, test := range map[string]struct {
		who          string
		in           vars
		code, reason string
	}{
		"without a token":    {"", span("2026-01-01", "2026-12-31", nil), "UNAUTHENTICATED", "unauthenticated"},
		"a designer":         {"designer", span("2026-01-01", "2026-12-31", nil), "FORBIDDEN", "not_permitted"},
		"of another agency":  {"press", span("2026-01-01", "2026-12-31", vars{"agency": "culture"}), "FORBIDDEN", "not_permitted"},
		"backwards":          {"auditor", span("2026-12-31", "2026-12-30", nil), "BAD_USER_INPUT", "invalid_interval"},
		"more than ten year": {"auditor", span("2016-12-31", "2026-12-30", nil), "BAD_USER_INPUT", "invalid_interval"},
		"backwards as one":   {"auditor", vars{"from": "2026-12-31", "to": "2026-10-30", "by": "WHOLE"}, "BAD_USER_INPUT", "invalid_interval"},
		"too long as one":    {"auditor", vars{"from": "2016-12-31", "to": "2026-12-30", "by": "WHOLE"}, "BAD_USER_INPUT", "invalid_interval"},
	} {
		if r := w.ask(test.who, compliance, test.in); r.code() != test.code || test.code != "UNAUTHENTICATED" && r.reason() != test.reason {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	if r := w.must("auditor", compliance, span("2017-01-01", "2026-12-31", nil)); r.at("usageCompliance.119.to") != "2026-12-31" || r.at("usageCompliance.120") != nil || r.at("usageCompliance.119.share") != nil {
		t.Error(r.raw)
	}
}
