package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/assets/s3/s3test"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/testneeds"
)

// cluster is what several nodes share: a log, the files, and the secret of webhooks.
type cluster struct {
	t    *testing.T
	log  *esdbtest.Server
	s3   *s3test.Server
	dirs []string // of the nodes
	key  string
}

func newCluster(t *testing.T, nodes int) *cluster {
	t.Helper()
	c := &cluster{t: t, s3: s3test.Start(t, testneeds.Missing), log: esdbtest.Start(t, esdbtest.Options{Dir: t.TempDir()})}
	t.Setenv("AWS_ACCESS_KEY_ID", s3test.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", s3test.SecretKey)
	c.key = filepath.Join(t.TempDir(), "webhooks.key")
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	if err := os.WriteFile(c.key, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	for range nodes {
		c.dirs = append(c.dirs, t.TempDir())
	}
	return c
}

// place are the flags that say where the registry is.
func (c *cluster) place() []string {
	return []string{"--log", c.log.ConnectionString(), "--log-prefix", "haiphong", "--assets", "s3://brand/kit?create=true&endpoint=http://" + c.s3.Endpoint}
}

// flags are those with which a node is started; the first one tells webhooks.
func (c *cluster) flags(node int, more ...string) []string {
	tell := "off"
	if node == 0 {
		tell = "on"
	}
	return slices.Concat(c.place(), []string{"--webhooks", tell, "--webhook-key-file", c.key, "--log-level", "error"}, more)
}

// cast begins the registry at the first node.
func (c *cluster) cast(l *ledger) players {
	c.t.Helper()
	c.t.Setenv("SIGNET_WEBHOOKS", "on") // where the command line does not say
	return castOfKill(c.t, c.dirs[0], l, c.place()...)
}

// node starts a node, and waits until it takes requests.
func (c *cluster) node(n int, more ...string) *process {
	c.t.Helper()
	return serving(c.t, c.dirs[n], c.flags(n, more...)...)
}

// after asks a node, once that has read up to a position.
func (p *process) after(position int64, token, query string, variables vars) *answer {
	p.t.Helper()
	a, err := graphqlAfter(p.t.Context(), p.url, token, fmt.Sprint(position), query, variables)
	if err != nil || len(a.Errors) > 0 {
		p.t.Fatalf("%s\n%v %s", query, err, a.raw)
	}
	return a
}

// What is written at one node is there at the other, for who has seen it at once,
// and for others soon; a file of one is read at the other; a key that was sent to
// both is one deed.
func TestTwoNodesAreOneRegistry(t *testing.T) {
	c := newCluster(t, 2)
	l := newLedger(t)
	cast := c.cast(l)
	nodes := []*process{c.node(0), c.node(1)}

	// A story, each step at the other node.
	turn := 0
	teller := client{t: t, l: l, cast: cast, dice: newDice(t), node: func() string { turn++; return nodes[turn%2].url }}
	for _, key := range []string{"logo-a", "slogan-a", "slogan-b", "logo-b"} {
		if !strings.HasPrefix(key, "logo") && !teller.slogan(key) || strings.HasPrefix(key, "logo") && !teller.logo(key) {
			t.Fatal("the story broke off")
		}
	}
	for _, p := range nodes {
		p.after(l.head, l.auditor, whatIsThere, vars{"key": "logo-a"})
		l.check(p, l.all())
	}
	for _, p := range nodes { // whose downloads count as uses
		logo := p.ask(l.auditor, whatIsThere, vars{"key": "logo-a"}).text("item.version.content.files.0.digest")
		status, _, body := p.get("/files/logo-a/1/logo-a.png", l.auditor)
		if status != 200 || digestOf(body) != logo {
			t.Errorf("%s: status %d, %d bytes", p.url, status, len(body))
		}
	}

	// One key, both nodes, at once.
	register := `mutation($in: RegisterItemInput!) { registerItem(input: $in) { position } }`
	positions := make(chan int64, 16)
	for i := range cap(positions) {
		go func() {
			a, err := graphql(t.Context(), nodes[i%2].url, cast.author, register, vars{"in": vars{"key": "twice", "kind": "SLOGAN", "idempotencyKey": "one deed"}})
			if err != nil || len(a.Errors) > 0 {
				t.Errorf("%v %+v", err, a)
				positions <- -1
				return
			}
			positions <- positionOf(a)
		}()
	}
	first := <-positions
	for range cap(positions) - 1 {
		if p := <-positions; p != first {
			t.Errorf("position %d, and %d", p, first)
		}
	}
	if n := len(nodes[1].after(first, l.auditor, `{ item(key: "twice") { history { edges { node { what } } } } }`, nil).list("item.history.edges")); n != 1 {
		t.Errorf("it was registered %d times", n)
	}

	for _, p := range nodes {
		p.stop()
	}
	must(t, c.dirs[0], append([]string{"verify"}, c.place()...)...)
	sameTables(t, tables(t, filepath.Join(c.dirs[0], defaultData, viewsFile)), tables(t, filepath.Join(c.dirs[1], defaultData, viewsFile)))
}

// visibilities writes at one node, and returns how long after the answer each
// write could be read at the other by who asks for it.
func (c *cluster) visibilities(writer, reader *process, token string, n int) []time.Duration {
	c.t.Helper()
	var all []time.Duration
	for i := range n {
		a := writer.ask(token, `mutation($in: RegisterItemInput!) { registerItem(input: $in) { position } }`, vars{"in": vars{"key": fmt.Sprint("seen-", i), "kind": "SLOGAN"}})
		began := time.Now()
		reader.after(positionOf(a), token, `query($key: String!) { item(key: $key) { key } }`, vars{"key": fmt.Sprint("seen-", i)})
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all
}

func TestAWriteIsSoonSeenAtTheOtherNode(t *testing.T) {
	c := newCluster(t, 2)
	l := newLedger(t)
	cast := c.cast(l)
	all := c.visibilities(c.node(0), c.node(1), cast.author, 300)
	p50, p99 := all[len(all)/2], all[len(all)*99/100]
	t.Logf("a write is read at the other node after %v (p50), %v (p99), %v at most", p50, p99, all[len(all)-1])
	if limit := 100 * time.Millisecond; p99 > limit && !testneeds.Race {
		t.Errorf("p99 is %v, more than %v", p99, limit)
	}
}

// A node that has lost its log goes on reading, and says so; a write is refused,
// and done when the log is back.
func TestANodeOutlivesItsLog(t *testing.T) {
	c := newCluster(t, 1)
	l := newLedger(t)
	cast := c.cast(l)
	patience := []string{"--log-patience", "1s"}
	p := c.node(0, patience...)
	teller := client{t: t, l: l, cast: cast, dice: newDice(t), node: func() string { return p.url }}
	if !teller.slogan("before") {
		t.Fatal("the story broke off")
	}
	c.log.Stop()
	await(t, "reading only", func() bool { _, _, body := p.get("/readyz", ""); return strings.Contains(string(body), `"reading"`) })
	l.check(p, []string{"before"})
	if status, _, _ := p.get("/readyz?for=writes", ""); status != 503 {
		t.Errorf("status %d", status)
	}
	if _, header, _ := p.get("/graphql?query=%7B__typename%7D", ""); header.Get("Signet-As-Of") == "" {
		t.Error("answers do not say how old they are")
	}
	register := `mutation($in: RegisterItemInput!) { registerItem(input: $in) { position } }`
	during := vars{"in": vars{"key": "during", "kind": "SLOGAN", "idempotencyKey": "k"}}
	a, err := graphql(t.Context(), p.url, cast.author, register, during)
	if err != nil || !a.unavailable() {
		t.Fatalf("%v %+v", err, a)
	}

	// It may also be started while the log is away.
	p.stop()
	p = c.node(0, patience...)
	l.check(p, []string{"before"})
	if err := c.log.Restart(esdbtest.Restarting{}); err != nil {
		t.Fatal(err)
	}
	await(t, "serving", func() bool { _, _, body := p.get("/readyz", ""); return strings.Contains(string(body), `"serving"`) })
	p.ask(cast.author, register, during)
	l.check(p, []string{"before"})
	p.stop()
}

// What can't be opened is told in one line, and nothing is left half open.
func TestANodeThatCanNotOpenWhatItSharesSaysSo(t *testing.T) {
	c := newCluster(t, 1)
	c.s3.Stop()
	if said := refused(t, exitFailed, c.dirs[0], append([]string{"serve"}, c.flags(0)...)...); !strings.Contains(said, "unreachable") && !strings.Contains(said, "endpoint") {
		t.Error(said)
	}
	for _, flags := range [][]string{
		{"--log", "http://x"},
		{"--log", "esdb://x", "--log-prefix", "a:b"},
		{"--log", "esdb://x", "--log-password-file", "nowhere"},
		{"--assets", "s3://bucket"},
		{"--log", "esdb://x", "--webhook-key-file", "nowhere", "--webhooks", "off"},
		{"--log", "esdb://x"}, // and nobody tells webhooks
	} {
		refused(t, exitBadInput, c.dirs[0], append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	}
}
