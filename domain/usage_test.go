package domain

import (
	"testing"

	"github.com/google/uuid"
)

func usageStories() []story {
	use := person(90)
	declare := func(change func(*DeclareUse)) attempt {
		c := DeclareUse{Use: use, Agency: culture, Item: sloganKey, Version: 1, Channel: "web", Place: " https://haiphong.gov.vn "}
		change(&c)
		return try(Uses, c)
	}
	asIs := func(*DeclareUse) {}
	declared := UseDeclared{
		Use: use, Agency: culture, Item: sloganKey, Version: 1, Channel: "web", Place: "https://haiphong.gov.vn", Since: "2027-07-01",
	}
	since := declared
	since.Since = "2026-12-31"
	inForce := kit.and(passed(1)...)
	end := try(Uses, EndUse{Use: use, Agency: culture})
	ended := UseEnded{Use: use, Agency: culture, On: "2027-07-01"}
	return []story{
		{
			"a download is an event, in the month of its instant", inForce, tung,
			try(DownloadLog, RecordDownload{Agency: culture, Month: noon, Item: sloganKey, Version: 1, Digest: digest, Rendition: "w=400", Channel: "web"}),
			happens(AssetDownloaded{
				Agency: culture, Member: tung.Member, Item: sloganKey, Version: 1, Digest: digest, Rendition: "w=400", Channel: "web", At: noon,
			}),
		},
		{
			"so is the next of the same file", inForce.and(AssetDownloaded{Agency: culture, Item: sloganKey, Version: 1, At: noon}), tung,
			try(DownloadLog, RecordDownload{Agency: culture, Month: noon, Item: sloganKey, Version: 1, Digest: digest}),
			happens(AssetDownloaded{Agency: culture, Member: tung.Member, Item: sloganKey, Version: 1, Digest: digest, At: noon}),
		},

		{"an agency says where it uses a version, from today on", inForce, tung, declare(asIs), happens(declared)},
		{"or since a day", inForce, tung, declare(func(c *DeclareUse) { c.Since = "2026-12-31" }), happens(since)},
		{"also of what has been withdrawn", inForce.and(withdrawn(1, earlier)), tung, declare(asIs), happens(declared)},
		{"a use has an id", inForce, tung, declare(func(c *DeclareUse) { c.Use = uuid.Nil }), refused(Invalid, "invalid_use", "use")},
		{"it is declared once", inForce.and(declared), tung, declare(asIs), refused(Conflict, "use_exists", "use")},
		{"also when it has ended", inForce.and(declared, ended), tung, declare(asIs), refused(Conflict, "use_exists", "use")},
		{"there is no such agency", inForce, tung, declare(func(c *DeclareUse) { c.Agency = "none" }), refused(NotFound, "unknown_agency", "agency")},
		{"there is no such item", inForce, tung, declare(func(c *DeclareUse) { c.Item = "none" }), refused(NotFound, "unknown_item", "item")},
		{"there is no such version", inForce, tung, declare(func(c *DeclareUse) { c.Version = 2 }), refused(NotFound, "unknown_version", "version")},
		{"it was never approved", kit.and(drafted(1)), tung, declare(asIs), refused(Conflict, "wrong_state", "version")},
		{"a channel has a key", inForce, tung, declare(func(c *DeclareUse) { c.Channel = "" }), refused(Invalid, "invalid_key", "channel")},
		{"a use has a place", inForce, tung, declare(func(c *DeclareUse) { c.Place = " " }), refused(Invalid, "place_required", "place")},
		{"which is text", inForce, tung, declare(func(c *DeclareUse) { c.Place = "a\x00b" }), refused(Invalid, "control_character", "place")},
		{"a day is a day", inForce, tung, declare(func(c *DeclareUse) { c.Since = "today" }), refused(Invalid, "invalid_date", "since")},

		{"a use ends today", past{declared}, tung, end, happens(ended)},
		{
			"or on a day",
			past{declared},
			tung, try(Uses, EndUse{Use: use, Agency: culture, On: "2027-06-30"}),
			happens(UseEnded{Use: use, Agency: culture, On: "2027-06-30"}),
		},
		{"it has ended", past{declared, ended}, tung, end, quiet()},
		{"another agency's use is not there", past{declared}, hoa, try(Uses, EndUse{Use: use, Agency: party}), refused(NotFound, "unknown_use", "use")},
		{"it was never declared", nil, tung, end, refused(NotFound, "unknown_use", "use")},
		{"a day is a day", past{declared}, tung, try(Uses, EndUse{Use: use, Agency: culture, On: "2027-06-31"}), refused(Invalid, "invalid_date", "on")},
	}
}

// countStories are those of what is counted in a log.
func countStories() []story {
	log := digest
	count := Count{Item: sloganKey, Version: 1, Day: "2027-07-01", Requests: 5, Robots: 2}
	other := count
	other.Day, other.Digest, other.Rendition = "2027-07-01", digest, "width=400"
	counted := func(n Count) UsageCounted {
		return UsageCounted{
			Agency: culture, Channel: "portal", Item: n.Item, Version: n.Version, Digest: n.Digest, Rendition: n.Rendition, Day: n.Day,
			Requests: n.Requests, Robots: n.Robots, Source: SourceAccessLog, Import: log, Member: tung.Member, At: noon,
		}
	}
	bring := func(change func(*ImportUsage), counts ...Count) attempt {
		c := ImportUsage{Agency: culture, Channel: "portal", Import: log, Counts: counts}
		change(&c)
		return try(DownloadLog, c)
	}
	asIs := func(*ImportUsage) {}
	wrong := func(change func(*Count)) attempt {
		n := count
		change(&n)
		return bring(asIs, count, n)
	}
	inForce := kit.and(passed(1)...)
	elsewhere := counted(count)
	elsewhere.Channel = "fanpage"
	another := counted(count)
	another.Import = "ff" + log[2:]
	second := counted(other)
	second.Import = another.Import
	return []story{
		{"requests of a day are one event", inForce, tung, bring(asIs, count, other), happens(counted(count), counted(other))},
		{"also of what has been withdrawn", inForce.and(withdrawn(1, earlier)), tung, bring(asIs, count), happens(counted(count))},
		{"what is counted is not counted again", inForce.and(counted(count)), tung, bring(asIs, count), quiet()},
		{"also when it is told twice at once", inForce, tung, bring(asIs, count, count), happens(counted(count))},
		{"what was left over is", inForce.and(counted(count)), tung, bring(asIs, count, other), happens(counted(other))},
		{"another log is counted too", inForce.and(another, second), tung, bring(asIs, count), happens(counted(count))},
		{
			"a log is of one channel", inForce.and(another, elsewhere, second), tung, bring(asIs, other),
			refused(Conflict, "import_of_other_channel", "channel"),
		},
		{"nothing is no batch", inForce, tung, bring(asIs), refused(Invalid, "invalid_batch", "counts")},
		{"too much is no batch", inForce, tung, bring(asIs, make([]Count, MaxCounts+1)...), refused(Invalid, "invalid_batch", "counts")},
		{"a log has a digest", inForce, tung, bring(func(c *ImportUsage) { c.Import = "x" }, count), refused(Invalid, "invalid_digest", "import")},
		{"there is no such agency", inForce, tung, bring(func(c *ImportUsage) { c.Agency = "none" }, count), refused(NotFound, "unknown_agency", "agency")},
		{"a channel has a key", inForce, tung, bring(func(c *ImportUsage) { c.Channel = "" }, count), refused(Invalid, "invalid_key", "channel")},
		{"a day is a day", inForce, tung, wrong(func(n *Count) { n.Day = "x" }), refused(Invalid, "invalid_date", "counts[1].day")},
		{"a day has come", inForce, tung, wrong(func(n *Count) { n.Day = "2027-07-02" }), refused(Invalid, "day_to_come", "counts[1].day")},
		{"the days are of one month", inForce, tung, wrong(func(n *Count) { n.Day = "2027-06-30" }), refused(Invalid, "other_month", "counts[1].day")},
		{"a count is of something", inForce, tung, wrong(func(n *Count) { n.Requests, n.Robots = 0, 0 }), refused(Invalid, "invalid_count", "counts[1].requests")},
		{"and nothing is taken back", inForce, tung, wrong(func(n *Count) { n.Robots = -1 }), refused(Invalid, "invalid_count", "counts[1].requests")},
		{"a count can be written down", inForce, tung, wrong(func(n *Count) { n.Robots = 1 << 50 }), refused(Invalid, "invalid_count", "counts[1].requests")},
		{"a file has a digest", inForce, tung, wrong(func(n *Count) { n.Digest = "x" }), refused(Invalid, "invalid_digest", "counts[1].digest")},
		{"a rendition is a query", inForce, tung, wrong(func(n *Count) { n.Rendition = "a b" }), refused(Invalid, "invalid_rendition", "counts[1].rendition")},
		{"there is no such item", inForce, tung, wrong(func(n *Count) { n.Item = "none" }), refused(NotFound, "unknown_item", "counts[1].item")},
		{"there is no such version", inForce, tung, wrong(func(n *Count) { n.Version = 2 }), refused(NotFound, "unknown_version", "counts[1].version")},
		{"it was never approved", kit.and(drafted(1)), tung, bring(asIs, count), refused(Conflict, "wrong_state", "counts[0].version")},
	}
}

func TestCountsNeedThePermissionToDeclareWithinTheAgency(t *testing.T) {
	if p, s := (ImportUsage{Agency: culture}).Needs(); p != DeclareUses || s.Agency != culture {
		t.Errorf("%s within %q", p, s.Agency)
	}
}

func TestStreamsAreNamedByTheirCategory(t *testing.T) {
	for stream, category := range map[string]string{
		ItemStream("a"): Items.Category, PolicyStream(Logo): Policies.Category, EditionStream(1): Editions.Category,
		AgencyStream("a"): Agencies.Category, UsageStream("a", noon): DownloadLog.Category, UseStream(person(1)): Uses.Category,
		UsageStreamOf("a", "2027-07-01"): DownloadLog.Category,
	} {
		if len(stream) <= len(category) || stream[:len(category)+1] != category+"-" {
			t.Errorf("stream %q is not of category %q", stream, category)
		}
	}
}

func TestADayIsInTheStreamOfItsMonth(t *testing.T) {
	if got := UsageStreamOf("a", DateOf(noon)); got != UsageStream("a", noon) {
		t.Errorf("%q", got)
	}
}
