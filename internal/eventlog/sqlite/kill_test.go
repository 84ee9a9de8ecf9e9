package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
	"signet/internal/testneeds"
)

// victim is the path of the log that this process, started by the test, writes
// to until it is killed.
const victim = "SIGNET_TEST_KILL_LOG"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		writeUntilKilled(path)
	}
	if path := os.Getenv(cramped); path != "" {
		writeOverTheLimit(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled has eight writers, and says on standard output what each append
// was acknowledged as: stream, revision, id.
func writeUntilKilled(path string) {
	l, err := sqlite.Open(path)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var out sync.Mutex
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			stream := "s" + strconv.Itoa(i)
			last, err := l.Last(context.Background(), stream)
			for n := 0; err == nil; n++ {
				batch := []eventlog.Record{logtest.Event("a"), logtest.Event("b")}[:1+n%2]
				if _, err = l.Append(context.Background(), stream, last, batch...); err != nil {
					break
				}
				out.Lock()
				for _, r := range batch {
					last++
					fmt.Println(stream, last, r.ID)
				}
				out.Unlock()
			}
			fmt.Println("failed", err)
		})
	}
	all.Wait()
	os.Exit(1)
}

// A log that is killed at any moment has, when it is opened again, everything
// that was acknowledged. SIGNET_KILL_ROUNDS sets how often; 20 without it.
func TestKilled(t *testing.T) {
	testneeds.OnceInCI(t)
	rounds := 20
	if n, err := strconv.Atoi(os.Getenv("SIGNET_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	path := filepath.Join(t.TempDir(), "log.db")
	acknowledged := map[string][]string{} // ids by stream, in order
	for round := range rounds {
		for _, line := range killed(t, path, 1+rand.IntN(400)) {
			stream, rest, _ := strings.Cut(line, " ")
			revision, id, ok := strings.Cut(rest, " ")
			n, err := strconv.Atoi(revision)
			if !ok || err != nil {
				t.Fatalf("%q", line)
			}
			for len(acknowledged[stream]) <= n {
				acknowledged[stream] = append(acknowledged[stream], "")
			}
			acknowledged[stream][n] = id
		}
		stands(t, path, acknowledged)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	total := 0
	for _, ids := range acknowledged {
		total += len(ids)
	}
	t.Logf("%d rounds, %d events", rounds, total)
}

// killed runs a process that writes, and kills it after so many lines and up to a
// few milliseconds more. It returns the whole lines that it said.
func killed(t *testing.T, path string, after int) []string {
	t.Helper()
	p := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very program
	p.Env = append(os.Environ(), victim+"="+path)
	p.Stderr = os.Stderr
	pipe, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	lines := bufio.NewReader(pipe)
	var kill *time.Timer
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what is left is no whole line
		}
		if strings.HasPrefix(line, "failed") {
			t.Error(line)
		}
		said = append(said, strings.TrimSuffix(line, "\n"))
		if len(said) == after {
			kill = time.AfterFunc(time.Duration(rand.Int64N(int64(3*time.Millisecond))), func() { _ = p.Process.Kill() })
		}
	}
	if kill == nil {
		t.Errorf("it ended by itself after %d lines", len(said))
	}
	_ = p.Wait() // it was killed
	return said
}

// stands opens the log and looks for everything that was acknowledged.
func stands(t *testing.T, path string, acknowledged map[string][]string) {
	t.Helper()
	reader, err := sqlite.OpenReadOnly(path) // first: what was killed may be looked at
	if err != nil {
		t.Fatal(err)
	}
	left, err := reader.Head(context.Background())
	if err != nil {
		t.Error(err)
	}
	closeLog(t, reader)
	l := open(t, path)
	defer closeLog(t, l)
	if head, err := l.Head(context.Background()); head != left || err != nil {
		t.Errorf("%d events for who only reads, %d for the owner, %v", left, head, err)
	}
	if err := l.Check(context.Background(), nil); err != nil {
		t.Error(err)
	}
	for stream, ids := range acknowledged {
		n := 0
		for r, err := range l.Read(context.Background(), stream, 0) {
			if err != nil {
				t.Error(err)
				break
			}
			if n < len(ids) && ids[n] != "" && ids[n] != r.ID.String() {
				t.Errorf("%s %d is %s, not %s", stream, n, r.ID, ids[n])
			}
			if n < len(ids) {
				ids[n] = r.ID.String()
			} else {
				ids = append(ids, r.ID.String()) // written, and not acknowledged any more
			}
			n++
		}
		if n < len(ids) {
			t.Errorf("%s has %d events, %d were acknowledged", stream, n, len(ids))
		}
		acknowledged[stream] = ids
	}
}
