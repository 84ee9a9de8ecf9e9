package graph_test

import (
	"strings"
	"testing"
	"time"

	"signet/domain"
)

// downloaded notes that an agency was sent a file of a version.
func (w *world) downloaded(agency, key string, version int) {
	w.t.Helper()
	tell(w, domain.DownloadLog, domain.RecordDownload{
		Agency: agency, Month: w.clock(), Item: key, Version: version, Digest: strings.Repeat("a", 64), Channel: "portal",
	})
}

// recalls lists what was withdrawn, as somebody sees it: key, number, from,
// replacement; and of the first whom it concerns.
func (w *world) recalls(who, arguments string) (all, affected string) {
	w.t.Helper()
	r := w.must(who, `{ recalls`+arguments+` { edges { node { key number from reason replacement { key number } affected { agency downloads declared running last } item { kind } } } } }`, nil)
	return r.rows("recalls.edges", "node.key", "node.number", "node.from", "node.reason", "node.replacement.key", "node.replacement.number"),
		r.rows("recalls.edges.0.node.affected", "agency", "downloads", "declared", "running", "last")
}

func TestRecallsTellWhomTheyConcern(t *testing.T) {
	w := newCity(t)
	w.sloganInForce("slogan-a", tongue("A"))
	w.sloganInForce("slogan-b", tongue("B"))
	w.downloaded(khoaHoc, "slogan-a", 1)
	w.downloaded(khuKinhTe, "slogan-a", 1)
	w.downloaded(baoChi, "slogan-a", 1)
	w.downloaded(khuKinhTe, "slogan-b", 1)
	w.days(1)
	w.downloaded(khoaHoc, "slogan-a", 1)
	use := vars{"in": vars{"key": "slogan-a", "version": 1, "channel": "fanpage", "place": "fb.com/haiphong"}}
	w.must("portal", declareUse, use)
	ended := w.must("portal", declareUse, use).at("declareUse.use.id")
	w.must("portal", endUse, vars{"in": vars{"use": ended}})
	if all, _ := w.recalls("auditor", ""); all != "" {
		t.Error(all)
	}
	why := func(more ...any) vars {
		return of("slogan-a", 1, append([]any{"reason", "sai tên riêng"}, more...)...)
	}
	w.registerAndDraft("author", "slogan-c", "SLOGAN", tongue("C"))
	w.refused(
		refusal{"without a token", "", withdrawVersion, why(), "UNAUTHENTICATED", "unauthenticated", ""},
		refusal{"its author", "clerk", withdrawVersion, why(), "FORBIDDEN", "not_permitted", ""},
		refusal{"a coordinating agency", "foreign", withdrawVersion, why(), "FORBIDDEN", "not_lead", ""},
		refusal{"without a reason", "lead", withdrawVersion, of("slogan-a", 1, "reason", ""), "BAD_USER_INPUT", "reason_required", "reason"},
		refusal{"from yesterday", "lead", withdrawVersion, why("from", nine("2026-11-20")), "BAD_USER_INPUT", "in_the_past", "from"},
		refusal{"replaced by a draft", "lead", withdrawVersion, why("replacement", vars{"key": "slogan-c", "number": 1}), "CONFLICT", "wrong_state", "replacement.version"},
		refusal{"replaced by nothing that there is", "lead", withdrawVersion, why("replacement", vars{"key": "slogan-d", "number": 1}), "NOT_FOUND", "unknown_item", ""},
		refusal{"replaced by itself", "lead", withdrawVersion, why("replacement", vars{"key": "slogan-a", "number": 1}), "BAD_USER_INPUT", "replaces_itself", "replacement"},
		refusal{"recalls without a token", "", `{ recalls { edges { node { key } } } }`, nil, "UNAUTHENTICATED", "unauthenticated", ""},
	)
	r := w.must("lead", withdrawVersion, why("replacement", vars{"key": "slogan-b", "number": 1}))
	if r.at("withdrawVersion.version.status") != "WITHDRAWN" || r.at("withdrawVersion.version.replacement.key") != "slogan-b" || r.at("withdrawVersion.version.withdrawnFrom") != nine("2026-11-21") {
		t.Error(r.raw)
	}
	press, port, science := baoChi+" 1 0 0 "+nine("2026-11-20"), khuKinhTe+" 1 0 0 "+nine("2026-11-20"), khoaHoc+" 2 2 1 "+nine("2026-11-21")
	for who, concerned := range map[string]string{
		"auditor": port + "; " + press + "; " + science, "admin": port + "; " + press + "; " + science, "portal": science, "port": port, "designer": "", "author": "", "lead": "",
	} {
		all, affected := w.recalls(who, "")
		w.want("recalls for "+who, all, "slogan-a 1 "+nine("2026-11-21")+" sai tên riêng slogan-b 1")
		w.want("whom they concern, for "+who, affected, concerned)
	}
	if r := w.must("", `{ approved { edges { node { key } } } }`, nil); r.rows("approved.edges", "node.key") != "slogan-b" {
		t.Error(r.raw)
	}
	w.must("lead", withdrawVersion, of("slogan-b", 1, "reason", "sai"))
	for agency, want := range map[string]string{khuKinhTe: "slogan-b; slogan-a", khoaHoc: "slogan-a", tuyenGiao: "", "nobody": ""} {
		r := w.must("auditor", `query($of: String) { recalls(agency: $of) { edges { node { key } } } }`, vars{"of": agency})
		w.want("what was withdrawn that is used by "+agency, r.rows("recalls.edges", "node.key"), want)
	}
	const mine = `{ recalls(agency: "` + khuKinhTe + `") { edges { node { key affected { agency } } } } }`
	w.want("of what one uses oneself", w.must("port", mine, nil).rows("recalls.edges", "node.key"), "slogan-b; slogan-a")
	w.refused(
		refusal{"what another agency uses", "portal", mine, nil, "FORBIDDEN", "not_permitted", "agency"},
		refusal{"what an agency uses, for who sees no use", "lead", mine, nil, "FORBIDDEN", "not_permitted", ""},
	)
}

func TestRecallFromADay(t *testing.T) {
	w := newCity(t)
	w.sloganInForce("slogan-a", tongue("A"))
	w.sloganInForce("slogan-b", tongue("B"))
	from := func(day string) vars { return of("slogan-a", 1, "reason", "hết chiến dịch", "from", nine(day)) }
	r := w.must("lead", withdrawVersion, from("2026-12-20"))
	if r.at("withdrawVersion.version.state") != "WITHDRAWN" || r.at("withdrawVersion.version.status") != "IN_FORCE" || r.at("withdrawVersion.version.replacement") != nil {
		t.Error(r.raw)
	}
	w.days(1)
	w.refused(
		refusal{"put off", "lead", withdrawVersion, from("2026-12-21"), "CONFLICT", "already_withdrawn", ""},
		refusal{"said again", "lead", withdrawVersion, from("2026-12-20"), "CONFLICT", "already_withdrawn", ""},
	)
	w.must("admin", withdrawVersion, of("slogan-a", 1, "reason", "sai bản dịch", "from", nine("2026-11-28"), "replacement", vars{"key": "slogan-b", "number": 1}))
	w.must("lead", withdrawVersion, of("slogan-b", 1, "reason", "trùng"))
	w.days(1)
	w.downloaded(khoaHoc, "slogan-a", 1) // it may still be used
	all, affected := w.recalls("auditor", "")
	w.want("the latest first", all, strings.Join([]string{
		"slogan-a 1 " + nine("2026-11-28") + " sai bản dịch slogan-b 1", "slogan-b 1 " + nine("2026-11-21") + " trùng - -",
	}, "; "))
	w.want("whom it will concern", affected, khoaHoc+" 1 0 0 "+nine("2026-11-22"))
	all, _ = w.recalls("auditor", `(key: "slogan-b")`)
	w.want("of one item", all, "slogan-b 1 "+nine("2026-11-21")+" trùng - -")
	inForce := `{ approved { edges { node { key validUntil } } } item(key: "slogan-a") { key } }`
	w.want("until then", w.must("portal", inForce, nil).rows("approved.edges", "node.key", "node.validUntil"), "slogan-a "+nine("2026-11-28"))
	w.pass(6*24*time.Hour - time.Second)
	w.want("the last second", w.must("", inForce, nil).rows("approved.edges", "node.key"), "slogan-a")
	w.pass(time.Second)
	w.want("from then on", w.must("", inForce, nil).rows("approved.edges", "node.key"), "")
	if r := w.must("auditor", `{ item(key: "slogan-a") { version(number: 1) { status } } usage(filter: {outdated: true}) { edges { node { key downloads inForce } } } }`, nil); r.at("item.version.status") != "WITHDRAWN" ||
		r.rows("usage.edges", "node.key", "node.downloads", "node.inForce") != "slogan-a 1 false" {
		t.Error(r.raw)
	}
}

// What replaces a withdrawn version is named to whom it may be known.
func TestAHiddenReplacementIsNotNamedToEverybody(t *testing.T) {
	w := newWorld(t)
	w.inForce("open-sea", "Biển mở", "海")
	w.inForce("other", "Biển khác", "海")
	w.pass(time.Hour)
	w.must("minh", withdraw, of("open-sea", 1, "reason", "x", "replacement", vars{"key": "other", "number": 1}))
	const ask = `{ identify(key: "open-sea", version: 1) { key status replacementKey } }`
	named := func(who string) bool {
		return w.must(who, ask, nil).rows("identify", "replacementKey") == "other"
	}
	if !named("") || !named("designer") {
		t.Error("a public replacement is not named")
	}
	w.must("admin", mutation("changeItemVisibility", "position"), vars{"in": vars{"key": "other", "public": false}})
	if named("") || !named("designer") {
		t.Error("a hidden replacement is named to everybody, or not to members")
	}
}
