package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/oidc/oidctest"
)

// TestLogin has one provider for all its parts, because it takes long to begin.
func TestLogin(t *testing.T) {
	o := newOffice(t)
	for _, part := range []struct {
		name string
		do   func(*testing.T, *office)
	}{
		{"people come in by the provider", peopleComeIn},
		{"what the provider changes is changed at the next login", changesAtTheProvider},
		{"members who never came by the provider are left alone", membersByHand},
		{"a stranger is not kept", stranger},
		{"programs come in by the provider's tokens", programs},
		{"who has a token comes in with that, too", withAToken},
		{"logout", logout},
		{"a session does not serve other sites", otherSites},
		{"sessions go on without the provider", withoutTheProvider},
	} {
		t.Run(part.name, func(t *testing.T) {
			o.t = t
			o.client = o.browser()
			o.node.Store(0)
			o.provider.SetGroups(oidctest.Hoa, "signet-authors", "signet-reviewers")
			o.provider.SetGroups(oidctest.Lan, "signet-designers")
			part.do(t, o)
		})
	}
}

func peopleComeIn(t *testing.T, o *office) {
	t.Helper()
	if got := o.viewer(); got != `{"data":{"viewer":null}}` {
		t.Errorf("before: %s", got)
	}
	if a := o.ask("GET", "/", ""); !strings.Contains(string(a.body), `href="/vi/login"`) {
		t.Error("the first page does not say where to log in")
	}

	a := o.login(oidctest.Hoa, "/")
	if a.status != 200 || a.header.Get("Test-Path") != "/login/done" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s %s", a.status, a.header, a.body)
	}
	for _, text := range []string{"Hòa Bình Nguyễn Thị", "Cơ quan so-ngoai-vu", "author", "reviewer"} {
		if !strings.Contains(string(a.body), text) {
			t.Errorf("the page does not say %s", text)
		}
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Error(policy)
	}
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author reviewer" {
		t.Errorf("by the cookie: %s", got)
	}
	o.node.Store(1)
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author reviewer" {
		t.Errorf("at the other node: %s", got)
	}
	if a := o.ask("GET", "/login?return=//evil.example", ""); !strings.HasPrefix(a.header.Get("Test-Path"), "/login/username") {
		t.Errorf("%s", a.header.Get("Test-Path"))
	}

	if a := o.login(oidctest.Hoa, "/login?return=/login"); a.header.Get("Test-Path") != "/login/done" {
		t.Errorf("who wanted to log in logs in again: %s", a.header.Get("Test-Path"))
	}

	before := o.logged("member.roles_changed.v1") + o.logged("member.added.v1")
	if a := o.login(oidctest.Hoa, "/readyz?for=writes"); a.status != 200 || a.header.Get("Test-Path") != "/readyz?for=writes" {
		t.Errorf("back to where one came from: %d %s", a.status, a.header.Get("Test-Path"))
	}
	if after := o.logged("member.roles_changed.v1") + o.logged("member.added.v1"); before != after || before != 1 {
		t.Errorf("a login that changes nothing has written of the member: %d, %d", before, after)
	}
	if n := o.logged("token.revoked.v1"); n != 2 {
		t.Errorf("the former session of the browser goes on: %d", n)
	}
}

func changesAtTheProvider(t *testing.T, o *office) {
	t.Helper()
	removed := o.logged("member.removed.v1")
	o.login(oidctest.Hoa, "/")
	first := o.client
	o.provider.SetGroups(oidctest.Hoa, "signet-authors")
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author reviewer" {
		t.Errorf("before the next login: %s", got)
	}
	o.client = o.browser()
	o.login(oidctest.Hoa, "/")
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author" {
		t.Errorf("fewer roles: %s", got)
	}
	second := o.client
	if o.client = first; o.viewer(ownPage...) != "so-ngoai-vu author" {
		t.Error("the session that was there before has the former roles")
	}
	o.client = second

	o.provider.SetGroups(oidctest.Hoa, "signet-translators")
	o.login(oidctest.Hoa, "/")
	if got := o.viewer(ownPage...); got != "bao-ptth translator" {
		t.Errorf("another agency: %s", got)
	}
	if o.client = first; o.viewer(ownPage...) == "so-ngoai-vu author" {
		t.Error("the session at the former agency goes on")
	}
	o.client = second

	o.provider.SetGroups(oidctest.Hoa)
	a := o.login(oidctest.Hoa, "/")
	if a.status != http.StatusForbidden || !strings.Contains(string(a.body), "no_rule") {
		t.Errorf("who is in no group any more: %d %s", a.status, a.body)
	}
	if got := o.viewer(ownPage...); strings.Contains(got, "bao-ptth") {
		t.Errorf("and the session: %s", got)
	}
	if n := o.logged("member.removed.v1") - removed; n != 2 {
		t.Errorf("removed %d times", n)
	}
	o.provider.SetGroups(oidctest.Hoa, "signet-lost")
	if a := o.login(oidctest.Hoa, "/"); a.status != http.StatusNotFound || !strings.Contains(string(a.body), "unknown_agency") {
		t.Errorf("a rule of an agency that is not there: %d", a.status)
	}
}

func membersByHand(t *testing.T, o *office) {
	t.Helper()
	other := oneMember(o)
	o.login(oidctest.Hoa, "/")
	o.provider.SetGroups(oidctest.Hoa)
	o.login(oidctest.Hoa, "/")
	if m, err := o.nodes[0].Member(t.Context(), "so-ngoai-vu", other); err != nil || !m.Roles.Has(domain.RoleAuditor) {
		t.Errorf("%+v, %v", m, err)
	}
}

func stranger(t *testing.T, o *office) {
	t.Helper()
	before := o.logged("member.added.v1")
	o.provider.SetGroups(oidctest.Lan, "another-program")
	if a := o.login(oidctest.Lan, "/"); a.status != http.StatusForbidden || !strings.Contains(string(a.body), "no_rule") {
		t.Errorf("%d", a.status)
	}
	if n := o.logged("member.added.v1") - before; n != 0 {
		t.Errorf("%d members", n)
	}
}

func programs(t *testing.T, o *office) {
	t.Helper()
	before := o.logged("member.added.v1")
	old := o.token(oidctest.Lan)
	by := func(token string) string { return o.viewer("Authorization", "Bearer "+token) }
	for range 2 { // asked, then remembered
		if got := by(old); got != "bao-ptth designer" {
			t.Errorf("%s", got)
		}
	}
	o.node.Store(1)
	if got := by(old); got != "bao-ptth designer" {
		t.Errorf("at the other node: %s", got)
	}
	if n := o.logged("member.added.v1") - before; n != 1 {
		t.Errorf("%d members", n)
	}
	for name, token := range map[string]string{"damaged": old[:len(old)-4] + "AAAA", "none": "a.b.c", "very long": strings.Repeat("a", 17<<10)} {
		if got := by(token); got != "UNAUTHENTICATED unauthenticated" {
			t.Errorf("%s: %s", name, got)
		}
	}

	o.provider.SetGroups(oidctest.Lan, "signet-translators", "signet-designers")
	o.login(oidctest.Lan, "/")
	if got := by(old); got != "bao-ptth designer" {
		t.Errorf("more roles since: %s", got)
	}
	o.provider.SetGroups(oidctest.Lan, "signet-authors")
	o.login(oidctest.Lan, "/")
	if got := by(old); got != "FORBIDDEN sign_in_again" {
		t.Errorf("another agency since: %s", got)
	}
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author" {
		t.Errorf("an old token has undone a login: %s", got)
	}
	o.provider.SetGroups(oidctest.Lan)
	if got := by(o.token(oidctest.Lan)); got != "FORBIDDEN no_rule" {
		t.Errorf("a token without groups: %s", got)
	}
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author" {
		t.Errorf("a token without groups has removed a member: %s", got)
	}
}

func withAToken(t *testing.T, o *office) {
	t.Helper()
	id, token := uuid.New(), access.NewToken()
	o.run(domain.AddMember{Agency: "bao-ptth", Member: id, Roles: []domain.Role{domain.RoleDesigner}})
	o.run(domain.IssueToken{Agency: "bao-ptth", Member: id, Token: token.ID, Hash: token.Hash})
	o.login(oidctest.Hoa, "/")
	revoked := o.logged("token.revoked.v1")
	show := func(secret string) answer {
		form := url.Values{"token": {secret}, "return": {"/readyz"}}.Encode()
		return o.ask("POST", "/session", form, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, ownPage...)...)
	}
	if a := show(o.token(oidctest.Lan)); a.header.Get("Test-Path") != "/vi/login?problem=bad_token&return=%2Freadyz" {
		t.Errorf("a token of the provider: %d %s", a.status, a.header.Get("Test-Path"))
	}
	if a := show(token.Secret); a.status != http.StatusOK || a.header.Get("Test-Path") != "/readyz" {
		t.Errorf("%d %s", a.status, a.header.Get("Test-Path"))
	}
	if n := o.logged("token.revoked.v1") - revoked; n != 1 {
		t.Errorf("the session of the other member goes on: %d", n)
	}
	head, err := o.runner.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.await(head)
	for node := range o.nodes {
		o.node.Store(int32(node))
		if got := o.viewer(ownPage...); got != "bao-ptth designer" {
			t.Errorf("at node %d: %s", node, got)
		}
	}
}

func withoutTheProvider(t *testing.T, o *office) {
	t.Helper()
	o.login(oidctest.Hoa, "/")
	token := o.token(oidctest.Hoa)
	o.viewer("Authorization", "Bearer "+token) // its keys are known now
	o.provider.Stop()
	o.later.Store(int64(10 * time.Second)) // it was asked just now
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author reviewer" {
		t.Errorf("%s", got)
	}
	if got := o.viewer("Authorization", "Bearer "+token); got != "so-ngoai-vu author reviewer" {
		t.Errorf("%s", got)
	}
	for node := range o.nodes {
		o.node.Store(int32(node))
		if a := o.ask("GET", "/login", ""); a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "provider_unavailable") || a.header.Get("Retry-After") == "" {
			t.Errorf("a new login: %d %s", a.status, a.body)
		}
	}
	if a := o.ask("GET", "/login", "", "Accept", "application/json"); a.problem() != "UNAVAILABLE provider_unavailable" {
		t.Errorf("a program: %s", a.body)
	}
	if got := o.viewer(ownPage...); got != "so-ngoai-vu author reviewer" {
		t.Errorf("%s", got)
	}
}

func logout(t *testing.T, o *office) {
	t.Helper()
	o.login(oidctest.Hoa, "/")
	here, _ := url.Parse(o.url)
	kept := o.client.Jar.Cookies(here)
	if len(kept) != 1 {
		t.Fatalf("%v", kept)
	}
	if a := o.ask("POST", "/logout", "", "Sec-Fetch-Site", "cross-site", "Accept", "application/json"); a.problem() != "FORBIDDEN cross_site" {
		t.Errorf("from another site: %d %s", a.status, a.body)
	}
	if a := o.ask("POST", "/logout", "", ownPage...); a.header.Get("Test-Path") != "/vi/" {
		t.Errorf("%d %s", a.status, a.header.Get("Test-Path"))
	}
	if left := o.client.Jar.Cookies(here); len(left) != 0 {
		t.Errorf("%v", left)
	}
	o.client.Jar.SetCookies(here, kept)
	if got := o.viewer(ownPage...); got != "UNAUTHENTICATED unauthenticated" {
		t.Errorf("the token is still good: %s", got)
	}
	if got := o.viewer(ownPage...); got != `{"data":{"viewer":null}}` {
		t.Errorf("the cookie was not taken away: %s", got)
	}
	if a := o.ask("GET", "/login/done", ""); !strings.HasPrefix(a.header.Get("Test-Path"), "/login/username") {
		t.Errorf("%s", a.header.Get("Test-Path"))
	}
}

func otherSites(t *testing.T, o *office) {
	t.Helper()
	o.login(oidctest.Hoa, "/")
	host := strings.TrimPrefix(o.url, "http://")
	const refused, in = "FORBIDDEN cross_site", "so-ngoai-vu author reviewer"
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"a page of ours":               {ownPage, in},
		"by its origin":                {[]string{"Origin", o.url}, in},
		"another site":                 {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, refused},
		"another site, by its origin":  {[]string{"Origin", "https://evil.example"}, refused},
		"another host of our domain":   {[]string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.haiphong.example"}, refused},
		"an origin that is hidden":     {[]string{"Origin", "null"}, refused},
		"a host that only begins so":   {[]string{"Origin", "http://" + host + ".evil.example"}, refused},
		"who says nothing of itself":   {nil, refused},
		"a token does not need it":     {[]string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer " + o.token(oidctest.Hoa)}, in},
		"the cookie does not help one": {append([]string{"Authorization", "Bearer signet_x_y"}, ownPage...), "UNAUTHENTICATED unauthenticated"},
		"nor another way to log in":    {append([]string{"Authorization", "Basic eDp5"}, ownPage...), "UNAUTHENTICATED unauthenticated"},
	} {
		if got := o.viewer(c.headers...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		path, want string
		headers    []string
	}{
		"a query by GET from another site": {"/graphql?query=%7Bviewer%7Bagency%7D%7D", refused, []string{"Sec-Fetch-Site", "cross-site"}},
		"a WebSocket from another site":    {"/graphql", refused, []string{"Origin", "https://evil.example", "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
		"a query by GET from ours":         {"/graphql?query=%7Bviewer%7Bagency%7D%7D", "none", ownPage},
		"a link that somebody follows":     {"/feeds/changes.atom", "none", []string{"Sec-Fetch-Site", "cross-site"}},
	} {
		if got := o.ask("GET", c.path, "", append([]string{"Accept", "application/json"}, c.headers...)...).problem(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestCookiesOfAnHTTPSRegistryAreForItAlone(t *testing.T) {
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := "http://" + r.Host
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": at, "authorization_endpoint": at + "/auth", "token_endpoint": at + "/token", "jwks_uri": at + "/keys"})
	}))
	defer issuer.Close()
	w := httptest.NewRecorder()
	lonely(t, issuer.URL).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/login", http.NoBody))
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d %v", w.Code, cookies)
	}
	if c := cookies[0]; c.Name != "__Host-signet-login" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("%+v", c)
	}
}

func TestATokenWhoseKeysNobodyKnowsIsNotRefused(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/feeds/changes.atom", http.NoBody)
	r.Header.Set("Authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA")
	lonely(t, "http://127.0.0.1:9").ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "provider_unavailable") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
