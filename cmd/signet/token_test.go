package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestTokensAreIssuedListedAndRevoked(t *testing.T) {
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

func TestAnAgencyKeepsItsName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"token", "--agency", "a", "--role", "designer", "--agency-name"}
	must(t, dir, append(args, "Tên")...)
	must(t, dir, append(args, "Tên")...) // the same name again is no matter
	refused(t, exitBadInput, dir, append(args, "Tên khác")...)
}
