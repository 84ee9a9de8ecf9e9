package main

import (
	"net/http"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

func TestTokensAreIssuedListedAndRevoked(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	refused(t, exitBadInput, dir, "token", "--agency", "so-vhttdl", "--role", "admin")                                // no registry
	refused(t, exitBadInput, dir, "token", "--agency-name", "Sở", "--role", "admin")                                  // no agency
	refused(t, exitBadInput, dir, "token", "--agency", "so-vhttdl", "--agency-name", "Sở")                            // no role
	refused(t, exitBadInput, dir, "token", "--agency", "so-vhttdl", "--agency-name", "Sở", "--role", "king")          // no such role
	refused(t, exitBadInput, dir, "token", "--agency", "Sở", "--agency-name", "Sở", "--role", "admin")                // no key
	refused(t, exitBadInput, dir, "token", "--agency", "a", "--agency-name", "A", "--role", "admin", "--member", "x") // both
	refused(t, exitBadInput, dir, "token", "--agency", "a", "--agency-name", "A", "--role", "admin", "--expires", "2020-01-01")

	stdout, stderr, code := signet(t, dir, "token", "--agency", "so-vhttdl", "--agency-name", "Sở Văn hoá, Thể thao và Du lịch",
		"--agency-name", "en=Department of Culture", "--role", "admin", "--role", "auditor")
	secret := strings.TrimSpace(stdout)
	if code != exitOK || !strings.HasPrefix(secret, "signet_") || strings.ContainsAny(secret, " \n") || strings.Contains(stderr, secret) {
		t.Fatalf("code %d, standard output %q, standard error %q", code, stdout, stderr)
	}
	list := must(t, dir, "token", "list")
	id := strings.Split(secret, "_")[1]
	if strings.Contains(list, secret) || !strings.Contains(list, id) {
		t.Fatalf("listed are\n%s", list)
	}
	var member string
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 3 && fields[3] == id {
			member = fields[1]
		}
	}
	another := strings.TrimSpace(must(t, dir, "token", "--agency", "so-vhttdl", "--member", member, "--expires", "2999-12-31"))

	p := serving(t, dir)
	for _, token := range []string{secret, another} {
		a := p.ask(token, `{ viewer { member agency roles } agency(key: "so-vhttdl") { name(locale: "en") } }`, nil)
		if a.text("viewer.member") != member || a.text("viewer.roles.0") != "ADMIN" || a.text("agency.name") != "Department of Culture" {
			t.Errorf("who holds the token: %s", a.raw)
		}
	}
	p.stop()

	must(t, dir, "token", "revoke", id)
	refused(t, exitBadInput, dir, "token", "revoke", id)
	p = serving(t, dir)
	if status, _, _ := p.get("/graphql?query={viewer{agency}}", secret); status != http.StatusUnauthorized {
		t.Errorf("a revoked token is answered with %d", status)
	}
	p.ask(another, `{ viewer { agency } }`, nil)
}

// tokenID is the public id in a secret.
func tokenID(secret string) string { return strings.Split(secret, "_")[1] }

// listedToken is what token list tells of a token, a word for each column.
func listedToken(t *testing.T, dir, id string) []string {
	t.Helper()
	for line := range strings.Lines(must(t, dir, "token", "list")) {
		if fields := strings.Fields(line); len(fields) == 8 && fields[3] == id {
			return fields
		}
	}
	t.Fatalf("%s is not listed", id)
	return nil
}

func TestTokensAreLimitedAndReplaced(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	role := []string{"token", "--agency", "a", "--agency-name", "A", "--role", "agency"}
	refused(t, exitBadInput, dir, append(role, "--scope", "read.everything")...)
	secret := strings.TrimSpace(must(t, dir, append(role, "--expires", "2999-12-31", "--scope", "read.approved", "--scope", "assets.download")...))
	if got := listedToken(t, dir, tokenID(secret)); got[5] != "3000-01-01" || got[6] != "-" || got[7] != "assets.download,read.approved" {
		t.Errorf("%q", got)
	}
	for _, overlap := range []string{"-1s", "169h", "x"} {
		refused(t, exitBadInput, dir, "token", "rotate", tokenID(secret), "--overlap", overlap)
	}
	refused(t, exitBadInput, dir, "token", "rotate", "nobody")
	next := strings.TrimSpace(must(t, dir, "token", "rotate", tokenID(secret), "--overlap", "1h"))
	last := strings.TrimSpace(must(t, dir, "token", "rotate", tokenID(next), "--expires", "2998-12-31"))
	refused(t, exitBadInput, dir, "token", "rotate", tokenID(next)) // it is gone
	if got := listedToken(t, dir, tokenID(last)); got[5] != "2999-01-01" || got[7] != "assets.download,read.approved" {
		t.Errorf("%q", got)
	}

	p := serving(t, dir)
	a := p.ask(last, `{ viewer { scopes token { id } } }`, nil)
	if a.text("viewer.token.id") != tokenID(last) || len(a.list("viewer.scopes")) != 2 {
		t.Errorf("%s", a.raw)
	}
	p.ask(secret, `{ viewer { agency } }`, nil) // for an hour still
	if status, _, _ := p.get("/graphql?query={viewer{agency}}", next); status != http.StatusUnauthorized {
		t.Errorf("a token that was replaced is answered with %d", status)
	}
	await(t, "the use to be known", func() bool {
		return p.ask(last, `{ viewer { token { lastUsed } } }`, nil).text("viewer.token.lastUsed") != ""
	})
	p.stop()
	if got := listedToken(t, dir, tokenID(last)); got[6] == "-" {
		t.Errorf("%q", got)
	}
}

// Who has made an administrator on the machine needs no first login any more, whatever
// becomes of them.
func TestATokenOfAnAdministratorClosesTheFirstLogin(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, "token", "--agency", "a", "--agency-name", "A", "--role", "designer")
	p := serving(t, dir)
	p.await(`/first-login\?code=`)
	p.stop()
	secret := strings.TrimSpace(must(t, dir, "token", "--agency", "a", "--role", "admin"))
	must(t, dir, "token", "--agency", "a", "--role", "admin") // another one is no matter
	must(t, dir, "token", "revoke", tokenID(secret))
	for line := range strings.Lines(must(t, dir, "token", "list")) {
		if fields := strings.Fields(line); strings.Contains(line, "admin") && fields[3] != "-" {
			must(t, dir, "token", "revoke", fields[3])
		}
	}
	p = serving(t, dir)
	p.await("signet token --help") // what is printed last
	if strings.Contains(p.out.String(), "first-login") {
		t.Error("the link is printed again")
	}
}

func TestAnAgencyKeepsItsName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"token", "--agency", "a", "--role", "designer", "--agency-name"}
	must(t, dir, append(args, "Tên")...)
	must(t, dir, append(args, "Tên")...) // the same name again is no matter
	refused(t, exitBadInput, dir, append(args, "Tên khác")...)
}
