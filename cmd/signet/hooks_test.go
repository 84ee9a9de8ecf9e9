package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/notify"
	"signet/internal/testneeds"
	"signet/internal/webhooks"
)

func TestTheMasterSecretIsMadeOnceAndKept(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, defaultData, masterFile)
	read := func() []byte {
		t.Helper()
		secret, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 || len(secret) != masterSize {
			t.Errorf("%d bytes, mode %v, %v", len(secret), info.Mode(), err)
		}
		return secret
	}
	serving(t, dir).stop()
	first := read()
	p := serving(t, dir)
	p.signal(os.Kill)
	p.code()
	serving(t, dir).stop()
	if again := read(); !bytes.Equal(first, again) {
		t.Error("it is another one after a restart")
	}
	other := t.TempDir()
	serving(t, other).stop()
	if secret, err := os.ReadFile(filepath.Join(other, defaultData, masterFile)); err != nil || bytes.Equal(first, secret) {
		t.Errorf("two registries have the same: %v", err)
	}
	for what, damaged := range map[string][]byte{"nothing": {}, "a part": first[:masterSize-1], "too much": append(bytes.Clone(first), '\n')} {
		if err := os.WriteFile(name, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if told := refused(t, exitFailed, dir, "serve", "--listen", "127.0.0.1:0"); !strings.Contains(told, masterFile) {
			t.Errorf("%s is left of it, and %q does not name it", what, told)
		}
		if left, err := os.ReadFile(name); err != nil || !bytes.Equal(left, damaged) {
			t.Errorf("%s was left of it, and was replaced: %v", what, err)
		}
	}
	if err := os.WriteFile(name, first, 0o600); err != nil {
		t.Fatal(err)
	}
	serving(t, dir).stop()
}

// registerHook registers a webhook, and returns the reason of a refusal.
func (p *process) registerHook(token, url string, topics ...string) (id, secret, refused string) {
	p.t.Helper()
	a, err := graphql(p.t.Context(), p.url, token, `mutation($in: RegisterWebhookInput!) { registerWebhook(input: $in) { webhook { webhook } secret } }`,
		vars{"in": vars{"url": url, "topics": topics}})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		return "", "", a.Errors[0].Extensions.Code + " " + a.Errors[0].Extensions.Reason
	}
	return a.text("registerWebhook.webhook.webhook"), a.text("registerWebhook.secret"), ""
}

func TestTheOperatorSaysWhereWebhooksMayBeSent(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	agency := strings.TrimSpace(must(t, dir, "token", "--agency", "press", "--agency-name", "Báo", "--role", "agency"))
	for _, test := range []struct {
		flags []string
		want  map[string]string // the reason by URL; empty: it is taken
	}{
		{nil, map[string]string{
			"http://127.0.0.1:9/": "BAD_USER_INPUT url_scheme", "https://127.0.0.1:9/": "BAD_USER_INPUT url_address",
			"https://10.1.2.3/": "BAD_USER_INPUT url_address", "https://hooks.example.vn/in": "",
		}},
		{[]string{"--webhook-http"}, map[string]string{"http://127.0.0.1:9/": "BAD_USER_INPUT url_address", "http://hooks.example.vn/": ""}},
		{[]string{"--webhook-allow", "10.1.0.0/16,127.0.0.0/8"}, map[string]string{
			"http://127.0.0.1:9/": "BAD_USER_INPUT url_scheme", "https://127.0.0.1:9/": "", "https://10.1.2.3/": "", "https://10.2.2.3/": "BAD_USER_INPUT url_address",
		}},
		{[]string{"--webhook-allow", "127.0.0.0/8", "--webhook-http"}, map[string]string{"http://127.0.0.1:9/": ""}},
	} {
		p := serving(t, dir, test.flags...)
		for url, want := range test.want {
			if _, _, got := p.registerHook(agency, url, "VERSION_APPROVED"); got != want {
				t.Errorf("%q, %s: %q, want %q", test.flags, url, got, want)
			}
		}
		p.stop()
	}
	for _, network := range []string{"10.1.0.0", "10.1/16", "everything", "10.1.0.0/33"} {
		if told := refused(t, exitBadInput, dir, "serve", "--listen", "127.0.0.1:0", "--webhook-allow", network); !strings.Contains(told, network) {
			t.Errorf("%q does not name %s", told, network)
		}
	}
}

// receiver is the server of an agency that is told of changes.
type receiver struct {
	*httptest.Server

	t      *testing.T
	secret string
	heard  chan string // what was taken, as "topic item/version id"
	tried  chan string // what could not be

	mu   sync.Mutex
	down bool // guarded by mu: it breaks every connection off
	last notify.Body
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, heard: make(chan string, 100), tried: make(chan string, 100)}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, q *http.Request) {
	raw, err := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	var b notify.Body
	if err != nil || json.Unmarshal(raw, &b) != nil {
		r.t.Errorf("%q, %v", raw, err)
	}
	told := fmt.Sprintf("%s %s/%d %s", b.Topic, b.Data.Item, b.Data.Version, q.Header.Get(webhooks.HeaderID))
	if r.down {
		r.tried <- told
		panic(http.ErrAbortHandler)
	}
	if err := webhooks.Verify(r.secret, q.Header, raw, time.Now(), 5*time.Minute); err != nil {
		r.t.Errorf("%s: %v", told, err)
	}
	r.last = b
	r.heard <- told
}

func (r *receiver) set(down bool, secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.secret = down, secret
}

// next waits for what comes next.
func (r *receiver) next(from chan string) string {
	r.t.Helper()
	select {
	case told := <-from:
		return told
	case <-time.After(enough):
		r.t.Fatal("nothing comes")
		return ""
	}
}

func (r *receiver) hears(topic, about string) (id string) {
	r.t.Helper()
	told := strings.Fields(r.next(r.heard))
	if len(told) != 3 || told[0] != topic || told[1] != about || !strings.HasPrefix(told[2], "msg_") {
		r.t.Fatalf("it heard %q, want %s %s", told, topic, about)
	}
	return told[2]
}

// A receiver hears what was withdrawn, signed; and what it has missed, in order,
// though the program was killed meanwhile.
func TestAReceiverHearsWhatItMissedWhileTheProgramWasKilled(t *testing.T) {
	testneeds.OnceInCI(t)
	t.Parallel()
	dir := t.TempDir()
	press := strings.TrimSpace(must(t, dir, "token", "--agency", "press", "--agency-name", "Báo", "--role", "agency"))
	l := newLedger(t)
	cast := castOfKill(t, dir, l)
	flags := []string{"--webhook-allow", "127.0.0.0/8", "--webhook-http", "--log-level", "error"}
	p := serving(t, dir, flags...)
	keys := []string{"one", "two", "three"}
	for _, key := range keys {
		c := client{t: t, node: func() string { return p.url }, l: l, cast: cast, dice: rand.New(rand.NewPCG(1, 0))}
		text := "Khẩu hiệu " + key
		if !c.begin(key, "SLOGAN", deed{in: vars{"content": sloganOf(text)}, text: text}) || !c.sign(key) {
			t.Fatal("the server is gone")
		}
	}
	p.ask(press, `mutation($in: DeclareUseInput!) { declareUse(input: $in) { position } }`, vars{"in": vars{"key": "one", "version": 1, "channel": "portal", "place": "trang chủ"}})
	r := newReceiver(t)
	hook, secret, refusal := p.registerHook(press, r.URL+"/in", "VERSION_WITHDRAWN")
	if refusal != "" {
		t.Fatal(refusal)
	}
	r.set(false, secret)
	withdraw := func(key string) {
		t.Helper()
		p.ask(cast.lead, `mutation($in: WithdrawVersionInput!) { withdrawVersion(input: $in) { position } }`, vars{"in": vars{"key": key, "version": 1, "reason": "sai tên"}})
	}
	withdraw("one")
	ids := []string{r.hears("version.withdrawn", "one/1")}
	if yours := r.last.Data.Yours; yours == nil || yours.Declared != 1 || yours.Running != 1 || r.last.Data.Reason != "sai tên" {
		t.Errorf("%+v", r.last.Data)
	}
	r.set(true, secret)
	withdraw("two")
	missed := strings.Fields(r.next(r.tried))
	withdraw("three") // perhaps nobody comes to plan it
	p.signal(os.Kill)
	p.code()
	r.set(false, secret)
	p = serving(t, dir, flags...)
	ids = append(ids, r.hears("version.withdrawn", "two/1"), r.hears("version.withdrawn", "three/1"))
	if missed[2] != ids[1] {
		t.Errorf("told as %s, before as %s", ids[1], missed[2])
	}
	list := p.awaitDelivered(press, len(ids))
	for i, id := range slices.Backward(ids) {
		at := fmt.Sprintf("webhooks.edges.0.node.deliveries.edges.%d.node.", len(ids)-1-i)
		if list.text(at+"id") != id || list.text(at+"topic") != "version.withdrawn" || list.text("webhooks.edges.0.node.webhook") != hook {
			t.Errorf("delivery %d: %s", i, list.raw)
		}
	}
	p.stop()
}

// awaitDelivered asks until all that an agency's webhook is told is noted as
// delivered, and returns the list.
func (p *process) awaitDelivered(token string, n int) *answer {
	p.t.Helper()
	limit := time.After(enough)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		list := p.ask(token, `{ webhooks { edges { node { webhook deliveries { edges { node { id topic status } } } } } } }`, nil)
		if strings.Count(list.raw, "DELIVERED") == n && !strings.Contains(list.raw, "PENDING") {
			return list
		}
		select {
		case <-again.C:
		case <-limit:
			p.t.Fatalf("never delivered: %s", list.raw)
		}
	}
}
