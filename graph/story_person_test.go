package graph_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/people"
	"signet/internal/people/peopletest"
)

var (
	setPerson      = mutation("setPerson", "member { id name mail }")
	requestErasure = mutation("requestErasure", "position erasure { person basis requester agency erased }")
	confirmErasure = mutation("confirmErasure", "position complete erasure { person erased }")
	cancelErasure  = mutation("cancelErasure", "person position")
)

const (
	whoIsThere = `{ agency(key: "press") { members { edges { node { id name mail } } } } }`
	myName     = `{ viewer { member name mail } }`
	openOnes   = `{ erasures(open: true) { edges { node { person } } } }`
)

// called says who a member is.
func called(agency, who, name, mail string) vars {
	return vars{"in": vars{"agency": agency, "member": idOf(who).String(), "name": name, "mail": mail}}
}

func erasing(who string, more ...string) vars {
	in := vars{"person": idOf(who).String()}
	for i := 0; i+1 < len(more); i += 2 {
		in[more[i]] = more[i+1]
	}
	return vars{"in": in}
}

func TestWhoMayKnowAName(t *testing.T) {
	w := newWorld(t)
	binh := peopletest.Binh
	for _, who := range everybody {
		if who != "" && who != "press" && who != "admin" {
			r := w.ask(who, setPerson, called("press", "press", "x", ""))
			if r.code() != "FORBIDDEN" {
				t.Errorf("%s says who another one is: %s", who, r.raw)
			}
		}
	}
	w.must("press", setPerson, called("press", "press", binh.Name, binh.Mail))
	w.must("admin", setPerson, called("press", "designer", "Ngô Văn Độ", ""))
	if r := w.must("designer", myName, nil); r.at("viewer.name") != "Ngô Văn Độ" || r.at("viewer.mail") != nil {
		t.Error(r.raw)
	}
	if r := w.must("lan", myName, nil); r.at("viewer.name") != nil || r.at("viewer.member") == nil {
		t.Error(r.raw)
	}
	for _, who := range everybody {
		r := w.ask(who, whoIsThere, nil)
		sees := strings.Contains(r.raw, binh.Name) && strings.Contains(r.raw, binh.Mail)
		if may := who == "admin" || who == "auditor"; sees != may {
			t.Errorf("%q sees the name: %t", who, sees)
		}
	}
	// A member's own answer comes without the permission to read members.
	if r := w.must("press", setPerson, called("press", "press", binh.Name, binh.Mail)); r.at("setPerson.member.name") != binh.Name {
		t.Error(r.raw)
	}
}

func TestANameIsAskedForOnceForAPage(t *testing.T) {
	w := newWorld(t)
	w.must("admin", setPerson, called("press", "press", "Một", "mot@x.example"))
	w.must("admin", setPerson, called("press", "designer", "Hai", "hai@x.example"))
	before := w.persons.Gets()
	if r := w.must("admin", whoIsThere, nil); len(r.Data) == 0 {
		t.Fatal(r.raw)
	}
	if asked := w.persons.Gets() - before; asked > 2 { // names, and addresses
		t.Errorf("the store was asked %d times", asked)
	}
	// An answer with a name is never given again from what was kept.
	w.must("press", setPerson, called("press", "press", "Ba", ""))
	if r := w.must("admin", whoIsThere, nil); !strings.Contains(r.raw, `"Ba"`) || strings.Contains(r.raw, "Một") {
		t.Error(r.raw)
	}
}

func TestWhatSetPersonRefuses(t *testing.T) {
	w := newWorld(t)
	for title, c := range map[string]struct {
		in            vars
		reason, field string
	}{
		"a name of two lines":         {called("press", "press", "a\nb", ""), "invalid_name", "name"},
		"an address with a name":      {called("press", "press", "", "A <a@x.example>"), "invalid_mail", "mail"},
		"nobody":                      {called("press", "lan", "x", ""), "unknown_member", "member"},
		"a member who has no id":      {vars{"in": vars{"agency": "press", "member": "x", "name": "x", "mail": ""}}, "invalid_id", "member"},
		"an agency that is not there": {called("x", "press", "x", ""), "unknown_member", "member"},
	} {
		t.Run(title, func(t *testing.T) {
			if r := w.ask("admin", setPerson, c.in); r.reason() != c.reason || r.field() != c.field {
				t.Error(r.raw)
			}
		})
	}
}

func TestAnErasureFromTheRequestToTheEnd(t *testing.T) {
	w := newWorld(t)
	w.join([]member{{"second", "foreign", []domain.Role{domain.RoleAdmin}, nil}})
	tell(w, domain.Agencies, domain.AddMember{Agency: "foreign", Member: idOf("press"), Roles: []domain.Role{domain.RoleDesigner}})
	binh := peopletest.Binh
	binh.ID = idOf("press")
	peopletest.Fill(t, w.persons, binh)
	if r := w.must("admin", whoIsThere, nil); !strings.Contains(r.raw, binh.Name) {
		t.Fatal(r.raw)
	}

	if r := w.ask("admin", requestErasure, vars{"in": vars{"person": uuid.NewString(), "basis": "UNLAWFUL"}}); r.reason() != "unknown_person" || r.code() != "NOT_FOUND" {
		t.Error(r.raw)
	}
	if r := w.ask("admin", confirmErasure, erasing("press")); r.reason() != "no_erasure_requested" {
		t.Error(r.raw)
	}
	r := w.must("admin", requestErasure, erasing("press", "basis", "ASKED_BY_PERSON"))
	if r.at("requestErasure.erasure.requester") != idOf("admin").String() || r.at("requestErasure.erasure.agency") != "culture" || r.at("requestErasure.erasure.erased") != nil {
		t.Error(r.raw)
	}
	w.must("second", cancelErasure, erasing("press"))
	if r := w.must("auditor", openOnes, nil); r.rows("erasures.edges", "node.person") != "" {
		t.Error(r.raw)
	}
	w.must("admin", requestErasure, erasing("press", "basis", "LEFT_SERVICE"))
	if r := w.must("auditor", openOnes, nil); r.rows("erasures.edges", "node.person") != binh.ID.String() {
		t.Error(r.raw)
	}
	if r := w.ask("admin", confirmErasure, erasing("press")); r.reason() != "self_confirmation" || r.code() != "FORBIDDEN" {
		t.Error(r.raw)
	}
	if r := w.must("press", myName, nil); r.at("viewer.name") != binh.Name {
		t.Errorf("gone before it was confirmed: %s", r.raw)
	}
	if r := w.must("second", confirmErasure, erasing("press")); r.at("confirmErasure.complete") != true || r.at("confirmErasure.erasure.erased") == nil {
		t.Error(r.raw)
	}
	erasedFromTheWorld(t, w, binh)
}

// erasedFromTheWorld sees that the member press is nobody any more.
func erasedFromTheWorld(t *testing.T, w *world, binh people.Person) {
	t.Helper()
	for _, agency := range []string{"press", "foreign"} {
		// The same request as before: it must not be answered from what was kept.
		r := w.must("admin", strings.Replace(whoIsThere, "press", agency, 1), nil)
		for _, trace := range append(peopletest.Traces(binh), binh.ID.String()) {
			if strings.Contains(r.raw, trace) {
				t.Errorf("%q is in %s", trace, r.raw)
			}
		}
	}
	if r := w.must("second", confirmErasure, erasing("press")); r.at("confirmErasure.complete") != true {
		t.Errorf("a second time: %s", r.raw)
	}
	if r := w.ask("admin", requestErasure, erasing("press", "basis", "UNLAWFUL")); r.reason() == "" {
		t.Errorf("an erased person is erased again: %s", r.raw)
	}
}
