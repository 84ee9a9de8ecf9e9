package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

// page writes a page into the folder of a site.
func page(t *testing.T, dir, name, body string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("<!DOCTYPE html><meta charset=utf-8><title>x</title>"+body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// From what an agency uses to a finding of an audit, its picture, and what is gone at
// the next look.
func TestWhatIsUsedIsCheckedAndReported(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	tokens := tokensOf(t, dir)
	auditor := tokens["SIGNET_AUDITOR"]
	words := p.ask(auditor, `{ approved(key: "slogan-open-sea") { edges { node { text(locale: "vi") } } } }`, nil).text("approved.edges.0.node.text")
	// The demo's slogan has a first version that was replaced.
	before := p.ask(auditor, `{ item(key: "slogan-open-sea") { version(number: 1) { content { units { role text(locale: "vi") } } } } }`, nil)
	old := ""
	for i := range 9 {
		if n := string(rune('0' + i)); before.text("item.version.content.units."+n+".role") == "SLOGAN" {
			old = before.text("item.version.content.units." + n + ".text")
		}
	}
	site := filepath.Join(dir, "site")
	page(t, site, "good.html", "<p>"+words+"</p>")
	page(t, site, "stamped.html", `<img src="logo.png">`)
	_, _, logo := p.get("/files/logo-sample/1/h%E1%BA%A3i-ph%C3%B2ng-ngang-%C4%91%E1%BB%A7-m%C3%A0u.svg?width=320&format=png", "")
	if err := os.WriteFile(filepath.Join(site, "logo.png"), logo, 0o600); err != nil {
		t.Fatal(err)
	}
	if told := must(t, dir, "check", "--server", p.url, "site"); !strings.Contains(told, "superseded 0, withdrawn 0, altered 0, unregistered 0") || strings.Contains(told, "in force 0,") {
		t.Errorf("of what is in force: %s", told)
	}
	planned := p.ask(auditor, `mutation { planAudit(input: {titles: [{locale: "vi", text: "Kiểm tra"}], due: "2030-01-01", scope: {sites: [{address: "trang", agency: "so-vhttdl", channel: "web"}]}}) { audit { audit } } }`, nil).text("planAudit.audit.audit")
	page(t, site, "bad.html", "<h1>"+strings.ToUpper(words[:len(words)/2])+"</h1><p>"+old+"</p>")
	refused(t, exitBadInput, dir, "check", "--server", p.url, "--token", auditor, "--report", "x", "site")
	refused(t, exitBadInput, dir, "check", "--server", p.url, "--format", "xml", "site")
	refused(t, exitBadInput, dir, "check", "--server", p.url, "nowhere")
	refused(t, exitBadInput, dir, "check", "site")
	refused(t, exitBadInput, dir, "check", "--server", p.url, "http://127.0.0.1:1/")
	report := func(want int) string {
		t.Helper()
		told, errs, code := signet(t, dir, "check", "--server", p.url, "--token", auditor, "--format", "json", "--report", planned, "--site", "trang", "site")
		if code != want {
			t.Fatalf("code %d: %s%s", code, told, errs)
		}
		return told
	}
	var found struct {
		Findings []struct{ Address, Outcome, Text string }
	}
	if err := json.Unmarshal([]byte(report(exitFailed)), &found); err != nil || len(found.Findings) != 1 || found.Findings[0].Address != "site/bad.html" || found.Findings[0].Outcome != "superseded" {
		t.Errorf("%+v, %v; old %q, in force %q", found, err, old, words)
	}
	const list = `{ findings { edges { node { place status outcome key version evidence { text } } } } }`
	if a := p.ask(auditor, list, nil); a.text("findings.edges.0.node.place") != "site/bad.html" || a.text("findings.edges.0.node.status") != "OPEN" || a.text("findings.edges.0.node.evidence.text") != old {
		t.Errorf("%s", a.raw)
	}
	page(t, site, "bad.html", "<p>"+words+"</p>")
	report(exitOK)
	if a := p.ask(auditor, list, nil); a.text("findings.edges.0.node.status") != "GONE" {
		t.Errorf("%s", a.raw)
	}
	offline := filepath.Join(dir, "catalogue.json")
	_, _, catalogue := p.get("/catalogue.json", "")
	if err := os.WriteFile(offline, catalogue, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "check", "--catalogue", offline, "--format", "sarif", "--output", "brand.sarif", "site")
	if text, err := os.ReadFile(filepath.Join(dir, "brand.sarif")); err != nil || !strings.Contains(string(text), "2.1.0") {
		t.Errorf("%s, %v", text, err)
	}
	p.stop()
}
