package server_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/testneeds/browser"
)

func TestFirstLogin(t *testing.T) {
	r := newRegistry(t).follow()
	// An administrator without a token, as a kit brings them, can't come in.
	r.run(domain.RegisterAgency{Key: "so-ngoai-vu", Name: domain.Texts{"vi": "Sở Ngoại vụ"}})
	if err := r.views.WaitFor(context.Background(), r.run(domain.AddMember{Agency: "so-ngoai-vu", Member: uuid.New(), Roles: []domain.Role{domain.RoleAdmin}})); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	form := func(code string) answer {
		t.Helper()
		body := url.Values{"code": {code}, "key": {"ban-tuyen-giao"}, "name_vi": {"Ban Tuyên giáo"}}.Encode()
		return r.ask("POST", "/first-login", "", strings.NewReader(body), "Content-Type", "application/x-www-form-urlencoded")
	}
	if a := form(""); a.status != http.StatusForbidden {
		t.Errorf("before there is a code: %d", a.status)
	}
	code, ok, err := r.server.FirstLogin(ctx)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for range 4 {
		if a := form("wrong"); a.status != http.StatusForbidden {
			t.Errorf("%d", a.status)
		}
	}
	if a := r.ask("GET", "/first-login?code="+code, "", nil); a.status != 200 || !strings.Contains(string(a.body), code) || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", a.status, a.header)
	}
	refused := r.ask("POST", "/first-login", "", strings.NewReader(url.Values{"code": {code}, "key": {"No Key"}, "name_vi": {"x"}}.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if refused.status != http.StatusBadRequest {
		t.Errorf("a key that is none: %d", refused.status)
	}
	a := form(code)
	secret := regexp.MustCompile(`signet_\w+`).FindString(string(a.body))
	if a.status != 200 || secret == "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if !strings.Contains(string(a.body), `action="/session"`) {
		t.Error("the page does not lead on")
	}
	r.tokens[domain.RoleAdmin] = secret
	var data struct{ Viewer struct{ Agency string } }
	r.query(domain.RoleAdmin, `{ viewer { agency } }`, &data)
	if data.Viewer.Agency != "ban-tuyen-giao" {
		t.Errorf("%+v", data)
	}
	if a := form(code); a.status != http.StatusForbidden {
		t.Errorf("a second time: %d", a.status)
	}
	if _, ok, err := r.server.FirstLogin(ctx); ok || err != nil {
		t.Error("there is an administrator already")
	}
}

func TestFirstLoginEndsAfterFiveWrongCodes(t *testing.T) {
	r := newRegistry(t).follow()
	code, _, err := r.server.FirstLogin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		tried := "wrong"
		if i == 5 {
			tried = code
		}
		body := url.Values{"code": {tried}, "key": {"a"}, "name_vi": {"A"}}.Encode()
		if a := r.ask("POST", "/first-login", "", strings.NewReader(body), "Content-Type", "application/x-www-form-urlencoded"); a.status != http.StatusForbidden {
			t.Errorf("%d", a.status)
		}
	}
}

func TestReadiness(t *testing.T) {
	r := newRegistry(t)
	if a := r.ask("GET", "/healthz", "", nil); a.status != 200 {
		t.Errorf("%d", a.status)
	}
	if a := r.ask("GET", "/readyz", "", nil); a.status != 503 || a.problem() != "UNAVAILABLE catching_up" {
		t.Errorf("%d %s", a.status, a.body)
	}
	r.follow().withSample()
	if a := r.ask("GET", "/readyz", "", nil); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	for path, status := range map[string]int{"/nothing": 404, "/graphql/nothing": 404, "/files": 405} {
		if a := r.ask("GET", path, "", nil); a.status != status {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := r.ask("POST", "/", "", nil); a.status != 405 || a.header.Get("Allow") == "" {
		t.Errorf("%d", a.status)
	}
}

// pictures names the folder into which pictures of the pages are written, for a
// person to look at, and for the README.
const pictures = "SIGNET_PICTURES"

func TestPagesInABrowser(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	page := browser.Open(t, r.url+"/graphql", 1280, 800)
	execute := `document.querySelector(".graphiql-execute-button")`
	page.Wait(execute)
	page.Wait(`document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.operations?.length === 1`)
	page.Eval(execute+`.click()`, nil)
	page.Wait(`document.querySelector(".result-window")?.innerText.includes("ハイフォン、ともに大海原へ")`)
	keep(t, page, "explorer.png")
	for _, example := range []string{"Search", "Logo", "SlogansBefore"} {
		page.Eval(`document.querySelectorAll(".examples button")[`+map[string]string{"SlogansBefore": "1", "Search": "2", "Logo": "3"}[example]+`].click()`, nil)
		page.Wait(`document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.operations?.[0]?.name.value === "` + example + `"`)
		page.Eval(execute+`.click()`, nil)
		page.Wait(`document.querySelector(".result-window")?.innerText.includes('"edges"')`)
	}
	if problems := page.Problems(); len(problems) > 0 {
		t.Errorf("%q", problems)
	}
	home := browser.Open(t, r.url+"/", 900, 700)
	home.Wait(`document.querySelector("h1") && getComputedStyle(document.querySelector("main")).maxWidth !== "none"`)
	keep(t, home, "home.png")
	if problems := home.Problems(); len(problems) > 0 {
		t.Errorf("%q", problems)
	}
}

func keep(t *testing.T, page *browser.Page, name string) {
	t.Helper()
	if dir := os.Getenv(pictures); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), page.Screenshot(), 0o600); err != nil {
			t.Error(err)
		}
	}
}
