package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"signet/internal/pull"
	"signet/internal/testneeds"
)

// pulledJSON runs a verb below pull and decodes what it prints.
func pulledJSON(t *testing.T, dir string, want int, into any, args ...string) {
	t.Helper()
	stdout, stderr, code := signet(t, dir, append(append([]string{"pull"}, args...), "--format", "json")...)
	if err := json.Unmarshal([]byte(stdout), into); err != nil || code != want {
		t.Fatalf("signet pull %s: code %d, %v\n%s%s", strings.Join(args, " "), code, err, stdout, stderr)
	}
}

func TestPullKeepsAFolderAtWhatIsInForce(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	tokens := tokensOf(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(tokens["SIGNET_AGENCY"]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	downloads := func() (n int) {
		a := p.ask(tokens["SIGNET_AUDITOR"], `{ usage(filter: {key: "logo-sample", agency: "so-cong-thuong"}) { edges { node { channel downloads } } } }`, nil)
		for i := range 10 {
			if a.text(fmt.Sprintf("usage.edges.%d.node.channel", i)) == "portal" {
				n += a.number(fmt.Sprintf("usage.edges.%d.node.downloads", i))
			}
		}
		return n
	}
	before := downloads()
	told := must(t, dir, "pull", "brand", "--server", p.url, "--token-file", "token", "--channel", "portal")
	if !strings.Contains(told, "over the wire") || downloads() < before+10 {
		t.Errorf("%s%d downloads, then %d", told, before, downloads())
	}

	// Nothing has changed: one question, and not a byte.
	var report pull.Report
	pulledJSON(t, dir, exitOK, &report, "brand", "--token-file", "token")
	if report.Requests != 1 || report.Received != 0 || report.Unchanged < 20 {
		t.Errorf("%+v", report)
	}
	must(t, dir, "pull", "verify", "brand")
	must(t, dir, "pull", "diff", "brand", "--token-file", "token")

	// What was changed by hand is told, and kept until it is given up.
	mine := filepath.Join(dir, "brand", "kit.json")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	var v pull.Verification
	pulledJSON(t, dir, exitFailed, &v, "verify", "brand")
	if len(v.Changed) != 1 {
		t.Errorf("%+v", v)
	}
	refused(t, exitFailed, dir, "pull", "brand", "--token-file", "token")
	must(t, dir, "pull", "brand", "--token-file", "token", "--force")

	// A new slogan comes, and only that.
	old, err := os.ReadFile(filepath.Join(dir, "brand", pull.LockName))
	if err != nil {
		t.Fatal(err)
	}
	approveAnew(p, tokens)
	var d pull.Difference
	pulledJSON(t, dir, exitFailed, &d, "diff", "brand", "--token-file", "token")
	if len(d.Items) != 1 || d.Items[0].Item != "slogan-new" || d.Items[0].To != 1 {
		t.Errorf("%+v", d)
	}
	pulledJSON(t, dir, exitOK, &report, "brand", "--token-file", "token")
	if len(report.Added) == 0 || !strings.HasPrefix(report.Added[0], "texts/slogan/slogan-new.") || len(report.Removed) > 0 {
		t.Errorf("%+v", report)
	}

	// The old lock can be had again, as long as nothing of it is withdrawn.
	again := filepath.Join(dir, "again")
	if err := os.Mkdir(again, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(again, pull.LockName), old, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "pull", "again", "--locked", "--token-file", "token")
	must(t, dir, "pull", "verify", "again")
	p.ask(tokens["SIGNET_REVIEWER_BAN_TUYEN_GIAO_DAN_VAN"], `mutation { withdrawVersion(input: {key: "slogan-new", version: 1, reason: "sai"}) { position } }`, nil)
	must(t, dir, "pull", "again", "--locked", "--token-file", "token")
	if told := refused(t, exitFailed, dir, "pull", "brand", "--locked", "--token-file", "token"); !strings.Contains(told, "slogan-new version 1") {
		t.Error(told)
	}
	must(t, dir, "pull", "brand", "--token-file", "token")
	must(t, dir, "pull", "verify", "brand")

	// A part, edited by its items.
	must(t, dir, "pull", "part", "--server", p.url, "--item", "slogan-open-sea")
	must(t, dir, "pull", "add", "part", "logo-sample")
	must(t, dir, "pull", "remove", "part", "slogan-open-sea")
	must(t, dir, "pull", "update", "part", "logo-sample")
	pulledJSON(t, dir, exitOK, &v, "verify", "part")
	if v.Files < 10 {
		t.Errorf("%+v", v)
	}
	lock := flock.New(filepath.Join(dir, "part", ".signet", "pull.lock"))
	if got, err := lock.TryLock(); !got || err != nil {
		t.Fatal(err)
	}
	refused(t, exitInUse, dir, "pull", "part")
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	p.stop()
}

func TestPullRefusesWhatCanNotBeMeant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, line := range []string{
		"", "a b", "brand", "brand --server nowhere", "brand --server ftp://x", "brand --server http://127.0.0.1:1 --kind song", "brand --format xml",
		"brand --token-file nowhere", "brand --locked", "brand --locked --kind logo", "add brand", "add brand x", "remove brand x", "update", "update brand x", "verify brand", "verify", "diff brand",
	} {
		refused(t, exitBadInput, dir, append([]string{"pull"}, strings.Fields(line)...)...)
	}
}
