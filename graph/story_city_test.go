package graph_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/domain"
)

// The agencies of rows 3 and 14 of the city's plan, and one that it does not ask.
const (
	tuyenGiao  = "ban-tuyen-giao-dan-van"
	ngoaiVu    = "so-ngoai-vu"
	vanHoa     = "so-vhttdl"
	baoChi     = "bao-ptth"
	congThuong = "so-cong-thuong"
	khuKinhTe  = "ban-ql-kkt"
	nongNghiep = "so-nnmt"
	khoaHoc    = "so-khcn"
)

// agencyNames are their names in Vietnamese.
var agencyNames = map[string]string{
	tuyenGiao: "Ban Tuyên giáo và Dân vận Thành ủy", ngoaiVu: "Sở Ngoại vụ", vanHoa: "Sở Văn hoá, Thể thao và Du lịch",
	baoChi: "Báo và PTTH Hải Phòng", congThuong: "Sở Công Thương", khuKinhTe: "Ban Quản lý Khu kinh tế Hải Phòng",
	nongNghiep: "Sở Nông nghiệp và Môi trường", khoaHoc: "Sở Khoa học và Công nghệ",
}

// cityMembers are named by what they do in the stories.
var cityMembers = []member{
	{"author", tuyenGiao, []domain.Role{domain.RoleAuthor, domain.RoleReviewer}, nil},
	{"colleague", tuyenGiao, []domain.Role{domain.RoleAuthor, domain.RoleReviewer}, nil},
	{"clerk", tuyenGiao, []domain.Role{domain.RoleAuthor}, nil},
	{"lead", tuyenGiao, []domain.Role{domain.RoleReviewer}, nil},
	{"admin", tuyenGiao, []domain.Role{domain.RoleAdmin}, nil},
	{"foreign", ngoaiVu, []domain.Role{domain.RoleReviewer}, nil},
	{"envoy", ngoaiVu, []domain.Role{domain.RoleAuthor}, nil},
	{"translator", ngoaiVu, []domain.Role{domain.RoleTranslator, domain.RoleReviewer}, []domain.Locale{"ja"}},
	{"interpreter", ngoaiVu, []domain.Role{domain.RoleTranslator}, []domain.Locale{"ko"}},
	{"culture", vanHoa, []domain.Role{domain.RoleReviewer}, nil},
	{"press", baoChi, []domain.Role{domain.RoleReviewer}, nil},
	{"press2", baoChi, []domain.Role{domain.RoleReviewer}, nil},
	{"designer", baoChi, []domain.Role{domain.RoleDesigner}, nil},
	{"trade", congThuong, []domain.Role{domain.RoleAuthor}, nil},
	{"industry", congThuong, []domain.Role{domain.RoleReviewer}, nil},
	{"zone", khuKinhTe, []domain.Role{domain.RoleReviewer}, nil},
	{"port", khuKinhTe, []domain.Role{domain.RoleAgency}, nil},
	{"farms", nongNghiep, []domain.Role{domain.RoleReviewer}, nil},
	{"science", khoaHoc, []domain.Role{domain.RoleReviewer}, nil},
	{"chief", khoaHoc, []domain.Role{domain.RoleReviewer, domain.RoleAdmin}, nil},
	{"helper", khoaHoc, []domain.Role{domain.RoleDesigner}, nil},
	{"portal", khoaHoc, []domain.Role{domain.RoleAgency}, nil},
	{"auditor", khoaHoc, []domain.Role{domain.RoleAuditor}, nil},
}

// row3 and row14 are the terms of the plan, as setPolicy takes them for a kind.
func row3(kind string) vars {
	return vars{
		"kind": kind, "leads": []any{tuyenGiao}, "required": []any{ngoaiVu, vanHoa, baoChi}, "leadLast": true,
		"coordinatingDays": 10, "leadDays": 5, "revisionDays": 7, "reason": "hàng 3 của Đề án",
	}
}

func row14() vars {
	return vars{
		"kind": "TEMPLATE", "leads": []any{congThuong, vanHoa}, "required": []any{}, "others": []any{khuKinhTe, ngoaiVu, nongNghiep}, "quorum": 2,
		"leadLast": true, "coordinatingDays": 10, "leadDays": 5, "revisionDays": 7, "reason": "hàng 14 của Đề án",
	}
}

// newCity is Hải Phòng on 20 November 2026, at nine in the morning, with the
// policies of its plan.
func newCity(t *testing.T) *world {
	t.Helper()
	w := emptyWorld(t)
	for key, name := range agencyNames {
		tell(w, domain.Agencies, domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": name}})
	}
	w.join(cityMembers)
	for _, kind := range []string{"SLOGAN", "LOGO", "MESSAGE_SET"} {
		w.must("admin", setPolicy, vars{"in": row3(kind)})
	}
	w.must("admin", setPolicy, vars{"in": row14()})
	return w
}

var (
	setPolicy          = mutation("setPolicy", "policy { revision terms { leads required others quorum leadLast coordinatingDays survival } }")
	submit             = mutation("submitVersion", "version { state status due leadDue missing signatures { agency parts } awaited { agency step since due } }")
	sign               = mutation("signVersion", "version { state status due leadDue missing signatures { agency member delegation parts } awaited { agency step since due } }")
	sendBack           = mutation("returnVersion", "version { state due leadDue signatures { agency } awaited { agency step since due daysOverdue } }")
	takeBack           = mutation("withdrawSubmission", "version { state due leadDue awaited { agency } }")
	recuse             = mutation("recuseSigner", "version { leadDue awaited { agency step due } recusals { agency member whole reason at } }")
	escalate           = mutation("escalateReview", "version { awaited { agency escalated } }")
	delegateSigning    = mutation("delegateSigning", "delegation { id agency member memberAgency from until reason granted }")
	revokeDelegation   = mutation("revokeDelegation", "agency { key delegations { edges { node { id } } } }")
	comment            = mutation("commentOnVersion", "comment { id agency member unit locale passage { start end quote } text replyTo at resolved }")
	resolveComment     = mutation("resolveComment", "comment { id resolved }")
	translate          = mutation("translateVersion", "version { state translations { locale missing stale } }")
	openEdition        = mutation("openEdition", "edition { number due basis { decision decided } issued }")
	includeInEdition   = mutation("includeInEdition", "edition { readiness { candidates included } }")
	excludeFromEdition = mutation("excludeFromEdition", "edition { readiness { candidates included } }")
	retireInEdition    = mutation("retireInEdition", "edition { readiness { retired } }")
	issueEdition       = mutation("issueEdition", "edition { issued decision decided nextDue onTime daysLate }")
	rescheduleVersion  = mutation("rescheduleVersion", "version { status effectiveEdition }")
	withdrawVersion    = mutation("withdrawVersion", "version { state status withdrawnFrom withdrawnReason replacement { key number } }")
)

// mutation is the document of a mutation, whose input is the variable in.
func mutation(verb, fields string) string {
	return "mutation($in: " + strings.ToUpper(verb[:1]) + verb[1:] + "Input!) { " + verb + "(input: $in) { " + fields + " } }"
}

// text is a unit of a version in its languages.
type text struct {
	id, role string
	in       map[string]string
	pillar   string
	audience string
}

// five says the same in the source language and the four key languages.
func five(vi, en, zh, ja, ko string) map[string]string {
	return map[string]string{"vi": vi, "en": en, "zh": zh, "ja": ja, "ko": ko}
}

// sampleName is the title that says that something is a sample.
func sampleName() text {
	return text{id: "name", role: "NAME", in: five("Mẫu đề xuất", "Sample proposal", "样本提案", "提案見本", "견본 제안")}
}

// saying is the content of the texts, without those in some languages.
func saying(texts []text, without ...string) vars {
	var units []any
	for _, t := range texts {
		unit := vars{"id": t.id, "role": t.role}
		var list []any
		for _, l := range []string{"vi", "en", "zh", "ja", "ko"} {
			if s, there := t.in[l]; there && !slices.Contains(without, l) {
				list = append(list, vars{"locale": l, "text": s})
			}
		}
		unit["texts"] = list
		if t.pillar != "" {
			unit["pillar"] = t.pillar
		}
		if t.audience != "" {
			unit["audience"] = t.audience
		}
		units = append(units, unit)
	}
	return vars{"units": units}
}

// inLocale are the texts in one language, as translateVersion takes them.
func inLocale(texts []text, l string) []any {
	var out []any
	for _, t := range texts {
		out = append(out, vars{"unit": t.id, "text": t.in[l]})
	}
	return out
}

// registerAndDraft begins the first version of an item.
func (w *world) registerAndDraft(who, key, kind string, content vars) {
	w.t.Helper()
	w.must(who, registerItem, vars{"in": vars{"key": key, "kind": kind}})
	w.must(who, draftVersion, vars{"in": vars{"key": key, "content": content}})
}

// of names a version for a mutation, with more of its input.
func of(key string, version int, more ...any) vars {
	in := vars{"key": key, "version": version}
	for i := 0; i+1 < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// signedByRow3 lets all agencies of row 3 sign, the lead last.
func (w *world) signedByRow3(key string, version int) response {
	w.t.Helper()
	for _, who := range []string{"foreign", "culture", "press"} {
		w.must(who, sign, of(key, version))
	}
	return w.must("lead", sign, of(key, version))
}

// sloganInForce registers a slogan, and brings its first version to be in force.
func (w *world) sloganInForce(key string, content vars) {
	w.t.Helper()
	w.registerAndDraft("author", key, "SLOGAN", content)
	w.must("author", submit, of(key, 1))
	w.signedByRow3(key, 1)
}

// refusal is something that somebody may not do.
type refusal struct {
	name, who, query   string
	in                 vars
	code, reason, atIt string // field; empty: not looked at
}

// refused tries each, and sees that it is refused and that nothing is written.
func (w *world) refused(tests ...refusal) {
	w.t.Helper()
	for _, test := range tests {
		before := w.head()
		r := w.ask(test.who, test.query, test.in)
		if r.code() != test.code || r.reason() != test.reason || test.atIt != "" && r.field() != test.atIt {
			w.t.Errorf("%s: %.500s, want %s %s %s", test.name, r.raw, test.code, test.reason, test.atIt)
		}
		if w.head() != before {
			w.t.Errorf("%s: something was written", test.name)
		}
	}
}

// want compares what was answered.
func (w *world) want(what, got, want string) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// days lets some days pass.
func (w *world) days(n int) { w.pass(time.Duration(n) * 24 * time.Hour) }

// nine is the instant of nine in the morning on a day in Hải Phòng.
func nine(day string) string { return day + "T02:00:00Z" }

// queue is what waits for an agency: key, number, step, since, due, days overdue.
func (w *world) queue(agency string) string {
	w.t.Helper()
	r := w.must("auditor", `query($agency: String) { reviewQueue(agency: $agency) { edges { node { key number step since due daysOverdue } } } }`, vars{"agency": agency})
	return r.rows("reviewQueue.edges", "node.key", "node.number", "node.step", "node.since", "node.due", "node.daysOverdue")
}

// wait is a row of a queue.
func wait(key string, version int, step, since, due string, overdue int) string {
	return strings.Join([]string{key, strconv.Itoa(version), step, nine(since), due, strconv.Itoa(overdue)}, " ")
}
