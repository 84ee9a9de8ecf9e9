package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/internal/commands"
)

const oneRule = "- {claim: groups, value: a, agency: so-ngoai-vu, roles: [author]}\n"

// signinFiles are settings that are good, and their folder.
func signinFiles(t *testing.T) (signinOptions, string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return signinOptions{
		issuer: "https://login.example/realms/city", client: "signet", secret: write("secret", "s3cret\n"), audience: "signet-api",
		rules: write("rules.yaml", oneRule), public: "https://registry.example", key: write("key", strings.Repeat("k", 32)), hours: 8,
	}, dir
}

func TestSettingsOfLoginsThatCanNotBeRightAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *signinOptions, file func(text string) string){
		"a rule without an issuer":    func(o *signinOptions, _ func(string) string) { o.issuer = "" },
		"an issuer without TLS":       func(o *signinOptions, _ func(string) string) { o.issuer = "http://login.example" },
		"no client":                   func(o *signinOptions, _ func(string) string) { o.client = "" },
		"no public URL":               func(o *signinOptions, _ func(string) string) { o.public = "" },
		"the audience of ID tokens":   func(o *signinOptions, _ func(string) string) { o.audience = o.client },
		"no rules":                    func(o *signinOptions, _ func(string) string) { o.rules = "" },
		"rules that are wrong":        func(o *signinOptions, file func(string) string) { o.rules = file("- {claim: a}") },
		"a secret that is not there":  func(o *signinOptions, _ func(string) string) { o.secret += "x" },
		"a secret that is empty":      func(o *signinOptions, file func(string) string) { o.secret = file("\n") },
		"a key that is short":         func(o *signinOptions, file func(string) string) { o.key = file("short") },
		"a key that is not there":     func(o *signinOptions, _ func(string) string) { o.key += "x" },
		"several nodes without a key": func(o *signinOptions, _ func(string) string) { o.key = "" },
		"no time":                     func(o *signinOptions, _ func(string) string) { o.hours = 0 },
		"a month":                     func(o *signinOptions, _ func(string) string) { o.hours = 720 },
	} {
		o, dir := signinFiles(t)
		reg := &registry{dir: dir, runner: &commands.Runner{Clock: time.Now}}
		if door, err := o.open(reg, true); err != nil || door == nil {
			t.Fatal(err)
		}
		change(&o, func(text string) string {
			path := filepath.Join(dir, "changed")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		})
		door, err := o.open(reg, true)
		if code, _ := explain(err); err == nil || code != exitBadInput || door != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSettingsOfSessionsAreReadWithoutAProvider(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o     signinOptions
		taken bool
	}{
		"a name with TLS":    {signinOptions{public: "https://registry.example/", hours: 8}, true},
		"a name in a LAN":    {signinOptions{public: "http://registry.lan:8080", hours: 168}, true},
		"no name":            {signinOptions{hours: 1}, true},
		"a name with a path": {signinOptions{public: "https://registry.example/signet", hours: 8}, false},
		"a host alone":       {signinOptions{public: "registry.example", hours: 8}, false},
		"no time":            {signinOptions{}, false},
		"more than a week":   {signinOptions{hours: 169}, false},
	} {
		door, err := c.o.open(&registry{}, false)
		if door != nil || c.taken != (err == nil) {
			t.Errorf("%s: %v", name, err)
		} else if err != nil {
			if code, _ := explain(err); code != exitBadInput {
				t.Errorf("%s: %d", name, code)
			}
		}
	}
}

func TestOneNodeMakesItsKeyOfLogins(t *testing.T) {
	t.Parallel()
	o, dir := signinFiles(t)
	o.key = ""
	reg := &registry{dir: dir, runner: &commands.Runner{Clock: time.Now}}
	var keys [2][]byte
	for i := range keys {
		if _, err := o.open(reg, false); err != nil {
			t.Fatal(err)
		}
		var err error
		if keys[i], err = os.ReadFile(filepath.Join(dir, loginKeyFile)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(keys[0], keys[1]) || len(keys[0]) < 32 {
		t.Error("the key is made each time, or too short")
	}
	if door, err := (&signinOptions{hours: 8}).open(reg, false); door != nil || err != nil {
		t.Errorf("nobody asked for logins: %v, %v", door, err)
	}
}

func TestTheServerStartsWhileTheProviderIsAway(t *testing.T) {
	t.Parallel()
	o, _ := signinFiles(t)
	p := serving(t, t.TempDir(), "--oidc-issuer", "http://127.0.0.1:9", "--oidc-client-id", o.client, "--oidc-client-secret-file", o.secret, "--oidc-rules", o.rules, "--public-url", o.public)
	if status, _, page := p.get("/", ""); status != http.StatusOK || !bytes.Contains(page, []byte(`href="/vi/login"`)) {
		t.Errorf("the first page: %d", status)
	}
	if status, _, body := p.get("/login", ""); status != http.StatusServiceUnavailable || !bytes.Contains(body, []byte("provider_unavailable")) {
		t.Errorf("%d %s", status, body)
	}
}
