package graph_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/testneeds"
)

// said is one line of testdata/npm/clients.mjs.
type said struct {
	Name string
	Next *struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	Error *struct {
		Code   int
		Errors []struct{ Extensions struct{ Code string } }
	}
	Complete  bool
	Connected bool
	Retries   int
}

// others are the clients graphql-ws and graphql-sse in a process of their own.
type others struct {
	t     *testing.T
	in    io.WriteCloser
	lines *bufio.Scanner
	early []said // what came while something else was waited for
}

func newOthers(t *testing.T, url string) *others {
	t.Helper()
	node := testneeds.Command(t, "node")
	folder := filepath.Join("testdata", "npm")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "graphql-ws", "package.json")); err != nil {
		testneeds.Missing(t, "the npm packages of graph/testdata/npm: run npm ci --ignore-scripts there")
	}
	c := exec.CommandContext(t.Context(), node, filepath.Join(folder, "clients.mjs"), url)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = t.Output()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	o := &others{t: t, in: in, lines: bufio.NewScanner(out)}
	t.Cleanup(func() {
		_ = in.Close()
		if err := c.Wait(); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return o
}

func (o *others) do(order vars) {
	o.t.Helper()
	text, err := json.Marshal(order)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.in.Write(append(text, '\n')); err != nil {
		o.t.Fatal(err)
	}
}

// await returns the first line that is meant, and keeps the others for later.
func (o *others) await(what string, meant func(said) bool) said {
	o.t.Helper()
	for i, s := range o.early {
		if meant(s) {
			o.early = append(o.early[:i:i], o.early[i+1:]...)
			return s
		}
	}
	for o.lines.Scan() {
		var s said
		if err := json.Unmarshal(o.lines.Bytes(), &s); err != nil {
			o.t.Fatalf("%s: %v", o.lines.Bytes(), err)
		}
		if meant(s) {
			return s
		}
		o.early = append(o.early, s)
	}
	o.t.Fatalf("there is no %s; there is %+v", what, o.early)
	return said{}
}

// next awaits a result of an operation, and returns what is at the path.
func (o *others) next(name, path string) any {
	o.t.Helper()
	s := o.await("result of "+name, func(s said) bool { return s.Name == name && (s.Next != nil || s.Error != nil) })
	if s.Next == nil || len(s.Next.Errors) > 0 {
		o.t.Fatalf("%s: %+v", name, s.Error)
	}
	return response{Data: s.Next.Data}.at(path)
}

func (o *others) complete(name string) {
	o.t.Helper()
	o.await("end of "+name, func(s said) bool { return s.Name == name && s.Complete })
}

const viewersAgency = `{ viewer { agency } }`

// TestClientsOfOthers uses the API as applications do, by the clients that most of
// them have.
func TestClientsOfOthers(t *testing.T) {
	w := newWorld(t)
	relay := newRelay(t, w.url)
	o := newOthers(t, relay.url)
	w.must("lan", registerItem, vars{"in": vars{"key": "hidden", "kind": "SLOGAN", "public": false}})
	token := w.tokens["press"]

	for _, client := range []string{"ws", "sse"} {
		name := client + " query"
		o.do(vars{"begin": name, "client": client, "token": token, "query": viewersAgency})
		if got := o.next(name, "viewer.agency"); got != "press" {
			t.Errorf("%s: the viewer is of %v", client, got)
		}
		o.complete(name)
		name = client + " wrong"
		o.do(vars{"begin": name, "client": client, "token": token, "query": "{ nothing }"})
		s := o.await("error of "+name, func(s said) bool { return s.Name == name })
		var errs []struct{ Extensions struct{ Code string } }
		switch {
		case s.Error != nil: // graphql-ws has a message for it
			errs = s.Error.Errors
		case s.Next != nil:
			errs = s.Next.Errors
		}
		if len(errs) != 1 || errs[0].Extensions.Code != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: a wrong document is told as %+v", client, s)
		}
	}
	refusedClients(t, o)

	relay.forget()
	const each = 5
	for i := range each {
		o.do(vars{"begin": fmt.Sprint("ws ", i), "client": "ws", "token": token, "retries": 100, "query": changes})
		o.do(vars{"begin": fmt.Sprint("sse ", i), "client": "sse", "token": token, "retries": 100, "query": changes})
	}
	o.begun(relay, token, each)
	w.inForce("hidden", "kín", "秘")
	o.allHear(each, "APPROVED", "IN_FORCE")

	relay.restart()
	o.begun(relay, token, each)
	w.must("minh", withdraw, vars{"in": vars{"key": "hidden", "version": 1, "reason": "sai"}})
	o.allHear(each, "WITHDRAWN")

	o.do(vars{"stop": "ws 0"})
	o.complete("ws 0")
	endedClients(t, w, o)
}

// begun returns when that many subscriptions of each client have begun: those by a
// socket before the query that follows them there, and those by events when they are
// seen on their way.
func (o *others) begun(r *relay, token string, each int) {
	o.t.Helper()
	for range each {
		<-r.streams
	}
	o.await("connection", func(s said) bool { return s.Connected && s.Retries > 0 })
	o.do(vars{"begin": "after", "client": "ws", "token": token, "retries": 100, "query": viewersAgency})
	o.next("after", "viewer.agency")
	o.complete("after")
}

// allHear awaits what each subscription hears.
func (o *others) allHear(each int, whats ...string) {
	o.t.Helper()
	for i := range each {
		for _, client := range []string{"ws ", "sse "} {
			for _, what := range whats {
				name := fmt.Sprint(client, i)
				if got := o.next(name, "versionChanged.what"); got != what {
					o.t.Errorf("%s heard of %v, want %s", name, got, what)
				}
			}
		}
	}
}

func refusedClients(t *testing.T, o *others) {
	t.Helper()
	for client, want := range map[string]int{"ws": 4403, "sse": 401} {
		o.do(vars{"begin": client + " stranger", "client": client, "token": "signet_x_y", "query": changes})
		s := o.await("refusal", func(s said) bool { return s.Name == client+" stranger" })
		if s.Error == nil || s.Error.Code != want {
			t.Errorf("%s: a bad token is told as %+v", client, s)
		}
	}
}

// endedClients are those who may not go on as they began: they may come again, and
// then as who they are now.
func endedClients(t *testing.T, w *world, o *others) {
	t.Helper()
	for who, end := range map[string]func(){
		"auditor": func() {
			tell(w, domain.Agencies, domain.RevokeToken{Agency: "foreign", Token: strings.Split(w.tokens["auditor"], "_")[1]})
		},
		"both": func() {
			tell(w, domain.Agencies, domain.ChangeMemberRoles{Agency: "culture", Member: idOf("both"), Roles: []domain.Role{domain.RoleAuthor}})
		},
	} {
		o.do(vars{"begin": who, "client": "ws", "token": w.tokens[who], "query": changes})
		o.do(vars{"begin": who + " asks", "client": "ws", "token": w.tokens[who], "query": viewersAgency})
		o.next(who+" asks", "viewer.agency")
		end()
		s := o.await("end of "+who, func(s said) bool { return s.Name == who })
		if s.Error == nil || s.Error.Code != 4403 {
			t.Errorf("%s: the end is told as %+v", who, s)
		}
	}
}
