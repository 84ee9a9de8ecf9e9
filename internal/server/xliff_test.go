package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/xliff"
)

// act runs a command as somebody of an agency with a role, and waits for its effect.
func act[S any](r *registry, agency string, role domain.Role, d domain.Decider[S], c domain.Command[S]) eventlog.Position {
	r.t.Helper()
	actor := domain.Actor{Member: uuid.NewSHA1(uuid.Nil, []byte(agency+string(role))), Agency: agency, Roles: domain.Roles{role}}
	result, err := commands.Run(r.t.Context(), r.runner, d, c, commands.Request{Actor: actor})
	if err == nil {
		err = r.views.WaitFor(r.t.Context(), result.Position)
	}
	if err != nil {
		r.t.Fatalf("%T: %v", c, err)
	}
	return result.Position
}

// head is how long the log is: nothing was written if it stays.
func (r *registry) head() eventlog.Position {
	r.t.Helper()
	head, err := r.log.Head(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return head
}

const letter = "letter-to-try"

// body is what the letter says first; greeting what its subject does.
const (
	body     = "Kính gửi {{name}},\nHải Phòng chào {{name}}."
	greeting = "Thư mời {{name}}"
)

func letterOf(body string, ja string) domain.Content {
	texts := domain.Texts{"vi": body}
	if ja != "" {
		texts["ja"] = ja
	}
	return domain.Content{
		Units: []domain.Unit{
			{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Thư mẫu", "ja": "手紙"}},
			{ID: "subject", Role: domain.UnitSubject, Text: domain.Texts{"vi": greeting}},
			{ID: "body", Role: domain.UnitBody, Text: texts},
		},
		Placeholders: []domain.Placeholder{{Name: "name", Note: domain.Texts{"vi": "Người nhận"}, Example: "Bà An"}},
	}
}

// withLetter adds a draft of a template by so-ngoai-vu, of which the subject has no
// translation yet.
func (r *registry) withLetter() *registry {
	r.t.Helper()
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.RegisterItem{Key: letter, Kind: domain.Template})
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.DraftVersion{Key: letter, Content: letterOf(body, "{{name}}様、\n{{name}}へようこそ。")})
	return r
}

// export is the file of a version for a translator.
func (r *registry) export(path string) []byte {
	r.t.Helper()
	a := r.ask("GET", path, domain.RoleTranslator, nil)
	if a.status != http.StatusOK {
		r.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a.body
}

func (r *registry) send(role domain.Role, file []byte) answer {
	r.t.Helper()
	return r.ask("POST", "/xliff", role, bytes.NewReader(file), "Content-Type", "application/xliff+xml")
}

// says asks the API what the letter says in Japanese, unit by unit, as "state text".
func (r *registry) says() map[string]string {
	r.t.Helper()
	var data struct {
		Item struct {
			Version struct {
				Texts []struct{ Unit, Text, State string }
			}
		}
	}
	r.query(domain.RoleTranslator, `{ item(key: "`+letter+`") { version(number: 1) { texts(locale: "ja") { unit text state } } } }`, &data)
	out := map[string]string{}
	for _, t := range data.Item.Version.Texts {
		out[t.Unit] = strings.TrimSpace(t.State + " " + t.Text)
	}
	return out
}

func TestWhoMayNotTakeTextsOutOrIn(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	file := r.export("/xliff/" + letter + "/1/ja")
	before := r.head()
	for role, refused := range map[domain.Role]struct{ out, in string }{
		"":                    {"UNAUTHENTICATED unauthenticated", "UNAUTHENTICATED unauthenticated"},
		domain.RoleDesigner:   {"FORBIDDEN not_permitted", "FORBIDDEN not_permitted"},
		domain.RoleAgency:     {"FORBIDDEN not_permitted", "FORBIDDEN not_permitted"},
		domain.RoleReviewer:   {"none", "FORBIDDEN not_permitted"},
		domain.RoleAuditor:    {"none", "FORBIDDEN not_permitted"},
		domain.RoleAdmin:      {"none", "FORBIDDEN not_permitted"},
		domain.RoleAuthor:     {"none", "none"},
		domain.RoleTranslator: {"none", "none"},
	} {
		for _, path := range []string{"/xliff/" + letter + "/1/ja", "/xliff/slogan-open-sea/2/ja"} {
			if a := r.ask("GET", path, role, nil); a.problem() != refused.out || refused.out != "none" && bytes.Contains(a.body, []byte("{{name}}")) {
				t.Errorf("%s as %q: %d %s", path, role, a.status, a.body)
			}
		}
		if a := r.send(role, file); a.problem() != refused.in {
			t.Errorf("taken in from %q: %d %s", role, a.status, a.body)
		}
	}
	if r.head() != before {
		t.Error("something was written")
	}
}

func TestTheTextsOfASampleVersionAreTakenOutInBothFormats(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	const path = "/xliff/template-press-release/1/ja"
	for query, want := range map[string]struct {
		format xliff.Version
		media  string
	}{
		"":            {xliff.V21, "application/xliff+xml"},
		"?format=2.1": {xliff.V21, "application/xliff+xml"},
		"?format=1.2": {xliff.V12, "application/x-xliff+xml"},
	} {
		a := r.ask("GET", path+query, domain.RoleAuditor, nil)
		if a.status != http.StatusOK || a.header.Get("Content-Type") != want.media || a.header.Get("Cache-Control") != "private, no-store" ||
			!strings.Contains(a.header.Get("Content-Disposition"), `"template-press-release-1-ja.xlf"`) {
			t.Errorf("%s: %d %v", query, a.status, a.header)
		}
		if head := r.ask("HEAD", path+query, domain.RoleAuditor, nil); len(head.body) > 0 || head.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
			t.Errorf("its head: %v", head.header)
		}
		d, format, err := xliff.Read(bytes.NewReader(a.body))
		if err != nil || format != want.format || d.Item != "template-press-release" || d.Number != 1 || d.Source != "vi" || d.Target != "ja" {
			t.Fatalf("%s: %v, %s, %+v", query, err, format, d)
		}
		r.saysAsTheAPI(d)
	}
	var notes []string
	d, _, err := xliff.Read(bytes.NewReader(r.export(path)))
	for _, u := range d.Units {
		notes = append(notes, u.Notes...)
	}
	if all := strings.Join(notes, "\n"); err != nil || !strings.Contains(all, "role: subject") || !strings.Contains(all, "{{event_name}}: Tên sự kiện (Festival Hoa Phượng Đỏ)") {
		t.Errorf("a translator is not told what the texts are for: %s, %v", all, err)
	}
}

// saysAsTheAPI compares a file with what the API says of its version.
func (r *registry) saysAsTheAPI(d xliff.Document) {
	r.t.Helper()
	var data struct {
		Item struct {
			Version struct {
				Texts []struct{ Unit, Text, Source, State string }
			}
		}
	}
	r.query(domain.RoleAuditor, fmt.Sprintf(`{ item(key: %q) { version(number: %d) { texts(locale: %q) { unit text source state } } } }`, d.Item, d.Number, d.Target), &data)
	texts := data.Item.Version.Texts
	if len(texts) == 0 || len(texts) != len(d.Units) {
		r.t.Fatalf("%d units, the API has %d", len(d.Units), len(texts))
	}
	for i, u := range d.Units {
		if got := [4]string{u.ID, u.Target, u.Source, strings.ToUpper(string(u.State))}; got != [4]string{texts[i].Unit, texts[i].Text, texts[i].Source, texts[i].State} {
			r.t.Errorf("the file says %q, the API %q", got, texts[i])
		}
	}
}

func TestWhatCanNotBeTakenOutIsNamed(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	for path, want := range map[string]string{
		"/xliff/nothing/1/ja":                    "404 NOT_FOUND unknown_item item",
		"/xliff/slogan-open-sea/99/ja":           "404 NOT_FOUND unknown_version version",
		"/xliff/slogan-open-sea/0/ja":            "404 NOT_FOUND unknown_version version",
		"/xliff/slogan-open-sea/two/ja":          "404 NOT_FOUND unknown_version version",
		"/xliff/slogan-open-sea/2/tlh!":          "400 BAD_USER_INPUT unknown_locale locale",
		"/xliff/slogan-open-sea/2/vi":            "400 BAD_USER_INPUT source_locale locale",
		"/xliff/slogan-open-sea/2/ja?format=3.0": "400 BAD_USER_INPUT unknown_format format",
	} {
		if a := r.ask("GET", path, domain.RoleTranslator, nil); fmt.Sprint(a.status, " ", a.problem()) != want {
			t.Errorf("%s: %d %s, want %s", path, a.status, a.body, want)
		}
	}
	if a := r.ask("GET", "/xliff/slogan-open-sea/2/fr", domain.RoleTranslator, nil); a.status != http.StatusOK {
		t.Errorf("into a language that has nothing yet: %d %s", a.status, a.body)
	}
}

// written is what an import answers.
type written struct {
	Item     string
	Version  int
	Locale   string
	Written  int
	Position eventlog.Position
}

func (a answer) written(t *testing.T) (w written) {
	t.Helper()
	if err := json.Unmarshal(a.body, &w); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return w
}
