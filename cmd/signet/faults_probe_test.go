package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"time"
)

// outcome is what has to become of requests of a sort while there is a fault.
type outcome int

const (
	either  outcome = iota // done, or refused with a code
	passes                 // all of them are done
	refuses                // they are refused with a code, if not the first ones
)

// kind is a kind of fault.
type kind struct {
	name string
	// inflict makes the fault, and returns what undoes it.
	inflict func(v *victim) (heal func())
	// What becomes of changes, uploads, and questions meanwhile.
	writes, uploads, reads outcome
	// also is a code that refusals may have beside UNAVAILABLE.
	also string
	// queues: who is not connected waits with the system until the fault is over, and so
	// there may be no answer.
	queues bool
	// least is how long the fault lasts at least.
	least time.Duration
}

// probing asks for things of each sort while there is a fault.
type probing struct {
	v     *victim
	k     kind
	codes map[string]int
	count map[string]int // of sort, and whether it was refused
}

// probe asks while there is a fault until it was seen, and compares the answers with
// what they have to be. It returns how often each code came.
func (v *victim) probe(k kind) map[string]int {
	v.t.Helper()
	p := probing{v: v, k: k, codes: map[string]int{}, count: map[string]int{}}
	began := time.Now()
	for n := 0; !v.t.Failed(); n++ {
		p.note("write", k.writes, p.write(n))
		p.note("upload", k.uploads, p.upload())
		p.note("read", k.reads, p.read(n))
		p.note("file", k.reads, p.file())
		p.health()
		seen := (k.writes != refuses || p.count["write refused"] > 0) && (k.uploads != refuses || p.count["upload refused"] > 0) && (k.reads != refuses || p.count["file refused"] > 0)
		if seen && time.Since(began) >= k.least {
			break
		}
		if time.Since(began) > inTime {
			v.t.Errorf("%s: what should be refused is not: %v", k.name, p.count)
		}
	}
	return p.codes
}

// note compares how a request ended; code is "" when it was done.
func (p *probing) note(sort string, want outcome, code string) {
	p.v.t.Helper()
	if code == "" {
		p.count[sort+" done"]++
		return
	}
	p.count[sort+" refused"]++
	p.codes[sort+" "+code]++
	if want == passes {
		p.v.t.Errorf("%s: a %s was refused: %s", p.k.name, sort, code)
	}
}

// within gives a request its time.
func (p *probing) within() (context.Context, context.CancelFunc) {
	limit := inTime
	if p.k.queues {
		limit = time.Second
	}
	return context.WithTimeout(p.v.t.Context(), limit)
}

// unanswered is what becomes of a request that nobody has answered.
func (p *probing) unanswered(err error) string {
	p.v.t.Helper()
	if !p.k.queues || !errors.Is(err, context.DeadlineExceeded) {
		p.v.t.Errorf("%s: no answer: %v", p.k.name, err)
	}
	return "waits"
}

// asked is the code of a GraphQL answer. One that is none is an error of the program.
func (p *probing) asked(a *answer, err error) string {
	p.v.t.Helper()
	if err != nil {
		return p.unanswered(err)
	}
	if len(a.Errors) == 0 {
		return ""
	}
	e := a.Errors[0].Extensions
	return p.told(e.Code, e.Reason, a.raw)
}

// told sees that a refusal says why: it is for the storage, and not that nobody knows.
func (p *probing) told(code, reason, raw string) string {
	p.v.t.Helper()
	if code != "UNAVAILABLE" && code != "TIMEOUT" && (p.k.also == "" || code != p.k.also) || reason == "" {
		p.v.t.Errorf("%s: this is no clear answer: %s", p.k.name, raw)
	}
	return code + "/" + reason
}

// write registers an item.
func (p *probing) write(n int) string {
	ctx, cancel := p.within()
	defer cancel()
	key := fmt.Sprintf("probe-%d-%d", p.v.round, n)
	d := deed{
		token: p.v.cast.author, item: key, steps: []string{"REGISTERED"}, in: vars{"key": key, "kind": "SLOGAN", "idempotencyKey": key},
		query: `mutation($in: RegisterItemInput!) { registerItem(input: $in) { position } }`,
	}
	a, err := graphql(ctx, p.v.p.url, d.token, d.query, vars{"in": d.in})
	code := p.asked(a, err)
	if code == "" {
		p.v.l.acknowledged(d, positionOf(a))
	} else {
		p.v.l.unknown(d)
	}
	return code
}

// upload sends a picture that nobody has sent.
func (p *probing) upload() string {
	ctx, cancel := p.within()
	defer cancel()
	picture := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for i := range picture.Pix {
		picture.Pix[i] = byte(p.v.dice.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		p.v.t.Fatal(err)
	}
	sum := digestOf(b.Bytes())
	status, _, text, err := send(ctx, http.MethodPost, p.v.p.url+"/files", p.v.cast.author, "application/octet-stream", &b)
	if err == nil && status == http.StatusCreated {
		p.v.l.uploaded(sum)
		return ""
	}
	return p.refusal(status, text, err)
}

// refusal is the code of an answer that is not GraphQL.
func (p *probing) refusal(status int, text []byte, err error) string {
	p.v.t.Helper()
	if err != nil {
		return p.unanswered(err)
	}
	var told struct {
		Error struct{ Code, Reason string }
	}
	if err := json.Unmarshal(text, &told); err != nil || status < 500 {
		p.v.t.Errorf("%s: status %d, %s", p.k.name, status, text)
	}
	return p.told(told.Error.Code, told.Error.Reason, string(text))
}

// read asks a question of which no answer is remembered.
func (p *probing) read(n int) string {
	ctx, cancel := p.within()
	defer cancel()
	alias := fmt.Sprintf("q%d_%d", p.v.round, n)
	a, err := graphql(ctx, p.v.p.url, p.v.l.auditor, `query($key: String!) { `+alias+`: item(key: $key) { version(number: 1) { content { files { digest } } } } }`, vars{"key": p.v.base})
	code := p.asked(a, err)
	if code == "" && a.text(alias+".version.content.files.0.digest") != p.v.file {
		p.v.t.Errorf("%s: half an answer: %s", p.k.name, a.raw)
	}
	return code
}

// file downloads the file of the item that is always there, which is recorded for nobody.
func (p *probing) file() string {
	ctx, cancel := p.within()
	defer cancel()
	status, _, text, err := send(ctx, http.MethodGet, p.v.p.url+"/files/"+p.v.base+"/1/"+p.v.base+".png", "", "", nil)
	if err == nil && status == http.StatusOK {
		if digestOf(text) != p.v.file {
			p.v.t.Errorf("%s: other bytes were served", p.k.name)
		}
		return ""
	}
	if errors.Is(err, io.ErrUnexpectedEOF) && p.k.reads != passes {
		return "broken off" // what has come is not taken for the whole
	}
	return p.refusal(status, text, err)
}

// health asks whether the server runs, which it does, and whether it is ready.
func (p *probing) health() {
	p.v.t.Helper()
	for _, path := range []string{"/healthz", "/readyz", "/readyz?for=writes"} {
		ctx, cancel := p.within()
		status, said, err := p.v.said(ctx, path)
		cancel()
		if err != nil {
			p.codes[path+" "+p.unanswered(err)]++
			continue
		}
		if path != "/healthz" {
			p.codes[fmt.Sprintf("%s %d %s", path, status, said)]++
		}
		if status != http.StatusOK && (status != http.StatusServiceUnavailable || path == "/healthz") || said == "" {
			p.v.t.Errorf("%s: %s says %d, %q", p.k.name, path, status, said)
		}
	}
}

// state is what the server says of itself: its status, or why it is not ready.
func (v *victim) state(path string) (int, string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), inTime)
	defer cancel()
	status, said, err := v.said(ctx, path)
	if err != nil {
		v.t.Errorf("%s does not answer: %v", path, err)
	}
	return status, said
}

// said is state, and fails when there is no answer.
func (v *victim) said(ctx context.Context, path string) (status int, said string, err error) {
	status, _, text, err := send(ctx, http.MethodGet, v.p.url+path, "", "", nil)
	if err != nil {
		return 0, "", err
	}
	var told struct {
		Status string
		Error  struct{ Reason string }
	}
	_ = json.Unmarshal(text, &told) // what is none says nothing
	return status, told.Status + told.Error.Reason, nil
}
