package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/testneeds"
	"signet/projections"
)

// handOn makes a link as somebody with a role, and returns where it leads to.
func (r *registry) handOn(role domain.Role, body string) (answer, *url.URL) {
	r.t.Helper()
	a := r.ask("POST", "/links", role, strings.NewReader(body))
	var made struct {
		URL   string
		Until time.Time
	}
	if a.status != http.StatusCreated {
		return a, nil
	}
	if err := json.Unmarshal(a.body, &made); err != nil {
		r.t.Fatal(err)
	}
	u, err := url.Parse(made.URL)
	if err != nil || r.url+u.RequestURI() != made.URL || !made.Until.After(time.Now()) {
		r.t.Fatalf("%s until %s, %v", made.URL, made.Until, err)
	}
	return a, u
}

func TestALinkIsHandedOn(t *testing.T) {
	testneeds.PlainInCI(t)
	r := newRegistry(t).follow().withSample()
	address := "/files/logo-sample/current/" + logoFile
	_, u := r.handOn(domain.RoleAgency, fmt.Sprintf(`{"address": %q, "days": 3}`, address+"?width=64&channel=print"))
	before := r.downloads()
	printer := r.ask("GET", u.RequestURI(), "", nil)
	own := r.ask("GET", address+"?width=64&channel=print", domain.RoleAgency, nil)
	if printer.status != 200 || !bytes.Equal(printer.body, own.body) || printer.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("the printer is sent %d, %d bytes, %v; the agency %d bytes", printer.status, len(printer.body), printer.header, len(own.body))
	}
	if got := r.downloads() - before; got != 2 {
		t.Errorf("%d downloads are the agency's", got)
	}
	bent := *u
	q := bent.Query()
	q.Set("width", "128")
	bent.RawQuery = q.Encode()
	if a := r.ask("GET", bent.RequestURI(), "", nil); a.status != 403 || a.problem() != "FORBIDDEN invalid_link" {
		t.Errorf("another size: %d %s", a.status, a.problem())
	}
	if a := r.ask("GET", "/reports?"+u.RawQuery, "", nil); a.status == 200 {
		t.Errorf("a link opens the reports: %d", a.status)
	}
	_, kit := r.handOn(domain.RoleDesigner, `{"address": "/kit.zip?kind=logo"}`)
	if a := r.ask("GET", kit.RequestURI(), "", nil); a.status != 200 || !archivedOrNot(a.body) {
		t.Errorf("the kit: %d", a.status)
	}
}

// A link is worth no more than who made it: when they may not download any more, nor
// may who has it.
func TestALinkEndsWithItsMaker(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	_, u := r.handOn(domain.RoleAgency, `{"address": "/kit.zip"}`)
	members, err := r.views.Members(t.Context(), "so-ngoai-vu", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(members, func(m *projections.Member) bool { return slices.Equal(m.Roles, domain.Roles{domain.RoleAgency}) })
	for _, c := range []domain.Command[domain.Agency]{
		domain.ChangeMemberRoles{Agency: "so-ngoai-vu", Member: members[at].ID, Roles: domain.Roles{domain.RoleTranslator}, Locales: []domain.Locale{"ja"}},
		domain.RemoveMember{Agency: "so-ngoai-vu", Member: members[at].ID},
	} {
		if err := r.views.WaitFor(t.Context(), r.run(c)); err != nil {
			t.Fatal(err)
		}
		if a := r.ask("GET", u.RequestURI(), "", nil); a.status != 403 || a.problem() != "FORBIDDEN link_ended" {
			t.Errorf("after %T: %d %s", c, a.status, a.problem())
		}
	}
}

func TestWhatNoLinkIsMadeOf(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for _, c := range []struct {
		name string
		role domain.Role
		body string
		want string
	}{
		{"nobody", "", `{"address": "/kit.zip"}`, "401 UNAUTHENTICATED unauthenticated"},
		{"who may not download", domain.RoleTranslator, `{"address": "/kit.zip"}`, "403 FORBIDDEN not_permitted"},
		{"no JSON", domain.RoleAgency, `address`, "400 BAD_USER_INPUT invalid_json"},
		{"something else", domain.RoleAgency, `{"place": "/kit.zip"}`, "400 BAD_USER_INPUT invalid_json"},
		{"another site", domain.RoleAgency, `{"address": "https://example.com/kit.zip"}`, "400 BAD_USER_INPUT invalid_address address"},
		{"something that is no download", domain.RoleAgency, `{"address": "/reports"}`, "400 BAD_USER_INPUT invalid_address address"},
		{"what is only to be looked at", domain.RoleAgency, `{"address": "` + logo("1") + `?width=200&preview=1"}`, "400 BAD_USER_INPUT invalid_address address"},
		{"a way around", domain.RoleAgency, `{"address": "/files/../reports"}`, "400 BAD_USER_INPUT invalid_address address"},
		{"a file that is not there", domain.RoleAgency, `{"address": "/files/logo-sample/current/none.svg"}`, "404 NOT_FOUND unknown_file"},
		{"a draft", domain.RoleAuthor, `{"address": "/files/logo-sample/99/none.svg"}`, "404 NOT_FOUND unknown_file"},
		{"a size that there is not", domain.RoleAgency, `{"address": "/files/logo-sample/current/a.svg?width=-1"}`, "400 BAD_USER_INPUT invalid_spec width"},
		{"a kit that there is not", domain.RoleAgency, `{"address": "/kit.zip?kind=song"}`, "400 BAD_USER_INPUT unknown_kind kind"},
		{"a year", domain.RoleAgency, `{"address": "/kit.zip", "days": 365}`, "400 BAD_USER_INPUT invalid_lifetime days"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, _ := r.handOn(c.role, c.body)
			if got := fmt.Sprint(a.status, " ", a.problem()); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}
