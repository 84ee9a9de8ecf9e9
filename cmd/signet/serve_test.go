package main

import (
	"bufio"
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestASecondServerIsToldWhoHoldsTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := serving(t, dir)
	if told := refused(t, exitInUse, dir, "serve", "--listen", "127.0.0.1:0"); !strings.Contains(told, strconv.Itoa(first.cmd.Process.Pid)) {
		t.Errorf("%q does not name process %d", told, first.cmd.Process.Pid)
	}
	for _, args := range [][]string{{"export", "kit"}, {"import", "."}, {"rebuild"}, {"token", "list"}, {"token", "--agency", "a", "--agency-name", "A", "--role", "admin"}} {
		refused(t, exitInUse, dir, args...)
	}
	if _, err := os.Stat(filepath.Join(dir, "kit")); !os.IsNotExist(err) {
		t.Errorf("a refused export has left something: %v", err)
	}
	if status, _, _ := first.get("/healthz", ""); status != http.StatusOK {
		t.Errorf("the first server answers with %d", status)
	}
}

// The link that the first start prints makes an administrator, once.
func TestTheFirstLogin(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--public-url", "https://registry.example", "--session-hours", "1")
	code := p.await(`/first-login\?code=(\S+)`)[1]
	if status, _, page := p.get("/first-login?code="+code, ""); status != http.StatusOK || !strings.Contains(string(page), code) {
		t.Errorf("the page: status %d\n%s", status, page)
	}
	form := url.Values{"code": {code}, "key": {"ban-tuyen-giao"}, "name_vi": {"Ban Tuyên giáo"}}
	login := func() (int, string) {
		status, _, page, err := send(t.Context(), http.MethodPost, p.url+"/first-login", "", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		return status, regexp.MustCompile(`signet_[a-z2-7]+_[a-z2-7]+`).FindString(string(page))
	}
	status, token := login()
	if status != http.StatusOK || token == "" {
		t.Fatalf("the first login: status %d, token %q", status, token)
	}
	if a := p.ask(token, `{ viewer { agency roles } }`, nil); a.text("viewer.agency") != "ban-tuyen-giao" || a.text("viewer.roles.0") != "ADMIN" {
		t.Errorf("who came in: %s", a.raw)
	}
	if c := cookieOf(t, p.url, token); c.Name != "__Host-signet" || c.MaxAge > 3600 || c.MaxAge < 3000 {
		t.Errorf("the session: %v", c)
	}
	if status, token := login(); status == http.StatusOK || token != "" {
		t.Errorf("the second login: status %d, token %q", status, token)
	}
	p.stop()
	again := serving(t, dir)
	again.await("signet token --help") // what is printed last
	if strings.Contains(again.out.String(), "first-login") {
		t.Error("there is an administrator, and the link is printed again")
	}
}

// cookieOf is that of a session which a page of the registry begins with a token.
func cookieOf(t *testing.T, url, token string) *http.Cookie {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/session", strings.NewReader("token="+token))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://registry.example")
	response, err := web.Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if cookies := response.Cookies(); len(cookies) == 1 {
		return cookies[0]
	}
	t.Fatalf("%d %v", response.StatusCode, response.Header)
	return nil
}

func TestATakenAddressIsTold(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	refused(t, exitInUse, t.TempDir(), "serve", "--listen", taken.Addr().String())
}

func TestAServerStartsAgainOnItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serving(t, dir, "--log-format", "json").stop()
	p := serving(t, dir)
	p.signal(syscall.SIGINT) // as Ctrl-C, and as the systemd unit does
	if code := p.code(); code != exitOK {
		t.Errorf("after SIGINT the code is %d", code)
	}
}

// Requests that are under way are finished, subscriptions are ended, and nobody
// new is let in.
func TestStoppingLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	author := strings.TrimSpace(must(t, dir, "token", "--agency", "a", "--agency-name", "A", "--role", "author"))
	p := serving(t, dir)
	subscription := subscribe(t, p.url)

	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	body, rest := io.Pipe()
	answered := make(chan int, 1)
	go func() {
		status, _, _, err := send(t.Context(), http.MethodPost, p.url+"/files", author, "image/png", body)
		if err != nil {
			t.Error(err)
		}
		answered <- status
	}()
	if _, err := rest.Write(picture.Next(20)); err != nil {
		t.Fatal(err)
	}
	awaitFile(t, filepath.Join(dir, defaultData, "staged", "*"))

	p.signal(syscall.SIGTERM)
	if _, err := io.Copy(io.Discard, subscription); err != nil {
		t.Errorf("the subscription broke off: %v", err)
	}
	if _, err := io.Copy(rest, &picture); err != nil {
		t.Fatal(err)
	}
	if err := rest.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != http.StatusCreated {
		t.Errorf("the upload was answered with %d", status)
	}
	if code := p.code(); code != exitOK {
		t.Errorf("the server ended with code %d", code)
	}
	if _, _, _, err := send(t.Context(), http.MethodGet, p.url+"/healthz", "", "", nil); err == nil {
		t.Error("somebody still answers")
	}
	if v := verifyJSON(t, dir); !v.OK || v.Blobs != 1 {
		t.Errorf("verify: %+v", v)
	}
}

// subscribe opens a subscription by server-sent events, and returns its body once
// the server has said something in it.
func subscribe(t *testing.T, url string) io.Reader {
	t.Helper()
	body := strings.NewReader(`{"query":"subscription { versionChanged { key } }"}`)
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, url+"/graphql", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := web.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		t.Fatalf("the subscription was answered with %d", response.StatusCode)
	}
	reader := bufio.NewReader(response.Body)
	if _, err := reader.ReadByte(); err != nil {
		t.Fatal(err)
	}
	return reader
}

// awaitFile returns when a file of the pattern is there.
func awaitFile(t *testing.T, pattern string) {
	t.Helper()
	limit := time.After(enough)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		if found, err := filepath.Glob(pattern); err != nil || len(found) > 0 {
			return
		}
		select {
		case <-again.C:
		case <-limit:
			t.Fatalf("there is never a file %s", pattern)
		}
	}
}
