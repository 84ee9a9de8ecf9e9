package sqlite_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		at, _ := strconv.Atoi(os.Getenv(manner))
		writeUntilKilled(path, moment(at))
	}
	if path := os.Getenv(cramped); path != "" {
		writeOverTheLimit(path)
	}
	if path := os.Getenv(served); path != "" {
		serveLog(path)
	}
	os.Exit(m.Run())
}

const (
	// killsVariable names the environment's variable that says how often a log is killed.
	killsVariable = "SIGNET_LOG_KILLS"
	// killsEach is how often one log is killed, so that reading all of it after each
	// time does not take longer and longer.
	killsEach = 20
	// walPages is how many pages the write-ahead log has when it is merged.
	walPages = 4000
)

// A log that is killed at any moment has everything that was acknowledged, and
// nothing by halves, whoever opens it then.
func TestKilled(t *testing.T) {
	testneeds.PlainInCI(t)
	usual := 100
	if testneeds.Race {
		usual = 20
	}
	kills := testneeds.Count(t, killsVariable, usual, 1000)
	began := time.Now()
	var sum tally
	t.Run("logs", func(t *testing.T) {
		for log := 0; log*killsEach < kills; log++ {
			t.Run(strconv.Itoa(log+1), func(t *testing.T) {
				t.Parallel() // to the disk that the other waits for
				l := newLedger(t, filepath.Join(t.TempDir(), "log.db"))
				n := min(killsEach, kills-log*killsEach)
				for round := range n {
					l.kill(drawMoment(log, round, n))
					l.check(round%8 == 7)
					if t.Failed() {
						t.Fatalf("in round %d", round+1)
					}
				}
				l.check(true)
				sum.add(l)
			})
		}
	})
	t.Logf("%v in %v: %d events acknowledged, %d more found, none lost; %d times the write-ahead log was left",
		sum.kills, time.Since(began).Round(time.Second), sum.acknowledged, sum.found-sum.acknowledged, sum.left)
}

// drawMoment says at what the process is to be killed. Merging needs a long log: it is for
// the end of every eighth.
func drawMoment(log, round, rounds int) moment {
	switch n := rand.IntN(8); {
	case log%8 == 0 && round == rounds-1:
		return merging
	case n == 0:
		return opening
	case n == 1:
		return closing
	}
	return writing
}

// kill runs a process that writes to the log, and kills it at something.
func (l *ledger) kill(at moment) {
	l.t.Helper()
	p := exec.CommandContext(l.t.Context(), os.Args[0]) //nolint:gosec // this very program
	p.Env = append(os.Environ(), victim+"="+l.path, manner+"="+strconv.Itoa(int(at)))
	p.Stderr = os.Stderr
	pipe, err := p.StdoutPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		l.t.Fatal(err)
	}
	killed := false
	within := func(d time.Duration) {
		if !killed {
			killed = true
			time.AfterFunc(rand.N(d), func() { _ = p.Process.Kill() })
		}
	}
	if at == opening {
		within(8 * time.Millisecond)
	}
	after := 1 + rand.IntN(30)
	lines := bufio.NewReader(pipe)
	for said := 0; ; said++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what is left is no whole line
		}
		l.hear(strings.TrimSuffix(line, "\n"))
		switch {
		case at == writing && said == after, l.t.Failed():
			within(3 * time.Millisecond)
		case at == closing && line == "closing\n":
			within(3 * time.Millisecond)
		case at == merging && (l.wal() >= (walPages-20)<<12 || said > walPages):
			within(60 * time.Millisecond)
		}
	}
	if p.Wait() == nil || p.ProcessState.Exited() {
		l.t.Errorf("it ended by itself: %v", p.ProcessState)
	}
	l.kills[at]++
}

// wal is the length of the write-ahead log.
func (l *ledger) wal() int64 {
	info, err := os.Stat(l.path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}

// hear takes in a line that the process said.
func (l *ledger) hear(line string) {
	l.t.Helper()
	fields := strings.Fields(line)
	switch {
	case line == "open" || line == "closing":
		return
	case len(fields) < 3 || fields[0] == "failed":
		l.t.Errorf("it said %q", line)
		return
	}
	last, err := strconv.Atoi(fields[1])
	if err != nil {
		l.t.Errorf("it said %q", line)
		return
	}
	for i, id := range fields[2:] {
		l.acknowledge(fields[0], last-len(fields)+3+i, id)
	}
}

// tally counts what happened to logs.
type tally struct {
	kills                     kills
	acknowledged, found, left int
}

// kills counts them by what the process was at.
type kills [moments]int

func (k kills) String() string {
	sum := 0
	var each []string
	for at, n := range k {
		sum += n
		each = append(each, fmt.Sprintf("%d while %v", n, moment(at)))
	}
	return fmt.Sprintf("%d kills (%s)", sum, strings.Join(each, ", "))
}
