package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

type vars map[string]any

// answer is the answer to a GraphQL request.
type answer struct {
	Data   any
	Errors []toldError
	// Error is what is told in place of an answer when nobody came to answer it.
	Error struct{ Code, Reason string }
	raw   string
}

// toldError is one of the errors of an answer.
type toldError struct {
	Message    string
	Extensions struct{ Code, Reason string }
}

// read reads an answer, or what came in its place.
func (a *answer) read() error {
	err := json.Unmarshal([]byte(a.raw), a)
	if a.Error.Code != "" {
		a.Errors = append(a.Errors, toldError{Message: a.raw, Extensions: a.Error})
	}
	return err
}

// at follows a path of keys and indices, "items.edges.0.node.key"; nil if it
// leads nowhere.
func (a *answer) at(path string) any {
	value := a.Data
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// unavailable tells whether nobody knows what became of the request, or it was
// not carried out because something was away.
func (a *answer) unavailable() bool {
	return a.coded("UNAVAILABLE") || a.coded("TIMEOUT")
}

// coded tells whether an error has the code.
func (a *answer) coded(code string) bool {
	return slices.ContainsFunc(a.Errors, func(e toldError) bool { return e.Extensions.Code == code })
}

// text is a string at a path, "" if there is none.
func (a *answer) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

// number is a number at a path, -1 if there is none. The API writes positions as
// strings or numbers.
func (a *answer) number(path string) int {
	n := -1
	if v := a.at(path); v != nil {
		if _, err := fmt.Sscan(fmt.Sprint(v), &n); err != nil {
			return -1
		}
	}
	return n
}

// web is who asks. Connections are kept by server, and many clients share them.
var web = &http.Client{Timeout: enough, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

// send sends one HTTP request and returns status and body; an error means that
// nobody knows what became of it.
func send(ctx context.Context, method, url, token, contentType string, body io.Reader) (int, http.Header, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return 0, nil, nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := web.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, text, err
}

// graphql sends a GraphQL request.
func graphql(ctx context.Context, url, token, query string, variables vars) (*answer, error) {
	body, err := json.Marshal(vars{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	_, _, text, err := send(ctx, http.MethodPost, url+"/graphql", token, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	a := &answer{raw: string(text)}
	err = a.read()
	return a, err
}

// ask sends a GraphQL request that has to succeed.
func (p *process) ask(token, query string, variables vars) *answer {
	p.t.Helper()
	a, err := graphql(p.t.Context(), p.url, token, query, variables)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		p.t.Fatalf("%s\n%s", query, a.raw)
	}
	return a
}

// get is a GET of a path of the server.
func (p *process) get(path, token string) (int, http.Header, []byte) {
	p.t.Helper()
	status, header, body, err := send(p.t.Context(), http.MethodGet, p.url+path, token, "", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return status, header, body
}

// awaitReady asks until the server says that it is ready. The port is open from
// the first line that was printed, so a request waits rather than fails.
func (p *process) awaitReady() {
	p.t.Helper()
	limit := time.After(enough)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if status, _, _ := p.get("/readyz", ""); status == http.StatusOK {
			return
		}
		select {
		case <-again.C:
		case <-limit:
			p.t.Fatal("the server never gets ready")
		}
	}
}

// list is a list at a path; empty if there is none.
func (a *answer) list(path string) []any {
	l, _ := a.at(path).([]any)
	return l
}

// graphqlAfter asks for an answer of a node that has read up to a position.
func graphqlAfter(ctx context.Context, url, token, position, query string, variables vars) (*answer, error) {
	body, err := json.Marshal(vars{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Signet-Position", position)
	response, err := web.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{raw: string(text)}
	err = a.read()
	return a, err
}

// await asks until something has come, which it must within a while.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	limit := time.After(enough)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !is() {
		select {
		case <-again.C:
		case <-limit:
			t.Fatalf("in vain: %s", what)
		}
	}
}

// newDice are dice of which the seed is told.
func newDice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
