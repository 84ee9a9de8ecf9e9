package graph_test

import (
	"strings"
	"testing"
	"time"

	"signet/domain"
)

// madeByRow3 are the kinds of row 3, each with what it says in five languages. The
// unit that is commented on is the last.
func madeByRow3(w *world) map[string]struct {
	kind  string
	texts []text
	more  vars
} {
	main := five("Biển mở, cảng mở", "Open sea, open port", "大海敞开，港口敞开", "海と𠮷野がひらく", "열린 바다, 열린 항구")
	upload := w.form("author", part{"operations", "", `{"query": "` + uploadFile + `", "variables": {"in": {"file": null}}}`},
		part{"map", "", `{"0": ["variables.in.file"]}`}, part{"0", "logo.png", picture(w.t)})
	return map[string]struct {
		kind  string
		texts []text
		more  vars
	}{
		"slogan-mau": {"SLOGAN", []text{sampleName(), {id: "slogan", role: "SLOGAN", in: main}}, nil},
		"thong-diep-mau": {"MESSAGE_SET", []text{
			sampleName(),
			{id: "dinh-vi", role: "POSITIONING", in: five("Thành phố cảng công nghiệp hiện đại, văn minh, sinh thái", "A modern, civilised, ecological industrial port city", "现代、文明、生态的工业港口城市", "近代的で文化的な、環境にやさしい工業港湾都市", "현대적이고 문명적이며 생태적인 산업 항만 도시")},
			{id: "logistics", role: "PILLAR", pillar: "logistics", in: five("Logistics và cảng biển quốc tế", "Logistics and international seaports", "物流与国际海港", "物流と国際港湾", "물류와 국제 항만")},
			{id: "nha-dau-tu", role: "MESSAGE", pillar: "logistics", audience: "nha-dau-tu-quoc-te", in: five("Hàng của bạn ra biển trong một ngày", "Your goods at sea within a day", "您的货物一天出海", "貨物は一日で海へ", "하루 만에 바다로")},
			{id: "cot-loi", role: "CORE", in: main},
		}, nil},
		"logo-mau": {"LOGO", []text{{id: "quy-tac", role: "NOTE", in: five("Chừa lề", "Keep clear space", "留白", "余白を取る", "여백을 둔다")}, {id: "name", role: "NAME", in: main}}, vars{
			"files":   []any{vars{"colour": "FULL", "layout": "MARK", "name": "logo.png", "digest": upload.at("uploadFile.digest")}},
			"licence": "Mẫu đề xuất, không phải biểu trưng chính thức",
		}},
	}
}

// Row 3 of the plan, from the draft to the edition, for each of its kinds.
func TestRow3FromTheDraftToTheEdition(t *testing.T) {
	for _, key := range []string{"slogan-mau", "thong-diep-mau", "logo-mau"} {
		t.Run(key, func(t *testing.T) {
			w := newCity(t)
			made := madeByRow3(w)[key]
			draft, said := saying(made.texts, "ja"), saying(made.texts)
			for field, v := range made.more {
				draft[field], said[field] = v, v
			}
			s := row3Story{world: w, key: key, texts: made.texts, unit: made.texts[len(made.texts)-1].id}
			w.must("admin", openEdition, vars{"in": vars{
				"number": 1, "titles": []any{vars{"locale": "vi", "text": "Lần cập nhật thứ nhất"}}, "due": "2027-07-31",
				"basis": vars{"decision": "Đề án đổi mới công tác thông tin đối ngoại", "decided": "2026-06-30"},
			}})
			w.registerAndDraft("author", key, made.kind, draft)
			s.submitted()
			s.returned()
			s.resubmitted()
			s.policyChanges(made.kind)
			s.overdue()
			s.signed()
			s.inForce()
			s.told()
		})
	}
}

// row3Story is one version on its way.
type row3Story struct {
	*world

	key, unit string
	texts     []text
}

func (s *row3Story) of(more ...any) vars { return of(s.key, 1, more...) }

func (s *row3Story) queues(what string, want map[string]string) {
	s.t.Helper()
	for _, agency := range []string{ngoaiVu, vanHoa, baoChi, tuyenGiao, khoaHoc} {
		s.want(what+", "+agency, s.queue(agency), want[agency])
	}
}

// submitted: the translator makes the Japanese, and the coordinating agencies are
// asked.
func (s *row3Story) submitted() {
	s.t.Helper()
	s.queues("a draft", nil)
	work := `{ translationWork(locale: "ja") { edges { node { item { key } number translations { locale missing } } } } }`
	s.want("work", s.must("translator", work, nil).rows("translationWork.edges", "node.item.key", "node.number"), s.key+" 1")
	r := s.must("translator", translate, s.of("locale", "ja", "texts", inLocale(s.texts, "ja")))
	s.want("translated", r.rows("translateVersion.version.translations", "locale", "missing", "stale"), "en 0 0; ja 0 0; ko 0 0; zh 0 0")
	s.want("work", s.must("translator", work, nil).rows("translationWork.edges", "node.number"), "")

	r = s.must("author", submit, s.of("effective", vars{"edition": 1}))
	asked := strings.Join([]string{
		baoChi + " COORDINATING " + nine("2026-11-20") + " 2026-11-30", ngoaiVu + " COORDINATING " + nine("2026-11-20") + " 2026-11-30",
		vanHoa + " COORDINATING " + nine("2026-11-20") + " 2026-11-30",
	}, "; ")
	s.want("asked", r.rows("submitVersion.version.awaited", "agency", "step", "since", "due"), asked)
	if r.at("submitVersion.version.due") != "2026-11-30" || r.at("submitVersion.version.leadDue") != nil || r.at("submitVersion.version.missing.3") != vanHoa {
		s.t.Error(r.raw)
	}
	row := wait(s.key, 1, "COORDINATING", "2026-11-20", "2026-11-30", 0)
	s.queues("submitted", map[string]string{ngoaiVu: row, vanHoa: row, baoChi: row})
}

// returned: an agency signs, another sends the version back after a remark on a
// passage, and its author is late.
func (s *row3Story) returned() {
	s.t.Helper()
	s.days(1)
	s.refused(refusal{"a passage after the end", "press", comment, s.of("unit", s.unit, "locale", "ja", "passage", vars{"start": 2, "end": 9}, "text", "x"), "BAD_USER_INPUT", "invalid_passage", "passage"})
	r := s.must("press", comment, s.of("unit", s.unit, "locale", "ja", "passage", vars{"start": 2, "end": 4}, "text", "Tên này đọc là gì?"))
	if r.at("commentOnVersion.comment.passage.quote") != "𠮷野" || r.at("commentOnVersion.comment.agency") != baoChi {
		s.t.Error(r.raw)
	}
	id := r.at("commentOnVersion.comment.id")
	s.must("translator", comment, s.of("text", "Đọc là Yoshino", "replyTo", id))
	s.must("foreign", sign, s.of())
	row := wait(s.key, 1, "COORDINATING", "2026-11-20", "2026-11-30", 0)
	s.queues("signed once", map[string]string{vanHoa: row, baoChi: row})

	s.days(1)
	r = s.must("press", sendBack, s.of("reason", "tiếng Nhật có tên lạ"))
	s.want("sent back", r.rows("returnVersion.version.awaited", "agency", "step", "since", "due", "daysOverdue"), tuyenGiao+" REVISION "+nine("2026-11-22")+" 2026-11-29 0")
	s.queues("sent back", map[string]string{tuyenGiao: wait(s.key, 1, "REVISION", "2026-11-22", "2026-11-29", 0)})
	s.refused(
		refusal{"nobody signs what was sent back", "culture", sign, s.of(), "CONFLICT", "wrong_state", "version"},
		refusal{"who has no part in it settles the remark", "culture", resolveComment, s.of("comment", id), "FORBIDDEN", "not_your_comment", ""},
	)
	open := `query($key: String!) { item(key: $key) { version(number: 1) { comments(open: true) { edges { node { text unit } } } } } }`
	s.want("open remarks", s.must("auditor", open, vars{"key": s.key}).rows("item.version.comments.edges", "node.text", "node.unit"), "Tên này đọc là gì? "+s.unit+"; Đọc là Yoshino -")
	s.must("author", resolveComment, s.of("comment", id))
	s.want("open remarks", s.must("auditor", open, vars{"key": s.key}).rows("item.version.comments.edges", "node.text"), "Đọc là Yoshino")

	s.days(7)
	s.want("due today", s.late(), "")
	s.days(1)
	s.want("overdue", s.late(), tuyenGiao+" REVISION 2026-11-29 1 false")
	s.must("admin", escalate, s.of())
	s.want("escalated", s.late(), tuyenGiao+" REVISION 2026-11-29 1 true")
}

// late lists what is overdue of the version.
func (s *row3Story) late() string {
	s.t.Helper()
	r := s.must("auditor", `{ overdue { edges { node { agency step due daysOverdue escalated version { number } } } } }`, nil)
	edges, _ := r.at("overdue.edges").([]any)
	for _, e := range edges {
		node := e.(map[string]any)["node"].(map[string]any)
		node["escalated"] = node["escalated"] != nil
	}
	return r.rows("overdue.edges", "node.agency", "node.step", "node.due", "node.daysOverdue", "node.escalated")
}

// resubmitted: only the Japanese is revised, and what was signed stands on the
// other parts.
func (s *row3Story) resubmitted() {
	s.t.Helper()
	s.days(1)
	s.texts[len(s.texts)-1].in["ja"] = "海がひらく、港がひらく"
	s.must("translator", translate, s.of("locale", "ja", "texts", []any{vars{"unit": s.unit, "text": "海がひらく、港がひらく"}}))
	r := s.must("clerk", submit, s.of("effective", vars{"edition": 1}))
	s.want("what stands", r.rows("submitVersion.version.signatures", "agency", "parts"), ngoaiVu+" [en ko vi zh]")
	row := wait(s.key, 1, "COORDINATING", "2026-12-01", "2026-12-11", 0)
	s.queues("resubmitted", map[string]string{ngoaiVu: row, vanHoa: row, baoChi: row})
	s.days(1)
	s.must("culture", sign, s.of())
	s.queues("signed again", map[string]string{ngoaiVu: row, baoChi: row})
	r = s.must("press", recuse, s.of("reason", "người thân dự thi"))
	s.want("stepped back", r.rows("recuseSigner.version.recusals", "agency", "member", "whole", "reason", "at"),
		strings.Join([]string{baoChi, idOf("press").String(), "false", "người thân dự thi", nine("2026-12-02")}, " "))
	s.want("its agency is still asked", r.rows("recuseSigner.version.awaited", "agency", "step", "due"), baoChi+" COORDINATING 2026-12-11; "+ngoaiVu+" COORDINATING 2026-12-11")
}

// policyChanges: the version under review keeps the terms that it was submitted
// under.
func (s *row3Story) policyChanges(kind string) {
	s.t.Helper()
	changed := row3(kind)
	changed["required"], changed["leadLast"], changed["reason"] = []any{ngoaiVu}, false, "rút gọn quy trình"
	s.must("admin", setPolicy, vars{"in": changed})
	r := s.must("auditor", `query($key: String!, $kind: Kind!) { item(key: $key) { version(number: 1) { policy { leads required leadLast coordinatingDays leadDays revisionDays survival } missing } }
		policies(kind: $kind) { revision reason terms { required leadLast } } }`, vars{"key": s.key, "kind": kind})
	s.want("policies", r.rows("policies", "revision", "reason", "terms.required", "terms.leadLast"),
		"1 rút gọn quy trình ["+ngoaiVu+"] false; 0 hàng 3 của Đề án ["+baoChi+" "+ngoaiVu+" "+vanHoa+"] true")
	if r.at("item.version.policy.required.2") != vanHoa || r.at("item.version.policy.leadLast") != true || r.at("item.version.policy.leadDays") != 5.0 || r.at("item.version.missing.2") != ngoaiVu {
		s.t.Error(r.raw)
	}
	s.refused(refusal{"the new policy lets the lead sign at once, the old one does not", "lead", sign, s.of(), "CONFLICT", "not_your_turn", ""})
}

// overdue: two agencies let their day pass, and are reported once.
func (s *row3Story) overdue() {
	s.t.Helper()
	s.days(9)
	s.want("due today", s.late(), "")
	s.days(1)
	late := baoChi + " COORDINATING 2026-12-11 1 "
	lateToo := ngoaiVu + " COORDINATING 2026-12-11 1 "
	s.want("overdue", s.late(), late+"false; "+lateToo+"false")
	s.must("admin", escalate, s.of())
	s.want("escalated", s.late(), late+"true; "+lateToo+"true")
	before := s.head()
	s.must("admin", escalate, s.of())
	if s.head() != before {
		s.t.Error("reported twice")
	}
	row := wait(s.key, 1, "COORDINATING", "2026-12-01", "2026-12-11", 1)
	s.queues("overdue", map[string]string{ngoaiVu: row, baoChi: row})
}

// signed: a delegate signs for one agency, a colleague for the other, and the lead
// last.
func (s *row3Story) signed() {
	s.t.Helper()
	id := s.delegated("foreign", ngoaiVu, "helper", khoaHoc, 0, 8*24*time.Hour)
	r := s.must("helper", sign, s.of("agency", ngoaiVu))
	s.want("by a delegate", r.rows("signVersion.version.signatures", "agency", "member", "delegation", "parts"), strings.Join([]string{
		vanHoa + " " + idOf("culture").String() + " - [en ja ko vi zh]", ngoaiVu + " " + idOf("helper").String() + " " + id + " [en ja ko vi zh]",
	}, "; "))
	s.queues("one is left", map[string]string{baoChi: wait(s.key, 1, "COORDINATING", "2026-12-01", "2026-12-11", 1)})
	r = s.must("press2", sign, s.of())
	if r.at("signVersion.version.leadDue") != "2026-12-17" || r.at("signVersion.version.missing.0") != tuyenGiao || r.at("signVersion.version.missing.1") != nil {
		s.t.Error(r.raw)
	}
	s.queues("the lead's turn", map[string]string{tuyenGiao: wait(s.key, 1, "LEAD", "2026-12-12", "2026-12-17", 0)})
	s.days(1)
	r = s.must("lead", sign, s.of())
	if r.at("signVersion.version.state") != "APPROVED" || r.at("signVersion.version.status") != "SCHEDULED" || r.rows("signVersion.version.missing") != "" {
		s.t.Error(r.raw)
	}
	s.queues("approved", nil)
}

// inForce: the edition that the city decides puts it in force.
func (s *row3Story) inForce() {
	s.t.Helper()
	s.must("admin", includeInEdition, vars{"in": vars{"number": 1, "key": s.key, "version": 1}})
	if r := s.must("", `{ approved { edges { node { key } } } }`, nil); r.rows("approved.edges", "node.key") != "" {
		s.t.Error(r.raw)
	}
	s.days(1)
	r := s.must("admin", issueEdition, vars{"in": vars{"number": 1, "decision": "3120/QĐ-UBND", "decided": "2026-12-14"}})
	if r.at("issueEdition.edition.onTime") != true || r.at("issueEdition.edition.nextDue") != "2028-12-14" {
		s.t.Error(r.raw)
	}
	r = s.must("", `{ approved(locale: "ja") { edges { node { key number edition validFrom validUntil } } } }`, nil)
	s.want("in force", r.rows("approved.edges", "node.key", "node.number", "node.edition", "node.validFrom", "node.validUntil"), s.key+" 1 1 "+nine("2026-12-14")+" -")
	r = s.must("portal", `{ edition(number: 1) { basis { decision decided } decision decided daysLate } }`, nil)
	if r.at("edition.basis.decided") != "2026-06-30" || r.at("edition.decision") != "3120/QĐ-UBND" || r.at("edition.daysLate") != 0.0 {
		s.t.Error(r.raw)
	}
}

// told: the history tells the auditor all of it, and who it was.
func (s *row3Story) told() {
	s.t.Helper()
	r := s.must("auditor", `query($key: String!) { item(key: $key) { history(first: 60) { edges { node { what version agency reason edition member at } } } } }`, vars{"key": s.key})
	s.want("history", strings.ReplaceAll(r.rows("item.history.edges", "node.what", "node.agency", "node.reason", "node.edition"), "; ", "\n"), strings.Join([]string{
		"REGISTERED " + tuyenGiao + " - -", "DRAFTED " + tuyenGiao + " - -", "TRANSLATED " + ngoaiVu + " ja -", "SUBMITTED " + tuyenGiao + " - 1",
		"COMMENTED " + baoChi + " Tên này đọc là gì? -", "COMMENTED " + ngoaiVu + " Đọc là Yoshino -", "SIGNED " + ngoaiVu + " - -",
		"RETURNED " + baoChi + " tiếng Nhật có tên lạ -", "COMMENT_RESOLVED " + tuyenGiao + " - -", "ESCALATED " + tuyenGiao + " " + tuyenGiao + " -",
		"TRANSLATED " + ngoaiVu + " ja -", "SUBMITTED " + tuyenGiao + " - 1", "SIGNED " + vanHoa + " - -", "RECUSED " + baoChi + " người thân dự thi -",
		"ESCALATED " + tuyenGiao + " " + baoChi + ", " + ngoaiVu + " -", "SIGNED " + ngoaiVu + " - -", "SIGNED " + baoChi + " - -", "SIGNED " + tuyenGiao + " - -",
		"APPROVED " + tuyenGiao + " - 1", "INCLUDED " + tuyenGiao + " - 1", "ISSUED " + tuyenGiao + " 3120/QĐ-UBND 1",
	}, "\n"))
	for i, who := range map[string]string{"2": "translator", "3": "author", "11": "clerk", "15": "helper", "16": "press2", "17": "lead"} {
		if r.at("item.history.edges."+i+".node.member") != idOf(who).String() {
			s.t.Errorf("step %s was not by %s: %s", i, who, r.raw)
		}
	}
	if at, _ := time.Parse(time.RFC3339, r.at("item.history.edges.20.node.at").(string)); domain.DateOf(at) != "2026-12-14" {
		s.t.Error(r.raw)
	}
}
