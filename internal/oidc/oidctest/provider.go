package oidctest

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"signet/internal/testneeds/tool"
)

// What every provider knows.
const (
	ClientID     = "signet"
	ClientSecret = "signet-secret"
	Audience     = "signet-api" // of access tokens, beside ClientID
	Password     = "open-sea"
)

// The people: Hoa is in "signet-authors" and "signet-reviewers", Lan in "signet-designers".
const (
	Hoa = "hoa"
	Lan = "lan"
)

// Provider is a running provider.
type Provider struct {
	// Issuer is its address, and what it calls itself.
	Issuer string

	tb   testing.TB
	stop func()
}

// Start starts a provider, which ends with the test, for a client that may be sent back
// to the addresses named. If there is none to be had, because it can't be built here,
// the test is skipped, or failed, by missing, which is testneeds.Missing.
func Start(tb testing.TB, missing func(tb testing.TB, what string), redirects ...string) *Provider {
	tb.Helper()
	path, err := tool.Build(tb.Context(), "oidcprovider", ".")
	if err != nil {
		missing(tb, "the OpenID provider of internal/tools/oidcprovider, which could not be built: "+err.Error())
	}
	var flags []string
	for _, r := range redirects {
		flags = append(flags, "-redirect", r)
	}
	command := exec.Command(path, flags...) //nolint:noctx // it ends with its input
	input, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	p := &Provider{tb: tb}
	p.stop = func() {
		_ = input.Close()
		_ = command.Wait()
	}
	tb.Cleanup(p.Stop)
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		tb.Fatal("the provider has ended: ", err)
	}
	p.Issuer = strings.TrimSpace(line)
	return p
}

// Stop ends the provider. It may be called twice.
func (p *Provider) Stop() {
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
}

// SetGroups replaces the groups of somebody.
func (p *Provider) SetGroups(user string, groups ...string) {
	p.tb.Helper()
	form := url.Values{"user": {user}, "group": groups}
	response, err := http.PostForm(p.Issuer+"/test/groups", form) //nolint:noctx // it is on this machine
	if err != nil {
		p.tb.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		p.tb.Fatal(response.Status)
	}
}

var request = regexp.MustCompile(`name="id" value="([^"]+)"`)

// Login fills in the form of the provider, which is the body of a page that the client
// was led to, as somebody; the answer is where the client is led to next.
func (p *Provider) Login(client *http.Client, page *http.Response, user string) (*http.Response, error) {
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	if err != nil {
		return nil, err
	}
	id := request.FindSubmatch(text)
	if id == nil {
		return nil, fmt.Errorf("%s is no page to log in at: %s", page.Request.URL, text)
	}
	form := url.Values{"id": {string(id[1])}, "username": {user}, "password": {Password}}
	sent, err := http.NewRequestWithContext(p.tb.Context(), http.MethodPost, p.Issuer+"/login/username", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	sent.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sent.Header.Set("Accept", "text/html")
	return client.Do(sent)
}
