package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

func TestIdentifyTellsWhatAFileIs(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	save := func(name, path string) {
		t.Helper()
		status, _, body := p.get(path, "")
		if status != 200 {
			t.Fatalf("%s: status %d", path, status)
		}
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logo := "/files/logo-sample/1/h%E1%BA%A3i-ph%C3%B2ng-ngang-%C4%91%E1%BB%A7-m%C3%A0u.svg"
	save("logo.svg", logo)
	save("logo.png", logo+"?width=120&format=png")
	told := must(t, dir, "identify", "--server", p.url, "logo.svg", "logo.png")
	if strings.Count(told, "logo-sample version 1, in force since") != 2 || !strings.Contains(told, "(by digest)") || !strings.Contains(told, "(by stamp)") {
		t.Error(told)
	}
	if told := must(t, dir, "identify", "logo.png"); !strings.Contains(told, "nobody was asked") || !strings.Contains(told, p.url+"/status/logo-sample/1") {
		t.Error(told)
	}
	if err := os.WriteFile(filepath.Join(dir, "other.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	told, _, code := signet(t, dir, "identify", "--server", p.url, "--json", "logo.svg", "other.txt")
	if code != exitFailed || strings.Count(told, "\n") != 2 || !strings.Contains(told, `"answers":[]`) {
		t.Errorf("code %d: %s", code, told)
	}
	refused(t, exitBadInput, dir, "identify")
	refused(t, exitBadInput, dir, "identify", "nowhere.png")
	refused(t, exitBadInput, dir, "identify", "--server", "brand", "logo.svg")
	p.stop()
}
