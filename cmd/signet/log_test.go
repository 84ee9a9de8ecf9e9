package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/testneeds"
)

var copied = regexp.MustCompile(`(\d+) events in \d+ streams, \d+ bytes, (\d+) of them copied now\nsource to position \d+, target to \d+\nsha256 ([0-9a-f]{64})\n$`)

// A registry moves to a cluster and back, and is the same: event by event, and as
// what people see of it.
// thirdOf is the position of the third event of the log on a cluster.
func thirdOf(t *testing.T, cluster string) string {
	t.Helper()
	log, err := openCluster(cluster, esdb.Options{Prefix: "haiphong"}, "")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	n := 0
	for e, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3 {
			return fmt.Sprint(e.Position)
		}
	}
	return ""
}

// proved are the lines of log show that prove an event.
var proved = regexp.MustCompile(`(?m)^commitment ([0-9a-f]{64})\ndigest     ([0-9a-f]{64})\npayload    (.*)$`)

// What proves an event is the hash of its envelope, as anybody can compute it, and the
// same beside a server.
func TestAnEventIsShownWithItsProof(t *testing.T) {
	dir := t.TempDir()
	must(t, dir, "token", "--data", "here", "--agency", "a", "--agency-name", "Cơ quan A", "--role", "admin")
	said := must(t, dir, "log", "show", "1", "--data", "here")
	lines := proved.FindStringSubmatch(said)
	if lines == nil || !strings.Contains(said, "position   1\nstream     agency-a, revision 0\n") || !strings.Contains(lines[3], "Cơ quan A") {
		t.Fatal(said)
	}
	envelope := must(t, dir, "log", "show", "1", "--data", "here", "--envelope")
	if sum := sha256.Sum256([]byte("\x00" + envelope)); hex.EncodeToString(sum[:]) != lines[2] || !strings.Contains(envelope, lines[1]) {
		t.Errorf("%x is not the digest of %s", sum, said)
	}
	if other := proved.FindStringSubmatch(must(t, dir, "log", "show", "2", "--data", "here")); other == nil || other[2] == lines[2] {
		t.Errorf("two events have the same digest: %q", other)
	}
	for _, position := range []string{"0", "-1", "x", "1000"} {
		refused(t, exitBadInput, dir, "log", "show", "--data", "here", "--", position)
	}
	refused(t, exitBadInput, dir, "log", "show", "--data", "nowhere", "1")
	refused(t, exitBadInput, dir, "log", "show")
	flip(t, filepath.Join(dir, "here", logFile), "Cơ quan A")
	refused(t, exitFailed, dir, "log", "show", "1", "--data", "here")
}

func TestALogMovesToAClusterAndBack(t *testing.T) {
	testneeds.PlainInCI(t)
	dir := t.TempDir()
	p := serving(t, dir, "--demo", "--data", "home")
	p.await("demo-tokens.env")
	here := proved.FindString(must(t, dir, "log", "show", "3", "--data", "home"))
	p.stop()
	server := esdbtest.Start(t, esdbtest.Options{Dir: t.TempDir()})
	if err := server.Noise("others:stream", 1000); err != nil {
		t.Fatal(err)
	}
	there := []string{"log", "copy", "--from", "home", "--to", server.ConnectionString(), "--to-prefix", "haiphong"}

	// It is broken off twice: by the end of the process, and of the server.
	c := launch(t, dir, there...)
	await(t, "the copy has begun", func() bool { return server.Stats().Appends > 20 })
	c.signal(os.Kill)
	c.code()
	c = launch(t, dir, there...)
	done := server.Stats().Appends
	await(t, "the copy goes on", func() bool { return server.Stats().Appends > done+20 })
	if err := server.Restart(esdbtest.Restarting{NotReady: 100 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if code := c.code(); code != exitOK {
		t.Fatalf("code %d\n%s", code, c.err)
	}
	first := copied.FindStringSubmatch(c.out.String())
	if first == nil || first[1] == first[2] || first[2] == "0" {
		t.Fatalf("%s", c.out)
	}

	// Once more there is nothing to do, and nothing wrong.
	again := copied.FindStringSubmatch(must(t, dir, there...))
	if again == nil || again[2] != "0" || again[3] != first[3] {
		t.Errorf("%v, first %v", again, first)
	}
	must(t, dir, append(there, "--verify-only")...)

	// What proves an event is the same on the cluster, where it has another position.
	third := thirdOf(t, server.ConnectionString())
	if moved := proved.FindString(must(t, dir, "log", "show", third, "--data", "node", "--log", server.ConnectionString(), "--log-prefix", "haiphong")); here == "" || moved != here || third == "3" {
		t.Errorf("%q, on the cluster at position %s %q", here, third, moved)
	}

	back := copied.FindStringSubmatch(must(t, dir, "log", "copy", "--from", server.ConnectionString(), "--from-prefix", "haiphong", "--to", "back"))
	if back == nil || back[1] != first[1] || back[3] != first[3] {
		t.Fatalf("%v, first %v", back, first)
	}
	must(t, dir, "export", "--data", "home", "kit-home")
	if err := os.CopyFS(filepath.Join(dir, "back", "blobs"), os.DirFS(filepath.Join(dir, "home", "blobs"))); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "export", "--data", "back", "kit-back")
	sameTree(t, filepath.Join(dir, "kit-home"), filepath.Join(dir, "kit-back"))
	must(t, dir, "verify", "--data", "back")

	// What is no beginning of the source is refused, and left alone.
	must(t, dir, "token", "--data", "other", "--agency", "a", "--agency-name", "A", "--role", "admin")
	if said := refused(t, exitFailed, dir, "log", "copy", "--from", "home", "--to", "other"); !strings.Contains(said, "target_differs") {
		t.Error(said)
	}
	refused(t, exitBadInput, dir, "log", "copy", "--from", "nowhere", "--to", "other")
	refused(t, exitBadInput, dir, "log", "copy", "--from", "home")
}
