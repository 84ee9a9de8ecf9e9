package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// logOf is an access log of today, in the combined format.
func logOf(lines ...string) string {
	at := time.Now().Add(-time.Minute).Format("02/Jan/2006:15:04:05 -0700")
	var b strings.Builder
	for i, l := range lines {
		fmt.Fprintf(&b, "2001:db8::%d - - [%s] \"GET %s HTTP/2.0\" 200 512 \"-\" \"Mozilla/5.0\"\n", i, at, l)
	}
	return b.String()
}

// usageTold is what usage import tells in JSON.
type usageTold struct {
	Lines, Counted, Unknown, Recorded, Known int
	Versions                                 []struct {
		Item                      string
		Version, Requests, Robots int
	}
}

func TestLogsOfAChannelAreCountedOnce(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	tokens := tokensOf(t, dir)
	const logo = "/files/logo-sample/current/h%E1%BA%A3i-ph%C3%B2ng-ngang-%C4%91%E1%BB%A7-m%C3%A0u.svg"
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := logOf(logo, logo+"?width=300&channel=portal", logo+"?preset=web-card", strings.Replace(logo, "current", "1", 1),
		strings.Replace(logo, "current", "9", 1), logo+"?width=-1", "/files/none/current/a.svg", "/files/logo-sample/1/none.svg", "/brand/motto.svg", "/index.html") + "x\n"
	write("access.log", text)
	write("paths.csv", "path,item,version\nmotto.svg,slogan-open-sea,current\n")
	packed, err := os.Create(filepath.Join(dir, "access.log.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(packed)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	agency := func(more ...string) []string {
		return append([]string{"usage", "import", "--server", p.url, "--token", tokens["SIGNET_AGENCY"], "--agency", "so-cong-thuong", "--channel", "portal", "--map", "/brand=paths.csv", "--format", "json"}, more...)
	}
	told := func(args []string) (out usageTold) {
		t.Helper()
		if err := json.Unmarshal([]byte(must(t, dir, args...)), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := told(agency("--dry-run", "access.log")); got.Recorded != 0 || got.Counted != 5 || got.Unknown != 5 || len(got.Versions) != 2 {
		t.Errorf("%+v", got)
	}
	if got := told(agency("access.log")); got.Recorded != 4 || got.Known != 0 || got.Versions[0].Item != "logo-sample" || got.Versions[0].Requests != 4 {
		t.Errorf("%+v", got)
	}
	if got := told(agency("access.log.gz")); got.Recorded != 0 || got.Known != 4 {
		t.Errorf("%+v", got)
	}
	usage := p.ask(tokens["SIGNET_AUDITOR"], `{ usage(filter: {agency: "so-cong-thuong", channel: "portal", key: "slogan-open-sea"}) { edges { node { requests } } } }`, nil)
	if usage.number("usage.edges.0.node.requests") != 1 {
		t.Error(usage.raw)
	}
	refused(t, exitBadInput, dir, agency("--channel", "fanpage", "access.log")...)
	refused(t, exitBadInput, dir, agency("--agency", "bao-ptth", "access.log")...)
	refused(t, exitBadInput, dir, agency("nowhere.log")...)
	refused(t, exitBadInput, dir, agency("paths.csv")...)
	p.stop()
	write("later.log", logOf(logo))
	local := must(t, dir, "usage", "import", "--data", "signet-demo", "--agency", "so-ngoai-vu", "--channel", "events", "later.log")
	if !strings.Contains(local, "logo-sample") || !strings.Contains(local, "1 counts written") {
		t.Error(local)
	}
}

func TestUsageImportIsToldWhatItNeeds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, line := range []string{
		"usage import", "usage import a.log", "usage import --agency a a.log", "usage import --agency a --channel b a.log",
		"usage import --agency a --channel b --format xml a.log", "usage import --agency a --channel b --map none.csv a.log",
		"usage import --agency a --channel b --server brand a.log",
	} {
		refused(t, exitBadInput, dir, strings.Fields(line)...)
	}
}
