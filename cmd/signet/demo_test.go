package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// demoData is where serve --demo keeps its data.
const demoData = "signet-demo"

// tokensOf reads the tokens of a demo.
func tokensOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	name := filepath.Join(dir, demoData, demoTokens)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the tokens' mode is %v, %v", info.Mode(), err)
	}
	tokens := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if variable, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			tokens[variable] = value
		}
	}
	return tokens
}

// The story that the README tells with curl.
func TestTheDemoTellsItsStory(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	tokens := tokensOf(t, dir)

	inJapanese := `query($at: DateTime) { approved(kind: SLOGAN, locale: "ja", asOf: $at) { edges { node { key number edition content { units { role text(locale: "ja") } } } } } }`
	now := p.ask("", inJapanese, nil)
	before := p.ask("", inJapanese, vars{"at": "2026-11-15T00:00:00Z"})
	if now.at("approved.edges.0.node.content.units.1.text") == nil || now.number("approved.edges.0.node.edition") != 1 {
		t.Errorf("in force now: %s", now.raw)
	}
	if before.text("approved.edges.0.node.key") == "" || before.at("approved.edges.0.node.edition") != nil {
		t.Errorf("in force before the edition: %s", before.raw)
	}

	story := p.ask(tokens["SIGNET_AUDITOR"], `{ item(key: "slogan-open-sea") {
		history { edges { node { what agency at via } } } diff(from: 1, to: 2) { field before after segments { op text } } } }`, nil)
	if story.text("item.history.edges.0.node.what") != "REGISTERED" || story.at("item.diff.0.segments.0.op") == nil {
		t.Errorf("history: %s", story.raw)
	}

	downloads := `{ usage(filter: {key: "logo-sample", agency: "bao-ptth"}) { edges { node { channel downloads } } } }`
	count := func() (n int) {
		a := p.ask(tokens["SIGNET_AUDITOR"], downloads, nil)
		for i := range 10 {
			n += max(a.number(fmt.Sprintf("usage.edges.%d.node.downloads", i)), 0)
		}
		return n
	}
	earlier := count()
	logo := p.ask(tokens["SIGNET_DESIGNER"], `{ approved(key: "logo-sample") { edges { node { files { file { mediaType } rendition(width: 400) } } } } }`, nil)
	file := 0
	for testneeds.Race && logo.text(fmt.Sprintf("approved.edges.0.node.files.%d.file.mediaType", file)) == "image/svg+xml" {
		file++ // with the race detector the renderer of SVG takes half a minute to compile
	}
	place, err := url.Parse(logo.text(fmt.Sprintf("approved.edges.0.node.files.%d.rendition", file)))
	if err != nil {
		t.Fatal(err)
	}
	status, _, picture := p.get(place.RequestURI(), tokens["SIGNET_DESIGNER"])
	if config, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || status != http.StatusOK || config.Width != 400 {
		t.Errorf("the logo: status %d, %+v, %v", status, config, err)
	}
	if got := count(); earlier < 7 || got != earlier+1 {
		t.Errorf("%d downloads, and %d after another one", earlier, got)
	}
	approveAnew(p, tokens)
	p.stop()
	if v := verifyJSON(t, dir, "--data", demoData); !v.OK {
		t.Errorf("verify: %+v", v)
	}
}

// approveAnew brings a new slogan in force.
func approveAnew(p *process, tokens map[string]string) {
	p.t.Helper()
	author := tokens["SIGNET_AUTHOR"]
	p.ask(author, `mutation { registerItem(input: {key: "slogan-new", kind: SLOGAN}) { position } }`, nil)
	p.ask(author, `mutation($in: DraftVersionInput!) { draftVersion(input: $in) { position } }`,
		vars{"in": vars{"key": "slogan-new", "content": sloganOf("Mẫu đề xuất mới")}})
	submitted := p.ask(author, `mutation { submitVersion(input: {key: "slogan-new", version: 1}) { version { missing leads } } }`, nil)
	missing, _ := submitted.at("submitVersion.version.missing").([]any)
	if len(missing) != 4 {
		p.t.Fatalf("submitted: %s", submitted.raw)
	}
	leads, _ := submitted.at("submitVersion.version.leads").([]any)
	slices.SortStableFunc(missing, func(a, b any) int { // the leads sign last
		return cmp.Compare(slices.Index(leads, a), slices.Index(leads, b))
	})
	var signed *answer
	for _, agency := range missing {
		reviewer := "SIGNET_REVIEWER_" + strings.ToUpper(strings.ReplaceAll(fmt.Sprint(agency), "-", "_"))
		signed = p.ask(tokens[reviewer], `mutation { signVersion(input: {key: "slogan-new", version: 1}) { version { status } } }`, nil)
	}
	if signed.text("signVersion.version.status") != "IN_FORCE" {
		p.t.Errorf("signed by all: %s", signed.raw)
	}
	if a := p.ask("", `{ approved(key: "slogan-new") { edges { node { number } } } }`, nil); a.number("approved.edges.0.node.number") != 1 {
		p.t.Errorf("asked without a token: %s", a.raw)
	}
}

// state is what a demo holds, but for its ids and secrets.
func demoStateOf(t *testing.T, dir string) (position uint64, usage string) {
	t.Helper()
	serving(t, dir, "--demo").stop()
	v := verifyJSON(t, dir, "--data", demoData) // before tokens are used, which is noted
	if !v.OK || len(v.Notes) > 0 {
		t.Errorf("verify: %+v", v)
	}
	p := serving(t, dir, "--demo")
	for variable, token := range tokensOf(t, dir) {
		if a := p.ask(token, `{ viewer { agency roles } }`, nil); a.text("viewer.agency") == "" {
			t.Errorf("the token %s is worth nothing: %s", variable, a.raw)
		}
	}
	auditor := tokensOf(t, dir)["SIGNET_AUDITOR"]
	usage = p.ask(auditor, `{ usage(first: 100) { edges { node { key number agency channel downloads declared } } } }`, nil).raw
	p.stop()
	return uint64(v.Events), usage
}

// A demo whose setting up is killed again and again is the same in the end as one
// that was left alone.
func TestAnInterruptedDemoIsFinished(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	whole, killed := t.TempDir(), t.TempDir()
	began := time.Now()
	serving(t, whole, "--demo").stop()
	took := time.Since(began)
	for range 4 {
		p := launch(t, killed, "serve", "--demo", "--listen", "127.0.0.1:0")
		select {
		case <-time.After(rand.N(took)):
		case <-p.exited:
			t.Fatalf("it ended by itself with code %d", p.code())
		}
		p.signal(os.Kill)
		p.code()
	}
	wantEvents, wantUsage := demoStateOf(t, whole)
	events, usage := demoStateOf(t, killed)
	if events != wantEvents || usage != wantUsage {
		t.Errorf("%d events, not %d; usage\n%s\nnot\n%s", events, wantEvents, usage, wantUsage)
	}
	for _, dir := range []string{whole, killed} {
		must(t, dir, "export", "--data", demoData, "kit")
	}
	sameTree(t, filepath.Join(whole, "kit"), filepath.Join(killed, "kit"))
}

func TestLostTokensOfADemoAreReplaced(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	serving(t, dir, "--demo").stop()
	first := tokensOf(t, dir)
	if err := os.Remove(filepath.Join(dir, demoData, demoTokens)); err != nil {
		t.Fatal(err)
	}
	p := serving(t, dir, "--demo")
	second := tokensOf(t, dir)
	if len(first) != 13 || len(second) != len(first) || second["SIGNET_ADMIN"] == first["SIGNET_ADMIN"] {
		t.Errorf("tokens %d and then %d", len(first), len(second))
	}
	p.ask(second["SIGNET_ADMIN"], `{ agencies { edges { node { key } } } }`, nil)
}

func TestARealRegistryIsNoDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, "token", "--agency", "a", "--agency-name", "A", "--role", "admin")
	refused(t, exitBadInput, dir, "serve", "--demo", "--data", defaultData, "--listen", "127.0.0.1:0")
	if v := verifyJSON(t, dir); !v.OK || v.Events != 4 {
		t.Errorf("verify: %+v", v)
	}
}
