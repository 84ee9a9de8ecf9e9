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

func TestStreamsAreNamedByTheirCategory(t *testing.T) {
	for stream, category := range map[string]string{
		ItemStream("a"): Items.Category, PolicyStream(Logo): Policies.Category, EditionStream(1): Editions.Category,
		AgencyStream("a"): Agencies.Category, UsageStream("a", noon): DownloadLog.Category, UseStream(person(1)): Uses.Category,
	} {
		if len(stream) <= len(category) || stream[:len(category)+1] != category+"-" {
			t.Errorf("stream %q is not of category %q", stream, category)
		}
	}
}
