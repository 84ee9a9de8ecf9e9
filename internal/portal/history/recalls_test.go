package history_test

import (
	"signet/internal/portal/portaltest"
)

func (t in) withdrawals() {
	const used = "slogan-red-flamboyant"
	t.change(trade, "declareUse", `key: "slogan-red-flamboyant", version: 2, channel: "portal", place: "Trang đầu"`)
	t.change(leader, "withdrawVersion", `key: "slogan-red-flamboyant", version: 2, reason: "Trùng", replacement: {key: "slogan-port-of-tomorrow", number: 2}`)

	for who, tables := range map[portaltest.Who]int{designer: 0, trade: 1, auditor: 1} {
		a := t.w.Get(who, "/vi/recalls")
		recalls := withClass(a.Page, "article", "recall")
		if len(recalls) != 2 || !links(recalls[0], "/vi/items/"+used+"/versions/2") || !links(recalls[0], "/vi/items/slogan-port-of-tomorrow/versions/2") {
			t.Errorf("%s sees %d withdrawals, or not the last one first", who.Role, len(recalls))
		}
		if n := len(portaltest.All(a.Page, "table", "")); n != tables {
			t.Errorf("%s sees %d tables of who has used something", who.Role, n)
		}
		if links(a.Page, "/vi/recalls?mine=1") != (who != designer) {
			t.Errorf("whether %s can ask for what its agency has used", who.Role)
		}
	}
	for who, n := range map[portaltest.Who]int{trade: 1, auditor: 0, designer: 2} { // for a designer the parameter is none
		if got := len(withClass(t.w.Get(who, "/vi/recalls?mine=1").Page, "article", "recall")); got != n {
			t.Errorf("the agency of %s has used %d of what was withdrawn", who.Role, got)
		}
	}
	if got := len(withClass(t.w.Get(designer, "/vi/recalls?key="+gateway).Page, "article", "recall")); got != 1 {
		t.Errorf("%d withdrawals of one item", got)
	}
	old := t.w.Get(designer, "/vi/items/"+used+"/versions/2")
	if warned := withClass(old.Page, "div", "notice", "bad"); len(warned) != 1 || !links(warned[0], "/vi/items/slogan-port-of-tomorrow/versions/2") {
		t.Error("what was withdrawn does not lead to its replacement")
	}

	// Files of what was withdrawn are not sent to everybody, and are not asked for.
	t.change(leader, "withdrawVersion", `key: "logo-sample", version: 1, reason: "Sai màu"`)
	for who, pictures := range map[portaltest.Who]int{designer: 0, auditor: 12} {
		a := t.w.Get(who, "/vi/items/"+logo+"/versions/1")
		if n := len(portaltest.All(a.Page, "img", "loading=lazy")); n != pictures {
			t.Errorf("%s is shown %d pictures of a logo that was withdrawn", who.Role, n)
		}
	}
}
