package main

import (
	"strings"
	"testing"

	"signet/internal/testneeds"
)

func TestALinkIsHandedOnAndItsKeyTakenOut(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	token := tokensOf(t, dir)["SIGNET_DESIGNER"]
	link := func() string {
		t.Helper()
		made := strings.TrimSpace(must(t, dir, "link", "--server", p.url, "--token", token, "--days", "1", "/kit.zip?kind=logo"))
		path, ours := strings.CutPrefix(made, p.url)
		if status, _, body := p.get(path, ""); !ours || status != 200 || !strings.HasPrefix(string(body), "PK") {
			t.Fatalf("%s leads to %d, %d bytes", made, status, len(body))
		}
		return path
	}
	first := link()
	key := strings.TrimSpace(must(t, dir, "link", "rotate", "--data", demoData))
	if second := link(); !strings.Contains(second, "key="+key) || strings.Contains(first, "key="+key) {
		t.Errorf("after %s was made: %s", key, second)
	}
	if status, _, _ := p.get(first, ""); status != 200 {
		t.Errorf("what the key before has signed: %d", status)
	}
	refused(t, exitBadInput, dir, "link", "--server", p.url, "--token", token, "--days", "400", "/kit.zip")
	refused(t, exitBadInput, dir, "link", "--server", p.url, "/kit.zip")
	refused(t, exitBadInput, dir, "link")
	p.stop()
}
