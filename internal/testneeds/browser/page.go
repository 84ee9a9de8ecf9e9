package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// patience is how long a page may take for one step before its test fails.
const patience = 30 * time.Second

// Page is an open page in a browser of its own, with a fresh profile. A step that
// goes wrong ends the test that the page belongs to.
type Page struct {
	*tab
	tb testing.TB
}

// tab is what all views of one page share.
type tab struct {
	pipe    *pipe
	session string

	mu       sync.Mutex // guards what follows
	requests []string
	problems []string
}

// Open starts a browser of width × height pixels and opens the address in it.
// Without a browser the test is skipped, or failed, as package testneeds says.
// The browser ends with the test.
func Open(tb testing.TB, address string, width, height int) *Page {
	tb.Helper()
	p := &Page{tb: tb, tab: &tab{}}
	p.start(testneeds.Chromium(tb))
	var target struct{ TargetID string }
	p.must("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	p.must("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		p.must(p.session, domain+".enable", nil, nil)
	}
	p.must(p.session, "Emulation.setDeviceMetricsOverride",
		map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	p.must(p.session, "Page.navigate", map[string]any{"url": address}, nil)
	return p
}

// In returns the same page for a subtest, whose steps then end the subtest.
func (p *Page) In(tb testing.TB) *Page {
	tb.Helper()
	return &Page{tab: p.tab, tb: tb}
}

// start runs the browser with file 3 as its ear and file 4 as its mouth.
func (p *Page) start(chromium string) {
	p.tb.Helper()
	ear, toBrowser, err := os.Pipe()
	if err != nil {
		p.tb.Fatal(err)
	}
	fromBrowser, mouth, err := os.Pipe()
	if err != nil {
		p.tb.Fatal(err)
	}
	alive, kill := context.WithCancel(context.Background())
	browser := exec.CommandContext(alive, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
		"--no-default-browser-check", "--user-data-dir="+p.profile(), "--remote-debugging-pipe", "about:blank")
	browser.ExtraFiles = []*os.File{ear, mouth}
	if err := browser.Start(); err != nil {
		kill()
		p.tb.Fatal(err)
	}
	ear.Close()
	mouth.Close()
	p.pipe = newPipe(fromBrowser, toBrowser, p.hear)
	p.tb.Cleanup(func() {
		defer kill()
		ctx, cancel := context.WithTimeout(alive, patience)
		defer cancel()
		if err := p.pipe.call(ctx, "", "Browser.close", nil, nil); err != nil {
			kill()
		}
		toBrowser.Close()
		_ = browser.Wait() // its exit status says nothing about the page
	})
}

// profile makes an empty folder. It is not tb.TempDir, which fails the test if a
// straggling process of the browser writes while it is removed.
func (p *Page) profile() string {
	p.tb.Helper()
	folder, err := os.MkdirTemp("", "signet-browser-")
	if err != nil {
		p.tb.Fatal(err)
	}
	p.tb.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// hear notes the events that a test asks about.
func (p *tab) hear(m message) {
	var e struct {
		Request struct{ URL string }
		URL     string
		Entry   struct{ Level, Source, Text, URL string }
		Details json.RawMessage `json:"exceptionDetails"`
	}
	if err := json.Unmarshal(m.Params, &e); err != nil {
		return // an event that is none of these
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Method {
	case "Network.requestWillBeSent":
		p.requests = append(p.requests, e.Request.URL)
	case "Network.webSocketCreated":
		p.requests = append(p.requests, e.URL)
	case "Runtime.exceptionThrown":
		p.problems = append(p.problems, "exception: "+string(e.Details))
	case "Log.entryAdded":
		if e.Entry.Level == "error" {
			p.problems = append(p.problems, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

// Requests returns the addresses that the page has asked for so far, WebSockets
// included, in order.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Problems returns what the browser has complained of so far: uncaught
// exceptions, failed requests, and each breach of the Content-Security-Policy.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Eval runs a JavaScript expression in the page, awaits it if it is a promise,
// and decodes what it gives into result, unless that is nil.
func (p *Page) Eval(expression string, result any) {
	p.tb.Helper()
	var answer struct {
		Result    struct{ Value json.RawMessage }
		Exception *struct {
			Text      string
			Exception struct{ Description string }
		} `json:"exceptionDetails"`
	}
	p.must(p.session, "Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &answer)
	if e := answer.Exception; e != nil {
		p.tb.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		p.tb.Fatalf("%s gave %s: %v", expression, answer.Result.Value, err)
	}
}

// Wait waits until a JavaScript expression is true, looking at each frame. An
// exception counts as not yet. When it gives up it says what the page shows.
func (p *Page) Wait(expression string) {
	p.tb.Helper()
	var shown string
	p.Eval(fmt.Sprintf(`new Promise((done) => {
		const end = performance.now() + %d;
		const look = () => {
			let seen = false;
			try { seen = (%s); } catch { /* not yet */ }
			if (seen) done("");
			else if (performance.now() > end) done("it shows: " + document.body.innerText);
			else requestAnimationFrame(look);
		};
		look();
	})`, (patience/2).Milliseconds(), expression), &shown)
	if shown != "" {
		p.tb.Fatalf("never true in the page: %s; problems %q; %s", expression, p.Problems(), shown)
	}
}

// Type types text into what has the focus, as a keyboard or an input method
// would.
func (p *Page) Type(text string) {
	p.tb.Helper()
	p.must(p.session, "Input.insertText", map[string]any{"text": text}, nil)
}

// Screenshot returns the visible part of the page as PNG.
func (p *Page) Screenshot() []byte {
	p.tb.Helper()
	var shot struct{ Data []byte }
	p.must(p.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	return shot.Data
}

// must calls a method of the protocol and fails the test if it fails.
func (p *Page) must(session, method string, params, result any) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.pipe.call(ctx, session, method, params, result); err != nil {
		p.tb.Fatal(err)
	}
}
