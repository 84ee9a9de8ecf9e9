package graph_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/node"
	"signet/graph/rules"
	"signet/internal/people"
)

// matrix is a world in which there is something for everybody, of the agency press
// and of another one, to see and not to see.
type matrix struct {
	*world

	ids map[string]string // of what is looked up
}

// What is written into the world, and for whom. No other text holds one of them.
const (
	markOpen      = "biển-mở"
	markOld       = "cũ-đã-thay"
	markDraft     = "bản-nháp-kín"
	markTitle     = "tên-bản-nháp"
	markHidden    = "kín-mà-có-hiệu-lực"
	markSoon      = "sắp-có-hiệu-lực"
	markComment   = "lời-góp-ý"
	markRecusal   = "lý-do-xin-miễn"
	markOurUse    = "nơi-dùng-của-press"
	markOtherUse  = "nơi-dùng-của-foreign"
	markOurHook   = "hooks.press.example"
	markOtherHook = "hooks.foreign.example"
	markOurSite   = "trang-của-press"
	markOtherSite = "trang-của-foreign"
	markOurSign   = "press-ủy-quyền"
	markOtherSign = "culture-ủy-quyền"
	markOurName   = "Tên Của Mình"
	markOtherName = "Tên Của Mai"
	markAudit     = "kiểm-tra-chỉ-foreign"
)

// secrets are what is written into the world, and who may read it anywhere. Whom the
// first step takes finds it, from somewhere.
var secrets = map[string]rules.Steps{
	markDraft:      {{Can: domain.ReadUnapproved, Sight: rules.Sees}, {}},
	markTitle:      {{Can: domain.ReadUnapproved, Sight: rules.Sees}, {}},
	markComment:    {{Can: domain.ReadUnapproved, Sight: rules.Sees}, {}},
	markRecusal:    {{Can: domain.ReadUnapproved, Sight: rules.Sees}, {}},
	markHidden:     {{Can: domain.ReadApproved, Sight: rules.Sees}, {}},
	markSoon:       {{Can: domain.ReadApproved, Sight: rules.Sees}, {}},
	markOld:        {{Can: domain.ReadApproved, Sight: rules.Sees}, {}},
	markOpen:       {{Sight: rules.Sees}},
	markOtherUse:   {{Can: domain.ReadAllUsage, Sight: rules.Sees}, {}},
	markOurUse:     {{Can: domain.ReadUsage, Sight: rules.Sees}, {}},
	markOtherSite:  {{Can: domain.ReadAllUsage, Sight: rules.Sees}, {}},
	markOurSite:    {{Can: domain.ReadUsage, Sight: rules.Sees}, {}},
	markAudit:      {{Can: domain.ReadAllUsage, Sight: rules.Sees}, {}},
	markOtherHook:  {{Can: domain.ManageWebhooks, OfOthers: true, Sight: rules.Sees}, {}},
	markOurHook:    {{Can: domain.ManageWebhooks, Sight: rules.Sees}, {}},
	markOtherSign:  {{Can: domain.ReadMembers, Sight: rules.Sees}, {}},
	markOtherName:  {{Can: domain.ReadMembers, Sight: rules.Sees}, {}},
	"LEFT_SERVICE": {{Can: domain.ReadMembers, Sight: rules.Sees}, {}},
	// The key of what is hidden is also what replaces something public.
	`"closed"`: {{Can: domain.ReadApproved, Sight: rules.Sees}, {}},
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{newWorld(t), map[string]string{}}
	for _, c := range callers() {
		if c.asker.Known && c.asker.Scopes == nil && len(c.asker.Roles) == 1 {
			var locales []domain.Locale
			if c.asker.Roles.Has(domain.RoleTranslator) {
				locales = []domain.Locale{"ja"}
			}
			m.join([]member{{c.name, "press", c.asker.Roles, locales}})
		}
	}
	m.join([]member{{"the delegate", "press", []domain.Role{domain.RoleDesigner}, nil}})
	m.limit("the admin", "press", "the limited", "people.write.own", "read.approved", "read.usage")
	m.versions()
	m.standing()
	m.uses()
	m.audits()
	return m
}

// versions are public, hidden, superseded, scheduled, withdrawn and unapproved ones.
func (m *matrix) versions() {
	m.inForce("open-sea", markOld, "旧")
	m.pass(time.Hour)
	m.inForce("open-sea", markOpen, "海")
	m.must("lan", draftVersion, vars{"in": vars{"key": "open-sea", "content": slogan(markDraft, "秘")}})
	m.must("lan", submitVersion, of("open-sea", 3))
	m.must("both", recuse, of("open-sea", 3, "reason", markRecusal))
	m.must("lan", comment, of("open-sea", 3, "text", markComment))
	for _, key := range []string{"hidden", "closed"} {
		m.must("lan", registerItem, vars{"in": vars{"key": key, "kind": "SLOGAN", "public": false}})
	}
	m.must("lan", draftVersion, vars{"in": vars{"key": "hidden", "content": titled(slogan(markDraft, "秘"), markTitle, markTitle)}})
	m.inForce("closed", markHidden, "閉")
	m.inForce("gone", "đã-thu-hồi", "去")
	m.must("lan", registerItem, vars{"in": vars{"key": "recused", "kind": "SLOGAN"}})
	m.must("lan", draftVersion, vars{"in": vars{"key": "recused", "content": slogan("được-xin-miễn", "海")}})
	m.must("lan", submitVersion, of("recused", 1))
	m.must("both", recuse, of("recused", 1, "reason", markRecusal))
	m.must("minh", signVersion, of("recused", 1))
	m.must("hoa", signVersion, of("recused", 1))
	m.inForce("next", "Biển nay", "海")
	m.must("lan", draftVersion, vars{"in": vars{"key": "next", "content": slogan("Biển sau", "次")}})
	m.must("lan", submitVersion, of("next", 2, "effective", vars{"at": m.clock().AddDate(0, 1, 0)}))
	m.must("minh", signVersion, of("next", 2))
	m.must("hoa", signVersion, of("next", 2))
	m.must("lan", registerItem, vars{"in": vars{"key": "soon", "kind": "SLOGAN"}})
	m.must("lan", draftVersion, vars{"in": vars{"key": "soon", "content": slogan(markSoon, "近")}})
	m.must("lan", submitVersion, of("soon", 1, "effective", vars{"at": m.clock().AddDate(0, 1, 0)}))
	m.must("minh", signVersion, of("soon", 1))
	m.must("hoa", signVersion, of("soon", 1))
	m.must("admin", openEdition, edition(1, "2027-07-31"))
	m.must("lan", registerItem, vars{"in": vars{"key": "later", "kind": "SLOGAN"}})
	m.must("lan", draftVersion, vars{"in": vars{"key": "later", "content": slogan(markDraft, "後")}})
	m.must("lan", submitVersion, of("later", 1, "effective", vars{"edition": 1}))
	body := vars{"id": "body", "role": "BODY", "texts": []any{vars{"locale": "vi", "text": "Kính gửi"}}}
	name := vars{"id": "name", "role": "NAME", "texts": []any{vars{"locale": "vi", "text": "Thư"}}}
	m.must("lan", registerItem, vars{"in": vars{"key": "hidden-letter", "kind": "TEMPLATE", "public": false}})
	m.must("lan", draftVersion, vars{"in": vars{"key": "hidden-letter", "content": vars{"units": []any{name, body}}}})
	m.must("lan", submitVersion, of("hidden-letter", 1))
	m.must("minh", signVersion, of("hidden-letter", 1))
	m.must("hoa", signVersion, of("hidden-letter", 1))
	m.must("admin", openEdition, edition(2, "2029-07-31"))
	m.must("lan", registerItem, vars{"in": vars{"key": "letter", "kind": "TEMPLATE"}})
	m.must("lan", draftVersion, vars{"in": vars{"key": "letter", "content": vars{"units": []any{name, body}}}})
	m.must("lan", submitVersion, of("letter", 1, "effective", vars{"edition": 2}))
	m.must("minh", signVersion, of("letter", 1))
	m.must("hoa", signVersion, of("letter", 1))
	m.must("admin", includeInEdition, vars{"in": vars{"number": 2, "key": "letter", "version": 1}})
	m.must("admin", issueEdition, vars{"in": vars{"number": 2, "decision": "hai/QĐ", "decided": m.clock().Format(time.DateOnly)}})
	for step, item := range map[string]string{"Version 0": "hidden/1", "Version 1": "open-sea/1", "Version 2": "open-sea/2", "no Version": "open-sea/99"} {
		m.ids[step] = node.ID(node.Version, item)
	}
	for step, item := range map[string]string{"Item 0": "closed", "Item 1": "open-sea", "no Item": "nothing"} {
		m.ids[step] = node.ID(node.Item, item)
	}
	m.ids["Edition 0"], m.ids["Edition 1"], m.ids["no Edition"] = node.ID(node.Edition, "1"), node.ID(node.Edition, "2"), node.ID(node.Edition, "9")
	m.ids["Agency 0"], m.ids["no Agency"] = node.ID(node.Agency, "culture"), node.ID(node.Agency, "nothing")
}

// standing is who is there, by which name, and who signs for whom.
func (m *matrix) standing() {
	until := m.clock().AddDate(0, 1, 0).Format(time.RFC3339)
	for who, agency := range map[string]string{"the reviewer": "press", "minh": "culture"} {
		reason := map[string]string{"press": markOurSign, "culture": markOtherSign}[agency]
		m.must(who, delegateSigning, vars{"in": vars{"agency": agency, "member": idOf("the delegate").String(), "memberAgency": "press", "until": until, "reason": reason}})
	}
	m.named("mai", markOtherName)
	for _, c := range callers() {
		m.named(c.name, markOurName)
		m.watching(c.name, "soon", people.WholeKit)
	}
	tell(m.world, domain.Persons, domain.RequestErasure{Person: idOf("mai"), Basis: domain.LeftService})
}

func (m *matrix) named(who, name string) {
	m.t.Helper()
	if err := m.persons.Put(context.Background(), people.Person{ID: idOf(who), Name: name, Mail: "a@example.vn"}); err != nil {
		m.t.Fatal(err)
	}
}

func (m *matrix) watching(who string, all ...string) {
	m.t.Helper()
	for _, what := range all {
		if err := m.persons.Watch(context.Background(), idOf(who), what); err != nil {
			m.t.Fatal(err)
		}
	}
}

// uses are declared, downloaded and told by webhooks, by press and by foreign, of what
// is withdrawn then.
func (m *matrix) uses() {
	for _, of := range []struct{ agency, place, hook string }{{"press", markOurUse, markOurHook}, {"foreign", markOtherUse, markOtherHook}} {
		use, hook := uuid.NewSHA1(uuid.Nil, []byte(of.place)), uuid.NewSHA1(uuid.Nil, []byte(of.hook))
		tell(m.world, domain.Uses, domain.DeclareUse{Use: use, Agency: of.agency, Item: "gone", Version: 1, Channel: "portal", Place: of.place})
		tell(m.world, domain.Uses, domain.DeclareUse{Use: uuid.New(), Agency: of.agency, Item: "open-sea", Version: 2, Channel: "portal", Place: of.place})
		tell(m.world, domain.DownloadLog, domain.RecordDownload{
			Agency: of.agency, Month: m.clock(), Item: "gone", Version: 1, Digest: fmt.Sprintf("%064d", len(of.agency)), Channel: "portal",
		})
		tell(m.world, domain.Webhooks, domain.RegisterWebhook{Webhook: hook, Agency: of.agency, URL: "https://" + of.hook + "/", Topics: []domain.Topic{domain.TopicOverdue}})
		m.ids["webhook of "+of.agency], m.ids["use id of "+of.agency] = hook.String(), node.ID(node.Use, use.String())
	}
	m.days(1)
	m.must("minh", withdrawVersion, of("gone", 1, "reason", "sai", "replacement", vars{"key": "closed", "number": 1}))
	m.days(2)
	nothing := uuid.NewSHA1(uuid.Nil, []byte("nothing")).String()
	m.ids["no webhook"], m.ids["no use id"], m.ids["no finding"] = nothing, node.ID(node.Use, nothing), nothing
	m.ids["DeclaredUse 0"], m.ids["DeclaredUse 1"], m.ids["no DeclaredUse"] = m.ids["use id of foreign"], m.ids["use id of press"], m.ids["no use id"]
	for step, of := range map[string]string{"Webhook 0": "webhook of foreign", "Webhook 1": "webhook of press", "no Webhook": "no webhook"} {
		m.ids[step] = node.ID(node.Webhook, m.ids[of])
	}
}

// audits are one of both agencies, with a finding at each, and one of foreign alone.
func (m *matrix) audits() {
	site := func(agency string) vars {
		return vars{"address": "https://" + agency + ".example", "agency": agency, "channel": "web"}
	}
	plan := func(title string, sites ...any) string {
		return m.must("auditor", planAudit, vars{"in": vars{
			"titles": []any{vars{"locale": "vi", "text": title}}, "due": "2026-12-31", "scope": vars{"sites": sites},
		}}).at("planAudit.audit.audit").(string)
	}
	both, other := plan("kiểm-tra-chung", site("press"), site("foreign")), plan(markAudit, site("foreign"))
	for i, agency := range []string{"press", "foreign"} {
		found := oldSlogan(map[string]string{"press": markOurSite, "foreign": markOtherSite}[agency])
		found["key"] = "open-sea"
		m.must("auditor", reportAudit, reportOn(both, strconv.Itoa(i+1), "https://"+agency+".example", vars{"findings": []any{found}, "complete": true}))
	}
	list := m.must("auditor", `{ findings { edges { node { id finding site { agency } } } } }`, nil)
	for i := range 2 {
		at := fmt.Sprintf("findings.edges.%d.node.", i)
		agency := list.at(at + "site.agency").(string)
		m.ids["finding of "+agency] = list.at(at + "finding").(string)
		m.ids["Finding "+map[string]string{"press": "1", "foreign": "0"}[agency]] = list.at(at + "id").(string)
	}
	m.ids["no Finding"] = node.ID(node.Finding, m.ids["no finding"])
	m.ids["audit 0"], m.ids["audit 1"], m.ids["no audit"] = other, both, m.ids["no finding"]
	for which, from := range map[string]string{"Audit 0": "audit 0", "Audit 1": "audit 1", "no Audit": "no audit"} {
		m.ids[which] = node.ID(node.Audit, m.ids[from])
	}
}
